"""The architecture of an MLP in a file, from which `load` builds the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from autograd.files import FormatError

from ..activations import ACTIVATIONS, Activation
from ..layers import MLP
from ..module import Module
from .description import Architecture
from .parameters import slots_of
from .safetensors import Tensor


def architecture_of(model: Module) -> Architecture | None:
    """The architecture of an MLP; None where its arguments don't determine it.

    That is so for a subclass, an activation without a name, replaced layers.
    """
    if type(model) is not MLP:
        return None
    given = model.activation
    names = tuple([name_of(one) for one in (given if isinstance(given, list) else [given])])
    output = "softmax" if model.output == "softmax" else name_of(model.output)
    bias = model.layers[0].neurons[0].b is not None
    if output is None or None in names:
        return None
    activation: Any = names if isinstance(given, list) else names[0]
    found = Architecture(model.nin, tuple(model.nouts), activation, bias, output, seed_of(model))
    shapes = {name: slot.shape for name, slot in slots_of(model, "save").items()}
    applied = [{name_of(neuron.activation) for neuron in layer.neurons} for layer in model.layers]
    is_all = shapes == dict(shapes_of(found)) and applied == [{name} for name in applied_by(found)]
    return found if is_all else None


def name_of(activation: Activation) -> str | None:
    """The name of an activation, also of a function that has one."""
    if isinstance(activation, str):
        return activation
    return next((name for name, function in ACTIVATIONS.items() if function is activation), None)


def seed_of(model: MLP) -> int | None:
    """The seed of a model, if JSON can represent it."""
    return model.seed if model.seed is not None and abs(model.seed) < 2**53 else None


def applied_by(architecture: Architecture) -> list[str]:
    """The activation of each layer, the last one included."""
    given, hidden = architecture.activation, len(architecture.nouts) - 1
    last = "linear" if architecture.output == "softmax" else architecture.output
    return [*([given] * hidden if isinstance(given, str) else given), last]


def shapes_of(architecture: Architecture) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The shape of each of its tensors."""
    sizes = pairwise([architecture.nin, *architecture.nouts])
    for i, (nin, nout) in enumerate(sizes):
        yield f"layers.{i}.weight", (nout, nin)
        if architecture.bias:
            yield f"layers.{i}.bias", (nout,)


def built(architecture: Architecture, tensors: Mapping[str, Tensor], where: str) -> MLP:
    """An MLP that these tensors fit into; FormatError before anything is made of wrong sizes."""
    for name, shape in shapes_of(architecture):
        if name not in tensors or tensors[name].shape != shape:
            got = list(tensors[name].shape) if name in tensors else "none"
            raise FormatError(
                f"{where}: {name!r}: expected the architecture's shape {list(shape)}, got {got}"
            )
    activation = architecture.activation
    try:
        model = MLP(
            architecture.nin,
            architecture.nouts,
            activation if isinstance(activation, str) else list(activation),
            bias=architecture.bias,
            seed=0,  # arbitrary: the weights are replaced
            output=architecture.output,
        )
    except ValueError as error:
        raise FormatError(f"{where}: architecture: {error}") from None
    model.seed = architecture.seed
    return model
