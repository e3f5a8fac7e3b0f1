"""Neuron, Layer, MLP: networks of Values with micrograd's attributes, PyTorch's conventions."""

from __future__ import annotations

import numbers
import random
from collections.abc import Iterable, Sequence
from itertools import count, islice, pairwise
from typing import Any

from autograd import Value, dot, softmax
from autograd.arguments import several, wrong

from .activations import Activation, function_of, per_layer
from .arguments import is_row, outputs_of, row_of, whole
from .data.matching import match_columns
from .initialization import bound_of, init_for
from .module import Module
from .seeds import Seed, generator


class Neuron(Module):
    """activation(w1·x1 + ... + wn·xn + b): one `dot` node, then the bias and the activation.

    Args:
        nin: the number of inputs.
        activation: a function of one Value, or its name: "relu", "tanh", "sigmoid", "gelu", "silu",
            ... ("linear" for none; the error for another name lists all).
        bias: whether there is a bias b; it is initially 0.
        seed: an integer, or a random.Random; None uses Python's module `random`, whose seed is set
            by `random.seed`.
        init: the distribution of the initial weights: "xavier", "he" or "uniform" (from -1 to 1).
            If None, uniform for relu, as in micrograd, he for functions like relu, xavier for the
            others.
        nout: the number of neurons in its layer, on which xavier depends.

    Raises:
        ValueError: for an unknown name or fewer than one input.

    References:
        Glorot, X., Bengio, Y., Understanding the difficulty of training deep feedforward neural
        networks (2010), for "xavier".

        He, K. et al., Delving deep into rectifiers (2015), for "he".

    >>> neuron = Neuron(2, activation="tanh", seed=0)
    >>> neuron([1.0, -2.0]).label, neuron.w[0].label, neuron.b.data
    ('h1', 'w1', 0.0)
    """

    named_by_label = True

    def __init__(
        self,
        nin: int,
        activation: Activation = "relu",
        *,
        bias: bool = True,
        seed: Seed = None,
        init: str | None = None,
        nout: int = 1,
    ) -> None:
        nin = whole(nin, "Neuron: nin")
        self.activation = activation
        self.function = function_of(activation, "Neuron")
        init = init_for(activation) if init is None else init
        bound = bound_of(init, nin, whole(nout, "Neuron: nout"), "Neuron")
        draw = (generator(seed, "Neuron") or random).uniform
        self.w = [Value(draw(-bound, bound)) for _ in range(nin)]
        self.b = Value(0.0) if bias else None
        self.label = ""
        assign_labels([self])

    def __call__(self, x: Sequence[Value | float]) -> Value:
        """The output for nin inputs, numbers or Values."""
        try:
            y = dot(self.w, x)
        except (TypeError, ValueError):
            row_of(x, len(self.w), "Neuron")  # raises if the row is invalid
            raise
        if self.b is not None:
            y = y + self.b
        if self.function is not None:
            y = self.function(y)
        y.label = self.label
        return y

    def __repr__(self) -> str:
        return f"Neuron({len(self.w)}, {self.activation!r}, bias={self.b is not None})"


class Layer(Module):
    """Neurons that share their inputs.

    Args:
        nin: the number of inputs.
        nout: the number of neurons.
        activation: as in `Neuron`.
        bias: as in `Neuron`.
        seed: as in `Neuron`.
        init: as in `Neuron`.

    >>> [y.label for y in Layer(2, 3, seed=0)([1.0, -2.0])]
    ['h1', 'h2', 'h3']
    """

    named_by_label = True

    def __init__(
        self,
        nin: int,
        nout: int,
        activation: Activation = "relu",
        *,
        bias: bool = True,
        seed: Seed = None,
        init: str | None = None,
    ) -> None:
        seed = generator(seed, "Layer")
        nin = whole(nin, "Layer: nin")
        function_of(activation, "Layer")
        if init is not None:
            bound_of(init, 1, 1, "Layer")
        self.neurons = [
            Neuron(nin, activation, bias=bias, seed=seed, init=init, nout=nout)
            for _ in range(whole(nout, "Layer: nout"))
        ]
        assign_labels(self.neurons)

    def outputs(self, x: Sequence[Value | float]) -> list[Value]:
        """The output of every neuron, always as a list.

        Args:
            x: a row of Values or numbers, one for each input.
        """
        try:
            return [neuron(x) for neuron in self.neurons]
        except (TypeError, ValueError):
            row_of(x, len(self.neurons[0].w), "Layer")
            raise

    def __call__(self, x: Sequence[Value | float]) -> list[Value] | Value:
        """The outputs: a list, or, as in micrograd, the Value if there is one."""
        return alone(self.outputs(x))

    def __repr__(self) -> str:
        return f"Layer of {len(self.neurons)} × {self.neurons[0]!r}"


