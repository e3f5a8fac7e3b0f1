import math
from statistics import NormalDist

import pytest

import autograd
from autograd import Value
from nn import MLP, Neuron
from nn.activations import ACTIVATIONS

ORACLES = {
    "elu": lambda x: x if x > 0 else math.exp(x) - 1,
    "gelu": lambda x: x * NormalDist().cdf(x),
    "hard_tanh": lambda x: min(1.0, max(-1.0, x)),
    "leaky_relu": lambda x: x if x > 0 else 0.01 * x,
    "linear": lambda x: x,
    "log_sigmoid": lambda x: -math.log(1 + math.exp(-x)),
    "mish": lambda x: x * math.tanh(math.log(1 + math.exp(x))),
    "relu": lambda x: max(x, 0.0),
    "selu": lambda x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * math.expm1(x)),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "silu": lambda x: x / (1 + math.exp(-x)),
    "softsign": lambda x: x / (1 + abs(x)),
    "softplus": lambda x: math.log(1 + math.exp(x)),
    "tanh": math.tanh,
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_name_is_that_function(name):
    neuron = Neuron(1, activation=name, seed=0)
    for x in (-1.5, 0.5):
        total = neuron.w[0].data * x
        assert neuron([x]).data == pytest.approx(ORACLES[name](total), rel=1e-14)


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
    with pytest.raises(ValueError, match="unknown activation 3; accepted: elu, gelu"):
        Neuron(2, activation=3)


def test_one_for_each_layer_before_the_last():
    model = MLP(2, [3, 2, 1], activation=["relu", autograd.sin], seed=0, bias=False)
    x = [0.5, -2.0]
    for layer, f in zip(model.layers, [lambda x: max(x, 0.0), math.sin, float], strict=True):
        x = [f(sum(w.data * x for w, x in zip(n.w, x, strict=True))) for n in layer.neurons]
    assert model([0.5, -2.0]).data == pytest.approx(x[0], rel=1e-14)
    assert MLP(2, [1], activation=[], seed=0)([1.0, 2.0]).label == "z1"
    for wrong in (["relu"], ["relu"] * 3, []):
        with pytest.raises(ValueError, match=r"each of the 2 layers before the last.*got [013]"):
            MLP(2, [3, 2, 1], activation=wrong)
