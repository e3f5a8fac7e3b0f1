"""The processor's flags of overflow and the like, which NumPy reads after it called Values.

After a function of an array of objects NumPy warns of what the flags show. A local derivative may
be infinite or NaN where the number itself is not, or 0 because an intermediate result overflowed,
so that it would warn where floats give nothing.
"""

from __future__ import annotations

import sys

# The operations that NumPy calls and whose rules set flags where their values don't, which a local
# derivative that is 0, infinite or NaN shows.
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
