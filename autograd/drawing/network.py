"""A network as columns of units, for pictures and pages; and finding it in a graph.

In a graph, layers are found, not declared: neurons whose dot products share their inputs are a
layer. So a network is recognized however it was built, if every node of the graph has a place in
it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..cached import cached_property
from ..graph import topological_order
from ..ops import CONSTANT, Shape, halves
from ..value import Value

# Layers for pictures, of at most this many neurons. The layers that program/native/grouping.py
# finds for the processor are another decision: of any height, and by dot products in one order.
TALLEST = 12
WEIGHTS = 400
ARITHMETIC = {"add", "sub", "mul", "div", "mod", "pow", "neg", "pos"}
Nodes = tuple[Value, ...]


@dataclass(frozen=True, eq=False)
class Unit:
    """An input, a neuron, or a share of softmax.

    Args:
        name: its label; column, row: its place, from the inputs on.
        weights: of a neuron, one for each unit of the column before; bias: None where there is
            none.
        nodes: where there is a graph, from the dot product to the output.
    """

    name: str
    column: int
    row: int
    weights: Nodes = ()
    bias: Value | None = None
    nodes: Nodes = ()

    @property
    def output(self) -> Value:
        return self.nodes[-1]

    @property
    def sum(self) -> Value:
        """The operand of the activation; the output where there is none."""
        return self.nodes[0 if self.bias is None else 1]


@dataclass(frozen=True)
class Column:
    """Units side by side; title, formula: what they are, in words and as a function."""

    units: tuple[Unit, ...]
    title: str = ""
    formula: str = ""

    @property
    def outputs(self) -> Nodes:
        return tuple([unit.output for unit in self.units])


@dataclass(frozen=True, eq=False)
class Connection:
    """An edge between two units; `weight` is None between the sums and the shares."""

    tail: Unit
    head: Unit
    weight: Value | None

    @property
    def name(self) -> str:
        """The label of its weight."""
        return self.weight.label or "" if self.weight is not None else ""


@dataclass(frozen=True)
class Network:
    """The columns from the inputs on.

    Args:
        has_shares: whether the last column is the softmax of the one before it.
        losses: the nodes of a graph above the last column.
    """

    columns: tuple[Column, ...]
    has_shares: bool
    losses: Nodes = ()

    @property
    def layers(self) -> tuple[Column, ...]:
        """The columns of neurons."""
        return self.columns[1:-1] if self.has_shares else self.columns[1:]

    @property
    def shares(self) -> tuple[Unit, ...]:
        return self.columns[-1].units if self.has_shares else ()

    @property
    def units(self) -> list[Unit]:
        return [unit for column in self.columns for unit in column.units]

    @property
    def neurons(self) -> list[Unit]:
        return [unit for layer in self.layers for unit in layer.units]

    @cached_property
    def connections(self) -> list[Connection]:
        """Every unit with each of the column before."""
        return [
            Connection(tail, head, head.weights[i] if head.weights else None)
            for before, after in pairwise(self.columns)
            for head in after.units
            for i, tail in enumerate(before.units)
        ]

    @property
    def weights(self) -> list[Value]:
        return [weight for neuron in self.neurons for weight in neuron.weights]

    @property
    def tallest(self) -> int:
        return max([len(column.units) for column in self.columns])

    def unit(self, name: str) -> Unit | None:
        return next((unit for unit in self.units if unit.name == name), None)

    def sum_names(self) -> dict[Value, str]:
        """A name for the sum of each neuron, as h5 has s5, where the graph gives it none."""
        return {
            neuron.nodes[-2]: f"s{position}"
            for position, neuron in enumerate(self.neurons, start=1)
            if len(neuron.nodes) > 1 and not neuron.nodes[-2].label
        }


def find_network(roots: Sequence[Value]) -> Network | None:
    """The network that the graph of these roots is, or None if it is another graph."""
    order = topological_order(*roots)
    children: dict[Value, list[Value]] = {node: [] for node in order}
    for node in order:
        for parent in dict.fromkeys(node.parents):
            children[parent].append(node)
    dots = [node for node in order if node.op is not None and node.op.name == "dot"]
    if not dots:
        return None
    columns = [single_nodes(first_inputs(dots), 0)]
    while members := [dot for dot in dots if columns[-1].outputs in halves(dot.parents)]:
        inputs, place = columns[-1].outputs, len(columns)
        units = [neuron_of(dot, inputs, children, place, i) for i, dot in enumerate(members)]
        columns.append(Column(tuple(units)))
    return complete(columns, order)


def single_nodes(nodes: Iterable[Value], column: int) -> Column:
    """A column of inputs or shares."""
    return Column(
        tuple([Unit(node.label or "", column, i, nodes=(node,)) for i, node in enumerate(nodes)])
    )


def first_inputs(dots: Sequence[Value]) -> Nodes:
    """The inputs of the first dot product: the half that most dot products share."""
    uses = Counter(half for dot in dots for half in halves(dot.parents))
    weights, inputs = halves(dots[0].parents)
    return weights if uses[weights] > uses[inputs] else inputs


def neuron_of(
    dot: Value, inputs: Nodes, children: dict[Value, list[Value]], column: int, row: int
) -> Unit:
    """The neuron of a dot product: with its bias and its activation, if it has them."""
    left, right = halves(dot.parents)
    nodes, bias = [dot], None
    above = children[dot]
    if len(above) == 1 and above[0].op is not None and above[0].op.name == "add":
        others = [parent for parent in above[0].parents if parent is not dot]
        if len(others) == 1 and others[0].op is None and not others[0].parents:
            nodes, bias = [dot, above[0]], others[0]
            above = children[above[0]]
    if len(above) == 1 and is_activation(above[0], nodes[-1]):
        nodes.append(above[0])
    weights = left if right == inputs else right
    return Unit(nodes[-1].label or "", column, row, weights, bias, tuple(nodes))


def is_activation(node: Value, of: Value) -> bool:
    """Whether the node is a function of this one alone, and not arithmetic."""
    op = node.op
    assert op is not None
    alone = all([parent is of or parent.op is CONSTANT for parent in node.parents])
    return alone and op.shape not in (Shape.MANY, Shape.PAIRS) and op.name not in ARITHMETIC


def complete(columns: Sequence[Column], order: Sequence[Value]) -> Network | None:
    """The network with its shares and losses, if every node of the graph has its place."""
    neurons = [unit for layer in columns[1:] for unit in layer.units]
    outputs = set(columns[-1].outputs)
    placed = {*columns[0].outputs, *[node for neuron in neurons for node in neuron.nodes]}
    leaves = [
        leaf for neuron in neurons for leaf in (*neuron.weights, neuron.bias) if leaf is not None
    ]
    shares: dict[Value, None] = {}
    losses: list[Value] = []
    for node in order:
        if node in placed or node.op is CONSTANT:
            continue
        operands = {parent for parent in node.parents if parent.op is not CONSTANT}
        if node.op is not None and node.op.name == "softmax" and operands == outputs:
            shares[node] = None
        elif operands and operands <= outputs | shares.keys():
            losses.append(node)
        elif node not in leaves:
            return None
    columns = [*columns, *([single_nodes(shares, len(columns))] if shares else [])]
    network = Network(tuple(columns), bool(shares), tuple(losses))
    fits = network.tallest <= TALLEST and len(losses) <= 2
    alone = all([leaf.op is None for leaf in leaves]) and len(set(leaves)) == len(leaves) <= WEIGHTS
    return network if fits and alone else None
