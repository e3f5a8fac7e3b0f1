"""Predictions: answers by name and in units, shares that add up to 1, and no answer from a NaN."""

from functools import partial

import numpy as np
import pytest

from nn import (
    MLP,
    Data,
    Module,
    accuracy,
    binary_cross_entropy,
    classification_report,
    confusion_matrix,
    huber,
    mse,
    predict,
    predict_proba,
    train,
)

CORNERS = Data(
    [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], ["same", "differ", "differ", "same"]
)


def test_predict_before_training_takes_the_names_of_the_data():
    model = MLP(2, [2], seed=1)
    numbers = [int(np.argmax([z.data for z in model(row)])) for row in CORNERS.rows]
    assert set(numbers) == {0, 1}
    assert predict(model, CORNERS.rows) == numbers
    assert predict(model, CORNERS) == [CORNERS.class_names[k] for k in numbers]


def test_predict_proba():
    model = MLP(2, [3, 2], seed=0)
    shares = predict_proba(model, CORNERS)
    assert shares == [[y.data for y in model.probabilities(row)] for row in CORNERS.rows]
    assert predict_proba(model, CORNERS.rows) == shares
    np.testing.assert_allclose(np.sum(shares, axis=1), 1.0, rtol=1e-15)
    softmax = MLP(2, [3, 2], output="softmax", seed=0)
    assert predict_proba(softmax, CORNERS) == shares

    class Own(Module):
        def __init__(self):
            self.body = model

        def __call__(self, row):
            return self.body(row)

    assert predict_proba(Own(), CORNERS) == shares


def test_a_single_output():
    model = MLP(2, [4, 1], activation="tanh", seed=0)
    train(model, CORNERS, binary_cross_entropy, epochs=3, progress=False)
    ((p, q),) = predict_proba(model, [[0.0, 1.0]])
    assert q == pytest.approx(1 / (1 + np.exp(-model([0.0, 1.0]).data)), rel=1e-14)
    assert p + q == pytest.approx(1.0, rel=1e-15)
    assert predict(model, [[0.0, 1.0]]) == [("differ", "same")[q > 0.5]]


def test_a_model_that_gives_numbers():
    rows = [[0.0], [1.0], [2.0]]
    model = MLP(1, [1], seed=0)
    train(model, Data(rows, [1, 3, 5]), mse, epochs=1, progress=False)
    assert predict(model, rows) == [model(row).data for row in rows]
    bent = MLP(1, [1], seed=0)
    train(bent, Data(rows, [1, 3, 5]), partial(huber, delta=2.0), epochs=1, progress=False)
    assert predict(bent, rows) == [bent(row).data for row in rows]
    pair = MLP(1, [2], seed=0)
    train(pair, [(row, [row[0], 1.0]) for row in rows], mse, epochs=1, progress=False)
    assert predict(pair, rows) == [[y.data for y in pair(row)] for row in rows]
    for ask in (accuracy, confusion_matrix, classification_report, predict_proba):
        with pytest.raises(
            ValueError, match=f"{ask.__name__}: expected a model that predicts classes, got"
        ):
            ask(model, Data(rows, [1, 3, 5]))


def test_a_nan_is_no_answer():
    model = MLP(2, [2], seed=0)
    with pytest.raises(ValueError, match=r"outputs for a row are \[NaN, NaN\]: there is a NaN"):
        predict(model, [[1.0, float("nan")]])
    model.parameters()[0].data = float("nan")
    with pytest.raises(ValueError, match="there is a NaN"):
        accuracy(model, [([1.0, 2.0], 0)])
    wide = MLP(1, [5], bias=False, seed=0)
    with pytest.raises(ValueError, match=r"\[NaN, NaN, NaN, NaN, ...\]"):
        predict(wide, [[float("nan")]])


@pytest.mark.parametrize("ask", [predict, predict_proba])
def test_one_row_is_not_rows(ask):
    message = rf"expected rows of numbers, got .*1.0.*; for one row write {ask.__name__}\(model"
    for row in ([1.0, 2.0], np.array([1.0, 2.0])):
        with pytest.raises(TypeError, match=message):
            ask(MLP(2, [2], seed=0), row)
