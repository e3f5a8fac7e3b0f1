"""The results of a training run: predictions, mistakes, and a map of the predictions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from autograd import no_grad
from autograd.arguments import several, wrong
from autograd.cached import cached_property
from autograd.drawing import ENGLISH, Words

from ...data import Data
from ...module import Module
from ...predictions import class_of_label, predict, predict_proba
from ...rows.labels import is_several
from ...schema import Scale

CELLS = (72, 54)  # of the map


@dataclass(frozen=True)
class Mistake:
    """A misclassified row: its number in its part, and the probability of the prediction."""

    part: str
    number: int
    true: str
    predicted: str
    probability: float
    place: tuple[float, float] | None


@dataclass(frozen=True)
class Target:
    """The targets of a regression: true and predicted numbers of each row, in their unit.

    Args:
        parts: the rows of training and of validation.
    """

    name: str
    true: Sequence[float]
    found: Sequence[float]
    parts: tuple[Sequence[int], Sequence[int]]

    def pairs(self, part: int) -> list[tuple[float, float]]:
        """The model's number and the true one of the rows of a part, where both are finite."""
        pairs = [(self.found[i], self.true[i]) for i in self.parts[part]]
        return [pair for pair in pairs if all(map(math.isfinite, pair))]

    def error(self, part: int) -> float:
        """The mean absolute error of the predictions."""
        errors = [abs(self.found[i] - self.true[i]) for i in self.parts[part]]
        return sum(errors) / len(errors)

    def r2(self, part: int) -> float:
        """The coefficient of determination R²; NaN if all true numbers are equal."""
        true = [self.true[i] for i in self.parts[part]]
        middle = sum(true) / len(true)
        left = sum([(self.found[i] - self.true[i]) ** 2 for i in self.parts[part]])
        whole = sum([(x - middle) ** 2 for x in true])
        return 1.0 - left / whole if whole else math.nan


class Run(Protocol):
    """The part of a History that the figure reads."""

    columns: dict[str, list[float]]
    snapshots: Any

    engine: str
    seeds: dict[str, Any]

    def __getitem__(self, name: str) -> list[float]: ...
    def __len__(self) -> int: ...