class MLP(Module):
    """A multi-layer perceptron: a sequence of layers.

    The defaults are those of micrograd's MLP: relu, a linear last layer, biases.

    Labels: weights are w1, w2, ... neuron by neuron, biases b1, b2, ..., hidden neurons h1, h2, ...
    across layers, outputs z1, z2, ... (ŷ1, ŷ2, ... if not linear), and inputs that are plain
    numbers x1, x2, ...; `model["w17"]` is the weight with that label.

    Args:
        nin: the number of inputs.
        nouts: the number of neurons in each layer, the outputs last.
        activation: that of all layers but the last; or a list of one for each of these.
        bias: whether neurons have biases.
        seed: the seed of the initial weights, as in `Neuron`. The same seed gives the same weights
            in every process.
        init: as in `Neuron`; the last layer has the init of the one before it.
        output: the activation of the last layer, or "softmax". Leave it linear for `cross_entropy`,
            which applies softmax itself; `probabilities` returns the softmax.

    Raises:
        ValueError: for a size below 1, an unknown name, or a row whose length is not `nin`.

    >>> model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0)
    >>> [z.label for z in model([5.1, 3.5, 1.4, 0.2])], len(model.parameters())
    (['z1', 'z2', 'z3'], 44)
    """

    named_by_label = True

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        activation: Activation | Sequence[Activation] = "relu",
        *,
        bias: bool = True,
        seed: Seed = None,
        init: str | None = None,
        output: Activation = "linear",
    ) -> None:
        nouts = several(nouts, "MLP", "sizes of the layers as nouts", "MLP(4, [4, 4, 3])")
        if not nouts:
            raise ValueError("MLP: expected at least one layer as nouts, as in MLP(4, [4, 4, 3])")
        self.nin = whole(nin, "MLP: nin")
        self.nouts = [whole(nout, "MLP: nouts") for nout in nouts]
        activations = per_layer(activation, len(self.nouts) - 1)
        shared = isinstance(activation, str) or callable(activation)
        self.activation: Any = activation if shared else activations
        self.output = output
        self.seed: int | None = int(seed) if isinstance(seed, numbers.Integral) else None
        if output != "softmax":
            function_of(output, "MLP", "softmax")
        if init is not None:
            bound_of(init, 1, 1, "MLP")
        drawn_for = [*activations, activations[-1] if activations else activation]
        inits = [init_for(f) if init is None else init for f in drawn_for]
        source = generator(seed, "MLP")
        self.layers = [
            Layer(nin, nout, f, bias=bias, seed=source, init=drawn)
            for (nin, nout), f, drawn in zip(
                pairwise([self.nin, *self.nouts]),
                [*activations, "linear" if output == "softmax" else output],
                inits,
                strict=True,
            )
        ]
        assign_labels([neuron for layer in self.layers for neuron in layer.neurons])
        letter = "z" if output in ("linear", "softmax") else "ŷ"
        for i, neuron in enumerate(self.layers[-1].neurons, start=1):
            neuron.label = f"{letter}{i}"
        self.inputs = [f"x{i}" for i in range(1, self.nin + 1)]

    def __call__(self, x: Any) -> Any:
        """The outputs for one row of nin numbers or Values: a list, or the Value if there is one.

        For several rows, a list of outputs; a data frame or a Data counts as rows, and its columns
        are matched by name where the model was trained on named ones.
        """
        x = match_columns(x, self.schema, "MLP")
        if is_table(x):
            return [self(row) for row in x]
        if self.output == "softmax":
            return self.probabilities(x)
        return alone(self.outputs(x))

    def outputs(self, row: Sequence[Any]) -> list[Value]:
        """The outputs of the last layer for one row, before any softmax, always as a list.

        Args:
            row: Values or numbers, one for each input.
        """
        try:
            x: list[Value] = [
                x if isinstance(x, Value) else Value(x, label)
                for x, label in zip(row, self.inputs, strict=True)
            ]
        except (TypeError, ValueError):
            row_of(row, self.nin, "MLP")
            raise
        for layer in self.layers:
            x = layer.outputs(x)
        return x

    def probabilities(self, x: Any) -> list[Any]:
        """`probabilities` of the outputs for one row; a list of these for several rows.

        Args:
            x: a row of Values or numbers, one for each input, or several rows.
        """
        x = match_columns(x, self.schema, "probabilities")
        if is_table(x):
            return [self.probabilities(row) for row in x]
        return probabilities(self.outputs(x))

    def to_torch_state(self) -> dict[str, list[Any]]:
        """The parameters under the names that a Sequential of PyTorch has for them, as lists.

        `0.weight` (outputs × inputs), `0.bias`, `2.weight`, ...: a number is the index among Linear
        layers and activations. `nn.from_torch` is the inverse.

        Raises:
            ValueError: if some neurons of a layer have a bias and others have none.

        >>> model = MLP(1, [1, 1], activation="tanh", seed=0)
        >>> list(model.to_torch_state())
        ['0.weight', '0.bias', '2.weight', '2.bias']
        """
        state: dict[str, list[Any]] = {}
        place = 0
        for i, layer in enumerate(self.layers):
            biases = [neuron.b.data for neuron in layer.neurons if neuron.b is not None]
            if 0 < len(biases) < len(layer.neurons):
                raise ValueError(
                    f"to_torch_state: layers.{i}: expected a bias in every neuron or in none, got "
                    f"{len(biases)} in {len(layer.neurons)} neurons"
                )
            state[f"{place}.weight"] = [[w.data for w in neuron.w] for neuron in layer.neurons]
            if biases:
                state[f"{place}.bias"] = biases
            place += 1 if layer.neurons[0].function is None else 2
        return state

    def __repr__(self) -> str:
        bias = self.layers[0].neurons[0].b is not None
        return (
            f"MLP({self.nin}, {self.nouts}, activation={self.activation!r}, bias={bias}, "
            f"output={self.output!r})"
        )


