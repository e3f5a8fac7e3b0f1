import math

import pytest

import autograd
from autograd import Value
from nn import MLP, cross_entropy, mean_loss


def test_cross_entropy_is_the_engines():
    z = [Value(2.0), Value(1.0), Value(-1.0)]
    for target in (0, 2, [0.9, 0.05, 0.05]):
        assert cross_entropy(z, target).data == autograd.cross_entropy(z, target).data
    shares = [math.exp(v.data) for v in z]
    assert cross_entropy(z, 1).data == pytest.approx(-math.log(shares[1] / sum(shares)), rel=1e-15)


def test_a_second_softmax_is_refused():
    model = MLP(2, [3], output="softmax", seed=0)
    with pytest.raises(ValueError, match="double softmax"):
        cross_entropy(model([1.0, 2.0]), 0)
    with pytest.raises(ValueError, match="double softmax"):
        cross_entropy(autograd.softmax([Value(1.0), Value(2.0)]), 0)


def test_a_label_out_of_range():
    z = [Value(1.0), Value(2.0), Value(3.0)]
    for label in (3, -1):
        with pytest.raises(ValueError, match=f"class from 0 to 2, got {label}"):
            cross_entropy(z, label)


def test_a_single_output_is_refused():
    for outputs in (Value(1.0), [Value(1.0)]):
        with pytest.raises(ValueError, match="one logit for each class, at least two, got one"):
            cross_entropy(outputs, 0)


def test_mean_loss():
    model = MLP(2, [3], seed=0)
    pairs = [([1.0, 2.0], 0), ([0.5, -1.0], 2)]
    each = [cross_entropy(model(row), label).data for row, label in pairs]
    assert mean_loss(model, pairs).data == math.fsum(each) / 2
    squared = mean_loss(MLP(2, [1], seed=0), [([1.0, 2.0], 1.0)], lambda y, t: (y - t) ** 2)
    assert squared.data == (MLP(2, [1], seed=0)([1.0, 2.0]).data - 1.0) ** 2
