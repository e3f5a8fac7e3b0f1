"""train: the loop over epochs, with validation, early stopping, callbacks and Ctrl-C."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from autograd.callers import warn
from autograd.transforms import recorded_by_itself

from ..arguments import whole
from ..data import Data
from ..data.matching import Pairs
from ..losses import OF_CLASSES, Loss
from ..module import Module, model_of
from ..optimizers import Optimizer
from ..schedules import Schedule
from ..seeds import Seed, generator
from .checkpoints import CheckpointFile, checkpoint_file
from .engines import engine_of
from .history import History
from .known import keeps_models
from .page_settings import page_settings
from .preparation import (
    Rows,
    batch_size_of,
    callbacks_of,
    check_kinds,
    matched_rows,
    optimizer_of,
    patience_of,
    seeds_of,
)
from .progress import Progress
from .row_weights import ClassWeight, weighted
from .snapshots import Snapshots
from .state import State, epoch_end_of
from .task import Task


@recorded_by_itself  # an open mode would slow down every read of a number
def train(
    model: Module,
    data: Pairs,
    loss: Loss | None = None,
    optimizer: Optimizer | None = None,
    epochs: int = 100,
    *,
    batch_size: int | Literal["auto"] | None = "auto",
    seed: Seed = 0,
    validation: Pairs | None = None,
    patience: int | None = None,
    tolerance: float = 0.0,
    schedule: Schedule | None = None,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    class_weight: ClassWeight = None,
    sample_weight: Sequence[float] | None = None,
    callbacks: Iterable[Callable[[History], Any]] = (),
    engine: str = "auto",
    progress: bool = True,
    checkpoint: str | os.PathLike[str] | None = None,
    checkpoint_every: int = 10,
) -> History:
    """Train a model, one step on the mean loss of each batch in every epoch.

    It is equivalent to these lines::

        shuffler = random.Random(seed)
        for epoch in range(epochs):
            for batch in data.batches(batch_size, shuffler):    # or once with all rows
                optimizer.zero_grad()
                mean_loss(model, batch, loss).backward()
                optimizer.step()

    Ctrl-C ends the training: the model is then in the state after the last complete epoch.

    Args:
        model: a Module. It takes over the data's schema, the names and scales of columns, classes
            and targets, for `predict`, and for matching validation data and the data of later
            calls.
        data: a Data, or its part `train` if it is split; or (row, label) pairs.
        loss: a function of the model's output and the label of one row; if None `mse` for a
            regression, in units of the standardized target, and `cross_entropy` for classes.
        optimizer: the optimizer of the model's parameters; Adam with a learning rate of 0.03 if
            None.
        epochs: the number of epochs, at least 1.
        batch_size: the number of rows in a batch, which are shuffled in each epoch; None for all
            rows at once. "auto" is 200, or None if there are no more rows.
        seed: the seed of the shuffling: an integer, or a random.Random.
        validation: rows with labels on which the model is evaluated after each epoch; by default
            the part `test` of a Data that is split.
        patience: end after this number of epochs without a smaller validation loss, and restore the
            best epoch; without validation, a smaller training loss, and keep the last epoch.
        tolerance: the decrease of the least loss that counts for patience.
        schedule: a function of the number of completed steps that returns a factor of the learning
            rate: see `schedules`.
        clip_norm: the largest norm of the gradient.
        clip_value: the largest absolute value of each component, which is clipped before the norm.
        class_weight: a weight for each class, by name or index, 1 for classes without one; or
            "balanced", for equal weights of all classes.
        sample_weight: a weight for each row; means are weighted. A row of weight 0 is ignored.
        callbacks: functions that are called with the History after each epoch; returning True ends
            the training, which is then complete in its checkpoint as long as there are callbacks.
        engine: "eager" builds the graph of each row; "python", "numpy" and "native" compile the
            model and the loss once and run the program (`autograd.compile`). "native" runs whole
            epochs as machine code, unless gradients are clipped. "auto" is the fastest one whose
            packages are installed; it is eager for little work, for a model or a loss that can't be
            compiled, draws random numbers or has state, and from the moment when a callback, a
            schedule or an optimizer changes the model. State in files, clocks, iterators and other
            libraries can't be detected: choose "eager" for these. The results of all engines are
            equal up to rounding; the history names the engine.
        progress: whether to show a bar on a terminal and in Jupyter, elsewhere a line for every
            tenth of the epochs.
        checkpoint: a file for the state of the training, which `load` reads as a model. If it
            exists the training is resumed from it: the same call again gives the same bits as an
            uninterrupted one, and a larger `epochs` continues it. Other settings are refused, as
            far as names and numbers show them; delete the file to start again. There is a note if
            the model began with other parameters than the training in the file. The file contains
            Values, and no other state of a model, a loss or a callback.
        checkpoint_every: the number of epochs after which the file is written, besides at the end
            and after Ctrl-C; writing takes some milliseconds.

    Raises:
        ValueError: for an invalid argument, for classes or columns that are not those of an earlier
            call, and (FormatError) for a checkpoint that is damaged or of another training.
        TypeError: for an argument of another type, and if a compiled engine can't trace the model
            or the loss.
        FloatingPointError: if a gradient is not finite.
        OSError: if the checkpoint can't be written.

    >>> from nn import MLP
    >>> history = train(MLP(1, [2], seed=0), [([0.0], 0), ([1.0], 1)], epochs=3, progress=False)
    >>> len(history), history["loss"][2] < history["loss"][0]
    (3, True)
    """
    model_of(model, "train")
    epochs = whole(epochs, "train: epochs")
    patience, tolerance = patience_of(patience, tolerance)
    check_kinds(loss, optimizer, schedule)
    callbacks = callbacks_of(callbacks)
    file = checkpoint_file(checkpoint, checkpoint_every)
    optimizer = optimizer_of(model, optimizer)
    rows = matched_rows(model, data, validation, loss)
    names = rows.schema.class_names
    pairs, weights = weighted(
        list(rows.training), names, class_weight, sample_weight, rows.own_class_names
    )
    rows.check(model, pairs)
    batch_size = batch_size_of(batch_size, len(pairs))
    task = Task(
        model,
        rows.loss,
        optimizer,
        pairs,
        weights,
        validation=None if rows.validation is None else list(rows.validation),
        has_accuracy=bool(names) or rows.loss in OF_CLASSES,
        batch_size=batch_size,
        shuffler=generator(seed, "train"),
        schedule=schedule,
        clip_norm=clip_norm,
        clip_value=clip_value,
    )
    running = engine_of(engine, task, epochs, None if file is None else file.engine)
    model.schema = rows.schema
    backend, _ = running.engine_and_note
    history = History(backend, seeds_of(model, data, seed if batch_size else None))
    history.snapshots = snapshots = snapshots_of(task, rows, seed)
    training = Training(
        task,
        running,
        history,
        snapshots,
        epochs,
        patience,
        tolerance,
        callbacks=callbacks,
        note=rows.note,
        unscaled=rows.unscaled,
        file=file,
    )
    if rows.unscaled:
        warn(f"train: {rows.unscaled}")
    if file is not None:
        file.begin(training)
    return training.run(progress)


def snapshots_of(task: Task, rows: Rows, seed: Seed) -> Snapshots:
    """Snapshots of no epoch yet, with what pictures of the training show beside them."""
    optimizer = task.optimizer
    return Snapshots(
        task.model,
        optimizer.parameters,
        type(optimizer).__name__,
        rows.training if isinstance(rows.training, Data) else task.pairs,
        rows.validation,
        page_settings(task, seed),
    )


@dataclass
class Training(State):
    """A training in progress.

    Args:
        unscaled: a text about data that is far from the standardized scale.
        file: the checkpoint.
    """

    unscaled: str = ""
    file: CheckpointFile | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.describe()

    def run(self, progress: bool) -> History:
        """Train until a stopping condition, and return the history."""
        if progress and self.note:
            print(self.note)
        if progress and self.done and self.file is not None:
            print(f"{self.done} of {self.epochs} epochs are in {self.file.path}")
        try:
            with Progress(self.epochs, progress, self.done) as shown:
                while self.done < self.epochs and self.history.ended_by == "epochs":
                    first = self.done + 1
                    columns = self.advance()
                    shown.report(first, columns)
                    self.observe()
                    self.call_back()
                    if self.file is not None:
                        self.file.save_if_due(self)
            self.restore_best()
        except KeyboardInterrupt:
            self.restore_last()
        finally:
            self.task.reset_lr()
        if self.file is not None:
            self.file.note_state(self)
        self.describe()
        if self.file is not None:
            self.file.save(self)
        return self.history

    def describe(self) -> None:
        """Set the engine and the note of the history."""
        self.history.engine, why = self.engine.engine_and_note
        notes = [why, self.note, self.earlier, self.unscaled or self.history.trend]
        self.history.note = "; ".join(filter(None, notes))

    def advance(self) -> dict[str, list[float]]:
        """Run one epoch, or several if nothing has to be done between them."""
        most = self.epochs - self.done
        if self.patience is not None:  # patience can't end it earlier
            most = min(most, max(1, self.patience - self.waited))
        if self.file is not None:
            most = min(most, self.file.left(self.done))
        if self.task.validation is not None or self.callbacks:
            most = 1
        columns, parameters = self.engine.epochs(most)
        self.snapshots.add(parameters)
        columns |= self.engine.validate()
        self.history.extend(columns)
        checkpoint, done = self.task.optimizer.checkpoint(), len(self.history)
        epoch_end = None if self.file is None else epoch_end_of(self.task)
        # In one statement, so that Ctrl-C interrupts before or after all of them.
        self.checkpoint, self.epoch_end, self.done = checkpoint, epoch_end, done
        return columns

    def observe(self) -> None:
        """Keep the best epoch; end the training after `patience` epochs without a better one."""
        if self.patience is None:
            return
        if self.count_waiting() and self.task.validation is not None:
            self.best, self.best_epoch = self.checkpoint, self.done
        if self.waited >= self.patience:
            self.history.ended_by = "patience"

    def call_back(self) -> None:
        """Call all callbacks; end the training if one returns True."""
        if any([callback(self.history) is True for callback in self.callbacks]):
            self.history.ended_by = "callback"
        if self.callbacks:
            if not all(map(keeps_models, self.callbacks)):
                self.engine.verify()
            if self.file is not None:
                self.epoch_end = epoch_end_of(self.task)  # callbacks may have changed settings

    def restore_best(self) -> None:
        """After early stopping, go back to the epoch with the least validation loss."""
        if self.best_epoch:
            self.task.optimizer.restore(self.best)
            self.history.best_epoch = self.best_epoch

    def restore_last(self) -> None:
        """After Ctrl-C, go back to the end of the last complete epoch."""
        self.task.optimizer.restore(self.checkpoint)
        self.history.cut(self.done)
        self.observe()  # Ctrl-C may have interrupted before that
        self.history.ended_by, self.history.best_epoch = "interrupt", None
