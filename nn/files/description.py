"""The description of a model in a file, besides its tensors: one JSON text with these types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from autograd.files import FormatError
from autograd.strict_json import parse

from ..schema import Schema
from .records import plain, record_of

KEY = "chainrule"  # of the text, among those of the file
FORMAT = 1  # incremented when older programs can't read the format
Setting: TypeAlias = bool | int | float | str | tuple[bool | int | float, ...] | None


@dataclass(frozen=True)
class Architecture:
    """The arguments of an MLP, activations by name."""

    nin: int
    nouts: tuple[int, ...]
    activation: str | tuple[str, ...]
    bias: bool
    output: str
    seed: int | None

    @property
    def as_call(self) -> str:
        """The repr of such a network."""
        given = self.activation
        activation = given if isinstance(given, str) else list(given)
        return (
            f"MLP({self.nin}, {list(self.nouts)}, activation={activation!r}, bias={self.bias}, "
            f"output={self.output!r})"
        )


@dataclass(frozen=True)
class OptimizerRecord:
    """An optimizer without its states.

    Args:
        name: that of its class; others: its additional attributes.
    """

    name: str
    lr: float
    steps: int
    settings: dict[str, Setting]
    others: dict[str, Setting]


@dataclass(frozen=True)
class Shuffler:
    """The state of a random.Random."""

    version: int
    numbers: tuple[int, ...]
    gauss: float | None


@dataclass(frozen=True)
class TrainingRecord:
    """A training at the end of an epoch.

    Args:
        settings: the settings that identify the training, as texts.
        engine: the one that computed it; earlier: the epochs computed by others.
        done: the number of complete epochs; ended_by: of the history.
        best_epoch: with patience, the one with the least validation loss, 0 if there is none yet;
            best_restored: whether the model has the state of that epoch.
        last_steps, best_steps: the count of the optimizer's steps after these epochs.
        columns: the names of those of the history.
        start: a digest of the initial parameters.
    """

    settings: dict[str, str]
    engine: str
    earlier: str
    done: int
    ended_by: str
    best_epoch: int
    best_restored: bool
    last_steps: int
    best_steps: int
    columns: tuple[str, ...]
    shuffler: Shuffler | None
    start: str = ""


@dataclass(frozen=True)
class Outcome:
    """The outcome of a training, for readers of the file.

    Args:
        finished: date and time in UTC; file: the table that it was trained on, without its folder.
        rows: their number in each part; settings: of the training, by name.
        scores: each measure by part, as {"accuracy": {"train": 1.0, "test": 0.97}}.
    """

    finished: str
    file: str
    rows: dict[str, int]
    settings: dict[str, Setting]
    scores: dict[str, dict[str, float]]


@dataclass(frozen=True)
class Description:
    """The description of a model.

    Args:
        model: the name of its class, for errors; nothing is imported by it.
        architecture: that of an MLP; None for other modules.
        schema: its description of rows.
    """

    format: int
    model: str
    architecture: Architecture | None
    schema: Schema
    optimizer: OptimizerRecord | None = None
    training: TrainingRecord | None = None
    outcome: Outcome | None = None


def texts_of(description: Description, where: str) -> dict[str, str]:
    """A description as the texts of a file; ValueError for NaN or an infinity."""
    try:
        text = json.dumps(plain(description), allow_nan=False, separators=(",", ":"))
    except ValueError as error:
        raise ValueError(f"{where}: {error}, in {description!r:.200}") from None
    return {KEY: text}


def described_by(texts: Mapping[str, str], where: str) -> Description | None:
    """The description among the texts of a file, None where there is none."""
    if KEY not in texts:
        return None
    where = f"{where}: {KEY}"
    given: Any = parse(texts[KEY].encode(errors="surrogatepass"), where)
    if not isinstance(given, dict) or type(given.get("format")) is not int:
        raise FormatError(f"{where}: expected an object with a number as format, got {given!r:.60}")
    if given["format"] != FORMAT:
        newer = "; it was written by a newer chainrule" if given["format"] > FORMAT else ""
        raise FormatError(f"{where}: expected format {FORMAT}, got {given['format']}{newer}")
    return record_of(Description, given, where)
