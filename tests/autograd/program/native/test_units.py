"""The code of units: loops over any number of copies, in order, in steps and scattered."""

from __future__ import annotations

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import random

import numpy as np

from autograd import Value, compile, exp, total, where
from tests.autograd.program.native.networks import ROWS, leaves, same


@pytest.mark.parametrize("copies", [4, 5, 6, 7, 9, 16, 33])
def test_loops_over_any_number_of_copies(copies: int) -> None:
    w = leaves(random.Random(copies), copies)

    def f(*x: Value) -> Value:
        return total([where(a * b > 0.1, exp(a * b), a - b) for a, b in zip(w, x, strict=True)])

    native, numpy = (compile(f, copies, w, name) for name in ("native", "numpy"))
    for count in ROWS[::3]:
        same(native, numpy, np.random.default_rng(count).normal(size=(count, copies)))


def test_operands_in_steps_and_one_for_all() -> None:
    w = leaves(random.Random(1), 16)

    def f(*x: Value) -> Value:
        return total([exp(w[2 * i] * x[0]) * x[7 - i] * w[15 - i] for i in range(8)])

    native, numpy = (compile(f, 8, w, name) for name in ("native", "numpy"))
    for count in ROWS[::3]:
        same(native, numpy, np.random.default_rng(count).normal(size=(count, 8)))
