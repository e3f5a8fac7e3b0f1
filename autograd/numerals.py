"""Numbers as pictures, derivations and commands write them, and whether they say `=` or `≈`.

A number has significant digits, never a fixed number of decimals: four decimals leave two digits of
0.0084, and a product of such factors can't be checked by hand.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

DIGITS = 4
SMALL, LARGE = Decimal("0.001"), 100_000  # below and from here on a number has an exponent


def numeral(x: float, digits: int = DIGITS) -> str:
    """x with so many significant digits, and with an exponent below 0.001 and from 100,000 on.

    Digits before the point are never rounded away. Halves go away from zero, as on paper. `0` is
    exactly zero; one that has a sign keeps it, since 1/−0 is −∞.

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
    """A positive number rounded to so many significant digits, and to no less than ones."""
    exact = Decimal(size)
    before_point = exact.adjusted() + 1 if exact < LARGE else 0
    return Context(prec=max(digits, before_point), rounding=ROUND_HALF_UP).create_decimal(exact)


def brief(x: float, digits: int = DIGITS) -> str:
    """x where there is little room: a whole number below 100,000 without decimals.

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


def read(text: str) -> Fraction | float:
    """The number that stands in a text, exactly; a float where there is no fraction of it.

    >>> read("−3.863e−4"), read("13.70"), read("−∞")
    (Fraction(-3863, 10000000), Fraction(137, 10), -inf)
    """
    plain = text.replace("−", "-").replace("∞", "inf")
    return float(plain) if plain in ("NaN", "inf", "-inf", "-0") else Fraction(plain)


def relation(recomputed: Fraction | float, result: float, digits: int = DIGITS) -> str:
    """`=` where the result, as it is shown, is what its operands give, as they are shown; else `≈`.

    It is if it differs by less than half a unit of its last digit. A half itself is `≈`, so that
    `=` is true by any way of rounding; a whole number counts with the zeros that `brief` leaves
    out; 0 is only what is exactly zero.

    recomputed: from the shown operands, in fractions as far as arithmetic goes.

    >>> relation(Fraction("0.1807") * 2, 0.36141), relation(1 - Fraction("0.9051") ** 2, 0.18071)
    ('=', '≈')
    """
    shown = read(numeral(result, digits))
    if isinstance(recomputed, float) and math.isfinite(recomputed):
        recomputed = Fraction(recomputed)
    if isinstance(recomputed, float) or isinstance(shown, float):
        same = recomputed == shown or str(recomputed) == str(shown)  # NaN is not equal to NaN
    elif shown == 0:
        same = recomputed == 0
    else:
        same = 2 * abs(recomputed - shown) < last_digit(result, digits)
    return "=" if same else "≈"


def last_digit(x: float, digits: int = DIGITS) -> Fraction:
    """The unit of the last digit that `numeral` shows of a number that is not zero.

    >>> last_digit(0.54218), last_digit(12345.6)
    (Fraction(1, 10000), Fraction(1, 1))
    """
    rounded = to_digits(abs(x), digits)
    power = rounded.adjusted() - digits + 1
    return Fraction(10) ** (min(power, 0) if rounded < LARGE else power)
