"""Evaluation of a trained model: accuracy, R², and scikit-learn's reports."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from typing import Any

from .arguments import CLASSES_BY_NAME
from .data import Data
from .data.matching import Pairs, labeled_rows
from .module import Module, model_of
from .names import join_names
from .optional import optional
from .predictions import (
    class_names_for,
    class_of,
    class_of_label,
    output_numbers,
    refuse_regression,
)
from .rows.labels import is_several
from .rows.standardization import mean_of, scaled_near_one
from .rows.tables import finite
from .schema import Scale

FARTHEST = 500  # the largest distance of predictions from true numbers, as a power of 2


def accuracy(model: Module, data: Pairs) -> float:
    """The fraction of rows whose class is predicted correctly.

    Args:
        model: the trained Module.
        data: a Data, whose classes and columns are matched with those of the model by name, or
            (row, label) pairs.

    Raises:
        ValueError: for an unknown class or column.
        TypeError: for other data.

    >>> from nn import MLP
    >>> accuracy(MLP(1, [2], bias=False, seed=0), [([1.0], 0), ([-1.0], 0)])
    0.5
    """
    return share_right("accuracy", model, data)


def share_right(name: str, model: Module, data: Pairs) -> float:
    """The fraction of rows whose class is predicted correctly."""
    true, found, _ = labels_and_predictions(name, model, data)
    return [k == label for k, label in zip(found, true, strict=True)].count(True) / len(true)


def score(model: Module, data: Pairs) -> float:
    """The quality of the predictions, at most 1: `accuracy` for classes, R² for a regression.

    R², scikit-learn's r2_score, is 1 for perfect predictions and 0 for the mean of the true
    numbers; for several targets it is the mean over them.

    Args:
        model: the trained Module.
        data: as in `accuracy`.

    >>> from nn import MLP
    >>> score(MLP(1, [2], bias=False, seed=0), [([1.0], 0), ([-1.0], 0)])
    0.5
    """
    if not model_of(model, "score").regression:
        return share_right("score", model, data)
    metrics = scikit_learn("score")
    true, found = numbers_answered("score", model, data)
    if len(true) < 2:
        raise ValueError("score: expected at least two rows for R², got one")
    pairs = zip(zip(*true, strict=True), zip(*found, strict=True), strict=True)
    columns = zip(*[near_one(*columns) for columns in pairs], strict=True)
    return float(metrics.r2_score(*[list(zip(*part, strict=True)) for part in columns]))


def near_one(
    true: Sequence[float], found: Sequence[float]
) -> tuple[Sequence[float], Sequence[float]]:
    """True and predicted numbers, scaled by a power of 2 so that their squares don't overflow.

    R² does not depend on the scale. Predictions are clipped at 2^500 times the true numbers.
    """
    exponent, scaled = scaled_near_one(true)
    return scaled, [
        math.ldexp(x, -exponent)
        if math.frexp(x)[1] - exponent <= FARTHEST
        else math.copysign(2.0**FARTHEST, x)
        for x in found
    ]


def mean_absolute_error(model: Module, data: Pairs) -> float:
    """The mean absolute error of the predicted numbers, in the unit of the target.

    Args:
        model: the trained Module, a regression.
        data: as in `accuracy`; for several targets the result is the mean over them.

    Raises:
        ValueError: for a model of classes, and for an unknown column.

    >>> from nn import MLP, Data, mse, train
    >>> model, data = MLP(1, [1], seed=0), Data([[0.0], [1.0]], [10.5, 30.5]).standardized()
    >>> history = train(model, data, epochs=500, progress=False)
    >>> mean_absolute_error(model, data) < 1.0
    True
    """
    if not model_of(model, "mean_absolute_error").regression:
        raise ValueError(
            "mean_absolute_error: expected a model that predicts numbers, got one of classes; "
            "accuracy(model, data) is the share of right answers"
        )
    true, found = numbers_answered("mean_absolute_error", model, data)
    scales = model.schema.target_scales
    scales = scales if len(scales) == len(true[0]) else (Scale(),) * len(true[0])
    errors = [
        scale.deviation * abs(a - b)
        for rows in zip(true, found, strict=True)
        for a, b, scale in zip(*rows, scales, strict=True)
    ]
    return mean_of(errors)


def numbers_answered(
    name: str, model: Module, data: Pairs
) -> tuple[list[list[float]], list[list[float]]]:
    """The true and the predicted numbers of each row, in the scale of the training."""
    data = data.by_number() if isinstance(data, Data) else data
    if isinstance(data, Data) and data.class_names:
        classes = join_names(data.class_names)
        raise ValueError(f"{name}: expected numbers as labels, got the classes {classes}")
    pairs = labeled_rows(model, data, name)
    if not pairs:
        raise ValueError(f"{name}: expected at least one row, got none")
    true, found = [], []
    for i, (row, label) in enumerate(pairs):
        outputs = output_numbers(model(row))
        labels = [finite(x) for x in (label if is_several(label) else [label])]
        if None in labels or len(labels) != len(outputs):
            raise ValueError(
                f"{name}: row {i}: expected {len(outputs)} finite numbers as label, one for each "
                f"output, got {label!r:.60}"
            )
        true.append([x for x in labels if x is not None])
        found.append(outputs)
    return true, found


def confusion_matrix(model: Module, data: Pairs) -> list[list[int]]:
    """The number of rows by true class (rows) and predicted class (columns), as in scikit-learn.

    Args:
        model: the trained Module.
        data: as in `accuracy`. There is a row and a column for each class that has a name, even if
            it does not occur in the data.

    >>> from nn import MLP
    >>> confusion_matrix(MLP(1, [2], bias=False, seed=0), [([1.0], 0), ([-1.0], 0)])
    [[1, 1], [0, 0]]
    """
    metrics = scikit_learn("confusion_matrix")
    true, found, names = labels_and_predictions("confusion_matrix", model, data)
    labels = list(range(len(names)))
    counts: list[list[int]] = metrics.confusion_matrix(true, found, labels=labels).tolist()
    return counts


def classification_report(model: Module, data: Pairs) -> str:
    """Precision, recall and F1 score of each class as a text, by scikit-learn.

    Args:
        model: the trained Module.
        data: as in `accuracy`.

    >>> from nn import MLP
    >>> model = MLP(1, [2], bias=False, seed=0)
    >>> print(classification_report(model, [([1.0], 0), ([-1.0], 1)]).splitlines()[0].split())
    ['precision', 'recall', 'f1-score', 'support']
    """
    metrics = scikit_learn("classification_report")
    true, found, names = labels_and_predictions("classification_report", model, data)
    report: str = metrics.classification_report(
        true, found, labels=list(range(len(names))), target_names=names, zero_division=0.0
    )
    return report


def labels_and_predictions(
    name: str, model: Module, data: Pairs
) -> tuple[list[Any], list[int], Sequence[str]]:
    """The true and the predicted class of each row, and the names of the classes."""
    refuse_regression(name, model)
    pairs = labeled_rows(model, data, name)
    if not pairs:
        raise ValueError(f"{name}: expected at least one row, got none")
    outputs = [output_numbers(model(row)) for row, _ in pairs]
    true = [class_of_label(label) for _, label in pairs]
    for i, (label, z) in enumerate(zip(true, outputs, strict=True)):
        check_class(name, i, label, len(z))
    found = [class_of(z) for z in outputs]
    names = class_names_for(name, model, data, outputs)
    return true, found, names or [str(k) for k in range(int(max([*true, *found])) + 1)]


def check_class(name: str, i: int, label: Any, outputs: int) -> None:
    """ValueError for a label that is not a class of a model with `outputs` outputs."""
    count = max(2, outputs)
    if not isinstance(label, numbers.Real) or label not in range(count):
        advice = CLASSES_BY_NAME
        if isinstance(label, str):
            advice = "the model has no class names: train it on a Data whose labels are names"
        raise ValueError(
            f"{name}: row {i}: expected a class from 0 to {count - 1} as label, got {label!r:.60}; "
            f"{advice}"
        )


def scikit_learn(name: str) -> Any:
    """scikit-learn's metrics."""
    with optional("scikit-learn", "iris", name):
        from sklearn import metrics  # type: ignore[import-untyped]  # has no stubs
    return metrics
