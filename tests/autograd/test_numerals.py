"""Numbers as pictures and derivations write them; the page's script is held to the same table."""

import json
import math
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.numerals import (
    EXACT,
    brief,
    factor,
    numeral,
    percent,
    plain,
    read,
    relation,
    shown_product,
    shown_total,
)

TABLE = json.loads(Path(__file__).with_name("numerals.json").read_text(encoding="utf-8"))
finite = st.floats(allow_nan=False, allow_infinity=False)
digits = st.integers(1, 12)


@pytest.mark.parametrize(("x", "digits", "text"), TABLE["numeral"])
def test_numeral(x, digits, text):
    assert numeral(float(x), digits) == text


@pytest.mark.parametrize(("x", "digits", "text"), TABLE["brief"])
def test_brief(x, digits, text):
    assert brief(float(x), digits) == text


@pytest.mark.parametrize(("recomputed", "x", "digits", "sign"), TABLE["relation"])
def test_relation(recomputed, x, digits, sign):
    assert relation(Decimal(recomputed), float(x), digits) == sign


@pytest.mark.parametrize(("x", "text"), TABLE["percent"])
def test_percent(x, text):
    assert percent(float(x)) == text


@pytest.mark.parametrize(("x", "digits", "text"), TABLE["plain"])
def test_plain(x, digits, text):
    assert plain(float(x), digits) == text


def test_factor():
    assert [factor(x) for x in (1.0, -1.0, 0.5, -0.5, -0.0)] == [
        "1",
        "(−1)",
        "0.5000",
        "(−0.5000)",
        "(−0)",
    ]


def test_the_callers_decimal_context_changes_nothing():
    with localcontext(prec=1):
        assert [numeral(x) for x in (0.12345, 1.2345e-9, 98765.4)] == [
            "0.1235",
            "1.235e−9",
            "98765",
        ]
        assert relation(Decimal("0.12344"), 0.12344) == "="
        assert relation(Decimal("0.12346"), 0.12344) == "≈"
        assert shown_product([0.1234, 0.5678]) == Decimal("0.07006652")
        assert shown_total([12345.0, 0.001]) == Decimal("12345.001")


@given(finite, digits)
def test_numeral_has_so_many_digits_and_zero_means_zero(x, digits):
    text = numeral(x, digits)
    assert "-" not in text
    assert (text.strip("−") == "0") == (x == 0.0)
    if x:
        mantissa, _, exponent = text.strip("−").partition("e")
        shown = mantissa.replace(".", "").lstrip("0")
        assert len(shown) == digits or (len(shown) in range(digits, 6) and "." not in text)
        size = abs(Decimal(text.replace("−", "-")))
        assert bool(exponent) == (not Decimal("0.001") <= size < 100_000)
        assert float(text.replace("−", "-")) / x > 0.0 or abs(x) < 1e-300 or abs(x) > 1e300


@given(finite, digits)
def test_numeral_is_the_nearest_that_has_its_digits(x, digits):
    text = numeral(x, digits).replace("−", "-")
    unit = Fraction(10) ** Decimal(text).as_tuple().exponent
    assert 2 * abs(Fraction(x) - Fraction(text)) <= unit


@given(finite, digits)
def test_a_text_reads_as_what_it_shows(x, digits):
    assert (read(numeral(x, digits)) < 0) == (x < 0.0)
    assert read(brief(x, digits)) == read(plain(x, digits)) == read(numeral(x, digits))


@given(finite, st.fractions(-1, 1), digits)
def test_equal_means_that_rounding_gives_what_is_shown(x, off, digits):
    shown = Decimal(numeral(x, digits).replace("−", "-"))
    unit = Fraction(10) ** shown.as_tuple().exponent
    exact = Fraction(shown) + off * unit
    recomputed = EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    if relation(recomputed, x, digits) == "=":
        assert round(exact / unit) == Fraction(shown) / unit, "to even, by another way of rounding"
    elif x:
        assert abs(off) > Fraction(49, 100)
    else:
        assert off


@given(st.lists(st.floats(0.001, 1e3) | st.floats(-1e3, -0.001)), digits)
def test_products_and_sums_are_those_of_what_is_shown(xs, digits):
    shown = [Fraction(numeral(x, digits).replace("−", "-")) for x in xs]
    assert Fraction(shown_total(xs, digits)) == sum(shown)
    assert Fraction(shown_product(xs[:4], digits)) == math.prod(shown[:4])
