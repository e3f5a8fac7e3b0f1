"""The network of an estimator: its form, scikit-learn's initialization, compiled programs."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Value, compile
from autograd.program import Program

from ..activations import Activation
from ..layers import MLP
from ..losses import Loss
from ..objectives import objective_of

Array = NDArray[np.float64]
KEPT = 32  # programs in the cache of a process, of the last used forms
NAMES = {"identity": "linear", "logistic": "sigmoid"}  # scikit-learn's names: the names here


@dataclass(frozen=True)
class Form:
    """The form of a network: sizes from the inputs to the outputs, activation, biases.

    Args:
        activation: that of all hidden layers, or a tuple of one for each.
    """

    sizes: tuple[int, ...]
    activation: Activation | tuple[Activation, ...]
    bias: bool

    def model(self) -> MLP:
        """A network of this form, with arbitrary parameters."""
        activation = self.activation
        given = list(activation) if isinstance(activation, tuple) else activation
        source = random.Random(0)  # so that the state of Python's `random` is not changed
        return MLP(self.sizes[0], self.sizes[1:], given, bias=self.bias, seed=source)

    def start(self, source: np.random.RandomState) -> Array:
        """The initial parameters, as drawn by scikit-learn.

        X. Glorot, Y. Bengio, Understanding the difficulty of training deep feedforward neural
        networks (2010); biases are drawn as the weights are.
        """
        parts = []
        for nin, nout in pairwise(self.sizes):
            bound = np.sqrt((2.0 if self.activation == "sigmoid" else 6.0) / (nin + nout))
            layer = source.uniform(-bound, bound, (nin, nout)).T
            if self.bias:
                layer = np.column_stack([layer, source.uniform(-bound, bound, nout)])
            parts.append(layer.ravel())
        return np.concatenate(parts)

    def layers(self, numbers: Array) -> list[tuple[Array, Array]]:
        """Weights (inputs × neurons) and biases of each layer, from all parameters."""
        found, start = [], 0
        for nin, nout in pairwise(self.sizes):
            end = start + nout * (nin + self.bias)
            neurons = numbers[start:end].reshape(nout, nin + self.bias)
            found.append((neurons[:, :nin].T, neurons[:, nin] if self.bias else np.zeros(nout)))
            start = end
        return found


def form_of(model: MLP) -> Form:
    """The form of a network of `Form.model`."""
    activation = tuple(model.activation) if isinstance(model.activation, list) else model.activation
    bias = model.layers[0].neurons[0].b is not None
    return Form((model.nin, *model.nouts), activation, bias)


def parameters_of(model: MLP) -> list[Value]:
    """`model.parameters()` in a tenth of the time: neuron by neuron the weights, then the bias."""
    neurons = [neuron for layer in model.layers for neuron in layer.neurons]
    return [p for neuron in neurons for p in (*neuron.w, neuron.b) if p is not None]


def numbers_of(model: MLP) -> Array:
    """The numbers of all parameters."""
    return np.array([parameter.data for parameter in parameters_of(model)])


def set_numbers(model: MLP, numbers: Array) -> None:
    """Set the numbers of all parameters."""
    for parameter, number in zip(parameters_of(model), numbers.tolist(), strict=True):
        parameter.data = number


@lru_cache(KEPT)
def outputs_program(form: Form) -> Program:
    """The program of the outputs of rows, for any network of this form.

    It runs in NumPy, which compiles in a tenth of the time of machine code.
    """
    model = form.model()
    return compile(lambda *x: model.outputs(x), form.sizes[0], model.parameters(), "numpy")


@lru_cache(KEPT)
def objective_program(form: Form, loss: Loss, backend: str | None) -> Program:
    """The program of the objective; its last parameter is the factor of the penalty."""
    model, factor = form.model(), Value(0.0)
    objective, nin = objective_of(model, loss, factor), form.sizes[0]

    def of_row(*numbers: Value) -> Value:
        label = numbers[nin:]
        return objective(model(list(numbers[:nin])), label if len(label) > 1 else label[0])

    parameters = [*model.parameters(), factor]
    return compile(of_row, nin + form.sizes[-1], parameters, backend)


def outputs(model: MLP, rows: Any) -> Array:
    """The outputs of a network for rows in an array, before any softmax."""
    found: Array = outputs_program(form_of(model))(rows, numbers_of(model))
    return found.reshape(len(rows), model.nouts[-1])
