"""Plain float arithmetic: Python's operators and the C library's functions, by the names that rules use.

This module is the fast one of the arithmetics that a rule of `ops` takes. The functions here are the
intrinsic ones, which no rule can spell out with others; entries whose value is written with other
functions (sigmoid, softplus, ...) add themselves under their names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from operator import abs

cbrt = math.cbrt
largest: Callable[[Sequence[float]], float] = max


def floor(x: float) -> float:
    """The largest whole number that is not above x, as a float (math.floor raises at infinities)."""
    return float(math.floor(x)) if abs(x) < 2.0**52 else x


def ceil(x: float) -> float:
    """The smallest whole number that is not below x, as a float."""
    return -floor(-x)


def where(condition: bool, a: float, b: float) -> float:
    """A if condition else b."""
    return a if condition else b


def constant(x: float) -> float:
    """X itself: on Values, x without its history."""
    return x
