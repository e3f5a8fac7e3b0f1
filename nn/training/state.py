"""State: the progress of a training."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..files.optimizers import Settings, settings_now
from ..optimizers import Optimizer
from .engines.engine import Engine
from .history import History
from .snapshots import Snapshots
from .task import Task


class EpochEnd(NamedTuple):
    """The state of a training at the end of an epoch, besides the optimizer's checkpoint.

    It changes within an epoch, which Ctrl-C may interrupt.
    """

    settings: Settings
    drawn: Any
    gradients: list[float]


def epoch_end_of(task: Task) -> EpochEnd:
    """The present state."""
    optimizer = task.optimizer
    settings, drawn = settings_now(optimizer), None
    if task.schedule is not None:  # which sets the optimizer's learning rate for a single step
        settings = Settings(task.base_lr, *settings[1:])
    if task.batch_size is not None:
        source: Any = task.shuffler or random
        drawn = source.getstate()
    gradients = [p.grad for p in optimizer.parameters] if keeps_gradients(optimizer) else []
    return EpochEnd(settings, drawn, gradients)


def keeps_gradients(optimizer: Optimizer) -> bool:
    """Whether a step may depend on gradients of earlier ones."""
    return type(optimizer).zero_grad is not Optimizer.zero_grad


@dataclass
class State:
    """A task and its progress.

    Attributes:
        done: the number of complete epochs; checkpoint: the optimizer after the last one;
            epoch_end: the other state after it.
        patience, tolerance: as in `train`; waited: the number of epochs without a smaller loss, of
            the `observed` ones; least: the least loss of these.
        best, best_epoch: with patience and validation, the checkpoint and the number of the best
            epoch.
        earlier: the epochs that were computed by another engine.
        note: further remarks on the training.
        callbacks: the functions that are called after each epoch.
    """

    task: Task
    engine: Engine
    history: History
    snapshots: Snapshots
    epochs: int
    patience: int | None
    tolerance: float = 0.0
    done: int = 0
    observed: int = 0
    waited: int = 0
    best_epoch: int = 0
    least: float = math.inf
    earlier: str = ""
    note: str = ""
    callbacks: Sequence[Callable[[History], Any]] = ()
    epoch_end: EpochEnd | None = None

    def __post_init__(self) -> None:
        self.checkpoint = self.best = self.task.optimizer.checkpoint()

    def count_waiting(self) -> bool:
        """Count the epochs without a smaller loss; returns whether the last one is the best."""
        column = "loss" if self.task.validation is None else "validation_loss"
        is_least = False
        for loss in self.history[column][self.observed : self.done] if self.done else ():
            self.waited = 0 if loss < self.least - self.tolerance else self.waited + 1
            is_least = loss < self.least
            self.least = loss if is_least else self.least
        self.observed = self.done
        return is_least
