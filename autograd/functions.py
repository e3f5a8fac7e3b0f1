"""Every operation as a function: floats give a float, any Value among them gives a Value.

This module is also an arithmetic that rules run on: with it, the partials of an operation on
Values are Values again, a graph that can be differentiated further.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar, overload

from . import floats, ops
from .ops import CONSTANT, Op
from .value import Value, binary, evaluate, lift, real, record, unary

__all__ = [
    "cos",
    "cross_entropy",
    "dot",
    "exp",
    "leaky_relu",
    "log",
    "log1p",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "pow",
    "relu",
    "sigmoid",
    "sign",
    "sin",
    "softmax",
    "softplus",
    "sqrt",
    "tanh",
    "total",
    "where",
]

Function = TypeVar("Function", bound=Callable[..., Any])


class One(Protocol):
    """A function of one operand."""

    @overload
    def __call__(self, x: Value, /) -> Value: ...
    @overload
    def __call__(self, x: float, /) -> float: ...


class Two(Protocol):
    """A function of two operands."""

    @overload
    def __call__(self, a: Value, b: Value | float, /) -> Value: ...
    @overload
    def __call__(self, a: float, b: Value, /) -> Value: ...
    @overload
    def __call__(self, a: float, b: float, /) -> float: ...


class Many(Protocol):
    """A function of a sequence of operands."""

    @overload
    def __call__(self, xs: Iterable[Value], /) -> Value: ...
    @overload
    def __call__(self, xs: Iterable[float], /) -> float: ...
    @overload
    def __call__(self, xs: Iterable[Value | float], /) -> Value | float: ...


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


def documented(function: Function, op: Op, operands: str) -> Function:
    """The function with a name, a sentence and an example for help()."""
    function.__name__ = function.__qualname__ = op.name
    function.__doc__ = f"{op.name}({operands}): {op.doc}"
    return function


def one(op: Op) -> One:
    """The function of an operation with one operand."""
    method = unary(op)

    def function(x: Any, /) -> Any:
        return method(x) if isinstance(x, Value) else op((real(x, op.name),))

    return documented(function, op, "x")


def two(op: Op) -> Two:
    """The function of an operation with two operands."""
    method = binary(op)

    def function(a: Any, b: Any, /) -> Any:
        if isinstance(a, Value) or isinstance(b, Value):
            return method(lift(a, op.name), b)
        return op((real(a, op.name), real(b, op.name)))

    return documented(function, op, "a, b")


def three(op: Op) -> Callable[[Any, Any, Any], Any]:
    """The function of an operation with three operands."""

    def function(a: Any, b: Any, c: Any, /) -> Any:
        return apply(op, (a, b, c))

    return documented(function, op, "a, b, c")


def many(op: Op) -> Many:
    """The function of an operation on any number of operands, given as one sequence."""

    def function(xs: Any, /) -> Any:
        return apply(op, tuple(xs))

    return documented(function, op, "xs")


def pairs(op: Op) -> Pairs:
    """The function of an operation on two sequences of one length."""
    forward, partials, name = op.forward, op.partials, op.name

    def function(a: Any, b: Any, /) -> Any:
        if len(a) != len(b):
            raise ValueError(
                f"{name}: expected two sequences of one length, got {len(a)} and {len(b)}"
            )
        operands = (*a, *b)
        try:
            xs = [operand._data for operand in a]
            ys = [operand._data for operand in b]
        except AttributeError:  # a plain number among them
            return apply(op, operands)
        try:
            y = forward(xs, ys)
            local_derivatives = partials(floats, xs, ys, y)  # type: ignore[operator]
        except (ArithmeticError, ValueError):
            return apply(op, operands)
        return record(op, y, operands, local_derivatives)

    return documented(function, op, "a, b")


def apply(op: Op, operands: tuple[Any, ...]) -> Any:
    """An operation on operands: a node where any is a Value, a float where none is."""
    if not operands:
        raise ValueError(f"{op.name}: expected at least one operand, got none")
    if any([isinstance(operand, Value) for operand in operands]):
        return evaluate(op, tuple([lift(operand, op.name) for operand in operands]))
    return op([real(operand, op.name) for operand in operands])


exp = one(ops.EXP)
log = one(ops.LOG)
log1p = one(ops.LOG1P)
sqrt = one(ops.SQRT)
sin = one(ops.SIN)
cos = one(ops.COS)
tanh = one(ops.TANH)
sigmoid = one(ops.SIGMOID)
softplus = one(ops.SOFTPLUS)
relu = one(ops.RELU)
sign = one(ops.SIGN)
pow = two(ops.POW)
total = many(ops.TOTAL)
mean = many(ops.MEAN)
logsumexp = many(ops.LOGSUMEXP)
dot = pairs(ops.DOT)

# What only rules call.
copysign = two(ops.COPYSIGN)
power_less = three(ops.POWER_LESS)


def leaky_relu(x: Any, slope: Any = 0.01) -> Any:
    """leaky_relu(x, slope=0.01): x where it is positive, else slope * x."""
    return _leaky_relu(x, slope)


def maximum(*xs: Any) -> Any:
    """maximum(*xs): the largest operand; operands that tie share the derivative, a NaN stays."""
    return apply(ops.MAXIMUM, xs)


def minimum(*xs: Any) -> Any:
    """minimum(*xs): the smallest operand; operands that tie share the derivative, a NaN stays."""
    return apply(ops.MINIMUM, xs)


@overload
def softmax(xs: Iterable[Value]) -> list[Value]: ...
@overload
def softmax(xs: Iterable[float]) -> list[float]: ...
def softmax(xs: Any) -> Any:
    """softmax(xs): each operand's share of the sum of exponentials, one node for each.

    The node of a share has that share's own operand as its first parent.
    """
    operands = tuple(xs)
    return [
        apply(ops.SOFTMAX, (x, *operands[:i], *operands[i + 1 :])) for i, x in enumerate(operands)
    ]


def cross_entropy(logits: Sequence[Any], target: Any) -> Any:
    """cross_entropy(logits, target): minus the log of the target class's softmax share.

    target: the index of the true class, or one weight per class (as with label smoothing), by which
        each class's part is multiplied.

    Raises ValueError for an index out of range or a wrong number of weights.

    >>> round(cross_entropy([2.0, 1.0, -1.0], 0), 4)
    0.3490
    """
    if isinstance(target, numbers.Integral):
        if not 0 <= int(target) < len(logits):
            raise ValueError(
                f"cross_entropy: expected a class from 0 to {len(logits) - 1}, got {target}"
            )
        target = [1.0 if k == target else 0.0 for k in range(len(logits))]
    elif not isinstance(target, Sequence) or isinstance(target, str):
        raise TypeError(
            "cross_entropy: expected a class index or one weight per class as target, "
            f"got {type(target).__name__} {target!r:.60}"
        )
    return _cross_entropy(logits, target)


def where(condition: bool, a: Any, b: Any) -> Any:
    """where(condition, a, b): a if the condition holds, else b.

    A node with one parent, the branch taken, so that the graph shows where a choice was made.
    """
    taken = a if condition else b
    if isinstance(a, Value) or isinstance(b, Value):
        return evaluate(ops.BRANCH, (lift(taken, "where"),))
    return real(taken, "where")


def constant(x: Any) -> Value:
    """A leaf with the data of x and without its history."""
    return record(CONSTANT, x._data if isinstance(x, Value) else real(x, "constant"), (), ())


def equal(a: Any, b: Any) -> bool:
    """Whether the data of a and b are the same number (`==` on Values is identity)."""
    return bool(constant(a)._data == constant(b)._data)


def largest(xs: Sequence[Any]) -> Value:
    """The largest of xs, without its history."""
    return constant(max([constant(x)._data for x in xs]))


_leaky_relu = two(ops.LEAKY_RELU)
_cross_entropy = pairs(ops.CROSS_ENTROPY)
