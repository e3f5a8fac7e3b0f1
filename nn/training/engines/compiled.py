"""The engines python and numpy: a compiled program of the model and the loss."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from numbers import Integral
from typing import Any

import autograd
from autograd import Value
from autograd.cached import cached_property
from autograd.callers import raised_in
from autograd.collector import collector_paused
from autograd.locks import LOADING
from autograd.program import Program
from autograd.tape import Tape, trace

from ...losses import cross_entropy
from ...predictions import output_numbers
from ..task import LabeledRows, Task
from .eager import Eager
from .engine import Engine, Outputs, exact_sum

COMPARED = 20  # rows with different labels, and evenly spaced ones, to compare
COMPARED_AGAIN = 3  # rows compared after callbacks, which may have changed the model


class NotCompiledError(TypeError, ValueError):
    """The model with its loss can't be compiled, or the compiled results deviate.

    Args:
        reason: a short description.
    """

    def __init__(self, backend: str, reason: str, advice: str) -> None:
        super().__init__(f"train: engine={backend!r}: {reason}. {advice}")
        self.reason = reason


class Compiled(Engine):
    """A program of the loss of one row, and one of that and the outputs.

    A row of their tables is a row of the data followed by its label: a number; or the weights of
    the classes, a one-hot vector for cross_entropy of a class index.
    """

    def __init__(self, task: Task, backend: str) -> None:
        super().__init__(task)
        self.backend = backend

    def prepare(self) -> None:
        """Compile the model with the loss, compare the results with the graph, and create the
        tables.
        """
        task = self.task
        self.parameters = list(task.optimizer.parameters)  # a callback may change those
        row, label = task.pairs[0]
        outputs = task.model(row)
        numbers = [float(x) for x in row]  # invalid losses raise before compilation
        self.width, self.classes = len(numbers), len(output_numbers(outputs))
        self.label_is_sequence = self.one_hot(label) or is_sequence(label)
        self.labels = labels = distinct_labels(task.pairs)
        for _, label in [*labels, *distinct_labels(task.validation or ())]:
            task.checked(task.loss(outputs, label))  # an invalid label raises the loss's own error
        self.columns = self.width + len(self.label_columns(label))
        self.compile()
        if task.is_known:  # no user code: errors of the comparison are not translated
            self.compare(labels[:1])
        else:
            self.compare([*labels[:COMPARED], *self.distant_rows(COMPARED)])
        super().prepare()

    @property
    def engine_and_note(self) -> tuple[str, str]:
        return self.program.backend, self.program.note

    def compile(self) -> None:
        """Compile the programs for the first epoch."""
        _ = self.evaluation or self.program

    @cached_property
    def traced(self) -> tuple[Tape, list[Value]]:
        """The tape of the computation for each row, and the leaves whose numbers it reads."""
        with self.compiling(), collector_paused():
            tape, leaves = trace(self.computed, self.columns, self.parameters)
            return tape.check(), leaves

    def computed(self, *numbers: Value) -> Sequence[Value]:
        """The loss of a row, and the outputs if they are needed."""
        z, t = self.task.model(list(numbers[: self.width])), numbers[self.width :]
        loss = self.task.loss(z, list(t) if self.label_is_sequence else t[0])
        outputs = [z] if isinstance(z, Value) else z
        return [loss, *outputs] if self.has_outputs else [loss]

    @property
    def has_outputs(self) -> bool:
        """Whether the outputs are needed."""
        return self.task.has_accuracy or self.task.validation is not None

    @cached_property
    def evaluation(self) -> Program | None:
        """The program of the loss and the outputs; None if the outputs are not needed."""
        return self.program_of(self.traced[0]) if self.has_outputs else None

    @cached_property
    def program(self) -> Program:
        """The program of the loss, with its gradient."""
        tape, _ = self.traced
        return self.program_of(replace(tape, outputs=tape.outputs[:1], several=False))

    def program_of(self, tape: Tape) -> Program:
        """The program of some outputs of the tape."""
        _, leaves = self.traced
        with self.compiling():
            return Program(tape, leaves, self.parameters, self.backend)

    @contextmanager
    def compiling(self, *others: type[Exception]) -> Iterator[None]:
        """A context in which exceptions of the user's model and loss become a NotCompiledError.

        Args:
            others: exceptions that are propagated.
        """
        try:
            yield
        except Exception as error:  # they may raise anything
            if isinstance(error, (ImportError, *others)):  # what a backend needs is not installed
                raise
            name = getattr(self.task.loss, "__name__", self.task.loss)
            raise NotCompiledError(
                self.backend,
                f"the model with the loss {name} can't be compiled: {described(error)}",
                "Both must be written in operations of autograd, with autograd.where for a choice; "
                "the label is a Value (for classes, use nn.cross_entropy as it is). "
                'Or use engine="eager"',
            ) from error

    def distant_rows(self, count: int) -> LabeledRows:
        """About `count` evenly spaced rows."""
        pairs = self.task.pairs
        return pairs[:: -(-len(pairs) // count)]

    def compare(self, pairs: LabeledRows) -> None:
        """Raise NotCompiledError if the losses of program and graph differ.

        Random numbers, and state outside the function, are read once when it is traced, and become
        constants.
        """
        wanted = [self.task.row_loss(row, label).data for row, label in pairs]
        losses = self.losses(self.table(pairs))
        for eager, found, (_, label) in zip(wanted, losses, pairs, strict=True):
            same = math.isclose(found, eager, rel_tol=1e-9, abs_tol=1e-9)
            if not same and not math.isnan(eager):
                raise NotCompiledError(
                    self.backend,
                    f"compiled, the loss is {found} where that of the graph is {eager}, for the "
                    f"label {label!r:.60}: the model or the loss draws a number or makes a choice "
                    "that tracing can't record, such as random.random()",
                    'Use engine="eager"',
                )

    def losses(self, table: Any) -> Sequence[float]:
        """The loss of each row of a table."""
        if self.evaluation is None:
            found: Sequence[float] = self.program(table)
            return found
        return [row[0] for row in self.evaluation(table)]

    def verify(self) -> None:
        self.compare(self.distant_rows(COMPARED_AGAIN))

    def one_hot(self, label: Any) -> bool:
        """Whether a label is a class index of cross_entropy."""
        of_classes = self.task.loss in (cross_entropy, autograd.cross_entropy)
        return of_classes and isinstance(label, Integral)

    def label_columns(self, label: Any) -> list[float]:
        """A label as columns of a table."""
        if self.one_hot(label):
            return [1.0 if k == label else 0.0 for k in range(self.classes)]
        return [float(x) for x in label] if is_sequence(label) else [float(label)]

    def table(self, pairs: LabeledRows) -> Any:
        for i, (row, _) in enumerate(pairs):
            if len(row) != self.width:
                raise ValueError(f"row {i}: expected {self.width} numbers, got {len(row)}")
        known = lru_cache(typed=True)(self.label_columns)  # cached, since labels repeat
        rows = [
            [*map(float, row), *(self.label_columns if is_sequence(label) else known)(label)]
            for row, label in pairs
        ]
        if self.backend == "python":
            return rows
        with LOADING:
            import numpy

        return numpy.array(rows)

    def take(self, table: Any, batch: Sequence[int]) -> Any:
        return [table[i] for i in batch] if isinstance(table, list) else table[batch]

    def backward(self, table: Any, weights: Sequence[float] | None) -> tuple[float, Outputs]:
        outputs = self.evaluate(table)[1] if self.evaluation else []
        loss, gradient = self.program.value_and_grad(table, sample_weight=weights)
        self.task.optimizer.zero_grad()
        for parameter, grad in zip(self.parameters, gradient, strict=True):
            parameter.grad += grad  # added, as by a sweep: a user's zero_grad may leave some
        return loss, outputs

    def step_by_graph(self, batch: Sequence[int]) -> float:
        task = self.task
        pairs = [task.pairs[i] for i in batch]
        loss, _ = Eager(task).backward(pairs, task.weights_of(batch))
        task.clip()
        task.optimizer.step()
        return loss

    def evaluate(self, table: Any) -> tuple[float, Outputs]:
        assert self.evaluation is not None
        found = self.evaluation(table)
        rows = found if isinstance(found, list) else found.tolist()
        last = 1 + self.classes
        return exact_sum([row[0] / len(rows) for row in rows]), [list(row[1:last]) for row in rows]


def distinct_labels(pairs: LabeledRows) -> LabeledRows:
    """A row with each of the labels; 1, 1.0 and True differ, since a loss may reject some."""
    found: dict[Any, tuple[Any, Any]] = {}
    for row, label in reversed(pairs):
        key = tuple(label) if is_sequence(label) else label
        found[type(label), key] = row, label
    return [*found.values()]


def described(error: Exception) -> str:
    """The message of an error, with its type if user code may have raised it.

    The line of user code is added if the message names none.
    """
    usual = isinstance(error, (TypeError, ValueError)) and str(error)
    text = str(error) if usual else f"{type(error).__name__}: {error}".removesuffix(": ")
    line = raised_in(error)
    return f"{text}; in {line}" if line and ", line " not in text else text


def is_sequence(label: Any) -> bool:
    """Whether a label is several numbers."""
    return hasattr(label, "__len__")
