import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import datasets

from nn import Data
from nn.labels import MANY, SHARE, are_numbers, are_weights

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
