"""Value: a number that knows what it was computed from.

The methods of `Value` are made from the entries of `ops`, by one closure for each shape: it
computes the number and the local derivatives and records both. `backward` is the chain rule, node
by node.
"""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Callable
from typing import Any, TypeVar

from . import floats, modes, ops, pickling, reads
from .graph import topological_order
from .ops import CONSTANT, TABLE, Op

new = object.__new__
Method = TypeVar("Method", bound=Callable[..., Any])

ADVICE = {
    "complex": "use its .real or .imag",
    "str": "use float(text)",
    "Decimal": "use float(number)",
    "ndarray": "use one Value per entry, as in [Value(x) for x in array.tolist()]",
    "list": "use one Value per item",
    "Value": "use it as it is, or its .data",
    "NoneType": "did a function forget to return?",
}


def real(x: Any, where: str) -> float:
    """x as a float, or a TypeError that names `where` it was met and says what to do."""
    if isinstance(x, numbers.Real):
        try:
            return float(x)
        except OverflowError:  # a whole number past the range of floats
            return math.inf if x > 0 else -math.inf  # type: ignore[operator]
    kind = type(x).__name__
    advice = ADVICE.get(kind, "pass an int or a float")
    raise TypeError(f"{where}: expected a real number, got {kind} {x!r:.60}; {advice}")


def record(
    op: Op | None, data: float, parents: tuple[Value, ...], local_derivatives: tuple[float, ...]
) -> Value:
    """A new node."""
    node = new(Value)
    node._data = data
    node.grad = 0.0
    node.parents = parents
    node.local_derivatives = local_derivatives
    node.op = op
    node.label = None
    return node


def lift(x: Any, where: str) -> Value:
    """x as a node: a Value as it is, a plain number as a constant."""
    return (
        x
        if isinstance(x, Value)
        else record(CONSTANT, x if type(x) is float else real(x, where), (), ())
    )


def evaluate(op: Op, operands: tuple[Value, ...]) -> Value:
    """The node of an operation on its operands, whatever its shape."""
    data = [operand._data for operand in operands]
    try:
        y = op.forward(*op.split(data))
        local_derivatives = op.rule(floats, data, y)
    except (ArithmeticError, ValueError):
        y, local_derivatives = op.rerun(data)
    node = record(op, y, operands, local_derivatives)
    return modes.inspect(node) if modes.active else node


# The methods. Each closure does what `evaluate` does, written out for one shape with the node's
# slots filled in place.


def unary(op: Op) -> Callable[[Value], Value]:
    """The method of an operation with one operand."""
    forward, partials = op.forward, op.partials
    linear = partials if isinstance(partials, tuple) else None

    def method(self: Value) -> Value:
        a = self._data
        try:
            y = forward(a)
            local = linear or partials(floats, a, y)  # type: ignore[operator]
        except (ArithmeticError, ValueError):
            y, local = op.rerun((a,))
        node = new(Value)
        node._data = y
        node.grad = 0.0
        node.parents = (self,)
        node.local_derivatives = local
        node.op = op
        node.label = None
        return modes.inspect(node) if modes.active else node

    return named(method, op)


def binary(op: Op) -> Callable[[Value, Value | float], Value]:
    """The method of an operation with two operands."""
    forward, partials, name = op.forward, op.partials, op.name
    linear = partials if isinstance(partials, tuple) else None

    def method(self: Value, other: Value | float) -> Value:
        if type(other) is not Value:
            other = lift(other, name)
        a = self._data
        b = other._data
        try:
            y = forward(a, b)
            local = linear or partials(floats, a, b, y)  # type: ignore[operator]
        except (ArithmeticError, ValueError):
            y, local = op.rerun((a, b))
        node = new(Value)
        node._data = y
        node.grad = 0.0
        node.parents = (self, other)
        node.local_derivatives = local
        node.op = op
        node.label = None
        return modes.inspect(node) if modes.active else node

    return named(method, op)


def reflected(op: Op) -> Callable[[Value, float], Value]:
    """The method of `number op value`."""
    method = binary(op)
    return named(lambda self, other: method(lift(other, op.name), self), op)


