"""Evaluation of a trained model: predictions, accuracy, and scikit-learn's reports."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from typing import Any

from autograd import Value
from autograd.numerals import brief

from .arguments import CLASSES_BY_NAME
from .data import Data
from .layers import probabilities
from .matching import Pairs, check_class_count, labelled_rows, unlabelled_rows
from .module import Module, model_of


def numbers_of(outputs: Any) -> list[float]:
    """The outputs for one row as floats."""
    return [outputs.data] if isinstance(outputs, Value) else [z.data for z in outputs]


def class_of(scores: Sequence[float]) -> int:
    """The class of the largest output; of a single output, 1 if it is positive.

    Raises ValueError where an output is NaN.
    """
    scores = [0.0, *scores] if len(scores) == 1 else scores
    if any([math.isnan(score) for score in scores]):
        raise ValueError(
            f"the outputs for a row are {format_scores(scores)}: there is a NaN among the numbers "
            "of the row or the parameters of the model"
        )
    return scores.index(max(scores))


def class_of_label(label: Any) -> Any:
    """The class of a label: of several weights that of the largest; -1, as in hinge, is 0."""
    if hasattr(label, "__len__") and not isinstance(label, str):
        return class_of(list(label))
    return 0 if label == -1 else label


def predict(model: Module, rows: Any) -> list[Any]:
    """The predicted class of each row: its name where the model or the data has one.

    For a regression (trained with mse, for example) it is the output.

    rows: rows as the model was trained on (`data.standardize` makes them from raw ones), a data
        frame, or a Data. Where the model and these have names, columns and classes are matched by
        name, so that their order is free.

    Raises ValueError for an unknown class or column, TypeError for a single row.

    >>> from nn import MLP
    >>> predict(MLP(1, [2], bias=False, seed=0), [[1.0], [-1.0]])
    [0, 1]
    """
    model_of(model, "predict")
    outputs = [numbers_of(model(row)) for row in unlabelled_rows(model, rows, "predict")]
    if model.regression:
        return [z[0] if len(z) == 1 else z for z in outputs]
    names = class_names_for("predict", model, rows, outputs)
    return [names[class_of(z)] if names else class_of(z) for z in outputs]


def predict_proba(model: Module, rows: Any) -> list[list[float]]:
    """The probability of each class for each row, as floats that add up to 1.

    rows: as in `predict`.

    >>> from nn import MLP
    >>> [(p, q)] = predict_proba(MLP(1, [2], bias=False, seed=0), [[0.0]])
    >>> p, q
    (0.5, 0.5)
    """
    refuse_regression("predict_proba", model)
    found = unlabelled_rows(model, rows, "predict_proba")
    shares = getattr(model, "probabilities", lambda row: probabilities(model(row)))
    return [[share.data for share in shares(row)] for row in found]


def format_scores(scores: Sequence[float]) -> str:
    """Outputs for an error message."""
    shown = ", ".join([brief(score) for score in scores[:4]])
    return f"[{shown}, ...]" if len(scores) > 4 else f"[{shown}]"


def accuracy(model: Module, data: Pairs) -> float:
    """The share of rows whose class is predicted correctly, from 0 to 1.

    data: a Data, whose classes and columns are matched with the model's by name, or (row, label)
        pairs.

    Raises ValueError for an unknown class or column, TypeError for other data.

    >>> from nn import MLP
    >>> accuracy(MLP(1, [2], bias=False, seed=0), [([1.0], 0), ([-1.0], 0)])
    0.5
    """
    true, found, _ = labels_and_predictions("accuracy", model, data)
    return [k == label for k, label in zip(found, true, strict=True)].count(True) / len(true)


def confusion_matrix(model: Module, data: Pairs) -> list[list[int]]:
    """The count of rows by true class (rows) and predicted class (columns): scikit-learn's.

    data: as in `accuracy`. There is a row and a column for each class that has a name, also where
        the data has none of it.

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
    """Precision, recall and F1 of each class as a text: scikit-learn's.

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
    pairs = labelled_rows(model, data, name)
    if not pairs:
        raise ValueError(f"{name}: expected at least one row, got none")
    outputs = [numbers_of(model(row)) for row, _ in pairs]
    true = [class_of_label(label) for _, label in pairs]
    for i, (label, z) in enumerate(zip(true, outputs, strict=True)):
        check_class(name, i, label, len(z))
    found = [class_of(z) for z in outputs]
    names = class_names_for(name, model, data, outputs)
    return true, found, names or [str(k) for k in range(int(max([*true, *found])) + 1)]


def check_class(name: str, i: int, label: Any, outputs: int) -> None:
    """ValueError for a label that is no class of a model with `outputs` outputs."""
    count = max(2, outputs)
    if not isinstance(label, numbers.Real) or label not in range(count):
        advice = CLASSES_BY_NAME
        if isinstance(label, str):
            advice = "the model has no class names: train it on a Data whose labels are names"
        raise ValueError(
            f"{name}: row {i}: expected a class from 0 to {count - 1} as label, got {label!r:.60}; "
            f"{advice}"
        )


def class_names_for(
    name: str, model: Module, data: Any, outputs: Sequence[Sequence[float]]
) -> Sequence[str]:
    """The class names of the model, or else of the data; empty where neither has any.

    Raises ValueError where their number is not that of the classes: the order would be unknown.
    """
    names = model.class_names or (data.class_names if isinstance(data, Data) else ())
    if names and outputs:
        check_class_count(name, names, len(outputs[0]))
    return names


def refuse_regression(name: str, model: Module) -> None:
    if model_of(model, name).regression:
        raise ValueError(
            f"{name}: this model was trained to predict numbers, not classes; "
            "mean_loss(model, data, mse) measures its error"
        )


def scikit_learn(name: str) -> Any:
    """scikit-learn's metrics."""
    try:
        from sklearn import metrics  # type: ignore[import-untyped]  # has no stubs
    except ImportError as error:
        raise ImportError(f'{name} needs scikit-learn: pip install "chainrule[iris]"') from error
    return metrics
