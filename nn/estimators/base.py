"""The base of both estimators: settings, fitting, and attributes of a fitted one."""

from __future__ import annotations

import math
import warnings
from abc import abstractmethod
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator  # type: ignore[import-untyped]  # has no stubs
from sklearn.exceptions import ConvergenceWarning  # type: ignore[import-untyped]  # as above
from sklearn.model_selection import train_test_split  # type: ignore[import-untyped]  # as above
from sklearn.utils import check_random_state  # type: ignore[import-untyped]  # as above
from sklearn.utils.validation import (  # type: ignore[import-untyped]  # as above
    _check_sample_weight,
    check_is_fitted,
    validate_data,
)

from ..layers import MLP
from ..losses import Loss
from ..schema import Scale, Schema
from ..training import History
from .network import Array, Form, form_of, numbers_of, outputs, set_numbers
from .settings import activation_of, check_settings, hidden_of, patience_of
from .solvers import Problem, Result, descend, minimized, optimizer_of, order_of

AUTOMATIC_BATCH = 200  # rows


def takes_parts(estimator: Estimator) -> bool:
    """Whether the solver is incremental, so that there is `partial_fit`."""
    return estimator.solver != "lbfgs"


class Estimator(BaseEstimator):  # type: ignore[misc]  # has no stubs
    """An MLP with the settings and the results of scikit-learn's estimators."""

    model_: MLP
    loss_curve_: list[float]
    validation_scores_: list[float] | None

    def __init__(
        self,
        hidden_layer_sizes: Any = (100,),
        activation: Any = "relu",
        *,
        solver: str = "adam",
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        learning_rate_init: float = 0.001,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: float = 10,
        bias: bool = True,
        engine: str = "auto",
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate_init = learning_rate_init
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.bias = bias
        self.engine = engine

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train a network.

        Args:
            X: the rows.
            y: the label of each row.
            sample_weight: a weight for each row.

        Raises:
            ValueError or TypeError: for invalid settings, rows or labels.
        """
        begins = not (self.warm_start and hasattr(self, "model_"))
        return self._fit(X, y, sample_weight, begins, self.max_iter)

    @property
    def coefs_(self) -> list[Array]:
        """The weights of each layer, of `model_`: inputs × neurons."""
        return [weights for weights, _ in form_of(self.model_).layers(numbers_of(self.model_))]

    @property
    def intercepts_(self) -> list[Array]:
        """The biases of each layer, of `model_`; zeros where it has none."""
        return [biases for _, biases in form_of(self.model_).layers(numbers_of(self.model_))]

    @property
    def n_layers_(self) -> int:
        """The number of layers, that of the inputs too."""
        return 1 + len(self.model_.nouts)

    @property
    def n_outputs_(self) -> int:
        """The number of outputs."""
        return int(self.model_.nouts[-1])

    @property
    @abstractmethod
    def _loss(self) -> Loss:
        """The loss of a row."""

    @abstractmethod
    def _labels(self, y: Any, begins: bool, partial: bool) -> Array:
        """The labels as a table of numbers, one column for each output."""

    @abstractmethod
    def _schema_of_labels(self, y: Any, labels: Array) -> dict[str, Any]:
        """The part of the schema for the labels; y: the original ones."""

    @abstractmethod
    def _score_outputs(self, found: Array, labels: Array, weights: Array | None) -> float:
        """The score of outputs for rows with these labels."""

    def _fit(
        self, X: Any, y: Any, weights: Any, begins: bool, epochs: int, partial: bool = False
    ) -> Self:
        """Train a new network, or continue with the present one.

        Args:
            partial: whether this is a part of a training, which continues with the optimizer of the
                last one.
        """
        check_settings(self)
        if partial and self.early_stopping:
            raise ValueError(
                f"{type(self).__name__}: partial_fit: expected early_stopping=False, as it is one "
                "epoch"
            )
        rows, labels = validate_data(
            self, X, y, dtype=np.float64, order="C", multi_output=True, reset=begins
        )
        problem = self._problem(rows, self._labels(labels, begins, partial), weights)
        source = check_random_state(self.random_state)
        sizes = (rows.shape[1], *hidden_of(self), problem.labels.shape[1])
        form = Form(sizes, activation_of(self), bool(self.bias))
        model = self._network(form, source) if begins else self.model_
        if form != form_of(model):
            raise ValueError(
                f"{type(self).__name__}: warm_start and partial_fit go on with the network that "
                f"is there, {model!r}; other layers are fitted with warm_start=False"
            )
        schema = self._schema_of_rows() | self._schema_of_labels(y, problem.labels)
        try:
            result = self._solve(model, problem, source, epochs, begins, partial)
        finally:
            model.schema = Schema(**schema)
        self.model_ = model
        self._note(result, begins, epochs, partial)
        return self

    def _problem(self, rows: Array, labels: Array, weights: Any) -> Problem:
        """The optimization problem."""
        if weights is not None:
            weights = _check_sample_weight(weights, rows, ensure_non_negative=True)
        return Problem(rows, labels, weights, self._loss, self.alpha)

    def _network(self, form: Form, source: np.random.RandomState) -> MLP:
        """A network with initial parameters."""
        model = form.model()
        set_numbers(model, form.start(source))
        return model

    def _schema_of_rows(self) -> dict[str, Any]:
        """The part of the schema for the rows: the names of a data frame, without scales."""
        columns, names = self.n_features_in_, tuple(getattr(self, "feature_names_in_", ()))
        return {
            "feature_names": names if len({*names}) == columns else (),
            "feature_scales": (Scale(),) * columns,
        }

    def _solve(
        self,
        model: MLP,
        problem: Problem,
        source: np.random.RandomState,
        epochs: int,
        begins: bool,
        partial: bool,
    ) -> Result:
        """Train the network on all rows, or on those that are not held out for early stopping."""
        held_out = None
        if self.early_stopping and self.solver != "lbfgs":
            problem, held_out = self._parts(problem, source)
        if not all([part.counting for part in (problem, held_out) if part is not None]):
            raise ValueError(
                f"{type(self).__name__}: sample_weight: expected weights above 0 among the rows to "
                "train on, and among those for early stopping, got zeros"
            )
        if self.solver == "lbfgs":
            self.validation_scores_ = self._optimizer = None
            return minimized(
                model, problem, iterations=epochs, tolerance=self.tol, engine=self.engine
            )
        optimizer = getattr(self, "_optimizer", None) if partial and not begins else None
        if optimizer is None:
            optimizer = optimizer_of(self.solver, model, self.learning_rate_init)
        self._optimizer = optimizer  # for partial_fit
        scores = None if held_out is None else Scores(self, model, held_out)
        result = descend(
            model,
            problem,
            optimizer,
            epochs=epochs,
            size=self._batch(problem.counting),
            order=order_of(source, bool(self.shuffle)),
            patience=None if self.early_stopping or partial else patience_of(self),
            tolerance=self.tol,
            callbacks=[scores] if scores else [],
            engine=self.engine,
            progress=bool(self.verbose),
        )
        if scores:
            set_numbers(model, scores.best)
        earlier = [] if begins else self.validation_scores_ or []
        self.validation_scores_ = [*earlier, *scores.found] if scores else None
        return result

    def _parts(self, problem: Problem, source: np.random.RandomState) -> tuple[Problem, Problem]:
        """The rows to train on, and those held out for early stopping."""
        train, held_out = train_test_split(
            np.arange(len(problem)),
            random_state=source,
            test_size=self.validation_fraction,
            stratify=self._strata(problem.labels),
        )
        if len(held_out) < 2:
            raise ValueError(
                f"{type(self).__name__}: early_stopping: expected at least two rows to validate "
                f"on, got {len(held_out)} of {len(problem)}; a larger validation_fraction has more"
            )
        return problem.take(train), problem.take(held_out)

    def _strata(self, labels: Array) -> Array | None:
        """The classes of a stratified split; None if scikit-learn does not stratify."""
        return None

    def _batch(self, rows: int) -> int:
        """The number of rows in a batch."""
        if isinstance(self.batch_size, str):
            return min(AUTOMATIC_BATCH, rows)
        if self.batch_size > rows:
            warnings.warn(
                f"{type(self).__name__}: batch_size is {self.batch_size}, and there are {rows} "
                "rows: all of them are one batch",
                stacklevel=5,
            )
        return int(min(self.batch_size, rows))

    def _note(self, result: Result, begins: bool, epochs: int, partial: bool) -> None:
        """Set the results of a training."""
        self.loss_curve_ = [*([] if begins else self.loss_curve_), *result.losses]
        self.n_iter_ = len(result.losses)
        self.loss_ = self.loss_curve_[-1] if self.loss_curve_ else math.nan
        self.best_loss_ = None if self.validation_scores_ else min(self.loss_curve_, default=None)
        if result.ended_by == "interrupt":
            warnings.warn("Training interrupted by user.", stacklevel=4)
        elif result.ended_by == "epochs" and not partial:
            warnings.warn(
                f"{type(self).__name__}: after {epochs} iterations the optimization has not "
                "converged yet: a larger max_iter may help, or standardized columns",
                ConvergenceWarning,
                stacklevel=4,
            )

    def _outputs(self, X: Any) -> Array:
        """The outputs for rows."""
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=np.float64, order="C", reset=False)
        return outputs(self.model_, rows)


class Scores:
    """A callback that keeps the parameters with the best score on other rows, and ends a training.

    Attributes:
        found: the scores; best: the parameters with the best one.
    """

    def __init__(self, estimator: Estimator, model: MLP, problem: Problem) -> None:
        self.estimator, self.model, self.problem = estimator, model, problem
        self.patience, self.waited = patience_of(estimator), 0
        self.found: list[float] = []
        self.highest, self.best = -np.inf, numbers_of(model)

    def __call__(self, history: History) -> bool:
        problem = self.problem
        score = self.estimator._score_outputs(
            outputs(self.model, problem.rows), problem.labels, problem.weights
        )
        self.found.append(score)
        self.waited = self.waited + 1 if score < self.highest + self.estimator.tol else 0
        if score > self.highest:
            self.highest, self.best = score, numbers_of(self.model)
        return self.patience is not None and self.waited >= self.patience
