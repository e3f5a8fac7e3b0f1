"""Neural networks of Values: neurons, layers, losses, optimisers, data, training.

>>> from nn import MLP, Adam, load_iris, train, accuracy
>>> iris = load_iris(seed=0)
>>> model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0)
>>> history = train(model, iris.train, optimizer=Adam(model.parameters(), lr=0.05), epochs=3)
epoch 1/3  loss 1.5322
epoch 2/3  loss 1.3070
epoch 3/3  loss 1.1533
"""

from . import _engine as _engine
from .data import Data, load_iris
from .layers import MLP, Layer, Neuron, probabilities
from .losses import cross_entropy, mean_loss
from .module import Module
from .optimizers import SGD, Adam
from .training import History, accuracy, predict, train

__all__ = [
    "MLP",
    "SGD",
    "Adam",
    "Data",
    "History",
    "Layer",
    "Module",
    "Neuron",
    "accuracy",
    "cross_entropy",
    "load_iris",
    "mean_loss",
    "predict",
    "probabilities",
    "train",
]
