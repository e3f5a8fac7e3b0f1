"""Value: a number with a record of what it was computed from.

`backward` is the chain rule, node by node. The operators and functions below it are made of entries
of `ops` by `recording.py`; those that only NumPy calls are in `numpy_names.py`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from math import isnan
from typing import Any

from . import comparisons, modes, ops, pickling, reads
from .arguments import real, unset, wrong
from .comparisons import compare
from .graph import topological_order
from .locks import fork_safe_lock
from .numpy_names import NumPyMethods
from .ops import Op
from .recording import binary, evaluate, reflected, unary

SWEEPING = fork_safe_lock()  # held by backward, which works in the nodes that graphs may share


class Value(NumPyMethods):
    """A number that records what it was computed from: a node of a computation graph.

    A leaf is created by `Value(number)`, every other node by an operation.

    Args:
        data: the number.
        label: the name in pictures and errors.

    Attributes:
        data: the number, a float. Only that of a leaf can be set.
        grad: the adjoint, the derivative of the root of the last `backward` with respect to this
            node. In a leaf the adjoints of all sweeps are added until it is set to 0.0, as in
            PyTorch.
        parents: the operands, in order: `a + a` has `a` twice. Empty in a leaf.
        local_derivatives: the derivative of this node with respect to each parent slot.
        op: the operation; None in a leaf, CONSTANT in a plain number used as an operand.
        label: the name in pictures and errors, or None.

    Raises:
        TypeError: if `data` is not a real number.

    >>> x = Value(3.0, label="x")
    >>> y = x * x + 1.0
    >>> y.backward()
    >>> y.data, x.grad
    (10.0, 6.0)
    """

    __slots__ = ("_number", "grad", "label", "local_derivatives", "op", "parents")
    # NumPy leaves `number * value` to the Value, which is faster, and computes `array * value`
    # itself, element by element: its numbers' priority is below this one, that of its arrays above.
    __array_priority__ = -1.0

    _number: float
    grad: float
    parents: tuple[Value, ...]
    local_derivatives: tuple[float, ...]
    op: Op | None
    label: str | None

    def __init__(self, data: float, label: str | None = None) -> None:
        if not (label is None or isinstance(label, str)):
            raise wrong("Value", "a string or None as label", label)
        self._number = data if type(data) is float else real(data, "Value")
        self.grad = 0.0
        self.parents = self.local_derivatives = ()
        self.op = None
        self.label = label

    @property
    def data(self) -> float:
        """The number. It can be set on a leaf; the other nodes follow from their parents."""
        if modes.active and modes.tracing(self):
            raise modes.frozen("the data of a Value was read")
        if reads.watching:
            reads.note(self)
        return self._number

    @data.setter
    def data(self, data: float) -> None:
        if self.parents:
            raise AttributeError(
                f"data of {self!r} can't be set: it was computed by {self.op!r}; "
                "set the data of leaves and compute it again"
            )
        self._number = data if type(data) is float else real(data, "Value.data")

    def item(self) -> float:
        """The number as a float, as in PyTorch."""
        return self.data

    def detach(self) -> Value:
        """A leaf with the same number: what is computed from it does not reach this graph."""
        if modes.active and modes.tracing():
            return evaluate(ops.DETACH, (self,))
        return Value(self._number)

    def backward(self, seed: float = 1.0) -> None:
        """Compute the derivative of this node with respect to every node that it depends on.

        The chain rule in reverse order: a node whose adjoint is complete propagates its local
        derivative times that adjoint to each parent. Leaves add the adjoint of this sweep to their
        `grad`; for all other nodes `grad` is that adjoint. Concurrent sweeps of several threads are
        serialized, so that leaves that they share receive all contributions.

        Args:
            seed: the adjoint of this node.

        >>> x = Value(2.0)
        >>> (x * x).backward()
        >>> (x * x).backward()
        >>> x.grad
        8.0
        """
        seed = real(seed, "backward")
        order = topological_order(self)
        if modes.active:
            modes.refuse_numbers("backward")
            modes.inspect_sweep(order, seed)
        reads.note(self)
        leaf: Value | None = None
        with SWEEPING:
            earlier = [(node, node.grad) for node in order if not node.parents]
            try:
                for node in order:
                    node.grad = 0.0
                self.grad = seed
                for node in reversed(order):
                    adjoint, local_derivatives, slot = node.grad, node.local_derivatives, 0
                    for parent in node.parents:  # zip or enumerate would take twice as long
                        parent.grad += local_derivatives[slot] * adjoint
                        slot += 1  # noqa: SIM113
                for leaf, grad in earlier:
                    leaf.grad += grad
            except BaseException as error:  # Ctrl-C, or a grad that is no number: nothing is lost
                for node, grad in earlier:
                    node.grad = grad
                if leaf is not None and isinstance(error, TypeError):
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
        """By data with a number or a comparison; two Values are equal only if they are one node.

        As of floats, a NaN is not equal to itself: by that NumPy's nansum and the like find it.
        """
        if isinstance(other, Value) and other is not self:
            comparisons.equated()
            return NotImplemented
        missing = other is self and isnan(self._number)
        return equal(self, other) if missing or is_number(other) else NotImplemented

    def __ne__(self, other: object) -> Any:
        same = self.__eq__(other)
        return same if same is NotImplemented else ~same

    def __bool__(self) -> bool:
        raise TypeError("a Value has no truth value: compare it (value > 0) or use value.data")

    def __float__(self) -> Any:
        raise TypeError(
            "float(value) or int(value) would drop the graph: use value.data for the number, "
            "autograd's own functions (autograd.exp, not math.exp) to compute on, and an array of "
            "dtype=object to store in (numpy.zeros_like(x) of an array x of Values)"
        )

    __int__ = __float__

    def __format__(self, spec: str) -> str:
        if spec and modes.active:
            modes.refuse_numbers("format", "compute with the Value")
        return format(self.data, spec) if spec else repr(self)

    def __repr__(self) -> str:
        label = "" if self.label is None else f", label={self.label!r}"
        return f"Value(data={self._number!r}, grad={self.grad!r}{label})"

    def _leaves_its_graph(self) -> None:
        """Note that a copy is made; while a function is traced, refuse it."""
        if modes.active and modes.tracing(self):
            raise modes.frozen("a Value was copied or pickled")
        if reads.watching:
            reads.keep(self)

    def __copy__(self) -> Value:
        self._leaves_its_graph()
        return pickling.restored(type(self), None, pickling.state(self))

    def __deepcopy__(self, memo: dict[Any, Any]) -> Value:
        self._leaves_its_graph()
        return pickling.copied(self, memo)

    def __reduce__(self) -> tuple[Callable[..., Value], tuple[Any, ...]]:
        self._leaves_its_graph()
        return pickling.restored, (type(self), pickling.brought_along(self), pickling.state(self))


equal = compare(operator.eq, ops.WHERE_EQUAL)


def is_number(x: object) -> bool:
    """Whether x is meant as a number, valid or not, and is not a node."""
    return hasattr(x, "__float__") and not hasattr(x, "parents")
