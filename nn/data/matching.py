"""Matching of data with a model: columns and classes in the order of the model's schema.

`name` is that of the public function, with which errors begin.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd.arguments import wrong

from ..arguments import CALLS, is_row
from ..names import default_names, error_prefix, join_names
from ..rows.columns import encode_raw_rows
from ..rows.mappings import as_frame
from ..rows.scales import converted
from ..rows.tables import (
    Row,
    as_list,
    columns_of,
    float_rows,
    is_frame,
    names_in_row,
    read_table,
    take,
    with_booleans,
)
from ..schema import Scale, Schema, schema_of
from ..schema.booleans import as_python
from .data import Data, ordered_rows
from .encodings import match_encoding, with_columns
from .plausibility import call, warn_of

Pairs = Data | Iterable[tuple[Any, Any]]


def numbered(data: Data, model: Any, schema: Schema) -> Data:
    """A Data with integers as labels if the model's classes are numbered and have no names.

    That is so if it was trained so, or has outputs for other numbers than those in the data.
    """
    outputs = getattr(model, "nouts", None)
    fits = not outputs or max(2, outputs[-1]) == len(data.class_names)
    by_name = schema.class_names or fits
    return data.by_number() if schema.numbers_classes or not by_name else data


def match_data(data: Data, schema: Schema, name: str) -> Data:
    """`data.matched`, with the prefix in errors."""
    with error_prefix(name):
        return data.matched(schema)


def match_columns(rows: Any, schema: Schema, name: str) -> Any:
    """The rows of a Data or a data frame in the order of the model's columns; other rows unchanged.

    A single row with names, as of a data frame, is matched too.
    """
    if type(rows) in (list, tuple):  # as in most calls of a model
        return rows
    if isinstance(rows, Data):
        return ordered_rows(rows, schema, name)
    if is_frame(rows):
        found = ordered_rows(rows, schema, name)
        with error_prefix(name):
            return float_rows(
                with_booleans(found), schema.feature_names or list(map(str, columns_of(rows)))
            )
    return match_row(rows, schema, name)


def match_row(row: Any, schema: Schema, name: str) -> Any:
    """One row; if its numbers have names, in the order of a model's columns."""
    with error_prefix(name):
        order = schema.column_order(names_in_row(row))
    return row if order is None else take(list(row), order)


def unlabeled_rows(model: Any, rows: Any, name: str, raw: bool = False) -> list[Any]:
    """Rows without labels, with the model's columns.

    Args:
        raw: whether rows without a scale are in the original units of the model's data.
    """
    if not isinstance(raw, bool):
        raise wrong(name, "True or False as raw", raw, f"as in {name}(model, rows, raw=True)")
    schema, given = schema_of(model), as_frame(rows, name)
    if given is not rows and not schema.feature_names:
        raise wrong(name, "rows of numbers", rows, "the model's columns have no names")
    rows = given
    if raw and schema.columns and not isinstance(rows, Data):
        names, cells, _ = read_table(rows, name)
        with error_prefix(name):
            rows = encode_raw_rows(cells, names, schema)
    given = match_columns(rows, schema, name)
    found = as_list(given, name, "rows of numbers", f"as in {CALLS[name]}")
    found = [match_row(row, schema, name) for row in found]
    found = [list(row) if names_in_row(row) else row for row in found]  # [0] might mean a name
    for i, row in enumerate(found):
        refuse_unencoded(row, schema, name, i)
        if not is_row(row):
            call = f"for one row write {name}(model, [row])"
            raise wrong(name, "rows of numbers", row, call)
        if getattr(model, "nin", None) is not None and any(map(is_row, row)) and len(row) != 2:
            advice = f"rows alone, each of numbers: {name}(model, X)"
            raise wrong(name, "rows of numbers", row, advice)
        if len(row) == 2 and is_row(row[0]) and (isinstance(row, tuple) or not is_row(row[1])):
            advice = f"{name}(model, [row for row, _ in pairs])"
            raise wrong(name, "rows without labels", row, advice)
    if raw and not isinstance(rows, Data):
        found = from_raw(schema, found, name)
    of_data = isinstance(rows, Data)
    warn_of(model, schema, found, name, raw or is_converted(rows, schema), of_data)
    return found


