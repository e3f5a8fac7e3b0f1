"""Tables of numbers and their labels, checked cell by cell."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from .names import choices

Row: TypeAlias = list[float]


def is_frame(X: Any) -> bool:
    """Whether X is a data frame, as of pandas or polars: columns by name."""
    return hasattr(X, "columns") and hasattr(X, "__getitem__")


def of_frame(frame: Any, target: Any) -> tuple[list[str], list[list[Any]], Iterable[Any]]:
    """The names of a frame's columns, its rows and the labels, all but the target's column."""
    names = list(frame.columns)
    if isinstance(target, str):
        if target not in names:
            raise ValueError(f"Data: no column {target!r}{choices(target, map(str, names))}")
        labels: Iterable[Any] = list(frame[target])
        names.remove(target)
    else:
        labels = target
    columns = [list(frame[name]) for name in names]
    return [str(name) for name in names], [list(row) for row in zip(*columns, strict=True)], labels


def table(rows: Iterable[Sequence[float]], names: Sequence[str]) -> list[Row]:
    """The rows as lists of floats, each checked to be finite; `names` are those of the columns."""
    found: list[Row] = []
    for i, row in enumerate(rows):
        if isinstance(row, str) or not hasattr(row, "__len__"):
            raise TypeError(f"row {i}: expected a row of {len(names)} numbers, got {row!r:.60}")
        if len(row) != len(names):
            raise ValueError(
                f"row {i}: expected {len(names)} numbers ({', '.join(names)}), got {len(row)}"
            )
        for x, name in zip(row, names, strict=True):
            if not isinstance(x, numbers.Real) or not math.isfinite(x):
                raise ValueError(f"row {i}, {name}: expected a finite number, got {x!r:.60}")
        found.append([float(x) for x in row])
    return found


def label_of(label: Any, i: int, class_names: Sequence[str]) -> int | float:
    """A label as a class index or a number."""
    if isinstance(label, numbers.Integral):
        k = int(label)
        if class_names and not 0 <= k < len(class_names):
            raise ValueError(
                f"row {i}: expected a class from 0 to {len(class_names) - 1} as label, got {label}"
            )
        return k
    if class_names or not isinstance(label, numbers.Real) or not math.isfinite(label):
        accepted = (
            f"one of the classes {', '.join(class_names)}" if class_names else "a finite number"
        )
        raise ValueError(f"row {i}: expected {accepted} as label, got {label!r:.60}")
    return float(label)


def scaled(rows: list[Row], means: Sequence[float], deviations: Sequence[float]) -> list[Row]:
    return [
        [(x - mean) / deviation for x, mean, deviation in zip(row, means, deviations, strict=True)]
        for row in rows
    ]
