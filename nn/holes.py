"""Holes: cells of a table that hold nothing, counted, left out or filled."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .names import join_names
from .scales import brought, in_unit
from .schema import Scale, Schema
from .tables import Row, mean_of

HOW = ("drop", "mean")
Option = Callable[[str, str], str]  # an option, by its name and its value, as it is written
Blank = tuple[int, ...]  # the places in a row that were holes


@dataclass(frozen=True)
class Holes:
    """What was done with the holes of a table.

    how: "drop" or "mean", as it was asked for.
    cells: the columns that had holes, each with how many; the target too.
    rows: how many rows were left out.

    >>> Holes("mean", (("age", 2),), 0)
    Holes(how='mean', cells=(('age', 2),), rows=0)
    """

    how: str
    cells: tuple[tuple[str, int], ...]
    rows: int


def python_option(name: str, value: str) -> str:
    """An option as it is written in a call."""
    return f"{name}={value!r}"


def missing_advice(option: Option) -> str:
    """What can be done with holes, for an error."""
    return (
        f"{option('missing', 'drop')} leaves rows with holes out, {option('missing', 'mean')} "
        "fills them with the mean of the column"
    )


def is_hole(cell: Any) -> bool:
    """Whether a cell holds nothing: None, NaN, and what pandas has for it."""
    kind = type(cell)
    if kind is float:
        return math.isnan(cell)
    if kind is str or kind is int:  # as most others are
        return False
    if cell is None or kind.__name__ in ("NAType", "NaTType"):
        return True
    inexact = isinstance(cell, numbers.Real) and not isinstance(cell, numbers.Rational)
    return inexact and math.isnan(cell)


def drop_holes(
    rows: Sequence[Sequence[Any]],
    labels: Sequence[Any],
    names: Sequence[str],
    target: str,
    how: str,
) -> tuple[list[int], Holes]:
    """The numbers of the rows that stay, and what was done.

    A row without a label can't be trained on; one with another hole is left out by "drop" alone.
    """
    counts = dict.fromkeys([*names, target], 0)
    kept = []
    for i, (row, label) in enumerate(zip(rows, labels, strict=True)):
        empty = [name for name, cell in zip(names, row, strict=True) if is_hole(cell)]
        unlabelled = is_hole(label)
        for name in [*empty, *[target] * unlabelled]:
            counts[name] += 1
        if not unlabelled and not (empty and how == "drop"):
            kept.append(i)
    cells = tuple([(name, count) for name, count in counts.items() if count])
    if not kept:
        raise ValueError(
            f"expected at least one row without a hole, got none of {len(rows)}; there are holes "
            f"in {join_names([name for name, _ in cells])}"
        )
    return kept, Holes(how, cells, len(rows) - len(kept))


def column_means(rows: Sequence[Row], blanks: Sequence[Blank], names: Sequence[str]) -> list[float]:
    """The mean of what there is in each column; ValueError where there is nothing."""
    found = []
    for j, name in enumerate(names):
        there = [row[j] for row, blank in zip(rows, blanks, strict=True) if j not in blank]
        if not there:
            raise ValueError(
                f"column {name!r}: a hole in every row to train on, so there is no mean to fill "
                "with; leave the column out"
            )
        found.append(mean_of(there))
    return found


def fill_rows(rows: list[Row], blanks: Sequence[Blank], fill: Sequence[float]) -> list[Row]:
    """The rows with other numbers in the place of holes."""
    return [
        [fill[j] if j in blank else x for j, x in enumerate(row)] if blank else row
        for row, blank in zip(rows, blanks, strict=True)
    ]


def fill_with_means(
    rows: list[Row], blanks: Sequence[Blank], part: Sequence[int], schema: Schema
) -> tuple[list[Row], Schema]:
    """The rows with holes filled by the means of some of them; the schema with that fill.

    part: the numbers of the rows that the means are taken of.
    """
    names = schema.feature_names
    fill = column_means([rows[i] for i in part], [blanks[i] for i in part], names)
    in_units = in_unit(fill, schema.feature_scales)
    columns, start = [], 0
    for column in schema.columns:
        end = start + len(column.feature_names)
        columns.append(replace(column, fill=tuple(in_units[start:end])))
        start = end
    return fill_rows(rows, blanks, fill), replace(schema, columns=tuple(columns))


def fill_as_trained(rows: list[Row], blanks: Sequence[Blank], schema: Schema) -> list[Row]:
    """The rows with holes filled by the fill that the schema has; as they are where it has none."""
    fill = [x for column in schema.columns for x in column.fill]
    if not fill:
        return rows
    scales = schema.feature_scales
    (there,) = brought([fill], (Scale(),) * len(fill), scales, schema.feature_names)
    return fill_rows(rows, blanks, there)
