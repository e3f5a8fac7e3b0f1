"""Activation functions of neurons."""

from __future__ import annotations

import math
from typing import Any

from .arithmetic import beyond, step
from .op import REAL, Arithmetic, Op, Shape


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


def tanh_slope(m: Arithmetic, x: Any) -> Any:
    """4e/(1 + e)², e = exp(-2|x|): 1 - tanh(x)², right in both tails.

    abs, whose slope is 0 at 0, is correct here: this rule is not differentiated.
    """
    e = m.exp(-2.0 * abs(x))
    d = 1.0 + e
    return 4.0 * (e / (d * d))


TANH_SLOPE = Op(
    "tanh_slope",
    Shape.ONE,
    lambda m, x, y: (-2.0 * m.tanh(x) * y,),
    value=tanh_slope,
    symbol="sech²",
    doc="1 - tanh(x)², the derivative of tanh, right in both tails.",
)
TANH = Op(
    "tanh",
    Shape.ONE,
    lambda m, x, y: (m.tanh_slope(x),),
    textbook=lambda m, x, y: (1.0 - m.pow(y, 2.0),),
    doc="The hyperbolic tangent of x.",
)
SIGMOID = Op(
    "sigmoid",
    Shape.ONE,
    lambda m, x, y: (bell(m, x),),
    value=sigmoid,
    textbook=lambda m, x, y: (y * (1.0 - y),),
    formula=lambda m, x: 1.0 / (1.0 + m.exp(-x)),
    symbol="σ",
    doc="The logistic function 1/(1 + exp(-x)).",
)
SOFTPLUS = Op(
    "softplus",
    Shape.ONE,
    lambda m, x, y: (m.sigmoid(x),),
    value=lambda m, x: m.where(x > 0.0, x, 0.0) + m.log1p(m.exp(m.copysign(x, -1.0))),
    formula=lambda m, x: m.log(1.0 + m.exp(x)),
    doc="log(1 + exp(x)), a smooth relu.",
)
LOG_SIGMOID = Op(
    "log_sigmoid",
    Shape.ONE,
    lambda m, x, y: (m.sigmoid(-x),),
    value=lambda m, x: m.where(x < 0.0, x, 0.0) - m.log1p(m.exp(m.copysign(x, -1.0))),
    formula=lambda m, x: m.log(m.sigmoid(x)),
    doc="The logarithm of sigmoid(x).",
)
RELU = Op(
    "relu",
    Shape.ONE,
    lambda m, x, y: (step(m, x, y, 0.0, 1.0),),
    value=lambda m, x: m.where(x <= 0.0, 0.0, x),
    textbook=lambda m, x, y: (m.where(x > 0.0, 1.0, 0.0),),
    formula=lambda m, x: m.where(x > 0.0, x, 0.0),
    doc="x where it is positive, else 0; slope 0 at 0.",
)
LEAKY_RELU = Op(
    "leaky_relu",
    Shape.TWO,
    lambda m, x, slope, y: (step(m, x, y, slope, 1.0), m.where(x > 0.0, 0.0, x)),
    value=lambda m, x, slope: m.where(x <= 0.0, slope * x, x),
    textbook=lambda m, x, slope, y: (m.where(x > 0.0, 1.0, slope), m.where(x > 0.0, 0.0, x)),
    formula=lambda m, x, slope: m.where(x > 0.0, x, slope * x),
    domain=(REAL, (0.0, 1.0)),
    doc="x where it is positive, else slope·x.",
)


def negative_part(m: Arithmetic, x: Any) -> Any:
    """x where it is negative, else 0: an operand with which an exponential can't overflow."""
    return m.where(x > 0.0, m.constant(0.0), x)


def elu(m: Arithmetic, x: Any, alpha: Any) -> Any:
    return m.where(x > 0.0, x, alpha * m.expm1(negative_part(m, x)))


def elu_partials(m: Arithmetic, x: Any, alpha: Any, y: Any) -> tuple[Any, Any]:
    """At 0 the smaller one of the one-sided derivatives."""
    low = negative_part(m, x)
    at_zero = m.where(abs(alpha) < 1.0, alpha, 1.0)
    left = m.where(m.equal(x, 0.0), at_zero, alpha * m.exp(low))
    return m.where(x > 0.0, 1.0, left), m.expm1(low)