@dataclass(frozen=True)
class Facts:
    """A finished run.

    Args:
        rows: those of training and validation; features: the indices of the two columns of the map.
        words: the texts of the figure, in the language that was chosen.
    """

    history: Run
    model: Module
    rows: Data
    parts: tuple[Sequence[int], Sequence[int]]
    features: tuple[int, int] | None
    words: Words

    @property
    def names(self) -> Sequence[str]:
        """The names of the classes; their indices where some have no name."""
        names, count = self.rows.class_names, len(self.probabilities[0])
        return names if len(names) == count else [str(k) for k in range(count)]

    @cached_property
    def labels(self) -> list[int]:
        """The true class of each row; -1, as in hinge, is 0."""
        return [class_of_label(label) for label in self.rows.labels]

    @cached_property
    def probabilities(self) -> list[list[float]]:
        with no_grad():
            return predict_proba(self.model, self.rows)

    @cached_property
    def predictions(self) -> list[int]:
        return [row.index(max(row)) for row in self.probabilities]

    @property
    def classifies(self) -> bool:
        return not self.model.regression and "accuracy" in self.history.columns

    @cached_property
    def targets(self) -> list[Target]:
        """The targets of a regression; none where answers are classes."""
        if not self.model.regression:
            return []
        with no_grad():
            found = [in_list(answer) for answer in predict(self.model, self.rows)]
        true = [in_list(label) for label in self.rows.targets]
        names = self.rows.schema.targets
        if {len(row) for row in (*true, *found)} != {len(names)}:
            return []  # a custom loss, with other outputs than targets
        columns = zip(names, zip(*true, strict=True), zip(*found, strict=True), strict=True)
        return [Target(*column, self.parts) for column in columns]

    @property
    def standardized_target(self) -> bool:
        """Whether the loss is in units of the standardized target."""
        return any([scale != Scale() for scale in self.model.schema.target_scales])

    def correct(self, part: int) -> int:
        """The number of rows of training (0) or validation (1) that are classified correctly."""
        return sum([self.predictions[i] == self.labels[i] for i in self.parts[part]])

    @cached_property
    def confusion(self) -> list[list[int]]:
        """The count of rows by true class and predicted class."""
        counts = [[0] * len(self.names) for _ in self.names]
        for label, predicted in zip(self.labels, self.predictions, strict=True):
            counts[label][predicted] += 1
        return counts

    @cached_property
    def mistakes(self) -> list[Mistake]:
        """The misclassified rows, by falling probability."""
        found = []
        for part, name in enumerate(("train", "validation")):
            for number, i in enumerate(self.parts[part], start=1):
                predicted = self.predictions[i]
                if predicted != self.labels[i]:
                    names = self.names[self.labels[i]], self.names[predicted]
                    probability = self.probabilities[i][predicted]
                    place = self.place(i) if self.features else None
                    found.append(Mistake(name, number, *names, probability, place))
        return sorted(found, key=lambda mistake: -mistake.probability)

    def in_unit(self, x: float, feature: int) -> float:
        """A number of a row in its original unit."""
        return self.rows.mean[feature] + self.rows.deviation[feature] * x

    def place(self, i: int) -> tuple[float, float]:
        """The coordinates of a row on the map."""
        assert self.features is not None
        a, b = self.features
        row = self.rows.rows[i]
        return self.in_unit(row[a], a), self.in_unit(row[b], b)

    def probability_map(self) -> tuple[list[float], list[float], list[list[list[float]]]]:
        """The two axes of the map, and the probabilities at each of its points, row by row.

        The other features are at their means.
        """
        assert self.features is not None
        a, b = self.features
        columns = list(zip(*self.rows.rows, strict=True))
        middle = [sum(column) / len(column) for column in columns]
        axes = [spread(columns[k], n) for k, n in zip((a, b), CELLS, strict=True)]
        points = []
        for y in axes[1]:
            for x in axes[0]:
                row = list(middle)
                row[a], row[b] = x, y
                points.append(row)
        with no_grad():
            found = predict_proba(self.model, points)
        wide = CELLS[0]
        table = [found[i : i + wide] for i in range(0, len(found), wide)]
        in_units = [
            [self.in_unit(x, k) for x in axis] for axis, k in zip(axes, (a, b), strict=True)
        ]
        return in_units[0], in_units[1], table


def in_list(numbers: Any) -> list[float]:
    """One number or several as a list."""
    return list(numbers) if is_several(numbers) else [numbers]


def spread(numbers: Sequence[float], count: int) -> list[float]:
    """`count` numbers, evenly spaced over the range and a margin on both sides."""
    least, largest = min(numbers), max(numbers)
    room = 0.07 * (largest - least) or 1.0
    low, high = least - room, largest + room
    return [low + (high - low) * i / (count - 1) for i in range(count)]


def facts_of(history: Run, features: Sequence[str] | None, words: Words = ENGLISH) -> Facts:
    """The facts of a run.

    Raises:
        ValueError: if the history was not made by train, or for a feature that is not there.
    """
    if not hasattr(history, "snapshots"):
        advice = "as in history = train(model, data); draw_network(model) draws a model"
        raise wrong("draw_training", "the History that train returns", history, advice)
    kept = history.snapshots
    if kept is None or not len(history):
        raise ValueError("draw_training: expected the History that train returns")
    rows = kept.rows()
    parts: tuple[list[int], list[int]] = rows.parts or (list(range(len(rows))), [])
    chosen = None
    if features is not None:
        names = list(rows.feature_names)
        call = f"features={names[:2]}"
        several(features, "draw_training", "two names as features", call)
        if len(features) != 2 or not all([name in names for name in features]):
            raise ValueError(
                f"draw_training: expected two of {', '.join(names)} as features, got {features!r}"
            )
        chosen = names.index(features[0]), names.index(features[1])
    elif len(rows.feature_names) >= 2:
        chosen = len(rows.feature_names) - 2, len(rows.feature_names) - 1
    return Facts(history, kept.model, rows, parts, chosen, words)
