"""History: losses and other metrics of a training, epoch by epoch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from statistics import fmean
from typing import TYPE_CHECKING, Any

import autograd
from autograd.arguments import choices, wrong
from autograd.numerals import numeral

from ..plots.figure import TrainingFigure, draw_training
from .snapshots import Snapshots

if TYPE_CHECKING:
    from autograd.drawing.page import Page, Stop

SHOWN = 20  # rows in a repr; of more, the first and last ones
STEEP = 0.01  # of the total decrease of the loss, in the last tenth of the epochs


class History:
    """The metrics of a training: a table with one row for each epoch, returned by `train`.

    Columns are "epoch"; "loss", the mean loss of the forward passes of the epoch, each before its
    step, for a regression in units of the standardized target; for classes "accuracy", of the same
    forward passes; "lr", of the last step; and with validation rows "validation_loss" and
    "validation_accuracy", after the epoch.

    Attributes:
        columns: a list of numbers by name; `history["loss"]` is `columns["loss"]`.
        engine: the engine that ran: "eager", "python", "numpy" or "native".
        note: the reason if that is not the requested engine; the part of the data that was used, if
            it has parts; a remark if the loss rose or was still falling at the end; else empty.
        seeds: the seeds of the random draws, if any: "model", "split", "shuffle".
        ended_by: "epochs", "patience", "callback" or "interrupt".
        best_epoch: the epoch that early stopping restored, else None.
        snapshots: the model and its parameters from epoch to epoch, for `explore`.

    >>> history = History()
    >>> history.add(epoch=1, loss=0.5)
    >>> history
    epoch    loss
        1  0.5000
    engine eager
    """

    def __init__(
        self, engine: str = "eager", seeds: dict[str, int] | None = None, note: str = ""
    ) -> None:
        if not (seeds is None or isinstance(seeds, Mapping)):
            raise wrong("History", "seeds by name", seeds, "train makes a History")
        self.columns: dict[str, list[float]] = {"epoch": [], "loss": []}
        self.engine, self.seeds, self.note = engine, seeds or {}, note
        self.ended_by = "epochs"
        self.best_epoch: int | None = None
        self.snapshots: Snapshots | None = None

    def add(self, **row: float) -> None:
        """Append a row.

        Args:
            **row: the numbers by the names of columns.
        """
        for name, number in row.items():
            self.columns.setdefault(name, []).append(number)

    def extend(self, columns: Mapping[str, Sequence[float]]) -> None:
        """Append rows, given as columns; their epochs are numbered consecutively.

        Args:
            columns: lists of numbers of one length, by name.
        """
        (count,) = {len(column) for column in columns.values()}
        done = len(self)
        self.columns["epoch"].extend(range(done + 1, done + count + 1))
        for name, column in columns.items():
            self.columns.setdefault(name, []).extend(column)

    def cut(self, epochs: int) -> None:
        """Remove all rows after the first ones.

        Args:
            epochs: the number of rows to keep.
        """
        for column in self.columns.values():
            del column[epochs:]
        if self.snapshots is not None:
            self.snapshots.cut(epochs)

    def __getitem__(self, name: str) -> list[float]:
        if name not in self.columns:
            raise KeyError(f"no column {name!r}{choices(name, self.columns)}")
        return self.columns[name]

    def __iter__(self) -> Iterator[str]:
        """The names of the columns, so that `"accuracy" in history` works."""
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns["epoch"])

    @property
    def trend(self) -> str:
        """A remark if the loss rose, or fell steeply in the last tenth of the epochs."""
        losses, count = self.columns["loss"], len(self) // 10
        if self.ended_by != "epochs" or not count:
            return ""
        if not isfinite(losses[-1]) or losses[-1] > losses[0]:
            return "the loss rose: a smaller learning rate, or standardized data, may help"
        earlier, last = fmean(losses[-2 * count : -count]), fmean(losses[-count:])
        falling = earlier - last > STEEP * (losses[0] - last) > 0.0
        advice = "more epochs, or a larger learning rate, may help"
        return f"the loss was still falling: {advice}" if falling else ""

    @property
    def origin(self) -> str:
        """The engine and the seeds, as a text."""
        seeds = ", ".join([f"{name} {seed}" for name, seed in self.seeds.items()])
        return f"engine {self.engine}" + (f"; seeds: {seeds}" if seeds else "")

    def plot(self, *, language: str = "en") -> TrainingFigure:
        """Draw the training as one figure, as `draw_training(history)` does.

        A notebook shows it by itself; `history.plot().save("training.svg")` writes it.

        Args:
            language: the language of the texts, "en" or "ko".

        Raises:
            ImportError: if Matplotlib is not installed.
            ValueError: for a history that was not made by `train`.
        """
        return draw_training(self, language=language)

    def explore(self, rows: Any = None, lesson: Iterable[Stop] | None = None) -> Page:
        """The training as a page: its network, loss and predictions by epoch.

        Args:
            rows: a Data to show predictions for; the rows of training and validation if None.
            lesson: the stops of a guided lesson, [] for none; one about the chain rule if None.

        Raises:
            ValueError: if the parameters were not recorded, as for more than 1,000 of them, or a
                stop names a node or a state that the page does not have.
        """
        page: Page = autograd.explore(self, rows, lesson)
        return page

    def _explore_(self, rows: Any) -> tuple[Any, Any, Any]:
        from autograd.drawing.page import Course

        kept = self.snapshots
        if kept is None or not kept.numbers:
            raise ValueError(
                "explore: this history has no parameters to show: train keeps them for models of "
                "up to 1,000, and a checkpoint for epochs with up to 125,000 numbers in all; "
                "explore(model, rows=...) shows a model as it is"
            )
        rows = kept.rows() if rows is None else rows
        course = Course(
            tuple(kept.parameters),
            kept.numbers,
            kept.optimizer,
            self.best_epoch,
            kept.settings,
        )
        return kept.model, rows, course

    def __repr__(self) -> str:
        ended = "" if self.ended_by == "epochs" else f"; ended by {self.ended_by}"
        best = "" if self.best_epoch is None else f"; restored epoch {self.best_epoch}"
        note = [f"note: {self.note}"] if self.note else []
        return "\n".join([*self._lines(), self.origin + ended + best, *note])

    def _lines(self) -> list[str]:
        """The table as lines of text, of many rows the first and the last ones."""
        heads = list(self.columns)
        rows = []
        for epoch, *numbers in zip(*self.columns.values(), strict=True):
            rows.append([f"{epoch:>5}", *map(numeral, numbers)])
        if len(rows) > SHOWN:
            dots = ["  ..."] + [""] * (len(heads) - 1)
            rows[SHOWN // 2 : -SHOWN // 2] = [dots]
        table = [heads, *rows]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = []
        for row in table:
            cells = [f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)]
            lines.append("  ".join(cells).rstrip())
        return lines
