"""Checkpoints: a training in a file, from which it is resumed with the same bits."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from autograd.files import FormatError, path_of, refuse_unwritable, write

from ..arguments import whole
from ..files.description import Shuffler, TrainingRecord, texts_of
from ..files.models import describe, stored_in
from ..files.optimizers import record_of_optimizer, tensors_of_states
from ..files.parameters import slots_of, tensors_of
from ..files.safetensors import Tensor, content_of
from .engines import ENGINES
from .fingerprint import digest_of, settings_of
from .resumption import resume
from .state import EpochEnd, State, epoch_end_of
from .visible_state import kept_by

# Numbers of the parameters from epoch to epoch, a megabyte; more are not saved.
MAX_NUMBERS = 125_000
NAME = "train: checkpoint"
KEPT = (
    "what the model or the loss keeps beside parameters has changed and is not in the checkpoint, "
    "from which a training goes on to other numbers"
)


def checkpoint_file(path: Any, every: Any) -> CheckpointFile | None:
    """The checkpoint file of `train`; None if none was given."""
    every = whole(every, "train: checkpoint_every")
    return None if path is None else CheckpointFile(path, every)


class CheckpointFile:
    """The file of a training, written after every `every` epochs and at the end.

    Raises:
        OSError: if the path can't be written.
    """

    def __init__(self, path: Any, every: int) -> None:
        self.path = path_of(path, "train", 'train(model, data, checkpoint="run.safetensors")')
        self.every = every
        refuse_unwritable(self.path)
        self.written: tuple[Any, ...] = ()  # the state of the training that is in the file
        self.rows = array("d")  # the parameters from epoch to epoch

    @property
    def engine(self) -> str | None:
        """The name of the engine of the training that is in the file; None where there is none."""
        description = stored_in(self.path).description if self.path.exists() else None
        if description is None or description.training is None:
            return None
        engine = description.training.engine
        if engine not in ENGINES:
            raise FormatError(f"{self.path}: training: engine: unknown {engine!r:.60}")
        return engine

    def begin(self, training: State) -> None:
        """Resume the training in the file, if there is one.

        Raises:
            FormatError: for a file that is none.
            ValueError: for one of another training.
        """
        task = training.task
        self.settings = settings_of(
            task, training.patience, training.tolerance, training.history.seeds
        )
        self.description, self.slots = describe(task.model), slots_of(task.model, NAME)
        own = {parameter for slot in self.slots.values() for parameter in slot.parameters}
        self.start = digest_of(task)
        self.outside = [p for p in task.optimizer.parameters if p not in own]
        if self.path.exists():
            record = resume(training, self.path, self.settings, self.outside)
            self.start = record.start
            best = record.best_epoch if record.best_restored else None
            self.written = record.done, record.ended_by, best
        training.epoch_end = epoch_end_of(task)
        self.kept = kept_by(task)
        self.content(training)  # unsupported objects are refused before any computation

    def note_state(self, training: State) -> None:
        """Add a note if the model or the loss has state that is not in the file."""
        if KEPT not in training.note and self.kept != kept_by(training.task):
            training.note = "; ".join(filter(None, [training.note, KEPT]))

    def left(self, done: int) -> int:
        """The number of epochs until the file is written next."""
        return self.every - done % self.every

    def save_if_due(self, training: State) -> None:
        """Write the file if its interval has passed."""
        if training.done % self.every == 0:
            self.save(training)

    def save(self, training: State) -> None:
        """Write the state after the last complete epoch, unless it is in the file."""
        state = training.done, training.history.ended_by, training.history.best_epoch
        if state != self.written:
            write(self.path, self.content(training))
            self.written = state

    def content(self, training: State) -> bytes:
        """The content of the file after the last complete epoch."""
        optimizer, history = training.task.optimizer, training.history
        epoch_end = training.epoch_end
        assert epoch_end is not None
        description = replace(
            self.description,
            optimizer=record_of_optimizer(optimizer, epoch_end.settings, NAME),
            training=self.record(training, epoch_end),
        )
        tensors = tensors_of(self.slots, NAME)
        tensors |= tensors_of_states(optimizer.states, "optimizer/", NAME)
        tensors |= other_checkpoint(training)
        tensors |= history_tensors(history.columns)
        if self.outside:
            tensors["training/outside"] = flat([parameter.data for parameter in self.outside])
        if epoch_end.gradients:
            tensors["training/gradients"] = flat(epoch_end.gradients)
        tensors |= self.snapshots(training)
        return content_of(tensors, texts_of(description, NAME))

    def record(self, training: State, epoch_end: EpochEnd) -> TrainingRecord:
        """The training without its tensors."""
        history = training.history
        return TrainingRecord(
            settings=self.settings,
            engine=training.engine.engine_and_note[0],
            earlier=training.earlier,
            done=training.done,
            ended_by=history.ended_by,
            best_epoch=training.best_epoch,
            best_restored=history.best_epoch is not None,
            best_steps=training.best[2],
            last_steps=training.checkpoint[2],
            columns=tuple([name for name in history.columns if name != "epoch"]),
            shuffler=shuffler_of(epoch_end.drawn),
            start=self.start,
        )

    def snapshots(self, training: State) -> dict[str, Tensor]:
        """The parameters from epoch to epoch, up to the limit."""
        numbers = training.snapshots.numbers
        width = len(training.task.optimizer.parameters)
        if not numbers or len(numbers) * width > MAX_NUMBERS:
            return {}
        for row in numbers[len(self.rows) // width :]:
            self.rows.extend(row)
        return {"training/snapshots": Tensor((len(numbers), width), self.rows)}


def flat(numbers: Sequence[float]) -> Tensor:
    """Numbers as a tensor of one dimension."""
    return Tensor((len(numbers),), array("d", numbers))


def history_tensors(columns: Mapping[str, Sequence[float]]) -> dict[str, Tensor]:
    """The columns of a history except the numbers of the epochs."""
    try:
        found = {name: flat(column) for name, column in columns.items() if name != "epoch"}
    except TypeError as error:
        raise TypeError(
            f"{NAME}: expected numbers in the columns of the history: {error}"
        ) from None
    return {f"training/history/{name}": column for name, column in found.items()}


def other_checkpoint(training: State) -> dict[str, Tensor]:
    """The checkpoint of the last or the best epoch, whichever is not the present state."""
    if training.best_epoch in (0, training.done):
        return {}
    is_restored = training.history.best_epoch is not None
    prefix = "training/last/" if is_restored else "training/best/"
    data, states, _ = training.checkpoint if is_restored else training.best
    return {f"{prefix}parameters": flat(data), **tensors_of_states(states, prefix, NAME)}


def shuffler_of(drawn: Any) -> Shuffler | None:
    """The state of a random.Random as a record."""
    if drawn is None:
        return None
    version, numbers, gauss = drawn
    return Shuffler(version, numbers, gauss)
