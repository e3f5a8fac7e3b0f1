"""train: the loop over epochs and batches."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from autograd import enable_grad
from autograd.arguments import function, several
from autograd.ieee import exact_sum

from .. import clipping
from ..arguments import at_least_zero, whole
from ..data import Data, shuffled
from ..evaluation import class_of, class_of_label
from ..losses import OF_CLASSES, OF_NUMBERS, Loss, cross_entropy
from ..matching import Pairs, check_names, seen
from ..module import Module, model_of
from ..optimizers import Adam, Optimizer
from ..schedules import Schedule
from ..schema import Schema
from ..seeds import Seed, generator
from .engines.compiled import Descending, Scores, engine_of
from .history import History
from .progress import Progress
from .row_weights import ClassWeight, weighted
from .snapshots import Snapshots


@enable_grad()
def train(
    model: Module,
    data: Pairs,
    loss: Loss = cross_entropy,
    optimizer: Optimizer | None = None,
    epochs: int = 100,
    *,
    batch_size: int | None = None,
    seed: Seed = 0,
    validation: Pairs | None = None,
    patience: int | None = None,
    schedule: Schedule | None = None,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    class_weight: ClassWeight = None,
    sample_weight: Sequence[float] | None = None,
    callbacks: Iterable[Callable[[History], Any]] = (),
    engine: str = "eager",
    progress: bool = True,
) -> History:
    """Train a model; each epoch goes once over all rows, each step is on the mean loss of a batch.

    It does what these lines do, and gives the same numbers:

        shuffler = random.Random(seed)
        for epoch in range(epochs):
            for batch in data.batches(batch_size, shuffler):    # or once with all rows
                optimizer.zero_grad()
                mean_loss(model, batch, loss).backward()
                optimizer.step()

    Ctrl-C ends it: the model is then as it was after the last whole epoch.

    model: a Module; it learns the names of the data's columns and classes, so that `predict` can
        say them; other data is matched by them, for validation too and in later calls.
    data: a Data, or (row, label) pairs.
    loss: takes the model's output and the label of one row.
    optimizer: what moves the parameters; Adam with its own settings if None.
    epochs: how many, at least 1.
    batch_size: rows in a batch, shuffled for each epoch; all of them at once if None.
    seed: of the shuffling: a whole number, or a random.Random.
    validation: rows with labels on which the model is tried after each epoch.
    patience: end after so many epochs without a smaller validation loss, and restore the best.
    schedule: gives, for the optimizer's count of steps, a factor for its learning rate: see
        `schedules`.
    clip_norm, clip_value: the largest norm of the gradient; the largest size of each of its parts,
        which comes first where both are given.
    class_weight: a weight for each class, by name or index, 1 for those left out; or "balanced", by
        which every class weighs the same.
    sample_weight: a weight for each row; a row of weight 0 is left out. Means are weighted then.
    callbacks: called with the History after each epoch; True as an answer ends the training.
    engine: "eager" builds the graph of each row; "python", "numpy" and "native" compile the model
        and the loss once and run that (`autograd.compile`). The native one does whole epochs as
        machine code, unless gradients are clipped. The numbers are the same up to rounding.
    progress: show a bar on a terminal and in Jupyter, elsewhere a line every tenth of the epochs.

    Raises ValueError or TypeError for what makes no sense, and what the loss refuses; ValueError
    for a class or columns that the model doesn't know after an earlier call; TypeError where a
    compiled engine can't see through the model or the loss; FloatingPointError where a gradient is
    not finite.

    >>> from nn import MLP
    >>> history = train(MLP(1, [2], seed=0), [([0.0], 0), ([1.0], 1)], epochs=3, progress=False)
    >>> len(history), history["loss"][2] < history["loss"][0]
    (3, True)
    """
    model_of(model, "train")
    epochs = whole(epochs, "train: epochs")
    if batch_size is not None:
        whole(batch_size, "train: batch_size")
    if patience is not None:
        whole(patience, "train: patience")
        if validation is None:
            raise ValueError("train: patience asks for validation data")
    check_kinds(loss, optimizer, schedule)
    callbacks = several(callbacks, "train", "functions as callbacks", "callbacks=[print]")
    for callback in callbacks:
        function(callback, "train", "functions as callbacks, such as callbacks=[print]")
    optimizer = optimizer or Adam(model.parameters())
    if set(model.parameters()).isdisjoint(optimizer.parameters):
        raise ValueError(
            "train: the optimizer moves none of this model's parameters; make it of "
            "model.parameters()"
        )
    given = seen(model, data, "train", "data", Schema())
    own = given.schema if isinstance(given, Data) else Schema()
    schema = model.schema.learning(own, gives_numbers(loss, own.class_names, list(given)))
    names = schema.class_names
    given = seen(model, given, "train", "data", schema)
    weighing = class_weight, sample_weight, own.class_names
    pairs, weights = weighted(list(given), names, *weighing)
    tried_on = None
    if validation is not None:
        tried_on = seen(model, validation, "train", "validation", schema)
    tried = None if tried_on is None else list(tried_on)
    if not pairs or tried == []:
        raise ValueError("train: expected at least one row, got none")
    scored = bool(names) or loss in OF_CLASSES
    if loss in OF_CLASSES and hasattr(model, "nouts"):
        for part in (given, tried_on):
            if isinstance(part, Data) and part.class_names:
                check_names("train", part.class_names, model.nouts[-1])
    run = engine_of(engine, model, loss, optimizer, pairs, scored or tried is not None)
    table, tried_table = run.table(pairs), tried and run.table(tried)
    model.schema = schema
    shuffler, lr = generator(seed, "train"), optimizer.lr

    def one_epoch() -> dict[str, float]:
        losses, counts, right = [], [], 0
        for indices in batches(len(pairs), batch_size, shuffler):
            chosen = None if weights is None else [weights[i] for i in indices]
            if schedule is not None:
                optimizer.lr = lr * factor_of(schedule, optimizer.steps)
            loss_of_batch, scores = run.backward(run.take(table, indices), chosen)
            if clip_value is not None:
                clipping.clip_value(optimizer.parameters, clip_value)
            if clip_norm is not None:
                clipping.clip_norm(optimizer.parameters, clip_norm)
            optimizer.step()
            losses.append(loss_of_batch)
            counts.append(len(indices) if chosen is None else math.fsum(chosen))
            right += hits(scores, [pairs[i][1] for i in indices]) if scored else 0
        total = math.fsum(counts)
        row = {"loss": exact_sum([x * (n / total) for x, n in zip(losses, counts, strict=True)])}
        if scored:
            row["accuracy"] = right / len(pairs)
        row["lr"] = optimizer.lr
        return row

    def validated() -> dict[str, list[float]]:
        found, scores = run.evaluate(tried_table)
        columns = {"validation_loss": [found]}
        if scored:
            labels = [label for _, label in tried or ()]
            columns["validation_accuracy"] = [hits(scores, labels) / len(labels)]
        return columns

    def descending() -> Descending | None:
        """What does whole epochs as machine code, if the optimiser as it is now lets it."""
        clipped = clip_value is not None or clip_norm is not None
        return run if isinstance(run, Descending) and not clipped and run.descends else None

    def several_epochs(
        machine: Descending, count: int
    ) -> tuple[dict[str, list[float]], Any] | None:
        """As machine code: columns of the history, and the parameters after each epoch.

        None if the code would not do what the optimiser does.
        """
        size = len(pairs) if batch_size is None else whole(batch_size, "train: batch_size")
        rates = []
        for step in range(optimizer.steps, optimizer.steps + count * -(-len(pairs) // size)):
            if schedule is not None:
                optimizer.lr = lr * factor_of(schedule, step)
            rates.append(optimizer.lr)
        if not machine.holds(rates):
            return None
        if batch_size is None:
            orders = [list(batches(len(pairs), None, shuffler))] * count
        else:
            orders = [list(batches(len(pairs), batch_size, shuffler)) for _ in range(count)]
        columns, numbers = machine.epochs(table, orders, weights, rates)
        if not scored:  # the outputs are computed for validation only
            columns.pop("accuracy", None)
        return columns, numbers

    alone = tried is None and not callbacks
    served, note = run.served
    history = History(served, seeds_of(model, data, seed if batch_size else None), note)
    history.snapshots = snapshots = Snapshots(
        model,
        optimizer.parameters,
        type(optimizer).__name__,
        given if isinstance(given, Data) else pairs,
        tried_on,
    )
    finished = best = optimizer.moment()
    epochs_done = best_epoch = 0
    least = math.inf
    try:
        with Progress(epochs, progress) as shown:
            epoch = 0
            while epoch < epochs and history.ended_by == "epochs":
                machine = descending()
                count = machine.pace.next(epochs - epoch) if machine and alone else 1
                found = several_epochs(machine, count) if machine else None
                if found:
                    columns, numbers = found
                    snapshots.add(numbers)
                else:
                    count, columns = 1, {name: [x] for name, x in one_epoch().items()}
                    snapshots.take()
                if tried:
                    columns |= validated()
                history.extend(columns)
                epoch += count
                finished, epochs_done = optimizer.moment(), epoch
                shown.report(epoch - count + 1, columns)
                if patience is not None:
                    (validation_loss,) = columns["validation_loss"]
                    if validation_loss < least:
                        least, best, best_epoch = validation_loss, finished, epoch
                    elif epoch - best_epoch >= patience:
                        history.ended_by = "patience"
                if any([callback(history) is True for callback in callbacks]):
                    history.ended_by = "callback"
        if best_epoch:
            optimizer.restore(best)
            history.best_epoch = best_epoch
    except KeyboardInterrupt:
        history.ended_by = "interrupt"
        optimizer.restore(finished)
        history.cut(epochs_done)
    finally:
        if schedule is not None:
            optimizer.lr = lr
    history.engine, history.note = run.served
    return history


def check_kinds(loss: Any, optimizer: Any, schedule: Any) -> None:
    """TypeError where one of them is something else."""
    said = "train: expected {}, got {} {!r:.60}{}"
    if not callable(loss) or isinstance(loss, type):
        names = "" if isinstance(loss, str) else "; rows and labels go together: Data(X, y)"
        what = "a function of the outputs and the label of a row as loss, such as nn.cross_entropy"
        raise TypeError(said.format(what, type(loss).__name__, loss, names))
    if optimizer is not None and not isinstance(optimizer, Optimizer):
        what = "an optimizer, such as nn.Adam(model.parameters(), lr=0.01)"
        raise TypeError(said.format(what, type(optimizer).__name__, optimizer, ""))
    if schedule is not None and (not callable(schedule) or isinstance(schedule, type)):
        what = "a function of the count of steps as schedule, such as nn.schedules.cosine(1000)"
        raise TypeError(said.format(what, type(schedule).__name__, schedule, ""))


def factor_of(schedule: Schedule, step: int) -> float:
    """What a schedule gives for a step, checked."""
    return at_least_zero(schedule(step), f"train: schedule({step}) as factor of lr")


def batches(count: int, size: int | None, shuffler: Seed) -> Iterator[list[int]]:
    """The rows of each step of an epoch, by number: shuffled, or all at once in their order."""
    return iter([list(range(count))]) if size is None else shuffled(count, size, shuffler)


def hits(scores: Scores, labels: Sequence[Any]) -> int:
    """How many rows have the largest output at the class of their label."""
    pairs = zip(scores, labels, strict=True)
    return [class_of(z) == class_of_label(label) for z, label in pairs].count(True)


def gives_numbers(loss: Loss, names: Sequence[str], pairs: Sequence[tuple[Any, Any]]) -> bool:
    """Whether a model is trained to give numbers and not classes, by its loss or its labels."""
    loss = getattr(loss, "func", loss)  # of a functools.partial
    if names or loss in OF_CLASSES:
        return False
    of_classes = all([isinstance(label, (numbers.Integral, str)) for _, label in pairs])
    return loss in OF_NUMBERS or not of_classes


def seeds_of(model: Module, data: Pairs, shuffle: Seed) -> dict[str, int]:
    """The seeds that are known."""
    found: dict[str, Any] = {
        "model": getattr(model, "seed", None),
        "split": getattr(data, "seed", None),
    }
    found["shuffle"] = shuffle
    return {name: int(seed) for name, seed in found.items() if isinstance(seed, numbers.Integral)}
