import math
from statistics import fmean

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import datasets

from nn import (
    MLP,
    Data,
    Neuron,
    accuracy,
    confusion_matrix,
    cross_entropy,
    mean_loss,
    mse,
    predict,
    train,
)
from nn.rows.labels import MANY, SHARE, are_numbers, are_weights

WHOLE = st.integers(-(2**53), 2**53)


@pytest.mark.parametrize(
    ("load", "regression"),
    [
        (datasets.load_iris, False),
        (datasets.load_wine, False),
        (datasets.load_breast_cancer, False),
        (datasets.load_digits, False),
        (datasets.load_diabetes, True),  # whole numbers, as floats
        (datasets.load_linnerud, True),  # three targets
    ],
)
def test_the_sets_of_scikit_learn_are_what_their_pages_say(load, regression):
    found = load()
    for y in (found.target, found.target.tolist(), found.target.astype(float)):
        data = Data(found.data, y)
        assert data.regression is data.schema.regression is regression
        assert ("regression of" in repr(data)) is regression
        assert np.array_equal(data.labels, found.target)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1))
def test_numbers_with_decimals_are_numbers_to_predict(labels):
    if not all(label.is_integer() for label in labels):
        assert are_numbers(labels)
        assert are_numbers(np.array(labels))


@given(st.lists(WHOLE, min_size=1))
def test_whole_numbers_are_numbers_where_there_are_many_or_negative_ones(labels):
    values = set(labels)
    many = len(values) > MANY and len(values) > SHARE * len(labels)
    negative = min(values) < 0 and not values <= {-1, 0, 1}
    assert are_numbers(labels) is (many or negative)
    assert are_numbers(np.array(labels)) is (many or negative)
    assert Data([[0.0]] * len(labels), labels).regression is (many or negative)


@given(st.integers(2, MANY), st.integers(1, 3), st.randoms())
def test_floats_are_classes_only_where_they_number_them(count, times, random):
    labels = [float(k) for k in range(count)] * times
    random.shuffle(labels)
    data = Data([[0.0]] * len(labels), labels)
    assert (data.regression, data.labels) == (False, labels)
    assert all(type(label) is int for label in data.labels)
    assert are_numbers([label + 1.0 for label in labels])
    assert not are_numbers([-1.0, 1.0] * times)  # as hinge has them


def test_regression_overrules():
    rows = [[0.0], [1.0], [2.0]]
    for labels in ([0, 1, 1], [0.0, 1.0, 1.0]):
        data = Data(rows, labels, regression=True)
        assert (data.regression, data.labels) == (True, [0.0, 1.0, 1.0])
        assert all(type(label) is float for label in data.labels)
    many = Data([[0.0]] * 30, range(30), regression=False)
    assert (many.regression, many.labels) == (False, list(range(30)))
    assert Data(rows, [3.0, 5.0, 7.0], regression=False).targets == ["3", "5", "7"]


@pytest.mark.parametrize(
    ("labels", "settings", "message"),
    [
        (["a", "b"], {"regression": True}, "row 0: expected a number to predict as label, got 'a'"),
        (
            [0, 1],
            {"regression": True, "class_names": ["ab"]},
            "expected no class_names with regression=True, .* got",
        ),
        ([0.5, 1], {"regression": False}, "row 0: expected a class, a whole number or a name, as"),
        (
            [0.5, 1],
            {"target_names": ["a", "b"]},
            "expected 1 names as target_names, .* got 2: a, b",
        ),
        ([[1.0, 2.0], [3.0]], {}, r"row 1: expected 2 finite numbers as label, .* got \[3.0\]"),
        ([[1.0, 2.0], [3.0, None]], {}, "row 1: expected 2 finite numbers as label, one for each"),
        ([[1.0, 2.0], 3.0], {}, "row 1: expected 2 finite numbers as label, one for each target"),
        ([[0.0, 1.0], [1.0, 0.0]], {}, "got several numbers, the weights of the classes: "),
        ([[1, 2], [3, 4]], {"regression": False}, "got several numbers, the weights of the class"),
        (
            np.array([[1.5], [2.0]]),
            {},
            r"row 0: expected one label, got .*; a column .* y.ravel\(\)",
        ),
        ([math.nan, 0.5], {}, "row 0: expected a finite number as label, got nan"),
    ],
)
def test_labels_that_are_neither_are_named(labels, settings, message):
    with pytest.raises(ValueError, match=message):
        Data([[0.0], [1.0]], labels, **settings)
    with pytest.raises(TypeError, match=r"Data: expected True .* as regression, got str 'yes'"):
        Data([[0.0], [1.0]], [0, 1], regression="yes")


