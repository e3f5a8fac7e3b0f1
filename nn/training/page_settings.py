"""The settings of a training as plain data, if the page of `explore` can run it."""

from __future__ import annotations

from typing import Any

from ..losses import cross_entropy, mse
from ..optimizers import SGD, Adam
from ..seeds import Seed
from .task import Task


def page_settings(task: Task, seed: Seed) -> dict[str, Any] | None:
    """Optimizer, learning rate, batches and shuffling; None for what the page does not support.

    Args:
        seed: the seed of the shuffling, as passed to `train`.
    """
    optimizer = task.optimizer
    settings = optimizer.settings
    kind = type(optimizer)
    is_sgd = kind is SGD and not settings["nesterov"] and not settings["weight_decay"]
    plain = (
        (is_sgd or kind is Adam)
        and task.loss in (cross_entropy, mse)
        and task.weights is None
        and task.schedule is None
        and not task.clips
        and optimizer.steps == 0
        and (task.batch_size is None or type(seed) is int)
    )
    if not plain:
        return None
    if kind is Adam:
        own = {"optimizer": "adam", "betas": settings["betas"], "eps": settings["eps"]}
    else:
        momentum = settings["momentum"]
        own = {"optimizer": "momentum", "momentum": momentum} if momentum else {"optimizer": "sgd"}
    return {
        **own,
        "lr": optimizer.lr,
        "batch": task.batch_size or 0,
        "seed": seed if task.batch_size else 0,
    }
