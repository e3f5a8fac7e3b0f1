"""Functions from entries of the operation table: one builder for each shape.

Floats give a float, any Value among the operands gives a Value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar, overload

from . import modes
from .arguments import operands_of, real, several
from .ops import FLOATS, Op
from .recording import binary, evaluate, lift, record, unary
from .value import Value

Function = TypeVar("Function", bound=Callable[..., Any])
N = TypeVar("N", Value, float, Value | float)  # of Values a Value, of floats a float


class One(Protocol):
    """A function of one operand."""

    def __call__(self, x: N, /) -> N: ...


class Two(Protocol):
    """A function of two operands."""

    @overload
    def __call__(self, a: Value, b: Value | float, /) -> Value: ...
    @overload
    def __call__(self, a: float, b: Value, /) -> Value: ...
    @overload
    def __call__(self, a: float, b: float, /) -> float: ...


class Three(Protocol):
    """A function of three operands."""

    def __call__(self, a: N, b: N | float, c: N | float, /) -> N: ...


class Many(Protocol):
    """A function of any number of operands, given one by one or in one sequence."""

    @overload
    def __call__(self, xs: Iterable[N], /) -> N: ...
    @overload
    def __call__(self, /, *xs: Value) -> Value: ...
    @overload
    def __call__(self, /, *xs: float) -> float: ...
    @overload
    def __call__(self, /, *xs: Value | float) -> Value | float: ...


class Pairs(Protocol):
    """A function of two sequences of one length."""

    @overload
    def __call__(
        self, a: Sequence[Value], b: Sequence[Value | float] | Sequence[Value], /
    ) -> Value: ...
    @overload
    def __call__(self, a: Sequence[float], b: Sequence[Value], /) -> Value: ...
    @overload
    def __call__(self, a: Sequence[float], b: Sequence[float], /) -> float: ...


# By the operands of a function: their entries in its docstring, and the operands of its example.
NUMBER = "a number or a Value."
OPERANDS: dict[str, tuple[list[str], tuple[Any, ...]]] = {
    "x": ([f"x: {NUMBER}"], (0.5,)),
    "a, b": ([f"a: {NUMBER}", f"b: {NUMBER}"], (3.0, 2.0)),
    "a, b, k": ([f"a: {NUMBER}", f"b: {NUMBER}", f"k: {NUMBER}"], ()),
    "*xs": (["*xs: numbers or Values, one by one or in one sequence."], (0.5, 3.0)),
    "of sequences": (
        ["a: a sequence of numbers or Values.", "b: another one of the same length."],
        ([0.5, 3.0], [2.0, 4.0]),
    ),
}


def documented(function: Function, op: Op, operands: str) -> Function:
    """The function with a name, and a docstring made from the entry of the operation."""
    function.__name__ = function.__qualname__ = op.name
    entries, given = OPERANDS[operands]
    lines = [op.doc or f"The operation {op.name}.", "", "Args:", *[f"    {e}" for e in entries], ""]
    if op.builtin:
        function.__module__ = "autograd.functions"  # where pickle looks it up by name
        if operands == "x" and op.domain[0][0] > 0.5:
            given = (2.0,)
        if given:
            flat: list[Any] = [
                x for one in given for x in (one if isinstance(one, list) else [one])
            ]
            lines += [f">>> {op.name}({', '.join(map(repr, given))})", repr(op(flat)), ""]
    function.__doc__ = "\n".join(lines)
    return function


def one(op: Op) -> One:
    """The function of an operation with one operand."""
    method = unary(op)

    def function(x: Any, /) -> Any:
        return method(x) if isinstance(x, Value) else op((real(x, op.name),))

    return documented(function, op, "x")


def two(op: Op) -> Two:
    """The function of an operation with two operands."""
    method, name = binary(op), op.name

    def function(a: Any, b: Any, /) -> Any:
        if isinstance(a, Value) or isinstance(b, Value):
            a = a if type(a) is Value else lift(a, name)
            return method(a, b if type(b) is Value else lift(b, name))
        return op((real(a, name), real(b, name)))

    return documented(function, op, "a, b")


def three(op: Op) -> Three:
    """The function of an operation with three operands."""

    def function(a: Any, b: Any, c: Any, /) -> Any:
        return apply(op, (a, b, c))

    return documented(function, op, "a, b, k")


def many(op: Op) -> Many:
    """The function of an operation on any number of operands."""

    def function(*xs: Any) -> Any:
        return apply(op, operands_of(xs, op.name))

    return documented(function, op, "*xs")


def pairs(op: Op) -> Pairs:
    """The function of an operation on two sequences of one length."""
    forward, partials, name = op.forward, op.partials, op.name

    def function(a: Any, b: Any, /) -> Any:
        try:
            alike = len(a) == len(b)
        except TypeError:
            call = f"{name}(a, b) of two sequences"
            a, b = several(a, name, call=call), several(b, name, call=call)
            alike = len(a) == len(b)
        if not alike:
            raise ValueError(
                f"{name}: expected two sequences of one length, got {len(a)} and {len(b)}"
            )
        if not len(a):  # an array has no truth value
            raise ValueError(f"{name}: expected at least one operand, got none")
        operands = (*a, *b)
        try:
            xs = [operand._number for operand in a]
            ys = [operand._number for operand in b]
        except AttributeError:  # a plain number among them
            return apply(op, operands)
        try:
            y = forward(xs, ys)
            local_derivatives = partials(FLOATS, xs, ys, y)  # type: ignore[operator]
        except (ArithmeticError, ValueError):
            return apply(op, operands)
        node = record(op, y, operands, local_derivatives)
        return modes.inspect(node) if modes.active else node

    return documented(function, op, "of sequences")


def apply(op: Op, operands: tuple[Any, ...]) -> Any:
    """An operation on operands: a node where any is a Value, a float where none is."""
    if not operands:
        raise ValueError(f"{op.name}: expected at least one operand, got none")
    if any([isinstance(operand, Value) for operand in operands]):
        return evaluate(op, tuple([lift(operand, op.name) for operand in operands]))
    return op([real(operand, op.name) for operand in operands])
