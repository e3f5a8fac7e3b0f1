"""Conversion of rows between encodings: from the features of one table to those of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from autograd.arguments import choices

from ..names import find_names
from ..rows.missing import Indices, fill_as_trained
from ..rows.scales import in_unit
from ..rows.tables import Row
from ..schema import Column, Scale, Schema
from ..schema.booleans import find_words, truth_of


@dataclass(frozen=True)
class Place:
    """The place of a model's feature among those of a table.

    Args:
        start: the first feature of its column.
        at: the index of the feature; None for a category that the table lacks.
        truth: for a category true or false that is a number, 1 or 0, in the table.
    """

    start: int
    at: int | None
    truth: bool | None = None


def with_columns(own: Schema, model: Schema) -> tuple[Schema, Schema]:
    """Both schemas with the columns before encoding, even if all of these are numeric.

    Unchanged if none is encoded, or if one has no names or the features of the other, as after an
    encoding by other programs.
    """
    names = own.feature_names, model.feature_names
    alike = None not in find_names(names[1], names[0])
    if not (own.columns or model.columns) or not all(names):
        return own, model
    if alike and not (own.columns and model.columns) and len(names[0]) == len(names[1]):
        return own, model
    found = []
    for schema in (own, model):
        columns = tuple([Column(name) for name in schema.feature_names])
        found.append(replace(schema, columns=schema.columns or columns))
    return found[0], found[1]


def match_encoding(
    rows: list[Row], imputed: Sequence[Indices], own: Schema, model: Schema
) -> tuple[list[Row], Sequence[Indices], Schema]:
    """Rows with the features of a model, imputed with its means, and their schema.

    A category that the table lacks is a feature of 0.0.

    Raises:
        ValueError: for a column or a category that the model was not trained on.
    """
    places = places_of(own, model, rows, imputed)
    scales = own.feature_scales
    kept = [place.at is not None and place.truth is None for place in places]
    matched = replace(
        own,
        feature_names=model.feature_names,
        feature_scales=tuple(
            [scales[p.at or 0] if keep else Scale() for p, keep in zip(places, kept, strict=True)]
        ),
        lowest=(),
        highest=(),
        columns=model.columns,
    )
    imputed = [
        frozenset([k for k, place in enumerate(places) if place.start in indices])
        for indices in imputed
    ]
    rows = [[feature_in(row, place, scales) for place in places] for row in rows]
    return fill_as_trained(rows, imputed, matched), imputed, matched


def places_of(
    own: Schema, model: Schema, rows: Sequence[Row], imputed: Sequence[Indices]
) -> list[Place]:
    """Where each feature of a model is among those of a table."""
    columns, end = {}, 0
    for column in own.columns:
        columns[column.name] = column, end
        end += column.width
    model.as_read.column_order(list(columns))
    found = []
    names = find_names([column.name for column in model.columns], list(columns))
    for column, its_name in zip(model.columns, names, strict=True):
        given, start = columns[its_name or ""]
        if column.categories and not given.categories:
            there = [row for i, row in enumerate(rows) if not (imputed and start in imputed[i])]
            check_truths(column, [unit_of(row[start], own.feature_scales[start]) for row in there])
            truths = [truth_of(word) for word in column.categories]
            found += [Place(start, None if truth is None else start, truth) for truth in truths]
            continue
        check_categories(given, column)
        if not column.categories:
            found.append(Place(start, start))
        indices = {word: start + k for k, word in enumerate(given.categories)}
        words = find_words(column.categories, given.categories)
        found += [Place(start, None if word is None else indices[word]) for word in words]
    return found


def check_categories(given: Column, column: Column) -> None:
    """ValueError for a category that the model's column does not have."""
    if given.categories and not column.categories:
        refuse_kind(column, "words", "numbers")
    found = find_words(given.categories, column.categories)
    for word, name in zip(given.categories, found, strict=True):
        if name is None:
            raise ValueError(
                f"column {column.name!r:.60}: the model was not trained on the word {word!r:.60}"
                f"{choices(word, column.categories)}"
            )


def check_truths(column: Column, numbers: Sequence[float]) -> None:
    """ValueError unless numbers are Booleans, and the model's categories have words for them."""
    words = {truth_of(word) for word in column.categories} - {None}
    found = {round(x, 6) for x in numbers}  # up to rounding, where they were standardized
    if not words or not found <= words:
        refuse_kind(column, "numbers", "words")


def refuse_kind(column: Column, here: str, there: str) -> NoReturn:
    raise ValueError(
        f"column {column.name!r:.60}: here it holds {here}, and {there} where the model was trained"
    )


def unit_of(x: float, scale: Scale) -> float:
    return in_unit([x], [scale])[0]


def feature_in(row: Row, place: Place, scales: Sequence[Scale]) -> float:
    """The number of a feature in a row of the table; unscaled for a Boolean as categories."""
    if place.at is None:
        return 0.0
    x = row[place.at]
    if place.truth is None:
        return x
    return float(place.truth == bool(round(unit_of(x, scales[place.at]))))
