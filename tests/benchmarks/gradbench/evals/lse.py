"""lse: log(exp(x1) + ... + exp(xn)) and its gradient, for up to a million numbers.

A row is one number. By the chain rule the derivative by a number is that of the logarithm, of the
sum over all rows, times that of the row's own term.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from autograd import Value, compile, exp, grad, jit, log, value_and_grad

largest = Value(0.0, label="largest")  # of all numbers: without it exp would overflow
outer = jit(grad(log))


def term(x: Any) -> Any:
    return exp(x - largest)


@cache
def terms() -> Any:
    return compile(term, 1)


@cache
def terms_and_slopes() -> Any:
    return compile(value_and_grad(term), 1)


def primal(given: dict[str, Any]) -> Callable[[], float]:
    x, program = np.array(given["x"]), terms()

    def run() -> float:
        largest.data = x.max()
        return math.log(program(x[:, None]).sum()) + largest.data

    return run


def gradient(given: dict[str, Any]) -> Callable[[], Any]:
    x, program = np.array(given["x"]), terms_and_slopes()

    def run() -> Any:
        largest.data = x.max()
        values, slopes = program(x[:, None]).T
        return outer(values.sum()) * slopes

    return run
