"""Numbers as pictures and derivations write them."""

from __future__ import annotations

import math

LARGE = 1e5


def numeral(x: float, decimals: int = 4) -> str:
    """x with so many decimals, or as `2.1e−5` where they would hide it; `0.0000` is exactly zero.

    >>> numeral(-0.25), numeral(2.1e-5), numeral(123456.0), numeral(float("-inf"))
    ('−0.2500', '2.1e−5', '1.2e5', '−∞')
    >>> numeral(-0.25, 2), numeral(0.004, 2)
    ('−0.25', '4.0e−3')
    """
    if math.isnan(x):
        return "NaN"
    size = abs(x)
    if math.isinf(x):
        text = "∞"
    elif 0.0 < size < 10.0**-decimals or float(f"{size:.{decimals}f}") >= LARGE:
        mantissa, exponent = f"{size:.{max(1, decimals - 3)}e}".split("e")
        text = f"{mantissa}e{int(exponent)}".replace("-", "−")
    else:
        text = f"{size:.{decimals}f}"
    return "−" + text if x < 0.0 else text


def brief(x: float, decimals: int = 4) -> str:
    """x where there is little room: a whole number without decimals.

    >>> brief(-1.0), brief(0.5)
    ('−1', '0.5000')
    """
    text = numeral(x, decimals)
    return text.removesuffix("." + "0" * decimals) if x.is_integer() else text
