"""Activation functions of neurons."""

from __future__ import annotations

import math
from typing import Any

from .arithmetic import step
from .exponentials import split
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


TANH = Op(
    "tanh",
    Shape.ONE,
    lambda m, x, y: (4.0 * bell(m, 2.0 * x),),
    textbook=lambda m, x, y: (1.0 - m.pow(y, 2.0),),
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
LOG_SIGMOID = Op(
    "log_sigmoid",
    Shape.ONE,
    lambda m, x, y: (m.sigmoid(-x),),
    value=lambda m, x: m.where(x < 0.0, x, 0.0) - m.log1p(m.exp(m.copysign(x, -1.0))),
    doc="The logarithm of sigmoid(x).",
)
RELU = Op(
    "relu",
    Shape.ONE,
    lambda m, x, y: (step(m, x, y, 0.0, 1.0),),
    value=lambda m, x: m.where(x <= 0.0, 0.0, x),
    textbook=lambda m, x, y: (m.where(x > 0.0, 1.0, 0.0),),
    doc="x where it is positive, else 0; slope 0 at 0.",
)
LEAKY_RELU = Op(
    "leaky_relu",
    Shape.TWO,
    lambda m, x, slope, y: (step(m, x, y, slope, 1.0), m.where(x > 0.0, 0.0, x)),
    value=lambda m, x, slope: m.where(x <= 0.0, slope * x, x),
    textbook=lambda m, x, slope, y: (m.where(x > 0.0, 1.0, slope), m.where(x > 0.0, 0.0, x)),
    domain=(REAL, (0.0, 1.0)),
    doc="x where it is positive, else slope·x.",
)


def negative_part(m: Arithmetic, x: Any) -> Any:
    """x where it is negative, else 0: what an exponential may take without overflow."""
    return m.where(x > 0.0, m.constant(0.0), x)


def elu(m: Arithmetic, x: Any, alpha: Any) -> Any:
    return m.where(x > 0.0, x, alpha * m.expm1(negative_part(m, x)))


def elu_partials(m: Arithmetic, x: Any, alpha: Any, y: Any) -> tuple[Any, Any]:
    """At 0 the smaller one of the slopes on both sides."""
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
    domain=(REAL, (0.0, 4.0)),
    doc="x where it is positive, else alpha·(exp(x) - 1).",
)

# G. Klambauer et al., Self-normalizing neural networks (2017), section 2.
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def selu_partials(m: Arithmetic, x: Any, y: Any) -> tuple[Any]:
    """At 0 the smaller one of the slopes on both sides, which is the right one."""
    left = SELU_SCALE * SELU_ALPHA * m.exp(negative_part(m, x))
    return (m.where(x < 0.0, left, m.where(m.equal(x, x), SELU_SCALE, y)),)


SELU = Op(
    "selu",
    Shape.ONE,
    selu_partials,
    value=lambda m, x: SELU_SCALE * elu(m, x, SELU_ALPHA),
    textbook=lambda m, x, y: (m.where(x > 0.0, SELU_SCALE, SELU_SCALE * SELU_ALPHA * m.exp(x)),),
    doc="The self-normalising elu.",
)


def normal_cdf(m: Arithmetic, x: Any) -> Any:
    """erfc(-x/√2)/2, with what the rounding of x/√2 changes in erfc put back.

    In the tail the relative error of an argument u grows 2u² fold: 1,200 times at x = -35.
    """
    root, rest = 0.7071067811865476, -4.833646656726457e-17  # of 1/2; rest: what the float lacks
    u = root * x
    (high, low), (root_high, root_low) = split(x), split(root)
    error = ((high * root_high - u) + high * root_low + low * root_high) + low * root_low
    shift = m.where(abs(x) < 64.0, error + rest * x, 0.0)
    slope = 2.0 / math.sqrt(math.pi) * m.exp(-(u * u))
    return 0.5 * (m.erfc(-u) + slope * shift)


def normal_density(m: Arithmetic, x: Any) -> Any:
    return m.gaussian(x, 0.5) / math.sqrt(2.0 * math.pi)


NORMAL_CDF = Op(
    "normal_cdf",
    Shape.ONE,
    lambda m, x, y: (normal_density(m, x),),
    value=normal_cdf,
    symbol="Φ",
    doc="The probability that a standard normal variable is below x.",
)
GELU = Op(
    "gelu",
    Shape.ONE,
    lambda m, x, y: (m.normal_cdf(x) + m.where(abs(x) < 64.0, x, 0.0) * normal_density(m, x),),
    value=lambda m, x: m.where(x < -64.0, -0.0, x * m.normal_cdf(x)),
    textbook=lambda m, x, y: (
        m.normal_cdf(x) + x * m.exp(-m.pow(x, 2.0) / 2.0) / math.sqrt(2.0 * math.pi),
    ),
    doc="x times the probability that a standard normal variable is below x.",
)


