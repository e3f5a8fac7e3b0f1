"""A graph as flat lists, parents before children: conversion to them, and validated reading.

`operations` holds the names of operations, null for leaves; a name is looked up in the operation
table only. Item i of `op`, `slots`, `data` and `grad` belongs to node i; `parents` and
`local_derivatives` are concatenated over the nodes, `slots[i]` items each. `decided`, `traced_op`,
`traceable` and `operands` hold the other attributes of Decided nodes, `operands` concatenated.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from .arguments import real, unset
from .conditions import Decided
from .files import FormatError
from .ops import BRANCH, COUNTS, DETACH, OPEN_CHOICES, TABLE, Op, Shape
from .recording import record
from .value import Value

Lists = dict[str, list[Any]]
BY_NODE = ("op", "slots", "data", "grad")
BY_SLOT = ("parents", "local_derivatives")
BY_DECISION = ("traced_op", "traceable")
KEYS = (
    *("roots", "operations", *BY_NODE, *BY_SLOT, "labeled", "labels", "decided", *BY_DECISION),
    "operands",
)
# The numbers that JSON lacks. Of a NaN only the sign is kept.
WORDS = {"nan": math.nan, "-nan": -math.nan, "inf": math.inf, "-inf": -math.inf}
# By the `traced_op` of a Decided node: the operation of the node, and the number of operands.
DECISIONS: dict[Op, tuple[Op, int]] = {
    **dict.fromkeys(OPEN_CHOICES, (BRANCH, 4)),
    BRANCH: (BRANCH, 2),  # a choice by a plain bool
    DETACH: (DETACH, 1),
}


def lists_of(order: Sequence[Value], roots: Sequence[Value]) -> Lists:
    """The lists of a graph, by all its nodes, parents before children, and its roots."""
    place = {node: i for i, node in enumerate(order)}
    # Inside no_grad a Decided node is recorded as a leaf.
    decided: list[Any] = [node for node in order if isinstance(node, Decided) and node.op]
    used = [*[node.op for node in order], *[node.traced_op for node in decided]]
    codes = {op: code for code, op in enumerate(dict.fromkeys(used))}
    labeled = [node for node in order if node.label is not None]
    return {
        "roots": [place[root] for root in roots],
        "operations": [op and op.name for op in codes],
        "op": [codes[node.op] for node in order],
        "slots": [len(node.parents) for node in order],
        "data": in_words([node._number for node in order]),
        "grad": in_words([grad_of(node) for node in order]),
        "parents": [place[parent] for node in order for parent in node.parents],
        "local_derivatives": in_words([d for node in order for d in node.local_derivatives]),
        "labeled": [place[node] for node in labeled],
        "labels": [node.label for node in labeled],
        "decided": [place[node] for node in decided],
        "traced_op": [codes[node.traced_op] for node in decided],
        "traceable": [node.traceable for node in decided],
        "operands": [place[operand] for node in decided for operand in node.operands],
    }


def grad_of(node: Value) -> float:
    """The grad of a node as a float: users may have set a number of another type."""
    try:
        return node.grad if type(node.grad) is float else real(node.grad, "save")
    except TypeError:
        raise unset("save", node) from None


def in_words(numbers: list[float]) -> list[float | str]:
    """Numbers in their spelling in a file: words for those that JSON lacks."""
    return [x if math.isfinite(x) else word_of(x) for x in numbers]


def word_of(x: float) -> str:
    return "-nan" if math.isnan(x) and math.copysign(1.0, x) < 0.0 else repr(x)


class Reading:
    """Validation of the lists of a file, and construction of the graph.

    Args:
        lists: a list for each of KEYS; where: the beginning of error messages.
    """

    def __init__(self, lists: Lists, where: str) -> None:
        self.lists, self.where = lists, where
        self.count = len(lists["op"])
        self.refuse_lengths(BY_NODE, self.count, "op")
        self.ends = [*accumulate(self.places("slots"))]
        self.refuse_lengths(BY_SLOT, self.ends[-1] if self.ends else 0, "slots together")
        self.refuse_lengths(["labels"], len(lists["labeled"]), "labeled")
        self.refuse_lengths(BY_DECISION, len(lists["decided"]), "decided")

    def graph(self) -> list[Value]:
        """The roots of the graph."""
        nodes = self.nodes()
        for i, label in zip(self.ascending("labeled"), self.lists["labels"], strict=True):
            if not isinstance(label, str):
                raise self.wrong(f"node {i}: label", f"expected a string, got {label!r:.60}")
            nodes[i].label = label
        if not self.lists["roots"]:
            raise self.wrong("roots", "expected at least one, got none")
        return [nodes[root] for root in self.places("roots", self.count)]

    def nodes(self) -> list[Value]:
        """All nodes, in the order of the file."""
        ops, data, grads = self.operations("op"), self.numbers("data"), self.numbers("grad")
        links, slopes = self.places("parents"), self.numbers("local_derivatives")
        decisions = self.decisions()
        fitting: set[tuple[Op | None, int]] = set()
        nodes: list[Value] = []
        start = 0
        for i, (op, end) in enumerate(zip(ops, self.ends, strict=True)):
            parents = self.earlier(i, "parents", links[start:end], nodes)
            node = record(op, data[i], parents, tuple(slopes[start:end]))
            if i in decisions:
                node = self.decided(i, node, nodes, *decisions[i])
            elif (op, end - start) not in fitting:
                self.refuse_misfit(i, op, end - start)
                fitting.add((op, end - start))
            node.grad = grads[i]
            nodes.append(node)
            start = end
        return nodes

    def decisions(self) -> dict[int, tuple[Op, bool, list[int]]]:
        """By Decided node: `traced_op`, `traceable`, and the indices of its operands."""
        ops, links = self.operations("traced_op"), self.places("operands")
        found: dict[int, tuple[Op, bool, list[int]]] = {}
        start = 0
        for i, op, traceable in zip(
            self.ascending("decided"), ops, self.lists["traceable"], strict=True
        ):
            if op is None or op not in DECISIONS:
                raise self.wrong(f"node {i}: traced_op", f"{op or 'a leaf'!r} decides nothing")
            if type(traceable) is not bool or (traceable and op is BRANCH):
                raise self.wrong(f"node {i}: traceable", f"got {traceable!r:.60} for {op!r}")
            end = start + DECISIONS[op][1]
            found[i] = op, traceable, links[start:end]
            start = end
        self.refuse_lengths(["operands"], start, "decided needs")
        return found

    def decided(
        self, i: int, node: Value, nodes: list[Value], op: Op, traceable: bool, links: list[int]
    ) -> Value:
        """A Decided node; the parent of a choice is one of its last two operands, the branches."""
        operands = self.earlier(i, "operands", links, nodes)
        if node.op is not DECISIONS[op][0]:
            raise self.wrong(f"node {i}: traced_op", f"{op!r}, but its op is {node.op!r}")
        branches = [()] if op is DETACH else [(operand,) for operand in operands[-2:]]
        if node.parents not in branches:
            raise self.wrong(f"node {i}: parents", "expected a branch of the choice")
        made: Any = record(node.op, node._number, node.parents, node.local_derivatives, Decided)
        made.traced_op, made.operands, made.traceable = op, operands, traceable
        return made  # type: ignore[no-any-return]

    def earlier(self, i: int, key: str, links: list[int], nodes: list[Value]) -> tuple[Value, ...]:
        """The nodes at these indices, all of which are lower than i."""
        try:
            return tuple([nodes[link] for link in links])
        except IndexError:
            late = next(link for link in links if link >= i)
            raise self.wrong(f"node {i}: {key}", f"expected earlier nodes, got {late}") from None

    def refuse_misfit(self, i: int, op: Op | None, count: int) -> None:
        """Raise FormatError for a number of slots that does not fit the operation."""
        if op is None:
            fits = count == 0
        elif op.shape in COUNTS:
            fits = count == COUNTS[op.shape]
        else:
            fits = count > 0 and (op.shape is Shape.MANY or count % 2 == 0)
        if not fits:
            taken = f"{op.name} takes {op.shape.value}" if op else "a leaf has none"
            raise self.wrong(f"node {i}: slots", f"{taken}, got {count}")

    # One list

    def places(self, key: str, end: int = 2**53) -> list[int]:
        """A list of indices or counts: whole numbers from 0, below `end`."""
        items = self.lists[key]
        for i, item in enumerate(items):
            if type(item) is not int or not 0 <= item < end:
                most = "" if end == 2**53 else f" to {end - 1}"
                raise self.wrong(
                    self.place(key, i), f"expected a whole number from 0{most}, got {item!r:.60}"
                )
        return items

    def ascending(self, key: str) -> list[int]:
        """A list of node indices in ascending order."""
        items = self.places(key, self.count)
        for i in range(1, len(items)):
            if items[i - 1] >= items[i]:
                raise self.wrong(self.place(key, i), f"expected more than {items[i - 1]}")
        return items

    def operations(self, key: str) -> list[Op | None]:
        """A list of operations, stored as indices into their names."""
        table: list[Op | None] = []
        for i, name in enumerate(self.lists["operations"]):
            op = TABLE.get(name) if isinstance(name, str) else None
            if name is not None and (op is None or not op.builtin):
                place = self.place("operations", i)
                raise self.wrong(place, f"autograd has no operation {name!r:.60}")
            table.append(op)
        return [table[code] for code in self.places(key, len(table))]

    def numbers(self, key: str) -> list[float]:
        """A list of floats, stored as numbers or words."""
        return [
            x if type(x) is float else self.number(x, key, i) for i, x in enumerate(self.lists[key])
        ]

    def number(self, x: Any, key: str, i: int) -> float:
        if type(x) is int:
            return float(x)
        if not isinstance(x, str) or x not in WORDS:
            words = ", ".join([f'"{word}"' for word in WORDS])
            raise self.wrong(self.place(key, i), f"expected a number, {words}, got {x!r:.60}")
        return WORDS[x]

    def refuse_lengths(self, keys: Sequence[str], count: int, as_many: str) -> None:
        for key in keys:
            if len(self.lists[key]) != count:
                raise self.wrong(
                    key, f"expected {count} items, as {as_many}, got {len(self.lists[key])}"
                )

    def place(self, key: str, i: int) -> str:
        """The place of item i of a list in error messages: its node, where it belongs to one."""
        if key in BY_NODE:
            return f"node {i}: {key}"
        if key in BY_SLOT:
            return f"node {bisect_right(self.ends, i)}: {key}"
        return f"{key}: item {i}"

    def wrong(self, place: str, problem: str) -> FormatError:
        return FormatError(f"{self.where}: {place}: {problem}")
