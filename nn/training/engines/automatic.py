"""The engine "auto": a compiled one while its results agree with those of the engine eager."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd.graph import topological_order

from ...optimizers import Optimizer
from ...schedules import is_known
from ..task import LabeledRows, Task
from ..visible_state import VisibleState, kept_by
from .compiled import NotCompiledError
from .eager import Eager
from .engine import Engine, Epochs, Outputs

CHANGES = (
    "the model or the loss computes another number when it is called again, or leaves a trace of "
    "the call: it draws a number, such as random.random(), or keeps a state, which tracing can't "
    "record"
)


class Probe:
    """A test of the model and the loss on the first row: whether repeated calls agree.

    Those of this package are stateless: they are called once, for the number of edges.

    Attributes:
        before: their state before the first call.
        edges: the count of edges of the graph.
    """

    def __init__(self, task: Task) -> None:
        self.task = task
        self.before = self.state()
        loss = task.row_loss(*task.pairs[0])
        self.loss = loss.data
        self.edges = sum([len(node.parents) for node in topological_order(loss)])
        self.after = self.state()  # caches created at the first call are not a change
        self.is_steady = self.is_same()

    def state(self) -> VisibleState:
        if self.task.is_known:
            return VisibleState([], shared=False)
        return VisibleState([self.task.model, self.task.loss])

    def is_same(self) -> bool:
        """Whether a repeated call on the first row gives the same loss and the same state."""
        if self.task.is_known:
            return True
        loss = self.task.row_loss(*self.task.pairs[0]).data
        same = loss == self.loss or (math.isnan(loss) and math.isnan(self.loss))
        return same and self.state() == self.after


class Automatic(Engine):
    """A compiled engine, replaced by the engine eager when its results deviate from the graph's.

    A compiled model is not called again. It may be changed by callbacks, by a schedule, and by a
    user's optimizer. After callbacks some rows are compared with the graph. Epochs in which a
    schedule or an optimizer changed the state of the model or the loss are recomputed by the graph.

    Args:
        inner: the prepared engine that computes.
    """

    def __init__(self, task: Task, inner: Engine) -> None:
        super().__init__(task)
        self.inner = inner
        self.done = 0

    def prepare(self) -> None:
        """Do nothing: the inner engine is prepared."""

    @property
    def engine_and_note(self) -> tuple[str, str]:
        return self.inner.engine_and_note

    def table(self, pairs: LabeledRows) -> Any:
        return self.inner.table(pairs)

    def take(self, table: Any, batch: Sequence[int]) -> Any:
        return self.inner.take(table, batch)

    def backward(self, table: Any, weights: Sequence[float] | None) -> tuple[float, Outputs]:
        return self.inner.backward(table, weights)

    def evaluate(self, table: Any) -> tuple[float, Outputs]:
        return self.inner.evaluate(table)

    def validate(self) -> dict[str, list[float]]:
        return self.inner.validate()

    def verify(self) -> None:
        """Continue with the graph if callbacks changed the function of the model."""
        try:
            self.inner.verify()
        except NotCompiledError as error:
            self.become_eager(error.reason)

    def epochs(self, most: int) -> Epochs:
        found = self.watched_epochs(most) if self.is_watched else self.inner.epochs(most)
        self.done += len(found.columns["loss"])
        return found

    @property
    def is_watched(self) -> bool:
        """Whether user code runs within an epoch of a compiled engine."""
        if isinstance(self.inner, Eager):
            return False
        of_user = type(self.task.optimizer).__module__ != Optimizer.__module__
        return of_user or not is_known(self.task.schedule)

    def watched_epochs(self, most: int) -> Epochs:
        """Epochs of the inner engine; of the graph if the model was changed during these."""
        task, optimizer = self.task, self.task.optimizer
        checkpoint, gradients = optimizer.checkpoint(), [p.grad for p in optimizer.parameters]
        everything = [task.model, task.loss, task.schedule, optimizer, task.shuffler]
        before, kept = VisibleState(everything), kept_by(task)
        found = self.inner.epochs(most)
        if kept == kept_by(task):
            return found
        before.restore()
        optimizer.restore(checkpoint)
        for parameter, grad in zip(optimizer.parameters, gradients, strict=True):
            parameter.grad = grad
        self.become_eager("the model or the loss was changed from step to step")
        return self.inner.epochs(1)

    def become_eager(self, reason: str) -> None:
        """Compute by the graph from now on."""
        name, _ = self.inner.engine_and_note
        earlier = f"epochs up to {self.done} by {name}: " if self.done else ""
        self.inner = Eager(self.task, f"{earlier}{reason}")
        self.inner.prepare()
