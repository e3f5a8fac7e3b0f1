"""The numbers of one row: values, gradients and paths, all from the graph that the model records.

In a contracted graph each neuron is two nodes, its sum and its output, whatever its activation
consists of; the engine's own sweep and paths run on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from autograd import Value, adjoints, cross_entropy, derive, no_grad, paths
from autograd.cached import cached_property
from autograd.chains import Paths
from autograd.drawing import Unit, closed
from autograd.equations import Equation
from autograd.graph import topological_order
from autograd.numerals import EXACT, shown
from autograd.tape import TEXT

from ...activations import Function
from ...layers import MLP, probabilities
from .structure import network_of

FORMULA = 14  # characters of the longest formula with room


@dataclass(frozen=True)
class Numbers:
    """The graph of one row, a node for each unit, sum and weight.

    Args:
        nodes: the units by label. root: the node whose derivatives are shown.
        recorded: the model's node for each node of this graph; twins: the inverse.
        units_of: for each sum and output, the label of its unit.
        neurons: by label, with the nodes that the model recorded.
        target: the class of the loss, where that is the root.
        functions: the activations of the neurons that have one, by label.
    """

    nodes: Mapping[str, Value]
    root: Value
    recorded: Mapping[Value, Value]
    twins: Mapping[Value, Value]
    units_of: Mapping[Value, str]
    neurons: Mapping[str, Unit]
    target: int
    functions: Mapping[str, Function]

    @cached_property
    def table(self) -> dict[Value, float]:
        return adjoints(self.root)

    def value(self, name: str) -> float:
        return self.nodes[name].data

    def grad(self, name: str) -> float | None:
        """The derivative of the root with respect to a unit; None where there is none."""
        return self.table.get(self.nodes[name])

    def grad_of(self, weight: Value) -> float:
        """The derivative of the root with respect to a weight of the model."""
        return self.table.get(self.twins[weight], 0.0)

    def sum_of(self, name: str) -> Value:
        """The sum of a neuron: without an activation, its output."""
        return self.twins[self.neurons[name].sum]

    def paths(self, weight: Value) -> Paths:
        return paths(self.root, self.twins[weight])

    def step(self, upper: Value, lower: Value) -> Equation:
        """The equation of an activation's slope."""
        return derive(self.recorded[upper], self.recorded[lower]).steps[0]

    def formula(self, upper: Value, lower: Value) -> str:
        """The local derivative of upper with respect to lower, in the names of the picture."""
        assert upper.op is not None
        above, below = upper.label or "", lower.label or ""
        if upper.op.name in ("softmax", "cross_entropy"):
            share = f"ŷ{below[1:]}"
            if upper.op.name == "cross_entropy":
                return f"{share} − 1" if self.root.parents.index(lower) == self.target else share
            return f"{above}(1 − {above})" if share == above else f"−{above}·{share}"
        if len(upper.parents) > 1:  # a sum: of a weight the input, of an input the weight
            dot = self.neurons[self.units_of[upper]].nodes[0]
            factors = [self.twins[node] for node in dot.parents]
            return factors[factors.index(lower) - len(factors) // 2].label or ""
        text = self.step(upper, lower).sides(TEXT)[1].replace("^2", "²")
        return text if len(text) <= FORMULA else f"{upper.op.name}′({below})"

    def recomputed(self, upper: Value, lower: Value, digits: int) -> Decimal:
        """The value of `formula` with each number in it rounded to these digits."""
        assert upper.op is not None
        above, below = upper.label or "", lower.label or ""
        if upper.op.name == "softmax":
            share = shown(self.value(f"ŷ{below[1:]}"), digits)
            own = shown(upper.data, digits)
            return EXACT.multiply(own, EXACT.subtract(int(f"ŷ{below[1:]}" == above), share))
        if upper.op.name == "cross_entropy":
            share = shown(self.value(f"ŷ{below[1:]}"), digits)
            hit = self.root.parents.index(lower) == self.target
            return EXACT.subtract(share, int(hit))
        if len(upper.parents) > 1:
            slope = upper.local_derivatives[upper.parents.index(lower)]
            return Decimal(repr(slope))  # the formula is a name
        return self.step(upper, lower).recomputed(digits)

    def outcome(self, name: str, digits: int) -> Decimal:
        """The output of a neuron, from its sum rounded to these digits."""
        rounded = Value(float(shown(self.sum_of(name).data, digits)))
        with no_grad():
            return Decimal(repr(self.functions[name](rounded).data))


def numbers_from_graph(
    model: MLP, row: Sequence[float], output: str | None, label: int | None
) -> Numbers:
    """The graph of a row, with the loss for the label as its root, or an output."""
    units = [Value(x, name) for x, name in zip(row, model.inputs, strict=True)]
    named, owner = [*units], dict[Value, Value]()
    neurons: list[Unit] = []
    network = network_of(model)
    for layer, column in zip(model.layers, network.layers, strict=True):
        outside = {*units, *layer.parameters()}
        units = layer.outputs(units)
        named += units
        for unit, node in zip(column.units, units, strict=True):
            inner = topological_order(node, seen={*outside})
            neurons.append(traced(unit, node, inner))
            owner |= dict.fromkeys(inner, node)
            owner |= dict.fromkeys(neurons[-1].nodes[:-1], neurons[-1].sum)
    ends = probabilities(units) if network.has_shares else units
    named += ends if network.has_shares else []
    root = ends[0]
    if label is not None:
        root = cross_entropy(units, label)
        root.label = "L"
    elif output is not None:
        root = next(node for node in ends if node.label == output)
    order = topological_order(*ends, root)
    twins = closed(order, {node: owner.get(node, node) for node in order}, set())
    nodes = {node.label or "": twins[node] for node in named}
    units_of = {twin: name for name, twin in nodes.items()}
    units_of |= {twins[neuron.sum]: neuron.name for neuron in neurons}
    functions = [
        (neuron.label, neuron.function) for layer in model.layers for neuron in layer.neurons
    ]
    return Numbers(
        nodes,
        twins[root],
        {twin: node for node, twin in twins.items()},
        twins,
        units_of,
        {neuron.name: neuron for neuron in neurons},
        label or 0,
        {name: function for name, function in functions if function is not None},
    )


def traced(unit: Unit, output: Value, inner: Sequence[Value]) -> Unit:
    """A neuron with its nodes, found among `inner`; its sum gets a label."""
    nodes = [next(node for node in inner if node.parents and node.parents[0] is unit.weights[0])]
    if unit.bias is not None:
        nodes.append(next(node for node in inner if node.parents == (nodes[0], unit.bias)))
    if nodes[-1] is not output:
        label = output.label or ""
        nodes[-1].label = ("z" if label.startswith("ŷ") else "s") + label[1:]
        nodes.append(output)
    return replace(unit, nodes=tuple(nodes))
