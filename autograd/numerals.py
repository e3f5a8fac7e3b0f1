"""Numbers as pictures and derivations write them."""

from __future__ import annotations

import math

LARGE = 1e5


def numeral(x: float) -> str:
    """x with four decimals, or as `2.1e−5` where they would hide it; `0.0000` is exactly zero.

    >>> numeral(-0.25), numeral(2.1e-5), numeral(123456.0), numeral(float("-inf"))
    ('−0.2500', '2.1e−5', '1.2e5', '−∞')
    """
    if math.isnan(x):
        return "NaN"
    size = abs(x)
    if math.isinf(x):
        text = "∞"
    elif 0.0 < size < 1e-4 or float(f"{size:.4f}") >= LARGE:
        mantissa, exponent = f"{size:.1e}".split("e")
        text = f"{mantissa}e{int(exponent)}".replace("-", "−")
    else:
        text = f"{size:.4f}"
    return "−" + text if x < 0.0 else text


def brief(x: float) -> str:
    """x where there is little room: a whole number without decimals.

    >>> brief(-1.0), brief(0.5)
    ('−1', '0.5000')
    """
    return numeral(x).removesuffix(".0000") if x.is_integer() else numeral(x)
