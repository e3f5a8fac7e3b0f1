"""The parts that `draw(y, highlight=...)` emphasizes: nodes, a path, or all paths of two nodes."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..chains import SPELT_OUT, Edge, Path, Paths
from ..graph import dependents, topological_order
from ..numerals import brief
from ..value import Value
from .labels import clean
from .languages import Words
from .look import NOTHING, Highlight

LONGEST = 110  # characters of a path in the caption


def highlight_of(chosen: Any, graph: Collection[Value], texts: Words) -> Highlight:
    """The nodes and edges of what was chosen: nodes, a Path, a Paths, or several of these.

    Raises:
        TypeError: if it is none of these.
        ValueError: if it is not in the graph.
    """
    if chosen is None:
        return NOTHING
    several = isinstance(chosen, Iterable) and not isinstance(chosen, (Paths, str))
    nodes: set[Value] = set()
    edges: set[Edge] = set()
    words: list[str] = []
    alone: list[Value] = []
    for item in list(chosen) if several else [chosen]:
        if isinstance(item, Value):
            alone.append(item)
        elif isinstance(item, Path):
            nodes.update(item.nodes)
            edges.update(edges_of(item))
            words.append(shortened(str(item)))
        elif isinstance(item, Paths):
            edges.update(edges_between(item))
            nodes |= {item.y, item.x} if item.count else set()
            words.append(counted(item, texts) if item.count else no_path(item, texts))
        else:
            raise TypeError(
                "draw: expected Values, a Path or paths(...) as highlight, "
                f"got {type(item).__name__} {item!r:.60}"
            )
    nodes.update(alone)
    for node, slot in edges:
        nodes |= {node, node.parents[slot]}
    graph = set(graph)
    for node in nodes:
        if node not in graph:
            raise ValueError(f"draw: highlight names {node!r:.60}, which is not in this graph")
    return Highlight(
        frozenset(nodes),
        frozenset(edges),
        frozenset(alone),
        tuple([clean(line) for line in words]),
    )


def carried(highlight: Highlight, twins: Mapping[Value, Value]) -> Highlight:
    """The same in a graph whose closed groups contain none of it: new nodes by old ones."""
    edges = [
        (twin, slot if twin.op is node.op else twin.parents.index(twins[node.parents[slot]]))
        for node, slot in highlight.edges
        for twin in [twins[node]]
    ]
    return Highlight(
        frozenset([twins[node] for node in highlight.nodes]),
        frozenset(edges),
        frozenset([twins[node] for node in highlight.alone]),
        highlight.words,
    )


def edges_of(path: Path) -> list[Edge]:
    """The edges of a path; of two between the same nodes the one with its local derivative."""
    found = []
    for node, parent, slope in zip(
        path.nodes, path.nodes[1:], path.local_derivatives, strict=False
    ):
        slots = [slot for slot, operand in enumerate(node.parents) if operand is parent]
        same = [slot for slot in slots if node.local_derivatives[slot] == slope]
        found.append((node, (same or slots)[0]))
    return found


def edges_between(paths: Paths) -> set[Edge]:
    """Every edge that lies on some path, however many paths there are."""
    return {
        (node, slot)
        for upper, lower in paths.legs
        for reach in [{*dependents(topological_order(upper), {lower})}]
        for node in reach
        for slot, parent in enumerate(node.parents)
        if parent in reach
    }


def no_path(paths: Paths, texts: Words) -> str:
    names = paths.names
    return texts("no path: {} does not depend on {}", names[paths.y], paths.x.label or "it")


def counted(paths: Paths, texts: Words) -> str:
    """How many paths there are, from where to where, and their sum."""
    names, via = paths.names, ""
    if paths.through is not None:
        via = texts(" through {}", names.get(paths.through, "?"))
    ends = names[paths.x], names[paths.y], via, brief(paths.total)
    if paths.count == 1:
        return texts("1 path from {} to {}{}; they add up to {}", *ends)
    many = str(paths.count)
    if paths.count >= SPELT_OUT:
        many = texts("about 10^{}", int(math.log10(paths.count)))
    return texts("{} paths from {} to {}{}; they add up to {}", many, *ends)


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
