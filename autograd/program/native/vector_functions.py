"""exp, expm1, tanh with its slope, log and log1p, written for a vector of numbers at a time.

The error is at most 2 units in the last place, that of the slope 4, for every double, special ones
included. A test measures them against mpmath and computes the coefficients again.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nan

from .llvm_ir import Function

AVX512_LANES = 8  # doubles in one of its registers
LOG2_E = 1.4426950408889634
# log(2) in two parts; a whole number of up to 11 bits times the first is exact.
LN2_HIGH, LN2_LOW = 0.6931471805598903, 5.497923018708371e-14
# Added to a small number, it leaves the rounded integer in the lowest bits.
ROUNDER = 1.5 * 2.0**52
ROUNDER_BITS = 0x4338000000000000
ONE_BITS = 0x3FF0000000000000
# expm1(r) = r + r²·q(r) for |r| <= log(2)/2; q by Chebyshev's approximation.
EXPM1_Q = (
    0.5,
    0.16666666666666669,
    0.04166666666662413,
    0.008333333333330062,
    0.0013888888917213717,
    0.00019841269863053618,
    2.4801521295954376e-05,
    2.7557268459997064e-06,
    2.7620088445409746e-07,
    2.510038549551032e-08,
)
# log(1 + f) by s = f/(2 + f), from Sun Microsystems' fdlibm (1993), e_log.c.
LOG_LG = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)
SQRT_HALF_BITS = 0x3FE6A09E00000000  # the upper half of √½
MANTISSA_BITS = 0x000FFFFFFFFFFFFF


def at_least(f: Function, x: str, low: float) -> str:
    """x, or `low` where it is less; NaN stays."""
    bound = f.constant(low)
    return f.select(f.compare("olt", x, bound), bound, x)


def at_most(f: Function, x: str, high: float) -> str:
    bound = f.constant(high)
    return f.select(f.compare("ogt", x, bound), bound, x)


def polynomial(f: Function, x: str, coefficients: Sequence[float]) -> str:
    """c0 + c1·x + c2·x² + ..., by Horner."""
    y = f.constant(coefficients[-1])
    for c in reversed(coefficients[:-1]):
        y = f.fma(y, x, f.constant(c))
    return y


def in_two_chains(f: Function, x: str, coefficients: Sequence[float]) -> tuple[str, str]:
    """The polynomial by its even and odd terms, which halves the latency; and x²."""
    square = f.mul(x, x)
    even = polynomial(f, square, coefficients[0::2])
    odd = polynomial(f, square, coefficients[1::2])
    return f.fma(odd, x, even), square


def power_of_two(f: Function, n: str) -> str:
    """2^n for whole numbers n from -1022 to 1023: the exponent's bits."""
    shifted = f.whole_two("shl", n, f.whole_constant(52))
    return f.from_bits(f.whole_two("add", shifted, f.whole_constant(ONE_BITS)))


def reduced(f: Function, x: str) -> tuple[str, str, str]:
    """n, the same with ROUNDER added, and expm1(r), where x = n·log(2) + r and |r| <= log(2)/2."""
    rounder = f.constant(ROUNDER)
    shifted = f.fma(x, f.constant(LOG2_E), rounder)
    n = f.sub(shifted, rounder)
    r = f.fma(n, f.constant(-LN2_HIGH), x)
    r = f.fma(n, f.constant(-LN2_LOW), r)
    q, square = in_two_chains(f, r, EXPM1_Q)
    return n, shifted, f.fma(q, square, r)


def whole(f: Function, shifted: str) -> str:
    """The integer that ROUNDER moved into the lowest bits."""
    return f.whole_two("sub", f.bits(shifted), f.whole_constant(ROUNDER_BITS))


def has_scale(f: Function) -> bool:
    """Whether the processor scales by powers of two: AVX-512 has an instruction for it."""
    return f.module.lanes == AVX512_LANES and f.lanes >= AVX512_LANES


