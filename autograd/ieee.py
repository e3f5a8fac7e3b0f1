"""Float arithmetic that follows IEEE 754 where Python raises.

Python deviates from the standard: `1.0 / 0.0` and `math.exp(1000.0)` raise, and `(-1.0) ** 0.5` is
complex. The rules in `ops` run on plain floats and C functions first (`floats.py`); if Python
raises, the same rule runs again on the numbers and functions of this module, which never raise.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from . import floats

inf, nan = math.inf, math.nan


def divide(a: float, b: float) -> float:
    """a / b, where a zero divisor gives an infinity with its sign, or NaN for 0 / 0."""
    if b == 0.0:
        return nan if a == 0.0 or math.isnan(a) else math.copysign(inf, a) * math.copysign(1.0, b)
    return a / b


def remainder(a: float, b: float) -> float:
    """a % b with Python's rule for the sign (that of the divisor), NaN for a zero divisor."""
    return nan if b == 0.0 or math.isinf(a) else a % b


Method = Callable[["Number", float], "Number"]


def both_ways(compute: Callable[[float, float], float]) -> tuple[Method, Method]:
    """The methods of an operator: of a Number on the left, and of one on the right."""

    def method(self: Number, other: float) -> Number:
        return Number(compute(float(self), float(other)))

    def reflected(self: Number, other: float) -> Number:
        return Number(compute(float(other), float(self)))

    return method, reflected


class Number(float):
    """A float whose operators never raise and give Numbers again."""

    __slots__ = ()

    __add__, __radd__ = both_ways(operator.add)
    __sub__, __rsub__ = both_ways(operator.sub)
    __mul__, __rmul__ = both_ways(operator.mul)
    __truediv__, __rtruediv__ = both_ways(divide)
    __mod__, __rmod__ = both_ways(remainder)

    def __neg__(self) -> Number:
        return Number(-float(self))

    def __pos__(self) -> Number:
        return self

    def __abs__(self) -> Number:
        return Number(math.fabs(self))


def power(a: float, b: float) -> float:
    """a ** b as C's pow: infinite at poles and on overflow, NaN for a root of a negative number."""
    try:
        return math.pow(a, b)
    except OverflowError:
        return -inf if a < 0.0 and math.fmod(b, 2.0) != 0.0 else inf
    except ValueError:
        if a != 0.0:
            return nan
        return math.copysign(inf, a) if math.fabs(math.fmod(b, 2.0)) == 1.0 else inf


def exact_sum(xs: Iterable[float]) -> float:
    """The rounded exact sum of xs, also where partial sums overflow; inf - inf is NaN."""
    terms = [float(x) for x in xs]
    try:
        try:
            return math.fsum(terms)
        except OverflowError:  # a power of two scales without rounding
            return math.fsum([x * 2.0**-64 for x in terms]) * 2.0**64
    except ValueError:
        return nan


# Differences from the functions of floats.py: a replacement; the infinity at a pole, where Python
# raises ValueError; and whether overflow has the sign of the operand.
OWN = {"div": divide, "mod": remainder, "pow": power}
POLES = {
    **{name: {0.0: -inf} for name in ("log", "log2", "log10")},
    "log1p": {-1.0: -inf},
    "atanh": {1.0: inf, -1.0: -inf},
}
ODD = {"sinh"}


def guarded(name: str) -> Callable[..., Number]:
    """A function of floats.py with IEEE results in place of exceptions.

    Overflow gives inf, a pole its infinity, and any other operand outside the domain NaN.
    """
    function: Callable[..., float] = OWN.get(name) or getattr(floats, name)
    at_pole, odd = POLES.get(name, {}), name in ODD

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


# Both modules are arithmetics that rules take: the functions of floats.py, name for name, are here
# too. Those that are not functions of plain numbers follow.
for _name, _function in vars(floats).items():
    if callable(_function) and _name.islower():
        globals()[_name] = guarded(_name)
if TYPE_CHECKING:

    def __getattr__(name: str) -> Callable[..., Number]: ...


equal: Callable[[Any, Any], bool] = operator.eq


def where(condition: bool, a: float, b: float) -> Number:
    """Return a if the condition holds, else b."""
    return Number(a if condition else b)


def total(xs: Iterable[float]) -> Number:
    """The sum of xs."""
    return Number(exact_sum(xs))


def largest(xs: Sequence[float]) -> Number:
    """The largest of xs; NaN if any is."""
    return Number(floats.largest(xs))
