"""Gradient descent, and derivatives of a loop whose length only its numbers decide.

How often such a loop runs can't be compiled; but so many of its steps can, as one `scan`, after
which Python looks whether it is over. The steps that were done, a table of their states, are
differentiated in such parts too, in reverse or forward mode; what is missing in the last part is
left out by a choice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd import grad, jit, jvp, scan, sqrt, total, vjp, where

Vector = list[float]
Function = Callable[..., Any]
CLOSE = 1e-5
TOGETHER = 128  # steps


def gradient_of(f: Function, mode: str) -> Function:
    """The derivatives of f by its last argument, a vector: "f", forward, or "r", reverse."""
    if mode == "r":
        return lambda *args: grad(f, argnums=len(args) - 1)(*args)

    def forward(*args: Any) -> list[Any]:
        *others, x = args
        along = jvp(lambda x: f(*others, x))
        return [along([*x], unit)[1] for unit in np.eye(len(x)).tolist()]

    return forward


def descend(f: Function, gradient: Function, x: Vector) -> Vector:
    """Where gradient descent ends."""
    here, slope, rate, successes = f(x), gradient(x), 1e-5, 0
    while math.hypot(*slope) > CLOSE:
        if successes == 10:
            rate, successes = 2.0 * rate, 0
            continue
        new = [a - rate * b for a, b in zip(x, slope, strict=True)]
        if math.dist(x, new) <= CLOSE:
            break
        there = f(new)
        if there < here:
            x, here, slope, successes = new, there, gradient(new), successes + 1
        else:
            rate, successes = 0.5 * rate, 0
    return x


class Latest:
    """A function of lists of numbers, with the result of its latest call: a gradient goes back
    through the steps that the value at the same place went through.
    """

    def __init__(self, f: Function) -> None:
        self.f = f
        self.given: tuple[Vector, ...] | None = None

    def __call__(self, *given: Vector) -> Any:
        if given != self.given:
            self.given, self.found = given, self.f(*given)
        return self.found


class Descent:
    """The same descent, compiled, of a function of (fixed, x); with its steps."""

    def __init__(self, f: Function, gradient: Function) -> None:
        def start(fixed: Any, x: Any) -> Any:
            return [*x, f(fixed, x), *gradient(fixed, x), 1e-5, 0.0]

        def step(fixed: Any, state: Any) -> Any:
            size = (len(state) - 3) // 2
            x, here, slope = [*state[:size]], state[size], [*state[size + 1 : -2]]
            grows = state[-1] > 9.5
            rate, successes = where(grows, 2.0 * state[-2], state[-2]), where(grows, 0.0, state[-1])
            new = [a - rate * b for a, b in zip(x, slope, strict=True)]
            there = f(fixed, new)
            moved = sqrt(total([(a - b) ** 2 for a, b in zip(x, new, strict=True)]))
            goes_on = where(sqrt(total([a * a for a in slope])) > CLOSE, moved, 0.0) > CLOSE
            succeeds = where(there < here, 1.0, 0.0)
            moves = where(goes_on, succeeds, 0.0) > 0.5
            after = [*new, there, *gradient(fixed, new), rate, successes + 1.0]
            stays = [*x, here, *slope, where(goes_on, 0.5 * rate, rate), 0.0]
            found = [where(moves, a, b) for a, b in zip(after, stays, strict=True)]
            return found, [*x, rate, where(moves, 1.0, 0.0), where(goes_on, 1.0, 0.0)]

        def steps(fixed: Any, state: Any) -> Any:
            state, rows = scan(lambda s, _: step(fixed, s), [*state], length=TOGETHER)
            return np.array(state), np.array(rows)

        self.start, self.steps = jit(start), jit(steps)

    def __call__(self, fixed: Vector, x: Vector) -> tuple[Vector, Any]:
        """Where it ends, and a table of the steps: from where, and how far along the gradient."""
        state, parts = np.array(self.start(fixed, x)), []
        while not parts or parts[-1][-1, -1]:
            state, rows = self.steps(fixed, state)
            parts.append(rows)
        table = np.concatenate(parts)
        return state[: len(x)].tolist(), table[table[:, -2] > 0.5, :-2]


class Loop:
    """Steps of a state, and a number at the end, with the derivative of it by `fixed`.

    step: (fixed, state, more) -> the next state, where `more` is a number that a step needs.
    end: (fixed, state) -> the number.
    mode: "f" or "r", in which derivatives are chained.
    """

    def __init__(self, step: Function, end: Function, mode: str) -> None:
        def chosen(row: Any, new: Any, old: Any) -> list[Any]:
            """The new numbers, or for a row that only fills a table the old ones."""
            return [where(row[-1] > 0.5, a, b) for a, b in zip(new, old, strict=True)]

        def pull(fixed: Any, adjoint: Any, table: Any) -> Any:
            def back(carried: Any, row: Any) -> Any:
                whole, adjoint = carried
                *state, more, _ = row
                _, pulled = vjp(lambda *moving: step(*moving, more))([*fixed], state)
                found, before = pulled([*adjoint])
                sums = [a + b for a, b in zip(whole, found, strict=True)]
                return (chosen(row, sums, whole), chosen(row, before, adjoint)), None

            return scan(back, ([0.0 for _ in fixed], [*adjoint]), table)[0]

        def push(fixed: Any, tangent: Any, unit: Any, table: Any) -> Any:
            def on(tangent: Any, row: Any) -> Any:
                *state, more, _ = row
                moving = jvp(lambda *moving: step(*moving, more))
                return chosen(row, moving(([*fixed], state), ([*unit], tangent))[1], tangent), None

            return scan(on, [*tangent], table)[0]

        self.step, self.end = jit(step), jit(end)
        self.pull, self.push = jit(pull), jit(push)
        self.ends = jit(grad(end)), jit(lambda *given: jvp(end)(given[:2], given[2:])[1])
        self.gradient = self.forward if mode == "f" else self.reverse

    def reverse(self, fixed: Vector, path: Any, last: Vector) -> Vector:
        """The derivatives by `fixed`, given a table of the states and what else each step had."""
        whole, adjoint = self.ends[0](fixed, last)
        for table in tables(path[::-1]):
            found, adjoint = self.pull(fixed, adjoint, table)
            whole = [a + b for a, b in zip(whole, found, strict=True)]
        return whole

    def forward(self, fixed: Vector, path: Any, last: Vector) -> Vector:
        found = []
        for unit in np.eye(len(fixed)).tolist():
            tangent = [0.0] * len(last)
            for table in tables(path):
                tangent = self.push(fixed, tangent, unit, table)
            found.append(self.ends[1](fixed, last, unit, tangent))
        return found


def tables(path: Any) -> Iterator[Any]:
    """The rows of a path in tables of equal length, with a 1 after each; 0 where filled."""
    for first in range(0, len(path), TOGETHER):
        rows = path[first : first + TOGETHER]
        table = np.ones((TOGETHER, path.shape[1] + 1))
        table[: len(rows), :-1] = rows
        table[len(rows) :, :-1], table[len(rows) :, -1] = rows[-1], 0.0
        yield table
