"""ode: yᵢ' = xᵢ·yᵢ₋₁ by the Runge-Kutta method, and the gradient of the last y.

All steps are one `scan`. Its compilation takes a millisecond and more for each y; so of many y
a row is one y, since a step moves each by a formula of itself and the four before it, and a step is
one call of a program. For the gradient, the calls are pulled back in reverse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograd import Value, compile, grad, jit, scan

TIME = 2.0
MOST_LOOPED = 1000  # y of a scan
BEFORE = 4  # y that are needed besides the row's own; and so many x with its own
WIDTH = 2 * BEFORE + 1
h = Value(0.0, label="h")  # the time of a step


def slopes(x: Sequence[Any], y: Sequence[Any]) -> list[Any]:
    """Of all but the first y: of each by the one before it."""
    return [a * b for a, b in zip(x[len(x) - len(y) + 1 :], y, strict=False)]


def moved(y: Sequence[Any], factor: Any, k: Sequence[Any]) -> list[Any]:
    return [a + factor * b for a, b in zip(y[len(y) - len(k) :], k, strict=True)]


def solved(x: Sequence[Any], steps: int) -> list[Any]:
    """All y after the last step, as one loop."""
    time = TIME / steps

    def step(y: Any, _: Any) -> tuple[list[Any], None]:
        def rates(y: Sequence[Any]) -> list[Any]:
            return [x[0], *slopes(x, y)]

        first = rates(y)
        second = rates(moved(y, time / 2.0, first))
        third = rates(moved(y, time / 2.0, second))
        after = moved(y, time / 6.0, first)
        after = moved(moved(after, time / 3.0, second), time / 3.0, third)
        return moved(after, time / 6.0, rates(moved(y, time, third))), None

    found: list[Any] = scan(step, [0.0] * len(x), length=steps)[0]
    return found


@cache
def looped(steps: int) -> tuple[Any, Any]:
    """All y, and the gradient of the last one."""
    return jit(lambda x: solved(x, steps)), jit(grad(lambda x: solved(x, steps)[-1]))


def step(*row: Any) -> Any:
    """The next y of a row, which has four x and five y."""
    x, y = row[:BEFORE], row[BEFORE:]
    first = slopes(x, y)
    second = slopes(x, moved(y, 0.5 * h, first))
    third = slopes(x, moved(y, 0.5 * h, second))
    fourth = slopes(x, moved(y, h, third))
    k = first[-1] + 2.0 * second[-1] + 2.0 * third[-1] + fourth[-1]
    return y[-1] + h / 6.0 * k


def pullback(*row: Any) -> list[Any]:
    """The adjoint of each number of a row, given that of its next y, which is last."""
    *numbers, adjoint = row
    return [adjoint * slope for slope in grad(step)(*numbers)]


@cache
def programs() -> tuple[Any, Any]:
    return compile(step, WIDTH), compile(pullback, WIDTH + 1)


class Rows:
    """A table of rows; the y and their adjoints are set in place.

    The equation of the first y has no y: it is like the others after a 1.
    """

    def __init__(self, x: Any, width: int) -> None:
        self.table = np.zeros((width, len(x))).T  # columns are set and read as a whole
        self.table[:, :BEFORE] = sliding_window_view(np.pad(x, (BEFORE - 1, 0)), BEFORE)
        self.y = np.zeros(BEFORE + len(x))
        self.y[BEFORE - 1] = 1.0

    def of(self, y: Any) -> Any:
        self.y[BEFORE:] = y
        self.table[:, BEFORE:WIDTH] = sliding_window_view(self.y, BEFORE + 1)
        return self.table

    def of_both(self, y: Any, adjoint: Any) -> Any:
        self.table[:, WIDTH] = adjoint
        return self.of(y)


def summed(adjoints: Any) -> Any:
    """The adjoints of the numbers that rows share, without those before the first."""
    rows, width = adjoints.shape
    whole = np.zeros(rows + width - 1)
    for i, column in enumerate(adjoints.T):
        whole[i : i + rows] += column
    return whole[width - 1 :]


def states(x: Any, steps: int) -> Iterator[Any]:
    """The y before the first step and after each one."""
    program, rows = programs()[0], Rows(x, WIDTH)
    h.data = TIME / steps
    yield (y := np.zeros_like(x))
    for _ in range(steps):
        yield (y := program(rows.of(y)))


def primal(given: dict[str, Any]) -> Callable[[], Any]:
    x, steps = np.array(given["x"]), given["s"]
    if len(x) <= MOST_LOOPED:
        program = looped(steps)[0]
        return lambda: program(x)
    return lambda: [*states(x, steps)][-1]


def gradient(given: dict[str, Any]) -> Callable[[], Any]:
    x, steps = np.array(given["x"]), given["s"]
    if len(x) <= MOST_LOOPED:
        whole = looped(steps)[1]
        return lambda: whole(x)
    program = programs()[1]

    def run() -> Any:
        before = [*islice(states(x, steps), steps)]  # the last step's result is not needed
        rows, by_x, adjoint = Rows(x, WIDTH + 1), np.zeros_like(x), np.zeros_like(x)
        adjoint[-1] = 1.0
        for y in reversed(before):
            found = program(rows.of_both(y, adjoint))
            by_x += summed(found[:, :BEFORE])
            adjoint = summed(found[:, BEFORE:])
        return by_x

    return run
