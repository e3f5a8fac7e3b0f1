"""Standardization: mean, deviation and z-scores of columns, without overflow."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from .tables import Row

SMALLEST = math.ulp(0.0)  # the smallest positive float


def standardized_rows(
    rows: list[Row], means: Sequence[float], deviations: Sequence[float], names: Sequence[str]
) -> list[Row]:
    """(x - mean) / deviation for each column; ValueError where that is not finite."""
    found = []
    for i, row in enumerate(rows):
        z_scores = [z_score(*of_x) for of_x in zip(row, means, deviations, strict=True)]
        for x, z, name in zip(row, z_scores, names, strict=True):
            if not math.isfinite(z):
                raise ValueError(
                    f"row {i}, {name:.60}: {x!r} can't be standardized: its distance from the mean "
                    "overflows"
                )
        found.append(z_scores)
    return found


def z_score(x: float, mean: float, deviation: float) -> float:
    """(x - mean) / deviation, also where the difference overflows."""
    z = (x - mean) / deviation
    return z if math.isfinite(z) else (0.25 * x - 0.25 * mean) / deviation * 4.0


def mean_and_deviation(column: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation of a column; a deviation of 1 for a constant column."""
    if min(column) == max(column):
        return column[0], 1.0
    exponent, near_one = scaled_near_one(column)
    return mean_of(column), math.ldexp(statistics.pstdev(near_one), exponent) or SMALLEST


def mean_of(column: Sequence[float]) -> float:
    """The mean of a column; for a constant column its number, bit for bit."""
    if min(column) == max(column):
        return column[0]
    exponent, near_one = scaled_near_one(column)
    return math.ldexp(math.fsum(near_one) / len(near_one), exponent)


def scaled_near_one(column: Sequence[float]) -> tuple[int, list[float]]:
    """A column scaled near 1 by a power of 2, which is exact, and the exponent.

    The sum of numbers near 1e308 would overflow, and the square of one near 1e-308 underflow.
    """
    exponent = math.frexp(max(map(abs, column)))[1]
    return exponent, [math.ldexp(x, -exponent) for x in column]
