import builtins
import math
import random

import numpy as np
import pytest
from sklearn import datasets
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from nn import Data, load_iris
from tests.nn.frames import Frame

ROWS = [[5.1, 3.5], [4.9, 3.0], [7.0, 3.2], [6.4, 3.2]]


@pytest.mark.parametrize("seed", [0, 7])
def test_iris_is_scikit_learns_split_and_standardized_by_its_training_part(seed):
    found = datasets.load_iris()
    X, X_test, y, y_test = train_test_split(
        found.data, found.target, test_size=30, stratify=found.target, random_state=seed
    )
    scaler = StandardScaler().fit(X)
    iris = load_iris(seed)
    assert (len(iris), len(iris.train), len(iris.test)) == (150, 120, 30)
    assert [iris.train.labels.count(k) for k in range(3)] == [40, 40, 40]
    assert iris.train.labels == y.tolist()
    assert iris.test.labels == y_test.tolist()
    np.testing.assert_allclose(iris.train.rows, scaler.transform(X), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(iris.test.rows, scaler.transform(X_test), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(iris.rows, scaler.transform(found.data), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(iris.mean, scaler.mean_, rtol=1e-14)
    np.testing.assert_allclose(iris.deviation, scaler.scale_, rtol=1e-14)
    assert iris.standardize(found.data) == iris.rows == iris.test.standardize(found.data)
    assert iris.class_names == ("setosa", "versicolor", "virginica")
    assert iris.feature_names[0] == iris.test.feature_names[0] == "sepal length (cm)"


def test_labels_and_names():
    assert list(Data(ROWS, [0, 1, 0, 1])) == list(zip(ROWS, [0, 1, 0, 1], strict=True))
    data = Data(np.array(ROWS), np.array(["b", "a", "b", "c"]), feature_names=["length", "width"])
    assert data.labels == [1, 0, 1, 2]
    assert data.class_names == ("a", "b", "c")
    assert data.feature_names == ("length", "width")
    assert Data(ROWS, ["b", "a", "b", "a"], class_names=("b", "a")).labels == [0, 1, 0, 1]
    numbers = Data(ROWS, [0.5, 1, np.float64(2.0), -3.25])
    assert numbers.labels == [0.5, 1, 2.0, -3.25]
    assert numbers.class_names == ()
    assert numbers.feature_names == ("x1", "x2")


def test_parts_exist_after_a_split_only():
    data = Data(ROWS, [0, 0, 1, 1])
    with pytest.raises(AttributeError, match=r"split it first, as in data.split"):
        _ = data.train
    halves = data.split(test=0.5, seed=1)
    assert sorted(halves.train.rows + halves.test.rows) == sorted(ROWS)
    assert sorted(halves.train.labels) == sorted(halves.test.labels) == [0, 1]
    with pytest.raises(AttributeError, match="no parts"):
        _ = halves.train.test
    with pytest.raises(AttributeError, match="no parts"):
        _ = data.train


def test_standardizing_without_parts_and_twice():
    data = Data([[1.0, 5.0], [3.0, 5.0]], [0, 1])
    once = data.standardized()
    assert once.rows == [[-1.0, 0.0], [1.0, 0.0]]  # a feature that never changes is only shifted
    assert (once.mean, once.deviation) == ((2.0, 5.0), (1.0, 1.0))
    assert data.rows == [[1.0, 5.0], [3.0, 5.0]]
    assert data.standardize([[4.0, 6.0]]) == [[4.0, 6.0]]
    wide = Data([[1.0], [2.0], [6.0]], [0, 1, 0])
    twice = Data(wide.standardized().rows, [0, 1, 0]).standardized()
    again = wide.standardized().standardized()
    assert again.standardize([[6.0]])[0] == pytest.approx(twice.rows[2], rel=1e-14)
    assert again.mean == pytest.approx([3.0])


def test_raw_rows_are_standardized_as_the_data_was_whatever_was_done_before():
    raw = [[float(i), 100.0 - i * i] for i in range(10)]
    data = Data(raw, [0, 1] * 5).standardized().split(test=4, seed=0).standardized()
    np.testing.assert_allclose(data.standardize(raw), data.rows, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(np.mean(data.train.rows, axis=0), [0.0, 0.0], atol=1e-15)


@pytest.mark.parametrize("bad", [math.nan, math.inf, None, "3.5", 1j])
def test_a_cell_that_is_no_finite_number_is_named(bad):
    with pytest.raises(ValueError, match="row 1, width: expected a finite number, got"):
        Data([[5.1, 3.5], [4.9, bad]], [0, 1], feature_names=["length", "width"])
    with pytest.raises(ValueError, match="row 0, x1: expected a finite number"):
        Data(ROWS, [0, 1, 0, 1]).standardize([[bad, 1.0]])


def test_rows_of_the_wrong_width_or_number():
    with pytest.raises(ValueError, match=r"row 1: expected 2 numbers \(x1, x2\), got 3"):
        Data([[1.0, 2.0], [1.0, 2.0, 3.0]], [0, 1])
    with pytest.raises(ValueError, match="row 0: expected 2 numbers"):
        Data(ROWS, [0, 1, 0, 1]).standardize([[1.0]])
    with pytest.raises(
        TypeError, match=r"row 0: expected a row of numbers, got float 5\.1; .* \[row\]"
    ):
        Data(ROWS, [0, 1, 0, 1]).standardize([5.1, 3.5])
    with pytest.raises(ValueError, match=r"Data: expected 2 names as feature_names, .* got 3"):
        Data(ROWS, [0, 1, 0, 1], feature_names=["a", "b", "c"])
    for empty in ([], [[]]):
        with pytest.raises(ValueError, match="at least one row of at least one number"):
            Data(empty, [])
    with pytest.raises(ValueError, match="one label for each of the 4 rows, got 3"):
        Data(ROWS, [0, 1, 0])


@pytest.mark.parametrize(
    ("labels", "class_names", "message"),
    [
        ([0, 1, 2, 0], ("a", "b"), "row 2: expected a class from 0 to 1 as label, got 2"),
        ([0, -1, 0, 0], ("a", "b"), "row 1: expected a class from 0 to 1 as label, got -1"),
        ([0, 1, math.nan, 0], (), "row 2: expected a finite number as label, got nan"),
        ([0, "a", 1, 0], (), "row 1: expected a finite number as label, as in other rows, got 'a'"),
        (
            ["a", "b", "c", "a"],
            ("a", "b"),
            "row 2: expected one of the classes a, b as label, got 'c'",
        ),
        ([0, 0.5, 1, 0], ("a", "b"), "row 1: expected one of the classes a, b as label, got 0.5"),
    ],
)
def test_a_bad_label_is_named(labels, class_names, message):
    with pytest.raises(ValueError, match=message):
        Data(ROWS, labels, class_names=class_names)


@pytest.mark.parametrize("library", [None, "pandas", "polars"])
def test_a_data_frame(library):
    make = pytest.importorskip(library, exc_type=ImportError).DataFrame if library else Frame
    frame = make({"length": [5.1, 7.0], "width": [3.5, 3.2], "species": ["setosa", "versicolor"]})
    data = Data(frame, "species")
    assert data.feature_names == ("length", "width")
    assert data.rows == [[5.1, 3.5], [7.0, 3.2]]
    assert data.class_names == ("setosa", "versicolor")
    features = Frame({"length": frame["length"], "width": frame["width"]})
    assert list(Data(features, frame["species"])) == list(data)
    assert Data(features, [0, 1], feature_names=["a", "b"]).feature_names == ("a", "b")
    assert frame.columns[-1] == "species"
    with pytest.raises(ValueError, match="no column 'specie'; did you mean 'species'"):
        Data(frame, "specie")
    words = Data(frame, "length")
    assert words.feature_names == ("width", "species=setosa", "species=versicolor")
    assert words.rows == [[3.5, 1.0, 0.0], [3.2, 0.0, 1.0]]


def test_a_split_keeps_the_shares_of_classes_where_there_are_classes():
    rows = [[float(i)] for i in range(12)]
    for labels in ([0] * 4 + [1] * 8, [-1] * 4 + [1] * 8, ["a"] * 4 + ["b"] * 8):
        data = Data(rows, labels).split(test=3, seed=0)
        assert sorted(data.test.labels) == sorted([data.labels[0], *data.labels[-2:]])
        assert (data.seed, data.test.seed, data.standardized().seed) == (0, 0, 0)
    assert Data(rows, [0, 1] * 6).seed is None
    for labels in ([0.5 * i for i in range(12)], [7, *range(11)]):  # values, not classes
        data = Data(rows, labels).split(test=3, seed=0)
        assert (len(data.train), len(data.test)) == (9, 3)
    with pytest.raises(ValueError, match="at least two rows of each class, got 1 of 'b'"):
        Data(rows, ["a"] * 11 + ["b"]).split()


def test_batches_are_all_rows_shuffled_by_the_seed():
    data = Data([[float(i)] for i in range(10)], list(range(10)), ["number"])
    found = list(data.batches(4, seed=0))
    assert [len(batch) for batch in found] == [4, 4, 2]
    rows = [row for batch in found for row in batch.rows]
    assert rows != data.rows
    assert sorted(rows) == data.rows
    assert all(row == [label] for batch in found for row, label in batch)
    assert found[0].feature_names == ("number",)
    again = [row for batch in data.batches(4, seed=0) for row in batch.rows]
    assert again == rows
    shuffler = random.Random(0)
    first, second = [[b.labels for b in data.batches(4, shuffler)] for _ in range(2)]
    assert first == [batch.labels for batch in found] != second
    random.seed(3)
    by_python = [batch.labels for batch in data.batches(10)]
    random.seed(3)
    assert by_python == [batch.labels for batch in data.batches(10)]
    for size in (0, -1, 2.5, None):
        with pytest.raises(ValueError, match="batches: size: expected a whole number of at le"):
            list(data.batches(size))


def test_repr():
    data = Data(ROWS, ["a", "a", "b", "b"])
    assert repr(data) == "Data(4 rows of x1, x2; classes a, b)"
    assert repr(data.split(test=2)) == (
        "Data(4 rows of x1, x2, 2 to train and 2 to test; classes a, b)"
    )
    assert repr(Data(ROWS, [0, 1, 0, 1])) == "Data(4 rows of x1, x2; classes 0, 1)"
    assert repr(Data(ROWS, [0.5, 1, 2, 3])) == "Data(4 rows of x1, x2; regression of y)"
    assert repr(Data(ROWS, [[1, 2]] * 4)) == "Data(4 rows of x1, x2; regression of y1, y2)"
    named = Data(ROWS, [[1, 2]] * 4, target_names=["sales", "cost"])
    assert repr(named) == "Data(4 rows of x1, x2; regression of sales, cost)"


def test_without_scikit_learn_the_error_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name.partition(".")[0] == "sklearn":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r'load_iris needs .* pip install "chainrule\[iris\]"'):
        load_iris()
    with pytest.raises(ImportError, match=r'split needs .* pip install "chainrule\[iris\]"'):
        Data(ROWS, [0, 0, 1, 1]).split()


def test_settings_of_a_split():
    data = Data([[float(i)] for i in range(10)], ["a", "b"] * 5)
    for test in (0, 1.0, -1, 2.5, 10, True, math.nan, "0.2", None, 10**400):
        with pytest.raises(
            ValueError, match=r"^split: expected test as a share between 0 and 1, or"
        ):
            data.split(test=test)
    for seed in (-1, 2.5, 2**32, None, "0", random.Random(0)):
        with pytest.raises(ValueError, match=r"^split: expected a whole number from 0 to 42949672"):
            data.split(seed=seed)
    with pytest.raises(
        ValueError,
        match=r"^split: expected at least .* rows in each part, one of each .*, got 1 to t",
    ):
        data.split(test=1)
    assert data.split(test=np.float32(0.25)).parts == data.split(test=0.25).parts
    found = data.split(test=np.int64(4), seed=np.int64(3))
    assert found.parts == data.split(test=4, seed=3).parts
    assert type(found.seed) is int
