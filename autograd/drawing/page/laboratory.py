"""Data for training in the page: operations of networks of other sizes, and the order of rows."""

from __future__ import annotations

from typing import Any

from ...ops import TABLE
from ..network import Network, Unit
from .operations import Kind

MOST_HIDDEN = 8  # neurons in a hidden layer
ACTIVATIONS = ("tanh", "relu", "sigmoid")
LINEAR = "linear"


def own_of(network: Network) -> dict[str, Any] | None:
    """How the network was built: its hidden layers, their one activation, outputs, biases.

    None for one that has no such form, or more classes than outputs.
    """
    *hidden, last = network.layers
    activations = {activation_of(unit) for column in hidden for unit in column.units}
    of_outputs = {activation_of(unit) for unit in last.units}
    biased = {unit.bias is not None for unit in network.neurons}
    if len(activations) != 1 or len(of_outputs) != 1 or len(biased) != 1:
        return None
    if network.has_shares and (of_outputs != {LINEAR} or len(network.shares) != len(last.units)):
        return None
    return {
        "hidden": [len(column.units) for column in hidden],
        "activation": activations.pop(),
        "outputs": "softmax" if network.has_shares else of_outputs.pop(),
        "bias": biased.pop(),
    }


def activation_of(unit: Unit) -> str:
    op = unit.output.op
    return LINEAR if op is None or unit.output is unit.sum else op.name


def kinds_of(network: Network) -> list[Kind]:
    """The operations of networks with the same inputs and outputs and any hidden layers."""
    inputs, outputs = len(network.columns[0].units), len(network.layers[-1].units)
    sizes = sorted({inputs, *range(1, MOST_HIDDEN + 1)})
    found = [("dot", 2 * size) for size in sizes]
    found += [("add", 2), *[(name, 1) for name in ACTIVATIONS]]
    if network.has_shares:
        found += [("softmax", outputs), ("cross_entropy", 2 * outputs)]
    return [Kind(TABLE[name], count) for name, count in found]


def laboratory(network: Network, numbers: dict[Kind, int], seed: int | None) -> dict[str, Any]:
    """How the network was built, and the numbers of operations by "name/count", as plain data.

    Args:
        numbers: of all kinds of operations on the page; seed: that the weights were drawn with.
    """
    own = own_of(network)
    assert own is not None
    activations = dict.fromkeys([*ACTIVATIONS, own["activation"]])
    return {
        "own": own,
        "kinds": {f"{kind.op.name}/{kind.count}": number for kind, number in numbers.items()},
        "activations": list(activations),
        "seed": seed,
    }
