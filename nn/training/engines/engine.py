"""Engine: the interface between the training loop and the computation of losses and gradients.

An engine computes gradients; the optimizer updates the parameters by them. There are two routes to
a new one:

- A subclass that implements `engine_and_note`, `table`, `take`, `backward` and `evaluate`, and an
  entry of `ENGINES` in `engines/__init__.py`. One that runs several epochs in a single call, as the
  native one does, overrides `epochs` too.
- A backend of `autograd.program`, which runs a compiled model and loss: `Compiled` with its name is
  the engine, one line of `ENGINES`.

`engine_of` makes an engine and calls `prepare` once. From then on the loop calls `epochs` until all
are done, after each call `validate`, and after callbacks `verify`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

import autograd

from ...predictions import class_of, class_of_label
from ..task import LabeledRows, Task

Outputs: TypeAlias = list[list[float]]  # of the model, a list for each row


class Epochs(NamedTuple):
    """The results of one or more epochs.

    Args:
        columns: of the history, a number for each epoch.
        parameters: a row after each epoch, a list or an array; empty where they are not recorded.
    """

    columns: dict[str, list[float]]
    parameters: Any


class Engine(ABC):
    """Computes losses and gradients of a task, and runs its epochs step by step.

    Attributes:
        rows, validation_rows: the tables of the task's rows, created by `prepare`; None without
            validation.
    """

    rows: Any
    validation_rows: Any

    def __init__(self, task: Task) -> None:
        self.task = task

    def prepare(self) -> None:
        """Create the tables. A subclass that compiles the model does so first, and then calls this.

        It is called once, before the first epoch. Raises ValueError or TypeError for rows that
        can't be a table, and for a model or a loss that can't be compiled.
        """
        task = self.task
        self.rows = self.table(task.pairs)
        self.validation_rows = None if task.validation is None else self.table(task.validation)

    @property
    @abstractmethod
    def engine_and_note(self) -> tuple[str, str]:
        """The name of the computing backend, and the reason if it is not the requested one."""

    @abstractmethod
    def table(self, pairs: LabeledRows) -> Any:
        """Rows with labels, in the form that the engine computes on.

        It is what `take`, `backward` and `evaluate` are called with, and nothing else reads it.
        """

    @abstractmethod
    def take(self, table: Any, batch: Sequence[int]) -> Any:
        """The rows of a table at these indices, in this order."""

    @abstractmethod
    def backward(self, table: Any, weights: Sequence[float] | None) -> tuple[float, Outputs]:
        """The mean loss over a batch, and the outputs for each row; sets the gradient of the loss.

        It calls the optimizer's `zero_grad`, then adds the gradient to the parameters' `grad`: an
        optimizer of one's own may leave something there. `epochs` clips and steps after it.

        Args:
            weights: one for each row, None if all are equal; the weighted sum is divided by their
                sum, which is positive.

        The outputs may be [] unless `task.has_accuracy`.
        """

    @abstractmethod
    def evaluate(self, table: Any) -> tuple[float, Outputs]:
        """The mean loss of a table, and the outputs for each row; changes no gradient.

        It is called only for `validation_rows`, so not where there is no validation. The outputs
        may be [] unless `task.has_accuracy`.
        """

    def step_by_graph(self, batch: Sequence[int]) -> float | None:
        """Repeat a step with nonfinite numbers by the graph, and return the loss.

        None for an engine that builds the graph itself. Another one computes the gradient of the
        graph, which may be finite, or another infinity or NaN.
        """
        return None

    def verify(self) -> None:  # noqa: B027  # nothing to do for an engine that runs the model itself
        """Raise ValueError if the model is not the one that the engine was created for."""

    def epochs(self, most: int) -> Epochs:
        """Train for at least one epoch and at most `most`; this method trains for one, step by
        step.

        An override calls `task.set_lr` before each step and leaves the optimizer as these steps
        would: its parameters with their `grad`, its states, and its count of steps.
        """
        task, optimizer = self.task, self.task.optimizer
        losses, sizes, correct = [], [], 0
        for batch in task.batches():
            weights = task.weights_of(batch)
            task.set_lr(optimizer.steps)
            loss, outputs = self.backward(self.take(self.rows, batch), weights)
            task.clip()
            try:
                optimizer.step()
            except FloatingPointError:
                repeated = self.step_by_graph(batch)
                if repeated is None:
                    raise
                loss = repeated
            losses.append(loss)
            sizes.append(len(batch) if weights is None else math.fsum(weights))
            if task.has_accuracy:
                correct += count_correct(outputs, [task.pairs[i][1] for i in batch])
        columns = {"loss": [mean_of_batches(losses, sizes)]}
        if task.has_accuracy:
            columns["accuracy"] = [correct / len(task.pairs)]
        columns["lr"] = [optimizer.lr]
        kept = [[p.data for p in optimizer.parameters]] if task.keeps_parameters else []
        return Epochs(columns, kept)

    def validate(self) -> dict[str, list[float]]:
        """The columns of the history for the validation rows; empty without validation."""
        if self.task.validation is None:
            return {}
        loss, outputs = self.evaluate(self.validation_rows)
        columns = {"validation_loss": [loss]}
        if self.task.has_accuracy:
            labels = [label for _, label in self.task.validation]
            columns["validation_accuracy"] = [count_correct(outputs, labels) / len(labels)]
        return columns


def mean_of_batches(losses: Iterable[float], sizes: Sequence[float]) -> float:
    """The mean loss of an epoch, from the mean of each batch and the sum of its weights."""
    whole = math.fsum(sizes)
    return exact_sum([x * (size / whole) for x, size in zip(losses, sizes, strict=True)])


def exact_sum(xs: Sequence[float]) -> float:
    """`autograd.total` of floats, without its checks where the sum is finite."""
    try:
        return math.fsum(xs)
    except (OverflowError, ValueError):  # fsum's for infinities; total follows IEEE 754
        return autograd.total(xs)


def count_correct(outputs: Outputs, labels: Sequence[Any]) -> int:
    """The number of rows whose largest output is that of the class of their label."""
    pairs = zip(outputs, labels, strict=True)
    return [class_of(z) == class_of_label(label) for z, label in pairs].count(True)
