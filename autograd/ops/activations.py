"""Activation functions of neurons."""

from __future__ import annotations

from typing import Any

from .arithmetic import step
from .op import Arithmetic, Op, Shape


def bell(m: Arithmetic, x: Any) -> Any:
    """e^x/(1 + e^x)², the slope of the sigmoid, right in both tails.

    The exponent is -|x|, written by copysign and not by abs: abs has slope 0 at 0, which would make
    the second derivative of the bell vanish there.
    """
    e = m.exp(m.copysign(x, -1.0))
    d = 1.0 + e
    return e / (d * d)


def sigmoid(m: Arithmetic, x: Any) -> Any:
    """1/(1 + e^-x), with an exponential that can't overflow."""
    e = m.exp(m.copysign(x, -1.0))
    return m.where(x < 0.0, e, 1.0) / (1.0 + e)


TANH = Op(
    "tanh",
    Shape.ONE,
    lambda m, x, y: (4.0 * bell(m, 2.0 * x),),
    textbook=lambda m, x, y: (1.0 - y * y,),
    doc="The hyperbolic tangent of x.",
)
SIGMOID = Op(
    "sigmoid",
    Shape.ONE,
    lambda m, x, y: (bell(m, x),),
    value=sigmoid,
    textbook=lambda m, x, y: (y * (1.0 - y),),
    symbol="σ",
    doc="The logistic function 1/(1 + exp(-x)).",
)
SOFTPLUS = Op(
    "softplus",
    Shape.ONE,
    lambda m, x, y: (m.sigmoid(x),),
    value=lambda m, x: m.where(x > 0.0, x, 0.0) + m.log1p(m.exp(m.copysign(x, -1.0))),
    doc="log(1 + exp(x)), a smooth relu.",
)
RELU = Op(
    "relu",
    Shape.ONE,
    lambda m, x, y: (step(m, x, 0.0, 1.0),),
    value=lambda m, x: m.where(x <= 0.0, 0.0, x),
    textbook=lambda m, x, y: (m.where(x > 0.0, 1.0, 0.0),),
    doc="x where it is positive, else 0; slope 0 at 0.",
)
LEAKY_RELU = Op(
    "leaky_relu",
    Shape.TWO,
    lambda m, x, slope, y: (step(m, x, slope, 1.0), m.where(x > 0.0, 0.0, x)),
    value=lambda m, x, slope: m.where(x <= 0.0, slope * x, x),
    textbook=lambda m, x, slope, y: (m.where(x > 0.0, 1.0, slope), m.where(x > 0.0, 0.0, x)),
    doc="x where it is positive, else slope * x.",
)
