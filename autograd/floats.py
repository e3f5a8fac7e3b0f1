"""Plain float arithmetic: Python's operators and C's functions, by the names that rules use.

This module is the fast arithmetic for the rules of `ops`. Its functions are the intrinsic ones,
which are not composed of others; those of entries whose value is written with other functions
(sigmoid, softplus, ...) are found in the table (`FLOATS` in ops/op.py).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

inf, nan = math.inf, math.nan


def floor(x: float) -> float:
    """The largest whole number not above x, as a float with the sign of x, as in C."""
    return math.copysign(math.floor(x), x) if math.fabs(x) < 2.0**52 else x


def ceil(x: float) -> float:
    """The smallest whole number not below x, as a float."""
    return -floor(-x)


# By their names in C.
OF_C = (
    "pow sqrt cbrt hypot exp expm1 log log2 log10 log1p erf erfc copysign "
    "sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh"
)
globals().update({name: getattr(math, name) for name in OF_C.split()})
add = operator.add
sub = operator.sub
mul = operator.mul
div = operator.truediv
mod = operator.mod
neg = operator.neg
pos = operator.pos
abs = operator.abs
total = math.fsum
equal: Callable[[Any, Any], bool] = operator.eq


def largest(xs: Sequence[float]) -> float:
    """The largest of xs; NaN if any is."""
    found = max(xs)
    if math.isnan(sum(xs)):  # one is NaN, or the sum is that of two infinities
        return next((x for x in xs if math.isnan(x)), found)
    return found


def where(condition: bool, a: float, b: float) -> float:
    """Return a if the condition holds, else b."""
    return a if condition else b


def constant(x: float) -> float:
    """Return x itself; on Values, x without its history."""
    return x
