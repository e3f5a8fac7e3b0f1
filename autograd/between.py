"""Between two nodes: the dominators, which every path passes, and tangents in one forward pass.

`between` is a list of all nodes that the last one depends on and that depend on the first one,
parents first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .value import Value


def tangents(between: Sequence[Value]) -> dict[Value, float]:
    """The derivatives of nodes (parents first) with respect to the first of them, forward."""
    found = {between[0]: 1.0}
    for node in between[1:]:
        slots = zip(node.parents, node.local_derivatives, strict=True)
        found[node] = sum([slope * found[parent] for parent, slope in slots if parent in found])
    return found


def dominators(between: Sequence[Value], most: int) -> list[Value]:
    """The inner nodes that lie on every path through `between` (parents first), from the root down.

    The labeled ones, if any is labeled; of more than `most` some at equal distances. A node is on
    all paths unless an edge leads from above it to below it.
    """
    place = {node: i for i, node in enumerate(between)}
    found: list[Value] = []
    lowest = len(between)
    for i in range(len(between) - 1, 0, -1):
        node = between[i]
        if lowest == i:
            found.append(node)
        lowest = min([lowest, *[place[parent] for parent in node.parents if parent in place]])
    found = [node for node in found if node.label] or found
    return found[:: -(-len(found) // most)] if found else []


def with_several_paths(operands: Sequence[Value], inside: set[Value]) -> set[Value]:
    """The operands that are reached by several paths: by two slots, or through another operand,
    within `inside`.
    """
    found = {node for node, times in Counter(operands).items() if times > 1}
    seen: set[Value] = set()
    stack = list(operands)
    while stack:
        for parent in stack.pop().parents:
            if parent in inside and parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return found.union(seen)
