"""ba: bundle adjustment, the errors of points that cameras saw, and their sparse Jacobian.

A row is one observation: its camera, point, weight and where it was seen. The Jacobian of a row is
a dense block of the sparse one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from autograd import compile, cos, dot, grad, sin, sqrt, where
from autograd import jacobian as jacobian_of

Vector = Sequence[Any]
CAMERA, POINT = 11, 3
WIDTH = CAMERA + POINT + 1  # of a block: the weight is its last column


def cross(a: Vector, b: Vector) -> list[Any]:
    return [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]


def rotated(rotation: Vector, x: Vector) -> list[Any]:
    """x, turned about the axis `rotation` by its length (Rodrigues' formula)."""
    squared = dot(rotation, rotation)
    turns = squared > 0.0
    angle = sqrt(where(turns, squared, 1.0))
    axis = [r / angle for r in rotation]
    cosine, sine = cos(angle), sin(angle)
    along = dot(axis, x) * (1.0 - cosine)
    far = [
        a * cosine + b * sine + w * along for a, b, w in zip(x, cross(axis, x), axis, strict=True)
    ]
    near = [a + b for a, b in zip(x, cross(rotation, x), strict=True)]  # exact where it is 0
    return [where(turns, a, b) for a, b in zip(far, near, strict=True)]


def projected(camera: Vector, x: Vector) -> list[Any]:
    """Where a camera sees x: rotation, center, focal length, principal point, distortion."""
    rotation, center, (focal, *principal, k1, k2) = camera[:3], camera[3:6], camera[6:]
    *plane, depth = rotated(rotation, [a - b for a, b in zip(x, center, strict=True)])
    seen = [a / depth for a in plane]
    squared = dot(seen, seen)
    distortion = 1.0 + k1 * squared + k2 * squared * squared
    return [focal * a * distortion + b for a, b in zip(seen, principal, strict=True)]


def error(camera: Vector, x: Vector, weight: Any, feature: Vector) -> list[Any]:
    return [weight * (a - b) for a, b in zip(projected(camera, x), feature, strict=True)]


def weight_error(weight: Any) -> Any:
    return 1.0 - weight * weight


def of_row(*row: Any) -> list[Any]:
    return error(row[:CAMERA], row[CAMERA : WIDTH - 1], row[WIDTH - 1], row[WIDTH:])


def block(*row: Any) -> list[Any]:
    """The derivatives of both errors by camera, point and weight."""
    feature = row[WIDTH:]
    rows = jacobian_of(lambda *x: of_row(*x, *feature))(*row[:WIDTH])
    return [number for row in rows for number in row]


@cache
def programs() -> tuple[Any, Any, Any, Any]:
    return (
        compile(of_row, WIDTH + 2),
        compile(weight_error, 1),
        compile(block, WIDTH + 2),
        compile(grad(weight_error), 1),
    )


@dataclass
class Scene:
    """All cameras, points and observations, a column for each: the protocol has one, to be
    repeated.
    """

    cameras: Any
    points: Any
    weights: Any
    features: Any
    camera_of: Any
    point_of: Any

    @classmethod
    def of(cls, given: dict[str, Any]) -> Scene:
        sizes = {"cam": given["n"], "x": given["m"], "w": given["p"], "feat": given["p"]}
        columns = [np.tile(np.reshape(given[name], (-1, 1)), size) for name, size in sizes.items()]
        observation = np.arange(given["p"])
        return cls(*columns, observation % given["n"], observation % given["m"])

    def rows(self) -> Any:
        """A row for each observation; a program reads columns that are contiguous as they are."""
        chosen = self.cameras.take(self.camera_of, 1), self.points.take(self.point_of, 1)
        return np.concatenate([*chosen, self.weights, self.features]).T


@dataclass
class Errors:
    reprojection: Any
    weight: Any

    def shown(self) -> dict[str, Any]:
        return {
            "reproj_error": {
                "elements": self.reprojection[0].tolist(),
                "repeated": len(self.reprojection),
            },
            "w_err": {"element": float(self.weight[0]), "repeated": len(self.weight)},
        }


@dataclass
class Sparse:
    """A matrix by its rows: where each begins, and of each entry its column and number."""

    rows: Any
    columns: Any
    numbers: Any

    def shown(self) -> dict[str, Any]:
        names = ("rows", self.rows), ("cols", self.columns), ("vals", self.numbers)
        size = 2 * WIDTH
        return {name: [*array[:size].tolist(), array[-1].item()] for name, array in names}


def entries(blocks: Any, last: Any, dtype: type) -> Any:
    """Of two rows for each observation, then of the last rows, which have one entry each."""
    found = np.empty(blocks.size + last.size, dtype)
    found[: blocks.size].reshape(blocks.shape)[...] = blocks
    found[blocks.size :] = last
    return found


def columns_of(scene: Scene) -> Any:
    """The columns of the entries: those of cameras come first, then of points, then of weights."""
    first_point = CAMERA * scene.cameras.shape[1]
    first_weight = first_point + POINT * scene.points.shape[1]
    camera = (CAMERA * scene.camera_of).astype(np.int32)
    point = (first_point + POINT * scene.point_of).astype(np.int32)
    weight = np.arange(first_weight, first_weight + scene.weights.size, dtype=np.int32)
    row = np.stack(
        [*[camera + i for i in range(CAMERA)], *[point + i for i in range(POINT)], weight]
    )
    both = np.broadcast_to(row.T[:, None], (scene.weights.size, 2, WIDTH))
    return entries(both, weight, np.int32)


def objective(given: dict[str, Any]) -> Callable[[], Errors]:
    scene = Scene.of(given)
    errors, weight_errors, _, _ = programs()
    return lambda: Errors(errors(scene.rows()), weight_errors(scene.weights.T))


def jacobian(given: dict[str, Any]) -> Callable[[], Sparse]:
    scene = Scene.of(given)
    _, _, blocks, weight_slopes = programs()

    def run() -> Sparse:
        numbers = entries(blocks(scene.rows()), weight_slopes(scene.weights.T), float)
        lengths = np.repeat([WIDTH, 1], [2 * scene.weights.size, scene.weights.size])
        rows = np.concatenate([[0], np.cumsum(lengths)])
        return Sparse(rows, columns_of(scene), numbers)

    return run
