"""Rows that are mappings from names to cells, as csv.DictReader and JSON have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .schema import Schema


class Mappings:
    """As much of a data frame as is read of one: its columns by name."""

    def __init__(self, rows: Sequence[Mapping[Any, Any]]) -> None:
        self.columns, self._rows = list(rows[0]), rows

    def __getitem__(self, name: Any) -> list[Any]:
        return [row[name] for row in self._rows]

    def __len__(self) -> int:
        return len(self._rows)


def as_frame(X: Any, name: str) -> Any:
    """A mapping of cells, or rows that all are such, as a frame; anything else as it is.

    name: the public function, for errors.

    Raises ValueError where a row has other names than the first.
    """
    if isinstance(X, Mapping):
        is_row = bool(X) and not any([hasattr(cell, "__iter__") and not isinstance(cell, str) for cell in X.values()])
        return Mappings([X]) if is_row else X
    if not isinstance(X, (list, tuple)) or not X or not all([isinstance(row, Mapping) for row in X]):
        return X
    first = Schema(tuple(map(str, X[0])))
    for i, row in enumerate(X):
        first.column_order(list(map(str, row)), f"{name}: row {i}: expected the names")
    return Mappings(X) if X[0] else X
