"""Task: the model, the rows and the settings of a training, which every engine reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from autograd import Value
from autograd.cached import cached_property

from .. import clipping
from ..arguments import at_least_zero
from ..data.splitting import shuffled
from ..losses import Loss
from ..module import Module
from ..optimizers import Optimizer
from ..schedules import Schedule
from ..seeds import Seed
from .known import are_known
from .snapshots import are_recorded

LabeledRows: TypeAlias = Sequence[tuple[Any, Any]]


@dataclass
class Task:
    """A model, the rows to train and validate it on, and how its parameters are updated.

    Args:
        pairs: the rows with their labels; weights: one for each, None if all are equal.
        validation: other rows with labels, None without validation.
        has_accuracy: whether labels are classes, so that correct outputs are counted.
        batch_size: rows in a batch, None for all rows; shuffler: the seed of the batches.
    """

    model: Module
    loss: Loss
    optimizer: Optimizer
    pairs: LabeledRows
    weights: Sequence[float] | None
    validation: LabeledRows | None
    has_accuracy: bool
    batch_size: int | None
    shuffler: Seed
    schedule: Schedule | None
    clip_norm: float | None
    clip_value: float | None

    def __post_init__(self) -> None:
        self.base_lr = self.optimizer.lr  # the initial rate, which the schedule multiplies

    def row_loss(self, row: Any, label: Any) -> Value:
        """The loss of one row; TypeError if it is not a Value."""
        return self.checked(self.loss(self.model(row), label))

    def checked(self, loss: Any) -> Value:
        """A loss, if it is a Value; else TypeError."""
        if not isinstance(loss, Value):
            name = getattr(self.loss, "__name__", repr(self.loss))
            raise TypeError(
                f"train: expected a loss that gives a Value, got {type(loss).__name__} "
                f"{loss!r:.60} from {name:.60}: compute it from the outputs themselves, without "
                ".data and math"
            )
        return loss

    @cached_property
    def is_known(self) -> bool:
        """Whether model and loss are those of this package, and so stateless.

        It is determined at the start of the training; callbacks may change the model later.
        """
        return are_known(self.model, self.loss)

    @property
    def steps_per_epoch(self) -> int:
        """The number of batches of an epoch."""
        return -(-len(self.pairs) // (self.batch_size or len(self.pairs)))

    @property
    def columns(self) -> list[str]:
        """The columns of its history, besides that of the epochs."""
        kinds = ["loss", "accuracy"] if self.has_accuracy else ["loss"]
        of_validation = [] if self.validation is None else [f"validation_{kind}" for kind in kinds]
        return [*kinds, "lr", *of_validation]

    @property
    def keeps_parameters(self) -> bool:
        """Whether the parameters after each epoch are recorded: not for large models."""
        return are_recorded(self.optimizer.parameters)

    @property
    def clips(self) -> bool:
        """Whether gradients are clipped before a step."""
        return self.clip_value is not None or self.clip_norm is not None

    def batches(self) -> list[list[int]]:
        """The batches of one epoch, as indices of rows: shuffled, or one of all rows in order."""
        count = len(self.pairs)
        if self.batch_size is None:
            return [list(range(count))]
        return list(shuffled(count, self.batch_size, self.shuffler))

    def weights_of(self, batch: Sequence[int]) -> list[float] | None:
        """The weights of the rows of a batch."""
        return None if self.weights is None else [self.weights[i] for i in batch]

    def set_lr(self, step: int) -> float:
        """Set the optimizer's learning rate for a step, counted from 0, and return it."""
        if self.schedule is not None:
            factor = at_least_zero(self.schedule(step), f"train: schedule({step}) as factor of lr")
            self.optimizer.lr = self.base_lr * factor
        return self.optimizer.lr

    def set_lrs(self, first: int, count: int) -> list[float]:
        """The learning rates of steps; the optimizer has the last one afterwards."""
        if self.schedule is None:
            return [self.optimizer.lr] * count
        return [self.set_lr(step) for step in range(first, first + count)]

    def reset_lr(self) -> None:
        """Set the learning rate that the optimizer had before the schedule changed it."""
        if self.schedule is not None:
            self.optimizer.lr = self.base_lr

    def clip(self) -> None:
        """Clip the gradients: each component first, then their norm."""
        if self.clip_value is not None:
            clipping.clip_value(self.optimizer.parameters, self.clip_value)
        if self.clip_norm is not None:
            clipping.clip_norm(self.optimizer.parameters, self.clip_norm)
