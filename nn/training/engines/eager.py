"""The engine eager: a graph of Values for each batch, and its reverse sweep."""

from __future__ import annotations

import math
from collections.abc import Sequence

import autograd
from autograd import Value

from ...evaluation import numbers_of
from ..task import Pairs, Task
from .engine import Engine, Scores


class Eager(Engine):
    """Builds the graph of every batch; its tables are the rows themselves.

    reason: why no faster engine serves, where one was possible.
    """

    def __init__(self, task: Task, reason: str = "") -> None:
        self.reason = reason
        super().__init__(task)

    @property
    def served(self) -> tuple[str, str]:
        return "eager", self.reason

    def table(self, pairs: Pairs) -> Pairs:
        return pairs

    def take(self, table: Pairs, batch: Sequence[int]) -> Pairs:
        return [table[i] for i in batch]

    def mean(self, table: Pairs, weights: Sequence[float] | None) -> tuple[Value, Scores]:
        task = self.task
        outputs = [task.model(row) for row, _ in table]
        losses = [task.loss(z, label) for z, (_, label) in zip(outputs, table, strict=True)]
        if weights is None:
            mean = autograd.mean(losses)
        else:
            whole = math.fsum(weights)
            mean = autograd.dot([weight / whole for weight in weights], losses)
        return mean, [numbers_of(z) for z in outputs]

    def backward(self, table: Pairs, weights: Sequence[float] | None) -> tuple[float, Scores]:
        self.task.optimizer.zero_grad()
        mean, scores = self.mean(table, weights)
        mean.backward()
        return mean.data, scores

    def evaluate(self, table: Pairs) -> tuple[float, Scores]:
        mean, scores = self.mean(table, None)
        return mean.data, scores