def test_one_hot_rows_are_several_targets_where_that_is_said():
    rows = [[0.0, 1.0], [1.0, 0.0]]
    assert are_weights(rows)
    assert not are_numbers(rows)
    assert Data([[0.0], [1.0]], rows, regression=True).labels == rows


def test_targets_have_the_names_of_columns():
    frame = pd.DataFrame({"age": [30.0, 41.5], "sales": [1.5, 2.5], "cost": [7, 8]})
    for data in (Data(frame, "cost", regression=True), Data(frame[["age"]], frame["sales"])):
        assert repr(data).endswith(f"regression of {data.schema.target_names[0]})")
    several = Data(frame[["age"]], frame[["sales", "cost"]])
    assert several.labels == [[1.5, 7.0], [2.5, 8.0]]
    assert several.schema.target_names == ("sales", "cost")
    assert Data(frame, "age").schema.target_names == ("age",)
    assert Data(frame, frame["age"], target_names=["years"]).schema.targets == ("years",)
    assert Data(frame, [0, 1]).schema.target_names == ()
    words = Data(frame, pd.Series(["a", "b"], name="species"))
    assert (words.schema.target_names, words.class_names) == (("species",), ("a", "b"))


@given(st.lists(st.integers(1, 9), min_size=2).filter(lambda y: len(set(y)) > 1), st.randoms())
def test_whole_numbers_that_are_no_indices_are_names_of_classes(labels, random):
    """As in the shell; and who numbers classes from 0 has them as they are."""
    values = sorted(set(labels))
    data = Data([[float(label)] for label in labels], labels)
    assert data.class_names == tuple(map(str, values))
    assert [values[k] for k in data.labels] == data.by_number().labels == labels
    model = MLP(1, [len(values)], seed=0)
    train(model, data, epochs=1, progress=False)
    assert set(predict(model, data)) <= set(data.class_names)
    some = [label for label in labels if random.random() < 0.5] or labels[:1]
    part = Data([[float(label)] for label in some], some)
    found = predict(model, [[float(label)] for label in some])
    right = [name == str(label) for name, label in zip(found, some, strict=True)]
    assert accuracy(model, part) == sum(right) / len(some)


@pytest.mark.parametrize("loss", [None, cross_entropy])
def test_a_part_of_the_classes_is_no_renumbering(loss):
    """Labels 1 and 2 of a model of the classes 0, 1, 2 stay 1 and 2, whatever it was trained on."""
    rows, labels = [[0.0], [1.0], [2.0], [0.5], [1.5], [2.5]], [0, 1, 2] * 2
    for trained_on in (Data(rows, labels), list(zip(rows, labels, strict=True))):
        model = MLP(1, [3], seed=1)
        train(model, trained_on, loss, epochs=20, progress=False)
        part = Data(rows[1:3], [1, 2])
        pairs = list(zip(rows[1:3], [1, 2], strict=True))
        assert accuracy(model, part) == accuracy(model, pairs)
        assert mean_loss(model, part).data == mean_loss(model, pairs).data
        assert predict(model, part) == predict(model, rows[1:3])
        assert confusion_matrix(model, part) == confusion_matrix(model, pairs)
        train(model, part, loss, epochs=1, progress=False)
        assert model.class_names == ()


def test_a_loss_of_numbers_has_the_labels_that_were_given():
    data = Data([[0.0], [1.0], [2.0]], [2, 4, 6])
    for loss in (mse, lambda z, y: (z - y) ** 2):
        neuron = Neuron(1, activation="linear", seed=0)
        expected = fmean(
            [(neuron([x]).data - y) ** 2 for (x,), y in zip(data.rows, [2, 4, 6], strict=True)]
        )
        assert mean_loss(neuron, data, loss).data == pytest.approx(expected)
        history = train(neuron, data, loss, epochs=1, progress=False)
        assert history["loss"][0] == pytest.approx(expected)
