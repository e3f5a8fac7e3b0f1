"""The normal distribution, and the activation functions made of it: gelu and its approximation."""

from __future__ import annotations

import math
from functools import reduce
from typing import Any

from .activations import bell
from .arithmetic import beyond
from .exponentials import split
from .op import Arithmetic, Op, Shape


def normal_cdf(m: Arithmetic, x: Any) -> Any:
    """erfc(-x/√2)/2, corrected for the rounding error of x/√2.

    In the tail the relative error of an argument u is amplified 2u² times: 1,200 times at x = -35.
    """
    root, rest = 0.7071067811865476, -4.833646656726457e-17  # of 1/2; rest: its rounding error
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


# The zero z of gelu's slope; and the slope over (x - z)·exp(-x²/2) as a polynomial in x - z, the
# highest power first: Chebyshev's of degree 18 for x from -2.5 to -0.5, which is off by 4e-18.
GELU_ZERO = (-0.7517915246935645, 1.4956759177009883e-17)
GELU_POLYNOMIAL = (
    1.8668421130402513e-12,
    3.5021390577401646e-11,
    3.278812738046482e-10,
    2.1095341918362836e-09,
    1.0894824773040554e-08,
    4.9744365390611076e-08,
    2.1230342672682177e-07,
    8.679263439733437e-07,
    3.4208562032061214e-06,
    1.2990574323552826e-05,
    4.739627950529935e-05,
    0.0001655376460086165,
    0.0005510161694534092,
    0.0017385504345937776,
    0.005164140672992799,
    0.014313659799259122,
    0.03658159148938005,
    0.08475636963853056,
    0.5724061752276146,
)


def gelu_partials(m: Arithmetic, x: Any, y: Any) -> tuple[Any]:
    """Φ(x) + x·φ(x); near the zero, where the terms cancel, with the value of the polynomial.

    The derivatives are those of the sum, near the zero too.
    """
    slope = m.normal_cdf(x) + m.where(abs(x) < 64.0, x, 0.0) * normal_density(m, x)
    d = beyond(x, GELU_ZERO)
    accurate = m.gaussian(x, 0.5) * d * reduce(lambda y, c: y * d + c, GELU_POLYNOMIAL)
    replaced = m.constant(accurate) + (slope - m.constant(slope))
    return (m.where(abs(x + 1.5) < 1.0, replaced, slope),)


GELU = Op(
    "gelu",
    Shape.ONE,
    gelu_partials,
    value=lambda m, x: m.where(x < -64.0, -0.0, x * m.normal_cdf(x)),
    textbook=lambda m, x, y: (
        m.normal_cdf(x) + x * m.exp(-m.pow(x, 2.0) / 2.0) / math.sqrt(2.0 * math.pi),
    ),
    formula=lambda m, x: x * m.normal_cdf(x),
    doc="x times the probability that a standard normal variable is below x.",
)


GELU_TANH_SCALE, GELU_TANH_CUBE = 2.0 * math.sqrt(2.0 / math.pi), 0.044715
# The zero of the slope, and exp of the sigmoid's operand there.
GELU_TANH_ZERO = (-0.7524614220710162, -3.473691681308185e-17)
GELU_TANH_AT_ZERO = 0.29195521191476714


def gelu_tanh_argument(m: Arithmetic, x: Any) -> tuple[Any, Any]:
    """The operand of the sigmoid, 2·√(2/π)·(x + 0.044715 x³), and its slope."""
    t = m.where(x > 64.0, 64.0, m.where(x < -64.0, -64.0, x))
    scale, cube = GELU_TANH_SCALE, GELU_TANH_CUBE
    return scale * (t + cube * (t * t * t)), scale * (1.0 + 3.0 * cube * (t * t))


def gelu_tanh_partials(m: Arithmetic, x: Any, y: Any) -> tuple[Any]:
    """With the argument a: σ(a) + x·σ'(a)·a'; left of 0 as σ'(a)·(1 + exp(a) + x·a'), and the part
    in brackets as its difference from its zero, where nothing cancels.
    """
    argument, slope = gelu_tanh_argument(m, x)
    right = m.sigmoid(argument) + m.where(abs(x) < 64.0, x, 0.0) * bell(m, argument) * slope
    t = m.where(x < -64.0, -64.0, m.where(x > 0.0, 0.0, x))
    d = beyond(t, GELU_TANH_ZERO)
    nearest = GELU_TANH_ZERO[0]
    squares = GELU_TANH_CUBE * (t * t + nearest * t + nearest * nearest)  # (t³ - zero³)/d
    more = GELU_TANH_SCALE * d * (1.0 + squares)
    left = GELU_TANH_AT_ZERO * m.expm1(more) + GELU_TANH_SCALE * d * (1.0 + 3.0 * squares)
    return (m.where(x < 0.0, bell(m, argument) * left, right),)


def gelu_tanh_textbook(m: Arithmetic, x: Any, y: Any) -> tuple[Any]:
    scale, cube = GELU_TANH_SCALE, GELU_TANH_CUBE
    share = m.sigmoid(scale * (x + cube * m.pow(x, 3.0)))
    return (share + y * (1.0 - share) * scale * (1.0 + 3.0 * cube * m.pow(x, 2.0)),)


GELU_TANH = Op(
    "gelu_tanh",
    Shape.ONE,
    gelu_tanh_partials,
    textbook=gelu_tanh_textbook,
    value=lambda m, x: m.where(x < -64.0, -0.0, x * m.sigmoid(gelu_tanh_argument(m, x)[0])),
    formula=lambda m, x: x * m.sigmoid(GELU_TANH_SCALE * (x + GELU_TANH_CUBE * m.pow(x, 3.0))),
    doc="gelu by its usual approximation, with a tanh in it.",
)
