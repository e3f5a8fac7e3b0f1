"""Any number of rows, spans and threads."""

from __future__ import annotations

import math

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import autograd
from autograd import Value, compile, log
from tests.autograd.program.native.networks import (
    ROWS,
    network,
    rows_for,
)


def test_rows_past_the_end_count_nothing() -> None:
    """The last block is filled with zeros, of which log makes -inf and 1/0 infinity."""
    w = Value(2.0, "w")
    program = compile(lambda x: log(x * w) / x, 1, [w], "native")
    for count in ROWS:
        loss, (slope,) = program.value_and_grad([[1.0]] * count)
        assert loss == pytest.approx(math.log(2.0))
        assert slope == pytest.approx(0.5)
    infinite = compile(lambda x: w / x, 1, [w], "native")
    assert infinite.value_and_grad([[1.0], [0.0]]) == (math.inf, [math.inf])


def test_the_bits_do_not_depend_on_the_number_of_threads() -> None:
    loss, parameters = network([64, 16, 10], True, autograd.tanh)
    rows = rows_for([64, 16, 10], 2000)
    weights = list(np.random.default_rng(0).uniform(0.5, 1.5, 2000))
    found = []
    for threads in (1, 2, 3, 8):
        program = compile(loss, 74, parameters, "native", threads=threads)
        code = program._backend.sums_code  # type: ignore[attr-defined]
        code.free.clear()  # what another program's call left there must not pass for this one's
        found.append(program.value_and_grad(rows, sample_weight=weights))
    assert all([other == found[0] for other in found])
    assert found[0][0] != 0.0
    assert code.sizes.span_rows < 1000


def test_no_inputs() -> None:
    w = Value(3.0, "w")
    program = compile(lambda: w * w, 0, [w], "native")
    for _ in range(300):
        assert list(program(np.empty((2, 0)))) == [9.0, 9.0]
        assert program.value_and_grad(np.empty((2, 0))) == (9.0, [6.0])
