"""Predictions of a trained model: classes by name, numbers in their units, probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd import Value
from autograd.numerals import brief

from .data import Data
from .data.matching import check_class_count, numbered, unlabeled_rows
from .layers import probabilities
from .module import Module, model_of
from .names import join_names
from .rows.scales import in_unit
from .schema import Scale, Schema


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
    """The class of a label: for weights that of the largest one; -1, as in hinge, is 0."""
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

    Raises:
        ValueError: if a target has a unit and outputs are not one for each.
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
