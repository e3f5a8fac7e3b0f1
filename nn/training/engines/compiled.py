"""Engines of training: what computes the loss of some rows and its gradient.

Eager builds the graph of every batch and sweeps it; Compiled runs one program of the model and the
loss over all rows of a batch at once. Both leave the gradient in the parameters' `grad`.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import autograd
from autograd import Value
from autograd.arguments import choices
from autograd.cached import cached_property
from autograd.ieee import exact_sum
from autograd.locks import LOADING

from ...evaluation import numbers_of
from ...losses import Loss, cross_entropy
from ...module import Module
from ...optimizers import Optimizer

if TYPE_CHECKING:
    from autograd.program import Program
    from autograd.program.pace import Pace

ENGINES = ("eager", "python", "numpy", "native")
COMPARED = 20  # rows, of different labels and from all over, that must agree with the graph

Pairs = Sequence[tuple[Any, Any]]
Scores = list[list[float]]


class Engine(Protocol):
    """What train asks of an engine."""

    @property
    def served(self) -> tuple[str, str]:
        """Its name, and why it is not the one that was asked for, if it is not."""

    def table(self, pairs: Pairs) -> Any:
        """Rows with labels, in the form that the engine computes on."""

    def take(self, table: Any, indices: Sequence[int]) -> Any:
        """Some rows of a table."""

    def backward(self, table: Any, weights: Sequence[float] | None) -> tuple[float, Scores]:
        """The mean loss, its gradient set in the parameters; and the outputs for each row."""

    def evaluate(self, table: Any) -> tuple[float, Scores]:
        """The mean loss and the outputs for each row."""


@runtime_checkable
class Descending(Protocol):
    """An engine that can do whole epochs by itself."""

    @property
    def descends(self) -> bool:
        """Whether it can here."""

    @property
    def pace(self) -> Pace:
        """How many epochs to do at a time."""

    def holds(self, rates: Sequence[float]) -> bool:
        """Whether its next steps, at these learning rates, are what the optimiser would do."""

    def epochs(
        self,
        table: Any,
        orders: Sequence[Sequence[Sequence[int]]],
        weights: Sequence[float] | None,
        rates: Sequence[float],
    ) -> tuple[dict[str, list[float]], Any]:
        """Train for some epochs; columns of the history, and the parameters after each, an array.

        orders: for each epoch its batches, by the numbers of their rows.
        weights: of each row of the table.
        rates: the learning rate of each step.
        """


def engine_of(
    name: str, model: Module, loss: Loss, optimizer: Optimizer, pairs: Pairs, scored: bool
) -> Engine:
    """The engine of that name.

    pairs: the rows to train on.
    scored: whether outputs will be asked for.
    """
    if name not in ENGINES:
        raise ValueError(f"train: unknown engine {name!r}{choices(name, ENGINES)}")
    if name == "eager":
        return Eager(model, loss, optimizer)
    if name == "native":
        return _native()(name, model, loss, optimizer, pairs, scored)
    return Compiled(name, model, loss, optimizer, pairs, scored)


def _native() -> type[Compiled]:
    """The class of the native engine; where it can't be imported, `compile` says why."""
    try:
        with LOADING:
            from .native import Native
    except ImportError:
        return Compiled
    return Native


class Eager:
    """Graphs of Values and their sweep."""

    served = "eager", ""

    def __init__(self, model: Module, loss: Loss, optimizer: Optimizer) -> None:
        self.model, self.loss, self.optimizer = model, loss, optimizer

    def table(self, pairs: Pairs) -> Pairs:
        return pairs

    def take(self, table: Pairs, indices: Sequence[int]) -> Pairs:
        return [table[i] for i in indices]

    def mean(self, table: Pairs, weights: Sequence[float] | None) -> tuple[Value, Scores]:
        outputs = [self.model(row) for row, _ in table]
        losses = [self.loss(z, label) for z, (_, label) in zip(outputs, table, strict=True)]
        if weights is None:
            mean = autograd.mean(losses)
        else:
            whole = math.fsum(weights)
            mean = autograd.dot([weight / whole for weight in weights], losses)
        return mean, [numbers_of(z) for z in outputs]

    def backward(self, table: Pairs, weights: Sequence[float] | None) -> tuple[float, Scores]:
        self.optimizer.zero_grad()
        mean, scores = self.mean(table, weights)
        mean.backward()
        return mean.data, scores

    def evaluate(self, table: Pairs) -> tuple[float, Scores]:
        mean, scores = self.mean(table, None)
        return mean.data, scores


