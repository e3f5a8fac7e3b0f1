"""The graph of a row against the model's own."""

import math
import re

import pytest

from autograd import cross_entropy, gradients
from nn import MLP, probabilities
from nn.plots.diagram.row_graph import graph_of_row

from .conftest import ROW

ACTIVATIONS = ["tanh", "sigmoid", "relu", "gelu", "linear", lambda v: v * v.sigmoid() + 0.5 * v]


def graph(model, output, label):
    """The root by the model's own means, and the model's outputs."""
    z = model.outputs(ROW)
    if label is not None:
        return cross_entropy(z, label)
    ends = probabilities(z) if model.output == "linear" else z
    return ends[int((output or "ŷ1")[1:]) - 1]


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("output", "label"), [(None, None), ("ŷ3", None), (None, 1)])
def test_gradients_and_paths(activation, bias, output, label):
    model = MLP(4, [3, 3, 3], activation=activation, bias=bias, seed=2)
    found = graph_of_row(model, ROW, output, label)
    expected = gradients(graph(model, output, label), model.parameters())
    for weight, grad in zip(model.parameters(), expected, strict=True):
        assert found.grad_of(weight) == pytest.approx(grad, rel=1e-9, abs=1e-14)
    for name, count in (("w22", 1), ("w19", 3), ("w1", 9)):
        paths = found.paths(model[name])
        reaches = output is None or name != "w22" or model.output == "linear"
        assert paths.count == (count if reaches else 0)
        total = math.fsum(path.product for path in paths)
        assert total == pytest.approx(found.grad_of(model[name]), rel=1e-9, abs=1e-14)


def test_values_are_those_of_the_model(model):
    found = graph_of_row(model, ROW, None, None)
    z = model.outputs(ROW)
    for node in [*z, *probabilities(z)]:
        assert found.value(node.label) == node.data
    assert found.value("x3") == ROW[2]
    assert found.grad("ŷ1") == 1.0
    assert found.grad("ŷ2") is None


def test_the_sum_of_a_neuron(model):
    found = graph_of_row(model, ROW, None, None)
    assert found.sum_of("h5").label == "s5"
    assert math.tanh(found.sum_of("h5").data) == found.value("h5")
    assert found.sum_of("z1") is found.nodes["z1"]
    squashed = graph_of_row(MLP(4, [2, 2], output="sigmoid", seed=1), ROW, None, None)
    assert squashed.sum_of("ŷ2").label == "z2"
    assert squashed.root is squashed.nodes["ŷ1"]


def evaluate(formula, found, model):
    """The number of a formula in the picture's names, by Python."""
    values = {name: found.value(name) for name in found.nodes}
    values |= {name: weight.data for name, weight in model.named_parameters()}
    code = re.sub(r"([a-zŷ]+)(\d+)", lambda found: f"({values[found[0]]!r})", formula)
    code = code.replace("−", "-").replace("·", "*").replace("²", "**2").replace(")(", ")*(")
    return eval(code.replace("^", "**"))


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("label", [None, 0, 2])
@pytest.mark.parametrize("weight", ["w1", "w14", "w17", "w33", "w44"])
def test_formulas_say_what_the_numbers_are(weight, label, bias):
    model = MLP(4, [4, 4, 3], activation="tanh", bias=bias, seed=4)
    found = graph_of_row(model, ROW, None, label)
    for path in found.paths(model[weight]):
        for upper, lower, slope in zip(
            path.nodes, path.nodes[1:], path.local_derivatives, strict=False
        ):
            formula = found.formula(upper, lower)
            assert evaluate(formula, found, model) == pytest.approx(slope, rel=1e-12), formula


def test_a_long_formula_is_named():
    model = MLP(4, [2, 2], activation="gelu", seed=1)
    found = graph_of_row(model, ROW, None, None)
    assert found.formula(found.nodes["h1"], found.sum_of("h1")) == "gelu′(s1)"
    model = MLP(4, [2, 2], activation=lambda v: v * v.tanh(), seed=1)
    found = graph_of_row(model, ROW, None, None)
    assert found.formula(found.nodes["h1"], found.sum_of("h1")) == "× ∘ tanh′(s1)"


def test_no_grad_is_touched(model):
    for parameter in model.parameters():
        parameter.grad = 777.25
    graph_of_row(model, ROW, None, 0).paths(model["w1"])
    assert {parameter.grad for parameter in model.parameters()} == {777.25}
