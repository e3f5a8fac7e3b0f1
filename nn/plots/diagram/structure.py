"""What there is to draw of a network: its columns of units, and the weights between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from autograd import Value

from ...layers import MLP


@dataclass(frozen=True)
class Unit:
    """A circle of the picture: an input, a neuron, or a share. `name` is its label."""

    name: str
    column: int
    row: int


@dataclass(frozen=True)
class Column:
    """Units side by side, and what they are."""

    title: str
    formula: str
    units: tuple[Unit, ...]


@dataclass(frozen=True)
class Connection:
    """A line of the picture; `weight` is None between the sums and the shares."""

    tail: Unit
    head: Unit
    weight: Value | None

    @property
    def name(self) -> str:
        """The label of its weight."""
        return self.weight.label or "" if self.weight is not None else ""


@dataclass(frozen=True)
class Network:
    """The columns from the inputs on, and the connections between neighbours."""

    columns: tuple[Column, ...]
    connections: tuple[Connection, ...]

    @property
    def units(self) -> list[Unit]:
        return [unit for column in self.columns for unit in column.units]

    @property
    def weights(self) -> list[Value]:
        return [line.weight for line in self.connections if line.weight is not None]

    @property
    def tallest(self) -> int:
        return max([len(column.units) for column in self.columns])

    def unit(self, name: str) -> Unit | None:
        return next((unit for unit in self.units if unit.name == name), None)


def has_shares(model: MLP) -> bool:
    """Whether the outputs are sums that softmax makes shares of."""
    return model.output in ("linear", "softmax") and model.nouts[-1] > 1 and not model.regression


def network_of(model: MLP) -> Network:
    """The network of a model."""
    columns = [column("input", "", model.inputs, 0)]
    hidden = len(model.layers) - 1
    for place, layer in enumerate(model.layers, start=1):
        last = place == len(model.layers)
        what = "output" if last else "hidden" if hidden == 1 else f"hidden {place}"
        if last and has_shares(model):
            what = "score"
        terms = "Σ w·x" if place == 1 else "Σ w·h"
        terms += "" if layer.neurons[0].b is None else " + b"
        first = layer.neurons[0]
        function = first.activation if isinstance(first.activation, str) else "f"
        formula = terms if first.function is None else f"{function}({terms})"
        columns.append(column(what, formula, [neuron.label for neuron in layer.neurons], place))
    if has_shares(model):
        names = [f"ŷ{i}" for i in range(1, model.nouts[-1] + 1)]
        columns.append(column("output", "softmax(z)", names, len(columns)))
    connections = [
        Connection(tail, head, weight)
        for layer, (before, after) in zip(model.layers, pairwise(columns), strict=False)
        for neuron, head in zip(layer.neurons, after.units, strict=True)
        for weight, tail in zip(neuron.w, before.units, strict=True)
    ]
    if has_shares(model):
        connections += [
            Connection(tail, head, None) for head in columns[-1].units for tail in columns[-2].units
        ]
    return Network(tuple(columns), tuple(connections))


def column(title: str, formula: str, names: Sequence[str], place: int) -> Column:
    return Column(title, formula, tuple([Unit(name, place, row) for row, name in enumerate(names)]))
