"""Estimators of scikit-learn on networks of this package: MLPClassifier, MLPRegressor."""

from .classifier import MLPClassifier
from .regressor import MLPRegressor

__all__ = ["MLPClassifier", "MLPRegressor"]
