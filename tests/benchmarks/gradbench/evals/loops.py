"""Gradient descent, and derivatives of a loop whose length only its numbers decide.

A loop of Python can't be compiled, but its step can, and so can the derivatives of a step: they are
chained here, in reverse or forward mode, along the states that the loop went through.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import grad, jit, jvp, vjp

Vector = list[float]
Function = Callable[..., Any]
CLOSE = 1e-5


def gradient_of(f: Function, mode: str) -> Function:
    """The derivatives of f by its last argument, a vector: "f", forward, or "r", reverse."""
    if mode == "r":
        return lambda *args: grad(f, argnums=len(args) - 1)(*args)

    def forward(*args: Any) -> list[Any]:
        *others, x = args
        along = jvp(lambda x: f(*others, x))
        return [along([*x], unit)[1] for unit in np.eye(len(x)).tolist()]

    return forward


def descend(
    f: Function, gradient: Function, x: Vector
) -> tuple[Vector, list[tuple[Vector, float]]]:
    """Where gradient descent ends, and its steps: from where, and how far along the gradient."""
    here, slope, rate, successes = f(x), gradient(x), 1e-5, 0
    path: list[tuple[Vector, float]] = []
    while math.hypot(*slope) > CLOSE:
        if successes == 10:
            rate, successes = 2.0 * rate, 0
            continue
        new = [a - rate * b for a, b in zip(x, slope, strict=True)]
        if math.dist(x, new) <= CLOSE:
            break
        there = f(new)
        if there < here:
            path.append((x, rate))
            x, here, slope, successes = new, there, gradient(new), successes + 1
        else:
            rate, successes = 0.5 * rate, 0
    return x, path


class Loop:
    """Steps of a state, and a number at the end, with the derivative of it by `fixed`.

    step: (fixed, state, more) -> the next state, where `more` is anything else that a step needs.
    end: (fixed, state) -> the number.
    mode: "f" or "r", in which derivatives are chained.
    """

    def __init__(self, step: Function, end: Function, mode: str) -> None:
        def pull(fixed: Any, state: Any, more: Any, adjoint: Any) -> Any:
            return vjp(lambda *moving: step(*moving, more))(fixed, state)[1](adjoint)

        def push(fixed: Any, state: Any, more: Any, *tangents: Any) -> Any:
            return jvp(lambda *moving: step(*moving, more))((fixed, state), tangents)[1]

        self.step, self.end = jit(step), jit(end)
        self.pull, self.push = jit(pull), jit(push)
        self.ends = jit(grad(end)), jit(lambda *given: jvp(end)(given[:2], given[2:])[1])
        self.gradient = self.forward if mode == "f" else self.reverse

    def reverse(self, fixed: Vector, path: Sequence[tuple[Vector, Any]], last: Vector) -> Vector:
        """The derivatives by `fixed`, given the states and what else each step had."""
        whole, adjoint = self.ends[0](fixed, last)
        for state, more in reversed(path):
            found, adjoint = self.pull(fixed, state, more, adjoint)
            whole = [a + b for a, b in zip(whole, found, strict=True)]
        return whole

    def forward(self, fixed: Vector, path: Sequence[tuple[Vector, Any]], last: Vector) -> Vector:
        found = []
        for unit in np.eye(len(fixed)).tolist():
            tangent = [0.0] * len(last)
            for state, more in path:
                tangent = self.push(fixed, state, more, unit, tangent)
            found.append(self.ends[1](fixed, last, unit, tangent))
        return found
