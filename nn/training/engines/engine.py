"""Engine: the protocol of training for the computation of losses and gradients.

A new engine is a subclass that implements `served`, `table`, `take`, `backward` and `evaluate`, and
an entry of `ENGINES` in `engines/__init__.py`. One that runs several epochs in a single call, as
the native one does, overrides `epochs` too.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

import autograd

from ...evaluation import class_of, class_of_label
from ..task import Pairs, Task

Scores: TypeAlias = list[list[float]]


class Epochs(NamedTuple):
    """The results of one or more epochs.

    columns: of the history, a number for each epoch.
    parameters: a row after each epoch, a list or an array; empty where they are not recorded.
    """

    columns: dict[str, list[float]]
    parameters: Any


class Engine(ABC):
    """Computes losses and gradients of a task, and runs its epochs step by step."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.rows = self.table(task.pairs)
        self.validation_rows = None if task.validation is None else self.table(task.validation)

    @property
    @abstractmethod
    def served(self) -> tuple[str, str]:
        """The name of the backend, and why it is not the requested one; empty if it is."""

    @abstractmethod
    def table(self, pairs: Pairs) -> Any:
        """Rows with labels, in the form that the engine computes on."""

    @abstractmethod
    def take(self, table: Any, batch: Sequence[int]) -> Any:
        """Some rows of a table."""

    @abstractmethod
    def backward(self, table: Any, weights: Sequence[float] | None) -> tuple[float, Scores]:
        """The mean loss, its gradient set in the parameters; and the outputs for each row."""

    @abstractmethod
    def evaluate(self, table: Any) -> tuple[float, Scores]:
        """The mean loss and the outputs for each row, without a gradient."""

    def verify(self) -> None:  # noqa: B027  # nothing to do for an engine that runs the model itself
        """Raise ValueError where the model is no longer the one that the engine was made for."""

    def epochs(self, most: int) -> Epochs:
        """Train for at least one epoch and for at most `most`: here for one, step by step."""
        task, optimizer = self.task, self.task.optimizer
        losses, sizes, correct = [], [], 0
        for batch in task.batches():
            weights = task.weights_of(batch)
            task.set_lr(optimizer.steps)
            loss, scores = self.backward(self.take(self.rows, batch), weights)
            task.clip()
            optimizer.step()
            losses.append(loss)
            sizes.append(len(batch) if weights is None else math.fsum(weights))
            if task.scored:
                correct += count_correct(scores, [task.pairs[i][1] for i in batch])
        columns = {"loss": [mean_of_batches(losses, sizes)]}
        if task.scored:
            columns["accuracy"] = [correct / len(task.pairs)]
        columns["lr"] = [optimizer.lr]
        kept = [[p.data for p in optimizer.parameters]] if task.keeps_parameters else []
        return Epochs(columns, kept)

    def validate(self) -> dict[str, list[float]]:
        """The columns of the history for the validation rows, none where there are none."""
        if self.task.validation is None:
            return {}
        loss, scores = self.evaluate(self.validation_rows)
        columns = {"validation_loss": [loss]}
        if self.task.scored:
            labels = [label for _, label in self.task.validation]
            columns["validation_accuracy"] = [count_correct(scores, labels) / len(labels)]
        return columns


def mean_of_batches(losses: Iterable[float], sizes: Sequence[float]) -> float:
    """The mean loss of an epoch, from that of each batch and the sum of its weights."""
    whole = math.fsum(sizes)
    return exact_sum([x * (size / whole) for x, size in zip(losses, sizes, strict=True)])


def exact_sum(xs: Sequence[float]) -> float:
    """`autograd.total` of floats, without its checks where the sum is finite."""
    try:
        return math.fsum(xs)
    except (OverflowError, ValueError):  # fsum's for infinities; total follows IEEE 754
        return autograd.total(xs)


def count_correct(scores: Scores, labels: Sequence[Any]) -> int:
    """The number of rows whose largest output is that of the class of their label."""
    pairs = zip(scores, labels, strict=True)
    return [class_of(z) == class_of_label(label) for z, label in pairs].count(True)
