"""The columns and connections of a model."""

import pytest

from autograd.drawing.network import find_network
from nn import MLP, mse, probabilities, train
from nn.plots.diagram.structure import network_of


def columns(model):
    return [(c.title, c.formula, [u.name for u in c.units]) for c in network_of(model).columns]


def test_the_reference_network(model):
    assert columns(model) == [
        ("input", "", ["x1", "x2", "x3", "x4"]),
        ("hidden 1", "tanh(Σ w·x)", ["h1", "h2", "h3", "h4"]),
        ("hidden 2", "tanh(Σ w·h)", ["h5", "h6", "h7", "h8"]),
        ("score", "Σ w·h", ["z1", "z2", "z3"]),
        ("output", "softmax(z)", ["ŷ1", "ŷ2", "ŷ3"]),
    ]
    network = network_of(model)
    assert [weight.label for weight in network.weights] == [f"w{i}" for i in range(1, 45)]
    (w17,) = [line for line in network.connections if line.name == "w17"]
    assert (w17.tail.name, w17.head.name) == ("h1", "h5")
    assert len([line for line in network.connections if line.weight is None]) == 9
    assert network.tallest == 4
    assert network.unit("h9") is None


@pytest.mark.parametrize("output", ["linear", "softmax"])
def test_several_outputs_have_shares(output):
    assert [c[0] for c in columns(MLP(2, [3, 2], output=output))] == [
        *("input", "hidden", "score", "output")
    ]


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("activation", ["tanh", "relu", "linear"])
def test_a_model_is_described_as_its_graph_is(activation, bias):
    model = MLP(2, [4, 3, 2], activation=activation, bias=bias, seed=0)
    found = find_network(probabilities(model.outputs([0.5, 1.0])))
    described = network_of(model)
    for a, b in zip(found.units, described.units, strict=True):
        assert (a.name, a.column, a.row) == (b.name, b.column, b.row)
        assert [id(w) for w in (*a.weights, a.bias)] == [id(w) for w in (*b.weights, b.bias)]
    ends = [
        [(line.tail.name, line.head.name, line.name) for line in network.connections]
        for network in (found, described)
    ]
    assert ends[0] == ends[1]


def test_one_output_and_others_that_are_no_scores():
    assert columns(MLP(2, [1]))[-1] == ("output", "Σ w·x + b", ["z1"])
    assert columns(MLP(2, [2], output="sigmoid"))[-1] == (
        *("output", "sigmoid(Σ w·x + b)"),
        ["ŷ1", "ŷ2"],
    )
    assert columns(MLP(2, [2, 1], activation=lambda v: v * v))[1][1] == "f(Σ w·x + b)"
    regression = MLP(1, [2])
    train(regression, [([0.0], [0.5, 1.5])], loss=mse, epochs=1, progress=False)
    assert [c[0] for c in columns(regression)] == ["input", "output"]
