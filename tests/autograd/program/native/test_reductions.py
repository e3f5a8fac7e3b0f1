"""Sums over rows, taken apart in every combination."""

from __future__ import annotations

import random

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import Value, compile, dot, exp
from tests.autograd.program.native.networks import (
    ROWS,
    flat,
    leaves,
    same,
)


def test_shared_weights_decay_and_several_uses() -> None:
    """One layer applied three times; a penalty without rows; factors that wait until after."""
    rng = random.Random(3)
    w, scale = leaves(rng, 4, 4), Value(0.3, "scale")

    def loss(*x: Value) -> Value:
        h = list(x[:4])
        for _ in range(3):
            h = [dot(row, h).tanh() for row in w]
        penalty = sum([p * p for p in flat(w)], Value(0.0)) * 0.01
        return (h[0] - x[4]) ** 2 * exp(scale) + penalty + h[1] * scale / 3.0

    parameters = [*flat(w), scale]
    native, numpy = (compile(loss, 5, parameters, name) for name in ("native", "numpy"))
    for count in ROWS:
        same(native, numpy, np.random.default_rng(count).normal(size=(count, 5)))


def test_sums_of_differences_with_factors() -> None:
    """Sums, differences, signs and uniform factors, taken apart in every combination."""
    a, b = Value(0.7, "a"), Value(-1.3, "b")
    functions = [
        lambda x, y: (a * x - b * y) + a * b * x,
        lambda x, y: a * (x - y) - b * (y - x * x) + 3.0 * x,
        lambda x, y: -(a * x - y) * b + (x - b) / a - a * b,
        lambda x, y: dot([a, b, a * b], [x, y, x * y]) - (x - a * y) * 2.0,
    ]
    for f in functions:
        native, numpy = (compile(f, 2, [a, b], name) for name in ("native", "numpy"))
        for count in ROWS:
            rows = np.random.default_rng(count).normal(size=(count, 2))
            same(native, numpy, rows, list(np.random.default_rng(1).uniform(0.1, 2.0, count)))
