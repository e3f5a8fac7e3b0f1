"""Shapes of the arguments and results of derivatives of programs: arrays, or nested lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..arguments import wrong
from ..structures import is_array
from .tables import rows as rows_of
from .tables import table
from .weights import numbers


def arranged(items: Sequence[float], shape: Sequence[int], as_array: bool) -> Any:
    """Numbers in this shape: an array, or nested lists."""
    if as_array:
        import numpy as np

        return np.array(items, dtype=np.float64).reshape(shape)
    for size in reversed(shape[1:]):
        items = [items[i : i + size] for i in range(0, len(items), size)]  # type: ignore[misc]
    return [*items]


def each_row(found: Any, shape: Sequence[int], as_array: bool) -> Any:
    """The outputs of each row in this shape: an array if they are an array, else lists."""
    if is_array(found):
        return found.reshape(len(found), *shape)
    rows = [arranged([*row], shape, False) for row in found]
    if not as_array:
        return rows
    import numpy as np

    return np.array(rows, dtype=np.float64)


def stacked(found: list[Any], many: bool, as_array: bool) -> Any:
    """One product, or several as one array or a list."""
    if not as_array:
        return found if many else found[0]
    import numpy as np

    return np.array(found if many else found[0], dtype=np.float64)


def each_of(x: Any, axes: int, where: str, what: str) -> tuple[bool, Sequence[Any]]:
    """Whether several items of this number of axes are given, and a list of them."""
    found = axes_of(x)
    if found not in (axes, axes + 1):
        kind = ("a sequence of numbers", "a table of numbers")[axes - 1]
        raise wrong(where, f"{kind} as {what}, or several", x)
    return (True, x) if found == axes + 1 else (False, [x])


def axes_of(x: Any) -> int:
    """The number of axes of an array or of nested lists."""
    if hasattr(x, "ndim"):
        return int(x.ndim)
    if isinstance(x, (list, tuple)):
        return 1 + (axes_of(x[0]) if x else 0)
    return 0


def beside(rows: Any, adjoints: Any, outputs: int, axes: int) -> Any:
    """The rows with the adjoints of their outputs as additional columns."""
    names = [f"adjoint{i}" for i in range(1, outputs + 1)]
    if axes == 1:
        adjoints = [[x] for x in numbers(adjoints, "vjp", "adjoints", len(rows), "rows")]
    try:
        more = table(adjoints, names) if is_array(rows) else rows_of(adjoints, names)
    except (TypeError, ValueError) as error:
        raise type(error)(f"vjp: adjoints: {error}") from None
    if len(more) != len(rows):
        raise ValueError(f"vjp: adjoints: expected {len(rows)} rows, got {len(more)}")
    if not is_array(rows):
        return [(*row, *new) for row, new in zip(rows, more, strict=True)]
    import numpy as np

    return np.concatenate([rows, more], axis=1)
