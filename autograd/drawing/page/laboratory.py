"""What training in the page needs: operations of networks of other sizes, and the order of rows."""

from __future__ import annotations

from typing import Any

from ...ops import TABLE
from ..network import Network
from .operations import Kind

MOST_HIDDEN = 8  # neurons in a hidden layer
ACTIVATIONS = ("tanh", "relu", "sigmoid")


def kinds_of(network: Network) -> list[Kind]:
    """The operations of networks with the same inputs and outputs and any hidden layers."""
    inputs, outputs = len(network.columns[0].units), len(network.layers[-1].units)
    sizes = sorted({inputs, *range(1, MOST_HIDDEN + 1)})
    found = [("dot", 2 * size) for size in sizes]
    found += [("add", 2), *[(name, 1) for name in ACTIVATIONS]]
    if outputs > 1:
        found += [("softmax", outputs), ("cross_entropy", 2 * outputs)]
    return [Kind(TABLE[name], count) for name, count in found]


def laboratory(network: Network, numbers: dict[Kind, int]) -> dict[str, Any]:
    """The numbers of these operations by "name/count", as plain data.

    numbers: of all kinds of operations on the page.
    """
    return {
        "kinds": {f"{kind.op.name}/{kind.count}": numbers[kind] for kind in kinds_of(network)},
        "activations": ACTIVATIONS,
        "most": MOST_HIDDEN,
    }
