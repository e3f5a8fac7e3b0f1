"""The numbers of one row: values, gradients and paths, all from the graph that the model records.

In a smaller graph each neuron is two nodes, its sum and its output, whatever its activation
consists of; the engine's own sweep and paths run on that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from autograd import Value, adjoints, cross_entropy, derive, no_grad, paths
from autograd.cached import cached_property
from autograd.chains import Paths
from autograd.drawing import closed
from autograd.equations import Equation
from autograd.graph import topological_order
from autograd.numerals import EXACT, shown
from autograd.tape import TEXT

from ...activations import Function
from ...layers import MLP, Neuron, probabilities
from .structure import has_shares

FORMULA = 14  # characters of a formula that has room


@dataclass(frozen=True)
class Numbers:
    """The graph of one row, a node for each unit, sum and weight.

    nodes: the units by label. root: the node whose derivatives are shown.
    recorded: the model's own node for each node of this graph; twins: the other way round.
    seats: for each sum and unit, the label of the unit where it stands.
    target: the class that the loss, where it is the root, is about.
    functions: the activations of the neurons by label, of those that have one.
    """

    nodes: Mapping[str, Value]
    root: Value
    recorded: Mapping[Value, Value]
    twins: Mapping[Value, Value]
    seats: Mapping[Value, str]
    target: int
    functions: Mapping[str, Function]

    @cached_property
    def table(self) -> dict[Value, float]:
        return adjoints(self.root)

    def value(self, name: str) -> float:
        return self.nodes[name].data

    def grad(self, name: str) -> float | None:
        """The derivative of the root by a unit; None where the root does not depend on it."""
        return self.table.get(self.nodes[name])

    def grad_of(self, weight: Value) -> float:
        """The derivative of the root by a weight of the model."""
        return self.table.get(self.twins[weight], 0.0)

    def sum_of(self, name: str) -> Value:
        """The sum of a neuron, which is the neuron itself where there is no activation."""
        unit = self.nodes[name]
        sums = [node for node, seat in self.seats.items() if seat == name and node is not unit]
        return sums[0] if sums else unit

    def bias_of(self, name: str) -> Value | None:
        """The bias of a neuron, as the model has it."""
        total = self.recorded[self.sum_of(name)]
        return total.parents[1] if total.op is not None and total.op.name == "add" else None

    def paths(self, weight: Value) -> Paths:
        return paths(self.root, self.twins[weight])

    def step(self, upper: Value, lower: Value) -> Equation:
        """The equation of an activation's slope."""
        return derive(self.recorded[upper], self.recorded[lower]).steps[0]

    def formula(self, upper: Value, lower: Value) -> str:
        """What the local derivative of upper by lower is, in the names of the picture."""
        assert upper.op is not None
        above, below = upper.label or "", lower.label or ""
        if upper.op.name in ("softmax", "cross_entropy"):
            share = f"ŷ{below[1:]}"
            if upper.op.name == "cross_entropy":
                return f"{share} − 1" if self.root.parents.index(lower) == self.target else share
            return f"{above}(1 − {above})" if share == above else f"−{above}·{share}"
        if len(upper.parents) > 1:  # a sum: by a weight the input, by an input the weight
            half = [(w, x) for w, x in self.terms(upper) if lower in (w, x)]
            (w, x) = half[0]
            return (x if lower is w else w).label or ""
        text = self.step(upper, lower).sides(TEXT)[1].replace("^2", "²")
        return text if len(text) <= FORMULA else f"{upper.op.name}′({below})"

    def recomputed(self, upper: Value, lower: Value, digits: int) -> Decimal:
        """What `formula` gives a reader who sees so many digits of each number in it."""
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
            return Decimal(repr(slope))  # only a name: nothing to compute
        return self.step(upper, lower).recomputed(digits)

    def outcome(self, name: str, digits: int) -> Decimal:
        """The output of a neuron, from so many digits of its sum."""
        seen = Value(float(shown(self.sum_of(name).data, digits)))
        with no_grad():
            return Decimal(repr(self.functions[name](seen).data))

    def terms(self, total: Value) -> list[tuple[Value, Value]]:
        """The pairs of weight and input that a sum adds."""
        node = self.recorded[total]
        while node.op is not None and node.op.name != "dot":
            node = node.parents[0]  # past the bias
        half = len(node.parents) // 2
        pairs = zip(node.parents[:half], node.parents[half:], strict=True)
        return [(self.twins[w], self.twins[x]) for w, x in pairs]


def numbers_of(model: MLP, row: Sequence[float], output: str | None, label: int | None) -> Numbers:
    """The graph of a row, with the loss for the label as its root, or an output."""
    layers = [[Value(x, name) for x, name in zip(row, model.inputs, strict=True)]]
    owner: dict[Value, Value] = {}
    sums: dict[Value, Value] = {}
    for layer in model.layers:
        units = layer.outputs(layers[-1])
        outside = {*layers[-1], *layer.parameters()}
        for neuron, unit in zip(layer.neurons, units, strict=True):
            total, inner = parts_of(neuron, unit, outside)
            owner |= inner
            sums[total] = unit
        layers.append(units)
    if has_shares(model):
        layers.append(probabilities(layers[-1]))
    ends = list(layers[-1])
    target = 0
    if label is not None:
        loss = cross_entropy(layers[len(model.layers)], label)
        loss.label = "L"
        ends.append(loss)
        target = label
    order = topological_order(*ends)
    twins = closed(order, {node: owner.get(node, node) for node in order}, set())
    named = {node.label or "": twins[node] for units in layers for node in units}
    seats = {twin: name for name, twin in named.items()}
    seats |= {twins[total]: unit.label or "" for total, unit in sums.items()}
    return Numbers(
        named,
        twins[ends[-1]]
        if output is None and label is not None
        else named[output or ends[0].label or ""],
        {twin: node for node, twin in twins.items()},
        twins,
        seats,
        target,
        {
            neuron.label: neuron.function
            for layer in model.layers
            for neuron in layer.neurons
            if neuron.function is not None
        },
    )


def parts_of(neuron: Neuron, unit: Value, outside: set[Value]) -> tuple[Value, dict[Value, Value]]:
    """The sum of a neuron, which gets a label, and its nodes by what they belong to.

    They belong to the sum, or to the output.
    """
    inner: list[Value] = []
    stack = [unit]
    while stack:
        node = stack.pop()
        if node not in outside and node not in inner:
            inner.append(node)
            stack += node.parents
    total = next(node for node in inner if node.parents and node.parents[0] is neuron.w[0])
    found = dict.fromkeys(inner, unit) | {total: total}
    if neuron.b is not None:
        product = total
        total = next(node for node in inner if node.parents == (product, neuron.b))
        found |= {product: total, total: total}
    if total is not unit:
        label = unit.label or ""
        total.label = ("z" if label.startswith("ŷ") else "s") + label[1:]
    return total, found
