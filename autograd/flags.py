"""The processor's floating-point flags, which NumPy reads after calls of Value methods.

After a function of an object array NumPy warns according to the flags. A local derivative may be
infinite or NaN where the number itself is not, or 0 because an intermediate result overflowed, so
that NumPy would warn where it does not for floats.
"""

from __future__ import annotations

import sys

# The operations that NumPy calls whose partials may set flags where their values don't: then a
# local derivative is 0, infinite or NaN.
LOUD = frozenset(
    [
        "abs",
        "floor",
        "ceil",
        "div",
        "mod",
        "pow",
        "cbrt",
        "hypot",
        "log",
        "log2",
        "log10",
        "log1p",
        "atan",
        "atan2",
        "asinh",
        "atanh",
        "tanh",
    ]
)


def clear() -> None:
    """Clear the flags, if NumPy is there to read them."""
    number = getattr(sys.modules.get("numpy"), "float64", None)
    if number is not None:
        one = number(1.0)
        one + one  # NumPy's numbers clear them before they compute
