"""Missing values: counted, rows with them dropped, or imputed by the mean of the column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..names import join_names
from ..schema import Scale, Schema
from .scales import converted, in_unit
from .standardization import mean_of
from .tables import Row, is_missing

HOW = ("drop", "mean")
Option = Callable[[str, str], str]  # the notation of an option with its value
Indices = frozenset[int]  # indices of the imputed features of a row


@dataclass(frozen=True)
class MissingValues:
    """The treatment of the missing values of a table.

    Args:
        how: "drop" or "mean".
        cells: the number of missing values in each column that has any, the target included.
        rows: the number of rows that were dropped.

    >>> MissingValues("mean", (("age", 2),), 0)
    MissingValues(how='mean', cells=(('age', 2),), rows=0)
    """

    how: str
    cells: tuple[tuple[str, int], ...]
    rows: int


def python_option(name: str, value: str) -> str:
    """An option in Python's notation."""
    return f"{name}={[value] if name == 'drop' else value!r}"


def missing_advice(option: Option) -> str:
    """The remedy for missing values, for errors."""
    return (
        f"{option('missing', 'drop')} drops rows with missing values, {option('missing', 'mean')} "
        "replaces these by the mean of the column"
    )


def drop_missing(
    rows: Sequence[Sequence[Any]],
    labels: Sequence[Any],
    names: Sequence[str],
    target: str,
    how: str,
) -> tuple[list[int], MissingValues]:
    """The indices of the remaining rows, and the treatment.

    Rows without a label are always dropped, those with other missing values by "drop".
    """
    counts = dict.fromkeys([*names, target], 0)
    kept = []
    for i, (row, label) in enumerate(zip(rows, labels, strict=True)):
        empty = [name for name, cell in zip(names, row, strict=True) if is_missing(cell)]
        unlabeled = any(map(is_missing, label)) if isinstance(label, list) else is_missing(label)
        for name in [*empty, *[target] * unlabeled]:
            counts[name] += 1
        if not unlabeled and not (empty and how == "drop"):
            kept.append(i)
    cells = tuple([(name, count) for name, count in counts.items() if count])
    if not kept:
        raise ValueError(
            f"expected at least one row without missing values, got none of {len(rows)}; there are "
            f"some in {join_names([name for name, _ in cells])}"
        )
    return kept, MissingValues(how, cells, len(rows) - len(kept))


def column_means(
    rows: Sequence[Row], imputed: Sequence[Indices], names: Sequence[str]
) -> list[float]:
    """The mean of each column without its missing values; ValueError if all values are missing."""
    found = []
    for j, name in enumerate(names):
        there = [row[j] for row, indices in zip(rows, imputed, strict=True) if j not in indices]
        if not there:
            raise ValueError(
                f"column {name!r:.60}: all values of the training rows are missing, and have no "
                "mean; leave the column out"
            )
        found.append(mean_of(there))
    return found


def fill_rows(rows: list[Row], imputed: Sequence[Indices], fill: Sequence[float]) -> list[Row]:
    """The rows with missing values replaced."""
    return [
        [fill[j] if j in indices else x for j, x in enumerate(row)] if indices else row
        for row, indices in zip(rows, imputed, strict=True)
    ]


def fill_with_means(
    rows: list[Row], imputed: Sequence[Indices], part: Sequence[int], schema: Schema
) -> tuple[list[Row], Schema]:
    """Impute missing values by the means of some of the rows, which are stored in the schema.

    Args:
        part: the indices of the rows for the means.
    """
    names = schema.feature_names
    fill = column_means([rows[i] for i in part], [imputed[i] for i in part], names)
    in_units = in_unit(fill, schema.feature_scales)
    columns, start = [], 0
    for column in schema.columns:
        end = start + column.width
        columns.append(replace(column, fill=tuple(in_units[start:end])))
        start = end
    return fill_rows(rows, imputed, fill), replace(schema, columns=tuple(columns))


def fill_as_trained(rows: list[Row], imputed: Sequence[Indices], schema: Schema) -> list[Row]:
    """Impute missing values by the means in the schema, if there are any."""
    fill = [x for column in schema.columns for x in column.fill]
    if not fill or not imputed:
        return rows
    scales = schema.feature_scales
    (there,) = converted([fill], (Scale(),) * len(fill), scales, schema.feature_names)
    return fill_rows(rows, imputed, there)
