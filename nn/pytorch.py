"""from_torch: an MLP from a network of PyTorch, without importing PyTorch."""

from __future__ import annotations

import math
import numbers
import re
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import autograd
from autograd.arguments import choices, wrong

from .activations import Activation
from .files.parameters import NUMBERED, fill
from .files.safetensors import Tensor
from .layers import MLP
from .module import shape_of
from .names import join_names

CALL = "from_torch(network) of a Sequential, or from_torch(state_dict, activation='tanh')"
PLAIN = {
    "Identity": "linear",
    "LogSigmoid": "log_sigmoid",
    "Mish": "mish",
    "ReLU": "relu",
    "SELU": "selu",
    "SiLU": "silu",
    "Sigmoid": "sigmoid",
    "Softsign": "softsign",
    "Tanh": "tanh",
}


def clamped(layer: Any) -> Activation:
    low, high = float(layer.min_val), float(layer.max_val)
    if (low, high) == (-1.0, 1.0):
        return "hard_tanh"
    return partial(autograd.clamp, low=low, high=high)


# Activations with settings, which are a function if these are not the defaults.
WITH_SETTINGS: dict[str, Callable[[Any], Activation]] = {
    "ELU": lambda layer: (
        "elu" if layer.alpha == 1.0 else partial(autograd.elu, alpha=float(layer.alpha))
    ),
    "GELU": lambda layer: (
        "gelu" if layer.approximate == "none" else partial(autograd.gelu, approximate="tanh")
    ),
    "Hardtanh": clamped,
    "LeakyReLU": lambda layer: (
        "leaky_relu"
        if layer.negative_slope == 0.01
        else partial(autograd.leaky_relu, slope=float(layer.negative_slope))
    ),
    "ReLU6": clamped,
}
SOFTPLUS = "Softplus"  # PyTorch's is x beyond a threshold, by default 2e-9 less
KNOWN = sorted([*PLAIN, *WITH_SETTINGS, SOFTPLUS, "Linear", "Softmax", "Sequential"])


class Read(NamedTuple):
    """A network: its tensors by name, and the activation after each layer."""

    tensors: Mapping[str, Any]
    activations: list[Activation]
    output: Activation


def from_torch(
    network: Any,
    activation: Activation | Sequence[Activation] | None = None,
    output: Activation | None = None,
) -> MLP:
    """The MLP with the layers and parameters of a network of PyTorch.

    `MLP.to_torch_state` is the inverse. Outputs are those of the network in `eval()` mode, without
    Dropout; a Softmax after the last layer becomes the output "softmax".

    Args:
        network: a Sequential of Linear layers, each followed by at most one activation; or its
            `state_dict`, of tensors, arrays or lists.
        activation: for a `state_dict`, which has no activations, as in `MLP`.
        output: for a `state_dict`, as in `MLP`; linear if None.

    Raises:
        ValueError: if a layer, key or shape is not possible in an MLP, with its name.
        TypeError: for another kind of network.

    >>> state = {"0.weight": [[0.5, -1.0]], "0.bias": [0.25]}
    >>> model = from_torch(state, activation="tanh")
    >>> model, model([2.0, 1.0]).data
    (MLP(2, [1], activation='tanh', bias=True, output='linear'), 0.25)
    """
    if isinstance(network, Mapping):
        if activation is None:
            raise ValueError(
                "from_torch: a state_dict has no activations; give that of the hidden layers, as "
                "in from_torch(state_dict, activation='tanh')"
            )
        given: Any = activation
        return made(network, given, "linear" if output is None else output)
    if not is_of_torch(network):
        raise wrong("from_torch", "a Sequential of PyTorch or a state_dict", network, CALL)
    if activation is not None or output is not None:
        raise ValueError(
            "from_torch: activation and output go with a state_dict; a network has its own layers"
        )
    read = read_layers(network)
    shared = len(set(map(id, read.activations))) == 1 or not read.activations
    first = read.activations[0] if read.activations else "relu"
    return made(read.tensors, first if shared else read.activations, read.output)


