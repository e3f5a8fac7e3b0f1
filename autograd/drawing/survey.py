"""The content of a picture of a graph: nodes, their grads and root, the first NaN."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..cached import cached_property
from ..gradients import sweep
from ..graph import topological_order
from ..numerals import brief, numeral
from ..ops import CONSTANT, Shape, halves
from ..value import Value
from .look import NOTHING, PLAIN, Highlight, Look


def operand_order(node: Value) -> list[int]:
    """The operand slots as they are read: those of two sequences pair by pair, w1, x1, w2, x2."""
    slots = range(len(node.parents))
    if node.op is not None and node.op.shape is Shape.PAIRS:
        return [slot for pair in zip(*halves(slots), strict=True) for slot in pair]
    return list(slots)


@dataclass(frozen=True)
class Survey:
    """The nodes below some roots, and for each one its grad and whose derivative that is.

    With several roots, a node belongs to the first one that depends on it: its grad is the adjoint
    of that root's sweep. So each number shown is the derivative of one root, and the flows of the
    edges that leave a node sum to its grad (at the root that it belongs to itself, to that less 1).
    """

    roots: tuple[Value, ...]
    nodes: Sequence[Value]
    look: Look = PLAIN
    highlight: Highlight = NOTHING

    def numeral(self, x: float) -> str:
        return numeral(x, self.look.precision)

    def brief(self, x: float) -> str:
        return brief(x, self.look.precision)

    def words(self, template: str, *things: object) -> str:
        """A text in the language of the picture."""
        return self.look.words(template, *things)

    def shows(self, what: str) -> bool:
        return what in self.look.show

    @cached_property
    def number(self) -> dict[Value, int]:
        """The place of each node in the topological order."""
        return {node: number for number, node in enumerate(self.nodes)}

    @cached_property
    def belongs(self) -> dict[Value, tuple[Value, float]]:
        """For each node its root and its grad, without touching `.grad`."""
        found: dict[Value, tuple[Value, float]] = {}
        earlier: set[Value] = set()
        for root in self.roots:
            if root not in found:  # else all below it belongs to earlier roots
                order = topological_order(root, seen=earlier)
                adjoints = sweep(order, 1.0)
                found |= {node: (root, adjoint) for node, adjoint in adjoints.items()}
        return found

    def grad(self, node: Value) -> float:
        return self.belongs[node][1]

    def root(self, node: Value) -> Value:
        return self.belongs[node][0]

    def shown_grad(self, node: Value) -> str:
        """The grad as it is printed."""
        return self.numeral(self.grad(node))

    def state(self, node: Value) -> str:
        """The state of the node in a sweep, where one is followed."""
        return ""

    def so_far(self, node: Value) -> str:
        """The terms of its grad that a node has received, where some are missing."""
        return ""

    @cached_property
    def lit(self) -> set[tuple[Value, int]]:
        """The emphasized edges."""
        alone = self.highlight.alone
        touching = {
            (node, slot)
            for node in self.nodes
            for slot, parent in enumerate(node.parents)
            if node in alone or parent in alone
        }
        return touching | self.highlight.edges

    @cached_property
    def near(self) -> set[Value]:
        """The emphasized nodes, and those at the other ends of their edges."""
        ends = {end for node, slot in self.lit for end in (node, node.parents[slot])}
        return ends | self.highlight.nodes

    def flow(self, node: Value, slot: int) -> float:
        """The contribution of an edge to the grad of its operand: local derivative times grad.

        An edge into a node of another root adds nothing to the grad that its operand shows, and
        constants need no grad.
        """
        parent = node.parents[slot]
        counts = parent.op is not CONSTANT and self.root(node) is self.root(parent)
        return node.local_derivatives[slot] * self.grad(node) if counts else 0.0

    def is_finite(self, node: Value) -> bool:
        """Whether the numbers of the node are; a constant needs no grad."""
        grad = 0.0 if node.op is CONSTANT else self.grad(node)
        return math.isfinite(node.data) and math.isfinite(grad)

    @cached_property
    def uses(self) -> Counter[Value]:
        """In how many nodes each node is an operand."""
        return Counter(parent for node in self.nodes for parent in set(node.parents))

    @cached_property
    def origins(self) -> dict[Value, None]:
        """The nodes that give a NaN or an infinity for finite operands, as value or derivative.

        In topological order; a dict, for the look-up of each node.
        """
        return dict.fromkeys(
            node
            for node in self.nodes
            if all([math.isfinite(parent.data) for parent in node.parents])
            and not all([math.isfinite(number) for number in (node.data, *self.slopes(node))])
        )

    def slopes(self, node: Value) -> list[float]:
        """The local derivatives, less those for constants (that of 2 in x**2 is NaN at x < 0)."""
        pairs = zip(node.parents, node.local_derivatives, strict=True)
        return [derivative for parent, derivative in pairs if parent.op is not CONSTANT]


def survey(*roots: Value, look: Look = PLAIN, highlight: Highlight = NOTHING) -> Survey:
    return Survey(roots, topological_order(*roots), look, highlight)
