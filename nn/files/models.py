"""save and load: models in files that PyTorch and other programs open."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, overload

from autograd.arguments import wrong
from autograd.files import FormatError, path_of, write

from ..arguments import CALLS
from ..layers import MLP
from ..module import Module, model_of
from ..optimizers import Optimizer
from ..schema import Schema, schema_of
from .architecture import architecture_of, built
from .description import FORMAT, Architecture, Description, Outcome, described_by, texts_of
from .optimizers import (
    Restored,
    record_of_optimizer,
    restored,
    settings_now,
    tensors_of_states,
)
from .parameters import OTHERS, fill, slots_of, tensors_of
from .safetensors import Tensor, content_of, read

Model = TypeVar("Model", bound=Module)


def save(model: Module, path: str | os.PathLike[str], optimizer: Optimizer | None = None) -> None:
    """Write a model, with its schema, to a file of the format safetensors.

    `load` restores the model. PyTorch reads the file by `safetensors.torch.load_file`: the weights
    of an MLP are `layers.0.weight` (outputs × inputs) and `layers.0.bias`, other parameters are
    scalar tensors with their names in `named_parameters`. The file is written atomically. For a
    custom Module it contains the parameters, the leaf Values in its attributes: a running mean that
    `load` should restore must be a Value, not a float.

    Args:
        model: an MLP or another Module; to load the latter, pass an instance as `into`.
        path: the file, such as "iris.safetensors".
        optimizer: an optimizer whose settings and state are saved too, to resume training.

    Raises:
        ValueError: for a parameter that is NaN or infinite.
        OSError: if the file can't be written.

    >>> import nn, tempfile
    >>> model = nn.MLP(4, [4, 3], activation="tanh", seed=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nn.save(model, f"{folder}/model.safetensors")
    ...     same = nn.load(f"{folder}/model.safetensors")
    >>> same, same.state_dict() == model.state_dict()
    (MLP(4, [4, 3], activation='tanh', bias=True, output='linear'), True)
    """
    save_with(model, path, optimizer, None)


def save_with(
    model: Module,
    path: str | os.PathLike[str],
    optimizer: Optimizer | None,
    outcome: Outcome | None,
) -> None:
    """The same, with the outcome of the training."""
    model_of(model, "save")
    file = path_of(path, "save", CALLS["save"])
    check_optimizer(optimizer, "save")
    tensors = tensors_of(slots_of(model, "save"), "save")
    description = replace(describe(model), outcome=outcome)
    if optimizer is not None:
        tensors |= tensors_of_states(optimizer.states, "optimizer/", "save")
        record = record_of_optimizer(optimizer, settings_now(optimizer), "save")
        description = replace(description, optimizer=record)
    write(file, content_of(tensors, texts_of(description, "save")))


@overload
def load(path: str | os.PathLike[str], into: None = None, optimizer: None = None) -> Any: ...
@overload
def load(
    path: str | os.PathLike[str], into: Model, optimizer: Optimizer | None = None
) -> Model: ...
def load(
    path: str | os.PathLike[str], into: Module | None = None, optimizer: Optimizer | None = None
) -> Any:
    """Read a model from a file that `save` or a training wrote.

    Args:
        path: the file.
        into: a Module to fill, which is then returned: for a custom one, whose code is not in the
            file, and for files of other programs. Tensors are matched by name and shape; layers
            that other programs number differently, as PyTorch's Sequential does, by their order.
        optimizer: an optimizer of the model `into`, to set to its state in the file.

    Returns:
        The model: an MLP, or `into`.

    Raises:
        FormatError: a ValueError for a file that is damaged, newer than this program, or of another
            model than `into`; then nothing is changed.
        OSError: if it can't be read.

    >>> import nn, tempfile
    >>> from autograd import Value
    >>> class Line(nn.Module):
    ...     def __init__(self):
    ...         self.slope, self.offset = Value(2.0), Value(1.0)
    >>> line = Line()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nn.save(line, f"{folder}/line.safetensors")
    ...     line["offset"].data = 2.0
    ...     nn.load(f"{folder}/line.safetensors", into=line)["offset"].data
    1.0
    """
    file = path_of(path, "load", CALLS["load"])
    if into is not None:
        model_of(into, "load")
    check_optimizer(optimizer, "load")
    if optimizer is not None and into is None:
        raise ValueError(
            "load: optimizer goes with a model that it updates: load(path, into=model)"
        )
    stored = stored_in(file)
    if optimizer is None:
        return stored.model(into)
    ready = stored.optimizer(optimizer)
    model = stored.model(into)
    ready.apply()
    return model


def check_optimizer(optimizer: Any, name: str) -> None:
    """TypeError for something else."""
    if optimizer is not None and not isinstance(optimizer, Optimizer):
        what = "an optimizer, such as nn.Adam(model.parameters()),"
        raise wrong(name, what, optimizer, f"as in {CALLS[name]}")


class Stored(NamedTuple):
    """The contents of a file.

    Args:
        description: None in files of other programs.
        tensors: of the parameters; others: of an optimizer and a training.
    """

    path: Path
    description: Description | None
    tensors: dict[str, Tensor]
    others: dict[str, Tensor]

    def model(self, into: Module | None) -> Module:
        """The model, built from its architecture or filled into a given one."""
        found, where = self.description, str(self.path)
        model = self.made() if into is None else into
        if into is not None and found is not None and found.architecture is not None:
            check_architecture(found.architecture, into, where)
        if found is not None:
            check_schema(found.schema, model, where)
        fill(model, self.tensors, where, foreign=found is None)
        if found is not None:
            model.schema = found.schema
        return model

    def made(self) -> MLP:
        """A new MLP of the file's architecture."""
        found = self.description
        if found is None:
            raise FormatError(
                f"{self.path}: no model of nn.save, but {len(self.tensors)} tensors by name; give "
                "the model that they belong to: load(path, into=model)"
            )
        if found.architecture is None:
            raise FormatError(
                f"{self.path}: the model, {found.model:.60}, is one that only its own code can "
                "make: load(path, into=model)"
            )
        return built(found.architecture, self.tensors, str(self.path))

    def optimizer(self, optimizer: Optimizer) -> Restored:
        """What the file has for an optimizer, ready to be applied."""
        if self.description is None or self.description.optimizer is None:
            raise FormatError(
                f"{self.path}: it has no state of an optimizer; save(model, path, optimizer) "
                "writes one"
            )
        return restored(optimizer, self.description.optimizer, self.others, str(self.path))


def stored_in(path: Path) -> Stored:
    """The contents of a file, checked as far as possible without a model."""
    tensors, texts = read(path)
    description = described_by(texts, str(path))
    others: dict[str, Tensor] = {}
    if description is not None and description.optimizer is not None:
        others = {name: tensors.pop(name) for name in [*tensors] if name.startswith(OTHERS)}
    return Stored(path, description, tensors, others)


def describe(model: Module) -> Description:
    """The description of a model for a file; ValueError if its schema doesn't fit."""
    schema, name = schema_of(model), type(model).__name__
    schema.check(model.nin if isinstance(model, MLP) else None)
    return Description(FORMAT, name, architecture_of(model), schema)


def check_architecture(found: Architecture, into: Module, where: str) -> None:
    """FormatError if both are MLPs with different architectures."""
    own = architecture_of(into)
    if own is not None and replace(own, seed=None) != replace(found, seed=None):
        raise FormatError(
            f"{where}: expected the architecture of into={into!r}, got {found.as_call:.200}; "
            "load(path) makes an MLP of its own"
        )


def check_schema(schema: Schema, model: Module, where: str) -> None:
    """FormatError if the schema of the file doesn't fit the model."""
    try:
        schema.check(model.nin if isinstance(model, MLP) else None)
    except ValueError as error:
        raise FormatError(f"{where}: {error}") from None
