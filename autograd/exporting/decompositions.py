"""Functions that a language lacks, decomposed into functions that most languages have.

They take exp, log, sqrt and sin, arithmetic and choices, and give a function within some units in
the last place (cos and tan near the zeros of cos: of 1), with C's results at zeros, infinities and
NaN.
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
    """The sign of a zero is that of its reciprocal; a NaN has no sign."""
    negative = m.where(m.equal(s, 0.0), 1.0 / s, s) < 0.0
    return abs(x) * m.where(negative, -1.0, 1.0)


def expm1(m: Arithmetic, x: Any) -> Any:
    """W. Kahan's: the rounding error of exp(x), which log(exp(x)) has too, cancels."""
    e = m.exp(x)
    near = m.where(abs(x) < 1.0, e, 2.0)  # elsewhere any nonzero divisor, such as 2
    accurate = (near - 1.0) * (x / m.log(m.where(m.equal(near, 1.0), 2.0, near)))
    return m.where(abs(x) < 1.0, m.where(m.equal(e, 1.0), x, accurate), e - 1.0)


def log1p(m: Arithmetic, x: Any) -> Any:
    """W. Kahan's: the quotient compensates the rounding error of 1 + x."""
    u = 1.0 + x
    exact = m.equal(u - 1.0, x)
    accurate = m.log(u) * (x / m.where(m.equal(u, 1.0), 1.0, u - 1.0))
    return m.where(m.equal(u, 1.0), x, m.where(exact, m.log(u), accurate))


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


def cos(m: Arithmetic, x: Any) -> Any:
    """1 - 2·sin(x/2)², whose argument is exact, as that of sin(x + π/2) is not."""
    s = m.sin(0.5 * x)
    return 1.0 - 2.0 * (s * s)


def tan(m: Arithmetic, x: Any) -> Any:
    return m.sin(x) / m.cos(x)


# The power series of atan(x)/x in x², truncated for x up to tan(π/16).
ATAN_SERIES = tuple([(-1.0) ** n / (2 * n + 1) for n in range(12, -1, -1)])


def atan(m: Arithmetic, x: Any) -> Any:
    """Of 1/|x| where that is smaller; the angle is halved twice, then computed by the series."""
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
    """By the angle in the first quadrant; equal operands (infinite or 0) are a separate case."""
    height, width = abs(a), abs(b)
    equal = m.equal(height, width)
    angle = m.atan(height / m.where(equal, 1.0, width))
    angle = m.where(equal, m.where(m.equal(height, 0.0), 0.0, 0.5 * HALF_PI), angle)
    to_the_left = m.copysign(1.0, b) < 0.0
    return m.copysign(m.where(to_the_left, math.pi - angle, angle), a)


def cbrt(m: Arithmetic, x: Any) -> Any:
    """exp(log(|x|)/3), and one step of Newton's method, which corrects the last places."""
    size = abs(x)
    small = size < 1e-290
    fixed = m.equal(size, 0.0) | m.equal(size, math.inf)
    t = m.where(fixed, 1.0, m.where(small, size * 2.0**300, size))
    y = m.exp(m.log(t) / 3.0)
    y = y - (y - t / y / y) / 3.0
    return m.copysign(m.where(fixed, size, m.where(small, y * 2.0**-100, y)), x)


def hypot(m: Arithmetic, a: Any, b: Any) -> Any:
    """By the quotient of the shorter and the longer side, whose square is at most 1."""
    a, b = abs(a), abs(b)
    first = a > b
    long, short = m.where(first, a, b), m.where(first, b, a)
    quotient = short / m.where(m.equal(long, 0.0), 1.0, long)
    length = long * m.sqrt(1.0 + quotient * quotient)
    endless = m.equal(a, math.inf) | m.equal(b, math.inf)
    return m.where(endless, math.inf, length)


# The power series of erf(x)/x in x² (DLMF 7.6.1), truncated for |x| < 1/2.
ERF_SERIES = tuple(
    [
        2.0 / math.sqrt(math.pi) * (-1.0) ** n / (math.factorial(n) * (2 * n + 1))
        for n in range(11, -1, -1)
    ]
)
# erfc(x)·exp(x²)/t for x from 0 up, t = 2/(2 + x), as a polynomial in 2t - 1, the highest power
# first: Chebyshev's of degree 26, which is off by 2e-16.
ERFC_POLYNOMIAL = (
    1.2051665995883637e-09,
    -1.05903331435718e-09,
    -9.744756625932259e-09,
    1.3216325517632649e-08,
    2.9041985444209086e-08,
    -6.965842943409138e-08,
    -1.6982724012935667e-09,
    1.7867229479168533e-07,
    -2.855481823834117e-07,
    -1.3754508233185945e-08,
    1.00091858626541e-06,
    -1.8150355080541665e-06,
    -5.628166935192924e-07,
    8.05787586714734e-06,
    -1.0848057268891096e-05,
    -1.7073781133818914e-05,
    7.223535061438543e-05,
    -1.7185831874889752e-05,
    -0.00033153674761946043,
    0.0004186480432791111,
    0.0015453060290576436,
    -0.0032395925345820673,
    -0.010755330944716365,
    0.01822111575345904,
    0.13973604627802688,
    0.34358034220690514,
    0.5107913526210115,
)


def erfc_of_size(m: Arithmetic, size: Any) -> Any:
    """erfc of a number from 0 up."""
    t = 2.0 / (2.0 + size)
    return m.gaussian(size, 1.0) * (t * polynomial(2.0 * t - 1.0, ERFC_POLYNOMIAL))


def erf(m: Arithmetic, x: Any) -> Any:
    size = abs(x)
    near = size * polynomial(size * size, ERF_SERIES)
    return m.copysign(m.where(size < 0.5, near, 1.0 - erfc_of_size(m, size)), x)


def erfc(m: Arithmetic, x: Any) -> Any:
    tail = erfc_of_size(m, abs(x))
    return m.where(x < 0.0, 2.0 - tail, tail)


DECOMPOSITIONS: dict[str, Rule] = {
    "acos": acos,
    "acosh": acosh,
    "asin": asin,
    "asinh": asinh,
    "atan": atan,
    "atan2": atan2,
    "atanh": atanh,
    "cbrt": cbrt,
    "copysign": copysign,
    "cos": cos,
    "cosh": cosh,
    "erf": erf,
    "erfc": erfc,
    "expm1": expm1,
    "hypot": hypot,
    "log10": log10,
    "log1p": log1p,
    "log2": log2,
    "sinh": sinh,
    "tan": tan,
}
