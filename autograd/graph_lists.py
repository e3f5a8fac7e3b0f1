"""A graph as flat lists, parents before children: made, and read with every item checked.

`operations` names what occurs, null for leaves; what a name means stands in the operation table
alone. Node i is item i of `op`, `slots`, `data` and `grad`; `parents` and `local_derivatives` hold
`slots[i]` items for each node, one node after the other. What a decision knows beside its parents
is in `decided`, `written`, `known` and `operands`.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from .arguments import real, unset
from .files import FormatError
from .ops import BRANCH, DETACH, OPEN_CHOICES, TABLE, Op, Shape
from .value import Decided, Value, record

Lists = dict[str, list[Any]]
BY_NODE = ("op", "slots", "data", "grad")
BY_SLOT = ("parents", "local_derivatives")
BY_DECISION = ("written", "known")
KEYS = (
    *("roots", "operations", *BY_NODE, *BY_SLOT, "labelled", "labels", "decided", *BY_DECISION),
    "operands",
)
# The numbers that JSON doesn't have. Of a NaN the sign is kept: it is all that floats show of it.
WORDS = {"nan": math.nan, "-nan": -math.nan, "inf": math.inf, "-inf": -math.inf}
COUNTS = {Shape.NONE: 0, Shape.ONE: 1, Shape.TWO: 2, Shape.THREE: 3, Shape.FOUR: 4}
# What may be written for a decision: the operation of its node, and the number of operands.
DECISIONS: dict[Op, tuple[Op, int]] = {
    **dict.fromkeys(OPEN_CHOICES, (BRANCH, 4)),
    BRANCH: (BRANCH, 2),  # by a plain bool, which no tape can write
    DETACH: (DETACH, 1),
}


def lists_of(order: Sequence[Value], roots: Sequence[Value]) -> Lists:
    """The lists of a graph, by all its nodes, parents before children, and its roots."""
    place = {node: i for i, node in enumerate(order)}
    # What no_grad leaves of a decision is a leaf.
    decided: list[Any] = [node for node in order if isinstance(node, Decided) and node.op]
    used = [*[node.op for node in order], *[node.written for node in decided]]
    codes = {op: code for code, op in enumerate(dict.fromkeys(used))}
    labelled = [node for node in order if node.label is not None]
    return {
        "roots": [place[root] for root in roots],
        "operations": [op and op.name for op in codes],
        "op": [codes[node.op] for node in order],
        "slots": [len(node.parents) for node in order],
        "data": in_words([node._data for node in order]),
        "grad": in_words([grad_of(node) for node in order]),
        "parents": [place[parent] for node in order for parent in node.parents],
        "local_derivatives": in_words([d for node in order for d in node.local_derivatives]),
        "labelled": [place[node] for node in labelled],
        "labels": [node.label for node in labelled],
        "decided": [place[node] for node in decided],
        "written": [codes[node.written] for node in decided],
        "known": [node.known for node in decided],
        "operands": [place[operand] for node in decided for operand in node.operands],
    }


def grad_of(node: Value) -> float:
    """The grad of a node, which users may have set."""
    try:
        return node.grad if type(node.grad) is float else real(node.grad, "save")
    except TypeError:
        raise unset("save", node) from None


def in_words(numbers: list[float]) -> list[float | str]:
    """Numbers as a file has them."""
    return [x if math.isfinite(x) else word_of(x) for x in numbers]


def word_of(x: float) -> str:
    return "-nan" if math.isnan(x) and math.copysign(1.0, x) < 0.0 else repr(x)


class Reading:
    """The lists of a file on their way to a graph, which is right or refused by FormatError.

    lists: a list under each of KEYS; where: how errors begin.
    """

    def __init__(self, lists: Lists, where: str) -> None:
        self.lists, self.where = lists, where
        self.count = len(lists["op"])
        self.refuse_lengths(BY_NODE, self.count, "op")
        self.ends = [*accumulate(self.places("slots"))]
        self.refuse_lengths(BY_SLOT, self.ends[-1] if self.ends else 0, "slots together")
        self.refuse_lengths(["labels"], len(lists["labelled"]), "labelled")
        self.refuse_lengths(BY_DECISION, len(lists["decided"]), "decided")

    def graph(self) -> list[Value]:
        """The roots, with all that they depend on."""
        nodes = self.nodes()
        for i, label in zip(self.ascending("labelled"), self.lists["labels"], strict=True):
            if not isinstance(label, str):
                raise self.wrong(f"node {i}: label", f"expected a string, got {label!r:.60}")
            nodes[i].label = label
        if not self.lists["roots"]:
            raise self.wrong("roots", "expected at least one, got none")
        return [nodes[root] for root in self.places("roots", self.count)]

    def nodes(self) -> list[Value]:
        """All nodes, each made of those before it."""
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
        """Of each decision what is written for it, whether that is known, and the operands."""
        ops, links = self.operations("written"), self.places("operands")
        found: dict[int, tuple[Op, bool, list[int]]] = {}
        start = 0
        for i, op, known in zip(self.ascending("decided"), ops, self.lists["known"], strict=True):
            if op is None or op not in DECISIONS:
                raise self.wrong(f"node {i}: written", f"{op or 'a leaf'!r} decides nothing")
            if type(known) is not bool or (known and op is BRANCH):
                raise self.wrong(f"node {i}: known", f"got {known!r:.60} for {op!r}")
            end = start + DECISIONS[op][1]
            found[i] = op, known, links[start:end]
            start = end
        self.refuse_lengths(["operands"], start, "decided needs")
        return found

    def decided(
        self, i: int, node: Value, nodes: list[Value], op: Op, known: bool, links: list[int]
    ) -> Value:
        """The node of a decision: the parent of a choice is one of its two branches."""
        operands = self.earlier(i, "operands", links, nodes)
        if node.op is not DECISIONS[op][0]:
            raise self.wrong(f"node {i}: written", f"{op!r}, but its op is {node.op!r}")
        branches = [()] if op is DETACH else [(operand,) for operand in operands[-2:]]
        if node.parents not in branches:
            raise self.wrong(f"node {i}: parents", "they are not what was decided for")
        made: Any = record(node.op, node._data, node.parents, node.local_derivatives, Decided)
        made.written, made.operands, made.known = op, operands, known
        return made  # type: ignore[no-any-return]

    def earlier(self, i: int, key: str, links: list[int], nodes: list[Value]) -> tuple[Value, ...]:
        """The nodes of these numbers, all lower than i."""
        try:
            return tuple([nodes[link] for link in links])
        except IndexError:
            late = next(link for link in links if link >= i)
            raise self.wrong(f"node {i}: {key}", f"expected earlier nodes, got {late}") from None

    def refuse_misfit(self, i: int, op: Op | None, count: int) -> None:
        """FormatError for a number of slots that an operation doesn't have."""
        if op is None:
            fits = count == 0
        elif op.shape in COUNTS:
            fits = count == COUNTS[op.shape]
        else:
            fits = count > 0 and (op.shape is Shape.MANY or count % 2 == 0)
        if not fits:
            taken = f"{op.name} takes {op.shape.value}" if op else "a leaf has none"
            raise self.wrong(f"node {i}: slots", f"{taken}, got {count}")

    # One list, checked

    def places(self, key: str, end: int = 2**53) -> list[int]:
        """Whole numbers from 0, below end."""
        items = self.lists[key]
        for i, item in enumerate(items):
            if type(item) is not int or not 0 <= item < end:
                most = "" if end == 2**53 else f" to {end - 1}"
                raise self.wrong(
                    self.place(key, i), f"expected a whole number from 0{most}, got {item!r:.60}"
                )
        return items

    def ascending(self, key: str) -> list[int]:
        """The numbers of nodes, each once and in order."""
        items = self.places(key, self.count)
        for i in range(1, len(items)):
            if items[i - 1] >= items[i]:
                raise self.wrong(self.place(key, i), f"expected more than {items[i - 1]}")
        return items

    def operations(self, key: str) -> list[Op | None]:
        """Operations, given by the places of their names."""
        table: list[Op | None] = []
        for i, name in enumerate(self.lists["operations"]):
            op = TABLE.get(name) if isinstance(name, str) else None
            if name is not None and (op is None or not op.ours):
                place = self.place("operations", i)
                raise self.wrong(place, f"autograd has no operation {name!r:.60}")
            table.append(op)
        return [table[code] for code in self.places(key, len(table))]

    def numbers(self, key: str) -> list[float]:
        """Floats, among them those that JSON doesn't have."""
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
        """Where item i of a list stands, as errors say it: by its node, where it is of one."""
        if key in BY_NODE:
            return f"node {i}: {key}"
        if key in BY_SLOT:
            return f"node {bisect_right(self.ends, i)}: {key}"
        return f"{key}: item {i}"

    def wrong(self, place: str, problem: str) -> FormatError:
        return FormatError(f"{self.where}: {place}: {problem}")
