"""saddle: where a function is least in x and greatest in y, by gradient descent inside of itself.

The greatest value over y is found by a descent, which the one over x differentiates. Each can be in
forward or in reverse mode: four functions, named by the mode of the outer and the inner one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from .loops import Descent, Latest, Loop, descend, gradient_of

Vector = Sequence[Any]


def height(x: Vector, y: Vector) -> Any:
    return (x[0] * x[0] + x[1] * x[1]) - (y[0] * y[0] + y[1] * y[1])


def depth(x: Vector, y: Vector) -> Any:
    """What a descent makes least, where the height is to be greatest."""
    return -height(x, y)


class Greatest:
    """The greatest height over y, and its derivative by x, in the modes of the outer and the inner
    one.
    """

    def __init__(self, outer: str, inner: str) -> None:
        slopes = gradient_of(depth, inner)

        def step(x: Vector, y: Vector, rate: Any) -> list[Any]:
            return [a - rate * b for a, b in zip(y, slopes(x, y), strict=True)]

        self.loop = Loop(step, height, outer)
        self.place = Latest(Descent(depth, slopes))  # the y, and the steps to it

    def value(self, x: list[float], start: list[float]) -> float:
        return self.loop.end(x, self.place(x, start)[0])

    def gradient(self, x: list[float], start: list[float]) -> list[float]:
        y, path = self.place(x, start)
        return self.loop.gradient(x, path, y)


@cache
def greatest(outer: str, inner: str) -> Greatest:
    return Greatest(outer, inner)


def solve(given: dict[str, Any], outer: str, inner: str) -> Callable[[], list[float]]:
    start, over_y = given["start"], greatest(outer, inner)

    def run() -> list[float]:
        x = descend(lambda x: over_y.value(x, start), lambda x: over_y.gradient(x, start), start)
        return [*x, *over_y.place(x, start)[0]]

    return run


def ff(given: dict[str, Any]) -> Callable[[], list[float]]:
    return solve(given, "f", "f")


def fr(given: dict[str, Any]) -> Callable[[], list[float]]:
    return solve(given, "f", "r")


def rf(given: dict[str, Any]) -> Callable[[], list[float]]:
    return solve(given, "r", "f")


def rr(given: dict[str, Any]) -> Callable[[], list[float]]:
    return solve(given, "r", "r")
