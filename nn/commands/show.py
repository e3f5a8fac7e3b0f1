"""`chainrule show wine.safetensors`: what a saved model is, and what it was trained on."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path
from typing import Any

from autograd.numerals import numeral, percent

from ..files.description import Description, Outcome
from ..files.models import Stored, stored_in
from ..schema import Scale, Schema
from .report import as_json


def add_to(commands: Any) -> None:
    """Add this command, with its options, to the parser."""
    parser = commands.add_parser(
        "show",
        help="what a saved model is, and what it was trained on",
        description="Show the architecture of a saved model, the rows that it takes, what it "
        "answers, and what its training came to.",
    )
    parser.add_argument("model", help="a file that `chainrule train --save` or nn.save wrote")
    parser.add_argument("--json", action="store_true", help="the same as JSON, and nothing else")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read and print."""
    stored = stored_in(Path(arguments.model))
    if arguments.json:
        print(as_json(as_results(stored)))
    else:
        print("\n".join(lines_of(stored)))
    return 0


def parameters_in(stored: Stored) -> int:
    return sum([len(tensor.numbers) for tensor in stored.tensors.values()])


def as_results(stored: Stored) -> dict[str, Any]:
    """The contents of a file, for JSON."""
    found = stored.description
    shapes = {name: tensor.shape for name, tensor in stored.tensors.items()}
    results = {"file": stored.path.name, "parameters": parameters_in(stored), "tensors": shapes}
    if found is None:
        return results
    return results | {
        "model": found.model,
        "architecture": found.architecture,
        "schema": found.schema,
        "optimizer": found.optimizer and {"name": found.optimizer.name, "lr": found.optimizer.lr},
        "epochs": found.training and found.training.done,
        "outcome": found.outcome,
    }


def lines_of(stored: Stored) -> list[str]:
    """The contents of a file, as lines of text."""
    found, count = stored.description, parameters_in(stored)
    if found is None:
        tensors = [f"  {name} {list(t.shape)}" for name, t in stored.tensors.items()]
        return [f"{stored.path.name}: of another program, {count} numbers in tensors:", *tensors]
    what = found.model
    if found.architecture is not None:
        what = found.architecture.as_call
    return [
        f"{stored.path.name}: {what}, {count} parameters.",
        *lines_of_rows(found.schema),
        *lines_of_training(found),
    ]


def lines_of_rows(schema: Schema) -> list[str]:
    """The rows of a model and its predictions, as lines of text."""
    lines = [answers_in_words(schema)]
    scales = schema.feature_scales
    if schema.columns:
        lines.append("Columns:")
        start = 0
        for column in schema.columns:
            end = start + column.width
            imputed = ", or missing" if column.fill else ""
            words = f"one of {', '.join(column.categories)}"
            kind = words if column.categories else scale_in_words(scales[start:end])
            lines.append(f"  {column.name}: {kind}{imputed}")
            start = end
    elif schema.feature_names:
        lines.append("Columns:")
        for i, name in enumerate(schema.feature_names):
            lines.append(f"  {name}: {scale_in_words(scales[i : i + 1])}")
    if schema.dialect is not None:
        given = [
            f"{field.name} {getattr(schema.dialect, field.name)!r}"
            for field in fields(schema.dialect)
            if getattr(schema.dialect, field.name) is not None
        ]
        lines.append(f"Files: {', '.join(given)}, unless options of `chainrule predict` differ.")
    if schema.ignored:
        lines.append(f"Columns that were left out: {', '.join(schema.ignored)}.")
    return lines


def answers_in_words(schema: Schema) -> str:
    """The predictions of a model, as a text."""
    if schema.regression:
        targets = [
            f"{name} ({scale_in_words(schema.target_scales[i : i + 1])})"
            for i, name in enumerate(schema.targets)
        ]
        return f"Predicts numbers: {', '.join(targets)}."
    of = f" of {schema.target_names[0]}" if schema.target_names else ""
    names = ", ".join(schema.class_names) or "by number"
    return f"Predicts classes{of}: {names}."


def scale_in_words(scales: tuple[Scale, ...]) -> str:
    """The scale of a column, as a text."""
    if not scales or scales[0] == Scale():
        return "a number as it is"
    return f"a number, mean {numeral(scales[0].mean)}, deviation {numeral(scales[0].deviation)}"


def lines_of_training(found: Description) -> list[str]:
    """The training of a model, as far as the file describes it."""
    lines = []
    if found.training is not None:
        lines.append(f"A checkpoint after epoch {found.training.done}, {found.training.engine}.")
    if found.optimizer is not None:
        optimizer = found.optimizer
        lines.append(
            f"Optimizer {optimizer.name}, learning rate {numeral(optimizer.lr)}, after "
            f"{optimizer.steps} steps."
        )
    return lines if found.outcome is None else [*lines, *lines_of_outcome(found.outcome)]


def lines_of_outcome(outcome: Outcome) -> list[str]:
    """The outcome of a training."""
    rows = outcome.rows
    settings = ", ".join(
        [
            f"{name} {' '.join(map(str, setting)) if isinstance(setting, tuple) else setting}"
            for name, setting in outcome.settings.items()
            if setting is not None
        ]
    )
    lines = [
        f"Trained {outcome.finished} on {outcome.file}: {rows.get('train', 0)} rows to train, "
        f"{rows.get('test', 0)} to test; {settings}."
    ]
    for name, parts in outcome.scores.items():
        show = percent if name == "accuracy" else numeral
        each = ", ".join([f"{show(number)} ({part})" for part, number in parts.items()])
        lines.append(f"{MEASURES.get(name, name)}: {each}.")
    return lines


MEASURES = {
    "loss": "Loss",
    "accuracy": "Accuracy",
    "r2": "R²",
    "mean_absolute_error": "Mean absolute error",
}
