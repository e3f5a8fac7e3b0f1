"""The parameters of a model from epoch to epoch, for `explore(history)`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from autograd import Value

from ..data import Data
from ..module import Module
from ..predictions import class_of_label
from ..rows.labels import is_several
from ..schema import schema_of

MAX_PARAMETERS = 1_000  # those of larger models are not recorded, to limit memory


def are_recorded(parameters: Sequence[Value]) -> bool:
    """Whether the number of parameters permits a record after each epoch."""
    return len(parameters) <= MAX_PARAMETERS


class Snapshots:
    """The state of a model at the start of its training and after each epoch.

    Attributes:
        model, data, validation: the arguments of `train`, with the model's columns and class
            indices; optimizer: its name; schema: that of the model at the time.
        settings: of the training, from `page_settings`; None if the page can't run it.
        numbers: of the parameters at the start and after each epoch; empty for more than 1,000
            parameters, to limit memory.

    >>> from nn import MLP
    >>> model = MLP(1, [1], seed=0)
    >>> len(Snapshots(model, model.parameters(), "Adam", [([0.5], 0)], None).numbers)
    1
    """

    def __init__(
        self,
        model: Module,
        parameters: Iterable[Value],
        optimizer: str,
        data: Iterable[tuple[Any, Any]],
        validation: Iterable[tuple[Any, Any]] | None,
        settings: dict[str, Any] | None = None,
    ) -> None:
        self.settings = settings
        self.model, self.parameters, self.optimizer = model, list(parameters), optimizer
        self.data, self.validation = data, validation
        self.schema = schema_of(model)
        start = [[p.data for p in self.parameters]] if are_recorded(self.parameters) else []
        self._numbers: list[list[float]] = start
        self._added: list[Any] = []  # lists or arrays of rows, which `numbers` joins

    @property
    def numbers(self) -> list[list[float]]:
        """The numbers of the parameters at the start and after each epoch."""
        for rows in self._added:
            self._numbers.extend(rows if isinstance(rows, list) else rows.tolist())
        self._added.clear()
        return self._numbers

    def add(self, rows: Any) -> None:
        """Record the parameters after each of several epochs: a list or an array of rows."""
        if self._numbers:  # else the initial parameters are not recorded either
            self._added.append(rows)

    def replace(self, numbers: list[list[float]]) -> None:
        """Replace the record by these; if empty, end recording."""
        self._numbers = numbers if self._numbers else []

    def cut(self, epochs: int) -> None:
        """Drop the rows after the first `epochs` epochs."""
        del self._numbers[epochs + 1 :]
        left, added = epochs + 1 - len(self._numbers), self._added
        self._added = []
        for rows in added:
            if left > 0:
                self._added.append(rows[:left])
                left -= len(rows)

    def weighs(self, label: Any) -> bool:
        """Whether a label is one weight for each class."""
        return is_several(label) and not self.schema.regression

    def rows(self) -> Data:
        """The rows of training and validation in one Data, as its parts train and test."""
        train, validation = list(self.data), list(self.validation or [])
        pairs = [*train, *validation]
        schema = self.schema
        # Weights, as with label smoothing, become the class of the largest one.
        labels = [
            class_of_label(label) if schema.class_names or self.weighs(label) else label
            for _, label in pairs
        ]
        whole = Data(
            [row for row, _ in pairs],
            labels,
            schema.feature_names or None,
            schema.class_names,
            schema.regression or None,
        ).by_number()
        whole.schema = replace(
            whole.schema,
            feature_scales=schema.feature_scales,  # empty if they are unknown
            lowest=schema.lowest,
            highest=schema.highest,
            target_names=schema.target_names,
            target_scales=schema.target_scales or whole.schema.target_scales,
        )
        if validation:
            whole.parts = list(range(len(train))), list(range(len(train), len(pairs)))
        return whole
