"""Resumption: restoring the state of a training from its checkpoint."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograd import Value
from autograd.files import FormatError

from ..files.description import TrainingRecord
from ..files.models import Stored, stored_in
from ..files.optimizers import numbers_in, states_in
from ..files.parameters import check_finite
from ..optimizers import Checkpoint
from .fingerprint import differences, digest_of
from .state import State, keeps_gradients

ENDS = ("epochs", "patience", "callback", "interrupt")


def resume(
    training: State, path: Path, settings: Mapping[str, str], outside: Sequence[Value]
) -> TrainingRecord:
    """Restore the state of a training from a file, and return its record.

    Args:
        settings: those of the training; outside: the parameters of its optimizer that are not those
            of its model.

    Raises:
        FormatError: for a file that is damaged.
        ValueError: for one of another training; then nothing is changed.
    """
    stored = stored_in(path)
    record = record_in(stored, settings, training.epochs)
    Resumption(training, stored, record, f"{path}: training").apply(outside)
    return record


def record_in(stored: Stored, settings: Mapping[str, str], epochs: int) -> TrainingRecord:
    """The record of a training in a file; ValueError if it is another training."""
    path = stored.path
    if stored.description is None or stored.description.training is None:
        raise ValueError(
            f"train: checkpoint: {path} has a model and no training, and is left as it is: give "
            "another name; to train that model, load it before"
        )
    record = stored.description.training
    if differing := differences(record.settings, settings):
        raise ValueError(
            f"train: checkpoint: {path} has a training with other settings: {differing}; give "
            "those again, or another name, or delete the file to start anew"
        )
    if record.done > epochs:
        raise ValueError(
            f"train: checkpoint: {path} has a training of {record.done} epochs, got "
            f"epochs={epochs}: it goes on with more of them"
        )
    return record


@dataclass
class Resumption:
    """A training and its file; `where` is the prefix of errors."""

    training: State
    stored: Stored
    record: TrainingRecord
    where: str

    def apply(self, outside: Sequence[Value]) -> None:
        """Read the whole state, then apply it."""
        training, record = self.training, self.record
        model, optimizer = training.task.model, training.task.optimizer
        columns = self.columns()
        self.check()
        began = digest_of(training.task)
        other, snapshots, drawn = self.other(), self.snapshots(), self.drawn()
        numbers = self.numbers("outside", len(outside))
        kept = optimizer.parameters if keeps_gradients(optimizer) else []
        gradients = self.numbers("gradients", len(kept))
        settings = self.stored.optimizer(optimizer)
        self.stored.model(model)  # the last call that may raise
        settings.apply()
        for parameter, number in zip(outside, numbers, strict=True):
            parameter.data = number
        self.set_checkpoints(other)
        for parameter, gradient in zip(kept, gradients, strict=True):
            parameter.grad = gradient
        if drawn is not None:
            source: Any = training.task.shuffler or random
            source.setstate(drawn)
        training.done = record.done
        training.snapshots.replace(snapshots)
        self.set_history(columns)
        if record.start and began not in (record.start, digest_of(training.task)):
            self.add_note(
                f"the parameters that the model had are replaced by those in {self.stored.path}, "
                "of a training that began with others"
            )

    def add_note(self, text: str) -> None:
        """Add to the note of the training."""
        self.training.note = "; ".join(filter(None, [self.training.note, text]))

    def set_checkpoints(self, other: Checkpoint | None) -> None:
        """Go to the last epoch, and keep the best one."""
        training, optimizer = self.training, self.training.task.optimizer
        training.checkpoint = training.best = optimizer.checkpoint()
        training.best_epoch = self.record.best_epoch
        if other is not None and self.record.best_restored:
            training.checkpoint = other
            optimizer.restore(other)
        elif other is not None:
            training.best = other

    def set_history(self, columns: dict[str, list[float]]) -> None:
        """Set the columns, and `ended_by` if the training is complete."""
        training, record, history = self.training, self.record, self.training.history
        history.columns = {"epoch": list(range(1, record.done + 1)), **columns}
        training.count_waiting()
        by_callback = record.ended_by == "callback"
        if record.ended_by == "patience" or (
            by_callback and (training.callbacks or record.done == training.epochs)
        ):
            history.ended_by = record.ended_by
        if by_callback and history.ended_by == "callback" and record.done < training.epochs:
            self.add_note(
                f"a callback ended it after {record.done} epochs; without callbacks it goes on"
            )
        training.earlier = record.earlier
        engine, _ = training.engine.engine_and_note
        if record.done and record.engine != engine:
            other = (
                f"epochs up to {record.done} by {record.engine}, with other bits than {engine}'s"
            )
            training.earlier = "; ".join(filter(None, [record.earlier, other]))

    def columns(self) -> dict[str, list[float]]:
        """The columns of the history."""
        found = {}
        for name in self.record.columns:
            tensor = self.stored.others.get(f"training/history/{name}")
            if tensor is None or len(tensor.shape) != 1:
                raise FormatError(f"{self.where}: expected a column {name!r:.60} of the history")
            found[name] = tensor.numbers.tolist()
        for name in self.training.task.columns:  # columns of callbacks may be shorter
            if len(found.get(name, ())) != self.record.done:
                raise FormatError(
                    f"{self.where}: expected {self.record.done} numbers of {name!r} in the history"
                )
        return found

    def check(self) -> None:
        """FormatError where parts of the record contradict each other."""
        record = self.record
        if record.ended_by not in ENDS:
            raise FormatError(
                f"{self.where}: expected one of {', '.join(ENDS)} as ended_by, "
                f"got {record.ended_by!r:.60}"
            )
        best = record.best_epoch
        fits = best == 0 if self.training.patience is None else 0 <= best <= record.done
        if record.best_restored and not best:
            fits = False
        if not fits or min(record.done, record.last_steps, record.best_steps) < 0:
            raise FormatError(
                f"{self.where}: expected counts of epochs and steps, got {record.done} epochs, "
                f"{best} the best one, {record.last_steps} and {record.best_steps} steps"
            )

    def other(self) -> Checkpoint | None:
        """The checkpoint other than the present state; None if the last epoch is the best. If the
        best epoch is restored it is that of the last one, else that of the best one.
        """
        record, optimizer = self.record, self.training.task.optimizer
        if record.best_epoch in (0, record.done):
            return None
        prefix = "training/last/" if record.best_restored else "training/best/"
        steps = record.last_steps if record.best_restored else record.best_steps
        tensors, count = self.stored.others, len(optimizer.parameters)
        name = f"{prefix}parameters"
        data = numbers_in(tensors, name, count, self.where)
        check_finite({name: tensors[name]}, self.where)
        start = type(optimizer).start
        return data, states_in(tensors, prefix, start, count, self.where), steps

    def numbers(self, name: str, count: int) -> list[float]:
        """The numbers of a tensor, which is in the file unless it is empty."""
        name = f"training/{name}"
        if name not in self.stored.others and not count:
            return []
        return numbers_in(self.stored.others, name, count, self.where)

    def snapshots(self) -> list[list[float]]:
        """The parameters from epoch to epoch; empty if there were too many."""
        tensor = self.stored.others.get("training/snapshots")
        if tensor is None:
            return []
        width = len(self.training.task.optimizer.parameters)
        if tensor.shape != (self.record.done + 1, width):
            raise FormatError(
                f"{self.where}: 'training/snapshots': expected the shape "
                f"{[self.record.done + 1, width]}, got {list(tensor.shape)}"
            )
        numbers = tensor.numbers.tolist()
        return [numbers[i : i + width] for i in range(0, len(numbers), width)]

    def drawn(self) -> Any:
        """The state of the shuffler; None without shuffling."""
        if self.training.task.batch_size is None:
            return None
        found = self.record.shuffler
        state = None if found is None else (found.version, found.numbers, found.gauss)
        try:
            random.Random().setstate(state)  # type: ignore[arg-type]  # what is none raises
        except (TypeError, ValueError, OverflowError) as error:
            raise FormatError(f"{self.where}: shuffler: expected a state: {error}") from None
        return state
