"""Reading of tables of numbers from rows, arrays and data frames, checked cell by cell."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable, Mapping, Sequence, Set
from decimal import Decimal
from typing import Any, TypeAlias

from autograd.arguments import choices, wrong

from ..names import find_names, join_names, refuse_repeated
from ..schema import Schema
from ..schema.booleans import as_python, truth_of
from .mappings import as_frame

Row: TypeAlias = list[float]


def is_frame(X: Any) -> bool:
    """Whether X is a data frame, as of pandas or polars, or a structured array of NumPy."""
    if getattr(X, "ndim", 0) == 1 and fields_of(X):
        return True
    alike = hasattr(X, "__len__") and hasattr(X, "__getitem__") and hasattr(X, "columns")
    return alike and not isinstance(X.columns, Mapping)  # as the columns of a History are


def fields_of(X: Any) -> tuple[Any, ...]:
    """The field names of NumPy's structured arrays and records."""
    return getattr(getattr(X, "dtype", None), "names", None) or ()


def columns_of(frame: Any) -> list[Any]:
    """The names of the columns of a data frame."""
    return list(fields_of(frame) or frame.columns)


def names_in_row(row: Any) -> tuple[str, ...]:
    """The names in a row of a data frame, a record or a named tuple; none for other rows."""
    if type(row) in (list, tuple):  # as most rows are
        return ()
    if hasattr(row, "keys") and not callable(getattr(row, "index", callable)):
        return texts(row.index)  # of pandas
    return texts(getattr(row, "_fields", ()) or fields_of(row))


def texts(names: Iterable[Any]) -> tuple[str, ...]:
    """Names as strings; empty if all are numbers, the default names of columns."""
    found = list(names)
    numbered = all([isinstance(name, numbers.Integral) for name in found])
    return () if numbered else tuple([str(name) for name in found])


def read_table(
    X: Any, name: str, target: Sequence[str] = ()
) -> tuple[tuple[str, ...], list[list[Any]], list[Any]]:
    """The names of the columns, if any; the rows; the labels of a target.

    Args:
        X: a data frame, an array, or rows. The numbers that a frame has for columns by default are
            no names.
        name: the public function, for errors.
        target: the columns of a frame that have the labels.
    """
    X = as_frame(X, name)
    if not is_frame(X):
        rows = as_list(X, name, "rows of numbers", "as in [[5.1, 3.5], [7.0, 3.2]]")
        first: tuple[str, ...] = next(filter(None, map(names_in_row, rows)), ())
        read_rows = []
        for i, row in enumerate(rows):
            order = Schema(first).column_order(
                names_in_row(row), f"{name}: row {i}: expected the names"
            )
            numbers_of_row = cells(row, f"{name}: row {i}")
            read_rows.append(numbers_of_row if order is None else take(numbers_of_row, order))
        return first, read_rows, []
    columns = columns_of(X)
    names = [str(column) for column in columns]
    refuse_repeated(names, f"{name}: the columns of the data frame")
    of_targets: list[list[Any]] = []
    places = dict(zip(names, columns, strict=True))
    for one, found in zip(target, find_names(target, names), strict=True):
        if found not in places:
            raise ValueError(f"{name}: no column {one!r:.60}{choices(one, places)}")
        of_targets.append(list(X[places.pop(found)]))
    columns = list(places.values())
    labels = of_targets[0] if len(target) == 1 else list(map(list, zip(*of_targets, strict=True)))
    rows = [list(row) for row in zip(*[list(X[column]) for column in columns], strict=True)]
    return texts(columns), rows, labels


def target_columns(X: Any, y: Any) -> tuple[str, ...]:
    """The names in y, if it is the name of a column of a data frame, or a list of such names."""
    if not is_frame(X):
        return ()
    if isinstance(y, str):
        return (y,)
    if not isinstance(y, (list, tuple)) or not all([isinstance(name, str) for name in y]):
        return ()
    names = list(map(str, columns_of(X)))
    known = [name is not None for name in find_names(y, names)]
    return tuple(y) if y and (all(known) or (any(known) and len(y) != len(X))) else ()


