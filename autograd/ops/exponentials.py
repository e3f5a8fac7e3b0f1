"""Exponentials and logarithms."""

from __future__ import annotations

from .op import Op, Shape, inf, nan

EXP = Op("exp", Shape.ONE, lambda m, x, y: (y,), doc="e to the power x.")
LOG = Op(
    "log",
    Shape.ONE,
    lambda m, x, y: (m.where(x < 0.0, nan, 1.0 / x),),
    textbook=lambda m, x, y: (1.0 / x,),
    domain=((0.0, inf),),
    doc="The natural logarithm of x.",
)
LOG1P = Op(
    "log1p",
    Shape.ONE,
    lambda m, x, y: (m.where(x < -1.0, nan, 1.0 / (1.0 + x)),),
    textbook=lambda m, x, y: (1.0 / (1.0 + x),),
    domain=((-1.0, inf),),
    doc="The natural logarithm of 1 + x, accurate for small x.",
)
