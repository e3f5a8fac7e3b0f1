"""Structures: flattening and rebuilding of nested lists, tuples and arrays of numbers.

A form is a structure without its numbers: `flatten` returns both, `Form.build` rebuilds the
structure with other numbers.
"""

from __future__ import annotations

import math
import numbers
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

from .arguments import is_value, wrong
from .cached import cached_property

# Array classes with other entries or other operators than plain arrays.
OTHER_ARRAYS = {
    "matrix": "numpy.asarray(x) makes an array of it",
    **dict.fromkeys(
        ("MaskedArray", "MaskedConstant"), "x.filled(0.0) or x.compressed() makes an array of it"
    ),
}
ACCEPTED = "numbers, lists or tuples of numbers (also nested), or a NumPy array"


class Form(ABC):
    """The arrangement of `size` numbers.

    Attributes:
        shape: the shape of an array; for parts of different shapes a tuple of these.
    """

    size: int
    shape: tuple[Any, ...]

    @abstractmethod
    def build(self, items: Sequence[Any]) -> Any:
        """The structure with these numbers."""

    @abstractmethod
    def places(self) -> Iterator[str]:
        """For each number its index in the structure, such as [0][1] or [0, 1]."""

    @abstractmethod
    def around(self, inner: Form, rows: Sequence[Sequence[Any]]) -> Any:
        """A structure with one of the form `inner` in each place, built from a row. For an array of
        arrays it is one array, whose first axes are those of the outer one.
        """


class Number(Form):
    """The form of a single number."""

    size = 1
    shape = ()

    def build(self, items: Sequence[Any]) -> Any:
        return items[0]

    def places(self) -> Iterator[str]:
        yield ""

    def around(self, inner: Form, rows: Sequence[Sequence[Any]]) -> Any:
        return inner.build(rows[0])

    def __reduce__(self) -> str:
        return "NUMBER"  # there is one


NUMBER = Number()


