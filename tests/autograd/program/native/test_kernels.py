"""Matrix products of every shape: tiles cover them, and the numbers are NumPy's."""

from __future__ import annotations

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import numpy as np

from autograd import Value, compile, dot, total
from autograd.program.native.kernels import tiles
from tests.autograd.program.native.networks import flat, leaves


@pytest.mark.parametrize("most", [1, 2, 5, 12])
@pytest.mark.parametrize("count", [1, 2, 5, 12, 13, 64, 97])
def test_tiles_cover_everything_once(count: int, most: int) -> None:
    covered = [
        first + i * size + j
        for first, size, number in tiles(count, most)
        for i in range(number)
        for j in range(size)
    ]
    assert covered == list(range(count))
    assert max([size for _, size, _ in tiles(count, most)]) <= most


@pytest.mark.parametrize("shape", [(2, 4), (3, 5), (1, 9), (8, 8), (17, 3), (13, 21)])
def test_products_and_their_sums(shape: tuple[int, int]) -> None:
    import random

    outputs, inputs = shape
    w = leaves(random.Random(0), outputs, inputs)

    def f(*x: Value) -> Value:
        return total([dot(row, x[:inputs]) * x[inputs + i] for i, row in enumerate(w)])

    program = compile(f, inputs + outputs, flat(w), "native")
    rows = np.random.default_rng(0).normal(size=(100, inputs + outputs))
    x, t = rows[:, :inputs], rows[:, inputs:]
    weights = np.array([[leaf.data for leaf in row] for row in w])
    loss, slopes = program.value_and_grad(rows, "sum")
    assert loss == pytest.approx(float((x @ weights.T * t).sum()))
    assert np.allclose(np.array(slopes).reshape(shape), t.T @ x, rtol=1e-12, atol=1e-12)
