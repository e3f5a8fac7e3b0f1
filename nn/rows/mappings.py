"""Rows that are mappings from names to cells, as csv.DictReader and JSON have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..schema import Schema


class Mappings:
    """As much of a data frame as is read of one: its columns by name."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.columns, self._rows = list(rows[0]), rows

    def __getitem__(self, name: str) -> list[Any]:
        return [row[name] for row in self._rows]

    def __len__(self) -> int:
        return len(self._rows)


def as_frame(X: Any, name: str) -> Any:
    """A mapping of cells, or rows that all are such, as a frame; anything else as it is.

    Args:
        name: the public function, for errors.

    Raises:
        ValueError: if a row has other names than the first.
    """
    if isinstance(X, Mapping):
        return Mappings([X]) if are_cells(X.values()) and are_names(X) else X
    if not isinstance(X, (list, tuple)) or not X:
        return X
    if not all([isinstance(row, Mapping) and are_names(row) for row in X]):
        return X
    first = Schema(tuple(X[0]))
    for i, row in enumerate(X):
        first.column_order(tuple(row), f"{name}: row {i}: expected the names")
    return Mappings(X)


def are_names(keys: Iterable[Any]) -> bool:
    """Whether there are keys, and all are strings."""
    found = list(keys)
    return bool(found) and all([isinstance(key, str) for key in found])


def are_cells(cells: Iterable[Any]) -> bool:
    """Whether none is a column of several cells."""
    return not any([hasattr(cell, "__iter__") and not isinstance(cell, str) for cell in cells])