def refuse_unencoded(row: Any, schema: Schema, name: str, i: int) -> None:
    """ValueError for a row of the original table, where a row of its features is expected."""
    if not schema.columns or not is_row(row) or len(row) == len(schema.feature_names):
        return
    if len(row) == len(schema.columns) or any([isinstance(cell, str) for cell in row]):
        raise ValueError(
            f"{name}: row {i}: expected {len(schema.feature_names)} numbers, one for each feature "
            f"({join_names(list(schema.feature_names))}), got {len(row)} cells; for rows as the "
            f"table had them write {call(name)}"
        )


def from_raw(schema: Schema, rows: list[Any], name: str) -> list[Row]:
    """Rows in the original units, converted to the model's scale."""
    scales = schema.feature_scales
    if not scales:
        raise ValueError(
            f"{name}: the model has no scale to bring raw rows to: it was not trained on a Data, "
            "as in train(model, Data(X, y).standardized())"
        )
    names = schema.feature_names or default_names(len(scales))
    with error_prefix(name):
        return converted(
            float_rows(with_booleans(rows), names), [Scale()] * len(scales), scales, names
        )


def is_converted(data: Any, schema: Schema) -> bool:
    """Whether it is a Data with another scale than the model's."""
    given = data.schema.feature_scales if isinstance(data, Data) else schema.feature_scales
    if isinstance(data, Data):
        own, encoded = with_columns(data.schema, schema)
        if own.columns and encoded.columns:
            return match_encoding([], (), own, encoded)[2].feature_scales != schema.feature_scales
    order = schema.column_order(data.schema.feature_names) if isinstance(data, Data) else None
    return tuple(given if order is None else take(given, order)) != schema.feature_scales


def labeled_rows(
    model: Any, data: Any, name: str, what: str = "data", schema: Schema | None = None
) -> list[tuple[Any, Any]]:
    """Rows with labels, with the model's columns and class indices.

    Args:
        what: the argument, for errors.
        schema: the schema to match with; that of the model if None.
    """
    schema = schema_of(model) if schema is None else schema
    if isinstance(data, Data):
        found_data = match_data(numbered(data, model, schema), schema, name)
        warn_of(model, schema, found_data.rows, name, is_converted(data, schema), of_data=True)
        return list(found_data)
    advice = f"as in {CALLS[name]}; nn.Data(X, y) makes pairs of rows and labels"
    if what == "validation":
        advice = "as in data = data.split(test=0.2); train(model, data.train, validation=data.test)"
    if is_frame(data):
        advice = "nn.Data(frame, 'the column of labels') makes one of a data frame"
    found = []
    scalars = getattr(model, "nin", None) is None  # a custom model may take a single number
    for i, pair in enumerate(
        as_list(data, name, f"a Data or (row, label) pairs as {what}", advice)
    ):
        alike = isinstance(pair, (tuple, list)) and len(pair) == 2
        # A list of two numbers is a row itself.
        if not alike or not (is_row(pair[0]) or (scalars and isinstance(pair, tuple))):
            raise wrong(name, f"(row, label) pairs as {what}", pair, f"number {i}: {advice}")
        found.append(pair)
    with error_prefix(name):
        labels = schema.encode_labels([as_python(label) for _, label in found])
    for i, (row, _) in enumerate(found):
        refuse_unencoded(row, schema, name, i)
    rows = [match_columns(row, schema, name) for row, _ in found]
    warn_of(model, schema, rows, name, raw=False)
    return list(zip(rows, labels, strict=True))


def match_pairs(model: Any, data: Any, name: str, what: str, schema: Schema) -> Pairs:
    """A Data, or pairs, matched with a schema."""
    if isinstance(data, Data):
        return match_data(
            numbered(data, model, schema), schema, name if what == "data" else f"{name}: {what}"
        )
    return labeled_rows(model, data, name, what, schema)


def check_class_count(name: str, names: Sequence[str], outputs: int) -> None:
    """ValueError if the number of class names is not that of the model's outputs."""
    count = max(2, outputs)
    if len(names) != count:
        raise ValueError(
            f"{name}: expected names of {count} classes, as the model's outputs distinguish, got "
            f"{len(names)}: {join_names(names)}; give the model as many outputs as there are "
            "classes, or Data(..., class_names=...) the names of all, in the model's order"
        )


def check_displayed_classes(name: str, model: Any, data: Data) -> None:
    """The same for the class names beside the outputs of an MLP in a picture."""
    if data.class_names and not model.regression and hasattr(model, "nouts"):
        check_class_count(name, data.class_names, model.nouts[-1])
