"""Plausibility of rows: a warning if their scale is unlike that of the training rows.

A model that was trained on standardized rows gives wrong predictions for raw ones, without an
error. Standardized and raw rows can be distinguished by their likelihoods.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any
from weakref import WeakValueDictionary

from autograd.callers import warn
from autograd.numerals import numeral

from ..names import default_names
from ..rows.standardization import z_score
from ..rows.tables import Row, finite
from ..schema import Scale, Schema

LOOKED_AT = 200  # sampled rows
ROOM = 0.1  # of its training range, by which a number may exceed it
OUTSIDE = 0.2  # of the numbers may exceed their ranges in a plausible reading
BETTER = 4.0  # the log-likelihood ratio at which a row counts for another reading
FAR = 3.0  # ranges: beyond this distance the unit is another one
ABSURD = 10.0  # ranges: beyond this distance a single number is implausible
FREEDOM = 3.0  # degrees of freedom of Student's distribution, which tolerates outliers

_warned: WeakValueDictionary[int, Any] = WeakValueDictionary()  # models, by id


def warn_of(
    model: Any, schema: Schema, rows: Iterable[Any], name: str, raw: bool, of_data: bool = False
) -> None:
    """A UserWarning, once for a model, if rows are more plausible in another reading, or far
    outside.

    Args:
        rows: as passed to the model; raw: whether they were standardized for it.
        name: the public function; of_data: whether its argument is a Data, which has a scale.
    """
    if schema.lowest and id(model) not in _warned:
        message = suspicion(schema, list(rows), name, raw, of_data)
        if message:
            _warned[id(model)] = model
            warn(f"{name}: {message}")


def suspicion(
    schema: Schema, rows: Sequence[Any], name: str, raw: bool, of_data: bool = False
) -> str:
    """The fault of rows and its remedy; empty if there is none."""
    step = -(-len(rows) // LOOKED_AT) or 1
    found = plain(rows[::step], len(schema.lowest))
    scales = schema.feature_scales
    convert = unscaled if raw else rescaled
    other = [[convert(x, scale) for x, scale in zip(row, scales, strict=True)] for row in found]
    if found and share_outside(other, schema, ROOM) <= OUTSIDE:
        gain = math.fsum(
            [log_likelihood_ratio(*pair, scales, raw) for pair in zip(found, other, strict=True)]
        )
        if gain > BETTER * len(found):
            if raw:
                return (
                    "the rows look as if they were standardized before, and were so again: "
                    "data.standardized() makes a Data that has its scale, Data(X, y) is raw"
                )
            return (
                "the rows look raw, in the units of the data, and the model was trained on "
                f"standardized ones; for raw rows write {call(name)}"
            )
    advice = f"; for rows in the units of the data write {call(name)}"
    advice = "" if raw or of_data else advice
    if found and share_outside(found, schema, FAR) > 0.5:
        return (
            "the rows lie far outside of those that the model was trained on, as if in another "
            f"unit{advice}"
        )
    return f"{farthest}{advice}" if (farthest := implausible_number(found, schema, step)) else ""


def implausible_number(rows: Sequence[Row], schema: Schema, step: int) -> str:
    """The number that exceeds its range most, in its unit, if that is implausible; else empty."""
    names = schema.feature_names or default_names(len(schema.lowest))
    worst, text = ABSURD, ""
    for i, row in enumerate(rows):
        for x, low, high, scale, name in zip(
            row, schema.lowest, schema.highest, schema.feature_scales, names, strict=True
        ):
            ranges = max(low - x, x - high) / ((high - low) or 1.0)
            if ranges > worst:
                worst = ranges
                shown, least, most = [numeral(unscaled(z, scale)) for z in (x, low, high)]
                text = (
                    f"row {i * step}, {name}: {shown} lies far outside of what the model was "
                    f"trained on, {least} to {most}"
                )
    return text


def call(name: str) -> str:
    """The call of a function with raw rows."""
    with_labels = name not in ("predict", "predict_proba")
    return f"{name}(model, {'Data(X, y))' if with_labels else 'rows, raw=True)'}"


def plain(rows: Sequence[Any], width: int) -> list[Row]:
    """The rows as floats; empty if some are not, which the model refuses by itself."""
    found = []
    for row in rows:
        numbers = [finite(x) for x in row] if hasattr(row, "__len__") else []
        found.append([x for x in numbers if x is not None])
    return found if all([len(row) == width for row in found]) else []


def rescaled(x: float, scale: Scale) -> float:
    return z_score(x, scale.mean, scale.deviation)


def unscaled(x: float, scale: Scale) -> float:
    return scale.mean + scale.deviation * x


def share_outside(rows: Sequence[Row], schema: Schema, room: float) -> float:
    """The fraction of the numbers that exceed their training range by this number of ranges."""
    outside = [
        not low - room * ((high - low) or 1.0) <= x <= high + room * ((high - low) or 1.0)
        for row in rows
        for x, low, high in zip(row, schema.lowest, schema.highest, strict=True)
    ]
    return sum(outside) / len(outside)


def log_likelihood_ratio(used: Row, other: Row, scales: Sequence[Scale], raw: bool) -> float:
    """The log-likelihood ratio of another reading of a row.

    A number that is 0 up to rounding, the mean, is ignored: it is frequent in rows typed by hand.
    """
    sign = 1.0 if raw else -1.0
    gains = [
        likelihood(b) - likelihood(a) + sign * math.log(scale.deviation)
        for a, b, scale in zip(used, other, scales, strict=True)
        if abs(a) > 1e-9
    ]
    return math.fsum(gains)


def likelihood(z: float) -> float:
    """The log of Student's density, up to a constant."""
    return -0.5 * (FREEDOM + 1.0) * math.log1p(min(z * z / FREEDOM, 1e300))
