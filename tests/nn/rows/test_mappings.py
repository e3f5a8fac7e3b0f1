"""Rows as mappings from names to cells, as csv.DictReader and JSON have them."""

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


def test_mappings_with_other_names():
    model = MLP(2, [2], seed=0)
    train(model, Data([{"a": 1.0, "b": 2.0}, {"b": 0.5, "a": 0.0}], [0, 1]), progress=False)
    with pytest.raises(ValueError, match=r"^predict: row 1: expected the names, a, b: missing b"):
        predict(model, [{"a": 1.0, "b": 2.0}, {"a": 1.0}], raw=True)
    with pytest.raises(ValueError, match=r"^Data: row 1: expected the names, a: unknown b"):
        Data([{"a": 1.0}, {"a": 1.0, "b": 2.0}], [0, 1])
    with pytest.raises(ValueError, match=r"^predict: .* a, b: missing b; unknown c"):
        predict(model, {"a": 1.0, "c": 2.0})
    for columns in ({"a": [1.0], "b": [2.0]}, {}):
        with pytest.raises(TypeError, match=r"^predict: expected rows of numbers, got dict"):
            predict(model, columns)
    with pytest.raises(TypeError, match="row 1: expected a row of numbers, got dict"):
        Data([[1.0], {"a": 1.0}], [0, 1])
