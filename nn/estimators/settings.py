"""Checks of an estimator's settings, which by scikit-learn's convention are done in `fit`."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.arguments import choices, wrong

from ..activations import Activation, function_of
from ..arguments import at_least_zero, whole
from ..training.engines import AUTO, ENGINES
from .network import NAMES

SOLVERS = ("adam", "sgd", "lbfgs")
SWITCHES = ("shuffle", "warm_start", "early_stopping", "bias")
AMOUNTS = ("alpha", "tol")


def check_settings(estimator: Any) -> None:
    """ValueError or TypeError for an invalid setting."""
    name = type(estimator).__name__
    for setting, accepted in (("solver", SOLVERS), ("engine", (AUTO, *ENGINES))):
        given = getattr(estimator, setting)
        if not isinstance(given, str) or given not in accepted:
            raise ValueError(f"{name}: {setting}: no {given!r:.60}{choices(given, accepted)}")
    for setting in SWITCHES:
        given = getattr(estimator, setting)
        if not isinstance(given, (bool, np.bool_)):
            raise wrong(name, f"True or False as {setting}", given)
    for setting in AMOUNTS:
        at_least_zero(getattr(estimator, setting), f"{name}: {setting}")
    if not at_least_zero(estimator.learning_rate_init, f"{name}: learning_rate_init"):
        raise ValueError(f"{name}: learning_rate_init: expected a positive number, got 0")
    share = at_least_zero(estimator.validation_fraction, f"{name}: validation_fraction")
    if not 0.0 < share < 1.0:
        raise ValueError(f"{name}: validation_fraction: expected a share below 1, got {share}")
    whole(estimator.max_iter, f"{name}: max_iter")
    patience_of(estimator)
    if not isinstance(estimator.batch_size, str) or estimator.batch_size != "auto":
        whole(estimator.batch_size, f"{name}: batch_size ('auto' or a number)")


def patience_of(estimator: Any) -> int | None:
    """The number of epochs without improvement after which training ends; None for no limit."""
    given = estimator.n_iter_no_change
    if isinstance(given, numbers.Real) and float(given) == math.inf:
        return None
    return whole(given, f"{type(estimator).__name__}: n_iter_no_change") + 1  # more than these


def hidden_of(estimator: Any) -> list[int]:
    """The numbers of neurons in the hidden layers: several, one, or none."""
    given, name = estimator.hidden_layer_sizes, f"{type(estimator).__name__}: hidden_layer_sizes"
    several = given if isinstance(given, Iterable) and not isinstance(given, str) else [given]
    return [whole(size, name) for size in several]


def activation_of(estimator: Any) -> Activation | tuple[Activation, ...]:
    """The activation by its name in this package."""
    given, name = estimator.activation, f"{type(estimator).__name__}: activation"
    if isinstance(given, (list, tuple)):
        return tuple([known(one, name) for one in given])
    return known(given, name)


def known(activation: Any, name: str) -> Activation:
    """One activation by its name in this package."""
    found = NAMES.get(activation, activation) if isinstance(activation, str) else activation
    function_of(found, name, *NAMES)
    checked: Activation = found
    return checked
