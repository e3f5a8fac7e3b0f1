"""Warning of rows and targets that are far from a scale on which networks train well."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import mul
from typing import Any

from autograd.numerals import numeral

from ..data import Data
from ..names import join_names
from ..rows.labels import is_several
from ..rows.standardization import mean_and_deviation
from ..schema import Scale, Schema

LARGE, SMALL = 10.0, 0.01  # limits of mean and deviation beyond which numbers are not standardized


def unscaled(rows: Any, schema: Schema) -> str:
    """A text about unstandardized data with the remedy; empty if nothing is far from that scale.

    Args:
        rows: the training rows; only a Data can be standardized.
    """
    if not isinstance(rows, Data) or not len(rows):
        return ""
    found = []
    if never_standardized(schema.feature_scales):
        names = zip(rows.feature_names, zip(*rows.rows, strict=True), strict=True)
        found += [f"column {name} ({size})" for name, column in names if (size := far(column))]
    if schema.regression and never_standardized(schema.target_scales):
        labels = [label if is_several(label) else [label] for label in rows.labels]
        targets = schema.targets or ("y",) * len(labels[0])
        names = zip(targets, zip(*labels, strict=True), strict=True)
        found += [f"target {name} ({size})" for name, column in names if (size := far(column))]
    if not found:
        return ""
    return (
        f"the data was not standardized, and training may fail or take long: {join_names(found)}; "
        "data.standardized() brings columns, and the target of a regression, to mean 0 and "
        "deviation 1, and answers come back in their unit"
    )


def never_standardized(scales: Sequence[Scale]) -> bool:
    return all([scale == Scale() for scale in scales])


def far(column: Sequence[float]) -> str:
    """Mean and deviation of a column, as a text, if these are far from 0 and 1; else empty."""
    numbers = list(map(float, column))
    if is_clearly_near(numbers):
        return ""
    mean, deviation = mean_and_deviation(numbers)
    if deviation > SMALL and math.hypot(mean, deviation) < LARGE:
        return ""
    return f"mean {numeral(mean)}, deviation {numeral(deviation)}"


def is_clearly_near(numbers: list[float]) -> bool:
    """Whether mean and deviation are near 0 and 1: a test in a tenth of the time."""
    mean = sum(numbers) / len(numbers)
    square: float = sum(map(mul, numbers, numbers)) / len(numbers)
    return square - mean * mean > 2.0 * SMALL * SMALL and 2.0 * square < LARGE * LARGE
