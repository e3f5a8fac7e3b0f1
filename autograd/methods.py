"""How entries of the operation table become methods of `Value`: one builder for each shape.

The methods of `Value` are made in its body, `tanh = unary(TANH)`: each is a closure that computes
the number and the local derivatives and records both in a new node, written out for its shape since
all the time of a program goes there. `value.evaluate` does the same for any shape.

The body of a class runs before the class exists. So what the closures need of `Value` when they run
has its place here, and is put there by `conditions.py`, which comes last of the three.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from . import modes
from .ops import FLOATS, Op

Value: Any = None  # the class of the nodes
lift: Any = None  # what makes a node of a number
Condition: Any = None  # the class of what comparisons give

new = object.__new__
V = TypeVar("V")  # Value, for type checkers
Method = TypeVar("Method", bound=Callable[..., Any])


def unary(op: Op) -> Callable[[V], V]:
    """The method of an operation with one operand."""
    forward, partials = op.forward, op.partials
    linear = partials if isinstance(partials, tuple) else None

    def method(self: Any) -> Any:
        a = self._data
        try:
            y = forward(a)
            local = linear or partials(FLOATS, a, y)  # type: ignore[operator]
        except (ArithmeticError, ValueError) as error:
            y, local = op.rerun((a,), error)
        node = new(Value)
        node._data = y
        node.grad = 0.0
        node.parents = (self,)
        node.local_derivatives = local
        node.op = op
        node.label = None
        return modes.inspect(node) if modes.active else node

    return named(method, op)


def binary(op: Op) -> Callable[[V, V | float], V]:
    """The method of an operation with two operands."""
    forward, partials, name = op.forward, op.partials, op.name
    linear = partials if isinstance(partials, tuple) else None

    def method(self: Any, other: Any) -> Any:
        if type(other) is not Value:
            other = lift(other, name)
        a = self._data
        b = other._data
        try:
            y = forward(a, b)
            local = linear or partials(FLOATS, a, b, y)  # type: ignore[operator]
        except (ArithmeticError, ValueError) as error:
            y, local = op.rerun((a, b), error)
        node = new(Value)
        node._data = y
        node.grad = 0.0
        node.parents = (self, other)
        node.local_derivatives = local
        node.op = op
        node.label = None
        return modes.inspect(node) if modes.active else node

    return named(method, op)


def reflected(op: Op) -> Callable[[V, float], V]:
    """The method of `number op value`."""
    method = binary(op)
    return named(lambda self, other: method(lift(other, op.name), self), op)


def compare(
    test: Callable[[float, float], bool], open_choice: Op, swapped: bool = False
) -> Callable[[Any, Any], bool]:
    """The method of a comparison, by data. What it gives serves as a bool, by which it is typed."""

    def method(self: Any, other: Any) -> Any:
        if type(other) is not Value:
            other = lift(other, "comparison")
        unknown = modes.active and modes.tracing(self, other)
        condition = new(Condition)
        condition.op = open_choice
        condition.compared = (other, self) if swapped else (self, other)
        condition.holds = None if unknown else test(self._data, other._data)
        condition.opposite = False
        condition.known = True
        return condition

    return method


def named(method: Method, op: Op) -> Method:
    """The method with the name and the sentence that help() and tracebacks show."""
    method.__name__ = op.name
    method.__qualname__ = f"Value.{op.name}"
    method.__doc__ = op.doc
    return method
