"""Conversion between scales of columns, and back to the original units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..schema import Scale
from .labels import is_several
from .standardization import mean_and_deviation, standardized_rows
from .tables import Row


def scales_of(rows: Sequence[Row]) -> tuple[Scale, ...]:
    """Mean and deviation of each column."""
    return tuple([Scale(*mean_and_deviation(column)) for column in zip(*rows, strict=True)])


def ranges_of(rows: Sequence[Row]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The smallest numbers of the columns, and the largest."""
    columns = list(zip(*rows, strict=True))
    return tuple(map(min, columns)), tuple(map(max, columns))


def converted(
    rows: list[Row], given: Sequence[Scale], wanted: Sequence[Scale], names: Sequence[str]
) -> list[Row]:
    """Rows converted from one scale to another; unchanged if both are the same.

    Raises:
        ValueError: if a number is invalid, with its row and column.
    """
    if tuple(given) == tuple(wanted):
        return rows
    units = [in_unit(row, given) for row in rows]
    means, deviations = [scale.mean for scale in wanted], [scale.deviation for scale in wanted]
    return standardized_rows(units, means, deviations, names)


def in_unit(row: Sequence[float], scales: Sequence[Scale]) -> Row:
    """The numbers of a row in their original units."""
    if len(scales) != len(row) or all([scale == Scale() for scale in scales]):
        return list(row)  # unchanged, bit for bit, also -0.0
    return [scale.mean + scale.deviation * x for x, scale in zip(row, scales, strict=True)]


def label_in_unit(label: Any, scales: Sequence[Scale]) -> Any:
    """A number, or several, in the units of the targets."""
    return in_unit(label, scales) if is_several(label) else in_unit([label], scales)[0]


def converted_labels(
    labels: Sequence[Any], given: Sequence[Scale], wanted: Sequence[Scale], names: Sequence[str]
) -> list[Any]:
    """The labels of a regression in another scale; unchanged for other targets."""
    rows = [list(label) if is_several(label) else [float(label)] for label in labels]
    if any([len(row) != len(wanted) for row in rows]):
        return list(labels)
    found = converted(rows, given, wanted, names)
    return [row if is_several(label) else row[0] for label, row in zip(labels, found, strict=True)]


def composed(outer: Sequence[Scale], inner: Sequence[Scale]) -> tuple[Scale, ...]:
    """The scales of data that was standardized twice, relative to the original units."""
    found = [
        Scale(first.mean + first.deviation * second.mean, first.deviation * second.deviation)
        for first, second in zip(outer, inner, strict=True)
    ]
    return tuple(found)
