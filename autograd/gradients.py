"""Derivatives of a recorded graph, as return values; `.grad` is not changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isnan
from typing import Any, Literal, overload

from . import merging, modes, nodes, reads
from .arguments import real, several, value, wrong
from .conditions import Decided, branches, condition_of
from .graph import dependents, parents, topological_order
from .masking import Masks, Use
from .recording import lift
from .value import Value


def sweep(order: Sequence[Value], seed: float) -> dict[Value, float]:
    """The adjoint of every node of `order` (parents first, root last), in a table.

    The chain rule as in `Value.backward`. Parents that are not in `order` are skipped.
    """
    wanted = set(order)
    table = {order[-1]: seed}
    for node in reversed(order):
        if (adjoint := table.get(node)) is None:  # reachable by an untaken branch only
            continue
        local_derivatives, slot = node.local_derivatives, 0
        for parent in node.parents:
            if parent in wanted:
                part = local_derivatives[slot] * adjoint
                table[parent] = table[parent] + part if parent in table else part
            slot += 1  # noqa: SIM113  as in backward
    return table


def sweep_of_values(order: Sequence[Value], xs: set[Value], seed: Any) -> dict[Value, Any]:
    """The sweep by the rules of the operations on Values: the adjoints are a graph.

    A choice propagates its adjoint to both branches, masked, so that this graph is valid for
    either. While a function is traced, equal nodes are merged, except xs.
    """
    equals = merging.first_equals(order, xs)
    root = equals[order[-1]]
    masks, table = Masks(nodes.where, root), {root: seed}
    for node in reversed(order):
        if (adjoint := table.get(node)) is None:  # no derivative flows to it
            continue
        for parent, local_derivative, mask in contributions(node, masks):
            if (operand := equals.get(parent)) is not None:
                part = masks.part(operand, local_derivative, adjoint, mask)
                if part is not None:
                    table[operand] = table[operand] + part if operand in table else part
    return table


def contributions(node: Value, masks: Masks[Value]) -> list[Use[Value]]:
    """The operands to which a derivative flows from a node."""
    if not (operands := branches(node)):
        return []
    if (condition := condition_of(node)) is None:
        return masks.plain(node, operands, partials(node))
    return masks.choice(node, condition, *operands)


def adjoints(root: Value, seed: float = 1.0) -> dict[Value, float]:
    """The derivative of root with respect to every node that it depends on, times seed.

    Args:
        root: the Value to differentiate.
        seed: the adjoint of root.

    >>> x = Value(3.0)
    >>> adjoints(x * x)[x]
    6.0
    """
    root = value(root, "adjoints")
    modes.refuse_numbers("adjoints")
    return sweep(topological_order(root), real(seed, "adjoints"))


def partials(node: Value) -> Sequence[Any]:
    """The local derivatives of a node as Values, by the rule of its operation."""
    assert node.op is not None
    return node.op.partials_at(nodes, node.parents, node)


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
    """The derivatives of y with respect to each of xs, in a tuple; `.grad` is not changed.

    Args:
        y: the Value to differentiate.
        xs: Values; one that y does not depend on has the derivative 0.0.
        create_graph: whether to return Values, which can be differentiated again, instead of
            floats.
        seed: the adjoint of y.

    Raises:
        ValueError: with `create_graph`, if a leaf was changed after y was computed.

    >>> x = Value(2.0)
    >>> (dx,) = gradients(x**3, [x], create_graph=True)
    >>> dx.data, gradients(dx, [x])
    (12.0, (12.0,))
    """
    xs = several(xs, "gradients", "Values", "gradients(y, [x])")
    for node in (y, *xs):
        value(node, "gradients", "Values")
    if not isinstance(create_graph, bool):
        advice = "all xs go into one list: gradients(y, [a, b])"
        raise wrong("gradients", "True or False as create_graph", create_graph, advice)
    if not create_graph:
        modes.refuse_numbers("gradients without create_graph")
        reads.note(y)
    # With one x, skip its ancestors: the sweep stops at x.
    skipped = {*xs[0].parents} if len(xs) == 1 else None
    operands = branches if create_graph else parents
    order = topological_order(y, seen=skipped, operands=operands)
    return between_gradients(y, dependents(order, set(xs), operands), xs, create_graph, seed)


def between_gradients(
    y: Value, between: Sequence[Value], xs: Sequence[Value], create_graph: bool, seed: Value | float
) -> tuple[Any, ...]:
    """`gradients`, by the nodes `between`, parents first, that depend on xs."""
    table = adjoints_between(y, between, set(xs), create_graph, seed)
    found = [table.get(x, 0.0) for x in xs]
    return tuple([lift(g, "gradients") for g in found] if create_graph else found)


def adjoints_between(
    y: Value, between: Sequence[Value], xs: set[Value], create_graph: bool, seed: Value | float
) -> dict[Value, Any]:
    """The adjoint of each of these nodes to which a derivative flows: a float or a Value."""
    if not between or between[-1] is not y:  # y compares xs only, or is detached from them
        return {}
    if modes.active:
        modes.inspect_sweep(between, seed._number if isinstance(seed, Value) else seed)
    if not create_graph:
        return sweep(between, real(seed, "gradients"))
    refuse_stale(between)
    with modes.unchecked():
        return sweep_of_values(between, xs, seed)


def refuse_stale(order: Iterable[Value]) -> None:
    """Raise at the first node whose number no longer follows from its parents.

    The graph of a derivative mixes recorded numbers with new ones computed from the leaves: if a
    leaf has changed in between, the result would be inconsistent.
    """
    for node in order:
        if node.op is not None and node.parents:
            op, operands = node.op, node.parents
            if isinstance(node, Decided) and node.traceable:  # decide again
                op, operands = node.traced_op, node.operands
            now = op([operand._number for operand in operands])
            if now != node._number and not (isnan(now) and isnan(node._number)):
                raise ValueError(
                    f"gradients: {node!r}, made by {node.op!r}, no longer follows from its "
                    f"parents, which now give {now!r}: a leaf was changed since; compute y again"
                )
