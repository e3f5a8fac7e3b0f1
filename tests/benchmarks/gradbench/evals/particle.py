"""particle: a charge that moves between two others, one of which is placed so that it lands at 0.

The acceleration is a derivative of the potential; the flight, whose number of steps the charge
decides, is differentiated by the place and made to land where wanted by gradient descent. Functions
are named by the mode of the outer and the inner derivative, forward or reverse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from autograd import jit, scan, sqrt

from .loops import TOGETHER, Latest, Loop, descend, gradient_of

Vector = Sequence[Any]
TIME = 0.1  # of a step


def potential(place: Vector, x: Vector) -> Any:
    charges = [(10.0, 10.0 - place[0]), (10.0, 0.0)]
    squares = [(x[0] - a) * (x[0] - a) + (x[1] - b) * (x[1] - b) for a, b in charges]
    return 1.0 / sqrt(squares[0]) + 1.0 / sqrt(squares[1])


def moved(x: Vector, velocity: Vector, time: Any) -> list[Any]:
    return [a + time * b for a, b in zip(x, velocity, strict=True)]


def landing(place: Vector, state: Vector) -> Any:
    """The square of where the charge comes down to the axis, in the step after this state."""
    velocity = state[2:]
    x = moved(state[:2], velocity, TIME)
    return moved(x, velocity, -x[1] / velocity[1])[0] ** 2


class Flight:
    """The landing, and its derivative by the place, in the modes of the outer and the inner one."""

    def __init__(self, outer: str, inner: str) -> None:
        slopes = gradient_of(potential, inner)

        def step(place: Vector, state: Vector, time: Any) -> list[Any]:
            x, velocity = [*state[:2]], [*state[2:]]
            force = [-a for a in slopes(place, x)]
            return [*moved(x, velocity, time), *moved(velocity, force, time)]

        def steps(place: Vector, state: Vector) -> Any:
            after, ys = scan(
                lambda s, _: (step(place, s, TIME), [*s, TIME]), [*state], length=TOGETHER
            )
            return after, np.array(ys)

        self.loop, self.steps = Loop(step, landing, outer), jit(steps)
        self.states = Latest(self.fly)

    def fly(self, place: list[float]) -> tuple[Any, list[float]]:
        """A table of those that steps began with, and the last one above the axis."""
        parts, state = [], [0.0, 8.0, 0.75, 0.0]
        while state[1] > 0.0:
            state, part = self.steps(place, state)
            parts.append(part)
        table = np.concatenate([*parts, [[*state, TIME]]])
        count = int(np.argmax(table[:, 1] <= 0.0)) - 1
        return table[:count], table[count, :-1].tolist()

    def value(self, place: list[float]) -> float:
        return self.loop.end(place, self.states(place)[1])

    def gradient(self, place: list[float]) -> list[float]:
        return self.loop.gradient(place, *self.states(place))


@cache
def flight(outer: str, inner: str) -> Flight:
    return Flight(outer, inner)


def solve(given: dict[str, Any], outer: str, inner: str) -> Callable[[], float]:
    found = flight(outer, inner)
    return lambda: descend(found.value, found.gradient, [given["w"]])[0]


def ff(given: dict[str, Any]) -> Callable[[], float]:
    return solve(given, "f", "f")


def fr(given: dict[str, Any]) -> Callable[[], float]:
    return solve(given, "f", "r")


def rf(given: dict[str, Any]) -> Callable[[], float]:
    return solve(given, "r", "f")


def rr(given: dict[str, Any]) -> Callable[[], float]:
    return solve(given, "r", "r")