ELU = Op(
    "elu",
    Shape.TWO,
    elu_partials,
    value=elu,
    textbook=lambda m, x, alpha, y: (
        m.where(x > 0.0, 1.0, alpha * m.exp(x)),
        m.where(x > 0.0, 0.0, m.exp(x) - 1.0),
    ),
    formula=lambda m, x, alpha: m.where(x > 0.0, x, alpha * (m.exp(x) - 1.0)),
    domain=(REAL, (0.0, 4.0)),
    doc="x where it is positive, else alpha·(exp(x) - 1).",
)

# G. Klambauer et al., Self-normalizing neural networks (2017), section 2.
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def selu_partials(m: Arithmetic, x: Any, y: Any) -> tuple[Any]:
    """At 0 the smaller one of the one-sided derivatives, which is the right-hand one."""
    left = SELU_SCALE * SELU_ALPHA * m.exp(negative_part(m, x))
    return (m.where(x < 0.0, left, m.where(m.equal(x, x), SELU_SCALE, y)),)


SELU = Op(
    "selu",
    Shape.ONE,
    selu_partials,
    value=lambda m, x: SELU_SCALE * elu(m, x, SELU_ALPHA),
    textbook=lambda m, x, y: (m.where(x > 0.0, SELU_SCALE, SELU_SCALE * SELU_ALPHA * m.exp(x)),),
    formula=lambda m, x: SELU_SCALE * m.where(x > 0.0, x, SELU_ALPHA * (m.exp(x) - 1.0)),
    doc="The self-normalizing elu (Klambauer et al., 2017).",
)


def decay(m: Arithmetic, x: Any) -> tuple[Any, Any, Any, Any, Any]:
    """e = exp(-|x|), also as part·scale, where part is not subnormal while x·e is not.

    Then x, bounded where e is 0 and must not meet an infinity; and is x negative? The sign is that
    of the bit, also at -0.0, so that it fits the slope of -|x|.
    """
    t = m.copysign(x, -1.0)
    part = m.exp(t + m.where(t < -600.0, 64.0, 0.0))  # t + 64 is exact there
    scale = m.where(t < -600.0, math.exp(-64.0), 1.0)
    bounded = m.where(abs(x) < 2000.0, x, 0.0)
    return part * scale, part, scale, bounded, m.copysign(1.0, x) < 0.0


def silu(m: Arithmetic, x: Any) -> Any:
    e, part, scale, t, negative = decay(m, x)
    return m.where(negative, t * part * scale, x) / (1.0 + e)


# The zero of 1 + x + exp(x), which is that of silu's slope, and exp of it.
SILU_ZERO, SILU_AT_ZERO = (-1.2784645427610737, -1.0946994183093437e-16), 0.2784645427610738


def silu_partials(m: Arithmetic, x: Any, y: Any) -> tuple[Any]:
    """With e = exp(-|x|): left of 0 it is (1 + x + e)·e/(1 + e)², and the first part is written as
    its difference from its zero, where nothing cancels.
    """
    e, part, scale, t, negative = decay(m, x)
    d = beyond(m.copysign(t, -1.0), SILU_ZERO)
    left = (d + SILU_AT_ZERO * m.expm1(d)) * part * scale
    return (m.where(negative, left, 1.0 + e * (t + 1.0)) / (1.0 + e * (2.0 + e)),)


SILU = Op(
    "silu",
    Shape.ONE,
    silu_partials,
    value=silu,
    textbook=lambda m, x, y: (m.sigmoid(x) + y * (1.0 - m.sigmoid(x)),),
    formula=lambda m, x: x * m.sigmoid(x),
    doc="x·sigmoid(x), also called swish (Elfwing et al., 2018).",
)


def mish(m: Arithmetic, x: Any) -> Any:
    """x·tanh(softplus(x)), where tanh(log(1 + e^x)) = e^x(e^x + 2)/(e^x(e^x + 2) + 2)."""
    e, part, scale, t, negative = decay(m, x)
    left = t * part * scale * (e + 2.0) / (e * (e + 2.0) + 2.0)
    right = 1.0 + 2.0 * e
    return m.where(negative, left, x * (right / (right + 2.0 * e * e)))


