"""Merging: while a function is traced, nodes with one operation and equal operands are one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from . import modes
from .ops import BRANCH, CONSTANT
from .value import Value


def first_equals(order: Sequence[Value], apart: Collection[Value]) -> dict[Value, Value]:
    """For each node of `order` the first node that is equal to it, in the same order.

    Outside of tracing that is the node itself.

    Args:
        order: nodes, parents first.
        apart: nodes that are never merged, such as the variables of a derivative.
    """
    if not (modes.active and modes.tracing()):
        return dict(zip(order, order, strict=True))
    equals: dict[Value, Value] = {}
    first: dict[tuple[Any, ...], Value] = {}
    for node in order:
        if not node.parents or node.op is BRANCH or node in apart:  # a branch had another choice
            equals[node] = node
        else:
            key = (node.op, *[part(parent, equals) for parent in node.parents])
            equals[node] = first.setdefault(key, node)
    return equals


def part(node: Value, equals: dict[Value, Value]) -> Any:
    """The key of an operand: the first node equal to it, or the number of a constant."""
    if node in equals:
        return equals[node]
    return node._number.hex() if node.op is CONSTANT else node  # hex distinguishes -0.0 from 0.0
