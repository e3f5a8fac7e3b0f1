"""train, and what is asked of a trained model: predict, accuracy."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from typing import Any

from autograd import Value

from .data import Data
from .losses import Loss, cross_entropy, mean_loss
from .module import Module
from .optimizers import Adam, Optimizer
from .progress import Progress


class History:
    """What training went through: a table with one row for each epoch.

    columns: a list of numbers by name: "epoch", and "loss", the mean loss of that epoch's forward
        pass, before its step. `history["loss"]` is columns["loss"].
    engine: what computed it, "eager".

    >>> history = History()
    >>> history.add(epoch=1, loss=0.5)
    >>> history
    epoch      loss
        1  0.500000
    """

    def __init__(self) -> None:
        self.columns: dict[str, list[float]] = {"epoch": [], "loss": []}
        self.engine = "eager"

    def add(self, **row: float) -> None:
        """One more row."""
        for name, number in row.items():
            self.columns[name].append(number)

    def __getitem__(self, name: str) -> list[float]:
        return self.columns[name]

    def __len__(self) -> int:
        return len(self.columns["epoch"])

    def __repr__(self) -> str:
        lines = [f"{'epoch':>5}  {'loss':>8}"]
        lines += [
            f"{epoch:>5}  {loss:8.6f}" for epoch, loss in zip(*self.columns.values(), strict=True)
        ]
        return "\n".join(lines)


def train(
    model: Module,
    data: Data | Sequence[tuple[Any, Any]],
    loss: Loss = cross_entropy,
    optimizer: Optimizer | None = None,
    epochs: int = 100,
    *,
    progress: bool = True,
) -> History:
    """Train a model; each epoch is one step on the mean loss over all rows.

    It does what these lines do, and gives the same numbers:

        for epoch in range(epochs):
            optimizer.zero_grad()
            loss_of_epoch = mean_loss(model, data, loss)
            loss_of_epoch.backward()
            optimizer.step()

    model: a Module; it learns the data's class names, so that `predict` can say them.
    data: a Data, or (row, label) pairs.
    loss: takes the model's output and the label of one row.
    optimizer: what moves the parameters; Adam with its own settings if None.
    epochs: how many steps, at least 1.
    progress: show a bar on a terminal and in Jupyter, elsewhere a line every tenth of the epochs.

    Raises ValueError for fewer than one epoch, no rows, a model without parameters, and what the
    loss refuses; FloatingPointError where a gradient is not finite.

    >>> from nn import MLP
    >>> history = train(MLP(1, [2], seed=0), [([0.0], 0), ([1.0], 1)], epochs=3, progress=False)
    >>> len(history), history["loss"][2] < history["loss"][0]
    (3, True)
    """
    try:
        epochs = operator.index(epochs)
    except TypeError:
        raise ValueError(f"train: expected a whole number of epochs, got {epochs!r}") from None
    if epochs < 1:
        raise ValueError(f"train: expected at least 1 epoch, got {epochs}")
    if not len(data):
        raise ValueError("train: expected at least one row, got none")
    if optimizer is None:
        optimizer = Adam(model.parameters())
    model.class_names = data.class_names if isinstance(data, Data) else ()
    history = History()
    with Progress(epochs, progress) as shown:
        for epoch in range(1, epochs + 1):
            optimizer.zero_grad()
            loss_of_epoch = mean_loss(model, data, loss)
            loss_of_epoch.backward()
            optimizer.step()
            history.add(epoch=epoch, loss=loss_of_epoch.data)
            shown.report(epoch, loss_of_epoch.data)
    return history


def classify(model: Module, rows: Iterable[Sequence[Any]]) -> list[int]:
    """The class of the largest output for each row, as an index; a single output says 1 if > 0."""
    found: list[int] = []
    for row in rows:
        outputs = model(row)
        scores = [0.0, outputs.data] if isinstance(outputs, Value) else [z.data for z in outputs]
        found.append(scores.index(max(scores)))
    return found


def predict(model: Module, rows: Data | Iterable[Sequence[Any]]) -> list[Any]:
    """The class that the model gives each row: its name where the model or the data has one.

    rows: rows as the model was trained on (`data.standardize` makes them from raw ones), or a Data.

    >>> from nn import MLP
    >>> predict(MLP(1, [2], bias=False, seed=0), [[1.0], [-1.0]])
    [0, 1]
    """
    names = model.class_names
    if isinstance(rows, Data):
        names = names or rows.class_names
        rows = rows.rows
    classes = classify(model, rows)
    return [names[k] for k in classes] if names else classes


def accuracy(model: Module, data: Data | Iterable[tuple[Any, Any]]) -> float:
    """The share of rows whose class the model gives, from 0 to 1.

    >>> from nn import MLP
    >>> accuracy(MLP(1, [2], bias=False, seed=0), [([1.0], 0), ([-1.0], 0)])
    0.5
    """
    pairs = list(data)
    if not pairs:
        raise ValueError("accuracy: expected at least one row, got none")
    classes = classify(model, [row for row, _ in pairs])
    hits = [found == label for found, (_, label) in zip(classes, pairs, strict=True)]
    return hits.count(True) / len(hits)
