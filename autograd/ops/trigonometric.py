"""Circular and hyperbolic functions and their inverses."""

from __future__ import annotations

from typing import Any

from .op import Arithmetic, Op, Shape, inf

UNIT = (-1.0, 1.0)

SIN = Op("sin", Shape.ONE, lambda m, x, y: (m.cos(x),), doc="The sine of x radians.")
COS = Op("cos", Shape.ONE, lambda m, x, y: (-m.sin(x),), doc="The cosine of x radians.")
TAN = Op("tan", Shape.ONE, lambda m, x, y: (1.0 + y * y,), doc="The tangent of x radians.")
ASIN = Op(
    "asin",
    Shape.ONE,
    lambda m, x, y: (1.0 / m.sqrt((1.0 - x) * (1.0 + x)),),
    textbook=lambda m, x, y: (1.0 / m.sqrt(1.0 - m.pow(x, 2.0)),),
    domain=(UNIT,),
    doc="The angle from -π/2 to π/2 whose sine is x.",
)
ACOS = Op(
    "acos",
    Shape.ONE,
    lambda m, x, y: (-1.0 / m.sqrt((1.0 - x) * (1.0 + x)),),
    textbook=lambda m, x, y: (-1.0 / m.sqrt(1.0 - m.pow(x, 2.0)),),
    domain=(UNIT,),
    doc="The angle from 0 to π whose cosine is x.",
)


def atan_partials(m: Arithmetic, x: Any, y: Any) -> tuple[Any]:
    """1/(1 + x²) without the square, which would overflow where the slope does not underflow."""
    h = m.hypot(x, 1.0)
    return (1.0 / h / h,)


def atan2_partials(m: Arithmetic, a: Any, b: Any, y: Any) -> tuple[Any, Any]:
    h = m.hypot(a, b)
    return b / h / h, -a / h / h


def atan2_textbook(m: Arithmetic, a: Any, b: Any, y: Any) -> tuple[Any, Any]:
    square = m.pow(a, 2.0) + m.pow(b, 2.0)
    return b / square, -a / square


ATAN = Op(
    "atan",
    Shape.ONE,
    atan_partials,
    textbook=lambda m, x, y: (1.0 / (1.0 + m.pow(x, 2.0)),),
    doc="The angle from -π/2 to π/2 whose tangent is x.",
)
ATAN2 = Op(
    "atan2",
    Shape.TWO,
    atan2_partials,
    textbook=atan2_textbook,
    doc="The angle from -π to π of the point with height a above b.",
)
SINH = Op("sinh", Shape.ONE, lambda m, x, y: (m.cosh(x),), doc="The hyperbolic sine of x.")
COSH = Op("cosh", Shape.ONE, lambda m, x, y: (m.sinh(x),), doc="The hyperbolic cosine of x.")
ASINH = Op(
    "asinh",
    Shape.ONE,
    lambda m, x, y: (1.0 / m.hypot(x, 1.0),),
    textbook=lambda m, x, y: (1.0 / m.sqrt(m.pow(x, 2.0) + 1.0),),
    doc="The number whose hyperbolic sine is x.",
)
ACOSH = Op(
    "acosh",
    Shape.ONE,
    lambda m, x, y: (1.0 / (m.sqrt(x - 1.0) * m.sqrt(x + 1.0)),),
    textbook=lambda m, x, y: (1.0 / m.sqrt(m.pow(x, 2.0) - 1.0),),
    domain=((1.0, inf),),
    doc="The number from 0 up whose hyperbolic cosine is x.",
)
ATANH = Op(
    "atanh",
    Shape.ONE,
    lambda m, x, y: (m.where(abs(x) > 1.0, y, 1.0 / ((1.0 - x) * (1.0 + x))),),
    textbook=lambda m, x, y: (1.0 / (1.0 - m.pow(x, 2.0)),),
    domain=(UNIT,),
    doc="The number whose hyperbolic tangent is x.",
)
