"""What is near by plain sums is near by exact ones: no warning is lost."""

import math

from hypothesis import given
from hypothesis import strategies as st

from nn.rows.standardization import mean_and_deviation
from nn.training.unscaled import LARGE, SMALL, far, is_clearly_near

SIZES = st.floats(-1e3, 1e3) | st.floats(-0.1, 0.1) | st.floats(allow_nan=False)


@given(st.lists(SIZES, min_size=1), st.floats(-30, 30), st.sampled_from([1e-9, 1e-3, 0.1, 1.0]))
def test_what_is_clearly_near_is_near(numbers, mean, scale):
    for column in (numbers, [mean + scale * x for x in numbers]):
        if is_clearly_near(column):
            exact_mean, deviation = mean_and_deviation(column)
            assert deviation > SMALL
            assert math.hypot(exact_mean, deviation) < LARGE
            assert far(column) == ""


def test_both_sides_of_it():
    assert is_clearly_near([-1.0, 1.0])
    assert not is_clearly_near([5.0, 5.0])
    assert not is_clearly_near([0.0, 20.0])
    assert not is_clearly_near([1e308, 1e308])
    assert far([0.0, 20.0]) == "mean 10.00, deviation 10.00"
