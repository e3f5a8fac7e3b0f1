"""Loops that are split: fewer instructions wait for the state, and the numbers are the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import log, scan, sin, value_and_grad
from autograd.program.native.fission import SHORTEST, added_to, split_loops
from autograd.program.python_backend import PythonBackend
from autograd.tape import Tape, trace
from autograd.tape.passes import optimize


def garch(length: int) -> Callable[..., Any]:
    def loss(a: Any, b: Any) -> Any:
        def step(state: Any, x: Any) -> Any:
            h, whole = state
            return (0.1 + a * x * x + b * h, whole + log(h) + x * x / h), None

        return scan(step, (1.0, 0.0), [0.1 * i for i in range(length)])[0][1]

    return loss


def optimized(f: Callable[..., Any]) -> Tape:
    return optimize(trace(f, 2)[0], keep=("dot",))


def loops(tape: Tape) -> list[Any]:
    return [i.held for _, i in tape if i.name == "loop"]


def test_what_needs_no_state_and_what_no_state_needs_are_loops_of_their_own() -> None:
    whole = optimized(value_and_grad(garch(20)))
    split = split_loops(whole.check()).check()
    assert [loop.states for loop in loops(whole)] == [2, 1]
    assert sorted([loop.states for loop in loops(split)]) == [0, 0, 1, 1]
    recurrences = [loop for loop in loops(split) if loop.states]
    assert all([len(loop.body.instructions) <= 8 for loop in recurrences])


@pytest.mark.parametrize("f", [garch(20), value_and_grad(garch(20)), value_and_grad(garch(33))])
def test_the_numbers_are_the_same(f: Callable[..., Any]) -> None:
    whole = optimized(f)
    rows = [(0.2, 0.7), (0.3, 0.5)]
    want = PythonBackend(whole, None).values(rows, ())
    found = PythonBackend(split_loops(whole), None).values(rows, ())
    np.testing.assert_allclose(found, want, 1e-13)


def test_short_and_stateless_loops_and_tapes_without_loops_stay() -> None:
    for f in (
        garch(SHORTEST - 1),
        lambda a, b: scan(lambda s, x: (s, sin(a * x)), (), [b] * 20)[1][3],
        lambda a, b: a * b,
    ):
        tape = optimized(f)
        assert len(loops(split_loops(tape))) == len(loops(tape))


def test_a_state_is_a_sum_only_if_nothing_else_takes_it() -> None:
    def f(a: Any, b: Any) -> Any:
        def step(state: Any, x: Any) -> Any:
            plain, read, doubled = state
            return (plain + x * a + b, read + x, doubled + doubled + a), read * x

        (plain, read, doubled), ys = scan(step, (1.0, a, 2.0), [a, b, 2.0])
        return plain + read + doubled + ys[0]

    (loop,) = loops(optimized(f))
    assert [len(added_to(loop, i)) for i in range(3)] == [2, 0, 0]
