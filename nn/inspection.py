"""What is asked of a trained model: predictions, accuracy, and scikit-learn's reports."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from autograd import Value
from autograd.numerals import brief

from .data import Data
from .layers import probabilities
from .module import Module

Pairs = Data | Iterable[tuple[Any, Any]]


def numbers_of(outputs: Any) -> list[float]:
    """The outputs for one row as floats."""
    return [outputs.data] if isinstance(outputs, Value) else [z.data for z in outputs]


def class_of(scores: Sequence[float]) -> int:
    """The class of the largest output; a single output says 1 if it is positive.

    Raises ValueError where an output is NaN, which is no answer.
    """
    scores = [0.0, *scores] if len(scores) == 1 else scores
    if any([math.isnan(score) for score in scores]):
        raise ValueError(
            f"the outputs for a row are {listed(scores)}: there is a NaN among the numbers of the "
            "row or the parameters of the model"
        )
    return scores.index(max(scores))


def class_of_label(label: Any) -> Any:
    """The class that a label stands for: that of the largest weight; -1, as hinge has it, is 0."""
    if hasattr(label, "__len__"):
        return class_of(list(label))
    return 0 if label == -1 else label


def predict(model: Module, rows: Data | Iterable[Sequence[Any]]) -> list[Any]:
    """The class that the model gives each row: its name where the model or the data has one.

    A model that was trained to give numbers (with mse, say) gives its output.

    rows: rows as the model was trained on (`data.standardize` makes them from raw ones), or a Data.

    >>> from nn import MLP
    >>> predict(MLP(1, [2], bias=False, seed=0), [[1.0], [-1.0]])
    [0, 1]
    """
    names = model.class_names
    if isinstance(rows, Data):
        names = names or rows.class_names
        rows = rows.rows
    outputs = [numbers_of(model(row)) for row in one_by_one("predict", rows)]
    if model.regression:
        return [z[0] if len(z) == 1 else z for z in outputs]
    return [names[class_of(z)] if names else class_of(z) for z in outputs]


def predict_proba(model: Module, rows: Data | Iterable[Sequence[Any]]) -> list[list[float]]:
    """The share of each class for each row, as floats that add up to 1.

    rows: as in `predict`.

    >>> from nn import MLP
    >>> [(p, q)] = predict_proba(MLP(1, [2], bias=False, seed=0), [[0.0]])
    >>> p, q
    (0.5, 0.5)
    """
    refuse_numbers("predict_proba", model)
    shares = getattr(model, "probabilities", lambda row: probabilities(model(row)))
    return [
        [share.data for share in shares(row)]
        for row in one_by_one("predict_proba", rows.rows if isinstance(rows, Data) else rows)
    ]


def one_by_one(what: str, rows: Iterable[Any]) -> Iterator[Any]:
    """The rows; TypeError for a single one."""
    for row in rows:
        if not hasattr(row, "__len__"):
            raise TypeError(
                f"{what}: expected rows of numbers, got {row!r:.60} as the first one; for one row "
                f"write {what}(model, [row])"
            )
        yield row


def listed(scores: Sequence[float]) -> str:
    shown = ", ".join([brief(score) for score in scores[:4]])
    return f"[{shown}, ...]" if len(scores) > 4 else f"[{shown}]"


def accuracy(model: Module, data: Pairs) -> float:
    """The share of rows whose class the model gives, from 0 to 1.

    >>> from nn import MLP
    >>> accuracy(MLP(1, [2], bias=False, seed=0), [([1.0], 0), ([-1.0], 0)])
    0.5
    """
    true, found = answers("accuracy", model, data)
    return [k == label for k, label in zip(found, true, strict=True)].count(True) / len(true)


def confusion_matrix(model: Module, data: Pairs) -> list[list[int]]:
    """How many rows of each true class (rows) got which answer (columns): scikit-learn's.

    >>> from nn import MLP
    >>> confusion_matrix(MLP(1, [2], bias=False, seed=0), [([1.0], 0), ([-1.0], 0)])
    [[1, 1], [0, 0]]
    """
    metrics = scikit_learn("confusion_matrix")
    true, found = answers("confusion_matrix", model, data)
    labels = list(range(len(names_of(model, data, [*true, *found]))))
    counts: list[list[int]] = metrics.confusion_matrix(true, found, labels=labels).tolist()
    return counts


def classification_report(model: Module, data: Pairs) -> str:
    """Precision, recall and F1 of each class as a text: scikit-learn's.

    >>> from nn import MLP
    >>> model = MLP(1, [2], bias=False, seed=0)
    >>> print(classification_report(model, [([1.0], 0), ([-1.0], 1)]).splitlines()[0].split())
    ['precision', 'recall', 'f1-score', 'support']
    """
    metrics = scikit_learn("classification_report")
    true, found = answers("classification_report", model, data)
    names = names_of(model, data, [*true, *found])
    report: str = metrics.classification_report(
        true, found, labels=list(range(len(names))), target_names=names, zero_division=0.0
    )
    return report


def answers(name: str, model: Module, data: Pairs) -> tuple[list[Any], list[int]]:
    """The true class and the model's class of each row."""
    refuse_numbers(name, model)
    pairs = list(data)
    if not pairs:
        raise ValueError(f"{name}: expected at least one row, got none")
    true = [class_of_label(label) for _, label in pairs]
    return true, [class_of(numbers_of(model(row))) for row, _ in pairs]


def names_of(model: Module, data: Pairs, classes: Iterable[int]) -> Sequence[str]:
    """The names of all classes: the model's, the data's, or their numbers."""
    names = model.class_names or (data.class_names if isinstance(data, Data) else ())
    return names or [str(k) for k in range(int(max(classes)) + 1)]


def refuse_numbers(name: str, model: Module) -> None:
    if model.regression:
        raise ValueError(
            f"{name}: this model was trained to give numbers, not classes; "
            "mean_loss(model, data, mse) says how far off it is"
        )


def scikit_learn(name: str) -> Any:
    """scikit-learn's metrics."""
    try:
        from sklearn import metrics  # type: ignore[import-untyped]  # has no stubs
    except ImportError as error:
        raise ImportError(f'{name} needs scikit-learn: pip install "chainrule[iris]"') from error
    return metrics
