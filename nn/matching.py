"""Where data meets a model: rows and labels as the model has them, by the names that it learned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

from .data import Data, chosen, ordered
from .schema import Schema, schema_of
from .tables import is_frame, names_in_row, plain, table

Pairs = Data | Iterable[tuple[Any, Any]]


def matched(what: str, data: Data, schema: Schema) -> Data:
    """`data.matched`, with the name of what was called in the error."""
    try:
        return data.matched(schema)
    except ValueError as error:
        raise ValueError(f"{what}: {error}") from None


def rows_in(what: str, model: Any, rows: Any) -> Any:
    """The rows of a Data or a data frame by the model's columns; other rows as they are.

    So is a single row whose numbers have names, as that of a data frame.
    """
    if type(rows) in (list, tuple):  # as in most calls of a model
        return rows
    if isinstance(rows, Data):
        return matched(what, rows, schema_of(model)).rows
    try:
        return with_names(rows, schema_of(model))
    except ValueError as error:
        raise ValueError(f"{what}: {error}") from None


def with_names(rows: Any, schema: Schema) -> Any:
    """A data frame, or one of its rows, by a model's columns; anything else as it is."""
    if is_frame(rows):
        names = [str(name) for name in rows.columns]
        return table(ordered(rows, schema), schema.feature_names or names)
    order = schema.order(names_in_row(rows))
    return rows if order is None else chosen(list(rows), order)


def rows_of(what: str, model: Any, rows: Any) -> Iterable[Any]:
    """The same, of what must be rows."""
    refuse_data(what, model)
    found = rows_in(what, model, rows)
    if not isinstance(found, Iterable) or isinstance(found, (str, bytes, Mapping, Set)):
        raise TypeError(f"{what}: expected rows of numbers, got {type(rows).__name__} {rows!r:.60}")
    return found


def pairs_of(
    what: str, model: Any, data: Any, schema: Schema | None = None, name: str = "data"
) -> list[tuple[Any, Any]]:
    """Rows with their labels, as the model has them.

    schema: what the model knows, if that is not what it will know.
    """
    refuse_data(what, model)
    schema = schema_of(model) if schema is None else schema
    if isinstance(data, Data):
        return list(matched(what, data, schema))
    said = f"{what}: expected a Data or (row, label) pairs as {name}, got {type(data).__name__}"
    if is_frame(data):
        raise TypeError(f"{said}; nn.Data(frame, 'the column of labels') makes one of a data frame")
    if not isinstance(data, Iterable) or isinstance(data, (str, bytes, Mapping, Set)):
        advice = ""
        if name == "validation":
            advice = "; data.split(test=0.2) makes the parts data.train and data.test to give"
        raise TypeError(f"{said} {data!r:.60}{advice}")
    pairs = []
    scalars = getattr(model, "nin", None) is None  # some model may take a number as a row
    for i, pair in enumerate(data):
        if (
            not hasattr(pair, "__len__")
            or len(pair) != 2
            or not (scalars or hasattr(pair[0], "__len__"))
        ):
            raise TypeError(
                f"{what}: expected (row, label) pairs as {name}, got {type(pair).__name__} "
                f"{pair!r:.60} as number {i}; nn.Data(X, y) makes pairs of rows and labels"
            )
        row, label = pair
        try:
            pairs.append((with_names(row, schema), schema.number_of(plain(label), i)))
        except ValueError as error:
            raise ValueError(f"{what}: {error}") from None
    return pairs


def seen(what: str, model: Any, data: Any, schema: Schema, name: str = "data") -> Pairs:
    """A Data, or pairs, as a model has them that knows so much."""
    if isinstance(data, Data):
        return matched(what if name == "data" else f"{what}: {name}", data, schema)
    return pairs_of(what, model, data, schema, name)


def refuse_data(what: str, model: Any) -> None:
    """TypeError for data in the place of a model."""
    if not callable(model):
        raise TypeError(
            f"{what}: expected a model first and the data after it, {what}(model, data), "
            f"got {type(model).__name__} {model!r:.60} as model"
        )