# The zero z of x + 1 + e(x + 3/2) + e² + e³/4, e = exp(x), which is that of mish's slope, and, by
# powers of e, the polynomial that makes d + e·d + expm1(d)·polynomial of it, with d = x - z.
MISH_ZERO = (-1.1924312145154952, -4.8484829848031044e-17)
MISH_POLYNOMIAL = (0.19243121451549522, 0.32650794758675505, 0.07587063382038223)


def mish_partials(m: Arithmetic, x: Any, y: Any) -> tuple[Any]:
    """The quotient rule with everything over one denominator; left of 0 the numerator is written as
    its difference from its zero, where nothing cancels. Multiplied out, squares are rounded less.
    """
    e, part, scale, t, negative = decay(m, x)
    d = beyond(m.copysign(t, -1.0), MISH_ZERO)
    one, two, three = MISH_POLYNOMIAL
    left = (d + (e * d + m.expm1(d) * (one + e * (two + e * three)))) * part * scale
    left = left / (1.0 + e * (2.0 + e * (2.0 + e * (1.0 + 0.25 * e))))
    right = 1.0 + e * (4.0 + e * ((4.0 * t + 6.0) + e * (4.0 * (t + 1.0))))
    right = right / (1.0 + e * (4.0 + e * (8.0 + e * (8.0 + 4.0 * e))))
    return (m.where(negative, left, right),)


def mish_textbook(m: Arithmetic, x: Any, y: Any) -> tuple[Any]:
    gate = m.tanh(m.softplus(x))
    return (gate + x * (1.0 - m.pow(gate, 2.0)) * m.sigmoid(x),)


MISH = Op(
    "mish",
    Shape.ONE,
    mish_partials,
    value=mish,
    textbook=mish_textbook,
    formula=lambda m, x: x * m.tanh(m.softplus(x)),
    doc="x·tanh(softplus(x)) (Misra, 2019).",
)


def softsign_partials(m: Arithmetic, x: Any, y: Any) -> tuple[Any]:
    d = 1.0 + abs(x)
    return (1.0 / d / d,)


SOFTSIGN = Op(
    "softsign",
    Shape.ONE,
    softsign_partials,
    textbook=lambda m, x, y: (1.0 / m.pow(1.0 + abs(x), 2.0),),
    value=lambda m, x: m.where(abs(x) > 1e300, m.copysign(1.0, x), x / (1.0 + abs(x))),
    formula=lambda m, x: x / (1.0 + abs(x)),
    doc="x/(1 + abs(x)).",
)


def clamp(m: Arithmetic, x: Any, low: Any, high: Any) -> Any:
    """x between the bounds; a NaN bound stays, as a NaN x does."""
    known = m.where(m.equal(low, low), high, low)
    return m.where(m.equal(known, known), m.where(x < low, low, m.where(x > high, high, x)), known)


def clamp_partials(m: Arithmetic, x: Any, low: Any, high: Any, y: Any) -> tuple[Any, Any, Any]:
    """Slope 1 strictly inside, 0 at the bounds; NaN to a NaN operand."""

    def unless_nan(operand: Any, slope: Any) -> Any:
        return m.where(m.equal(operand, operand), slope, y)

    inside = m.where(x > low, m.where(x < high, 1.0, 0.0), 0.0)
    below, above = m.where(x < low, 1.0, 0.0), m.where(x > high, 1.0, 0.0)
    return unless_nan(x, inside), unless_nan(low, below), unless_nan(high, above)


CLAMP = Op(
    "clamp",
    Shape.THREE,
    clamp_partials,
    value=clamp,
    textbook=lambda m, x, low, high, y: (
        m.where(x > low, m.where(x < high, 1.0, 0.0), 0.0),
        m.where(x < low, 1.0, 0.0),
        m.where(x > high, 1.0, 0.0),
    ),
    formula=lambda m, x, low, high: m.minimum([m.maximum([x, low]), high]),
    domain=(REAL, (-2.0, -0.5), (0.5, 2.0)),
    doc="x, or the bound that it is beyond; slope 0 at the bounds.",
)
