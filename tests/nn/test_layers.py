import copy
import pickle

import numpy as np
import pytest

import autograd
from autograd import Value
from nn import MLP, Layer, Neuron, probabilities


def labels(values):
    return [value.label for value in values]


def reference():
    return MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0)


def test_the_reference_network_has_the_names_of_the_posts():
    model = reference()
    assert labels(model.parameters()) == [f"w{i}" for i in range(1, 45)]
    hidden = model.layers[1].neurons[0]
    assert hidden.label == "h5"
    assert labels(hidden.w) == ["w17", "w18", "w19", "w20"]
    z = model([5.1, 3.5, 1.4, 0.2])
    assert labels(z) == ["z1", "z2", "z3"]
    nodes = {node.label: node for node in autograd.adjoints(z[0])}
    weighted = nodes["h5"].parents[0]  # tanh of one dot of weights and inputs
    assert labels(weighted.parents) == [*labels(hidden.w), "h1", "h2", "h3", "h4"]
    first = nodes["h1"].parents[0]
    assert labels(first.parents) == ["w1", "w2", "w3", "w4", "x1", "x2", "x3", "x4"]
    assert len(first.parents) == 8


def test_biases_come_after_each_neurons_weights():
    model = MLP(2, [2, 1])
    assert labels(model.parameters()) == ["w1", "w2", "b1", "w3", "w4", "b2", "w5", "w6", "b3"]
    assert model.layers[1].neurons[0].b.label == "b3"


def test_the_numbers_are_those_of_numpy():
    model = MLP(3, [5, 4, 2], activation="tanh", seed=3)
    for i, parameter in enumerate(model.parameters()):
        parameter.data += 0.01 * i  # biases too
    row = [0.3, -1.2, 2.0]
    x = np.array(row)
    for i, layer in enumerate(model.layers):
        w = np.array([[w.data for w in neuron.w] for neuron in layer.neurons])
        b = np.array([neuron.b.data for neuron in layer.neurons])
        x = w @ x + b if i == 2 else np.tanh(w @ x + b)
    np.testing.assert_allclose([z.data for z in model(row)], x, rtol=1e-13)
    shares = [y.data for y in model.probabilities(row)]
    np.testing.assert_allclose(shares, np.exp(x) / np.exp(x).sum(), rtol=1e-13)


def test_gradients_are_those_of_pytorch():
    torch = pytest.importorskip("torch", exc_type=ImportError)
    model = MLP(3, [5, 4, 2], activation="tanh", seed=3)
    row, label = [0.3, -1.2, 2.0], 1
    weights = [
        torch.tensor([[w.data for w in n.w] for n in layer.neurons], dtype=torch.float64)
        for layer in model.layers
    ]
    x = torch.tensor(row, dtype=torch.float64)
    for w in weights:
        w.requires_grad_()
        x = w @ x if w is weights[-1] else torch.tanh(w @ x)
    torch.nn.functional.cross_entropy(x, torch.tensor(label)).backward()
    autograd.cross_entropy(model(row), label).backward()
    for layer, w in zip(model.layers, weights, strict=True):
        ours = [[weight.grad for weight in neuron.w] for neuron in layer.neurons]
        np.testing.assert_allclose(ours, w.grad.numpy(), rtol=1e-12, atol=1e-16)


def test_one_row_several_rows_and_arrays():
    model = reference()
    rows = [[5.1, 3.5, 1.4, 0.2], [6.0, 3.0, 4.0, 1.0]]
    one = [z.data for z in model(rows[0])]
    assert [z.data for z in model(rows)[0]] == one
    assert [z.data for z in model(np.array(rows))[0]] == one
    assert [z.data for z in model(np.array(rows)[0])] == one
    assert [z.data for z in model(tuple(Value(x) for x in rows[0]))] == one
    assert [y.data for y in model.probabilities(rows)[1]] == [
        y.data for y in model.probabilities(rows[1])
    ]


def test_inputs_that_are_values_stay_what_they_are():
    x = [Value(0.5, label="left"), Value(-0.5)]
    y = MLP(2, [1], seed=0)(x)
    assert {"left", None, "w1"} <= set(labels(autograd.adjoints(y)))
    assert x[1].label is None
    model = MLP(2, [1], seed=0)
    assert autograd.gradients(y, x) == (model["w1"].data, model["w2"].data)


def test_a_single_output_is_the_value_itself():
    y = MLP(2, [3, 1], seed=0)([1.0, 2.0])
    assert isinstance(y, Value)
    assert y.label == "z1"
    assert isinstance(Layer(2, 1, seed=0)([1.0, 2.0]), Value)
    assert len(MLP(2, [1, 2], seed=0)([1.0, 2.0])) == 2  # a hidden layer of one


