"""Words and holes as numbers of a row, against scikit-learn's encoder and imputer."""

import datetime
import math
import re
import shlex
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from nn import MLP, Data, accuracy, load, load_csv, predict, predict_proba, save, score, train
from nn.__main__ import main
from nn.rows.missing import MissingValues
from nn.schema import Column, Schema
from tests.nn.frames import Frame

ROWS = [[1.0, "red"], [2.0, "blue"], [4.0, "red"], [8.0, "green"]]
NAMES = ["size", "color"]


@pytest.mark.parametrize("library", [None, "pandas", "polars"])
@pytest.mark.parametrize("hole", [None, math.nan])
def test_words_and_holes_of_a_frame(library, hole):
    make = pytest.importorskip(library, exc_type=ImportError).DataFrame if library else Frame
    frame = make(
        {
            "size": [1.0, hole, 4.0, 8.0],
            "color": ["red", "blue", None, "green"],
            "kind": ["a", "b", "a", "b"],
        }
    )
    with pytest.raises(ValueError, match=r"row 1, size: expected a finite number, .* missing='dr"):
        Data(frame, "kind")
    data = Data(frame, "kind", missing="mean")
    names = ("size", "color=blue", "color=green", "color=red")
    third = pytest.approx(1 / 3)
    assert data.feature_names == names
    assert data.rows[1] == [pytest.approx(13 / 3), 1.0, 0.0, 0.0]
    assert data.rows[2] == [4.0, third, third, third]
    assert data.missing == MissingValues("mean", (("size", 1), ("color", 1)), 0)
    assert data.schema.target_names == ("kind",)
    left = Data(frame, "kind", missing="drop")
    assert left.rows == [[1.0, 0.0, 1.0], [8.0, 1.0, 0.0]]
    assert left.feature_names == ("size", "color=green", "color=red")
    assert left.missing == MissingValues("drop", (("size", 1), ("color", 1)), 2)
    assert left.class_names == ("a", "b")


def test_kinds_of_frames():
    pandas = pytest.importorskip("pandas", exc_type=ImportError)
    frame = pandas.DataFrame({"size": [1, 2, None], "color": ["a", "b", None], "y": [0, 1, 0]})
    expected = Data(frame, "y", missing="mean").rows
    for kinds in (
        {"size": "Int64", "color": "category"},
        {"size": "Float64", "color": "string"},
        {"color": object},
    ):
        assert Data(frame.astype(kinds), "y", missing="mean").rows == expected


CELLS = st.one_of(st.none(), st.floats(-1e3, 1e3, allow_subnormal=False))
WORDS = st.one_of(st.none(), st.sampled_from(["red", "blue", "green", "µ", "a=b"]))


@st.composite
def tables(draw):
    kinds = draw(st.lists(st.booleans(), min_size=1, max_size=4))
    row = st.tuples(*[WORDS if words else CELLS for words in kinds])
    rows = draw(st.lists(row, min_size=6, max_size=20))
    return kinds, [list(row) for row in rows], draw(st.integers(0, 50))


def by_scikit_learn(kinds, rows, train):
    """The encoded and filled rows: of the numbers SimpleImputer's means, of the words OneHotEncoder
    over all rows, and of each of its columns the mean over the rows to train on that have a word.
    """
    found = []
    for j, words in enumerate(kinds):
        column = np.array([[row[j]] for row in rows], dtype=object)
        empty = np.array([row[j] is None for row in rows])
        if words:
            known = [[word] for (word,) in column if word is not None]
            encoded = np.full((len(rows), len({word for (word,) in known})), np.nan)
            encoded[~empty] = OneHotEncoder(sparse_output=False).fit_transform(known)
        else:
            encoded = column.astype(float)
        found.append(SimpleImputer().fit(encoded[train]).transform(encoded))
    return np.hstack(found)


@settings(max_examples=150, deadline=None)
@given(tables())
def test_what_is_filled_is_scikit_learns_by_the_rows_to_train_on(table):
    kinds, rows, seed = table
    for j in range(len(kinds)):  # a column needs a cell in every part
        assume(sum(row[j] is not None for row in rows) > 4)
    names = [f"c{j}" for j in range(len(kinds))]
    data = Data(rows, [0, 1] * 3 + [0] * (len(rows) - 6), names, missing="mean")
    np.testing.assert_allclose(
        data.rows, by_scikit_learn(kinds, rows, range(len(rows))), rtol=1e-12, atol=1e-12
    )
    data = data.split(test=2, seed=seed)
    expected = by_scikit_learn(kinds, rows, data.parts[0])
    np.testing.assert_allclose(data.rows, expected, rtol=1e-12, atol=1e-12)
    # The same numbers of raw rows, now and after the schema went a way of its own.
    np.testing.assert_allclose(data.standardize(rows), expected, rtol=1e-12, atol=1e-12)
    scaled = data.standardized()
    scaler = StandardScaler().fit(expected[data.parts[0]])
    flat = np.ptp(expected[data.parts[0]], axis=0) < 1e-9
    np.testing.assert_allclose(
        np.array(scaled.rows)[:, ~flat], scaler.transform(expected)[:, ~flat], rtol=1e-8, atol=1e-9
    )
    np.testing.assert_allclose(scaled.standardize(rows), scaled.rows, rtol=1e-8, atol=1e-9)


