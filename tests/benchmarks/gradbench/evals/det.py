"""det: a determinant by expansion along the first row, and its gradient.

Each minor is computed once, however many larger ones it is part of: of n! products some n·2ⁿ
remain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from autograd import grad, jit, total


def determinant(matrix: Sequence[Sequence[Any]]) -> Any:
    size = len(matrix)

    @cache
    def minor(columns: tuple[int, ...]) -> Any:
        """Of the last rows, as many as there are columns, and of these columns."""
        row = matrix[size - len(columns)]
        if len(columns) == 1:
            return row[columns[0]]
        return total(
            [
                (-1.0) ** i * row[column] * minor((*columns[:i], *columns[i + 1 :]))
                for i, column in enumerate(columns)
            ]
        )

    return minor(tuple(range(size)))


value, gradients = jit(determinant), jit(grad(determinant))


def matrix_of(given: dict[str, Any]) -> Any:
    return np.array(given["A"]).reshape(given["ell"], given["ell"])


def primal(given: dict[str, Any]) -> Callable[[], float]:
    matrix = matrix_of(given)
    return lambda: value(matrix)


def gradient(given: dict[str, Any]) -> Callable[[], Any]:
    matrix = matrix_of(given)
    return lambda: gradients(matrix).ravel()
