"""Steps in registers: steps as lanes where there is no state, sums that wait for the state last."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import dot, jit, scan, sin, total
from autograd.program.native.llvm_jit import new_module
from autograd.program.native.step_code import LANES


@pytest.mark.parametrize("length", [1, 15, 16, 17, 40])
@pytest.mark.parametrize("width", [1, 3])
def test_steps_without_a_state_are_lanes(length: int, width: int) -> None:
    """Also of xs that are some numbers apart, as in a table of several columns."""
    table = np.random.default_rng(length).normal(size=(length, width))

    def f(a: Any, rows: Any) -> Any:
        _, ys = scan(lambda s, row: (s, a * row[0] + row[-1] * row[-1]), (), rows)
        return [*ys, total(list(ys))]

    made = jit(f)
    want = 0.5 * table[:, 0] + table[:, -1] ** 2
    np.testing.assert_allclose(made(0.5, table), [*want, want.sum()], 1e-13, 1e-14)
    lanes = LANES * new_module().lanes
    assert (f"fmul <{lanes} x double>" in made.program(0.5, table).llvm) == (length >= lanes)


def test_a_product_that_depends_on_the_state_is_added_last() -> None:
    def f(a: Any, b: Any) -> Any:
        return scan(lambda s, x: (a * s + (x + b), None), 0.0, [0.5, 0.25] * 15)[0]

    llvm = jit(f).program(0.3, 0.2).llvm
    assert llvm.count("@llvm.fma.f64(") >= 2  # the declaration and the use


def test_a_sum_of_products_that_overflows_on_the_way_is_repaired() -> None:
    def f(a: Any) -> Any:
        def step(s: Any, x: Any) -> Any:
            return dot([a, -a, 1.0], [x, x, s]), None

        return scan(step, 1.0, [1e154, 2.0])[0]

    assert jit(f)(1e155) == 1.0


def test_the_last_state_is_there_without_those_before() -> None:
    for length in (1, 2, 3, 7):
        found = jit(lambda s, length=length: scan(lambda s, _: (sin(s), None), s, length=length)[0])
        want = 0.7
        for _ in range(length):
            want = float(np.sin(want))
        assert found(0.7) == pytest.approx(want, rel=1e-15)
