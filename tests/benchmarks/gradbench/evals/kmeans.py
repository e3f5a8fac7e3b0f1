"""kmeans: the sum of squared distances to the nearest of k centroids, and Newton's step from it.

A row is a point. Which centroid is nearest does not change with a small step; so the index is
computed first, and the first and second derivative are those of one distance: of a point and its
own centroid, which are one row of a second program.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Value, compile, dot, grad, hvp, minimum, total, where

Vector = Sequence[Any]


def squared_distance(point: Vector, centroid: Vector) -> Any:
    return total([(a - b) * (a - b) for a, b in zip(point, centroid, strict=True)])


def without_the_point(point: Vector, centroid: Vector) -> Any:
    """The squared distance less the point's own square, which changes no comparison."""
    return dot(centroid, centroid) - 2.0 * dot(centroid, point)


def nearest(point: Vector, centroids: Sequence[Vector]) -> Any:
    """The index of the nearest centroid."""
    index: Any = 0.0
    best = without_the_point(point, centroids[0])
    for i, centroid in enumerate(centroids[1:], start=1):
        distance = without_the_point(point, centroid)
        closer = distance < best
        index, best = where(closer, float(i), index), where(closer, distance, best)
    return index


def derivatives(*row: Any) -> list[Any]:
    """The gradient by the centroid, and the Hessian times a vector of ones."""
    size = len(row) // 2
    point, centroid = row[:size], [*row[size:]]

    def distance(c: Vector) -> Any:
        return squared_distance(point, c)

    return [*grad(distance)(centroid), *hvp(distance)(centroid, [1.0] * size)]


def cost(given: dict[str, Any]) -> Callable[[], float]:
    points = np.array(given["points"])
    centroids = [[Value(x) for x in centroid] for centroid in given["centroids"]]

    def of_one(*point: Any) -> Any:
        return dot(point, point) + minimum(*[without_the_point(point, c) for c in centroids])

    program = compile(of_one, points.shape[1])
    return lambda: program.value_and_grad(points, reduction="sum")[0]


def dir(given: dict[str, Any]) -> Callable[[], Any]:
    """The gradient, each number divided by that of the Hessian times ones."""
    points, centroids = np.array(given["points"]), np.array(given["centroids"])
    count, size = centroids.shape
    leaves = [[Value(x) for x in centroid] for centroid in given["centroids"]]
    indices = compile(lambda *point: nearest(point, leaves), size)
    slopes = compile(derivatives, 2 * size)

    def run() -> Any:
        index = indices(points).astype(int)
        columns = slopes(np.hstack([points, centroids[index]])).T
        places = index + count * np.arange(2 * size)[:, None]
        sums = np.bincount(places.ravel(), columns.ravel(), 2 * size * count)
        gradient, product = sums.reshape(2, size, count)
        return (gradient / product).T

    return run
