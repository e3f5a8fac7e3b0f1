"""What was read from a table, in words: rows, target, columns of words, missing values."""

from __future__ import annotations

from typing import Any

from ..data import Data
from ..rows.missing import MissingValues
from .network import parts_in


def describe_data(file: str, data: Data, target: str, regression: bool | None) -> str:
    """What was read, in lines of text."""
    parts = parts_in(data)
    kind, overrule = f"{len(data.class_names)} classes", " (if it is a number: --regression)"
    if data.regression:
        kind, overrule = "a number to predict", " (if these are classes: --classes)"
    count = len(data.schema.target_scales)
    if count > 1:
        kind, overrule = f"{count} numbers to predict", ""
    named = not all([name.lstrip("-").isdecimal() for name in data.class_names])
    lines = [
        f"{file}: {count_of(len(parts['train']), 'row')} to train, {len(parts.get('test', ()))} "
        "to test, "
        f"{count_of(len(data.feature_names), 'feature')}.",
        f"Target {target}: {kind}{'' if named or regression is not None else overrule}.",
    ]
    words = {column.name: len(column.categories) for column in data.schema.columns}
    each = ", ".join([f"{name} {count}" for name, count in words.items() if count])
    if each:
        lines.append(f"Columns of words, a feature for each word: {each}.")
    if data.missing is not None:
        lines.append(describe_missing(data.missing, target))
    return "\n".join(lines)


def describe_missing(missing: MissingValues, target: str) -> str:
    """What was done with missing values, counted."""
    if not missing.cells:
        return "Missing values: none."
    done = []
    if missing.how == "mean" and [name for name, _ in missing.cells if name != target]:
        done.append("replaced by the means of the training rows")
    if missing.rows:
        done.append(f"{count_of(missing.rows, 'row')} dropped")
    columns = ", ".join([f"{name} {count}" for name, count in missing.cells])
    total = sum([count for _, count in missing.cells])
    return f"Missing values: {total} ({columns}); {', '.join(done)}."


def count_of(count: int, what: str) -> str:
    """How many of something, in words."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def missing_as_json(missing: MissingValues | None) -> dict[str, Any] | None:
    """The same as a result."""
    if missing is None:
        return None
    return {"how": missing.how, "cells": dict(missing.cells), "rows_dropped": missing.rows}
