"""Validation of tables of rows, the same for every backend.

A table has a number for each input in each row: a list of rows, an array, or a data frame. Entries
that are not `numbers.Real` are refused: strings, None, masked entries, complex numbers. A backend
uses `rows` or `table`; both raise the same errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..arguments import real

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Row = tuple[float, ...]
NUMBERS = "fiub"  # kinds of NumPy's types: floats, whole numbers with and without sign, booleans
UNREAL = {"c": "complex numbers", "m": "spans of time", "M": "dates", "V": "records"}


def rows(X: Any, names: Sequence[str]) -> list[Row]:
    """The rows of X as tuples of floats, with a number for each name.

    Raises:
        TypeError: if it is not a table of numbers.
        ValueError: for a table that is empty or of another width.
    """
    table = nested(X, names)
    if not isinstance(table, (list, tuple)):
        raise no_table(X, names)
    if not table:
        raise ValueError("expected at least one row, got none")
    found = []
    for i, given in enumerate(table):
        row = nested(given, names)
        if not isinstance(row, (list, tuple)):
            raise no_table(X, names)
        if len(row) != len(names):
            raise ValueError(
                f"row {i}: expected {len(names)} columns ({', '.join(names)}), got {len(row)}"
            )
        found.append(tuple([x if type(x) is float else real(x, f"row {i}") for x in row]))
    return found


def table(X: Any, names: Sequence[str]) -> NDArray[np.float64]:
    """X as an array of float64, in C or Fortran order, with a column for each name.

    Raises what `rows` does.
    """
    import numpy as np

    if (
        type(X) is np.ndarray
        and X.ndim == 2
        and X.shape[1] == len(names)
        and len(X) > 0
        and X.dtype.kind in NUMBERS
    ):
        if X.dtype == np.float64 and X.flags.aligned and X.dtype.isnative:
            return X  # the most frequent case, for which a small network takes a few microseconds
        with np.errstate(over="ignore"):  # a longer float beyond the range becomes infinite
            return X.astype(np.float64)
    found = rows(X, names)
    return np.array(found, dtype=np.float64).reshape(len(found), len(names))


def nested(X: Any, names: Sequence[str]) -> Any:
    """A data frame or an array as lists; anything else unchanged."""
    if hasattr(X, "to_numpy"):
        columns = [*map(str, getattr(X, "columns", ()))]
        if columns != [*names] and sorted(columns) == sorted(names):
            raise ValueError(
                f"expected the columns in the order {', '.join(names)}, got "
                f"{', '.join(columns)}; reorder them: table[{[*names]}]"
            )
        X = X.to_numpy()
    kind = getattr(getattr(X, "dtype", None), "kind", "")
    if kind in UNREAL:
        raise TypeError(
            f"expected a table of real numbers with {len(names)} columns ({', '.join(names)}), "
            f"got {UNREAL[kind]}, of type {X.dtype}"
        )
    if hasattr(X, "filled") and X.mask.any():
        raise TypeError(
            "a masked entry is no number: give table.filled(x) a number for them, or leave out "
            "their rows"
        )
    return X.tolist() if hasattr(X, "tolist") else X


def no_table(X: Any, names: Sequence[str]) -> TypeError:
    return TypeError(
        f"expected a table of rows with {len(names)} columns ({', '.join(names)}), "
        f"got {type(X).__name__} {X!r:.60}; as in program([row]) of one row, a list of numbers"
    )
