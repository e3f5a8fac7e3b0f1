"""The engine native: whole epochs of training as machine code, including the updates.

`traced_rules` makes a tape of the optimizer's rule, of `nn/update_rules.py`;
`autograd.program.native.training_steps` compiles it together with the gradient of the loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Value, dot, where
from autograd.cached import cached_property
from autograd.program.native import Descent, Pace, Results, Steps, TooLargeError, row_seconds
from autograd.tape import Tape

from ...optimizers import Optimizer
from ..task import Task
from .compiled import Compiled
from .engine import Epochs, mean_of_batches
from .traced_rules import NotTracedError, TracedRule

# Parts of a step beside the rule, which machine code implements as in Optimizer.
PARTS = ("step", "moved", "zero_grad", "lr", "settings", "states", "steps", "parameters")


class Native(Compiled):
    """The engine `Compiled` on the native backend; if no Python code runs between the steps, the
    updates are machine code too, traced from the optimizer's rule.
    """

    rule: TracedRule | None = None
    descent: Descent | None = None  # the steps as machine code; None where they run in Python
    reason: str | None = None  # why they run in Python; None as long as they are machine code

    def compile(self) -> None:
        """Compile the steps; programs of the loss and the outputs only if that fails."""
        self.update_descent()
        if self.descent is None:
            super().compile()

    def losses(self, table: Any) -> Sequence[float]:
        """Computed by the code of the steps if possible, without further compilation."""
        if self.descent is not None:
            found = self.descent.losses(table, self.numbers)
            if all(map(isfinite, found)):
                return found
        return super().losses(table)

    @property
    def numbers(self) -> list[float]:
        """The numbers of all leaves of the loss."""
        _, leaves = self.traced
        return [leaf.data for leaf in leaves]

    @cached_property
    def pace(self) -> Pace:
        """The number of epochs for each call of machine code."""
        return Pace(row_seconds(self.traced_loss) * len(self.task.pairs))

    @property
    def engine_and_note(self) -> tuple[str, str]:
        if self.descent is not None:
            return "native", ""
        name, note = super().engine_and_note
        return name, note or f"its steps are done one by one in Python: {self.reason}"

    def update_descent(self) -> None:
        """Compile the optimizer's steps if they are not compiled, or its settings have changed.

        If they can't be compiled, all further steps run in Python.
        """
        is_current = self.rule is not None and self.rule.is_current and not self.why_not_native
        if self.reason is None and not is_current:
            found = self.compile_descent()
            if isinstance(found, str):
                self.step_in_python(found)
            else:
                self.descent = found

    @property
    def why_not_native(self) -> str:
        """The reason why the optimizer's steps can't be machine code; empty if they can."""
        optimizer, kind = self.task.optimizer, type(self.task.optimizer)
        for name in PARTS:
            part = getattr(Optimizer, name, None)
            if getattr(kind, name, None) is not part or (part and name in vars(optimizer)):
                return f"{kind.__name__} has {name} of its own"
        if [*map(id, optimizer.parameters)] != [*map(id, self.parameters)]:
            return "the optimizer's parameters are others than when the training began"
        if len(optimizer.states) != len(self.parameters):
            return "expected a state for each parameter"
        return ""

    def compile_descent(self) -> Descent | str:
        """The optimizer's steps as machine code, or the reason why they can't be compiled."""
        optimizer, kind = self.task.optimizer, type(self.task.optimizer)
        if self.why_not_native:
            return self.why_not_native
        loss, count = self.traced_loss, len(self.parameters)
        try:
            self.rule = TracedRule(optimizer)
            with self.compiling(TooLargeError):
                return Descent(loss, count, self.rule.tape, len(kind.start))
        except NotTracedError as error:
            return f"the rule of {kind.__name__} can't be traced: {error}"
        except TooLargeError as error:
            return str(error)

    def step_in_python(self, reason: str) -> None:
        """Run all further steps in Python."""
        self.reason = reason
        self.descent = None

    def computed(self, *numbers: Value) -> Sequence[Value]:
        """The loss and, for classes, whether the output is correct."""
        loss, *outputs = super().computed(*numbers)
        if not self.task.has_accuracy:
            return [loss, *outputs]
        return [loss, *outputs, is_correct(outputs, self.class_of(numbers[self.width :]))]

    @property
    def traced_loss(self) -> Tape:
        """The tape of one row's loss and, for classes, whether its output is correct."""
        tape, _ = self.traced
        wanted = [0, -1] if self.task.has_accuracy else [0]
        return tape.with_outputs([tape.outputs[i] for i in wanted])

    def class_of(self, label: Sequence[Value]) -> Value:
        """The class of a label, from its columns in a table."""
        if all([self.one_hot(given) for _, given in self.labels]):
            return dot([float(i) for i in range(self.classes)], label)
        if self.label_is_sequence:
            return first_largest(label)
        index: Value = where(label[0] < 0.0, 0.0, label[0])
        return index

    def epochs(self, most: int) -> Epochs:
        """As many epochs as fit into one slice of time, or one epoch step by step."""
        task, optimizer = self.task, self.task.optimizer
        self.update_descent()
        if task.clips or self.descent is None:
            return super().epochs(most)
        count = self.pace.next(most)
        first = optimizer.steps
        try:
            rates = task.set_lrs(first, count * task.steps_per_epoch)
        except Exception:  # of the schedule: the steps before it are run, then it is raised again
            return super().epochs(most)
        assert self.rule is not None
        if fault := self.rule.fault(rates):
            self.step_in_python(f"the rule of {type(optimizer).__name__}: {fault}")
            return super().epochs(most)
        steps = steps_of(task, count, rates)
        found = self.descend(steps)
        if found.done < len(rates):
            self.raise_at(steps, found.done)
        return Epochs(columns_of(task, steps, found), found.kept)

    def descend(self, steps: Steps) -> Results:
        """Run steps as machine code, and update the optimizer."""
        optimizer, rule = self.task.optimizer, self.rule
        assert self.descent is not None
        assert rule is not None
        states: NDArray[np.float64] = np.array(optimizer.states, dtype=np.float64).T.copy()
        found = self.descent.run(
            self.rows, steps, self.numbers, states, optimizer.steps, rule.settings
        )
        self.pace.took(found.seconds)
        changed = zip(found.parameters.tolist(), found.gradient.tolist(), strict=True)
        for parameter, (data, grad) in zip(self.parameters, changed, strict=True):
            parameter.data, parameter.grad = data, grad
        if len(states):
            optimizer.states = list(zip(*states.tolist(), strict=True))
        optimizer.steps += found.done
        return found

    def raise_at(self, steps: Steps, step: int) -> None:
        """Raise for a step with a gradient or an updated parameter that is not finite.

        Its sums are recomputed by the graph.
        """
        optimizer, start = self.task.optimizer, steps.starts[step]
        batch = steps.index[start : start + steps.counts[step]].tolist()
        optimizer.lr = steps.rates[step]
        self.step_by_graph(batch)  # raises with the name of the parameter
        raise FloatingPointError(
            f"{type(optimizer).__name__}: a number is not finite in step {optimizer.steps}"
        )


