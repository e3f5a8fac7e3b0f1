import math

import pytest

import autograd
from autograd import Value
from nn import MLP, Neuron
from nn.activations import ACTIVATIONS

ORACLES = {
    "leaky_relu": lambda x: x if x > 0 else 0.01 * x,
    "linear": lambda x: x,
    "relu": lambda x: max(x, 0.0),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "softplus": lambda x: math.log(1 + math.exp(x)),
    "tanh": math.tanh,
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_name_is_that_function(name):
    neuron = Neuron(1, activation=name, seed=0)
    for x in (-1.5, 0.5):
        total = neuron.w[0].data * x
        assert neuron([x]).data == pytest.approx(ORACLES[name](total), rel=1e-15)


def test_an_activation_may_be_a_function():
    neuron = Neuron(1, activation=autograd.sin, bias=False, seed=0)
    assert neuron([0.5]).data == math.sin(0.5 * neuron.w[0].data)
    squared = MLP(1, [1, 1], activation=lambda x: x * x, seed=0)
    assert isinstance(squared([0.5]), Value)


@pytest.mark.parametrize("make", [Neuron, lambda n, **kw: MLP(n, [2, 2], **kw)])
def test_an_unknown_one_lists_what_is_accepted(make):
    with pytest.raises(ValueError, match="unknown activation 'tahn'; did you mean 'tanh'") as error:
        make(2, activation="tahn")
    assert all(name in str(error.value) for name in ACTIVATIONS)
    with pytest.raises(ValueError, match="unknown activation 3; accepted: leaky_relu"):
        make(2, activation=3)