def scale(f: Function, x: str, n: str) -> str:
    """x·2^n for whole numbers n, rounded once where the result is subnormal."""
    name = "@llvm.x86.avx512.mask.scalef.pd.512"
    f.module.declarations.add(
        f"declare <8 x double> {name}(<8 x double>, <8 x double>, <8 x double>, i8, i32)"
    )
    options = "<8 x double> zeroinitializer, i8 -1, i32 4"  # all lanes, rounding as usual
    scaled = []
    for first in range(0, f.lanes, AVX512_LANES):
        a, b = [f.shuffle(v, "poison", range(first, first + AVX512_LANES)) for v in (x, n)]
        given = f"<8 x double> {a}, <8 x double> {b}, {options}"
        scaled.append(f.set(f"call <8 x double> {name}({given})"))
    with f.width(AVX512_LANES):
        return joined(f, scaled)


def joined(f: Function, parts: Sequence[str]) -> str:
    """One vector of the lanes of all parts."""
    if len(parts) == 1:
        return parts[0]
    pairs = zip(parts[0::2], parts[1::2], strict=True)
    longer = [f.shuffle(a, b, range(2 * f.lanes)) for a, b in pairs]
    with f.width(2 * f.lanes):
        return joined(f, longer)


def exp(f: Function, x: str) -> str:
    """2^n·(1 + expm1(r)), by 2^n in two halves, so that neither overflows."""
    n, shifted, p = reduced(f, at_most(f, at_least(f, x, -746.0), 710.0))
    if has_scale(f):
        return scale(f, f.add(p, f.constant(1.0)), n)
    exponent = whole(f, shifted)
    half = f.whole_two("ashr", exponent, f.whole_constant(1))
    first, second = power_of_two(f, half), power_of_two(f, f.whole_two("sub", exponent, half))
    return f.mul(f.fma(first, p, first), second)


def expm1(f: Function, x: str) -> str:
    """2·(2^(n-1)·expm1(r) + (2^(n-1) - ½))."""
    _, shifted, p = reduced(f, at_most(f, at_least(f, x, -40.0), 710.0))
    half = power_of_two(f, f.whole_two("sub", whole(f, shifted), f.whole_constant(1)))
    y = f.fma(half, p, f.sub(half, f.constant(0.5)))
    tiny = f.compare("olt", f.intrinsic("fabs", x), f.constant(2.0**-54))
    return f.select(tiny, x, f.add(y, y))


def tanh(f: Function, x: str) -> tuple[str, str]:
    """tanh(x) and its slope 4e/(1 + e)², e = exp(-2|x|), with one division for both.

    tanh|x| = -m/(m + 2), m = expm1(-2|x|); the quotient is corrected for the rounding errors of m
    and of m + 2. The slope is (1 + tanh|x|)²·e.
    """
    one, two, rounder = f.constant(1.0), f.constant(2.0), f.constant(ROUNDER)
    # h = -|x|, NaN stays. Beyond 354, where 2^n would be subnormal, only the slope changes; AVX-512
    # scales to where it vanishes, and otherwise it is found apart.
    scales = has_scale(f)
    h = at_least(f, f.neg(f.intrinsic("fabs", x)), -374.0 if scales else -354.0)
    shifted = f.fma(h, f.constant(2.0 * LOG2_E), rounder)
    n = f.sub(shifted, rounder)
    h = f.fma(n, f.constant(-LN2_HIGH / 2.0), h)
    h = f.fma(n, f.constant(-LN2_LOW / 2.0), h)  # half of the rest of -2|x|
    scaled = [c * 2.0 ** (k + 2) for k, c in enumerate(EXPM1_Q)]
    q, square = in_two_chains(f, h, scaled)
    p = f.fma(q, square, f.add(h, h))
    s = scale(f, one, n) if scales else power_of_two(f, whole(f, shifted))
    e = f.fma(s, p, s)
    s_less_1 = f.sub(s, one)
    m = f.fma(s, p, s_less_1)
    d = f.add(m, two)
    inverse = f.div(one, d)
    quotient = f.mul(m, inverse)
    minus_quotient = f.neg(quotient)
    rest_of_d = f.sub(m, f.sub(d, two))
    rest = f.fma(minus_quotient, rest_of_d, f.fma(minus_quotient, d, m))
    rest = f.add(rest, f.fma(s, p, f.sub(s_less_1, m)))
    quotient = f.fma(rest, inverse, quotient)
    u = f.sub(one, quotient)
    slope = f.mul(f.mul(u, u), e)
    if not scales:
        far = f.compare("ogt", f.intrinsic("fabs", x), f.constant(354.0))
        slope = f.repaired(far, slope, lambda: slope_far_out(f, x))
    return f.intrinsic("copysign", quotient, x), slope


