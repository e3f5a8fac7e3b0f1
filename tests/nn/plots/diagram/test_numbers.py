"""The numbers of a row against the model's own graph."""

import math
import re

import pytest

from autograd import cross_entropy, gradients
from nn import MLP, probabilities
from nn.plots.diagram.numbers import numbers_from_graph

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
    numbers = numbers_from_graph(model, ROW, output, label)
    expected = gradients(graph(model, output, label), model.parameters())
    for weight, grad in zip(model.parameters(), expected, strict=True):
        assert numbers.grad_of(weight) == pytest.approx(grad, rel=1e-9, abs=1e-14)
    for name, count in (("w22", 1), ("w19", 3), ("w1", 9)):
        paths = numbers.paths(model[name])
        reaches = output is None or name != "w22" or model.output == "linear"
        assert paths.count == (count if reaches else 0)
        total = math.fsum(path.product for path in paths)
        assert total == pytest.approx(numbers.grad_of(model[name]), rel=1e-9, abs=1e-14)


def test_values_are_those_of_the_model(model):
    numbers = numbers_from_graph(model, ROW, None, None)
    z = model.outputs(ROW)
    for node in [*z, *probabilities(z)]:
        assert numbers.value(node.label) == node.data
    assert numbers.value("x3") == ROW[2]
    assert numbers.grad("ŷ1") == 1.0
    assert numbers.grad("ŷ2") is None


def test_the_sum_of_a_neuron(model):
    numbers = numbers_from_graph(model, ROW, None, None)
    assert numbers.sum_of("h5").label == "s5"
    assert math.tanh(numbers.sum_of("h5").data) == numbers.value("h5")
    assert numbers.sum_of("z1") is numbers.nodes["z1"]
    squashed = numbers_from_graph(MLP(4, [2, 2], output="sigmoid", seed=1), ROW, None, None)
    assert squashed.sum_of("ŷ2").label == "z2"
    assert squashed.root is squashed.nodes["ŷ1"]


def evaluate(formula, numbers, model):
    """The number of a formula in the picture's names, by Python."""
    values = {name: numbers.value(name) for name in numbers.nodes}
    values |= {name: weight.data for name, weight in model.named_parameters()}
    code = re.sub(r"([a-zŷ]+)(\d+)", lambda found: f"({values[found[0]]!r})", formula)
    code = code.replace("−", "-").replace("·", "*").replace("²", "**2").replace(")(", ")*(")
    return eval(code.replace("^", "**"))


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("label", [None, 0, 2])
@pytest.mark.parametrize("weight", ["w1", "w14", "w17", "w33", "w44"])
def test_formulas_say_what_the_numbers_are(weight, label, bias):
    model = MLP(4, [4, 4, 3], activation="tanh", bias=bias, seed=4)
    numbers = numbers_from_graph(model, ROW, None, label)
    for path in numbers.paths(model[weight]):
        for upper, lower, slope in zip(
            path.nodes, path.nodes[1:], path.local_derivatives, strict=False
        ):
            formula = numbers.formula(upper, lower)
            assert evaluate(formula, numbers, model) == pytest.approx(slope, rel=1e-12), formula


def test_a_long_formula_is_named():
    model = MLP(4, [2, 2], activation="gelu", seed=1)
    numbers = numbers_from_graph(model, ROW, None, None)
    assert numbers.formula(numbers.nodes["h1"], numbers.sum_of("h1")) == "gelu′(s1)"
    model = MLP(4, [2, 2], activation=lambda v: v * v.tanh(), seed=1)
    numbers = numbers_from_graph(model, ROW, None, None)
    assert numbers.formula(numbers.nodes["h1"], numbers.sum_of("h1")) == "× ∘ tanh′(s1)"


def test_no_grad_is_touched(model):
    for parameter in model.parameters():
        parameter.grad = 777.25
    numbers_from_graph(model, ROW, None, 0).paths(model["w1"])
    assert {parameter.grad for parameter in model.parameters()} == {777.25}
