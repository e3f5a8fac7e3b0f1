"""Tables of rows, as the backends that compute on arrays take them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FLOAT64 = np.dtype(np.float64)


def table(X: Any, names: Sequence[str]) -> NDArray[np.float64]:
    """X as an array of float64, row after row in memory, with a column for each name.

    Raises ValueError for what is no table of numbers, or one that is empty or of another width.
    """
    if (
        type(X) is np.ndarray
        and X.dtype == FLOAT64
        and X.flags.c_contiguous
        and X.ndim == 2
        and X.shape[1] == len(names)
        and len(X) > 0
    ):
        return X  # as it is in most calls, of which a small network's take a few microseconds
    try:
        found = np.ascontiguousarray(X, dtype=np.float64) if np.ndim(X) else np.asarray(X)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"expected a table of numbers with {len(names)} columns ({', '.join(names)}): {error}"
        ) from error
    if found.shape in ((0,), (0, len(names))):
        raise ValueError("expected at least one row, got none")
    if found.ndim != 2 or found.shape[1] != len(names):
        raise ValueError(
            f"expected a table of shape (rows, {len(names)}), with the columns "
            f"{', '.join(names)}; got shape {found.shape}"
        )
    return found
