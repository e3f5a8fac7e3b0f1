"""Parameters as tensors: weight and bias of each Layer, and one tensor for each other parameter."""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from autograd import Value
from autograd.files import FormatError

from ..layers import Layer
from ..module import Module, dotted, items_of
from ..names import join_names
from .safetensors import Tensor

OTHERS = ("optimizer/", "training/")  # prefixes of the names of tensors that are not the model's
# A part of a numbered layer, as in a Sequential of PyTorch or an MLP.
NUMBERED = re.compile(r"(?P<owner>.*?)(?P<number>[0-9]{1,9})\.(?P<part>weight|bias)", re.DOTALL)


class Slot(NamedTuple):
    """The parameters that make up a tensor of this shape."""

    shape: tuple[int, ...]
    parameters: list[Value]


def slots_of(model: Module, where: str) -> dict[str, Slot]:
    """All parameters of a model, as tensors by name.

    Those of a Layer are its `weight`, outputs × inputs, and its `bias`, as in PyTorch; each of the
    others is a tensor of one number, under its name in `named_parameters`.

    Raises:
        ValueError: if two have one name.
    """
    slots = [slot for path, layer in layers_in(model, "", set()) for slot in parts_of(path, layer)]
    slots += [(path, Slot((), [parameter])) for path, parameter in model.named_parameters()]
    taken: set[Value] = set()
    found: dict[str, Slot] = {}
    for path, slot in slots:
        if taken.isdisjoint(slot.parameters):  # the others are in a tensor already
            if path in found or path.startswith(OTHERS):
                fault = "two parameters have" if path in found else "no parameter can have"
                raise ValueError(f"{where}: {fault} the name {path!r:.60}; give another label")
            found[path] = slot
            taken.update(slot.parameters)
    return found


def layers_in(part: Any, path: str, seen: set[int]) -> Iterator[tuple[str, Layer]]:
    """The Layers in an attribute, with their paths; no container is visited twice."""
    items = items_of(part)
    if items is None or id(part) in seen:
        return
    seen.add(id(part))
    if isinstance(part, Layer):
        yield path, part
    for key, item in items:
        yield from layers_in(item, dotted(path, key), seen)


def parts_of(path: str, layer: Layer) -> Iterator[tuple[str, Slot]]:
    """Weight and bias of a layer, if its neurons have the same form and share no parameter."""
    neurons = layer.neurons
    widths = {len(neuron.w) for neuron in neurons}
    if len(widths) == 1:
        weights = [weight for neuron in neurons for weight in neuron.w]
        if are_leaves(weights):
            yield dotted(path, "weight"), Slot((len(neurons), *widths), weights)
    biases = [neuron.b for neuron in neurons if neuron.b is not None]
    if len(biases) == len(neurons) and are_leaves(biases):
        yield dotted(path, "bias"), Slot((len(neurons),), biases)


def are_leaves(values: list[Value]) -> bool:
    """Whether they are parameters, each of them once."""
    return len(set(values)) == len(values) and all([value.op is None for value in values])


def tensors_of(slots: Mapping[str, Slot], where: str) -> dict[str, Tensor]:
    """The numbers of parameters; ValueError that names the one that is not finite."""
    for name, slot in slots.items():
        for i, parameter in enumerate(slot.parameters):
            if not math.isfinite(parameter.data):
                raise ValueError(
                    f"{where}: expected finite numbers as parameters, got {parameter.data} as "
                    f"{parameter.label or f'number {i}'} in {name!r:.60}"
                )
    return {
        name: Tensor(slot.shape, array("d", [parameter.data for parameter in slot.parameters]))
        for name, slot in slots.items()
    }


def fill(model: Module, tensors: Mapping[str, Tensor], where: str, foreign: bool = True) -> None:
    """Set the parameters of a model.

    Tensors are matched by name; in files of other programs, tensors of numbered layers by the order
    of the numbers.

    Args:
        foreign: whether the file is from another program, which may number layers differently.

    Raises:
        FormatError: if names or shapes are not those of the model, or a number is not finite; then
            nothing is changed.
    """
    slots = slots_of(model, "load")
    given, own = by_order(tensors), by_order(slots)
    if given.keys() != own.keys() or not foreign:
        given, own = {name: name for name in tensors}, {name: name for name in slots}
    missing = [name for key, name in own.items() if key not in given]
    unknown = [name for key, name in given.items() if key not in own]
    if missing or unknown:
        raise FormatError(
            f"{where}: expected the {len(slots)} tensors of {model!r:.80}, got {len(tensors)}: "
            f"missing {join_names(missing)}; unknown {join_names(unknown)}"
        )
    pairs = [(given[key], slots[name]) for key, name in own.items()]
    for name, slot in pairs:
        shape = tensors[name].shape
        if shape != slot.shape and not (shape == (1,) and slot.shape == ()):
            raise FormatError(
                f"{where}: {name!r:.60}: expected the shape {list(slot.shape)}, got {list(shape)}"
            )
    check_finite({name: tensors[name] for name, _ in pairs}, where)
    for name, slot in pairs:
        for parameter, number in zip(slot.parameters, tensors[name].numbers, strict=True):
            parameter.data = number


def check_finite(tensors: Mapping[str, Tensor], where: str) -> None:
    """FormatError for NaN or an infinity, with its place."""
    for name, tensor in tensors.items():
        for i, number in enumerate(tensor.numbers):
            if not math.isfinite(number):
                raise FormatError(
                    f"{where}: {name!r:.60}: expected finite numbers, got {number} as number {i}"
                )


def by_order(names: Iterable[str]) -> dict[str, str]:
    """Names by the place of their layer, where all are parts of numbered layers of one owner.

    >>> by_order(["2.bias", "0.weight", "2.weight"])
    {'1.bias': '2.bias', '0.weight': '0.weight', '1.weight': '2.weight'}
    """
    names = list(names)
    parts = [NUMBERED.fullmatch(name) for name in names]
    found = [part for part in parts if part is not None]
    if len(found) < len(names) or len({part["owner"] for part in found}) != 1:
        return {name: name for name in names}
    order = sorted({int(part["number"]) for part in found})
    places = {number: place for place, number in enumerate(order)}
    keys = [f"{places[int(part['number'])]}.{part['part']}" for part in found]
    by_key = dict(zip(keys, names, strict=True))
    return by_key if len(by_key) == len(names) else {name: name for name in names}
