"""llsq: a polynomial through the signs of n points in [-1, 1], by least squares.

A row is a point t; the coefficients are parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate, repeat
from operator import mul
from typing import Any

import numpy as np

from autograd import Value, compile, dot, sign


def program_of(coefficients: list[Value], differentiated: list[Value]) -> Any:
    def half_square(t: Any) -> Any:
        powers = [*accumulate(repeat(t, len(coefficients) - 1), mul, initial=1.0)]
        residual = sign(t) - dot(coefficients, powers)
        return 0.5 * residual * residual

    return compile(half_square, 1, differentiated)


def points(n: int) -> Any:
    return (-1.0 + np.arange(n) * 2.0 / (n - 1.0))[:, None]


def primal(given: dict[str, Any]) -> Callable[[], float]:
    program = program_of([Value(x) for x in given["x"]], [])
    return lambda: program.value_and_grad(points(given["n"]), reduction="sum")[0]


def gradient(given: dict[str, Any]) -> Callable[[], list[float]]:
    coefficients = [Value(x) for x in given["x"]]
    program = program_of(coefficients, coefficients)
    return lambda: program.value_and_grad(points(given["n"]), reduction="sum")[1]
