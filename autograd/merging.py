"""Merging: while a function is traced, nodes of one operation on equal operands count as one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from . import modes
from .ops import BRANCH, CONSTANT
from .value import Value


def first_equals(order: Sequence[Value], apart: Collection[Value]) -> dict[Value, Value]:
    """The first node of `order` that each of its nodes is equal to, in the order of these.

    Where nothing is traced that is the node itself: numbers are computed once as it is.

    Args:
        order: nodes, parents first.
        apart: those that are equal to no other, such as what is differentiated by.
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
    """What stands for an operand: its first equal, or the number of a constant."""
    if node in equals:
        return equals[node]
    return node._number.hex() if node.op is CONSTANT else node  # hex tells -0.0 from 0.0
