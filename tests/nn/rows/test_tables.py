"""Tables: what is read from rows, arrays and frames."""

import decimal
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nn import Data
from nn.rows.labels import are_numbers
from nn.rows.tables import as_python, finite, is_missing, minority_index, read_table

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (True, 1.0),
        (np.True_, 1.0),
        (np.int8(-3), -3.0),
        (np.float32(0.5), 0.5),
        (Fraction(1, 4), 0.25),
        (10**400, None),
        (Fraction(10**400), None),
        (math.nan, None),
        (np.float64("inf"), None),
        (decimal.Decimal("0.5"), 0.5),
        (decimal.Decimal("1e400"), None),
        (decimal.Decimal("Infinity"), None),
        (decimal.Decimal("sNaN"), None),
        ("0.5", None),
        (None, None),
        (1j, None),
    ],
)
def test_what_is_a_finite_number(x, expected):
    assert finite(x) == expected
    if expected is None:
        with pytest.raises(ValueError, match="row 0, x1: expected a finite number, got"):
            Data([[x]], [0])
        return
    assert Data([[x]], [0]).rows == [[expected]]
    assert Data([[0.0]], [x]).labels == [expected]


@given(st.lists(st.decimals(allow_infinity=False) | st.none(), min_size=2, max_size=9))
def test_decimals_are_the_floats_that_they_are_nearest_to(column):
    """As cells and as labels, NaN among them; of databases, and of polars."""
    there = [x for x in column if not (x is None or x.is_nan() or abs(x) > 1e308)]
    assume(len(there) == len([x for x in column if not is_missing(x)]) > 0)
    floats = [None if is_missing(x) else float(x) for x in column]
    rows = [[1.0, x] for x in column]
    found = Data([*rows, [0.0, 1.0]], [0] * (len(rows) + 1), missing="drop")
    assert found.rows == [*[[1.0, x] for x in floats if x is not None], [0.0, 1.0]]
    labels = Data([[1.0]] * len(column), column, regression=True, missing="drop").labels
    assert labels == [x for x in floats if x is not None]
    assert are_numbers(there) == are_numbers(map(float, there))


@pytest.mark.parametrize("method", ["collect", "toarray"])
def test_what_has_to_be_computed_before(method):
    """Lazy frames and sparse matrices."""
    lazy = type("Lazy", (), {method: list, "__iter__": lambda self: iter([]), "columns": ["a"]})()
    with pytest.raises(TypeError, match=rf"got <.*>; the result of its method {method}\(\) has"):
        Data(lazy, [0])


def test_truth_values_are_pythons():
    assert [as_python(x) for x in (np.True_, np.False_, 1, "a")] == [True, False, 1, "a"]
    assert type(as_python(np.True_)) is bool


@pytest.mark.parametrize(
    "rows",
    [
        [[1.0, 2.0], [3.0, 4.0]],
        ((1, 2), (3, 4)),
        np.array([[1, 2], [3, 4]], dtype=np.float32),
        [np.array([1.0, 2.0]), (3, np.int64(4))],
        (iter(row) for row in [[1.0, 2.0], [3.0, 4.0]]),
    ],
)
def test_rows_are_read_from_whatever_holds_them(rows):
    names, found, labels = read_table(rows, "Data")
    assert (names, labels) == ((), [])
    assert found == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize(
    "rows", [{"a": [1.0], "b": 2.0}, {1.0, 2.0}, "12", b"12", 3.0, [{0: 1.0, 1: 2.0}], [{1.0}]]
)
def test_what_has_no_order_is_no_table(rows):
    with pytest.raises(TypeError, match=r"Data: .*expected (rows|a row) of numbers, got"):
        Data(rows, [0])


def test_a_hole_in_a_masked_array_is_named():
    rows = np.ma.masked_array([[1.0, 2.0], [3.0, 4.0]], mask=[[False, False], [False, True]])
    with pytest.raises(ValueError, match="row 1, x2: expected a finite number, got None"):
        Data(rows, [0, 1])


@pytest.mark.parametrize("rows", [[1.0, 2.0], np.array([1, 2])])
def test_one_number_for_each_row_is_refused_in_words(rows):
    with pytest.raises(
        TypeError, match=r"^Data: row 0: expected a row of numbers, got (float|int) 1.*; rows of"
    ):
        Data(rows, [0, 1])
    assert Data([[1.0], [2.0]], [0, 1]).rows == [[1.0], [2.0]]  # as the error says


@pytest.mark.parametrize("labels", ["ab", b"ab", {0, 1}, {0: "a", 1: "b"}, 3])
def test_labels_have_an_order(labels):
    with pytest.raises(TypeError, match="Data: expected one label for each row, got"):
        Data([[1.0], [2.0]], labels)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["a", "b", 3], "row 2: expected the name of a class as label, as in other rows, got 3"),
        ([1, "b", 3], "row 1: expected a finite number as label, as in other rows, got 'b'"),
        (["a", "b", math.nan], "row 2: expected the name of a class as label, .* got nan"),
        (["a", None], "row 1: expected the name of a class as label, as in other rows, got None"),
        ([10**400, 0], "row 0: expected a finite number as label, got 1000"),
    ],
)
def test_the_label_that_is_named_is_the_odd_one(labels, message):
    with pytest.raises(ValueError, match=message):
        Data([[float(i)] for i in range(len(labels))], labels)


def test_the_odd_one():
    assert [minority_index(kinds) for kinds in ([], [True], [False, False])] == [None] * 3
    assert minority_index([True, False, True]) == 1
    assert minority_index([False, True, False, False]) == 1
    assert minority_index([True, False]) == minority_index([False, True]) == 1


def test_names_that_repeat_or_are_one_text():
    rows = [[1.0, 2.0], [3.0, 4.0]]
    with pytest.raises(ValueError, match="class_names: expected distinct names, got 'a' twice"):
        Data(rows, [0, 1], class_names=["a", "b", "a"])
    with pytest.raises(ValueError, match="feature_names: expected distinct names, got 'x' twic"):
        Data(rows, [0, 1], ["x", "x"])
    for names in ({"feature_names": "ab"}, {"class_names": "ab"}):
        with pytest.raises(
            TypeError, match=r"Data: expected a sequence of names as \w+_names, got str 'ab'; as"
        ):
            Data(rows, [0, 1], **names)
    for names in ({"feature_names": 3}, {"class_names": None}):
        with pytest.raises(
            TypeError, match=r"Data: expected a sequence of names as \w+_names, got"
        ):
            Data(rows, [0, 1], **names)


def test_what_cannot_be_standardized_is_named_by_the_function():
    data = Data([[1.0, 2.0]], [0], ["a", "b"])
    for rows in ("ab", None, {1: [1.0]}, [1.0, 2.0]):
        with pytest.raises(
            TypeError, match=r"^standardize: .*expected (a row|rows) of numbers, got"
        ):
            data.standardize(rows)
    with pytest.raises(ValueError, match=r"^standardize: row 0, b: expected a finite number, got"):
        data.standardize([[1.0, None]])
