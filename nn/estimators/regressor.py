"""MLPRegressor: a network for numbers as an estimator of scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin  # type: ignore[import-untyped]  # has no stubs
from sklearn.metrics import r2_score  # type: ignore[import-untyped]  # as above
from sklearn.utils import column_or_1d  # type: ignore[import-untyped]  # as above
from sklearn.utils.metaestimators import available_if  # type: ignore[import-untyped]  # as above

from ..losses import Loss
from ..objectives import half_squares
from ..schema import Scale
from .base import Estimator, takes_parts
from .network import Array


class MLPRegressor(RegressorMixin, Estimator):  # type: ignore[misc]  # has no stubs
    """scikit-learn's MLPRegressor on this package's networks and engines.

    y may have several columns; the loss is then the sum over them of half the squared errors:
    scikit-learn's gradients are those of the sum too, its `loss_` is the mean. With
    `early_stopping` the score is R². Attributes are as in `MLPClassifier`, except those of classes.

    Args:
        hidden_layer_sizes: the numbers of neurons in the hidden layers.
        activation: that of the hidden layers, as in `MLPClassifier`.
        solver: "adam", "sgd" or "lbfgs".
        alpha: the factor of the penalty.
        batch_size: the number of rows in a batch, or "auto".
        learning_rate_init: the constant learning rate.
        max_iter: the largest number of epochs or iterations.
        shuffle: whether rows are shuffled in each epoch.
        random_state: the seed.
        tol: the improvement that counts.
        n_iter_no_change: the number of epochs without improvement after which training ends.
        verbose: whether progress is shown.
        warm_start: whether `fit` continues with the network of the last call.
        early_stopping: whether rows are held out for scores.
        validation_fraction: the fraction of these rows.
        bias: whether neurons have biases.
        engine: as in `train`.

    >>> from nn import MLPRegressor
    >>> from sklearn.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True, scaled=True)
    >>> found = MLPRegressor((), solver="lbfgs", random_state=0).fit(X * 20.0, y)
    >>> round(found.score(X * 20.0, y), 2), found.model_
    (0.52, MLP(10, [1], activation='relu', bias=True, output='linear'))
    """

    out_activation_ = "identity"

    @property
    def _loss(self) -> Loss:
        return half_squares

    @available_if(takes_parts)  # type: ignore[untyped-decorator]  # has no stubs
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> MLPRegressor:
        """Train for one epoch, starting from the present network.

        Args:
            X: the rows.
            y: the number of each row, or a row of several.
            sample_weight: a weight for each row.
        """
        return self._fit(X, y, sample_weight, not hasattr(self, "model_"), 1, partial=True)

    def predict(self, X: Any) -> Array:
        """The predicted number of each row; a row of numbers if y had several columns.

        Args:
            X: the rows.
        """
        found = self._outputs(X)
        return found[:, 0] if found.shape[1] == 1 else found

    def _labels(self, y: Any, begins: bool, partial: bool) -> Array:
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        labels: Array = y.astype(np.float64).reshape(len(y), -1)
        return labels

    def _schema_of_labels(self, y: Any, labels: Array) -> dict[str, Any]:
        count = labels.shape[1]
        names = getattr(y, "columns", None)
        names = [getattr(y, "name", None)] if names is None else list(names)
        named = len({*names}) == count and all([isinstance(name, str) and name for name in names])
        return {
            "regression": True,
            "target_names": tuple(names) if named else (),
            "target_scales": (Scale(),) * count,
        }

    def _score_outputs(self, found: Array, labels: Array, weights: Array | None) -> float:
        return float(r2_score(labels, found, sample_weight=weights))
