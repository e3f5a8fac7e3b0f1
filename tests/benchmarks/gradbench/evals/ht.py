"""ht: a hand of bones under a skin, its distance to measured points, and the Jacobian of that.

Three steps. The position of a vertex is linear in numbers that depend on the vertex alone; they are
a row of 4 for each bone and a 1. The matrix of that linear map depends on the pose, 26 numbers
theta: it and its derivatives by theta are `jit` code. The third step, a point inside a triangle of
vertices, has a row for each measured point.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from autograd import compile, cos, dot, jit, sin, sqrt, where
from autograd import jacobian as jacobian_of

Matrix = Sequence[Sequence[Any]]
JOINTS = 3  # of a finger; its fourth bone does not turn


def product(a: Matrix, b: Matrix) -> list[list[Any]]:
    columns = [*zip(*b, strict=True)]
    return [[dot(row, column) for column in columns] for row in a]


def turned(x: Any, z: Any, y: Any) -> list[list[Any]]:
    """The rotation by three angles, about the axes x, then y, then z."""
    about_x = [[1.0, 0.0, 0.0], [0.0, cos(x), -sin(x)], [0.0, sin(x), cos(x)]]
    about_y = [[cos(y), 0.0, sin(y)], [0.0, 1.0, 0.0], [-sin(y), 0.0, cos(y)]]
    about_z = [[cos(z), -sin(z), 0.0], [sin(z), cos(z), 0.0], [0.0, 0.0, 1.0]]
    return product(product(about_z, about_y), about_x)


def about(axis: Sequence[Any]) -> list[list[Any]]:
    """The rotation about an axis by its length; none where that is below 1e-4."""
    squared = dot(axis, axis)
    turns = squared >= 1e-8
    angle = sqrt(where(turns, squared, 1.0))
    x, y, z = [number / angle for number in axis]
    s, c = where(turns, sin(angle), 0.0), where(turns, cos(angle), 1.0)
    r = 1.0 - c
    return [
        [x * x * r + c, x * y * r - z * s, x * z * r + y * s],
        [x * y * r + z * s, y * y * r + c, y * z * r - x * s],
        [x * z * r - y * s, y * z * r + x * s, z * z * r + c],
    ]


def angles(theta: Sequence[Any], bones: int) -> list[list[Any]]:
    """The three angles of each bone: a finger's joints bend, the first one also spreads."""
    found: list[list[Any]] = [[0.0, 0.0, 0.0] for _ in range(bones)]
    numbers = iter(theta[6:])
    for first in range(2, bones, JOINTS + 1):
        for bone in range(first, first + JOINTS):
            found[bone][0] = next(numbers)
            if bone == first:
                found[bone][1] = next(numbers)
    return found


class Hand:
    """The model of a hand: what does not depend on the pose."""

    def __init__(self, model: dict[str, Any]) -> None:
        self.parents = model["parents"]
        self.relatives, self.inverses = model["base_relatives"], model["inverse_base_absolutes"]
        self.mirror = [-1.0 if model["is_mirrored"] else 1.0, 1.0, 1.0]
        base = np.array(model["base_positions"])  # of each vertex, with a 1 as fourth number
        weights = np.array(model["weights"])  # of each vertex, by bone
        parts = (weights[:, :, None] * base[:, None, :]).reshape(len(base), -1)
        self.rows = np.hstack([parts, np.ones((len(base), 1))])

    def matrix(self, theta: Sequence[Any]) -> Any:
        """What a vertex's row is multiplied by: (3, numbers of a row)."""
        absolutes: list[list[list[Any]]] = []
        columns: list[list[Any]] = [[], [], []]
        turn = [[a * b for a, b in zip(row, self.mirror, strict=True)] for row in about(theta[:3])]
        for bone, turns in enumerate(angles(theta, len(self.parents))):
            local = [[*row, 0.0] for row in turned(*turns)] + [[0.0, 0.0, 0.0, 1.0]]
            relative = product(self.relatives[bone], local)
            parent = self.parents[bone]
            absolutes.append(relative if parent == -1 else product(absolutes[parent], relative))
            skin = product(absolutes[bone], self.inverses[bone])
            for column, row in zip(columns, product(turn, skin[:3]), strict=True):
                column.extend(row)
        return np.array([[*a, shift] for a, shift in zip(columns, theta[3:6], strict=True)])


def blend(u: Sequence[Any], a: Any, b: Any, c: Any) -> Any:
    """The point of a triangle: of numbers, or of arrays of them."""
    return u[0] * a + u[1] * b + (1.0 - u[0] - u[1]) * c


def distance(u: Sequence[Any], triangle: Sequence[Any], point: Sequence[Any]) -> list[Any]:
    """From a point of the triangle to the measured one, in each coordinate."""
    corners = triangle[:3], triangle[3:6], triangle[6:]
    return [a - blend(u, *b) for a, b in zip(point, zip(*corners, strict=True), strict=True)]


@cache
def distances() -> Any:
    return compile(lambda *row: distance(row[:2], row[2:11], row[11:]), 14)


@cache
def slopes() -> Any:
    """By u: three rows of two."""

    def of_row(*row: Any) -> list[Any]:
        of_u = jacobian_of(lambda *u: distance(u, row[2:11], row[11:]))
        return [number for line in of_u(*row[:2]) for number in line]

    return compile(of_row, 14)


class Tracking:
    """The input of a message; without `us`, measured points belong to vertices."""

    def __init__(self, given: dict[str, Any]) -> None:
        data = given["data"]
        self.hand, self.theta = Hand(data["model"]), np.array(given["theta"])
        self.points, self.us = np.array(data["points"]), np.array(given["us"])
        corners = np.array(data["correspondences"])
        if len(self.us):
            corners = np.array(data["model"]["triangles"])[corners]
        used, self.corners = np.unique(corners, return_inverse=True)
        self.corners = self.corners.reshape(corners.shape)
        self.rows = self.hand.rows[used]
        self.matrix, self.tangents = jit(self.hand.matrix), jit(jacobian_of(self.hand.matrix))

    def measured(self) -> Any:
        """A row for each point: u, the corners of its triangle, the point."""
        vertices = self.rows @ self.matrix(self.theta).T
        triangles = vertices[self.corners].reshape(len(self.us), 9)
        return np.hstack([self.us, triangles, self.points])

    def objective(self) -> Any:
        if len(self.us):
            return distances()(self.measured()).ravel()
        vertices = self.rows @ self.matrix(self.theta).T
        return (self.points - vertices[self.corners]).ravel()

    def jacobian(self) -> Any:
        """The derivatives by u, if there is one, then by the pose."""
        tangents = np.tensordot(self.rows, self.tangents(self.theta), (1, 1))
        if not len(self.us):
            return -tangents[self.corners].reshape(-1, len(self.theta))
        by_u = slopes()(self.measured()).reshape(-1, 2)
        u = self.us.T[:, :, None, None]
        moved = blend(u, *[tangents[self.corners[:, i]] for i in range(3)])
        return np.hstack([by_u, -moved.reshape(-1, len(self.theta))])


def objective(given: dict[str, Any]) -> Callable[[], Any]:
    return Tracking(given).objective


def jacobian(given: dict[str, Any]) -> Callable[[], Any]:
    return Tracking(given).jacobian
