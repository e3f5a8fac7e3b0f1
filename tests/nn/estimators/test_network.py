"""The network of an estimator starts as scikit-learn's, and its program gives its outputs."""

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs scikit-learn: chainrule[sklearn]")

import sklearn.neural_network as peers

from nn.estimators.network import (
    KEPT,
    Form,
    form_of,
    numbers_of,
    outputs,
    outputs_program,
    parameters_of,
    set_numbers,
)
from nn.predictions import output_numbers

FORMS = [
    Form((3, 4, 2), "relu", True),
    Form((3, 4, 2), "sigmoid", True),
    Form((2, 3, 2, 1), ("gelu", "tanh"), False),
    Form((3, 1), "relu", True),
]


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_model_has_the_form_and_its_program_gives_its_outputs(form):
    model = form.model()
    assert form_of(model) == form
    assert parameters_of(model) == model.parameters()
    numbers = form.start(np.random.RandomState(0))
    set_numbers(model, numbers)
    assert numbers_of(model).tolist() == numbers.tolist()
    rows = np.random.RandomState(1).normal(size=(5, form.sizes[0]))
    wanted = [output_numbers(model(row)) for row in rows.tolist()]
    np.testing.assert_allclose(outputs(model, rows), wanted, rtol=1e-13, atol=1e-14)
    for layer, (weights, biases) in zip(model.layers, form.layers(numbers), strict=True):
        for j, neuron in enumerate(layer.neurons):
            assert [w.data for w in neuron.w] == weights[:, j].tolist()
            assert (neuron.b.data if form.bias else 0.0) == biases[j]


@pytest.mark.parametrize(("activation", "named"), [("relu", "relu"), ("sigmoid", "logistic")])
def test_it_starts_as_scikit_learns(activation, named):
    form, source = Form((3, 4, 2), activation, True), np.random.RandomState(7)
    peer = peers.MLPClassifier((4,), activation=named)
    peer._random_state = np.random.RandomState(7)
    for nin, nout, (weights, biases) in zip(
        (3, 4), (4, 2), form.layers(form.start(source)), strict=True
    ):
        wanted = peer._init_coef(nin, nout, np.float64)
        assert (weights.tolist(), biases.tolist()) == tuple(part.tolist() for part in wanted)


def test_a_form_is_compiled_once_and_few_are_kept():
    form = Form((2, 3, 1), "tanh", True)
    assert outputs_program(form) is outputs_program(Form((2, 3, 1), "tanh", True))
    for size in range(1, KEPT + 5):
        outputs_program(Form((1, size, 1), "relu", False))
    assert outputs_program.cache_info().currsize == KEPT