def test_nothing_of_the_test_part_is_in_the_fill():
    """Other numbers in the test part change nothing of the rows to train on."""
    rows = [[float(i), None if i % 4 == 0 else float(i * i)] for i in range(20)]
    data = Data(rows, [0, 1] * 10, ["a", "b"], missing="mean").split(test=5, seed=3)
    other = [[1e6, 1e6] if i in data.parts[1] else row for i, row in enumerate(rows)]
    changed = Data(other, [0, 1] * 10, ["a", "b"], missing="mean").split(test=5, seed=3)
    assert changed.train.rows == data.train.rows
    assert changed.schema == data.schema
    assert changed.standardized().train.rows == data.standardized().train.rows
    again = data.standardized().split(test=5, seed=4).split(test=5, seed=3)
    np.testing.assert_allclose(
        again.train.rows, data.standardized().train.rows, rtol=1e-12, atol=1e-12
    )

    for column, other_column in zip(again.schema.columns, data.schema.columns, strict=True):
        assert column.fill == pytest.approx(other_column.fill, rel=1e-12)  # in the first unit


def test_each_part_of_a_part_is_filled_by_what_it_trains_on():
    rows = [[None if i % 5 == 0 else float(i)] for i in range(20)]
    part = Data(rows, [0, 1] * 10, ["a"], missing="mean").split(test=4, seed=0).train.split(test=4)
    there = [
        row[0]
        for row, indices in zip(part.train.rows, part.train.imputed, strict=True)
        if not indices
    ]
    filled = {row[0] for row, indices in zip(part.rows, part.imputed, strict=True) if indices}
    assert list(filled) == [pytest.approx(math.fsum(there) / len(there))]
    (column,) = part.schema.columns
    assert column.fill == pytest.approx([math.fsum(there) / len(there)])


def test_other_data_takes_the_words_and_the_fill_of_the_model():
    data = Data(ROWS * 3, ["a", "b", "a", "b"] * 3, NAMES, missing="mean").standardized()
    model = MLP(4, [2], seed=0)
    train(model, data, epochs=30, progress=False)
    few = Data([["blue", 2.0], ["red", None]], ["b", "a"], NAMES[::-1], missing="mean")
    seen = few.standardized().matched(model.schema)
    assert seen.feature_names == data.feature_names
    expected = data.standardize([[2.0, "blue"], [None, "red"]])
    np.testing.assert_allclose(seen.rows, expected, atol=1e-12)
    assert expected[1][0] == 0.0
    assert accuracy(model, few.standardized()) == accuracy(
        model, list(zip(expected, [1, 0], strict=True))
    )
    with pytest.raises(ValueError, match=r"the word 'violet'; accepted: blue, green, red"):
        accuracy(model, Data([[1.0, "violet"]], ["a"], NAMES))
    with pytest.raises(ValueError, match=r"'color': here it holds numbers, and words where"):
        accuracy(model, Data([[1.0, None]] * 2 + [[1.0, 2.0]], list("aba"), NAMES, missing="mean"))
    with pytest.raises(ValueError, match=r"size, color: missing size; unknown length"):
        accuracy(model, Data([[1.0, "red"]], ["a"], ["length", "color"]))


def test_a_model_answers_rows_as_the_table_had_them():
    """By position, by name, with what the table had beside; as they are only where that is said."""
    table = {"size": [1.0, 2.0, None, 8.0] * 5, "color": ["red", "blue", "red", "green"] * 5}
    data = Data(Frame({**table, "kind": ["a", "b", "a", "b"] * 5}), "kind", missing="mean")
    data = data.split(test=4, seed=1).standardized()
    model = MLP(4, [4, 2], seed=0)
    train(model, data.train, epochs=40, progress=False)
    raw = [[1.0, "red"], [2.0, "blue"]]
    assert predict(model, raw, raw=True) == predict(model, data.standardize(raw))
    rows = list(zip(*table.values(), strict=True))
    expected = predict_proba(model, data.standardize(rows))
    assert predict_proba(model, rows, raw=True) == expected == predict_proba(model, data)
    frame = Frame({"kind": ["?"] * 20, **dict(reversed(table.items()))})
    assert predict_proba(model, frame, raw=True) == expected
    with pytest.raises(ValueError, match=r"^predict: .*missing color=.* write raw=True"):
        predict(model, frame)
    with pytest.raises(ValueError, match=r"^predict: .*unknown weight"):
        predict(model, Frame({**table, "weight": [1.0] * 20}), raw=True)
    with pytest.raises(
        ValueError, match=r"^predict: row 0, color: the model was not trained on the word 'pink'"
    ):
        predict(model, [[1.0, "pink"]], raw=True)


