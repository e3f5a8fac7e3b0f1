"""Progress of training: a bar on a terminal and in Jupyter, plain lines elsewhere."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Self

from autograd.numerals import numeral

SHOWN = (("loss", "loss"), ("validation_loss", "validation loss"))


class Progress:
    """A tqdm bar with the loss on a terminal and in Jupyter; else a line every tenth of the epochs.

    Args:
        epochs: the total; shown: whether to show anything; done: the number of epochs before.
    """

    def __init__(self, epochs: int, shown: bool, done: int = 0) -> None:
        self.epochs, self.shown = epochs, shown
        self.bar = make_bar(epochs, done, "training", "epoch") if shown else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def report(self, first: int, columns: Mapping[str, Sequence[float]]) -> None:
        """Show complete epochs by their columns; `first` is the number of the first one, from 1."""
        if not self.shown:
            return
        count = len(columns["loss"])
        if self.bar is not None:
            self.bar.set_postfix_str(words(columns, -1), refresh=False)
            self.bar.update(count)
            return
        for i in range(count):
            epoch = first + i
            if epoch % max(1, self.epochs // 10) == 0 or epoch in (1, self.epochs):
                number = f"{epoch:>{len(str(self.epochs))}}"
                print(f"epoch {number}/{self.epochs}  {words(columns, i)}", flush=True)


def words(columns: Mapping[str, Sequence[float]], place: int) -> str:
    """The losses of one epoch, as a text."""
    shown = [f"{title} {numeral(columns[name][place])}" for name, title in SHOWN if name in columns]
    return "  ".join(shown)


def make_bar(total: int, done: int, what: str, unit: str) -> Any:
    """A tqdm bar; None where none would be visible, or tqdm is not installed."""
    try:
        with warnings.catch_warnings():
            # In a notebook without ipywidgets tqdm warns that it draws no bar; lines are printed
            # instead.
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm  # type: ignore[import-untyped]  # has no stubs
    except ImportError:
        return None
    bar = tqdm(total=total, initial=done, desc=what, unit=unit, disable=None)
    return None if bar.disable else bar
