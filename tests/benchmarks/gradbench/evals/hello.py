"""hello: a square and its derivative."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import grad, jit


def squared(x: Any) -> Any:
    return x * x


value, slope = jit(squared), jit(grad(squared))


def square(x: float) -> Callable[[], float]:
    return lambda: value(x)


def double(x: float) -> Callable[[], float]:
    return lambda: slope(x)
