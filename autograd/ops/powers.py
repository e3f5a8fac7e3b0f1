"""Powers, roots and lengths."""

from __future__ import annotations

from typing import Any

from .op import REAL, Arithmetic, Op, Shape, inf, nan

POSITIVE = (0.0, inf)


def slope_in_exponent(m: Arithmetic, a: Any, exponent: Any, y: Any) -> Any:
    """y·log(a), the slope of a**exponent in its exponent; at a = 0 its limit, 0 or -inf.

    For negative a it does not exist; the logarithm is not evaluated, since it would raise in x**2
    too.
    """
    limit = m.where(exponent < 0.0, -inf, 0.0)
    slope = y * m.log(m.where(a > 0.0, a, m.constant(nan)))
    return m.where(m.equal(a, 0.0), limit, slope)


def slope_in_base(m: Arithmetic, a: Any, b: Any, k: Any) -> Any:
    """(b - k)·a**(b - k - 1). For b = k it is 0 for every a, and its slope in b is 1/a.

    Near a = 0 that slope is omitted there: 1/a³ overflows, and 0 times infinity is NaN.
    """
    divides = abs(a) > 1e-100
    flat = (b - k) * m.where(divides, 1.0 / m.where(divides, a, m.constant(1.0)), 0.0)
    return m.where(m.equal(b, k), flat, (b - k) * m.power_less(a, b, k + 1.0))


def power_less(m: Arithmetic, a: Any, b: Any, k: Any) -> Any:
    """a**(b - k) as a**b / a**k where both are in range, since b - k would be rounded."""
    y, z = m.pow(a, b), m.pow(a, k)
    spread = m.where(abs(y) > 1e-307, abs(y), inf) + m.where(abs(z) > 1e-307, abs(z), inf)
    return m.where(spread < 1e308, y / z, m.pow(a, b - k))


def power_less_partials(m: Arithmetic, a: Any, b: Any, k: Any, y: Any) -> tuple[Any, Any, Any]:
    wrt_b = slope_in_exponent(m, a, b - k, y)
    return slope_in_base(m, a, b, k), wrt_b, -wrt_b


POW = Op(
    "pow",
    Shape.TWO,
    lambda m, a, b, y: (slope_in_base(m, a, b, 0.0), slope_in_exponent(m, a, b, y)),
    textbook=lambda m, a, b, y: (b * m.pow(a, b - 1.0), y * m.log(a)),
    symbol="^",
    domain=(POSITIVE, REAL),
    doc="a to the power b.",
)
POWER_LESS = Op(
    "power_less",
    Shape.THREE,
    power_less_partials,
    value=power_less,
    domain=(POSITIVE, REAL, (1.0, 1.0)),
    doc="a**(b - k), the power that the derivatives of pow need.",
)
SQRT = Op(
    "sqrt",
    Shape.ONE,
    lambda m, x, y: (0.5 / abs(y),),
    textbook=lambda m, x, y: (1.0 / (2.0 * y),),
    symbol="√",
    domain=(POSITIVE,),
    doc="The square root of x.",
)


def cbrt_partials(m: Arithmetic, x: Any, y: Any) -> tuple[Any]:
    """y/(3x), which has the relative error of the root once; 1/(3y²) has it twice."""
    return (m.where(m.equal(x, 0.0), inf, (y / m.where(m.equal(x, 0.0), 1.0, x)) / 3.0),)


CBRT = Op(
    "cbrt",
    Shape.ONE,
    cbrt_partials,
    textbook=lambda m, x, y: (1.0 / (3.0 * m.pow(y, 2.0)),),
    symbol="∛",
    doc="The cube root of x, negative where x is.",
)


def hypot_partials(m: Arithmetic, a: Any, b: Any, y: Any) -> tuple[Any, Any]:
    """a/y and b/y, both scaled by a power of two where y itself is out of range or subnormal."""
    scale = m.where(y < 1e-290, 2.0**600, m.where(y > 1e300, 2.0**-600, 1.0))
    length = m.hypot(scale * a, scale * b)
    origin = m.equal(y, 0.0)
    divisor = m.where(origin, m.constant(1.0), length)
    return m.where(origin, 0.0, (scale * a) / divisor), m.where(origin, 0.0, (scale * b) / divisor)


HYPOT = Op(
    "hypot",
    Shape.TWO,
    hypot_partials,
    textbook=lambda m, a, b, y: (a / y, b / y),
    doc="The length of the vector (a, b); slope 0 at the origin.",
)