def as_list(X: Any, name: str, what: str, advice: str = "") -> list[Any]:
    """X as a list; TypeError for sets, mappings, strings, and objects that are not iterable."""
    found = X.tolist() if hasattr(X, "tolist") else X  # arrays, also masked ones
    single = isinstance(X, (str, bytes, Mapping, Set)) or is_frame(X)
    for method in ("collect", "toarray"):  # of lazy frames, of sparse matrices
        if hasattr(X, method):
            raise wrong(name, what, X, f"the result of its method {method}() has such")
    if single or not isinstance(found, Iterable):
        raise wrong(name, what, X, advice)
    return list(found)


def cells(row: Any, name: str) -> list[Any]:
    """The numbers of a row."""
    advice = "rows of one number each are [[1.0], [2.0]] or array.reshape(-1, 1), a single row is "
    return as_list(row, name, "a row of numbers", f"{advice}[row]" if is_number(row) else "")


def is_number(x: Any) -> bool:
    return isinstance(as_python(x), numbers.Real)


def is_missing(cell: Any) -> bool:
    """Whether a cell is a missing value: None, NaN, or NA and NaT of pandas."""
    kind = type(cell)
    if kind is float:
        return math.isnan(cell)
    if kind is str or kind is int:  # as most others are
        return False
    if cell is None or kind.__name__ in ("NAType", "NaTType"):
        return True
    if kind is Decimal:
        return bool(cell.is_nan())
    inexact = isinstance(cell, numbers.Real) and not isinstance(cell, numbers.Rational)
    return inexact and math.isnan(cell)


def finite(x: Any) -> float | None:
    """A finite number as a float; None for anything else."""
    x = as_python(x)
    if not isinstance(x, numbers.Real):
        return None
    try:
        found = float(x)
    except OverflowError:  # an integer or a fraction beyond the range of floats
        return None
    return found if math.isfinite(found) else None


def are_booleans(cells: Sequence[Any]) -> bool:
    """Whether all cells but missing ones are true or false."""
    there = [cell for cell in cells if not is_missing(cell)]
    return bool(there) and all([truth_of(cell) is not None for cell in there])


def with_booleans(rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """Rows in which a column of the words true and false is replaced by Booleans."""
    width = len(rows[0]) if rows else 0
    if any([len(row) != width for row in rows]):
        return rows  # which is reported elsewhere
    found = [
        [None if is_missing(cell) else truth_of(cell) for cell in column]
        if any([isinstance(cell, str) for cell in column]) and are_booleans(column)
        else column
        for column in zip(*rows, strict=True)
    ]
    return [list(row) for row in zip(*found, strict=True)] if found else rows


def float_rows(rows: Iterable[Sequence[Any]], names: Sequence[str]) -> list[Row]:
    """The rows as lists of floats, each checked to be finite; `names` are those of the columns."""
    found: list[Row] = []
    for i, row in enumerate(rows):
        check_width(i, row, names)
        numbers_of_row: Row = []
        for cell, name in zip(row, names, strict=True):
            x = finite(cell)
            if x is None:
                raise ValueError(f"row {i}, {name:.60}: expected a finite number, got {cell!r:.60}")
            numbers_of_row.append(x)
        found.append(numbers_of_row)
    return found


def check_width(i: int, row: Sequence[Any], names: Sequence[str]) -> None:
    """ValueError unless a row has a number for each name."""
    if len(row) != len(names):
        raise ValueError(
            f"row {i}: expected {len(names)} numbers ({join_names(names)}), got {len(row)}"
        )


def take(items: Any, indices: Iterable[int]) -> list[Any]:
    """The items at these indices, in this order."""
    return [items[i] for i in indices]


def minority_index(kinds: Sequence[bool]) -> int | None:
    """The index of the first item of the rarer kind; in a tie, of the first unlike kinds[0]."""
    true = sum(kinds)
    if true in (0, len(kinds)):
        return None
    odd = not kinds[0] if 2 * true == len(kinds) else 2 * true < len(kinds)
    return kinds.index(odd)
