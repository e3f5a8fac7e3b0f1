"""Optimizers in files: the settings as a record, the state as tensors."""

from __future__ import annotations

import math
import numbers
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from autograd.files import FormatError

from ..names import join_names
from ..optimizers import Optimizer
from ..update_rules import State
from .description import OptimizerRecord, Setting
from .safetensors import Tensor

COMMON = {"parameters", "_lr", "settings", "states", "steps"}  # attributes of every optimizer


class Settings(NamedTuple):
    """The settings of an optimizer, without its parameters, their states and the count of steps."""

    lr: float
    named: dict[str, Any]
    others: dict[str, Any]  # attributes that not every optimizer has


def settings_now(optimizer: Optimizer) -> Settings:
    """The present settings of an optimizer."""
    others = {name: thing for name, thing in vars(optimizer).items() if name not in COMMON}
    return Settings(optimizer.lr, dict(optimizer.settings), others)


def record_of_optimizer(optimizer: Optimizer, settings: Settings, where: str) -> OptimizerRecord:
    """An optimizer without its states.

    Raises:
        TypeError: for attributes other than numbers and texts.
    """
    name = type(optimizer).__name__
    named, others = [
        {key: setting_of(thing, f"{where}: {name}.{key}") for key, thing in things.items()}
        for things in settings[1:]
    ]
    return OptimizerRecord(name, settings.lr, optimizer.steps, named, others)


def setting_of(thing: Any, where: str) -> Setting:
    """A setting in the form of a record."""
    if thing is None or isinstance(thing, (bool, str)):
        return thing
    if isinstance(thing, numbers.Integral) and abs(int(thing)) < 2**53:
        return int(thing)
    if isinstance(thing, numbers.Real) and math.isfinite(thing):
        return float(thing)
    if isinstance(thing, (list, tuple)):
        found = [setting_of(part, where) for part in thing]
        if all([isinstance(part, (int, float)) for part in found]):
            return tuple(found)  # type: ignore[arg-type]  # numbers, by the line above
    raise TypeError(
        f"{where}: expected numbers or a text, which a file can hold, got {thing!r:.60}; what "
        "changes from step to step belongs in the state of the optimizer's rule"
    )


def tensors_of_states(states: list[State], prefix: str, where: str) -> dict[str, Tensor]:
    """The state of an optimizer: a tensor for each of its parts, over all parameters."""
    try:
        parts = [array("d", part) for part in zip(*states, strict=True)]
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"{where}: expected as many numbers as state for each parameter: {error}"
        ) from None
    return {f"{prefix}{i}": Tensor((len(part),), part) for i, part in enumerate(parts)}


def states_in(
    tensors: Mapping[str, Tensor], prefix: str, start: State, count: int, where: str
) -> list[State]:
    """The states of `count` parameters; FormatError for NaN, unless a state may begin with it.

    An infinity is possible: Adam's mean of squared gradients may overflow.
    """
    columns = []
    for i, first in enumerate(start):
        column = numbers_in(tensors, f"{prefix}{i}", count, where)
        if not math.isnan(first) and any(map(math.isnan, column)):
            place = [*map(math.isnan, column)].index(True)
            raise FormatError(
                f"{where}: {f'{prefix}{i}'!r:.60}: expected numbers, got nan as number {place}"
            )
        columns.append(column)
    return list(zip(*columns, strict=True)) if columns else [()] * count


def numbers_in(tensors: Mapping[str, Tensor], name: str, count: int, where: str) -> list[float]:
    """The numbers of a tensor of this length."""
    if name not in tensors:
        raise FormatError(f"{where}: missing the tensor {name!r:.60}")
    tensor = tensors[name]
    if tensor.shape != (count,):
        raise FormatError(
            f"{where}: {name!r:.60}: expected the shape {[count]}, got {list(tensor.shape)}"
        )
    return tensor.numbers.tolist()


@dataclass
class Restored:
    """The restored state of an optimizer, checked in advance, so that applying it can't fail
    halfway.
    """

    optimizer: Optimizer
    settings: Settings
    states: list[State]
    steps: int

    def apply(self) -> None:
        """Set it."""
        optimizer = self.optimizer
        optimizer.lr, optimizer.settings, others = self.settings
        optimizer.states, optimizer.steps = self.states, self.steps
        vars(optimizer).update(others)


def restored(
    optimizer: Optimizer, record: OptimizerRecord, tensors: Mapping[str, Tensor], where: str
) -> Restored:
    """The state in a file for an optimizer; FormatError if it is that of another one."""
    where = f"{where}: optimizer"
    name, own = type(optimizer).__name__, settings_now(optimizer)
    if record.name != name:
        raise FormatError(f"{where}: the file has that of {record.name:.60}, got {name}")
    if not (math.isfinite(record.lr) and record.lr >= 0.0 and record.steps >= 0):
        raise FormatError(
            f"{where}: expected a learning rate and a count of steps, got {record.lr} and "
            f"{record.steps}"
        )
    named = alike(record.settings, own.named, where)
    others = alike(record.others, own.others, where)
    start, count = type(optimizer).start, len(optimizer.parameters)
    states = states_in(tensors, "optimizer/", start, count, where)
    return Restored(optimizer, Settings(record.lr, named, others), states, record.steps)


def alike(given: Mapping[str, Setting], own: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Settings from a file, in the form of the present ones."""
    if given.keys() != own.keys():
        names = join_names(own), join_names(list(given))
        raise FormatError(f"{where}: expected {names[0]} as settings, got {names[1]}")
    for name, setting in given.items():
        if form_of(setting) != form_of(own[name]):
            raise FormatError(
                f"{where}: {name}: expected something like {own[name]!r:.60}, got {setting!r:.60}"
            )
    return {
        name: [*setting] if isinstance(setting, tuple) and isinstance(own[name], list) else setting
        for name, setting in given.items()
    }


def form_of(setting: Any) -> Any:
    """The kind of a setting; all numbers are of one kind."""
    if isinstance(setting, (list, tuple)):
        return [form_of(part) for part in setting]
    is_number = isinstance(setting, numbers.Real) and not isinstance(setting, bool)
    return float if is_number else type(setting)
