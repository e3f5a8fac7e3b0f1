"""An MLP as a model of ONNX in which each layer is a Gemm."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import autograd
from autograd.exporting import Subject
from autograd.exporting.onnx import (
    PROBABILITIES,
    ROWS,
    Nodes,
    labels_of,
    model_of_graph,
    nodes_for,
)
from autograd.tape import trace

from ..activations import Function
from ..layers import MLP, Layer
from ..schema import Column, Scale

# The activations that are operators in double precision too; others are written as instructions.
OPERATORS: dict[Any, str] = {
    autograd.relu: "Relu",
    autograd.sigmoid: "Sigmoid",
    autograd.tanh: "Tanh",
}


def is_layered(model: MLP) -> bool:
    """Whether it is a sequence of layers of equal neurons."""
    return type(model) is MLP and all(
        [
            len({neuron.function for neuron in layer.neurons}) == 1
            and len({len(neuron.w) for neuron in layer.neurons}) == 1
            for layer in model.layers
        ]
    )


def content(model: MLP, subject: Subject) -> bytes:
    """The file: X, rows in the units of the columns, gives what the subject's one part is.

    That is the probabilities of the classes, with the name of the likeliest as `label`; or the
    outputs in the units of the targets.
    """
    (part,) = subject.parts
    nodes = nodes_for(subject)
    x = imputed(nodes, ROWS, model.schema.columns)
    x = standardized(nodes, x, model.schema.feature_scales)
    for i, layer in enumerate(model.layers):
        x = written(nodes, layer, x, f"layers.{i}")
    if subject.classes:
        outputs = [probabilities_of(nodes, x, model.nouts[-1])]
        outputs.append(labels_of(nodes, PROBABILITIES, subject.classes))
        return model_of_graph(nodes, subject, outputs)
    if model.output == "softmax":
        x = nodes.new("Softmax", [x], "softmax", axis=1)
    x = in_unit(nodes, x, model.schema.target_scales)
    if len(part.labels) > 1:
        nodes.add("Identity", [x], part.name)
        return model_of_graph(nodes, subject, [nodes.output(part.name, len(part.labels))])
    nodes.add("Squeeze", [x, nodes.tensor("axis", [1], "int64")], part.name)
    return model_of_graph(nodes, subject, [nodes.output(part.name)])


def imputed(nodes: Nodes, x: str, columns: Sequence[Column]) -> str:
    """The columns, with their means in place of missing values (NaN)."""
    if not any([column.fill for column in columns]):
        return x
    means = [mean for column in columns for mean in column.fill or (math.nan,) * column.width]
    missing = nodes.new("IsNaN", [x], "missing")
    return nodes.new("Where", [missing, nodes.tensor("fill", means), x], "imputed")


def standardized(nodes: Nodes, x: str, scales: Sequence[Scale]) -> str:
    """(x - mean) / deviation of each column."""
    if all([scale == Scale() for scale in scales]):
        return x
    means = nodes.tensor("mean", [scale.mean for scale in scales])
    deviations = nodes.tensor("deviation", [scale.deviation for scale in scales])
    return nodes.new("Div", [nodes.new("Sub", [x, means], "distance"), deviations], "standardized")


def in_unit(nodes: Nodes, x: str, scales: Sequence[Scale]) -> str:
    """mean + deviation·x of each target."""
    if all([scale == Scale() for scale in scales]):
        return x
    means = nodes.tensor("target_mean", [scale.mean for scale in scales])
    deviations = nodes.tensor("target_deviation", [scale.deviation for scale in scales])
    return nodes.new("Add", [nodes.new("Mul", [x, deviations], "scaled"), means], "in_unit")


def written(nodes: Nodes, layer: Layer, x: str, name: str) -> str:
    """A layer: weights times x, plus biases, and the activation."""
    neurons = layer.neurons
    operands = [x, nodes.tensor(f"{name}.weight", [[w.data for w in one.w] for one in neurons])]
    if any([neuron.b is not None for neuron in neurons]):
        biases = [0.0 if neuron.b is None else neuron.b.data for neuron in neurons]
        operands.append(nodes.tensor(f"{name}.bias", biases))
    sums = nodes.new("Gemm", operands, f"{name}.sums", transB=1)
    function = neurons[0].function
    return sums if function is None else activated(nodes, function, sums, name)


def activated(nodes: Nodes, function: Function, x: str, name: str) -> str:
    """An activation of each number: an operator, or the instructions of its function."""
    if function in OPERATORS:
        return nodes.new(OPERATORS[function], [x], f"{name}.outputs")
    tape, leaves = trace(function, inputs=1)
    numbers = [nodes.tensor(f"{name}.number", leaf.data) for leaf in leaves]
    (y,) = nodes.write(tape, [x, *numbers])
    return y


def probabilities_of(nodes: Nodes, z: str, count: int) -> Any:
    """The output of a probability for each class; of one logit, which is that of class 1, two."""
    if count > 1:
        nodes.add("Softmax", [z], PROBABILITIES, axis=1)
        return nodes.output(PROBABILITIES, count)
    first = nodes.new("Sigmoid", [nodes.new("Neg", [z], "opposite")], "first")
    nodes.add("Concat", [first, nodes.new("Sigmoid", [z], "second")], PROBABILITIES, axis=1)
    return nodes.output(PROBABILITIES, 2)
