"""Activation functions by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import autograd
from autograd import Value
from autograd.arguments import choices, several

Function: TypeAlias = Callable[[Value], Value]
Activation: TypeAlias = str | Function

ACTIVATIONS: dict[str, Function | None] = {
    "elu": autograd.elu,
    "gelu": autograd.gelu,
    "hard_tanh": autograd.hard_tanh,
    "leaky_relu": autograd.leaky_relu,
    "linear": None,
    "log_sigmoid": autograd.log_sigmoid,
    "mish": autograd.mish,
    "relu": autograd.relu,
    "selu": autograd.selu,
    "sigmoid": autograd.sigmoid,
    "silu": autograd.silu,
    "softplus": autograd.softplus,
    "softsign": autograd.softsign,
    "tanh": autograd.tanh,
}


def function_of(activation: Activation, where: str, *others: str) -> Function | None:
    """The function of an activation, given by name or as a function; None for the linear one.

    Args:
        others: names that are accepted beside those of functions.

    Raises:
        ValueError: for an unknown name, with the accepted ones.
    """
    if callable(activation) and not isinstance(activation, type):
        return activation
    if not isinstance(activation, str) or activation not in ACTIVATIONS:
        raise ValueError(
            f"{where}: unknown activation {activation!r:.60}"
            f"{choices(activation, [*ACTIVATIONS, *others])}, "
            "or a function of one Value"
        )
    return ACTIVATIONS[activation]


def per_layer(activation: Activation | Sequence[Activation], hidden: int) -> list[Activation]:
    """The activation of each of the layers before the last."""
    if isinstance(activation, str) or callable(activation):
        function_of(activation, "MLP")  # checked also where there is no hidden layer
        return [activation] * hidden
    activation = several(activation, "MLP", "names, one for each hidden layer, as activation")
    for one in activation:
        function_of(one, "MLP")
    if len(activation) != hidden:
        raise ValueError(
            f"MLP: expected one activation for each of the {hidden} layers before the last, whose "
            f"own is `output`, got {len(activation)}"
        )
    return list(activation)
