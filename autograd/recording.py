"""Recording: the node of an operation, with its number and local derivatives.

`evaluate` creates it for an operation of any shape. `unary`, `binary` and `reflected` return
closures that do the same for one shape: the methods of `Value`, as in `tanh = unary(ops.TANH)`.
They are inlined, with assignments to the node's slots, since most of a program's time is spent
here.

While the body of `Value` runs the class does not exist yet. So the functions here look up `Value`,
and `Condition`, which is defined after it, when they are called; `conditions.py`, the last of the
three modules, assigns both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from . import flags, modes
from .arguments import real
from .modes import active
from .ops import CONSTANT, FLOATS, Op

if TYPE_CHECKING:
    from .conditions import Condition
    from .value import Value
else:
    Value = Condition = None

new = object.__new__
Method = TypeVar("Method", bound=Callable[..., Any])


def record(
    op: Op | None,
    data: float,
    parents: tuple[Value, ...],
    local_derivatives: tuple[float, ...],
    kind: type[Value] | None = None,
) -> Value:
    """A new node."""
    node = new(kind or Value)
    node._number = data
    node.grad = 0.0
    node.parents = parents
    node.local_derivatives = local_derivatives
    node.op = op
    node.label = None
    return node


def lift(x: Any, where: str) -> Value:
    """x as a node: a Value itself, a Condition as 1 or 0, a plain number as a constant."""
    if type(x) is float:
        return record(CONSTANT, x, (), ())
    if isinstance(x, Value):
        return x
    if isinstance(x, Condition):
        return x.choose(1.0, 0.0, False)
    return record(CONSTANT, real(x, where), (), ())


def operand(x: Any, where: str) -> Any:
    """x as a node; NotImplemented for an array, whose own operator works element by element."""
    if type(x) is float:
        return record(CONSTANT, x, (), ())
    if isinstance(x, (float, int)):
        return record(CONSTANT, real(x, where), (), ())
    return NotImplemented if hasattr(x, "__array_ufunc__") else lift(x, where)


def evaluate(op: Op, operands: tuple[Value, ...]) -> Value:
    """The node of an operation on its operands, whatever its shape."""
    data = [operand._number for operand in operands]
    try:
        y = op.forward(*op.split(data))
        local_derivatives = op.partials_at(FLOATS, data, y)
    except (ArithmeticError, ValueError) as error:
        y, local_derivatives = op.evaluate_ieee(data, error)
    node = record(op, y, operands, local_derivatives)
    return modes.inspect(node) if active else node


def unary(op: Op) -> Callable[[Value], Value]:
    """The method of an operation with one operand."""
    forward, partials = op.forward, op.partials
    linear = partials if isinstance(partials, tuple) else None
    loud = op.name in flags.LOUD

    def method(self: Value) -> Value:
        a = self._number
        try:
            y = forward(a)
            local = linear or partials(FLOATS, a, y)  # type: ignore[operator]
        except (ArithmeticError, ValueError) as error:
            y, local = op.evaluate_ieee((a,), error)
        if loud and (not local[0] or local[0] - local[0]):  # 0, infinite or NaN
            flags.clear()
        node = new(Value)
        node._number = y
        node.grad = 0.0
        node.parents = (self,)
        node.local_derivatives = local
        node.op = op
        node.label = None
        return modes.inspect(node) if active else node

    return documented(method, op.name, op.doc)


def binary(op: Op) -> Callable[[Value, Value | float], Value]:
    """The method of an operator with two operands; it returns NotImplemented if the other one is an
    array.
    """
    forward, partials, name = op.forward, op.partials, op.name
    linear = partials if isinstance(partials, tuple) else None
    loud = op.name in flags.LOUD

    def method(self: Value, other: Any) -> Any:
        if type(other) is not Value and (other := operand(other, name)) is NotImplemented:
            return other
        a = self._number
        b = other._number
        try:
            y = forward(a, b)
            local = linear or partials(FLOATS, a, b, y)  # type: ignore[operator]
        except (ArithmeticError, ValueError) as error:
            y, local = op.evaluate_ieee((a, b), error)
        if loud:
            wrt_a, wrt_b = local
            if not wrt_a or wrt_a - wrt_a != wrt_b - wrt_b:  # one is infinite or NaN
                flags.clear()
        node = new(Value)
        node._number = y
        node.grad = 0.0
        node.parents = (self, other)
        node.local_derivatives = local
        node.op = op
        node.label = None
        return modes.inspect(node) if active else node

    return documented(method, op.name, op.doc)


def reflected(op: Op) -> Callable[[Value, float], Value]:
    """The method of `number op value`."""
    method = binary(op)
    return documented(lambda self, other: method(lift(other, op.name), self), op.name, op.doc)


def documented(method: Method, name: str, doc: str | None) -> Method:
    """The method with the name and the docstring for help() and tracebacks."""
    method.__name__ = name
    method.__qualname__ = f"Value.{name}"
    method.__doc__ = doc
    return method
