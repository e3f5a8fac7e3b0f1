"""Numbers as pictures write them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.numerals import brief, numeral


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.0, "0.0000"),
        (-0.0, "0.0000"),
        (1.0, "1.0000"),
        (-0.97249, "−0.9725"),
        (1e-4, "0.0001"),
        (9.99e-5, "1.0e−4"),
        (-2.14e-5, "−2.1e−5"),
        (5e-324, "4.9e−324"),
        (99999.9999, "99999.9999"),
        (99999.99996, "1.0e5"),
        (-1e5, "−1.0e5"),
        (1.7e308, "1.7e308"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "NaN"),
        (-math.nan, "NaN"),
    ],
)
def test_numeral(x, text):
    assert numeral(x) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numeral_is_close_and_zero_means_zero(x):
    text = numeral(x)
    assert (text == "0.0000") == (x == 0.0)
    assert "-" not in text
    assert math.isclose(float(text.replace("−", "-")), x, rel_tol=0.05, abs_tol=5.001e-5) or (
        abs(x) > 1.7e308  # 1.8e308 reads as infinity
    )


@pytest.mark.parametrize(
    ("x", "text"),
    [(1.0, "1"), (-3.0, "−3"), (0.0, "0"), (0.5, "0.5000"), (2.00001, "2.0000"), (1e5, "1.0e5")]
    + [(math.inf, "∞"), (math.nan, "NaN")],
)
def test_brief(x, text):
    assert brief(x) == text
