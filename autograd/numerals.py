"""Formatting of numbers for pictures, derivations and commands, and the choice between `=` and `≈`.

A number has significant digits, never a fixed number of decimals: four decimals leave two digits of
0.0084, and a product of such factors can't be checked by hand.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal
from functools import reduce

DIGITS = 4
MOST_DIGITS = 12  # of operands, where fewer would hide their differences
SMALL, LARGE = Decimal("0.001"), 100_000  # other numbers have an exponent
# Precise enough that recomputing with printed numbers adds no visible rounding; undefined results
# are NaN, as for floats.
EXACT = Context(prec=60, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])


def numeral(x: float, digits: int = DIGITS) -> str:
    """x with `digits` significant digits, and with an exponent below 0.001 and from 100,000 on.

    Digits before the decimal point are never rounded. Halves are rounded away from zero. `0` is
    exactly zero; a negative zero keeps its sign, since 1/−0 is −∞.

    >>> numeral(-0.25), numeral(13.7), numeral(12345.6), numeral(9.9996)
    ('−0.2500', '13.70', '12346', '10.00')
    >>> numeral(-0.0003863), numeral(0.00099996), numeral(99999.6), numeral(-0.0)
    ('−3.863e−4', '0.001000', '1.000e5', '−0')
    >>> numeral(0.99145, 3), numeral(2.14e-5, 2), numeral(float("-inf")), numeral(float("nan"))
    ('0.991', '2.1e−5', '−∞', 'NaN')
    """
    if math.isnan(x):
        return "NaN"
    minus = "−" if math.copysign(1.0, x) < 0.0 else ""
    if math.isinf(x):
        return minus + "∞"
    if x == 0.0:
        return minus + "0"
    rounded = to_digits(abs(x), digits)
    if SMALL <= rounded < LARGE:
        return f"{minus}{rounded:.{max(0, digits - 1 - rounded.adjusted())}f}"
    return minus + f"{rounded:.{digits - 1}e}".replace("e+", "e").replace("-", "−")


def to_digits(size: float, digits: int) -> Decimal:
    """A positive number rounded to `digits` significant digits, and to no less than ones."""
    exact = Decimal(size)
    before_point = exact.adjusted() + 1 if exact < LARGE else 0
    return Context(prec=max(digits, before_point), rounding=ROUND_HALF_UP).create_decimal(exact)


def brief(x: float, digits: int = DIGITS) -> str:
    """x in short form: a whole number below 100,000 without decimals.

    >>> brief(-1.0), brief(0.5), brief(12345.0), brief(100000.0)
    ('−1', '0.5000', '12345', '1.000e5')
    """
    return numeral(x, digits if not is_whole(x) else 1)


def is_whole(x: float) -> bool:
    return abs(x) < LARGE and x.is_integer()


def factor(x: float, digits: int = DIGITS) -> str:
    """x after an operator: `brief`, in parentheses if it has a sign.

    >>> factor(0.5), factor(-3.0)
    ('0.5000', '(−3)')
    """
    text = brief(x, digits)
    return f"({text})" if text.startswith("−") else text


def in_row(xs: Iterable[float], digits: int = DIGITS) -> list[str]:
    """The operands of a sum or a product: negative ones in parentheses, except the first.

    >>> in_row([-0.5, -3.0])
    ['−0.5000', '(−3)']
    """
    return [factor(x, digits) if i else brief(x, digits) for i, x in enumerate(xs)]


def plain(x: float, digits: int = DIGITS) -> str:
    """x without trailing zeros, as for measured data.

    >>> plain(5.1), plain(12.0), plain(0.00125)
    ('5.1', '12', '0.00125')
    """
    mantissa, e, exponent = numeral(x, digits).partition("e")
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa) + e + exponent


def percent(share: float) -> str:
    """A fraction as per cent; 0 % and 100 % only where they are exact.

    >>> percent(0.794), percent(1.0), percent(0.99996), percent(2e-5)
    ('79.4 %', '100.0 %', '> 99.9 %', '< 0.1 %')
    """
    text = f"{100 * share:.1f}"
    if text == "0.0" and share:
        return "< 0.1 %"
    return "> 99.9 %" if text == "100.0" and share < 1.0 else f"{text} %"


def read(text: str) -> Decimal:
    """The number that stands in a text.

    >>> read("−3.863e−4"), read("13.70"), read("−∞")
    (Decimal('-0.0003863'), Decimal('13.70'), Decimal('-Infinity'))
    """
    return Decimal(text.replace("−", "-").replace("∞", "Infinity"))


def shown(x: float, digits: int = DIGITS) -> Decimal:
    """The number as printed: x rounded to the digits shown."""
    return read(numeral(x, digits))


def shown_product(factors: Iterable[float], digits: int = DIGITS) -> Decimal:
    """The product of the printed numbers.

    >>> shown_product([0.00838, 1.39976, 0.0149])
    Decimal('0.00017480680000')
    """
    return reduce(EXACT.multiply, [shown(x, digits) for x in factors], Decimal(1))


def shown_total(parts: Iterable[float], digits: int = DIGITS) -> Decimal:
    """The sum of the printed numbers.

    >>> shown_total([0.30004, -0.1])
    Decimal('0.2000')
    """
    return reduce(EXACT.add, [shown(x, digits) for x in parts], Decimal(0))


def relation(recomputed: Decimal, result: float, digits: int = DIGITS) -> str:
    """`=` if the printed operands give the printed result, else `≈`.

    That is so if they differ by less than half a unit of the last digit. A half itself is `≈`, so
    that `=` is true in every rounding mode; a whole number counts with the zeros that `brief`
    omits; 0 equals only an exact zero.

    Args:
        recomputed: from the operands as they are shown, by `shown_product`, `shown_total` or, where
            a formula is shown, `tape.decimal_evaluation.recomputed`.

    >>> relation(shown_product([0.1807, 2.0]), 0.36141)
    '='
    >>> relation(shown_product([0.9051, 0.9051]), 0.81928)
    '≈'
    """
    seen = shown(result, digits)
    if not (recomputed.is_finite() and seen.is_finite()):
        same = recomputed == seen or (recomputed.is_nan() and seen.is_nan())
    elif seen == 0:
        same = recomputed == 0
    else:
        off = EXACT.abs(EXACT.subtract(recomputed, seen))
        same = EXACT.add(off, off) < last_digit(result, digits)
    return "=" if same else "≈"


def operand_digits(recompute: Callable[[int], Decimal], result: float) -> int:
    """The number of digits of operands with which their formula can be checked.

    It is `DIGITS`, except where the printed operands give a number more than 1 % off, as 1 − 1.000²
    for 1 − 0.99993²: then it is the smallest number of digits that gives the printed result.

    Args:
        recompute: the formula of the operands, printed with a number of digits.

    >>> operand_digits(lambda digits: 1 - shown(0.99993, digits) ** 2, 1 - 0.99993**2)
    5
    >>> operand_digits(lambda digits: 1 - shown(0.25, digits) ** 2, 1 - 0.25**2)
    4
    """
    seen = shown(result)
    off = EXACT.subtract(recompute(DIGITS), seen)
    if not off.is_finite() or EXACT.abs(off) * 100 <= abs(seen):
        return DIGITS
    more = range(DIGITS + 1, MOST_DIGITS + 1)
    return next((digits for digits in more if relation(recompute(digits), result) == "="), DIGITS)


def last_digit(x: float, digits: int = DIGITS) -> Decimal:
    """The unit of the last digit that `numeral` prints of a nonzero number.

    >>> last_digit(0.54218), last_digit(12345.6)
    (Decimal('0.0001'), Decimal('1'))
    """
    rounded = to_digits(abs(x), digits)
    power = rounded.adjusted() - digits + 1
    return Decimal((0, (1,), min(power, 0) if rounded < LARGE else power))
