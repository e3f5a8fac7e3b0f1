"""What returns derivatives, of a graph that was built and of functions; `.grad` is not touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import isnan
from operator import attrgetter
from typing import Any, Literal, overload

from . import functions, modes, reads
from .graph import topological_order
from .value import Value, lift, real

Function = Callable[..., Any]


def sweep(
    order: Sequence[Value], seed: Any, local_derivatives: Callable[[Value], Sequence[Any]]
) -> dict[Value, Any]:
    """The adjoint of every node of `order` (parents first, root last), in a table.

    The chain rule as in `Value.backward`, in whatever the seed and the local derivatives are:
    floats, or Values, which make the adjoints a graph. Parents that are not in `order` are passed
    over.
    """
    wanted = set(order)
    adjoints: dict[Value, Any] = {order[-1]: seed}
    for node in reversed(order):
        if node.parents:
            adjoint = adjoints[node]
            for parent, local_derivative in zip(node.parents, local_derivatives(node), strict=True):
                if parent in wanted:
                    part = local_derivative * adjoint
                    adjoints[parent] = adjoints[parent] + part if parent in adjoints else part
    return adjoints


def adjoints(root: Value, seed: float = 1.0) -> dict[Value, float]:
    """The derivative of root with respect to every node that it depends on, times seed."""
    return sweep(topological_order(root), seed, recorded)


recorded: Callable[[Value], Sequence[float]] = attrgetter("local_derivatives")


def partials(node: Value) -> Sequence[Any]:
    """The local derivatives of a node as Values, by the rule of its operation."""
    assert node.op is not None
    return node.op.rule(functions, node.parents, node)


@overload
def gradients(
    y: Value, xs: Iterable[Value], create_graph: Literal[False] = False, seed: float = 1.0
) -> tuple[float, ...]: ...
@overload
def gradients(
    y: Value, xs: Iterable[Value], create_graph: Literal[True], seed: Value | float = 1.0
) -> tuple[Value, ...]: ...
def gradients(
    y: Value, xs: Iterable[Value], create_graph: bool = False, seed: Value | float = 1.0
) -> tuple[Any, ...]:
    """The derivatives of y with respect to each of xs, in a tuple.

    xs: Values; one that y does not depend on has the derivative 0.0.
    create_graph: give Values, which can be differentiated again, in place of floats.
    seed: the adjoint of y.

    Raises ValueError with create_graph where a leaf was changed after y was computed.

    >>> x = Value(2.0)
    >>> (dx,) = gradients(x**3, [x], create_graph=True)
    >>> dx.data, gradients(dx, [x])
    (12.0, (12.0,))
    """
    xs = tuple(xs)
    for node in (y, *xs):
        if not isinstance(node, Value):
            raise TypeError(f"gradients: expected Values, got {type(node).__name__} {node!r:.60}")
    if not create_graph and reads.watching:
        reads.note(y)
    # What lies behind a single x does not depend on it.
    behind = {*xs[0].parents} if len(xs) == 1 else None
    between = dependents(topological_order(y, seen=behind), set(xs))
    return between_gradients(between, xs, create_graph, seed)


def between_gradients(
    between: Sequence[Value], xs: Sequence[Value], create_graph: bool, seed: Value | float
) -> tuple[Any, ...]:
    """`gradients`, of the last of the nodes `between` that depend on xs."""
    table: dict[Value, Any] = {}
    if between and modes.active:
        modes.inspect_sweep(between, seed._data if isinstance(seed, Value) else seed)
    if between and create_graph:
        refuse_stale(between)
        with modes.unchecked():
            table = sweep(between, seed, partials)
    elif between:
        table = sweep(between, real(seed, "gradients"), recorded)
    found = [table.get(x, 0.0) for x in xs]
    return tuple([lift(g, "gradients") for g in found] if create_graph else found)


def dependents(order: Sequence[Value], xs: set[Value]) -> list[Value]:
    """The nodes of `order` that depend on any of xs, xs included."""
    found: set[Value] = set()
    for node in order:
        if node in xs or not found.isdisjoint(node.parents):
            found.add(node)
    return [node for node in order if node in found]


def refuse_stale(order: Iterable[Value]) -> None:
    """Raise at the first node whose number no longer follows from its parents.

    The graph of a derivative mixes recorded numbers with new ones computed from the leaves; where a
    leaf has changed in between, it would be the derivative of nothing.
    """
    for node in order:
        if node.op is not None and node.parents:
            now = node.op([parent._data for parent in node.parents])
            if now != node._data and not (isnan(now) and isnan(node._data)):
                raise ValueError(
                    f"gradients: {node!r}, made by {node.op!r}, no longer follows from its "
                    f"parents, which now give {now!r}: a leaf was changed since; compute y again"
                )
