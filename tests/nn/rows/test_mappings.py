"""Rows and columns by name, as csv.DictReader, JSON and Arrow have them."""

from types import MappingProxyType

import pandas as pd
import pytest

from nn import MLP, Data, predict, predict_proba, train

TABLE = pd.DataFrame(
    {
        "size": [1.0, 2.0, None, 8.0] * 5,
        "color": ["red", "blue", "red", None] * 5,
        "kind": ["a", "b", "a", "b"] * 5,
    }
).astype(object)
RECORDS = TABLE.where(TABLE.notna(), None).to_dict("records")


def test_mappings_are_rows_by_name():
    data, frame = Data(RECORDS, "kind", missing="mean"), Data(TABLE, "kind", missing="mean")
    assert (data.rows, data.labels, data.schema) == (frame.rows, frame.labels, frame.schema)
    model = MLP(3, [4, 2], seed=0)
    train(model, data.standardized(), epochs=20, progress=False)
    expected = predict_proba(model, TABLE, raw=True)
    assert predict_proba(model, RECORDS, raw=True) == expected
    backwards = [dict(reversed(row.items())) for row in RECORDS]
    assert predict_proba(model, tuple(backwards), raw=True) == expected
    assert predict_proba(model, RECORDS[1], raw=True) == expected[1:2]
    assert predict(model, [{"color": "red", "size": 1}], raw=True) == predict(
        model, [[1.0, "red"]], raw=True
    )
    rows = [{"size": row[0], "color=blue": row[1], "color=red": row[2]} for row in data.rows]
    assert predict(model, rows) == predict(model, data.rows)
    assert data.standardize(RECORDS) == data.standardize(TABLE)


def columns_by_name(table):
    return {name: list(table[name]) for name in table.columns}


@pytest.mark.parametrize(
    "make",
    [
        columns_by_name,
        lambda table: MappingProxyType({name: table[name] for name in table.columns}),
        lambda table: Arrow(columns_by_name(table)),
    ],
)
def test_columns_by_name_are_a_frame(make):
    """Dicts of lists, or of columns of a frame, and a table of Arrow."""
    found, frame = Data(make(TABLE), "kind", missing="mean"), Data(TABLE, "kind", missing="mean")
    assert (found.rows, found.labels, found.schema) == (frame.rows, frame.labels, frame.schema)
    two = Data(make(TABLE.dropna()), ["size", "kind"][:1], regression=True)
    assert two.feature_names[-2:] == ("kind=a", "kind=b")
    model = MLP(3, [2], seed=0)
    train(model, frame.standardized(), epochs=2, progress=False)
    expected = predict_proba(model, TABLE, raw=True)
    assert predict_proba(model, make(TABLE), raw=True) == expected
    assert predict_proba(model, make(TABLE[["color", "size"]]), raw=True) == expected


class Arrow:
    """As much of a table of pyarrow as is looked at; its columns are no names."""

    def __init__(self, columns):
        self.columns, self.column_names, self.items = [*columns.values()], [*columns], columns

    def __getitem__(self, name):
        return self.items[name]

    def __len__(self):
        return len(self.columns[0])

    def to_pydict(self):
        return self.items


def test_mappings_with_other_names():
    model = MLP(2, [2], seed=0)
    train(model, Data([{"a": 1.0, "b": 2.0}, {"b": 0.5, "a": 0.0}], [0, 1]), progress=False)
    with pytest.raises(ValueError, match=r"^predict: row 1: expected the names, a, b: missing b"):
        predict(model, [{"a": 1.0, "b": 2.0}, {"a": 1.0}], raw=True)
    with pytest.raises(ValueError, match=r"^Data: row 1: expected the names, a: unknown b"):
        Data([{"a": 1.0}, {"a": 1.0, "b": 2.0}], [0, 1])
    with pytest.raises(ValueError, match=r"^predict: .* a, b: missing b; unknown c"):
        predict(model, {"a": 1.0, "c": 2.0})
    with pytest.raises(
        ValueError, match=r"^predict: expected columns of one length, got 1 cells in"
    ):
        predict(model, {"a": [1.0], "b": [2.0, 3.0]})
    for columns in ({"a": [1.0], "b": 2.0}, {"a": "bc", "b": [1.0]}, {1: [1.0], 2: [2.0]}, {}):
        with pytest.raises(TypeError, match=r"^predict: expected rows of numbers, got dict"):
            predict(model, columns)
    with pytest.raises(TypeError, match="row 1: expected a row of numbers, got dict"):
        Data([[1.0], {"a": 1.0}], [0, 1])
