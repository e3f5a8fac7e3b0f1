"""Float arithmetic that follows IEEE 754 where Python raises.

Python's floats stop short of the standard: `1.0 / 0.0` and `math.exp(1000.0)` raise, `(-1.0) ** 0.5`
turns complex. The rules in `ops` run on plain floats and C functions first (`floats.py`); where Python
raises, the same rule runs again on the numbers and functions of this module, which never do.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from . import floats

inf, nan = math.inf, math.nan


class Number(float):
    """A float whose operators never raise and give Numbers again."""

    __slots__ = ()

    def __add__(self, other: float) -> Number:
        return Number(float(self) + float(other))

    def __sub__(self, other: float) -> Number:
        return Number(float(self) - float(other))

    def __rsub__(self, other: float) -> Number:
        return Number(float(other) - float(self))

    def __mul__(self, other: float) -> Number:
        return Number(float(self) * float(other))

    def __truediv__(self, other: float) -> Number:
        return Number(divide(float(self), float(other)))

    def __rtruediv__(self, other: float) -> Number:
        return Number(divide(float(other), float(self)))

    def __neg__(self) -> Number:
        return Number(-float(self))

    def __pos__(self) -> Number:
        return self

    def __abs__(self) -> Number:
        return Number(math.fabs(self))

    __radd__, __rmul__ = __add__, __mul__


def divide(a: float, b: float) -> float:
    """A / b, where a zero divisor gives an infinity of the right sign, or NaN for 0 / 0."""
    if b == 0.0:
        return nan if a == 0.0 or a != a else math.copysign(inf, a) * math.copysign(1.0, b)
    return a / b


def power(a: float, b: float) -> float:
    """A ** b as C's pow: infinities at poles and on overflow, NaN for a root of a negative number."""
    try:
        return math.pow(a, b)
    except OverflowError:
        return -inf if a < 0.0 and math.fmod(b, 2.0) != 0.0 else inf
    except ValueError:
        if a != 0.0:
            return nan
        return math.copysign(inf, a) if math.fabs(math.fmod(b, 2.0)) == 1.0 else inf


def remainder(a: float, b: float) -> float:
    """A % b with Python's rule for the sign (the divisor's), NaN for a zero divisor."""
    return nan if b == 0.0 or math.isinf(a) else a % b


def exact_sum(xs: Iterable[float]) -> float:
    """The rounded exact sum of xs, also where partial sums pass the range of floats; inf - inf is NaN."""
    terms = [float(x) for x in xs]
    try:
        return math.fsum(terms)
    except OverflowError:  # a power of two scales without rounding
        return math.fsum([x * 2.0**-64 for x in terms]) * 2.0**64
    except ValueError:
        return nan


def guarded(
    function: Callable[..., float], poles: Mapping[float, float] | None = None, odd: bool = False
) -> Callable[..., Number]:
    """`function` with IEEE results in place of exceptions.

    Overflow gives inf (with the operand's sign where the function is odd), an operand in `poles` the
    infinity named there, and any other operand outside the domain NaN.
    """
    at_pole = poles or {}

    def safe(*operands: float) -> Number:
        plain = [float(x) for x in operands]
        try:
            return Number(function(*plain))
        except OverflowError:
            return Number(math.copysign(inf, plain[0]) if odd else inf)
        except ValueError:
            return Number(at_pole.get(plain[0], nan))

    safe.__name__ = function.__name__
    return safe


# The rest has the names of floats.py, one for one: both modules are the arithmetic that a rule takes.
add, sub, mul = guarded(operator.add), guarded(operator.sub), guarded(operator.mul)
div, pow, mod = guarded(divide), guarded(power), guarded(remainder)
neg, pos, abs = guarded(operator.neg), guarded(operator.pos), guarded(operator.abs)
exp, expm1, sqrt, cbrt = map(guarded, (math.exp, math.expm1, math.sqrt, floats.cbrt))
log, log2, log10 = (guarded(f, {0.0: -inf}) for f in (math.log, math.log2, math.log10))
log1p, atanh = guarded(math.log1p, {-1.0: -inf}), guarded(math.atanh, {1.0: inf, -1.0: -inf})
sin, cos, tan, asin, acos, atan = map(
    guarded, (math.sin, math.cos, math.tan, math.asin, math.acos, math.atan)
)
sinh, cosh, tanh, asinh, acosh = (
    guarded(math.sinh, odd=True),
    *map(guarded, (math.cosh, math.tanh, math.asinh, math.acosh)),
)
erf, erfc, hypot, atan2, copysign = map(
    guarded, (math.erf, math.erfc, math.hypot, math.atan2, math.copysign)
)
floor, ceil = guarded(floats.floor), guarded(floats.ceil)


def where(condition: bool, a: float, b: float) -> Number:
    """A if condition else b."""
    return Number(a if condition else b)


def constant(x: float) -> Number:
    """X itself."""
    return Number(x)


def total(xs: Iterable[float]) -> Number:
    """The sum of xs."""
    return Number(exact_sum(xs))


def largest(xs: Sequence[float]) -> Number:
    """The largest of xs."""
    return Number(max(xs))


equal: Callable[[Any, Any], bool] = operator.eq