def slope_far_out(f: Function, x: str) -> str:
    """tanh's slope where it underflows: 4·exp(-2|x|), as a square."""
    root = exp(f, f.neg(f.intrinsic("fabs", x)))
    root = f.add(root, root)
    return f.mul(root, root)


def log_of_normal(f: Function, x: str, correction: str | None = None) -> str:
    """log(x) for positive normal numbers; plus a small correction, added where it keeps its digits.

    x = 2^k·(1 + f), with 1 + f between √½ and √2.
    """
    moved = f.whole_two("add", f.bits(x), f.whole_constant(ONE_BITS - SQRT_HALF_BITS))
    k = f.whole_two("lshr", moved, f.whole_constant(52))
    # The bits of 2^52 + k, less that and the exponent's offset: k as a number.
    k = f.from_bits(f.whole_two("or", k, f.whole_constant(0x4330000000000000)))
    k = f.sub(k, f.constant(2.0**52 + 1023.0))
    mantissa = f.whole_two("and", moved, f.whole_constant(MANTISSA_BITS))
    mantissa = f.whole_two("add", mantissa, f.whole_constant(SQRT_HALF_BITS))
    fraction = f.sub(f.from_bits(mantissa), f.constant(1.0))
    s = f.div(fraction, f.add(fraction, f.constant(2.0)))
    z = f.mul(s, s)
    r = f.mul(z, polynomial(f, z, LOG_LG))
    half_square = f.mul(f.mul(fraction, f.constant(0.5)), fraction)
    low = f.mul(k, f.constant(LN2_LOW))
    if correction is not None:
        low = f.add(low, correction)
    t = f.fma(s, f.add(half_square, r), low)
    return f.fma(k, f.constant(LN2_HIGH), f.sub(fraction, f.sub(half_square, t)))


def log(f: Function, x: str) -> str:
    """log(x); subnormal numbers are scaled into the normal range first."""
    small = f.compare("olt", x, f.constant(2.0**-1022))
    y = log_of_normal(f, f.select(small, f.mul(x, f.constant(2.0**54)), x))
    y = f.select(small, f.sub(y, f.constant(37.42994775023705)), y)  # 54·log(2)
    y = f.select(f.compare("oeq", x, f.constant(inf)), x, y)
    y = f.select(f.compare("oeq", x, f.constant(0.0)), f.constant(-inf), y)
    return f.select(f.compare("ult", x, f.constant(0.0)), f.constant(nan), y)


def log1p(f: Function, x: str) -> str:
    """log(u), u = 1 + x, plus the rounding error of u divided by u."""
    one = f.constant(1.0)
    u = f.add(one, x)
    below = f.compare("olt", x, one)
    lost = f.select(below, f.sub(x, f.sub(u, one)), f.sub(one, f.sub(u, x)))
    y = log_of_normal(f, u, f.div(lost, u))
    y = f.select(f.compare("oeq", x, f.constant(inf)), x, y)
    y = f.select(f.compare("oeq", u, f.constant(0.0)), f.constant(-inf), y)
    y = f.select(f.compare("ult", x, f.constant(-1.0)), f.constant(nan), y)
    return f.select(f.compare("olt", f.intrinsic("fabs", x), f.constant(2.0**-54)), x, y)
