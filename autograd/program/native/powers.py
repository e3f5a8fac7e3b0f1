"""Powers with constant exponents, as compensated products and square roots.

A power is computed as a *pair* with twice the digits of a double: the rounded result, and an
estimate of its rounding error, from fused multiply-adds. The sum of the pair is accurate to
slightly more than half a unit in the last place, as C's function is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import inf

from .llvm_ir import Function

Pair = tuple[str, str]
# The exponents from -4 to 4 in steps of a half, without those of a single product, quotient or
# root, which tapes do not contain.
EXPONENTS = (-4.0, -3.5, -3.0, -2.5, -2.0, -1.5, -0.5, 1.5, 2.5, 3.0, 3.5, 4.0)


def power(f: Function, x: str, exponent: float) -> str:
    """x**exponent, for one of EXPONENTS."""
    halves = exponent % 1.0 == 0.5
    base = f.intrinsic("fabs", x) if halves else x  # so that -inf has the result of inf
    count = int(abs(exponent))
    one = number(f, base) if exponent > 0.0 else inverse(f, base)
    found = []
    if halves:
        found.append(root_cubed(f, x, base) if exponent > 0.0 else inverse_root(f, x, base))
        count -= exponent > 0.0
    if count == 1:
        found.append(one)
    elif count > 1:
        square = product(f, one, one)
        found.append(square)
        if count > 2:
            found.append(one if count == 3 else square)
    high, low = found[0]
    for other in found[1:]:
        high, low = product(f, (high, low), other)
    total = f.add(high, low)
    # The error of an infinite result, or of the inverse of 0, is NaN.
    usual = f.compare("olt", f.intrinsic("fabs", total), f.constant(inf))
    result = f.select(usual, total, high)
    is_odd = exponent % 2.0 == 1.0
    return f.intrinsic("copysign", result, x) if is_odd else result  # the sum of -0 and 0 is 0


def number(f: Function, x: str) -> Pair:
    return x, f.constant(0.0)


def product(f: Function, a: Pair, b: Pair) -> Pair:
    high = f.mul(a[0], b[0])
    low = f.fma(a[0], b[0], f.neg(high))
    zero = f.constant(0.0)
    for x, rest in ((a[0], b[1]), (b[0], a[1])):
        if rest != zero:
            low = f.fma(x, rest, low)
    return high, low


def inverse(f: Function, x: str) -> Pair:
    high = f.div(f.constant(1.0), x)
    return high, f.mul(high, f.fma(f.neg(x), high, f.constant(1.0)))


def root(f: Function, x: str, size: str) -> tuple[str, str]:
    """x**0.5, rounded, and the difference of |x| and its square."""
    usual = f.intrinsic("sqrt", f.add(x, f.constant(0.0)))  # of |x|, since the root of -0 is -0
    is_low = f.compare("oeq", x, f.constant(-inf))
    found = f.select(is_low, f.constant(inf), usual)
    return found, f.fma(f.neg(found), found, size)


def root_cubed(f: Function, x: str, size: str) -> Pair:
    """|x|·r with r = √x: for x = r² + d the correction is r·d/2."""
    found, more = root(f, x, size)
    high = f.mul(size, found)
    rest = f.fma(size, found, f.neg(high))
    return high, f.fma(f.mul(f.constant(0.5), found), more, rest)


def inverse_root(f: Function, x: str, size: str) -> Pair:
    """1/r with r = √x, and the error of both roundings."""
    found, more = root(f, x, size)
    high = f.div(f.constant(1.0), found)
    rest = f.fma(f.neg(found), high, f.constant(1.0))
    half_square = f.mul(f.mul(f.constant(0.5), high), high)
    return high, f.mul(high, f.fma(f.neg(more), half_square, rest))


def named(exponent: float) -> str:
    """The name of the instruction of this power."""
    return f"pow {exponent:g}"


POWERS: dict[str, Callable[[Function, str], str]] = {
    named(exponent): partial(power, exponent=exponent) for exponent in EXPONENTS
}
