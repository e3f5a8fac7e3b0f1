import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value
from nn import clip_norm, clip_value


def with_grads(*grads):
    parameters = [Value(0.0) for _ in grads]
    for parameter, grad in zip(parameters, grads, strict=True):
        parameter.grad = grad
    return parameters


def grads(parameters):
    return [p.grad for p in parameters]


def test_by_norm():
    """PyTorch's numbers are in the trajectories of the optimizers' test."""
    parameters = with_grads(3.0, -4.0)
    assert clip_norm(parameters, 2.5) == 5.0
    assert grads(parameters) == pytest.approx([1.5, -2.0], rel=1e-6)
    assert clip_norm(parameters, 2.5) < 2.5
    small = with_grads(0.3, -0.4)
    assert clip_norm(iter(small), 1.0) == 0.5
    assert grads(small) == [0.3, -0.4]
    huge = with_grads(3e300, 4e300)
    assert clip_norm(huge, 1.0) == 5e300
    assert grads(huge) == pytest.approx([0.6, 0.8])


def test_by_value():
    parameters = with_grads(3.0, -4.0, 0.25, 0.5)
    clip_value(iter(parameters), 0.5)
    assert grads(parameters) == [0.5, -0.5, 0.25, 0.5]


any_gradient = st.floats(allow_nan=False, allow_infinity=False)
any_bound = st.just(0.0) | st.floats(min_value=1e-290, allow_nan=False, allow_infinity=False)


@settings(max_examples=500, deadline=None)
@given(
    st.lists(any_gradient | st.sampled_from([1.5e308, -1.7e308, 5e-324, 1e-310]), min_size=1),
    any_bound,
)
def test_any_norm_is_clipped_and_the_direction_stays(before, largest):
    """In exact arithmetic: norms that overflow or are subnormal too, whatever the bound."""
    parameters = with_grads(*before)
    norm, after = clip_norm(parameters, largest), grads(parameters)
    exact = sum([Fraction(x) ** 2 for x in before])
    assert norm == math.inf or math.isclose(norm, math.hypot(*before), rel_tol=1e-15)
    assert (norm == math.inf) <= (exact > Fraction(1.797e308) ** 2)
    if norm > largest or after != before:  # a norm that is rounded to the bound is left
        assert sum([Fraction(x) ** 2 for x in after]) <= Fraction(largest) ** 2
    assert clip_norm(parameters, largest) <= largest or largest < 1e-6
    true_norm = Fraction(norm) if norm < math.inf else Fraction(math.isqrt(int(exact)))
    factor = min(Fraction(1), Fraction(largest) / (true_norm + Fraction(1e-6)))  # PyTorch's
    for x, y in zip(before, after, strict=True):
        loss = max(1e-323, 1e-300 * largest)  # of a part that is nothing beside the norm
        assert math.isclose(y, factor * Fraction(x), rel_tol=1e-14, abs_tol=loss)


def test_a_parameter_that_is_given_twice_counts_once():
    w, b = with_grads(3.0, 4.0)
    assert clip_norm([w, b, w], 1.0) == 5.0
    assert grads([w, b]) == pytest.approx([0.6, 0.8])


@pytest.mark.parametrize("clip", [clip_norm, clip_value])
def test_what_is_not_finite_stays_for_the_optimizer_to_refuse(clip):
    for bad in (math.nan, math.inf, -math.inf):
        parameters = with_grads(0.1, bad)
        clip(parameters, 1.0)
        assert parameters[0].grad == 0.1
        assert parameters[1].grad == pytest.approx(bad, nan_ok=True)


@pytest.mark.parametrize("clip", [clip_norm, clip_value])
def test_a_bad_bound(clip):
    for bound in (-1.0, math.nan, math.inf, "1", None):
        with pytest.raises(ValueError, match=f"{clip.__name__}: expected a finite number of at l"):
            clip(with_grads(1.0), bound)