def compare(
    test: Callable[[float, float], bool], open_choice: Op, swapped: bool = False
) -> Callable[[Value, Value | float], bool]:
    """The method of a comparison, by data; while a function is traced it is left open."""

    def method(self: Value, other: Value | float) -> Any:
        if modes.active and modes.tracing.get():
            sides = self, lift(other, "comparison")
            return Condition(open_choice, *(sides[::-1] if swapped else sides))
        return test(
            self._data, other._data if isinstance(other, Value) else real(other, "comparison")
        )

    return method


def named(method: Method, op: Op) -> Method:
    """The method with the name and the sentence that help() and tracebacks show."""
    method.__name__ = op.name
    method.__qualname__ = f"Value.{op.name}"
    method.__doc__ = op.doc
    return method


class Condition:
    """A comparison while its function is traced: neither true nor false yet; `where` takes it."""

    def __init__(self, op: Op, left: Value, right: Value) -> None:
        self.op, self.left, self.right = op, left, right

    def __bool__(self) -> bool:
        raise TypeError(
            f"a comparison of Values was asked for its truth while its function is traced, in "
            f"{modes.user_line()}: one branch would be lost; use autograd.where(condition, a, b)"
        )


class Value:
    """A number that records what it was computed from: a node of a computation graph.

    A leaf is made by `Value(number)`, every other node by an operation. `label` is the name that
    pictures and errors show.

    data: the number, a float. Only a leaf's can be set.
    grad: the adjoint, the derivative of the root of the last `backward` with respect to this node.
        In a leaf the adjoints of all sweeps add up until it is set to 0.0, as in PyTorch.
    parents: the operands, in order: `a + a` has `a` twice. Empty in a leaf.
    local_derivatives: the derivative of this node with respect to each parent slot.
    op: the operation; None in a leaf, CONSTANT in a plain number that met a Value.

    Raises TypeError where `data` is not a real number.

    >>> x = Value(3.0, label="x")
    >>> y = x * x + 1.0
    >>> y.backward()
    >>> y.data, x.grad
    (10.0, 6.0)
    """

    __slots__ = ("_data", "grad", "label", "local_derivatives", "op", "parents")
    __array_ufunc__ = (
        None  # so that NumPy leaves `array * value` to __rmul__, which refuses it in words
    )

    _data: float
    grad: float
    parents: tuple[Value, ...]
    local_derivatives: tuple[float, ...]
    op: Op | None
    label: str | None

    def __init__(self, data: float, label: str | None = None) -> None:
        if not (label is None or isinstance(label, str)):
            raise TypeError(
                "Value: expected a string or None as label, "
                f"got {type(label).__name__} {label!r:.60}"
            )
        self._data = data if type(data) is float else real(data, "Value")
        self.grad = 0.0
        self.parents = self.local_derivatives = ()
        self.op = None
        self.label = label

    @property
    def data(self) -> float:
        """The number. It can be set on a leaf; the other nodes follow from their parents."""
        if modes.active and modes.tracing.get():
            raise TypeError(
                f"the data of a Value was read while its function is traced, in "
                f"{modes.user_line()}: it would stay what it is now; compute with the Value, or "
                "choose with autograd.where(condition, a, b)"
            )
        if reads.watching:
            reads.note(self)
        return self._data

    @data.setter
    def data(self, data: float) -> None:
        if self.parents:
            raise AttributeError(
                f"data of {self!r} can't be set: it was computed by {self.op!r}; "
                "set the data of leaves and compute it again"
            )
        self._data = data if type(data) is float else real(data, "Value.data")

    def item(self) -> float:
        """The number as a float, as in PyTorch."""
        return self.data

    def detach(self) -> Value:
        """A leaf with the same number: what is computed from it does not reach this graph."""
        if modes.active and modes.tracing.get():
            return evaluate(ops.DETACH, (self,))
        return Value(self._data)

    def backward(self, seed: float = 1.0) -> None:
        """Compute the derivative of this node with respect to every node that it depends on.

        The chain rule, from the root back: a node whose own adjoint is complete hands each parent
        its local derivative times that adjoint. Leaves add the adjoint of this sweep to their
        `grad`, all other nodes show it.

        seed: the adjoint of this node, for a root inside a larger computation.
        """
        seed = real(seed, "backward")
        order = topological_order(self)
        if modes.active:
            modes.inspect_sweep(order, seed)
        if reads.watching:
            reads.note(self)
        earlier = [(node, node.grad) for node in order if not node.parents]
        for node in order:
            node.grad = 0.0
        self.grad = seed
        for node in reversed(order):
            adjoint = node.grad
            for parent, local_derivative in zip(node.parents, node.local_derivatives):  # noqa: B905  hot
                parent.grad += local_derivative * adjoint
        for leaf, grad in earlier:
            leaf.grad += grad

    __add__, __radd__ = binary(ops.ADD), reflected(ops.ADD)
    __sub__, __rsub__ = binary(ops.SUB), reflected(ops.SUB)
    __mul__, __rmul__ = binary(ops.MUL), reflected(ops.MUL)
    __truediv__, __rtruediv__ = binary(ops.DIV), reflected(ops.DIV)
    __mod__, __rmod__ = binary(ops.MOD), reflected(ops.MOD)
    __pow__, __rpow__ = binary(ops.POW), reflected(ops.POW)
    __neg__, __pos__, __abs__ = unary(ops.NEG), unary(ops.POS), unary(ops.ABS)

    sqrt, cbrt = unary(ops.SQRT), unary(ops.CBRT)
    exp, expm1 = unary(ops.EXP), unary(ops.EXPM1)
    log, log1p, log2, log10 = map(unary, (ops.LOG, ops.LOG1P, ops.LOG2, ops.LOG10))
    sin, cos, tan = unary(ops.SIN), unary(ops.COS), unary(ops.TAN)
    sinh, cosh, tanh = unary(ops.SINH), unary(ops.COSH), unary(ops.TANH)
    sigmoid, softplus = unary(ops.SIGMOID), unary(ops.SOFTPLUS)
    relu = unary(ops.RELU)

    __lt__ = compare(operator.lt, ops.WHERE_LESS)
    __le__ = compare(operator.le, ops.WHERE_LESS_EQUAL)
    __gt__ = compare(operator.gt, ops.WHERE_LESS, swapped=True)
    __ge__ = compare(operator.ge, ops.WHERE_LESS_EQUAL, swapped=True)

    def __bool__(self) -> bool:
        raise TypeError("a Value has no truth value: compare it (value > 0) or use value.data")

    def __float__(self) -> float:
        raise TypeError(
            "float(value) would drop the graph: use value.data for the number, and autograd's own "
            "functions (autograd.exp, not math.exp) to compute on"
        )

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    def __repr__(self) -> str:
        label = "" if self.label is None else f", label={self.label!r}"
        return f"Value(data={self._data!r}, grad={self.grad!r}{label})"

    def __copy__(self) -> Value:
        if reads.watching:
            reads.note(self)
        copy = record(self.op, self._data, self.parents, self.local_derivatives)
        copy.grad, copy.label = self.grad, self.label
        return copy

    def __deepcopy__(self, memo: dict[Any, Any]) -> Value:
        for node in topological_order(self, seen=memo.setdefault("autograd", set())):
            if id(node) not in memo:
                copy = node.__copy__()
                copy.parents = tuple([memo[id(parent)] for parent in node.parents])
                memo[id(node)] = copy
        copied: Value = memo[id(self)]
        return copied

    def __reduce__(self) -> tuple[Callable[..., Value], tuple[Any, ...]]:
        if reads.watching:
            reads.note(self)
        name = self.op.name if self.op else None
        parts = name, self._data, self.parents, self.local_derivatives, self.grad, self.label
        return unpickled, (pickling.brought_along(self), *parts)


def unpickled(
    brought_along: Any,
    name: str | None,
    data: float,
    parents: tuple[Value, ...],
    local_derivatives: tuple[float, ...],
    grad: float,
    label: str | None,
) -> Value:
    """A node from what `__reduce__` gives; what was brought along is now behind its parents."""
    if not (name is None or name in TABLE):
        raise ValueError(f"this graph needs the operation {name!r}, which is not defined here")
    node = record(None if name is None else TABLE[name], data, parents, local_derivatives)
    node.grad, node.label = grad, label
    return node
