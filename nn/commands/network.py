"""The network of a command: construction, training and evaluation by its options."""

from __future__ import annotations

import argparse
from typing import Any

from ..data import Data
from ..evaluation import accuracy, confusion_matrix, mean_absolute_error, score
from ..layers import MLP
from ..losses import mean_loss
from ..optimizers import Adam
from ..training import History, train


def network_for(data: Data, arguments: argparse.Namespace, bias: bool) -> MLP:
    """A network with an input for each feature and an output for each class, or for the target."""
    sizes = [*arguments.hidden, len(data.class_names) or len(data.schema.targets)]
    return MLP(
        len(data.feature_names),
        sizes,
        activation=vars(arguments).get("activation") or usual_activation(data),
        bias=bias,
        seed=arguments.seed,
    )


def usual_activation(data: Data) -> str:
    """The default activation, with which the defaults reach the scores of scikit-learn's.

    `python -m tests.benchmarks.defaults` measures it.
    """
    return "relu" if data.regression else "tanh"


def parts_in(data: Data) -> dict[str, Data]:
    """The training and the test rows; without parts all are training rows."""
    return {"train": data} if data.parts is None else {"train": data.train, "test": data.test}


def network_name(model: MLP) -> str:
    """The sizes of its layers, as in 4-4-4-3."""
    return "-".join([str(size) for size in (model.nin, *model.nouts)])


def is_verbose(arguments: argparse.Namespace) -> bool:
    """Whether progress is printed besides the results."""
    return not (arguments.quiet or arguments.json)


def trained(model: MLP, data: Data, arguments: argparse.Namespace, **settings: Any) -> History:
    """The history of a training; KeyboardInterrupt if that ends before one epoch is complete."""
    history = train(
        model,
        parts_in(data)["train"],
        optimizer=Adam(model.parameters(), lr=arguments.lr),
        epochs=arguments.epochs,
        progress=is_verbose(arguments),
        **settings,
    )
    if not len(history):
        raise KeyboardInterrupt
    return history


def results_of(
    model: MLP, data: Data, history: History, arguments: argparse.Namespace
) -> dict[str, Any]:
    """The results of a training that a command reports."""
    return {
        "network": network_name(model),
        "activation": model.activation,
        "seed": arguments.seed,
        "epochs": len(history),
        "ended_by": history.ended_by,
        "lr": arguments.lr,
        "loss": {
            "start": history["loss"][0],
            "end": mean_loss(model, parts_in(data)["train"]).data,
        },
        **scores_of(model, data),
    }


def scores_of(model: MLP, data: Data) -> dict[str, Any]:
    """The scores: accuracy for classes, R² and the mean absolute error for numbers."""
    parts = parts_in(data)
    if model.regression:
        return {
            "r2": {name: score(model, part) for name, part in parts.items()},
            "mean_absolute_error": {
                name: mean_absolute_error(model, part) for name, part in parts.items()
            },
        }
    return {
        "accuracy": {name: accuracy(model, part) for name, part in parts.items()},
        "confusion_matrix": confusion_matrix(model, parts.get("test", data)),
    }