def test_raw_rows():
    data = Data(ROWS, [0, 1, 0, 1], NAMES)
    assert data.standardize([[3.0, "green"]]) == [[3.0, 0.0, 1.0, 0.0]]
    assert data.standardize(Frame({"color": ["red"], "size": [3]})) == [[3.0, 0.0, 0.0, 1.0]]
    for rows, message in [
        (
            [[3.0, "gren"]],
            "row 0, color: the model was not trained on the word 'gren'; did you mean 'green'?",
        ),
        ([[3.0, 2.0]], "row 0, color: the model was not trained on the word 2.0"),
        (
            [[3.0, None]],
            "row 0, color: expected a word, got None, a missing value; the mod",
        ),
        ([["red", 3.0]], "row 0, size: expected a finite number, got 'red'"),
        ([[3.0]], "row 0: expected 2 numbers (size, color), got 1"),
    ]:
        with pytest.raises(ValueError, match=f"^standardize: {re.escape(message)}"):
            data.standardize(rows)
    with pytest.raises(ValueError, match=r"missing color; unknown colour; did you mean 'color'\?"):
        data.standardize(Frame({"colour": ["red"], "size": [3]}))


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (["a", "b", 3.0], "row 2, x1: expected a word, got 3.0; other rows have words"),
        ([1.0, "b", 3.0], "row 1, x1: expected a finite number, got 'b'; other rows have numbers"),
        (["1", "2", "3"], "row 0, x1: expected a finite number, got '1', a text"),
        (["a", "1,5", "b"], "row 1, x1: expected a finite number, got '1,5', a text"),
        (["a", 1j, "b"], "row 1, x1: expected a word, got 1j"),
        (["µ", "a", "μ"], "row 2, x1: expected one spelling of each word, got 'μ' after 'µ'"),
        (
            [f"no. {i}" for i in range(11)],
            "column 'x1': 11 different words in 11 rows, .*leave col",
        ),
    ],
)
def test_columns_that_are_none(cells, message):
    with pytest.raises(ValueError, match=message):
        Data([[cell] for cell in cells], [0] * len(cells))


@pytest.mark.parametrize(
    ("different", "rows", "accepted"),
    [(10, 10, True), (11, 21, False), (11, 22, True), (200, 1000, True), (201, 1000, False)],
)
def test_how_many_words_are_categories(different, rows, accepted):
    table = [[f"word {i % different}"] for i in range(rows)]
    if accepted:
        assert len(Data(table, [0] * rows).feature_names) == different
    else:
        with pytest.raises(ValueError, match=f"{different} different words in {rows} rows"):
            Data(table, [0] * rows)


def test_two_features_of_one_name():
    with pytest.raises(ValueError, match="distinct names, got 'a=b=c' twice"):
        Data([["b=c", "c"]], [0], ["a", "a=b"])


def test_missing_values_that_nothing_can_be_done_about():
    rows = [[None, 1.0], [None, 2.0], [None, 3.0]]
    with pytest.raises(ValueError, match="column 'x1': all values of the training rows"):
        Data(rows, [0, 1, 0], missing="mean")
    with pytest.raises(ValueError, match=r"at least one row without missing .* of 3; .* x1"):
        Data(rows, [0, 1, 0], missing="drop")
    with pytest.raises(ValueError, match=r"at least one row without missing .* some in label"):
        Data([[1.0]], [None], missing="mean")
    for how, error in (("means", ValueError), (True, TypeError), ("", ValueError)):
        with pytest.raises(error, match=r"^Data: .*missing"):
            Data([[1.0]], [0], missing=how)


@pytest.mark.parametrize("how", ["drop", "mean"])
def test_a_row_without_a_label_is_left_out_and_counted(how):
    data = Data([[1.0], [2.0], [3.0]], ["a", None, "b"], missing=how)
    assert data.labels == [0, 1]
    assert data.rows == [[1.0], [3.0]]
    assert data.missing == MissingValues(how, (("label", 1),), 1)


def test_columns_by_hand():
    column = Column("color", ("blue", "red"), (0.25, 0.75))
    assert column.feature_names == ("color=blue", "color=red")
    assert Data(ROWS, [0, 1, 0, 1], NAMES).schema.columns == (
        Column("size"),
        Column("color", ("blue", "green", "red")),
    )
    numbers = Data([[1.0], [2.0]], [0, 1])
    assert numbers.schema.columns == ()
    assert numbers.missing is None


