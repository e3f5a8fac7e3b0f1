"""Plain float arithmetic: Python's operators and C's functions, by the names that rules use.

This module is the fast one of the arithmetics that a rule of `ops` takes. The functions here are
the intrinsic ones, which no rule can spell out with others; those of entries whose value is written
with other functions (sigmoid, softplus, ...) are found in the table (`FLOATS` in ops/op.py).
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


add = operator.add
sub = operator.sub
mul = operator.mul
div = operator.truediv
mod = operator.mod
neg = operator.neg
pos = operator.pos
abs = operator.abs
pow = math.pow
sqrt = math.sqrt
cbrt = math.cbrt
hypot = math.hypot
exp = math.exp
expm1 = math.expm1
log = math.log
log2 = math.log2
log10 = math.log10
log1p = math.log1p
sin = math.sin
cos = math.cos
tan = math.tan
asin = math.asin
acos = math.acos
atan = math.atan
atan2 = math.atan2
sinh = math.sinh
cosh = math.cosh
tanh = math.tanh
asinh = math.asinh
acosh = math.acosh
atanh = math.atanh
erf = math.erf
erfc = math.erfc
copysign = math.copysign
total = math.fsum
equal: Callable[[Any, Any], bool] = operator.eq


def largest(xs: Sequence[float]) -> float:
    """The largest of xs; NaN if any is."""
    found = max(xs)
    if math.isnan(sum(xs)):  # one is NaN, or the sum is that of two infinities
        return next((x for x in xs if math.isnan(x)), found)
    return found


def where(condition: bool, a: float, b: float) -> float:
    """Give a if the condition holds, else b."""
    return a if condition else b


def constant(x: float) -> float:
    """Give x itself; on Values, x without its history."""
    return x
