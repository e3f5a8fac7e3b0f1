"""MLPClassifier: a network for classes as an estimator of scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import log_softmax, softmax  # type: ignore[import-untyped]  # has no stubs
from sklearn.base import ClassifierMixin  # type: ignore[import-untyped]  # has no stubs
from sklearn.metrics import accuracy_score  # type: ignore[import-untyped]  # as above
from sklearn.utils import column_or_1d  # type: ignore[import-untyped]  # as above
from sklearn.utils.metaestimators import available_if  # type: ignore[import-untyped]  # as above
from sklearn.utils.multiclass import (  # type: ignore[import-untyped]  # as above
    check_classification_targets,
)

from ..losses import Loss, binary_cross_entropy, cross_entropy
from .base import Estimator, takes_parts
from .network import Array


class MLPClassifier(ClassifierMixin, Estimator):  # type: ignore[misc]  # has no stubs
    """scikit-learn's MLPClassifier on this package's networks, losses and engines.

    Its settings, results and the numbers at the start are scikit-learn's; with the same
    `random_state` both go the same way, up to rounding. The network is `model_`: `draw_network`,
    `explore` and `save` show and keep it with the names of columns and classes.

    Attributes:
        hidden_layer_sizes: the numbers of neurons in the hidden layers.
        activation: of these: "relu", "tanh", "logistic", "identity", or any that an MLP has.
        solver: "adam", "sgd" (with Nesterov's momentum of 0.9), or "lbfgs", SciPy's.
        alpha: the penalty is alpha/2 times the sum of the squares of the weights, over the number
            of rows in a batch.
        batch_size: the number of rows in a batch; "auto" is 200, or all where there are fewer.
        learning_rate_init: the learning rate, which is constant.
        max_iter: the largest number of epochs, of "lbfgs" of iterations.
        shuffle: whether batches are others in each epoch.
        random_state: the seed of the start, of batches, and of the rows for early stopping.
        tol, n_iter_no_change: training ends after more than so many epochs in which the loss (or
            with `early_stopping` the score) was not better by tol.
        verbose: whether progress is shown.
        warm_start: whether `fit` goes on with the network of the last one.
        early_stopping: whether a share of the rows, `validation_fraction`, is left to score on; the
            epoch with the best score is kept.
        bias: whether neurons have biases.
        engine: as of `train`.

    Attributes:
        model_: the MLP, with its schema.
        coefs_, intercepts_: its weights (inputs × neurons) and biases, layer by layer.
        loss_, loss_curve_, best_loss_, validation_scores_, n_iter_: of the training.
        classes_, n_features_in_, feature_names_in_, n_layers_, n_outputs_, out_activation_: what
            there is.

    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> found = MLPClassifier((4, 4), "tanh", solver="lbfgs", random_state=0).fit(X, y)
    >>> found.score(X, y) > 0.95, found.model_.schema.feature_names[0]
    (True, 'sepal length (cm)')
    """

    classes_: Any

    @property
    def out_activation_(self) -> str:
        """What the outputs go through: "softmax", or for two classes "logistic", of the one."""
        return "softmax" if self.n_outputs_ > 1 else "logistic"

    @property
    def _loss(self) -> Loss:
        return cross_entropy if len(self.classes_) > 2 else binary_cross_entropy

    @available_if(takes_parts)  # type: ignore[untyped-decorator]  # has no stubs
    def partial_fit(
        self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None
    ) -> MLPClassifier:
        """Train for one epoch on rows X with labels y, on top of what was trained before.

        Args:
            classes: all that there are, at the first call.

        Raises:
            ValueError: for a class that is none of these, and with early_stopping.
        """
        begins = not hasattr(self, "model_")
        if begins and classes is None:
            raise ValueError("MLPClassifier: partial_fit: expected classes at the first call")
        if classes is not None:
            given = np.unique(classes)
            if not begins and not np.array_equal(given, self.classes_):
                raise ValueError(
                    f"MLPClassifier: partial_fit: expected the classes of the first call, "
                    f"{self.classes_}, got {given}"
                )
            self.classes_ = given
        return self._fit(X, y, sample_weight, begins, 1, partial=True)

    def predict(self, X: Any) -> Any:
        """The class of each row."""
        logits = self._logits(X)  # refuses what is not fitted
        return self.classes_[logits.argmax(axis=1)]

    def predict_proba(self, X: Any) -> Array:
        """The probability of each class for each row."""
        found: Array = softmax(self._logits(X), axis=1)
        return found

    def predict_log_proba(self, X: Any) -> Array:
        """The logarithms of `predict_proba`, which are numbers also where that is 0."""
        found: Array = log_softmax(self._logits(X), axis=1)
        return found

    def _logits(self, X: Any) -> Array:
        """A number for each class; of two classes that of the first is 0."""
        return logits_of(self._outputs(X))

    def _labels(self, y: Any, begins: bool, partial: bool) -> Array:
        y = column_or_1d(y, warn=True)
        check_classification_targets(y)
        found = np.unique(y)
        if begins and not partial:
            self.classes_ = found
        if len(self.classes_) < 2:
            raise ValueError(
                f"MLPClassifier: expected at least two classes, got one class, "
                f"{self.classes_.tolist()[0]!r}"
            )
        unknown = found[~np.isin(found, self.classes_)]
        if len(unknown) or not (partial or len(found) == len(self.classes_)):
            raise ValueError(
                "MLPClassifier: expected the classes of the first call, as training goes on: "
                f"{self.classes_}, got {found}"
            )
        indices = np.searchsorted(self.classes_, y)
        two = len(self.classes_) == 2
        table: Array = (
            indices[:, None].astype(float) if two else np.eye(len(self.classes_))[indices]
        )
        return table

    def _schema_of_labels(self, y: Any, labels: Array) -> dict[str, Any]:
        names = self.classes_.tolist()
        if not isinstance(names[0], bool) and names == list(range(len(names))):
            return {}  # classes by number, as of a Data
        return {"class_names": tuple(map(str, names))}

    def _strata(self, labels: Array) -> Array | None:
        return labels[:, 0] if labels.shape[1] == 1 else None

    def _score_outputs(self, found: Array, labels: Array, weights: Array | None) -> float:
        predicted = logits_of(found).argmax(axis=1)
        return float(accuracy_score(classes_of(labels), predicted, sample_weight=weights))


def logits_of(outputs: Array) -> Array:
    """A number for each class; a single output is that of the second of two, against 0."""
    return np.hstack([np.zeros_like(outputs), outputs]) if outputs.shape[1] == 1 else outputs


def classes_of(labels: Array) -> Any:
    """The class of each row, of its column or its columns."""
    return labels[:, 0] if labels.shape[1] == 1 else labels.argmax(axis=1)
