"""The engine eager: a graph of Values for each batch, and its reverse sweep.

It computes the gradients. The update of the parameters by them is `Optimizer.step`, which applies a
rule of `nn/update_rules.py` to each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import autograd
from autograd import Value

from ...predictions import output_numbers
from ..task import LabeledRows, Task
from .engine import Engine, Outputs


class Eager(Engine):
    """The engine that builds the graph of every batch; its tables are the rows themselves.

    Args:
        reason: the reason if a faster engine was possible.
    """

    def __init__(self, task: Task, reason: str = "") -> None:
        super().__init__(task)
        self.reason = reason

    @property
    def engine_and_note(self) -> tuple[str, str]:
        return "eager", self.reason

    def table(self, pairs: LabeledRows) -> LabeledRows:
        return pairs

    def take(self, table: LabeledRows, batch: Sequence[int]) -> LabeledRows:
        return [table[i] for i in batch]

    def mean(self, table: LabeledRows, weights: Sequence[float] | None) -> tuple[Value, Outputs]:
        task = self.task
        outputs = [task.model(row) for row, _ in table]
        losses = [task.loss(z, label) for z, (_, label) in zip(outputs, table, strict=True)]
        if weights is None:
            mean = autograd.mean(losses)
        else:
            whole = math.fsum(weights)
            mean = autograd.dot([weight / whole for weight in weights], losses)
        return task.checked(mean), [output_numbers(z) for z in outputs]

    def backward(
        self, table: LabeledRows, weights: Sequence[float] | None
    ) -> tuple[float, Outputs]:
        self.task.optimizer.zero_grad()
        mean, outputs = self.mean(table, weights)
        mean.backward()
        return mean.data, outputs

    def evaluate(self, table: LabeledRows) -> tuple[float, Outputs]:
        mean, outputs = self.mean(table, None)
        return mean.data, outputs
