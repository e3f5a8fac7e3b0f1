"""The objectives of scikit-learn's networks: losses with a penalty on the weights (L2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import autograd
from autograd import Value

from .arguments import is_row, outputs_of
from .layers import MLP
from .losses import Loss


def half_squares(outputs: Value | Sequence[Value], target: Any) -> Value:
    """Half the squared error of a row; of several outputs the sum."""
    targets = list(target) if is_row(target) else [target]
    found = zip(outputs_of(outputs, "half_squares"), targets, strict=True)
    squares: Value = 0.5 * autograd.total([(output - t) ** 2 for output, t in found])
    return squares


def penalized(
    outputs: Any, target: Any, *, loss: Loss, weights: Sequence[Value], factor: Value
) -> Value:
    """The loss of a row, and factor times the sum of the squares of the weights."""
    objective: Value = loss(outputs, target) + factor * autograd.dot(weights, weights)
    return objective


def objective_of(model: MLP, loss: Loss, factor: Value) -> Callable[[Any, Any], Value]:
    """The loss of a model's rows with the penalty; biases are left out of it.

    Args:
        factor: a Value, so that compiled code can be used for every factor.
    """
    weights = [w for layer in model.layers for neuron in layer.neurons for w in neuron.w]
    return partial(penalized, loss=loss, weights=weights, factor=factor)
