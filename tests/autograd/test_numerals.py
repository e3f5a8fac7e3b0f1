"""Numbers as pictures and derivations write them; the page's script is held to the same table."""

import json
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.numerals import brief, factor, numeral, read, relation

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
    number = Fraction(recomputed) if recomputed[-1].isdigit() else float(recomputed)
    assert relation(number, float(x), digits) == sign


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
        assert relation(Fraction("0.12344"), 0.12344) == "="


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
    unit = Fraction(Decimal(1).scaleb(Decimal(text).as_tuple().exponent))
    assert 2 * abs(Fraction(x) - Fraction(text)) <= unit


@given(finite, st.integers(1, 12))
def test_a_text_reads_as_what_it_shows(x, digits):
    assert (read(numeral(x, digits)) < 0) == (x < 0.0)
    assert read(brief(x, digits)) == read(numeral(x, digits))


@given(finite, st.fractions(), st.integers(1, 12))
def test_equal_means_that_rounding_gives_what_is_shown(x, off, digits):
    shown = read(numeral(x, digits))
    recomputed = Fraction(shown) + off * Fraction(abs(x)) / 10**digits
    if relation(recomputed, x, digits) == "=":
        decimals = -Decimal(numeral(x, digits).replace("−", "-")).as_tuple().exponent
        assert round(recomputed, decimals) == shown, "to even, by another way of rounding"
