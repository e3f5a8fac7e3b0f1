"""Graph traversal without recursion, by the `parents` of nodes, and the `operands` of choices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, Protocol, Self, TypeVar


class Node(Protocol):
    """Anything with parents: the nodes that it was computed from, one per operand slot."""

    @property
    def parents(self) -> tuple[Self, ...]: ...


N = TypeVar("N", bound=Node)
Item = TypeVar("Item")  # a node, or the slot of one
parents: Callable[[Any], tuple[Any, ...]] = attrgetter("parents")


def sources(node: Any) -> tuple[Any, ...]:
    """The nodes that a node was computed from: its parents, and the operands of a decision."""
    return getattr(node, "operands", node.parents)  # type: ignore[no-any-return]


def topological_order(
    *roots: N, seen: set[N] | None = None, operands: Callable[[N], tuple[N, ...]] | None = None
) -> list[N]:
    """Every node that the roots depend on, each once, parents before children.

    Args:
        seen: nodes that are skipped, with their ancestors; the nodes found are added to it.
        operands: what to take for a node's parents instead.

    A node is pushed again below its parents, marked by None: when the mark is popped, all its
    ancestors are done. Parents are visited from first to last.
    """
    order: list[N] = []
    seen = set() if seen is None else seen
    stack: list[N | None] = [*roots[::-1]]
    while stack:
        node = stack.pop()
        if node is None:
            order.append(stack.pop())  # type: ignore[arg-type]  # under a mark lies a node
        elif node not in seen:
            seen.add(node)
            if behind := node.parents if operands is None else operands(node):
                stack += (node, None)
                stack += behind[::-1]
            else:
                order.append(node)
    return order


def dependents(
    order: Iterable[Item], xs: set[Item], operands: Callable[[Any], Iterable[Any]] = parents
) -> list[Item]:
    """The items of `order` (parents first) that depend on any of xs by these operands, with xs."""
    found: dict[Item, None] = {}
    for item in order:
        if item in xs or not found.keys().isdisjoint(operands(item)):
            found[item] = None
    return [*found]


def count_paths(root: N, leaf: N) -> int:
    """The number of paths from leaf to root; `a + a` has two from a.

    >>> from autograd import Value
    >>> x = y = Value(1.0)
    >>> for _ in range(60):
    ...     y = y + y
    >>> count_paths(y, x) == 2**60
    True
    """
    order = topological_order(root)
    uses = Counter([parent for node in order for parent in node.parents])
    counts: dict[N, int] = {}
    for node in order:
        counts[node] = 1 if node is leaf else sum([counts[parent] for parent in node.parents])
        for parent in node.parents:  # a count may have as many digits as the graph has nodes
            uses[parent] -= 1
            if not uses[parent]:
                del counts[parent]
    return counts[root]
