"""Finding the network in a graph."""

from __future__ import annotations

import pytest

import autograd
from autograd import Value
from autograd.drawing.network import find_network
from nn import MLP


def roots(model: MLP, row: list[float]) -> list[Value]:
    z = model.outputs(row)
    return [*autograd.softmax(z), autograd.cross_entropy(z, 0)]


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("activation", ["tanh", "relu", "leaky_relu", "sigmoid"])
def test_a_network_is_found_layer_by_layer(activation: str, bias: bool) -> None:
    model = MLP(4, [4, 4, 3], activation=activation, bias=bias, seed=0)
    network = find_network(roots(model, [0.1, 0.2, -0.3, 0.4]))
    assert network is not None
    assert [unit.name for unit in network.columns[0].units] == ["x1", "x2", "x3", "x4"]
    outputs = [[node.label for node in layer.outputs] for layer in network.layers]
    assert outputs == [["h1", "h2", "h3", "h4"], ["h5", "h6", "h7", "h8"], ["z1", "z2", "z3"]]
    assert [weight.label for weight in network.weights] == [f"w{i}" for i in range(1, 45)]
    assert all((neuron.bias is not None) == bias for neuron in network.neurons)
    assert len(network.softmax_outputs) == 3
    assert len(network.losses) == 1


def test_sums_of_neurons_get_names() -> None:
    network = find_network(
        MLP(2, [2, 1], activation="tanh", bias=False, seed=0).outputs([1.0, 2.0])
    )
    assert network is not None
    assert list(network.sum_names().values()) == ["s1", "s2"]


def test_names_of_sums_are_unique() -> None:
    """Outputs with a bias have sums too: they go on counting after those of h1, h2, ..."""
    network = find_network(MLP(2, [3, 2], activation="tanh", seed=0).outputs([1.0, 2.0]))
    assert network is not None
    assert list(network.sum_names().values()) == ["s1", "s2", "s3", "s4", "s5"]


def test_one_neuron_is_a_network() -> None:
    network = find_network(MLP(2, [1], seed=0).outputs([1.0, 2.0]))
    assert network is not None
    assert [unit.name for unit in network.columns[0].units] == ["x1", "x2"]


def test_other_graphs_are_not() -> None:
    x, w = Value(0.5), Value(-1.2)
    assert find_network([(x * w).tanh() + x.exp()]) is None
    model = MLP(2, [2, 2], activation="tanh", seed=0)
    z = model.outputs([0.5, 1.0])
    assert find_network([z[0] * z[1] * x]) is None, "a leaf that has no place"
    both = [model.outputs([0.5, 1.0])[0], model.outputs([0.1, 0.2])[0]]
    assert find_network([both[0] + both[1]]) is None, "two rows"
    assert find_network(MLP(2, [20, 2], seed=0).outputs([0.5, 1.0])) is None, "too tall to draw"
    a, b = autograd.dot([w], [x]), autograd.dot([Value(2.0)], [x])
    assert find_network([(a + b).tanh().exp()]) is None, "a sum of two is no bias"
    shared = autograd.dot([w, w], [x, Value(1.0)])
    assert find_network([shared]) is None, "a weight of two edges"
