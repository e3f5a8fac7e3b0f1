"""Rows or columns by name, as csv.DictReader, JSON, dicts and Arrow have them, as data frames."""

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


class Columns:
    """The same of columns by name, all of one length."""

    def __init__(self, columns: Mapping[str, Any]) -> None:
        self.columns, self._columns = list(columns), columns

    def __getitem__(self, name: str) -> list[Any]:
        return list(self._columns[name])

    def __len__(self) -> int:
        return len(self._columns[self.columns[0]])


def as_frame(X: Any, name: str) -> Any:
    """A mapping of cells or of columns, rows that all are mappings, or a table of Arrow as a frame.

    Anything else is returned as it is.

    Args:
        name: the public function, for errors.

    Raises:
        ValueError: if a row has other names than the first, or columns differ in length.
    """
    if hasattr(X, "to_pydict") and hasattr(X, "column_names"):
        X = X.to_pydict()
    if isinstance(X, Mapping):
        if not are_names(X):
            return X
        return Mappings([X]) if are_cells(X.values()) else by_column(X, name)
    if not isinstance(X, (list, tuple)) or not X:
        return X
    if not all([isinstance(row, Mapping) and are_names(row) for row in X]):
        return X
    first = Schema(tuple(X[0]))
    for i, row in enumerate(X):
        first.column_order(tuple(row), f"{name}: row {i}: expected the names")
    return Mappings(X)


def by_column(X: Mapping[str, Any], name: str) -> Any:
    """Columns by name as a frame; X where it has something else in it."""
    if not all([hasattr(column, "__len__") and not is_text(column) for column in X.values()]):
        return X
    lengths = {column: len(cells) for column, cells in X.items()}
    first, *others = lengths
    for other in others:
        if lengths[other] != lengths[first]:
            raise ValueError(
                f"{name}: expected columns of one length, got {lengths[first]} cells in "
                f"{first!r:.60} and {lengths[other]} in {other!r:.60}"
            )
    return Columns(X)


def is_text(cell: Any) -> bool:
    return isinstance(cell, (str, bytes))


def are_names(keys: Iterable[Any]) -> bool:
    """Whether there are keys, and all are strings."""
    found = list(keys)
    return bool(found) and all([isinstance(key, str) for key in found])


def are_cells(cells: Iterable[Any]) -> bool:
    """Whether none of them is a column of several cells."""
    return not any([hasattr(cell, "__iter__") and not isinstance(cell, str) for cell in cells])