def test_probabilities_are_one_softmax_node_each_over_all_outputs():
    z = reference()([5.1, 3.5, 1.4, 0.2])
    y = probabilities(z)
    assert labels(y) == ["ŷ1", "ŷ2", "ŷ3"]
    assert sum(share.data for share in y) == pytest.approx(1.0, rel=1e-15)
    for share in y:
        assert share.op.name == "softmax"
        assert set(share.parents) == set(z)


def test_a_single_output_is_the_logit_of_class_1():
    model = MLP(2, [1], seed=0)
    no, yes = model.probabilities([1.0, 2.0])
    assert yes.data == pytest.approx(autograd.sigmoid(model([1.0, 2.0]).data), rel=1e-15)
    assert no.data + yes.data == pytest.approx(1.0, rel=1e-15)


def test_the_activation_of_the_outputs():
    row = [1.0, 2.0]
    linear = MLP(2, [2], seed=0)(row)
    bent = MLP(2, [2], output="tanh", seed=0)(row)
    assert labels(bent) == ["ŷ1", "ŷ2"]
    assert [y.data for y in bent] == [autograd.tanh(z.data) for z in linear]
    shares = MLP(2, [2], output="softmax", seed=0)(row)
    assert labels(shares) == ["ŷ1", "ŷ2"]
    assert [y.data for y in shares] == autograd.softmax([z.data for z in linear])


def test_neuron_and_layer_are_numbered_alone_too():
    neuron = Neuron(2, seed=0)
    assert [*labels(neuron.w), neuron.b.label, neuron([1.0, 2.0]).label] == ["w1", "w2", "b1", "h1"]
    layer = Layer(2, 2, seed=0)
    assert labels(layer.parameters()) == ["w1", "w2", "b1", "w3", "w4", "b2"]
    assert labels(layer([1.0, 2.0])) == ["h1", "h2"]
    assert Neuron(2, bias=False).b is None


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copied_or_pickled_model_is_whole_and_apart(clone):
    model = reference()
    other = clone(model)
    row = [5.1, 3.5, 1.4, 0.2]
    assert [z.data for z in other(row)] == [z.data for z in model(row)]
    other["w17"].data = 9.0
    assert model["w17"].data != 9.0
    assert [z.data for z in other(row)] != [z.data for z in model(row)]


def test_repr_says_how_it_was_made():
    assert repr(reference()) == (
        "MLP(4, [4, 4, 3], activation='tanh', bias=False, output='linear')"
    )
    assert repr(Layer(2, 3)) == "Layer of 3 × Neuron(2, 'relu', bias=True)"


@pytest.mark.parametrize("row", [[1.0, 2.0, 3.0], [1.0] * 5, [], [[1.0, 2.0]]])
def test_a_row_of_the_wrong_width(row):
    with pytest.raises(ValueError, match=r"MLP: expected a row of 4 numbers, got [0235]"):
        reference()(row)
    with pytest.raises(ValueError, match="expected a row of 4 numbers"):
        reference().probabilities(row)


def test_what_is_no_row():
    with pytest.raises(TypeError, match=r"expected a row of numbers, or several, got float 3\.0"):
        reference()(3.0)
    with pytest.raises(TypeError, match=r"use float\(text\)"):
        reference()(["5.1", "3.5", "1.4", "0.2"])
    with pytest.raises(ValueError, match="Neuron: expected a row of 2 numbers, got 1"):
        Neuron(2)([1.0])


@pytest.mark.parametrize("nouts", [[], 3, "4", None])
def test_sizes_that_are_no_sizes(nouts):
    with pytest.raises((TypeError, ValueError), match=r"as in MLP\(4, \[4, 4, 3\]\)"):
        MLP(4, nouts)


@pytest.mark.parametrize(
    ("nin", "nouts"), [(0, [1]), (2, [0]), (2, [-1, 1]), (2.5, [1]), (2, ["3"])]
)
def test_sizes_are_whole_and_at_least_1(nin, nouts):
    with pytest.raises(ValueError, match="whole number of at least 1"):
        MLP(nin, nouts)


@pytest.mark.parametrize("row", [{1.0, 2.0}, {0: 1.0, 1: 2.0}, 3.0])
def test_a_row_has_an_order(row):
    with pytest.raises(TypeError, match="MLP: expected a row of numbers, or several, got"):
        MLP(2, [2], seed=0)(row)