def gelu_tanh_argument(m: Arithmetic, x: Any) -> tuple[Any, Any]:
    """What the sigmoid takes, 2·√(2/π)·(x + 0.044715 x³), and its slope."""
    scale = 2.0 * math.sqrt(2.0 / math.pi)
    t = m.where(x > 64.0, 64.0, m.where(x < -64.0, -64.0, x))
    return scale * (t + 0.044715 * (t * t * t)), scale * (1.0 + 3.0 * 0.044715 * (t * t))


def gelu_tanh_partials(m: Arithmetic, x: Any, y: Any) -> tuple[Any]:
    argument, slope = gelu_tanh_argument(m, x)
    t = m.where(abs(x) < 64.0, x, 0.0)
    return (m.sigmoid(argument) + t * bell(m, argument) * slope,)


def gelu_tanh_textbook(m: Arithmetic, x: Any, y: Any) -> tuple[Any]:
    argument, slope = gelu_tanh_argument(m, x)
    share = m.sigmoid(argument)
    return (share + x * share * (1.0 - share) * slope,)


GELU_TANH = Op(
    "gelu_tanh",
    Shape.ONE,
    gelu_tanh_partials,
    textbook=gelu_tanh_textbook,
    value=lambda m, x: m.where(x < -64.0, -0.0, x * m.sigmoid(gelu_tanh_argument(m, x)[0])),
    doc="gelu by its usual approximation, with a tanh in it.",
)


def halves(m: Arithmetic, x: Any) -> tuple[Any, Any, Any]:
    """h = exp(-|x|/2), and x, bounded where h is 0 and must not meet an infinity; is x negative?

    Far left a function here is x·h² or so: as (x·h)·h it keeps its digits where h² is subnormal.
    The sign is that of the bit, also at -0.0, so that it fits the slope of -|x|.
    """
    h = m.exp(0.5 * m.copysign(x, -1.0))
    return h, m.where(abs(x) < 2000.0, x, 0.0), m.copysign(1.0, x) < 0.0


def silu(m: Arithmetic, x: Any) -> Any:
    h, t, negative = halves(m, x)
    d = 1.0 + h * h
    return m.where(negative, ((t * h) * h) / d, x / d)


def silu_partials(m: Arithmetic, x: Any, y: Any) -> tuple[Any]:
    h, t, negative = halves(m, x)
    d = 1.0 + h * h
    return (m.where(negative, ((1.0 + t / d) * h) * h / d, (1.0 + t * (h * h) / d) / d),)


SILU = Op(
    "silu",
    Shape.ONE,
    silu_partials,
    value=silu,
    textbook=lambda m, x, y: (m.sigmoid(x) + y * (1.0 - m.sigmoid(x)),),
    doc="x·sigmoid(x), also called swish.",
)


def mish(m: Arithmetic, x: Any) -> Any:
    """x·tanh(softplus(x)), where tanh(log(1 + e^x)) = e^x(e^x + 2)/(e^x(e^x + 2) + 2)."""
    h, t, negative = halves(m, x)
    e = h * h
    left = ((t * h) * h) * (e + 2.0) / (e * (e + 2.0) + 2.0)
    right = 1.0 + 2.0 * e
    return m.where(negative, left, x * (right / (right + 2.0 * e * e)))


def mish_partials(m: Arithmetic, x: Any, y: Any) -> tuple[Any]:
    """The quotient rule with everything over one denominator: one cancellation, at the minimum."""
    h, t, negative = halves(m, x)
    e = h * h
    low, high = e * (e + 2.0) + 2.0, 1.0 + 2.0 * e * (1.0 + e)
    left = (4.0 * (t + 1.0) + e * ((4.0 * t + 6.0) + e * (4.0 + e))) * h * h
    right = 1.0 + e * (4.0 + e * ((4.0 * t + 6.0) + e * (4.0 * (t + 1.0))))
    return (m.where(negative, left / (low * low), right / (high * high)),)


def mish_textbook(m: Arithmetic, x: Any, y: Any) -> tuple[Any]:
    gate = m.tanh(m.softplus(x))
    return (gate + x * (1.0 - m.pow(gate, 2.0)) * m.sigmoid(x),)


MISH = Op(
    "mish",
    Shape.ONE,
    mish_partials,
    value=mish,
    textbook=mish_textbook,
    doc="x·tanh(softplus(x)).",
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
    doc="x/(1 + |x|).",
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
    domain=(REAL, (-2.0, -0.5), (0.5, 2.0)),
    doc="x, or the bound that it is beyond; slope 0 at the bounds.",
)
