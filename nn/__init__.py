"""Neural networks of Values: small enough to read, complete enough to use.

networks    MLP, Layer, Neuron; Module, the base of custom ones; probabilities
losses      cross_entropy, binary_cross_entropy, hinge, mse, huber; mean_loss over rows
optimizers  SGD, Adam, AdamW; clip_norm, clip_value; schedules of the learning rate
data        Data, load_csv, load_iris
training    train, which returns a History; MLPClassifier, MLPRegressor, grid_search, train_many
files       save, load; export into other languages; from_torch
pictures    draw_network, draw_training
evaluation  predict, predict_proba, score, accuracy, mean_absolute_error, confusion_matrix,
            classification_report

>>> from nn import MLP, Adam, load_iris, train, accuracy
>>> iris = load_iris(seed=0)
>>> model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0)
>>> history = train(model, iris.train, optimizer=Adam(model.parameters(), lr=0.05), epochs=3)
epoch 1/3  loss 1.532
epoch 2/3  loss 1.307
epoch 3/3  loss 1.153
"""

from typing import TYPE_CHECKING

from . import _identity as _identity
from . import schedules
from ._identity import __version__ as __version__
from .clipping import clip_norm, clip_value
from .data import Data
from .data.sources import load_csv, load_iris
from .evaluation import (
    accuracy,
    classification_report,
    confusion_matrix,
    mean_absolute_error,
    score,
)
from .exporting import export
from .files import load, save
from .layers import MLP, Layer, Neuron, probabilities
from .losses import binary_cross_entropy, cross_entropy, hinge, huber, mean_loss, mse
from .module import Module
from .optimizers import SGD, Adam, AdamW
from .optional import optional_names
from .plots import draw_network, draw_training
from .predictions import predict, predict_proba
from .pytorch import from_torch
from .training import History, train

if TYPE_CHECKING:
    from .estimators import MLPClassifier as MLPClassifier
    from .estimators import MLPRegressor as MLPRegressor
    from .search import grid_search as grid_search
    from .search import train_many as train_many

# Not in `__all__`: `from nn import *` works where scikit-learn is not installed.
__getattr__, __dir__ = optional_names(
    __name__,
    {
        "MLPClassifier": ".estimators",
        "MLPRegressor": ".estimators",
        "grid_search": ".search",
        "train_many": ".search",
    },
    "scikit-learn",
    "sklearn",
)

__all__ = [
    "MLP",
    "SGD",
    "Adam",
    "AdamW",
    "Data",
    "History",
    "Layer",
    "Module",
    "Neuron",
    "accuracy",
    "binary_cross_entropy",
    "classification_report",
    "clip_norm",
    "clip_value",
    "confusion_matrix",
    "cross_entropy",
    "draw_network",
    "draw_training",
    "export",
    "from_torch",
    "hinge",
    "huber",
    "load",
    "load_csv",
    "load_iris",
    "mean_absolute_error",
    "mean_loss",
    "mse",
    "predict",
    "predict_proba",
    "probabilities",
    "save",
    "schedules",
    "score",
    "train",
]
