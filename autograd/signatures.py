"""The types of the functions that transforms return, for type checkers and editors.

A plain number, list or array gives plain results; the exception, a function that uses a Value from
outside, whose derivatives are Values, can't be expressed as a type. Where the type of a result
depends on more than the arguments, it is Any.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar, overload

from .value import Value

X = TypeVar("X")
Y = TypeVar("Y")


class Array(Protocol):
    """A NumPy array, without an import of NumPy."""

    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def dtype(self) -> Any: ...


A = TypeVar("A", bound=Array)


class Gradient(Protocol):
    """The gradient of a function, in the form of its arguments; returned by `grad`."""

    _is_gradient: None  # by it type checkers distinguish this protocol from other callables

    @overload
    def __call__(self, x: float, /, **named: Any) -> float: ...
    @overload
    def __call__(self, x: list[float], /, **named: Any) -> list[float]: ...
    @overload
    def __call__(self, x: X, /, **named: Any) -> X: ...
    @overload
    def __call__(self, x: float, y: float, /, **named: Any) -> tuple[float, float]: ...
    @overload
    def __call__(self, x: Value, y: Value | float, /, **named: Any) -> tuple[Value, Value]: ...
    @overload
    def __call__(self, x: float, y: Value, /, **named: Any) -> tuple[Value, Value]: ...
    @overload
    def __call__(self, x: X, y: Y, /, **named: Any) -> tuple[X, Y]: ...
    @overload
    def __call__(
        self, x: float, y: float, z: float, /, *xs: float, **named: Any
    ) -> tuple[float, ...]: ...
    @overload
    def __call__(self, x: Any, y: Any, z: Any, /, *xs: Any, **named: Any) -> tuple[Any, ...]: ...


class ValueAndGradient(Protocol):
    """The value of a function and its gradient; returned by `value_and_grad`."""

    _is_value_and_gradient: None

    @overload
    def __call__(self, x: float, /, **named: Any) -> tuple[float, float]: ...
    @overload
    def __call__(self, x: list[float], /, **named: Any) -> tuple[float, list[float]]: ...
    @overload
    def __call__(self, x: Value, /, **named: Any) -> tuple[Value, Value]: ...
    @overload
    def __call__(self, x: X, /, **named: Any) -> tuple[float, X]: ...
    @overload
    def __call__(
        self, x: float, y: float, /, *xs: float, **named: Any
    ) -> tuple[float, tuple[float, ...]]: ...
    @overload
    def __call__(
        self, x: Any, y: Any, /, *xs: Any, **named: Any
    ) -> tuple[Any, tuple[Any, ...]]: ...


class Hessian(Protocol):
    """The second derivatives of a function, a row for each number; returned by `hessian`."""

    _is_hessian: None

    @overload
    def __call__(self, x: float, /, *xs: float, **named: Any) -> list[tuple[float, ...]]: ...
    @overload
    def __call__(self, x: list[float], /, **named: Any) -> list[list[float]]: ...
    @overload
    def __call__(self, x: tuple[float, ...], /, **named: Any) -> tuple[tuple[float, ...], ...]: ...
    @overload
    def __call__(self, x: A, /, **named: Any) -> A: ...
    @overload
    def __call__(self, x: Any, /, *xs: Any, **named: Any) -> Any: ...


class HessianProduct(Protocol):
    """The product of the second derivatives and a vector; returned by `hvp`."""

    @overload
    def __call__(self, xs: float, vector: float, /, *others: Any) -> float: ...
    @overload
    def __call__(self, xs: list[float], vector: list[float], /, *others: Any) -> list[float]: ...
    @overload
    def __call__(self, xs: A, vector: Any, /, *others: Any) -> A: ...
    @overload
    def __call__(self, xs: Any, vector: Any, /, *others: Any) -> Any: ...


class Compiled(Protocol):
    """What `jit` returns for these: they have a `program` besides."""

    def program(self, *args: Any, **named: Any) -> Any: ...


class CompiledGradient(Gradient, Compiled, Protocol):
    """A gradient as machine code."""


class CompiledValueAndGradient(ValueAndGradient, Compiled, Protocol):
    """A value and its gradient as machine code."""


class CompiledHessian(Hessian, Compiled, Protocol):
    """Second derivatives as machine code."""


class CompiledNumber(Compiled, Protocol):
    """A function of one result as machine code."""

    def __call__(self, *args: Any, **named: Any) -> float: ...
