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
from .data.matching import Pairs, check_class_count, labeled_rows, numbered, unlabeled_rows
from .layers import probabilities
from .module import Module, model_of
from .names import join_names
from .optional import optional
from .rows.labels import is_several
from .rows.scales import in_unit
from .rows.standardization import mean_of, scaled_near_one
from .rows.tables import finite
from .schema import Scale, Schema

FARTHEST = 500  # of predictions from true numbers, a power of 2


def output_numbers(outputs: Any) -> list[float]:
    """The outputs for one row as floats."""
    return [outputs.data] if isinstance(outputs, Value) else [z.data for z in outputs]


def class_of(outputs: Sequence[float]) -> int:
    """The class of the largest output; of a single output, 1 if it is positive.

    Raises:
        ValueError: if an output is NaN.
    """
    outputs = [0.0, *outputs] if len(outputs) == 1 else outputs
    if any([math.isnan(z) for z in outputs]):
        raise ValueError(
            f"the outputs for a row are {format_outputs(outputs)}: there is a NaN among the "
            "numbers of the row or the parameters of the model"
        )
    return outputs.index(max(outputs))


def class_of_label(label: Any) -> Any:
    """The class of a label: of several weights that of the largest; -1, as in hinge, is 0."""
    if hasattr(label, "__len__") and not isinstance(label, str):
        return class_of(list(label))
    return 0 if label == -1 else label


def predict(model: Module, rows: Any, raw: bool = False) -> list[Any]:
    """The predicted class of each row, as a name if the model or the data has names.

    For a regression it is a number in the unit of the target; for several targets a list of them.

    Args:
        model: the trained Module.
        rows: rows as the model was trained on, a data frame, or a Data, which is converted to the
            scale of the model. If the model and the rows have names, columns and classes are
            matched by name, in any order.
        raw: whether rows are in the units of the training data before it was standardized; a Data
            has its own scale.

    Raises:
        ValueError: for an unknown class or column.
        TypeError: for a single row.

    Warns:
        RuntimeWarning: once for a model, if rows lie extremely far outside of the training rows.

    >>> from nn import MLP
    >>> predict(MLP(1, [2], bias=False, seed=0), [[1.0], [-1.0]])
    [0, 1]
    """
    model_of(model, "predict")
    outputs = [output_numbers(model(row)) for row in unlabeled_rows(model, rows, "predict", raw)]
    if model.regression:
        return [answer_of(z, model.schema) for z in outputs]
    names = class_names_for("predict", model, rows, outputs)
    return [names[class_of(z)] if names else class_of(z) for z in outputs]


def answer_of(outputs: Sequence[float], schema: Schema) -> Any:
    """The outputs for a row in the units of the targets: a number, or a list of several.

    Raises ValueError where a target has a unit and outputs are not one for each.
    """
    scales = schema.target_scales
    if len(scales) != len(outputs) and set(scales) - {Scale()}:
        raise ValueError(
            f"predict: expected one output for each target, {join_names(schema.targets)}, to bring "
            f"it to the unit of that, got {len(outputs)}; model(row) has them as they are"
        )
    found = in_unit(outputs, schema.target_scales)
    return found[0] if len(found) == 1 else found


def predict_proba(model: Module, rows: Any, raw: bool = False) -> list[list[float]]:
    """The probability of each class for each row, as floats that sum to 1.

    Args:
        model: the trained Module.
        rows: as in `predict`.
        raw: as in `predict`.

    >>> from nn import MLP
    >>> [(p, q)] = predict_proba(MLP(1, [2], bias=False, seed=0), [[0.0]])
    >>> p, q
    (0.5, 0.5)
    """
    refuse_regression("predict_proba", model)
    found = unlabeled_rows(model, rows, "predict_proba", raw)
    shares = getattr(model, "probabilities", lambda row: probabilities(model(row)))
    return [[share.data for share in shares(row)] for row in found]


def format_outputs(outputs: Sequence[float]) -> str:
    """Outputs for an error message."""
    shown = ", ".join([brief(z) for z in outputs[:4]])
    return f"[{shown}, ...]" if len(outputs) > 4 else f"[{shown}]"


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
    """The share of rows whose class is predicted right."""
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
    """True and predicted numbers in a unit, a power of 2, in which their squares are floats.

    R² has no unit. Predictions that are 2^500 times the true numbers are cut there.
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
    """The true numbers of each row and the model's, as it was trained on them."""
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

    Raises:
        ValueError: if their number is not that of the classes: the order would be unknown.
    """
    if isinstance(data, Data):
        data = numbered(data, model, model.schema)
    names = model.class_names or (data.class_names if isinstance(data, Data) else ())
    if names and outputs:
        check_class_count(name, names, len(outputs[0]))
    return names


def refuse_regression(name: str, model: Module) -> None:
    if model_of(model, name).regression:
        raise ValueError(
            f"{name}: expected a model that predicts classes, got one of numbers; "
            "score(model, data) is its R², mean_absolute_error(model, data) its error"
        )


def scikit_learn(name: str) -> Any:
    """scikit-learn's metrics."""
    with optional("scikit-learn", "iris", name):
        from sklearn import metrics  # type: ignore[import-untyped]  # has no stubs
    return metrics
