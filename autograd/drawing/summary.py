"""The summary of a large graph: one box for each operation at each distance from the root.

Leaves are also grouped by the letters of their labels. If there are too many distances, several of
them share a box.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from ..ops import CONSTANT
from ..value import Value
from .survey import Survey
from .words import label, symbol

MOST = 24  # boxes; where distances make more, some share a box
Category = tuple[str, str, bool]  # operation, letters of the label of a leaf, whether it is a root
Place = tuple[int, Category]  # a band of distances from the root, and the kind


@dataclass
class Range:
    """The least and the largest of the finite numbers seen, and how many were not finite."""

    least: float = math.inf
    largest: float = -math.inf
    odd: int = 0

    def add(self, x: float) -> None:
        if math.isfinite(x):
            self.least = min(self.least, x)
            self.largest = max(self.largest, x)
        else:
            self.odd += 1

    @property
    def size(self) -> float:
        """The largest absolute value."""
        return max(abs(self.least), abs(self.largest)) if self.least <= self.largest else 0.0


@dataclass
class Box:
    """The nodes of one kind at one distance."""

    first: Value
    last: Value
    count: int = 0
    data: Range = field(default_factory=Range)
    grad: Range = field(default_factory=Range)


@dataclass
class Bundle:
    """The edges between two boxes."""

    count: int = 0
    slopes: Range = field(default_factory=Range)
    flow: float = 0.0


@dataclass
class Summary:
    """A graph as boxes of nodes and bundles of edges, both in topological order."""

    survey: Survey
    band: int  # how many distances share a box
    boxes: dict[Place, Box]
    bundles: dict[tuple[Place, Place], Bundle]

    @property
    def edges(self) -> int:
        """The number of edges of the graph."""
        return sum([bundle.count for bundle in self.bundles.values()])

    def spine(self) -> set[tuple[Place, Place]]:
        """For each box the bundle that comes from above: of an operation, else the largest."""
        above: dict[Place, Place] = {}
        rank: dict[Place, tuple[bool, int, int]] = {}
        for (tail, head), bundle in self.bundles.items():
            own = bool(self.boxes[tail].first.parents), bundle.count
            size = (*own, self.boxes[tail].count)
            if tail != head and size > rank.get(head, (False, 0, 0)):
                above[head], rank[head] = tail, size
        return {(tail, head) for head, tail in above.items()}

    def beside(self) -> dict[Place, Place]:
        """The boxes of leaves that one other box alone uses, and that do not come from above."""
        spine = self.spine()
        uses = Counter([tail for tail, _ in self.bundles])
        return {
            tail: head
            for tail, head in self.bundles
            if uses[tail] == 1 and not self.boxes[tail].first.parents and (tail, head) not in spine
        }


def summarize(survey: Survey) -> Summary:
    """The graph as few boxes."""
    places, band = places_of(survey)
    boxes: dict[Place, Box] = {}
    bundles: defaultdict[tuple[Place, Place], Bundle] = defaultdict(Bundle)
    for node, place in places.items():
        box = boxes.get(place)
        if box is None:
            box = boxes[place] = Box(node, node)
        box.last = node
        box.count += 1
        box.data.add(node.data)
        if node.op is not CONSTANT:
            box.grad.add(survey.grad(node))
        for slot, (parent, slope) in enumerate(
            zip(node.parents, node.local_derivatives, strict=True)
        ):
            bundle = bundles[places[parent], place]
            bundle.count += 1
            bundle.slopes.add(slope)
            flow = abs(survey.flow(node, slot))
            bundle.flow += flow if math.isfinite(flow) else 0.0
    return Summary(survey, band, boxes, bundles)


def places_of(survey: Survey) -> tuple[dict[Value, Place], int]:
    """The box of each node, and the number of distances that share a box.

    A node is in a box of its kind, by its longest distance from a root.
    """
    distance: dict[Value, int] = {}
    for node in reversed(survey.nodes):
        own = distance.setdefault(node, 0)
        for parent in node.parents:
            distance[parent] = max(distance.get(parent, 0), own + 1)
    roots = set(survey.roots)
    kinds = {node: kind_of(node, node in roots) for node in survey.nodes}
    found = {(distance[node], kind) for node, kind in kinds.items()}
    if len({kind for _, kind in found}) > MOST:  # more names than boxes: without names
        kinds = {node: (kind[0], "", kind[2]) for node, kind in kinds.items()}
        found = {(distance[node], kind) for node, kind in kinds.items()}
    band = 1
    while len({(far // band, kind) for far, kind in found}) > MOST and band < len(survey.nodes):
        band *= 2
    return {node: (distance[node] // band, kinds[node]) for node in survey.nodes}, band


def kind_of(node: Value, is_root: bool) -> Category:
    """The key that the nodes of one box share."""
    if node.op is CONSTANT:
        return ("constant", "", is_root)
    letters = re.sub(r"\d+$", "", label(node))
    return (symbol(node), "" if node.parents else letters, is_root)