def is_of_torch(layer: Any) -> bool:
    """Whether it is a module of PyTorch or of a subclass."""
    return any([kind.__module__.startswith("torch.nn.") for kind in type(layer).__mro__])


def layers_of(network: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The layers of a Sequential, and of those in it, by place."""
    if kind_of(network) != "Sequential":
        yield path, network
        return
    for place, layer in enumerate(network):  # named_children yields a shared one only once
        yield from layers_of(layer, f"{path}.{place}" if path else str(place))


def kind_of(layer: Any) -> str:
    """The name of a class of PyTorch; subclasses are marked, since they may compute differently."""
    kind = type(layer)
    return kind.__name__ if kind.__module__.startswith("torch.nn.modules.") else f"{kind.__name__}*"


def read_layers(network: Any) -> Read:
    """The tensors and the activations; ValueError with the name of an unknown layer."""
    tensors: dict[str, Any] = {}
    applied: list[Activation] = []  # after each Linear
    output: Activation | None = None
    for path, layer in layers_of(network):
        kind, where = kind_of(layer), f"from_torch: layer {path or 'given'}, {layer!r:.60}"
        if kind == "Linear":
            number = len(applied)
            tensors[f"{number}.weight"] = layer.weight
            if layer.bias is not None:
                tensors[f"{number}.bias"] = layer.bias
            applied.append("linear")
        elif kind == "Dropout" and (not layer.training or layer.p == 0.0):
            continue
        elif kind == "Softmax" and applied and layer.dim in (-1, 1) and applied[-1] == "linear":
            output = "softmax"
            continue
        else:
            found = activation_of(layer, kind, where)
            if found == "linear":
                continue
            if not applied or applied[-1] != "linear":
                raise ValueError(f"{where}: expected one activation after each Linear, and no more")
            applied[-1] = found
        if output is not None:
            raise ValueError(f"{where}: expected no layer after a Softmax")
    return Read(tensors, applied[:-1], output or (applied[-1] if applied else "linear"))


def activation_of(layer: Any, kind: str, where: str) -> Activation:
    """The activation of a layer; ValueError if an MLP does not have it."""
    if kind in PLAIN:
        return PLAIN[kind]
    if kind in WITH_SETTINGS:
        return WITH_SETTINGS[kind](layer)
    if kind == SOFTPLUS and layer.beta == 1:
        return "softplus"
    advice = choices(kind, KNOWN)
    if kind == "Dropout":
        advice = "; network.eval() turns it off, which has the same numbers as none"
    if kind == "LogSoftmax":
        advice = "; leave it out: nn.cross_entropy applies it to a linear output"
    if kind == "Softmax":
        advice = "; expected dim=-1, after a Linear"
    if kind.endswith("*"):
        advice += "; of a network of a class of its own give from_torch(network.state_dict(), ...)"
    raise ValueError(f"{where}: it is no layer of an MLP{advice}")


def made(state: Mapping[str, Any], activation: Any, output: Activation) -> MLP:
    """The MLP from tensors by name."""
    named = layers_by_number(state)
    tensors = {
        name: tensor_of(state[name], f"from_torch: {name!r:.60}")
        for parts in named
        for name in parts.values()
    }
    check_weights(named, tensors)
    check_biases(named, tensors)
    shapes = [tensors[parts["weight"]].shape for parts in named]
    bias = "bias" in named[0]
    try:
        nouts = [shape[0] for shape in shapes]
        model = MLP(shapes[0][1], nouts, activation, bias=bias, seed=0, output=output)
    except (TypeError, ValueError) as error:
        raise type(error)(f"from_torch: {error}") from None
    model.seed = None  # its weights are not drawn
    ours = {
        f"layers.{i}.{part}": tensors[name]
        for i, parts in enumerate(named)
        for part, name in parts.items()
    }
    fill(model, ours, "from_torch")
    return model


def check_weights(named: list[dict[str, str]], tensors: Mapping[str, Tensor]) -> None:
    """ValueError for a weight that is not a matrix, or does not fit the previous layer."""
    before: str | None = None
    for parts in named:
        name = parts["weight"]
        shape = tensors[name].shape
        if len(shape) != 2 or 0 in shape:
            raise ValueError(
                f"from_torch: {name!r:.60}: expected the shape [outputs, inputs], got {list(shape)}"
            )
        if before is not None and shape[1] != tensors[before].shape[0]:
            inputs = tensors[before].shape[0]
            raise ValueError(
                f"from_torch: {name!r:.60}: expected the shape [{shape[0]}, {inputs}] after the "
                f"{inputs} outputs of {before!r:.60}, got {list(shape)}"
            )
        before = name


def check_biases(named: list[dict[str, str]], tensors: Mapping[str, Tensor]) -> None:
    """ValueError if only some layers have biases, and for a wrong shape."""
    for parts in named:
        name = parts.get("bias")
        if (name is None) != ("bias" not in named[0]):
            raise ValueError(
                "from_torch: expected a bias in every layer or in none, got "
                f"{join_names([part for layer in named for part in layer.values()])}"
            )
        shape = tensors[parts["weight"]].shape[:1]
        if name is not None and tensors[name].shape != shape:
            raise ValueError(
                f"from_torch: {name!r:.60}: expected the shape {list(shape)}, got "
                f"{list(tensors[name].shape)}"
            )


def layers_by_number(state: Mapping[str, Any]) -> list[dict[str, str]]:
    """The keys of each layer's weight and bias, in the order of their numbers."""
    layers: dict[int, dict[str, str]] = {}
    owners: dict[str, str] = {}  # the first name of each
    for name in state:
        found = NUMBERED.fullmatch(name) if isinstance(name, str) else None
        if found is None:
            raise ValueError(
                f"from_torch: {name!r:.60}: expected keys such as '0.weight' and '0.bias' of "
                "Linear layers alone"
            )
        owners.setdefault(found["owner"], name)
        parts = layers.setdefault(int(found["number"]), {})
        if len(owners) > 1 or found["part"] in parts:
            raise ValueError(
                f"from_torch: {name!r:.60}: expected the numbered layers of one Sequential, whose "
                f"first is {next(iter(owners.values()))!r:.60}"
            )
        parts[found["part"]] = name
    for number, parts in layers.items():
        if "weight" not in parts:
            missing = re.sub("bias$", "weight", parts["bias"])
            raise ValueError(f"from_torch: missing {missing!r:.60} of layer {number}")
    if not layers:
        raise ValueError("from_torch: expected at least one Linear, got none")
    return [layers[number] for number in sorted(layers)]


def tensor_of(given: Any, where: str) -> Tensor:
    """The numbers of a tensor, an array or nested lists; errors begin with `where`."""
    rows = given.tolist() if hasattr(given, "tolist") else given
    shape: list[int] = []
    numbers_in: list[Any] = [rows]
    while numbers_in and all([isinstance(item, (list, tuple)) for item in numbers_in]):
        lengths = {len(item) for item in numbers_in}
        if len(lengths) > 1:
            raise ValueError(f"{where}: expected rows of one length, got {sorted(lengths)}")
        shape += lengths
        numbers_in = [inner for item in numbers_in for inner in item]
    found = array("d")
    for x in numbers_in:
        if not isinstance(x, numbers.Real):
            raise TypeError(
                f"{where}: expected numbers, got {type(given).__name__}{shape_of(given)} "
                f"{given!r:.60}"
            )
        if not math.isfinite(x):
            raise ValueError(f"{where}: expected finite numbers, got {float(x)}")
        found.append(float(x))
    return Tensor(tuple(shape), found)
