"""The arguments of `train`: checks, and matching of rows with the model's columns and classes."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.arguments import function, several, wrong

from ..arguments import at_least_zero, whole
from ..data import Data
from ..data.matching import Pairs, check_class_count, match_pairs, numbered
from ..losses import OF_CLASSES, OF_NUMBERS, Loss, loss_of, refuse_numbers, with_own_labels
from ..module import Module
from ..optimizers import Adam, Optimizer
from ..rows.labels import are_numbers
from ..schema import Schema
from ..seeds import Seed
from .history import History
from .unscaled import unscaled

# With these, 100 epochs reach the scores of scikit-learn's networks: tests/benchmarks/defaults.py.
LEARNING_RATE = 0.03
AUTOMATIC_BATCH = 200  # rows, as in scikit-learn


@dataclass(frozen=True)
class Rows:
    """Rows with labels in the model's form: a Data, or pairs.

    Args:
        schema: of the model after training; own_class_names: those of the training data.
        loss: the given one, or the default for the labels.
        note: the parts of the data that are used, if it has parts.
        unscaled: a text about data that is far from the standardized scale; else empty.
    """

    training: Pairs
    validation: Pairs | None
    schema: Schema
    own_class_names: Sequence[str]
    loss: Loss
    note: str
    unscaled: str = ""

    def check(self, model: Module, pairs: Sequence[Any]) -> None:
        """ValueError if there are no rows, or other classes than the model's outputs.

        Args:
            pairs: the rows for training whose weight is not 0.
        """
        if not pairs or (self.validation is not None and not list(self.validation)):
            raise ValueError("train: expected at least one row, got none")
        if self.loss in OF_CLASSES and hasattr(model, "nouts"):
            for part in (self.training, self.validation):
                if isinstance(part, Data) and part.class_names:
                    check_class_count("train", part.class_names, model.nouts[-1])


def matched_rows(model: Module, data: Any, validation: Any, loss: Loss | None) -> Rows:
    """The rows of training and validation, matched with the model's schema after training."""
    if loss is not None:
        for given in (data, validation):
            refuse_numbers(given, loss, "train")
        data, validation = with_own_labels(data, loss), with_own_labels(validation, loss)
    if isinstance(data, Data):
        data = numbered(data, model, model.schema)
    given = match_pairs(model, data, "train", "data", Schema())
    note, own, regression = "", Schema(), False
    if isinstance(given, Data):
        if given.parts is not None:
            note = (
                f"trained on data.train, {len(given.train)} rows; data.test, {len(given.test)} "
                "rows, is left to test on"
            )
            given = given.train
        own = given.schema
        regression = own.regression or (model.regression and not own.class_names)
    else:
        regression = are_numbers([label for _, label in given])
    loss = loss_of(regression) if loss is None else loss
    schema = model.schema.after_training(own, predicts_numbers(loss, own.class_names, regression))
    training = match_pairs(model, given, "train", "data", schema)
    matched_validation = None
    if isinstance(validation, Data) and validation.parts is not None:
        validation = validation.test
        on_test = f"validated on validation.test, {len(validation)} rows"
        note = "; ".join(filter(None, [note, on_test]))
    if validation is not None:
        matched_validation = match_pairs(model, validation, "train", "validation", schema)
    far = unscaled(training, schema)
    return Rows(training, matched_validation, schema, own.class_names, loss, note, far)


def batch_size_of(given: Any, rows: int) -> int | None:
    """The number of rows in a batch, None for all; ValueError if it is not an integer."""
    if isinstance(given, str) and given == "auto":
        return None if rows <= AUTOMATIC_BATCH else AUTOMATIC_BATCH
    return None if given is None else whole(given, "train: batch_size ('auto', None or a number)")


def patience_of(patience: Any, tolerance: Any) -> tuple[int | None, float]:
    """Patience and tolerance; ValueError for invalid ones, and for tolerance without patience."""
    tolerance = at_least_zero(tolerance, "train: tolerance")
    if patience is None and tolerance:
        raise ValueError(
            "train: expected patience with tolerance, got none: patience=10 ends a training after "
            "ten epochs without a loss that is smaller by so much"
        )
    return None if patience is None else whole(patience, "train: patience"), tolerance


def callbacks_of(callbacks: Any) -> Sequence[Callable[[History], Any]]:
    """The callbacks as a tuple; TypeError where one can't be called."""
    found = several(callbacks, "train", "functions as callbacks", "callbacks=[print]")
    for callback in found:
        function(callback, "train", "functions as callbacks, such as callbacks=[print]")
    return found


def optimizer_of(model: Module, optimizer: Optimizer | None) -> Optimizer:
    """The optimizer, Adam by default; ValueError if it has none of the model's parameters."""
    optimizer = optimizer or Adam(model.parameters(), lr=LEARNING_RATE)
    if set(model.parameters()).isdisjoint(optimizer.parameters):
        raise ValueError(
            "train: the optimizer has none of this model's parameters; create it from "
            "model.parameters()"
        )
    return optimizer


def check_kinds(loss: Any, optimizer: Any, schedule: Any) -> None:
    """TypeError if one of them has another type."""
    what = "a function of the outputs and the label of a row as loss, such as nn.cross_entropy"
    if loss is not None:
        if not callable(loss) and not isinstance(loss, str):
            raise wrong("train", what, loss, "rows and labels go together: Data(X, y)")
        function(loss, "train", what)
    if optimizer is not None and not isinstance(optimizer, Optimizer):
        what = "an optimizer, such as nn.Adam(model.parameters(), lr=0.01)"
        raise wrong("train", what, optimizer)
    if schedule is not None:
        what = "a function of the count of steps as schedule, such as nn.schedules.cosine(1000)"
        function(schedule, "train", what)


def predicts_numbers(loss: Loss, names: Sequence[str], regression: bool) -> bool:
    """Whether a model is trained to predict numbers and not classes, by its loss or its labels."""
    loss = getattr(loss, "func", loss)  # of a functools.partial
    if names or loss in OF_CLASSES:
        return False
    return loss in OF_NUMBERS or regression


def seeds_of(model: Module, data: Pairs, shuffle: Seed) -> dict[str, int]:
    """The seeds of the model, the split and the shuffling, if they are numbers."""
    found: dict[str, Any] = {
        "model": getattr(model, "seed", None),
        "split": getattr(data, "seed", None),
        "shuffle": shuffle,
    }
    return {name: int(seed) for name, seed in found.items() if isinstance(seed, numbers.Integral)}
