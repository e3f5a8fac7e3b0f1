"""Groups: a labeled node and the nodes that only it reaches, drawn as one node until it is opened.

They are found in the graph, without declarations. In a network each neuron is one: h5 owns its sum
and its weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..arguments import normal, wrong
from ..gradients import adjoints
from ..ops import Op, Shape
from ..recording import record
from ..value import Value
from .labels import clean

SMALL = 30  # nodes; a graph of up to that size is drawn with all of them
SHOWN = 4  # operations of a chain that its symbol names


@dataclass(frozen=True, eq=False, repr=False)
class Group(Op):
    """The operation of a closed group: all that its nodes do, from its operands to its value.

    Args:
        inside: the nodes that are not drawn.
    """

    inside: Sequence[Value] = field(default=())


def owners(roots: Sequence[Value], order: Sequence[Value]) -> dict[Value, Value]:
    """For each node the labeled node that it belongs to, itself if to none.

    A labeled operation owns the unlabeled nodes that only it reaches, and the leaves, labeled or
    not, that only it reaches. A root owns nothing, since otherwise the closed picture would be one
    box.
    """
    own: dict[Value, set[Value]] = {node: set() for node in order}  # of the nodes that use it
    owner: dict[Value, Value] = {}
    ends = set(roots)
    for node in reversed(order):
        owner[node] = node
        if node not in ends and (not node.label or not node.parents) and len(own[node]) == 1:
            (head,) = own[node]
            if head.label and head not in ends:
                owner[node] = head
        for parent in node.parents:
            own[parent].add(owner[node])
    return owner


def heads_of(names: Any, owner: Mapping[Value, Value]) -> set[Value]:
    """The nodes that `open` names, by label or themselves.

    Raises:
        ValueError: for a name that no group has.
    """
    heads = dict.fromkeys([head for node, head in owner.items() if head is not node])
    labels = {normal(head.label or ""): head for head in heads}
    given = [names] if isinstance(names, (str, Value)) else names
    if not isinstance(given, Iterable):
        raise TypeError(f"draw: expected True, False or labels as open, got {names!r:.60}")
    found = set()
    for name in given:
        if not isinstance(name, (str, Value)):
            raise wrong("draw", "labels or nodes as open", name)
        head = name if isinstance(name, Value) else labels.get(normal(name))
        if head not in heads:
            known = ", ".join([clean(label or "") for label in list(labels)[:20]]) or "none"
            raise ValueError(f"draw: no group {name!r:.60} to open; there are: {known}")
        same = None if isinstance(name, Value) else normal(name)
        found |= {group for group in heads if group is head or normal(group.label or "") == same}
    return found


def closed(
    order: Sequence[Value], owner: Mapping[Value, Value], open: set[Value]
) -> dict[Value, Value]:
    """The graph with each group, except the open ones, as one node: new nodes by old ones.

    The local derivatives of a group are those of its value with respect to the nodes around it, by
    the engine's sweep over the group's own nodes.
    """
    members: dict[Value, list[Value]] = {}
    for node in order:
        head = owner[node]
        if head is not node and head not in open:
            members.setdefault(head, []).append(node)
    hidden = {node for nodes in members.values() for node in nodes}
    twins: dict[Value, Value] = {}
    for node in order:
        if node in hidden:
            continue
        inside = members.get(node)
        if not node.parents:
            twins[node] = node
            continue
        if inside is None:
            twin = record(
                node.op, node.data, tuple([twins[p] for p in node.parents]), node.local_derivatives
            )
        else:
            outside, slopes = boundary(node, inside)
            op = Group(chain(node, inside), Shape.MANY, (), inside=tuple(inside))
            twin = record(op, node.data, tuple([twins[p] for p in outside]), slopes)
        twin.label = node.label
        twins[node] = twin
    return twins


def boundary(head: Value, inside: Sequence[Value]) -> tuple[list[Value], tuple[float, ...]]:
    """The operands of a group from outside of it, and its derivative with respect to each."""
    own = {*inside, head}
    stands: dict[Value, Value] = {}
    outside: list[Value] = []
    for node in [*inside, head]:  # operands first
        for parent in node.parents:
            if parent not in own and parent not in stands:
                outside.append(parent)
                stands[parent] = record(None, parent.data, (), ())
        stands[node] = record(
            node.op, node.data, tuple([stands[p] for p in node.parents]), node.local_derivatives
        )
    table = adjoints(stands[head])
    return outside, tuple([table[stands[node]] for node in outside])


def chain(head: Value, inside: Sequence[Value]) -> str:
    """The function of a group: `tanh ∘ dot`, or its last operation and the count of the others."""
    own = set(inside)
    names: list[str] = []
    node: Value | None = head
    while node is not None:
        names.append(name_of(node))
        below = list(dict.fromkeys([p for p in node.parents if p in own and p.parents]))
        node = below[0] if len(below) == 1 else None
    operations = sum([bool(node.parents) for node in inside]) + 1
    if len(names) < operations or len(names) > SHOWN:
        return f"{names[0]} ∘ … {operations - 1} more" if operations > 1 else names[0]
    return " ∘ ".join(names)


def name_of(node: Value) -> str:
    assert node.op is not None
    return node.op.symbol or node.op.name
