"""A training by epoch, as data for the page."""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...value import Value

MOST_EPOCHS = 200  # of more, every second, third, ... is kept


@dataclass(frozen=True)
class Course:
    """The parameters of a model over its training.

    Args:
        parameters: the leaves; numbers: theirs, at the start and after each epoch.
        optimizer: what moved them, by name.
        shown: which epoch the page opens at; the last one if None.
        settings: optimizer, learning rate, batches and the seed of their shuffling, for the page to
            run the training itself; None where it can't.
    """

    parameters: tuple[Value, ...]
    numbers: Sequence[Sequence[float]]
    optimizer: str
    shown: int | None = None
    settings: Mapping[str, Any] | None = None

    def json(self, number: dict[Value, int]) -> dict[str, Any]:
        """As plain data, the numbers packed as 64-bit floats; number: those of the nodes."""
        last = len(self.numbers) - 1
        step = -(-last // MOST_EPOCHS) or 1
        shown = last if self.shown is None else self.shown
        epochs = sorted({*range(0, last, step), last, shown})
        used = [i for i, leaf in enumerate(self.parameters) if leaf in number]
        packed = [self.numbers[epoch][i] for epoch in epochs for i in used]
        return {
            "epochs": epochs,
            "shown": epochs.index(shown),
            "parameters": [number[self.parameters[i]] for i in used],
            "weights": base64.b64encode(struct.pack(f"<{len(packed)}d", *packed)).decode(),
            "optimizer": self.optimizer,
            "settings": None if self.settings is None else dict(self.settings),
        }