class Array(Form):
    """The form of a NumPy array."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.size = math.prod(shape)

    def build(self, items: Sequence[Any]) -> Any:
        return array_of(items, self.shape)

    def places(self) -> Iterator[str]:
        import numpy as np

        for index in np.ndindex(self.shape):
            yield str(list(index))

    def around(self, inner: Form, rows: Sequence[Sequence[Any]]) -> Any:
        if isinstance(inner, Nested):  # the innermost structure is an array, as in JAX
            parts = [
                self.around(part, [row[place] for row in rows])
                for part, place in zip(inner.parts, inner.slices, strict=True)
            ]
            return inner.rebuild(parts)
        assert isinstance(inner, (Array, Number))
        return array_of([x for row in rows for x in row], (*self.shape, *inner.shape))


class Nested(Form):
    """The form of a list or a tuple, also of a named one."""

    def __init__(self, kind: type, parts: Sequence[Form]) -> None:
        self.kind, self.parts = kind, parts
        self.flat = parts.count(NUMBER) == len(parts)
        if self.flat:  # as most structures are
            self.size = len(parts)
            self.shape = (self.size,)
        else:
            self.size = sum([part.size for part in parts])
            shapes = [part.shape for part in parts]
            alike = shapes.count(shapes[0]) == len(shapes)
            self.shape = (len(shapes), *shapes[0]) if alike else tuple(shapes)

    @cached_property
    def slices(self) -> list[slice]:
        """For each part the slice of its numbers."""
        found, start = [], 0
        for part in self.parts:
            found.append(slice(start, start + part.size))
            start += part.size
        return found

    def rebuild(self, parts: Sequence[Any]) -> Any:
        """The list or tuple with these parts."""
        return self.kind(*parts) if hasattr(self.kind, "_fields") else self.kind(parts)

    def build(self, items: Sequence[Any]) -> Any:
        if self.flat:
            return self.rebuild(items)
        found = [
            part.build(items[place]) for part, place in zip(self.parts, self.slices, strict=True)
        ]
        return self.rebuild(found)

    def places(self) -> Iterator[str]:
        for i, part in enumerate(self.parts):
            for place in part.places():
                yield f"[{i}]{place}"

    def around(self, inner: Form, rows: Sequence[Sequence[Any]]) -> Any:
        found = [
            part.around(inner, rows[place])
            for part, place in zip(self.parts, self.slices, strict=True)
        ]
        return self.rebuild(found)


class SparseRows:
    """A sparse matrix by its rows, whose entries are Values: scipy.sparse can't hold those.

    The fields are those of `scipy.sparse.csr_array`. For matrices over rows, from `compile`, `data`
    is an array of shape (rows, entries).
    """

    def __init__(self, data: Any, indices: Any, indptr: Any, shape: tuple[int, int]) -> None:
        self.data, self.indices, self.indptr, self.shape = data, indices, indptr, shape


class Sparse(Form):
    """The form of a sparse matrix: the columns of the entries of each row.

    Args:
        indices: these columns, ascending, one row after the other; indptr: where each row begins.
    """

    def __init__(self, indices: Any, indptr: Any, shape: tuple[int, int]) -> None:
        self.indices, self.indptr, self.shape = indices, indptr, shape
        self.size = len(indices)

    def build(self, items: Sequence[Any]) -> Any:
        data = array_of(items, (self.size,))
        return self.rows(data) if data.dtype == object else self.matrix(data)

    def rows(self, data: Any) -> SparseRows:
        return SparseRows(data, self.indices.copy(), self.indptr.copy(), self.shape)

    def matrix(self, data: Any) -> Any:
        """A matrix of SciPy with its own arrays, which may be modified."""
        whole = data, self.indices.copy(), self.indptr.copy()
        found = scipy_sparse().csr_array(whole, shape=self.shape)
        found.has_canonical_format = True  # columns ascend, which SciPy need not check
        return found

    def places(self) -> Iterator[str]:
        counts = self.indptr[1:] - self.indptr[:-1]
        rows = [row for row, count in enumerate(counts.tolist()) for _ in range(count)]
        for place in zip(rows, self.indices.tolist(), strict=True):
            yield str(list(place))

    def around(self, inner: Form, rows: Sequence[Sequence[Any]]) -> Any:
        raise TypeError(
            "expected a function of numbers, lists or arrays to differentiate, got a sparse "
            "matrix; give its entries, .data of it"
        )


def sparse_form(indices: Sequence[int], starts: Sequence[int], columns: int) -> Sparse:
    """The form of a matrix, of the columns of its entries and of where each row begins."""
    import numpy as np

    where = np.array(indices, dtype=np.int32), np.array(starts, dtype=np.int32)
    return Sparse(*where, (len(starts) - 1, columns))


def scipy_sparse() -> Any:
    """The package of sparse matrices; ImportError names the extra that has it."""
    try:
        import scipy.sparse  # type: ignore[import-untyped]
    except ImportError as error:
        raise ImportError('sparse matrices need SciPy: pip install "chainrule[scipy]"') from error
    return scipy.sparse


def flatten(x: Any, where: str, what: str = ACCEPTED) -> tuple[list[Any], Form]:
    """The numbers of a structure, and its form.

    Raises:
        TypeError: if it is not a structure of numbers; the items themselves are not checked.
    """
    if isinstance(x, float) or is_value(x) or isinstance(x, numbers.Real):  # slow: the last
        return [x], NUMBER
    if is_array(x):
        mask = getattr(x, "mask", None)
        if type(x).__name__ in OTHER_ARRAYS and (mask is None or mask.any()):
            raise wrong(where, what, x, OTHER_ARRAYS[type(x).__name__])
        return x.ravel().tolist(), Array(x.shape) if x.ndim else NUMBER
    if isinstance(x, SparseRows):
        return x.data.tolist(), Sparse(x.indices, x.indptr, x.shape)
    if not isinstance(x, (list, tuple)):
        if hasattr(x, "__len__") or hasattr(x, "__array__"):
            advice = "numpy.asarray(x) makes an array of it" if hasattr(x, "__array__") else ""
            raise wrong(where, what, x, advice)
        return [x], NUMBER
    if {*map(type, x)} == {float}:  # as most are
        return list(x), Nested(type(x), [NUMBER] * len(x))
    found, parts = [], []
    for item in x:
        items, part = flatten(item, where, what)
        found += items
        parts.append(part)
    return found, Nested(type(x), parts)


def is_array(x: Any) -> bool:
    """Whether x is a NumPy array; False if NumPy was never imported."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(x, numpy.ndarray)


def array_of(items: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """An array of floats, or of objects where Values are among the items."""
    import numpy as np

    if not any(map(is_value, items)):
        return np.array(items, dtype=np.float64).reshape(shape)
    found = np.empty(len(items), dtype=object)
    found[:] = items
    return found.reshape(shape)
