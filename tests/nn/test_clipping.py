import math

import pytest

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
    """PyTorch's numbers are in the trajectories of the optimisers' test."""
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
