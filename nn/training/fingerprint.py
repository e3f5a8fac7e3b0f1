"""The identity of a training: its settings, as texts that can be compared."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from ..schema import schema_of
from .task import LabeledRows, Task

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")  # memory addresses in the repr of functions and objects


def settings_of(
    task: Task, patience: int | None, tolerance: float, seeds: Mapping[str, int]
) -> dict[str, str]:
    """The settings of a training by name.

    Functions are represented by their names, rows by a digest. The number of epochs is omitted,
    since a longer training is the same one; so is the engine.
    """
    settings = {
        "model": task.model,
        "loss": task.loss,
        "optimizer": task.optimizer,
        "data": digest(task.pairs, [task.weights, schema_of(task.model)]),
        "validation": None if task.validation is None else digest(task.validation, []),
        "batch_size": task.batch_size,
        "schedule": task.schedule,
        "clip_norm": task.clip_norm,
        "clip_value": task.clip_value,
        "patience": patience,
        "tolerance": tolerance or None,  # as in files without one
    }
    seeds_by_name = {f"seed of the {name}": seed for name, seed in seeds.items()}
    return {name: shown(setting) for name, setting in (settings | seeds_by_name).items()}


def shown(setting: Any) -> str:
    """The repr of a setting, the same in every process."""
    return setting if isinstance(setting, str) else ADDRESS.sub("", repr(setting))


def digest(pairs: LabeledRows, others: Sequence[Any]) -> str:
    """A digest of rows with labels."""
    found = hashlib.sha256()
    for row, label in pairs:
        try:
            found.update(struct.pack(f"{len(row)}d", *row))
        except (TypeError, struct.error):  # rows for a model of one's own
            found.update(shown(row).encode(errors="backslashreplace"))
        found.update(shown(label).encode())
    found.update(shown(others).encode())
    return f"{len(pairs)} rows, SHA-256 {found.hexdigest()[:12]}"


def digest_of(task: Task) -> str:
    """A digest of the parameters."""
    parameters = dict.fromkeys([*task.model.parameters(), *task.optimizer.parameters])
    numbers = [parameter.data for parameter in parameters]
    return hashlib.sha256(struct.pack(f"{len(numbers)}d", *numbers)).hexdigest()[:12]


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """The first five differences of settings; empty if there are none."""
    names = [*before, *[name for name in now if name not in before]]
    pairs = [(name, before.get(name, "None"), now.get(name, "None")) for name in names]
    found = [f"{name:.40} was {a:.50}, is {b:.50}" for name, a, b in pairs if a != b]
    more = [f"and {len(found) - 5} more"] if len(found) > 5 else []
    return "; ".join([*found[:5], *more])
