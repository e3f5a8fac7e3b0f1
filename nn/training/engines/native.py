"""The engine native: many epochs of training as machine code."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Value, dot, where
from autograd.cached import cached_property
from autograd.ieee import exact_sum
from autograd.program.native import TooLargeError
from autograd.program.native.descent import Descent, Steps
from autograd.program.pace import Pace
from autograd.tape import Tape, trace

from ...optimizers import Optimizer
from ..snapshots import MOST
from .compiled import Compiled
from .traced_rules import NotTracedError, TracedRule

Batches = Sequence[Sequence[int]]


class Native(Compiled):
    """Compiled, on the native backend; where nothing else has to be done between the steps, these
    are machine code too, by the optimiser's own rule.
    """

    _made: tuple[TracedRule | None, Descent | None] | None = None
    _reason = ""  # why the steps are done one by one

    @cached_property
    def pace(self) -> Pace:
        """How many epochs to do at a time."""
        return Pace()

    @property
    def descends(self) -> bool:
        """Whether it can: the native backend serves, and takes the optimiser's rule."""
        return self.descent is not None

    @property
    def served(self) -> tuple[str, str]:
        if self.descends:
            return "native", ""
        name, note = super().served
        return name, note or f"its steps are done one by one in Python: {self._reason}"

    @property
    def descent(self) -> Descent | None:
        """The steps of the optimiser, as its settings are now; None if it can't have them."""
        if self._made is None or not (self._made[0] is None or self._made[0].is_current):
            self._made = self.made()
        return self._made[1]

    @property
    def settings(self) -> list[float]:
        """The numbers that the steps are told, beside the learning rate."""
        assert self._made is not None
        assert self._made[0] is not None
        return self._made[0].settings

    def made(self) -> tuple[TracedRule | None, Descent | None]:
        """The optimiser's rule as a tape, and its steps as machine code."""
        kind = type(self.optimizer)
        if (self.scorer or self.program).backend != "native":
            return None, None
        if kind.step is not Optimizer.step or "step" in vars(self.optimizer):
            return self.one_by_one(f"{kind.__name__} has a step of its own")
        try:
            rule = TracedRule(self.optimizer)
            states = len(kind.start)
            return rule, Descent(self.loss_tape, len(self.parameters), rule.tape, states)
        except NotTracedError as error:
            return self.one_by_one(f"the rule of {kind.__name__} can't be traced: {error}")
        except TooLargeError as error:
            return self.one_by_one(str(error))

    def one_by_one(self, reason: str) -> tuple[None, None]:
        """No machine code for the steps, from now on, for this reason."""
        self._reason = reason
        self._made = None, None
        return self._made

    def holds(self, rates: Sequence[float]) -> bool:
        """Whether the code does in the next steps what the optimiser's rule does in Python.

        rates: the learning rate of each.
        """
        assert self._made is not None
        assert self._made[0] is not None
        rule, kind = self._made[0], type(self.optimizer)
        fault = rule.fault(rates)
        if not all([is_state(state, len(kind.start)) for state in self.optimizer.states]):
            fault = f"expected a state of {len(kind.start)} numbers for each parameter"
        if fault:
            self.one_by_one(f"the rule of {kind.__name__}: {fault}")
        return not fault

    @cached_property
    def loss_tape(self) -> Tape:
        """Of the loss of one row and, if answers are scored, whether it is right."""

        def loss_and_hits(*numbers: Value) -> list[Value]:
            loss, *z = self.loss_and_outputs(*numbers)
            t = list(numbers[self.width :])
            return [loss, is_right(z, self.class_of(t))] if self.scorer else [loss]

        tape, self.leaves = trace(loss_and_hits, self.columns, self.parameters)
        return tape

    def class_of(self, label: Sequence[Value]) -> Value:
        """The class of a label, as it stands in a table."""
        if self.indexed:  # then it is 1 for its class and 0 for the others
            return dot([float(i) for i in range(self.classes)], label)
        if self.listed:
            return first_largest(label)
        index: Value = where(label[0] < 0.0, 0.0, label[0])
        return index

    def epochs(
        self,
        table: Any,
        orders: Sequence[Batches],
        weights: Sequence[float] | None,
        rates: Sequence[float],
    ) -> tuple[dict[str, list[float]], NDArray[np.float64] | None]:
        """Train for some epochs; columns of the history, and the parameters after each.

        orders: for each epoch its batches, by the numbers of their rows.
        rates: the learning rate of each step.
        """
        optimizer, descent = self.optimizer, self.descent
        assert descent is not None
        states: NDArray[np.float64] = np.array(optimizer.states, dtype=np.float64).T.copy()
        steps = steps_of(orders, weights, rates, keep=len(self.parameters) <= MOST)
        numbers = [leaf.data for leaf in self.leaves]
        found = descent.run(table, steps, numbers, states, optimizer.steps, self.settings)
        self.pace.took(found.seconds)
        for parameter, x in zip(self.parameters, found.parameters.tolist(), strict=True):
            parameter.data = x
        if len(states):
            optimizer.states = list(zip(*states.tolist(), strict=True))
        optimizer.steps += found.done
        for parameter, slope in zip(self.parameters, found.gradient.tolist(), strict=True):
            parameter.grad = slope
        if found.done < len(rates):
            # The sums of this step again, as `compile` has them where they are not finite.
            batch = [batch for order in orders for batch in order][found.done]
            chosen = None if weights is None else [weights[i] for i in batch]
            self.backward(self.take(table, batch), chosen)
            optimizer.lr = rates[found.done]
            optimizer.step()  # raises: a gradient, or what a parameter would become, is not finite
            raise FloatingPointError(
                f"{type(optimizer).__name__}: a number is not finite in step {optimizer.steps}"
            )
        first = np.cumsum([0, *map(len, orders)])
        columns = {"loss": means(found.losses, steps, first, weights)}
        if self.scorer is not None:
            right = np.add.reduceat(found.others[:, 0], first[:-1])
            columns["accuracy"] = (right / np.add.reduceat(steps.counts, first[:-1])).tolist()
        columns["lr"] = steps.rates[first[1:] - 1].tolist()
        return columns, found.kept if len(found.kept) else None