def probabilities(outputs: Value | Sequence[Value]) -> list[Value]:
    """The probabilities ŷ1, ŷ2, ... of the classes for one row: the softmax of all outputs.

    Args:
        outputs: those of a network for the row. A single one is the logit of class 1 against class
            0, for which two probabilities are returned.

    >>> [(share.label, share.data) for share in probabilities([Value(0.0), Value(0.0)])]
    [('ŷ1', 0.5), ('ŷ2', 0.5)]
    """
    z = outputs_of(outputs, "probabilities")
    shares = softmax([Value(0.0), *z] if len(z) == 1 else z)
    for i, share in enumerate(shares, start=1):
        share.label = f"ŷ{i}"
    return shares


def assign_labels(neurons: Iterable[Neuron]) -> None:
    """Label weights, biases and outputs of the neurons, from w1, b1 and h1 on."""
    w, b = count(1), count(1)
    for i, neuron in enumerate(neurons, start=1):
        for weight in neuron.w:
            weight.label = f"w{next(w)}"
        if neuron.b is not None:
            neuron.b.label = f"b{next(b)}"
        neuron.label = f"h{i}"


def alone(outputs: list[Value]) -> list[Value] | Value:
    return outputs[0] if len(outputs) == 1 else outputs


def is_table(x: Sequence[Any]) -> bool:
    """Whether x is several rows and not one: its first item is a sequence."""
    if not is_row(x):
        raise wrong("MLP", "a row of numbers, or several", x, "as in model([5.1, 3.5, 1.4, 0.2])")
    return any([is_row(first) for first in islice(x, 1)])
