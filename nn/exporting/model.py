"""export: a trained model in another language, with rows and predictions in their units."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograd import Value, compile, where
from autograd.exporting import Subject, checked, subject_of, write_subject
from autograd.files import write

from ..arguments import CALLS
from ..layers import MLP, probabilities
from ..module import Module, model_of
from ..names import default_names
from ..schema import Column, Scale
from .onnx import content, is_layered


def export(
    model: Module,
    path: str | os.PathLike[str],
    *,
    derivatives: str | Sequence[str] = (),
    float32: bool = False,
    name: str | None = None,
) -> Path:
    """Write a model to a file in another language, which needs neither this package nor Python.

    Its function takes a row in the units of the training data and returns the result of
    `predict_proba` with the name of the most probable class; for a regression it returns the
    numbers in their units.

    Args:
        model: an MLP or another Module that was trained on a Data, or has the number of its inputs
            as `nin`.
        path: the file; its suffix is the language, as in `autograd.export`.
        derivatives: as in `autograd.export`, with respect to the row. Without derivatives an MLP is
            written to ONNX as layers, otherwise as one node for each operation.
        float32: as in `autograd.export`.
        name: as in `autograd.export`.

    Raises:
        ValueError: for another suffix, and if the number of inputs is unknown.

    >>> import nn, subprocess, sys, tempfile
    >>> model = nn.MLP(2, [3, 1], activation="tanh", seed=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = nn.export(model, f"{folder}/model.py")
    ...     subprocess.run([sys.executable, path], capture_output=True, text=True).stdout.strip()
    'self-test passed'
    """
    model_of(model, "export")
    place, kinds = checked(path, derivatives, float32, name, "export", CALLS["export"])
    subject = subject_of_model(model, place.stem if name is None else name, kinds, float32)
    subject = replace(subject, file=place.name)
    if place.suffix == ".onnx" and not kinds and isinstance(model, MLP) and is_layered(model):
        write(place, content(model, subject))
        return place
    return write_subject(subject, place)


def subject_of_model(
    model: Module, name: str, derivatives: Sequence[str] = (), float32: bool = False
) -> Subject:
    """A model as a program of a row in its units."""
    schema = model.schema
    count = len(schema.feature_scales) or len(schema.feature_names) or getattr(model, "nin", 0)
    if not count:
        raise ValueError(
            "export: expected a model whose number of inputs is known, as one trained on a Data; "
            "autograd.export(autograd.compile(model, 4), path) exports a function of rows of 4"
        )
    names = schema.feature_names or default_names(count, "x")
    labels = getattr(model, "inputs", None) or [f"z of {name}" for name in names]
    scales = schema.feature_scales or (Scale(),) * count
    columns = [(column, k) for column in schema.columns for k in range(column.width)]
    shares = getattr(model, "probabilities", lambda row: probabilities(model(row)))

    def answers(*row: Value) -> list[Any]:
        filled = [imputed(x, *columns[i]) if columns else x for i, x in enumerate(row)]
        pairs = zip(filled, scales, labels, strict=True)
        given = [standardized(*pair) for pair in pairs]
        if not model.regression:
            return shares(given)
        outputs = model(given)
        found = outputs if isinstance(outputs, list) else [outputs]
        targets = schema.target_scales or (Scale(),) * len(found)
        return [in_unit(y, scale) for y, scale in zip(found, targets, strict=True)]

    program = compile(answers, list(names), model.parameters(), backend="python")
    subject = subject_of(program, name, derivatives, float32=float32)
    outputs, *others = subject.parts
    classes: tuple[str, ...] = ()
    if model.regression:
        answer_names = schema.targets
    else:
        classes = schema.class_names or tuple(map(str, range(len(outputs.labels))))
        answer_names = tuple([f"the share of {one}" for one in classes])
    if len(answer_names) == len(outputs.labels):
        outputs = replace(outputs, labels=answer_names)
    return replace(
        subject,
        parts=(outputs, *others),
        origin=f"the model {model!r}",
        classes=classes,
        notes=tuple(notes_on(model)),
        at=tuple([typical(scale, i) for i, scale in enumerate(schema.feature_scales)]),
    )


def imputed(x: Value, column: Column, feature: int) -> Value:
    """A feature of a column, with its mean in place of a missing value (NaN)."""
    return where(x <= math.inf, x, column.fill[feature]) if column.fill else x


def standardized(x: Value, scale: Scale, label: str) -> Value:
    """A number in the scale of the model."""
    if scale == Scale():
        return x
    z = (x - scale.mean) / scale.deviation
    z.label = label
    return z


def in_unit(y: Value, scale: Scale) -> Value:
    """An output in the unit of its target."""
    return y if scale == Scale() else scale.mean + scale.deviation * y


def typical(scale: Scale, i: int) -> float:
    """A typical number of column i, in few digits."""
    return float(f"{scale.mean + (0.5, -0.25, 0.75, -1.0)[i % 4] * scale.deviation:.3g}")


def notes_on(model: Module) -> list[str]:
    """Notes on the inputs."""
    columns = model.schema.columns
    lines = []
    if model.schema.feature_scales:
        lines.append("Inputs are in the units of the table that the model was trained on.")
    words = next((column for column in columns if column.categories), None)
    if words:
        feature = words.feature_names[0]
        word = words.categories[0]
        lines.append(f"{feature} is 1 where {words.name} is {word}, else 0; the others alike.")
    filled = [column.name for column in columns if column.fill]
    if filled:
        lines.append(f"Not a number stands for a missing value in {', '.join(filled)}.")
    return lines
