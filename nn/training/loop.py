"""train: the loop over epochs, with validation, early stopping, callbacks and Ctrl-C."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from autograd.transforms import recorded_by_itself

from ..arguments import whole
from ..caller import warn
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
from .state import State, moment_of
from .task import Task


@recorded_by_itself  # an open mode would cost time at every read of a number
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
    """Train a model; each epoch goes once over all rows, each step is on the mean loss of a batch.

    It is equivalent to these lines:

        shuffler = random.Random(seed)
        for epoch in range(epochs):
            for batch in data.batches(batch_size, shuffler):    # or once with all rows
                optimizer.zero_grad()
                mean_loss(model, batch, loss).backward()
                optimizer.step()

    Ctrl-C ends it: the model is then as it was after the last complete epoch.

    Args:
        model: a Module; the data's schema, the names and scales of columns, classes and targets,
            becomes its own, for `predict`, and for matching validation data and the data of later
            calls.
        data: a Data, of one with parts the part `train`; or (row, label) pairs.
        loss: a function of the model's output and the label of one row; if None `mse` for a
            regression, in units of the standardized target, and `cross_entropy` for classes.
        optimizer: the one that updates the parameters; Adam with a learning rate of 0.03 if None.
        epochs: the number of epochs, at least 1.
        batch_size: rows in a batch, shuffled for each epoch; all of them at once if None. "auto" is
            200 rows, and None where there are no more.
        seed: of the shuffling: a whole number, or a random.Random.
        validation: rows with labels on which the model is evaluated after each epoch; of a Data
            with parts the part `test`.
        patience: end after this number of epochs without a smaller validation loss, and restore the
            best; without validation, of the training loss, and stay at the last.
        tolerance: how much smaller than the least loss before it a loss must be for patience.
        schedule: a function from the optimizer's count of steps to a factor for its learning rate:
            see `schedules`.
        clip_norm, clip_value: the largest norm of the gradient; the largest size of each component,
            which is applied first where both are given.
        class_weight: a weight for each class, by name or index, 1 for those left out; or
            "balanced", for equal weights of all classes.
        sample_weight: a weight for each row; a row of weight 0 is left out. Means are weighted
            then.
        callbacks: called with the History after each epoch; returning True ends the training, which
            then stays ended in its checkpoint as long as there are callbacks.
        engine: "eager" builds the graph of each row; "python", "numpy" and "native" compile the
            model and the loss once and run that (`autograd.compile`). The native one runs whole
            epochs as machine code, unless gradients are clipped. "auto" is the fastest one whose
            packages are installed; eager for little work, and for a model or a loss that can't be
            compiled, draws numbers or keeps a state; and from when a callback, a schedule or an
            optimizer changes the model. What it can't see is state in files, clocks, iterators and
            other libraries: there, give "eager". The history names the engine. The numbers of all
            are the same up to rounding.
        progress: show a bar on a terminal and in Jupyter, elsewhere a line every tenth of the
            epochs.
        checkpoint: the name of a file for the state of the training, which `load` takes for a
            model. If it is there the training goes on from it: the same call again gives the same
            bits as one that was never killed, and larger `epochs` more of it. Other settings are
            refused, as far as names and numbers show them; delete the file to start anew. A note
            says so where the model began with other parameters than the training in the file. Kept
            are Values, not what else a model, a loss or a callback keeps.
        checkpoint_every: the file is written after this number of epochs, at the end and after
            Ctrl-C; each time takes some milliseconds, until it is on the disk.

    Raises:
        ValueError or TypeError: for invalid arguments, and what the loss raises.
        ValueError: for a class or columns that are not those of an earlier call.
        TypeError: if the model or the loss can't be traced by a compiled engine.
        FloatingPointError: if a gradient is not finite; for the checkpoint OSError where it can't
            be written.
        ValueError (FormatError): for a file that is damaged, of another training, or of none.

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
    kept = rows.training if isinstance(rows.training, Data) else pairs
    history.snapshots = snapshots = Snapshots(
        model,
        optimizer.parameters,
        type(optimizer).__name__,
        kept,
        rows.validation,
        page_settings(task, seed),
    )
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


@dataclass
class Training(State):
    """A training in progress.

    Args:
        unscaled: what was not standardized, though it is far from that scale.
        file: the checkpoint.
    """

    unscaled: str = ""
    file: CheckpointFile | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.describe()

    def run(self, progress: bool) -> History:
        """Train until an end is reached, and return the history."""
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
        """Run one epoch, or several where nothing is to be done between them."""
        most = self.epochs - self.done
        if self.patience is not None:  # it can't end before
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
        moment = None if self.file is None else moment_of(self.task)
        # In one statement, so that Ctrl-C finds all of them or none.
        self.checkpoint, self.moment, self.done = checkpoint, moment, done
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
        """Call the callbacks, all of them; end the training where one returns True."""
        if any([callback(self.history) is True for callback in self.callbacks]):
            self.history.ended_by = "callback"
        if self.callbacks:
            if not all(map(keeps_models, self.callbacks)):
                self.engine.verify()
            if self.file is not None:
                self.moment = moment_of(self.task)  # callbacks may have changed settings

    def restore_best(self) -> None:
        """After early stopping, go back to the epoch with the least validation loss."""
        if self.best_epoch:
            self.task.optimizer.restore(self.best)
            self.history.best_epoch = self.best_epoch

    def restore_last(self) -> None:
        """After Ctrl-C, go back to the end of the last complete epoch."""
        self.task.optimizer.restore(self.checkpoint)
        self.history.cut(self.done)
        self.observe()  # Ctrl-C may have come before that
        self.history.ended_by, self.history.best_epoch = "interrupt", None
