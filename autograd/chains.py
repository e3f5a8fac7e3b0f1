"""paths: every path from one node to another, and the product of the chain rule along each.

The derivative of y with respect to x is a sum over the paths from x to y: each contributes the
product of its local derivatives. Their number can grow exponentially with the depth, so they are
counted and ranked by dynamic programming, and enumerated lazily.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

from . import reads
from .arguments import value
from .cached import cached_property
from .gradients import adjoints
from .graph import count_paths, dependents, topological_order
from .numerals import brief, in_row, relation, shown_product
from .value import Value

SPELT_OUT = 10**40  # a larger number of paths is printed as a power of ten

Edge = tuple[Value, int]  # a node and the slot of the parent that the edge leads to


@dataclass(frozen=True)
class Path:
    """One chain of edges, from the root down.

    Args:
        nodes: from the root to the node of the derivative.
        local_derivatives: of each edge, in the same order.
        names: the printed names of the nodes.
    """

    nodes: tuple[Value, ...]
    local_derivatives: tuple[float, ...]
    names: tuple[str, ...]

    @property
    def product(self) -> float:
        """The contribution to the derivative: the product of the local derivatives."""
        return math.prod(self.local_derivatives, start=1.0)

    def __str__(self) -> str:
        if not self.local_derivatives:
            return f"∂{self.names[0]}/∂{self.names[0]} = 1"
        factors = " · ".join([f"∂{a}/∂{b}" for a, b in pairwise(self.names)])
        numbers = " · ".join(in_row(self.local_derivatives))
        return f"{factors} = {numbers} {self.relation} {brief(self.product)}"

    @property
    def relation(self) -> str:
        """`=` if the printed factors give the printed product, else `≈`."""
        return relation(shown_product(self.local_derivatives), self.product)

    def _repr_latex_(self) -> str:
        from .tape.printers.latex import name, written

        words = [name(label) for label in self.names]
        factors = r" \cdot ".join(
            [rf"\frac{{\partial {a}}}{{\partial {b}}}" for a, b in pairwise(words)]
        )
        numbers = written(r" \cdot ".join(in_row(self.local_derivatives)))
        sign = self.relation.replace("≈", r"\approx")
        return f"${factors or 1} = {numbers or 1} {sign} {written(brief(self.product))}$"


class Paths:
    """All paths from x to y, returned by `paths`; iterating yields each as a `Path`.

    Args:
        y: the end of the paths.
        x: their start.
        through: a node on every path, or None.
    """

    def __init__(self, y: Value, x: Value, through: Value | None = None) -> None:
        self.y, self.x, self.through = y, x, through
        # A path through a node is two paths: one from y down to it, one from it down to x.
        self.legs = [(y, x)] if through is None else [(y, through), (through, x)]

    @cached_property
    def count(self) -> int:
        """The exact number of paths, however large."""
        return math.prod([count_paths(*leg) for leg in self.legs])

    @cached_property
    def total(self) -> float:
        """The sum of all products, computed by a reverse sweep: the derivative, or the part of it
        that flows through `through`.
        """
        return math.prod([adjoints(upper).get(lower, 0.0) for upper, lower in self.legs], start=1.0)

    def __iter__(self) -> Iterator[Path]:
        first, *second = self.legs
        for upper in walk(*first):
            for lower in walk(*second[0]) if second else [[]]:
                yield self._path([*upper, *lower])

    def largest(self, k: int) -> list[Path]:
        """The k paths whose products have the largest absolute values, in descending order.

        One pass over the graph keeps the k best paths from each node down to x, without an
        enumeration of all.

        Args:
            k: the number of paths.
        """
        if not isinstance(k, int) or k < 0:
            raise ValueError(f"largest: expected a number of paths of at least 0, got {k!r:.60}")
        first, *second = [k_best(*leg, k) for leg in self.legs]
        pairs = [
            (times(size, other), [*upper, *lower])
            for size, upper in first
            for other, lower in (second[0] if second else [(ONE, [])])
        ]
        pairs.sort(key=itemgetter(0), reverse=True)
        return [self._path(edges) for _, edges in pairs[:k]]

    def _path(self, edges: Sequence[Edge]) -> Path:
        nodes = (*[node for node, _ in edges], self.x)
        slopes = tuple([node.local_derivatives[slot] for node, slot in edges])
        return Path(nodes, slopes, tuple([self.names[node] for node in nodes]))

    @cached_property
    def names(self) -> dict[Value, str]:
        """The names of the nodes between y and x."""
        return names_of(self.y)

    def __repr__(self) -> str:
        name = self.names if self.x in self.names else names_of(self.y, self.x)
        via = "" if self.through is None else f" through {name.get(self.through, '?')}"
        count = (
            str(self.count) if self.count < SPELT_OUT else f"about 10^{int(math.log10(self.count))}"
        )
        many = "1 path" if self.count == 1 else f"{count} paths"
        return (
            f"{many} from {name[self.x]} to {name[self.y]}{via}; they add up to {brief(self.total)}"
        )


def paths(y: Value, x: Value, through: Value | None = None) -> Paths:
    """All paths from x to y in the graph, with the chain rule's product along each.

    Args:
        y: the Value that is differentiated.
        x: the Value with respect to which it is differentiated.
        through: only paths through this node, if given.

    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> y = x * x
    >>> y.label = "y"
    >>> for path in paths(y, x):
    ...     print(path)
    ∂y/∂x = 3 = 3
    ∂y/∂x = 3 = 3
    >>> paths(y, x).count, paths(y, x).total
    (2, 6.0)
    """
    for node in (y, x) if through is None else (y, x, through):
        value(node, "paths", "Values")
    reads.note(y)
    return Paths(y, x, through)


def walk(y: Value, x: Value) -> Iterator[list[Edge]]:
    """The edges of each path from y down to x, parents from first to last, without recursion."""
    reach = {*dependents(topological_order(y), {x})}
    if y is x:
        yield []
        return
    edges: list[Edge] = []
    nodes = [y]
    stack = [iter(range(len(y.parents)))]
    while stack:
        slot = next(stack[-1], None)
        if slot is None:
            stack.pop()
            nodes.pop()
            if edges:
                edges.pop()
            continue
        parent = nodes[-1].parents[slot]
        if parent in reach:
            edges.append((nodes[-1], slot))
            if parent is x:
                yield list(edges)
                edges.pop()
            else:
                nodes.append(parent)
                stack.append(iter(range(len(parent.parents))))


# The absolute value of a product as (exponent of two, mantissa), which can't overflow or underflow.
# They compare as numbers do: 0 first, then finite ones, infinity, NaN.
Size = tuple[float, float]
ZERO, ONE = (-math.inf, 0.0), (1.0, 0.5)


def size_of(x: float) -> Size:
    """|x| in this form."""
    if not math.isfinite(x):
        return (math.inf, 1.0 if math.isinf(x) else 2.0)
    mantissa, exponent = math.frexp(abs(x))
    return (exponent, mantissa) if mantissa else ZERO


def times(a: Size, b: Size) -> Size:
    """The product of two of them."""
    low, high = sorted([a, b])
    if math.isinf(high[0]):  # infinity or NaN, or both are 0; 0 times infinity is NaN
        return (math.inf, 2.0) if low == ZERO != high else high
    if low == ZERO:
        return ZERO
    mantissa, exponent = math.frexp(a[1] * b[1])
    return (a[0] + b[0] + exponent, mantissa)


@dataclass(frozen=True, slots=True)
class Chain:
    """A path from a node down, as a linked list: its first edge, and the rest."""

    edge: Edge
    rest: Chain | None

    def edges(self) -> list[Edge]:
        """All edges, from the top."""
        found, rest = [self.edge], self.rest
        while rest is not None:
            found.append(rest.edge)
            rest = rest.rest
        return found


def k_best(y: Value, x: Value, k: int) -> list[tuple[Size, list[Edge]]]:
    """The k paths from y down to x with the largest products, largest first."""
    chains: dict[Value, list[tuple[Size, Chain | None]]] = {x: [(ONE, None)]}
    for node in dependents(topological_order(y), {x}):
        if node is not x:
            candidates: list[tuple[Size, Chain | None]] = [
                (times(size, size_of(node.local_derivatives[slot])), Chain((node, slot), rest))
                for slot, parent in enumerate(node.parents)
                for size, rest in chains.get(parent, ())
            ]
            chains[node] = heapq.nlargest(k, candidates, key=itemgetter(0))
    return [(size, chain.edges() if chain else []) for size, chain in chains.get(y, [])[:k]]


def names_of(*roots: Value) -> dict[Value, str]:
    """A name for every node: its label, the number of a constant, or v1, v2, ... in order."""
    names: dict[Value, str] = {}
    count = 0
    for node in topological_order(*roots):
        if node.label:
            names[node] = node.label
        elif node.op is not None and not node.parents:
            names[node] = brief(node.data)
        else:
            count += 1
            names[node] = f"v{count}"
    return names
