"""From what users pass to floats, or an error that says what to do instead."""

from __future__ import annotations

import math
import numbers
from typing import Any

ADVICE = {
    "complex": "use its .real or .imag",
    "str": "use float(text)",
    "Decimal": "use float(number)",
    "ndarray": "use one Value per entry, as in [Value(x) for x in array.tolist()]",
    "list": "use one Value per item",
    "Value": "use it as it is, or its .data",
    "NoneType": "did a function forget to return?",
    "Condition": "use autograd.where(condition, 1.0, 0.0)",
}


def real(x: Any, where: str) -> float:
    """x as a float, or a TypeError that names `where` it was met and says what to do."""
    if isinstance(x, numbers.Real):
        try:
            return float(x)
        except OverflowError:  # a whole number past the range of floats
            return math.inf if x > 0 else -math.inf  # type: ignore[operator]
    kind = type(x).__name__
    advice = ADVICE.get(kind, "pass an int or a float")
    raise TypeError(f"{where}: expected a real number, got {kind} {x!r:.60}; {advice}")
