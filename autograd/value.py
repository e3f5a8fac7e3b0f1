"""Value: a number with a record of what it was computed from.

The methods of `Value` are made from the entries of `ops`, by one closure for each shape: it
computes the number and the local derivatives and records both. `backward` is the chain rule, node
by node.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeVar

from . import modes, ops, pickling, reads
from .arguments import real, unset
from .conditions import Condition, is_number
from .graph import topological_order
from .locks import fork_safe_lock
from .ops import CONSTANT, FLOATS, Op

new = object.__new__
SWEEPING = fork_safe_lock()  # held by backward, which works in the nodes that graphs may share
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
    node._data = data
    node.grad = 0.0
    node.parents = parents
    node.local_derivatives = local_derivatives
    node.op = op
    node.label = None
    return node


def lift(x: Any, where: str) -> Value:
    """x as a node: a Value as it is, a Condition as 1 or 0, a plain number as a constant."""
    if isinstance(x, Value):
        return x
    if isinstance(x, Condition):
        return lift(x.choose(1.0, 0.0, False), where)
    return record(CONSTANT, x if type(x) is float else real(x, where), (), ())


def evaluate(op: Op, operands: tuple[Value, ...]) -> Value:
    """The node of an operation on its operands, whatever its shape."""
    data = [operand._data for operand in operands]
    try:
        y = op.forward(*op.split(data))
        local_derivatives = op.rule(FLOATS, data, y)
    except (ArithmeticError, ValueError) as error:
        y, local_derivatives = op.rerun(data, error)
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


def reflected(op: Op) -> Callable[[Value, float], Value]:
    """The method of `number op value`."""
    method = binary(op)
    return named(lambda self, other: method(lift(other, op.name), self), op)


def compare(
    test: Callable[[float, float], bool], open_choice: Op, swapped: bool = False
) -> Callable[[Value, Any], bool]:
    """The method of a comparison, by data. What it gives serves as a bool, by which it is typed."""

    def method(self: Value, other: Any) -> Any:
        other = lift(other, "comparison")
        unknown = modes.active and modes.tracing(self, other)
        holds = None if unknown else test(self._data, other._data)
        return condition(open_choice, (other, self) if swapped else (self, other), holds)

    return method


def condition(
    op: Op, compared: tuple[Value, ...], holds: bool | None, known: bool = True
) -> Condition:
    """A Condition that was found by comparing some Values; `known`: as in Decided."""

    def choose(a: Any, b: Any, known: bool = known) -> Value:
        operands = (*compared, lift(a, "where"), lift(b, "where"))
        if holds is None:
            return evaluate(op, operands)
        taken = operands[-2 if holds else -1]
        return decide(ops.BRANCH, taken._data, (taken,), op, operands, known)

    return Condition(choose, holds)


def condition_of(node: Value) -> Condition | None:
    """What a choice between two branches that are at hand depends on; None for any other node."""
    if isinstance(node, Decided) and node.op is ops.BRANCH:
        holds = node.parents[0] is node.operands[-2]
        return condition(node.written, node.operands[:-2], holds, node.known)
    return condition(node.op, node.parents[:2], None) if node.op in ops.OPEN_CHOICES else None


def decide(
    op: Op,
    data: float,
    parents: tuple[Value, ...],
    written: Op,
    operands: tuple[Value, ...],
    known: bool = True,
) -> Value:
    """A Decided node."""
    node: Any = record(op, data, parents, (1.0,) * len(parents), Decided)
    node.written, node.operands, node.known = written, operands, known
    return modes.inspect(node) if modes.active else node  # type: ignore[no-any-return]


def branches(node: Value) -> tuple[Value, ...]:
    """The operands to which a derivative may flow: of a choice also the branch not taken."""
    if node.op is ops.DETACH:
        return ()
    return sources(node)[-2:] if condition_of(node) is not None else node.parents


def sources(node: Value) -> tuple[Value, ...]:
    """What a node was computed from: its parents, and what a decision depended on."""
    return node.operands if isinstance(node, Decided) else node.parents


def named(method: Method, op: Op) -> Method:
    """The method with the name and the sentence that help() and tracebacks show."""
    method.__name__ = op.name
    method.__qualname__ = f"Value.{op.name}"
    method.__doc__ = op.doc
    return method


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
        if modes.active and modes.tracing(self):
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
        if modes.active and modes.tracing():
            return evaluate(ops.DETACH, (self,))
        return Value(self._data)

    def backward(self, seed: float = 1.0) -> None:
        """Compute the derivative of this node with respect to every node that it depends on.

        The chain rule, in reverse order: a node whose own adjoint is complete passes the local
        derivative times that adjoint to each parent. Leaves add the adjoint of this sweep to their
        `grad`, all other nodes show it. Sweeps of several threads wait for each other, so that no
        leaf that they share loses any.

        seed: the adjoint of this node, for a root inside a larger computation.
        """
        seed = real(seed, "backward")
        order = topological_order(self)
        if modes.active:
            modes.refuse_numbers("backward")
            modes.inspect_sweep(order, seed)
        reads.note(self)
        with SWEEPING:
            earlier = [(node, node.grad) for node in order if not node.parents]
            try:
                for node in order:
                    node.grad = 0.0
                self.grad = seed
                for node in reversed(order):
                    adjoint = node.grad
                    for parent, local_derivative in zip(node.parents, node.local_derivatives):  # noqa: B905  hot
                        parent.grad += local_derivative * adjoint
                for leaf, grad in earlier:
                    leaf.grad += grad
            except BaseException as error:  # Ctrl-C, or a grad that is no number: nothing is lost
                for node, grad in earlier:
                    node.grad = grad
                if isinstance(error, TypeError):
                    raise unset("backward", leaf) from None
                raise

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
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> Any:
        """By data with a number or a comparison; two Values are equal only if they are one node."""
        return equal(self, other) if is_number(other) else NotImplemented

    def __ne__(self, other: object) -> Any:
        return ~equal(self, other) if is_number(other) else NotImplemented

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
        reads.note(self)
        copy: Value = pickling.restored(type(self), None, pickling.state(self))
        return copy

    def __deepcopy__(self, memo: dict[Any, Any]) -> Value:
        reads.note(self)
        copy: Value = pickling.copied(self, memo, sources)
        return copy

    def __reduce__(self) -> tuple[Callable[..., Value], tuple[Any, ...]]:
        reads.note(self)
        brought_along = pickling.brought_along(self, sources)
        return pickling.restored, (type(self), brought_along, pickling.state(self))


equal = compare(operator.eq, ops.WHERE_EQUAL)


class Decided(Value):
    """A node whose number depends on a choice that its parents don't show.

    The branch that `where` took, or in a rule a detached number. Sweeps and pictures use the
    parents as in any node.

    written, operands: the operation on Values that gives the same, as a tape writes it.
    known: whether it may; not where a condition could have been put together by `and` or `or`.
    """

    __slots__ = ("known", "operands", "written")

    written: Op
    operands: tuple[Value, ...]
    known: bool
