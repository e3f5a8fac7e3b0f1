"""Functions that a language lacks, as rules of those that most have.

They take exp, log, sqrt, sin and cos, arithmetic and choices, and give a function within some units
in the last place, with C's results at zeros, infinities and NaN.
"""

from __future__ import annotations

import math
from functools import reduce
from typing import Any

from ..ops import Arithmetic
from ..ops.op import Rule

LOG_2 = math.log(2.0)
HALF_PI = 0.5 * math.pi


def polynomial(x: Any, coefficients: tuple[float, ...]) -> Any:
    """By W. G. Horner's scheme, the highest power first."""
    return reduce(lambda y, c: y * x + c, coefficients)


def copysign(m: Arithmetic, x: Any, s: Any) -> Any:
    """The sign of a zero is that of its reciprocal; a NaN has none."""
    negative = m.where(m.equal(s, 0.0), 1.0 / s, s) < 0.0
    return m.where(negative, -abs(x), abs(x))


def expm1(m: Arithmetic, x: Any) -> Any:
    """W. Kahan's: the rounding error of exp(x), which log(exp(x)) has too, cancels."""
    e = m.exp(x)
    near = m.where(abs(x) < 1.0, e, 2.0)  # elsewhere any other number: 2 divides without harm
    accurate = (near - 1.0) * (x / m.log(m.where(m.equal(near, 1.0), 2.0, near)))
    return m.where(abs(x) < 1.0, m.where(m.equal(e, 1.0), x, accurate), e - 1.0)


def log1p(m: Arithmetic, x: Any) -> Any:
    """W. Kahan's: what 1 + x rounds off is put back by the quotient."""
    u = 1.0 + x
    exact = m.equal(u - 1.0, x)
    accurate = m.log(u) * (x / m.where(m.equal(u, 1.0), 1.0, u - 1.0))
    return m.where(exact, m.log(u), m.where(m.equal(u, 1.0), x, accurate))


def log2(m: Arithmetic, x: Any) -> Any:
    return m.log(x) / LOG_2


def log10(m: Arithmetic, x: Any) -> Any:
    return m.log(x) / math.log(10.0)


def sinh(m: Arithmetic, x: Any) -> Any:
    """With e = expm1(|x|): (e + e/(e + 1))/2; where it may overflow, by exp(|x|/2) squared."""
    size = abs(x)
    e = m.expm1(m.where(size < 20.0, size, 1.0))
    root = m.exp(0.5 * size)
    return m.copysign(m.where(size < 20.0, 0.5 * (e + e / (e + 1.0)), 0.5 * root * root), x)


def cosh(m: Arithmetic, x: Any) -> Any:
    root = m.exp(0.5 * abs(x))
    return 0.5 * root * root + 0.5 / root / root


def asinh(m: Arithmetic, x: Any) -> Any:
    """log(|x| + √(x² + 1)), near 0 by log1p, far out without the square."""
    size = abs(x)
    t = m.where(size < 1e8, size, 1.0)
    near = m.log1p(t + t * t / (1.0 + m.sqrt(t * t + 1.0)))
    return m.copysign(m.where(size < 1e8, near, m.log(size) + LOG_2), x)


def acosh(m: Arithmetic, x: Any) -> Any:
    t = m.where(x < 1e8, x, 2.0) - 1.0
    near = m.log1p(t + m.sqrt(t) * m.sqrt(t + 2.0))
    return m.where(x < 1e8, near, m.log(x) + LOG_2)


def atanh(m: Arithmetic, x: Any) -> Any:
    size = abs(x)
    return m.copysign(0.5 * m.log1p(2.0 * size / (1.0 - size)), x)


def tan(m: Arithmetic, x: Any) -> Any:
    return m.sin(x) / m.cos(x)


# The power series of atan(x)/x by powers of x², enough of it for x up to tan(π/16).
ATAN_SERIES = tuple([(-1.0) ** n / (2 * n + 1) for n in range(12, -1, -1)])


def atan(m: Arithmetic, x: Any) -> Any:
    """Of 1/|x| where that is smaller; then of an angle that is halved twice, by its series."""
    size = abs(x)
    far = size > 1.0
    t = m.where(far, 1.0 / size, size)
    for _ in range(2):
        t = t / (1.0 + m.sqrt(1.0 + t * t))
    angle = 4.0 * (t * polynomial(t * t, ATAN_SERIES))
    return m.copysign(m.where(far, HALF_PI - angle, angle), x)


def asin(m: Arithmetic, x: Any) -> Any:
    return 2.0 * m.atan(x / (1.0 + m.sqrt((1.0 - x) * (1.0 + x))))


def acos(m: Arithmetic, x: Any) -> Any:
    return 2.0 * m.atan(m.sqrt((1.0 - x) / (1.0 + x)))


def atan2(m: Arithmetic, a: Any, b: Any) -> Any:
    """The angle in the first quadrant; both equal, also infinite or 0, are a case of their own."""
    height, width = abs(a), abs(b)
    equal = m.equal(height, width)
    angle = m.atan(height / m.where(equal, 1.0, width))
    angle = m.where(equal, m.where(m.equal(height, 0.0), 0.0, 0.5 * HALF_PI), angle)
    to_the_left = m.copysign(1.0, b) < 0.0
    return m.copysign(m.where(to_the_left, math.pi - angle, angle), a)


def cbrt(m: Arithmetic, x: Any) -> Any:
    """exp(log(|x|)/3), and a step of I. Newton's, which makes it right to the last places."""
    size = abs(x)
    small = size < 1e-290
    regular = m.where(small, size * 2.0**300, size)
    known = m.where(m.equal(size, 0.0), True_(m), m.equal(size, math.inf))
    t = m.where(known, 1.0, regular)
    y = m.exp(m.log(t) / 3.0)
    y = y - (y - t / y / y) / 3.0
    return m.copysign(m.where(known, size, m.where(small, y * 2.0**-100, y)), x)