@settings(max_examples=40, deadline=None)
@given(tables(), st.sampled_from(["mean", "drop"]))
def test_a_file_keeps_the_columns(table, missing):
    """What is loaded has the same schema, and answers raw rows in the same way."""
    kinds, rows, seed = table
    assume(any(None not in row for row in rows))
    for j in range(len(kinds)):
        assume(any(row[j] is not None for row in rows))
    labels = [0.5 * i for i in range(len(rows))]
    names = [f"c{j}" for j in range(len(kinds))]
    data = Data(rows, labels, names, regression=True, missing=missing).standardized()
    model = MLP(len(data.feature_names), [2, 1], seed=seed)
    train(model, data, epochs=1, progress=False)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.safetensors")
        save(model, path)
        loaded = load(path)
    assert loaded.schema == model.schema == data.schema
    whole = [row for row in rows if None not in row]
    seen = rows if data.schema.columns and missing == "mean" else whole
    assert predict(loaded, seen, raw=True) == predict(model, seen, raw=True)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ((Column("a"), Column("c")), "the columns have 'c', and feature_names 'b'"),
        ((Column("a"),), "the columns have 1 features, and feature_names are 2: a, b"),
        (
            (Column("a"), Column("b", (), (0.5, 1.0))),
            "'b': expected a number for each feature as f",
        ),
    ],
)
def test_columns_that_contradict_the_features(columns, message):
    with pytest.raises(ValueError, match=f"^the schema: .*{message}"):
        Schema(("a", "b"), columns=columns).check(2)
    Schema(("a", "b"), columns=(Column("a"), Column("b"))).check(2)


def test_rows_as_the_table_had_them_need_raw():
    """Every function of rows says so, whatever form they are in."""
    data = Data(ROWS * 3, ["a", "b", "a", "b"] * 3, NAMES).standardized()
    model = MLP(4, [2], seed=0)
    train(model, data, epochs=1, progress=False)
    for ask in (predict, predict_proba):
        for rows in (ROWS, [[1.0, 2.0]], np.array(ROWS, dtype=object)):
            with pytest.raises(
                ValueError,
                match=rf"row 0: .*, got 2 cells; .* {ask.__name__}\(model, rows, raw=True",
            ):
                ask(model, rows)
        for named in (Frame({"size": [1.0], "color": ["red"]}), [{"size": 1.0, "color": "red"}]):
            with pytest.raises(ValueError, match="write raw=True"):
                ask(model, named)
    for ask in (accuracy, score):
        with pytest.raises(ValueError, match=rf"got 2 cells; .* write {ask.__name__}\(model, Data"):
            ask(model, [(row, "a") for row in ROWS])


@pytest.mark.parametrize(
    "cells",
    [
        ["2024-05-31", "2024-06-01", "2024-06-01", None] * 3,
        ["31.5.2024", "1.6.2024"] * 6,
        ["2024-05-31T12:00", "2024-05-31 12:30:01"] * 6,
        [datetime.date(2024, 5, 31)] * 12,
        list(pd.date_range("2024-05-31", periods=12)),
        [f"no. {i}" for i in range(12)],
    ],
)
def test_all_columns_that_are_no_numbers_are_named_at_once(cells):
    """Dates, as words and as cells of a frame, and identifiers; with what to write."""
    frame = pd.DataFrame({"code": [f"c{i}" for i in range(12)], "when": cells, "size": [1.0] * 12})
    pattern = r"^column 'code': .* identifiers .*; column 'when': .*; leave columns code, when out$"
    for missing in ("mean",) if None in cells else ("mean", "drop", None):
        with pytest.raises(ValueError, match=pattern):
            Data(frame, [0, 1] * 6, missing=missing)
    frame = frame.dropna()
    if frame["when"].iloc[0] == "no. 0":
        return
    with pytest.raises(ValueError, match=r"^column 'when': .*; leave column when out$"):
        Data(frame[["size", "when"]], [0] * len(frame))


def test_columns_to_drop_are_named_at_once_as_options(tmp_path, capsys):
    path = tmp_path / "t.csv"
    lines = [f"no. {i},2024-05-{i:02},{i},{'xy'[i % 2]}" for i in range(1, 25)]
    path.write_text("\n".join(["id,a day,size,kind", *lines]))
    assert main(["train", str(path), "--target", "kind"]) == 1
    said = capsys.readouterr().err
    assert "are identifiers and no categories; column 'a day': 2024-05-01" in said
    options = ["--drop", "id", "--drop", "a day"]
    assert f"; {shlex.join(options)} leaves the columns out\n" in said
    assert main(["train", str(path), "--target", "kind", *options, "--epochs", "1"]) == 0
    with pytest.raises(ValueError, match=r"; drop=\['id', 'a day'\] leaves the columns out$"):
        load_csv(path, "kind")
    load_csv(path, "kind", drop=["id", "a day"])
