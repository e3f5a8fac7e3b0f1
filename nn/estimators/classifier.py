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

    Its settings, results and initial weights are scikit-learn's; with the same `random_state` both
    follow the same trajectory, up to rounding. The network is `model_`, for `draw_network`,
    `explore` and `save`, with the names of columns and classes.

    Args:
        hidden_layer_sizes: the numbers of neurons in the hidden layers.
        activation: that of the hidden layers: "relu", "tanh", "logistic", "identity", or any
            activation of an MLP.
        solver: "adam", "sgd" (with Nesterov's momentum of 0.9), or "lbfgs", SciPy's.
        alpha: the penalty is alpha/2 times the sum of squares of the weights, divided by the number
            of rows in a batch.
        batch_size: the number of rows in a batch; "auto" is 200, or all rows if there are fewer.
        learning_rate_init: the constant learning rate.
        max_iter: the largest number of epochs, or of iterations of "lbfgs".
        shuffle: whether rows are shuffled in each epoch.
        random_state: the seed of the initial weights, of batches, and of the rows for early
            stopping.
        tol: the improvement of the loss (with `early_stopping` of the score) that counts.
        n_iter_no_change: training ends after more than this number of epochs without improvement.
        verbose: whether progress is shown.
        warm_start: whether `fit` continues with the network of the last call.
        early_stopping: whether the fraction `validation_fraction` of the rows is held out for
            scores; the epoch with the best score is kept.
        validation_fraction: the fraction of the rows held out with `early_stopping`.
        bias: whether neurons have biases.
        engine: as in `train`.

    Attributes:
        model_: the MLP, with its schema.
        coefs_: its weights, layer by layer, of shape (inputs, neurons).
        intercepts_: its biases, layer by layer.
        loss_: the last loss.
        loss_curve_: the loss of each epoch.
        best_loss_: the smallest loss.
        validation_scores_: the score of each epoch with `early_stopping`.
        n_iter_: the number of epochs or iterations.
        classes_: the classes.
        n_features_in_: the number of features.
        feature_names_in_: their names, if X is a data frame.
        n_layers_: the number of layers, including the inputs.
        n_outputs_: the number of outputs.

    >>> from nn import MLPClassifier
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> found = MLPClassifier((4, 4), "tanh", solver="lbfgs", random_state=0).fit(X, y)
    >>> found.score(X, y) > 0.95, found.model_.schema.feature_names[0]
    (True, 'sepal length (cm)')
    """

    classes_: Any

    @property
    def out_activation_(self) -> str:
        """The output activation: "softmax", or "logistic" for two classes."""
        return "softmax" if self.n_outputs_ > 1 else "logistic"

    @property
    def _loss(self) -> Loss:
        return cross_entropy if len(self.classes_) > 2 else binary_cross_entropy

    @available_if(takes_parts)  # type: ignore[untyped-decorator]  # has no stubs
    def partial_fit(
        self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None
    ) -> MLPClassifier:
        """Train for one epoch, starting from the present network.

        Args:
            X: the rows.
            y: the class of each row.
            sample_weight: a weight for each row.
            classes: all classes, at the first call.

        Raises:
            ValueError: for a class that is not among them, and with `early_stopping`.
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
        """The class of each row.

        Args:
            X: the rows.
        """
        logits = self._logits(X)  # raises if it is not fitted
        return self.classes_[logits.argmax(axis=1)]

    def predict_proba(self, X: Any) -> Array:
        """The probability of each class for each row, of shape (rows, classes).

        Args:
            X: the rows.
        """
        found: Array = softmax(self._logits(X), axis=1)
        return found

    def predict_log_proba(self, X: Any) -> Array:
        """The logarithms of `predict_proba`, finite even if that underflows to 0.

        Args:
            X: the rows.
        """
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