class Compiled:
    """A program of the loss of one row, and one of that and the outputs.

    A row of their tables is a row of the data followed by its label: a number; or the weights of
    the classes, which for cross_entropy of a class index are 1 for that class and 0 for the others.
    """

    def __init__(
        self,
        name: str,
        model: Module,
        loss: Loss,
        optimizer: Optimizer,
        pairs: Pairs,
        scored: bool,
    ) -> None:
        self.name, self.loss, self.optimizer = name, loss, optimizer
        self.parameters = optimizer.parameters
        row, label = pairs[0]
        outputs = model(row)
        self.width, self.classes = len(row), len(numbers_of(outputs))
        self.listed = self.one_hot(label) or is_listed(label)
        self.indexed = all([self.one_hot(label) for _, label in pairs])
        labels = {tuple(t) if is_listed(t) else t: (row, t) for row, t in reversed(pairs)}
        for _, label in labels.values():
            loss(outputs, label)  # an error in a label is the loss's own, as without a program
        self.model, self.columns = model, self.width + len(self.label_columns(label))
        self.scorer = self.compiled(self.loss_and_outputs) if scored else None
        spread = pairs[:: -(-len(pairs) // COMPARED)]
        for row, label in [*[*labels.values()][:COMPARED], *spread]:
            self.compare(loss(model(row), label).data, row, label)

    @property
    def served(self) -> tuple[str, str]:
        return self.program.backend, self.program.note

    def loss_and_outputs(self, *numbers: Value) -> list[Value]:
        z, t = self.model(list(numbers[: self.width])), numbers[self.width :]
        outputs = [z] if isinstance(z, Value) else z
        return [self.loss(z, list(t) if self.listed else t[0]), *outputs]

    @cached_property
    def program(self) -> Program:
        """Of the loss alone, with its gradient."""
        return self.compiled(lambda *numbers: self.loss_and_outputs(*numbers)[0])

    def compiled(self, function: Callable[..., Any]) -> Program:
        try:
            return autograd.compile(
                function, self.columns, parameters=self.parameters, backend=self.name
            )
        except (TypeError, ValueError, LookupError) as error:
            raise TypeError(
                f"train: engine={self.name!r} can't compile the model with the loss "
                f"{getattr(self.loss, '__name__', self.loss)}: {error}. Both must be written in "
                "operations of autograd, with autograd.where for a choice; the label is a Value "
                '(for classes, use nn.cross_entropy as it is). Or use engine="eager"'
            ) from error

    def compare(self, eager: float, row: Sequence[float], label: Any) -> None:
        """Raise ValueError where the program gives another loss than the graph.

        Random numbers, and what is read from elsewhere, are drawn once when a function is traced:
        tracing does not see them.
        """
        table = self.table([(row, label)])
        (found,) = self.program(table) if self.scorer is None else self.scorer(table)[0][:1]
        if not math.isnan(eager) and not math.isclose(found, eager, rel_tol=1e-9, abs_tol=1e-9):
            raise ValueError(
                f"train: engine={self.name!r} finds the loss {found} where the graph gives {eager},"
                f" for the label {label!r:.60}: the model or the loss draws a number or "
                "makes a choice that compiling can't see, such as random.random(). "
                'Or use engine="eager"'
            )

    def one_hot(self, label: Any) -> bool:
        """Whether a label is a class index that the loss takes as such."""
        of_classes = self.loss is cross_entropy or self.loss is autograd.cross_entropy
        return of_classes and isinstance(label, numbers.Integral)

    def label_columns(self, label: Any) -> list[float]:
        """A label as it stands in a table."""
        if self.one_hot(label):
            return [1.0 if k == label else 0.0 for k in range(self.classes)]
        return [float(x) for x in label] if is_listed(label) else [float(label)]

    def table(self, pairs: Pairs) -> Any:
        for i, (row, _) in enumerate(pairs):
            if len(row) != self.width:
                raise ValueError(f"row {i}: expected {self.width} numbers, got {len(row)}")
        rows = [[*map(float, row), *self.label_columns(label)] for row, label in pairs]
        if self.name == "python":
            return rows
        with LOADING:
            import numpy

        return numpy.array(rows)

    def take(self, table: Any, indices: Sequence[int]) -> Any:
        return [table[i] for i in indices] if isinstance(table, list) else table[indices]

    def backward(self, table: Any, weights: Sequence[float] | None) -> tuple[float, Scores]:
        scores = self.evaluate(table)[1] if self.scorer else []
        loss, gradient = self.program.value_and_grad(table, sample_weight=weights)
        for parameter, grad in zip(self.parameters, gradient, strict=True):
            parameter.grad = grad
        return loss, scores

    def evaluate(self, table: Any) -> tuple[float, Scores]:
        assert self.scorer is not None
        found = self.scorer(table)
        rows = found if isinstance(found, list) else found.tolist()
        return exact_sum([row[0] / len(rows) for row in rows]), [list(row[1:]) for row in rows]


def is_listed(label: Any) -> bool:
    """Whether a label is several numbers."""
    return hasattr(label, "__len__")
