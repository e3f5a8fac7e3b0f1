"""Exponentials and logarithms."""

from __future__ import annotations

import math
from typing import Any

from .op import Arithmetic, Op, Shape, inf

POSITIVE = (0.0, inf)

EXP = Op("exp", Shape.ONE, lambda m, x, y: (y,), doc="e to the power x.")
EXPM1 = Op(
    "expm1",
    Shape.ONE,
    lambda m, x, y: (m.exp(x),),
    formula=lambda m, x: m.exp(x) - 1.0,
    doc="exp(x) - 1, accurate for small x.",
)
LOG = Op(
    "log",
    Shape.ONE,
    lambda m, x, y: (m.where(x < 0.0, y, 1.0 / x),),
    textbook=lambda m, x, y: (1.0 / x,),
    domain=(POSITIVE,),
    doc="The natural logarithm of x.",
)
LOG2 = Op(
    "log2",
    Shape.ONE,
    lambda m, x, y: (m.where(x < 0.0, y, (1.0 / math.log(2.0)) / x),),
    textbook=lambda m, x, y: (1.0 / (x * m.log(m.constant(2.0))),),
    domain=(POSITIVE,),
    doc="The logarithm of x to base 2.",
)
LOG10 = Op(
    "log10",
    Shape.ONE,
    lambda m, x, y: (m.where(x < 0.0, y, (1.0 / math.log(10.0)) / x),),
    textbook=lambda m, x, y: (1.0 / (x * m.log(m.constant(10.0))),),
    domain=(POSITIVE,),
    doc="The logarithm of x to base 10.",
)
LOG1P = Op(
    "log1p",
    Shape.ONE,
    lambda m, x, y: (m.where(x < -1.0, y, 1.0 / (1.0 + x)),),
    textbook=lambda m, x, y: (1.0 / (1.0 + x),),
    formula=lambda m, x: m.log(1.0 + x),
    domain=((-1.0, inf),),
    doc="The natural logarithm of 1 + x, accurate for small x.",
)

SPLITTER = 2.0**27 + 1.0


def split(x: Any) -> tuple[Any, Any]:
    """x as a sum of two numbers of half the length, whose products are exact.

    T. J. Dekker, A floating-point technique for extending the available precision (1971).
    """
    c = SPLITTER * x
    high = c - (c - x)
    return high, x - high


def gaussian(m: Arithmetic, x: Any, k: Any) -> Any:
    """exp(-k·x²) for k a power of two, with a correction for the rounding error of the square."""
    square = x * x
    high, low = split(x)
    error = ((high * high - square) + 2.0 * (high * low)) + low * low
    y = m.exp(-k * square)
    return m.where(abs(x) < 64.0, y - y * (k * error), y)


def gaussian_partials(m: Arithmetic, x: Any, k: Any, y: Any) -> tuple[Any, Any]:
    """In the tails, where y is 0, x is omitted: its square and its double may be infinite."""
    t = m.where(abs(x) < 64.0, x, 0.0)
    return -2.0 * k * t * y, -(t * t) * y


GAUSSIAN = Op(
    "gaussian",
    Shape.TWO,
    gaussian_partials,
    value=gaussian,
    domain=((-64.0, 64.0), (1.0, 1.0)),
    doc="exp(-k·x²), the bell that the derivatives of erf and gelu need.",
)
ERF = Op(
    "erf",
    Shape.ONE,
    lambda m, x, y: (2.0 / math.sqrt(math.pi) * m.gaussian(x, 1.0),),
    textbook=lambda m, x, y: (2.0 / math.sqrt(math.pi) * m.exp(-m.pow(x, 2.0)),),
    doc="The error function of x.",
)
ERFC = Op(
    "erfc",
    Shape.ONE,
    lambda m, x, y: (-2.0 / math.sqrt(math.pi) * m.gaussian(x, 1.0),),
    textbook=lambda m, x, y: (-2.0 / math.sqrt(math.pi) * m.exp(-m.pow(x, 2.0)),),
    formula=lambda m, x: 1.0 - m.erf(x),
    doc="1 - erf(x), accurate in the right tail.",
)
