"""Finding the network in a graph: layers of neurons over one row of inputs, shares, losses.

Layers are found, not declared: neurons whose dot products share their inputs are a layer. So a
network shows as one whoever built it, as long as every node of the graph has its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ...graph import topological_order
from ...ops import CONSTANT, Shape
from ...value import Value

TALLEST = 12  # neurons in a layer
WEIGHTS = 400
ARITHMETIC = {"add", "sub", "mul", "div", "mod", "pow", "neg", "pos"}
Nodes = tuple[Value, ...]


@dataclass(frozen=True)
class Neuron:
    """One neuron: the nodes from its dot product to its output, and its leaves."""

    nodes: Nodes
    weights: Nodes
    bias: Value | None

    @property
    def output(self) -> Value:
        return self.nodes[-1]


@dataclass(frozen=True)
class Network:
    """What a graph shows as a network: columns from the inputs to the shares and the losses."""

    inputs: Nodes
    layers: list[list[Neuron]] = field(default_factory=list)
    shares: list[Value] = field(default_factory=list)
    losses: list[Value] = field(default_factory=list)

    def sum_names(self) -> dict[Value, str]:
        """A name for the sum of each neuron, as h5 has s5, where the graph gives it none."""
        neurons = [neuron for layer in self.layers for neuron in layer]
        return {
            neuron.nodes[-2]: f"s{position}"
            for position, neuron in enumerate(neurons, start=1)
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
    network = Network(first_inputs(dots))
    inputs = network.inputs
    while members := [dot for dot in dots if inputs in halves(dot)]:
        layer = [neuron_of(dot, inputs, children) for dot in members]
        network.layers.append(layer)
        inputs = tuple([neuron.output for neuron in layer])
    return network if is_whole(network, order) else None


def halves(dot: Value) -> tuple[Nodes, Nodes]:
    middle = len(dot.parents) // 2
    return dot.parents[:middle], dot.parents[middle:]


def first_inputs(dots: Sequence[Value]) -> Nodes:
    """The inputs of the first dot product: the half that most dot products share."""
    uses = Counter(half for dot in dots for half in halves(dot))
    weights, inputs = halves(dots[0])
    return weights if uses[weights] > uses[inputs] else inputs


def neuron_of(dot: Value, inputs: Nodes, children: dict[Value, list[Value]]) -> Neuron:
    """The neuron of a dot product: with its bias and its activation, if it has them."""
    left, right = halves(dot)
    nodes, bias = [dot], None
    above = children[dot]
    if len(above) == 1 and above[0].op is not None and above[0].op.name == "add":
        others = [parent for parent in above[0].parents if parent is not dot]
        if len(others) == 1 and others[0].op is None and not others[0].parents:
            nodes, bias = [dot, above[0]], others[0]
            above = children[above[0]]
    if len(above) == 1 and is_activation(above[0], nodes[-1]):
        nodes.append(above[0])
    return Neuron(tuple(nodes), left if right == inputs else right, bias)


def is_activation(node: Value, of: Value) -> bool:
    """Whether the node is a function of this one alone, and not arithmetic."""
    op = node.op
    assert op is not None
    alone = all([parent is of or parent.op is CONSTANT for parent in node.parents])
    return alone and op.shape not in (Shape.MANY, Shape.PAIRS) and op.name not in ARITHMETIC


def is_whole(network: Network, order: Sequence[Value]) -> bool:
    """Whether every node of the graph has its place; puts shares and losses there."""
    neurons = [neuron for layer in network.layers for neuron in layer]
    outputs = {neuron.output for neuron in network.layers[-1]}
    placed = {*network.inputs, *[node for neuron in neurons for node in neuron.nodes]}
    leaves = [
        leaf for neuron in neurons for leaf in (*neuron.weights, neuron.bias) if leaf is not None
    ]
    shares = set[Value]()
    for node in order:
        if node in placed or node.op is CONSTANT:
            continue
        operands = {parent for parent in node.parents if parent.op is not CONSTANT}
        if node.op is not None and node.op.name == "softmax" and operands == outputs:
            network.shares.append(node)
            shares.add(node)
        elif operands and operands <= outputs | shares:
            network.losses.append(node)
        elif node not in leaves:
            return False
    columns = [network.inputs, *network.layers, network.shares]
    return (
        all([leaf.op is None for leaf in leaves])
        and len(set(leaves)) == len(leaves) <= WEIGHTS
        and max(map(len, columns)) <= TALLEST
        and len(network.losses) <= 2
    )