def steps_of(task: Task, count: int, rates: Sequence[float]) -> Steps:
    """The steps of some epochs; the weights of each batch sum to 1."""
    if task.batch_size is None:  # every step has the same rows
        index = np.arange(len(task.pairs), dtype=np.int64)
        counts = np.full(count, len(index), dtype=np.int64)
        starts = np.zeros_like(counts)
    else:
        batches = [batch for _ in range(count) for batch in task.batches()]
        index = np.array([i for batch in batches for i in batch], dtype=np.int64)
        counts = np.array([len(batch) for batch in batches], dtype=np.int64)
        starts = np.cumsum(counts) - counts
    if task.weights is None:
        shares = 1.0 / counts
    else:
        shares = np.array(task.weights, dtype=np.float64)[index]
        for start, size in {*zip(starts.tolist(), counts.tolist(), strict=True)}:
            part = slice(start, start + size)
            shares[part] /= shares[part].sum()
    keeps = np.full_like(counts, -1)
    if task.keeps_parameters:
        keeps[last_steps(task, count)] = np.arange(count)
    numbers = np.array(rates, dtype=np.float64)
    return Steps(index, starts, counts, shares, task.weights is not None, numbers, keeps)


def last_steps(task: Task, count: int) -> NDArray[np.int64]:
    """The index of the last step of each epoch."""
    return np.arange(1, count + 1) * task.steps_per_epoch - 1


def columns_of(task: Task, steps: Steps, found: Results) -> dict[str, list[float]]:
    """The columns of the history, from the losses and correct counts of each step."""
    size = task.steps_per_epoch
    count = len(steps.starts) // size
    if size == 1:
        columns = {"loss": found.losses.tolist()}
    else:
        sizes: NDArray[Any] = steps.counts
        if task.weights is not None:
            sizes = np.add.reduceat(np.array(task.weights)[steps.index], steps.starts)
        parts = [slice(*ends) for ends in pairwise(range(0, (count + 1) * size, size))]
        means = [mean_of_batches(found.losses[p].tolist(), sizes[p].tolist()) for p in parts]
        columns = {"loss": means}
    if task.has_accuracy:
        correct = found.others[:, 0].reshape(count, size).sum(axis=1)
        columns["accuracy"] = (correct / len(task.pairs)).tolist()
    columns["lr"] = steps.rates[last_steps(task, count)].tolist()
    return columns


def is_correct(z: Sequence[Value], wanted: Value) -> Value:
    """1 if the largest output is that of the class, else 0."""
    one, zero = Value(1.0), Value(0.0)
    found = first_largest(z if len(z) > 1 else [zero, *z])
    correct: Value = where(found < wanted, zero, where(wanted < found, zero, one))
    return correct


def first_largest(xs: Sequence[Value]) -> Value:
    """The index of the first largest, by a tournament of pairs, which are independent."""
    found = [(x, Value(float(i))) for i, x in enumerate(xs)]
    while len(found) > 1:
        rest = found[-1:] if len(found) % 2 else []
        found = [better(a, b) for a, b in zip(found[:-1:2], found[1::2], strict=False)] + rest
    return found[0][1]


def better(best: tuple[Value, Value], other: tuple[Value, Value]) -> tuple[Value, Value]:
    """The pair with the larger number; in a tie, the first one."""
    larger = best[0] < other[0]
    return where(larger, other[0], best[0]), where(larger, other[1], best[1])