def is_state(state: Any, count: int) -> bool:
    """Whether the state of a parameter is so many numbers."""
    return len(state) == count and all([isinstance(x, (int, float)) for x in state])


def means(
    losses: NDArray[np.float64],
    steps: Steps,
    first: NDArray[np.int64],
    weights: Sequence[float] | None,
) -> list[float]:
    """The mean loss of each epoch, from those of its steps."""
    if len(losses) == len(first) - 1:
        found: list[float] = losses.tolist()
        return found
    sizes: NDArray[Any] = steps.counts
    if weights is not None:
        sizes = np.add.reduceat(np.array(weights)[steps.index], steps.starts)
    found = []
    for start, stop in pairwise(first.tolist()):
        total = math.fsum(sizes[start:stop])
        parts = zip(losses[start:stop].tolist(), sizes[start:stop].tolist(), strict=True)
        found.append(exact_sum([x * (n / total) for x, n in parts]))
    return found


def steps_of(
    orders: Sequence[Batches],
    weights: Sequence[float] | None,
    rates: Sequence[float],
    keep: bool,
) -> Steps:
    """What the steps of these epochs are to do; each batch's weights add up to 1.

    keep: whether to keep the parameters after each epoch.
    """
    batches = [batch for order in orders for batch in order]
    if len(set(map(id, batches))) == 1:
        index = np.array(batches[0], dtype=np.int64)
        counts = np.full(len(batches), len(index), dtype=np.int64)
        starts = np.zeros_like(counts)
    else:
        index = np.array([i for batch in batches for i in batch], dtype=np.int64)
        counts = np.array([len(batch) for batch in batches], dtype=np.int64)
        starts = np.cumsum(counts) - counts
    if weights is None:
        shares = 1.0 / counts
    else:
        shares = np.array(weights, dtype=np.float64)[index]
        for start in np.unique(starts).tolist():
            part = slice(start, start + counts[np.searchsorted(starts, start)])
            shares[part] /= shares[part].sum()
    keeps = np.full_like(counts, -1)
    if keep:
        keeps[np.cumsum([len(order) for order in orders]) - 1] = np.arange(len(orders))
    numbers = np.array(rates, dtype=np.float64)
    return Steps(index, starts, counts, shares, weights is not None, numbers, keeps)


def is_right(z: Sequence[Value], wanted: Value) -> Value:
    """1 where the largest output is that of the class, else 0."""
    one, zero = Value(1.0), Value(0.0)
    found = first_largest(z if len(z) > 1 else [zero, *z])
    right: Value = where(found < wanted, zero, where(wanted < found, zero, one))
    return right


def first_largest(xs: Sequence[Value]) -> Value:
    """The index of the first one that no other exceeds; found in pairs, which wait less."""
    found = [(x, Value(float(i))) for i, x in enumerate(xs)]
    while len(found) > 1:
        rest = found[-1:] if len(found) % 2 else []
        found = [better(a, b) for a, b in zip(found[:-1:2], found[1::2], strict=False)] + rest
    return found[0][1]


def better(best: tuple[Value, Value], other: tuple[Value, Value]) -> tuple[Value, Value]:
    """The pair with the larger number; the first one if none is larger."""
    larger = best[0] < other[0]
    return where(larger, other[0], best[0]), where(larger, other[1], best[1])
