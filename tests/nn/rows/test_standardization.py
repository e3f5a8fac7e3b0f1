"""Columns of any size are standardized, against mpmath."""

import math

import mpmath
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nn import Data

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def of_one_size(exponent):
    return st.lists(
        st.floats(-1.0, 1.0, exclude_min=True, exclude_max=True).map(
            lambda x: math.ldexp(x, exponent)
        ),
        min_size=2,
        max_size=6,
    )


COLUMNS = st.one_of(
    st.lists(FINITE, min_size=2, max_size=6), st.integers(-1074, 1024).flatmap(of_one_size)
)


@settings(max_examples=120, deadline=None)
@given(COLUMNS)
@example([1e308, 1e308, 1e308])
@example([1.7e308, -1.7e308, -1.7e308])
@example([1e308, 9e307, 8e307])
@example([5e-324, 0.0])
@example([0.1, 0.1, 0.1])
@example([1e16, 1e16 + 2.0])
def test_a_column_of_any_size_is_standardized(column):
    """Against mpmath; mean and deviation are rounded to floats, which near 0 have fewer digits."""
    data = Data([[x] for x in column], [0.5] * len(column)).standardized()
    (mean,), (deviation,) = data.mean, data.deviation
    with mpmath.workdps(400):
        exact = [mpmath.mpf(x) for x in column]
        true_mean = mpmath.fsum(exact) / len(exact)
        true = mpmath.sqrt(mpmath.fsum([(x - true_mean) ** 2 for x in exact]) / len(exact))
        largest = max([abs(x) for x in exact])
        room = 4e-16 * largest + 1e-323
        assert abs(mean - true_mean) <= room
        if true == 0:
            assert (mean, deviation) == (column[0], 1.0)
            assert data.rows == [[0.0]] * len(column)
            return
        assert abs(deviation - true) <= 4e-16 * true + 5e-324
        for x, (z,) in zip(exact, data.rows, strict=True):
            expected = (x - true_mean) / true
            assert abs(z - expected) <= (room + (4e-16 * true + 5e-324) * abs(expected)) * 2 / min(
                true, deviation
            )
    assert data.standardize([[x] for x in column]) == data.rows


def test_what_is_too_far_from_the_rest_is_named():
    near = Data([[0.0, 0.0], [1.0, 1e-300]], [0, 1], ["length", "width"]).standardized()
    assert near.standardize([[3.0, 1e-300]])[0][1] == 1.0
    with pytest.raises(ValueError, match=r"row 1, width: 1e\+308 can't be standardized"):
        near.standardize([[3.0, 1e-300], [3.0, 1e308]])
