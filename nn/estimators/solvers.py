"""The solvers of estimators: `train` with Adam or SGD, and SciPy's L-BFGS-B."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]  # has no stubs

from autograd import Value

from ..layers import MLP
from ..losses import Loss
from ..objectives import objective_of
from ..optimizers import SGD, Adam, Optimizer
from ..schema import Schema
from ..training import History, train
from .network import Array, form_of, numbers_of, objective_program, set_numbers

MOST_CALLS = 15_000  # of the objective, as in scikit-learn


@dataclass
class Problem:
    """An optimization problem: rows, labels, weights of the rows or None, and the objective.

    Args:
        alpha: the penalty is alpha/2 times the sum of the squares of the weights, over the sum of
            the weights of the rows of a batch.
    """

    rows: Array
    labels: Array
    weights: Array | None
    loss: Loss
    alpha: float

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def counting(self) -> int:
        """The number of rows whose weight is not 0."""
        return len(self) if self.weights is None else int(np.count_nonzero(self.weights))

    def factor(self, size: int) -> float:
        """The factor of the sum of squares of the weights, for batches of that size."""
        share = size / self.counting
        whole = len(self) if self.weights is None else float(self.weights.sum())
        return self.alpha / (2.0 * share * whole)

    def take(self, indices: Array) -> Problem:
        """The problem with some of the rows."""
        weights = None if self.weights is None else self.weights[indices]
        return Problem(self.rows[indices], self.labels[indices], weights, self.loss, self.alpha)


@dataclass
class Result:
    """The result of a solver.

    Args:
        losses: after each iteration.
        ended_by: as in a History; "epochs" if the limit was reached.
    """

    losses: list[float] = field(default_factory=list)
    ended_by: str = "epochs"


class Order(random.Random):
    """The order of rows, for `train`: as in scikit-learn, each is a permutation of the previous
    one.

    Attributes:
        source: NumPy's generator; None if rows are not shuffled.
    """

    source: np.random.RandomState | None = None
    order: Any = None

    def shuffle(self, x: Any) -> None:
        """Shuffle the indices of the rows."""
        if self.source is not None:
            order = np.arange(len(x)) if self.order is None else self.order
            self.order = order[self.source.permutation(len(order))]
            x[:] = self.order.tolist()


def order_of(source: np.random.RandomState, shuffles: bool) -> Order:
    """The order of rows, another one in each epoch if it shuffles."""
    order = Order(0)
    order.source = source if shuffles else None
    return order


def optimizer_of(solver: str, model: MLP, lr: float) -> Optimizer:
    """The optimizer, with scikit-learn's settings."""
    if solver == "adam":
        return Adam(model.parameters(), lr=lr)
    return SGD(model.parameters(), lr=lr, momentum=0.9, nesterov=True)


def descend(
    model: MLP,
    problem: Problem,
    optimizer: Optimizer,
    *,
    epochs: int,
    size: int,
    order: Order,
    patience: int | None,
    tolerance: float,
    callbacks: list[Callable[[History], Any]],
    engine: str,
    progress: bool,
) -> Result:
    """Train by `train`; size: of a batch."""
    labels = problem.labels.tolist()
    if problem.labels.shape[1] == 1:
        labels = [label for (label,) in labels]
    model.schema = Schema()  # labels are indices and weights of classes, not their names
    history = train(
        model,
        list(zip(problem.rows.tolist(), labels, strict=True)),
        objective_of(model, problem.loss, Value(problem.factor(size))),
        optimizer,
        epochs,
        batch_size=None if size == problem.counting else size,
        seed=order,
        patience=patience,
        tolerance=0.0 if patience is None else tolerance,
        sample_weight=None if problem.weights is None else problem.weights.tolist(),
        callbacks=callbacks,
        engine=engine,
        progress=progress,
    )
    return Result(list(history.columns.get("loss", ())), history.ended_by)


def minimized(
    model: MLP, problem: Problem, *, iterations: int, tolerance: float, engine: str
) -> Result:
    """Minimize by SciPy's L-BFGS-B; `eager` computes by the program in Python."""
    backend = {"auto": None, "eager": "python"}.get(engine, engine)
    program = objective_program(form_of(model), problem.loss, backend)
    table = np.hstack([problem.rows, problem.labels])
    factor = problem.factor(problem.counting)

    def objective(numbers: Array) -> tuple[float, Array]:
        loss, slopes = program.value_and_grad(
            table, parameters=[*numbers, factor], sample_weight=problem.weights
        )
        return loss, np.array(slopes[:-1])

    result = Result()
    found = minimize(
        objective,
        numbers_of(model),
        method="L-BFGS-B",
        jac=True,
        callback=lambda intermediate_result: result.losses.append(float(intermediate_result.fun)),
        options={"maxfun": MOST_CALLS, "maxiter": iterations, "gtol": tolerance},
    )
    set_numbers(model, found.x)
    result.ended_by = "epochs" if found.status == 1 else "tolerance"
    result.losses = result.losses or [float(found.fun)]
    return result
