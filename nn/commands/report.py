"""What several commands print."""

from __future__ import annotations

from collections.abc import Sequence


def matrix_lines(names: Sequence[str], matrix: Sequence[Sequence[int]]) -> list[str]:
    """A confusion matrix as lines of text, with the names of its rows and columns."""
    width = max([len(name) for name in names]) + 2
    table = [("", *names), *[(name, *row) for name, row in zip(names, matrix, strict=True)]]
    return ["".join([f"{cell!s:>{width}}" for cell in row]).rstrip() for row in table]
