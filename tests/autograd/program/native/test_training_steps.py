"""Steps of an optimizer as machine code, against the same steps in Python."""

from __future__ import annotations

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from typing import Any

import numpy as np

from autograd import Value, scan
from autograd.program.native.training_steps import Descent, Steps, row_seconds, rule_tape
from autograd.tape import trace


def momentum(
    parameter: Value, gradient: Value, state: Any, step: Value, rate: Value, factor: Value
) -> tuple[Value, tuple[Value]]:
    speed = factor * state[0] + gradient
    return parameter - rate * speed, (speed,)


@pytest.mark.parametrize("same_rows", [True, False])
def test_steps_are_those_of_python(same_rows: bool) -> None:
    w = Value(0.5, "w")
    tape, _ = trace(lambda x, t: (w * x - t) ** 2, 2, [w])
    rows = np.random.default_rng(0).normal(size=(40, 2))
    order = np.tile(np.arange(20), 6) if same_rows else np.arange(120) * 7 % 40
    starts = np.zeros(6, dtype=np.int64) if same_rows else np.arange(6) * 20
    counts = np.full(6, 20)
    rates = 0.1 / np.arange(1.0, 7.0)
    keeps = np.array([-1, 0, -1, -1, -1, 1])
    steps = Steps(order, starts, counts, 1.0 / counts, False, rates, keeps)
    states = np.array([[0.25]])
    descent = Descent(tape, 1, rule_tape(momentum, 1, 1), 1)
    found = descent.run(rows, steps, [0.5], states, 0, [0.9])
    parameter, speed, kept, losses = 0.5, 0.25, [], []
    for start, rate, keep in zip(starts, rates, keeps, strict=True):
        x, t = rows[order[start : start + 20]].T
        losses.append(((parameter * x - t) ** 2).mean())
        speed = 0.9 * speed + (2.0 * x * (parameter * x - t)).mean()
        parameter -= rate * speed
        kept += [parameter] if keep >= 0 else []
    assert found.done == 6
    assert found.parameters == pytest.approx([parameter])
    assert states == pytest.approx(np.array([[speed]]))
    assert found.losses == pytest.approx(losses)
    assert found.kept[:, 0] == pytest.approx(kept)


def test_a_step_that_is_not_finite_is_not_done() -> None:
    w = Value(1.0, "w")
    tape, _ = trace(lambda x: (w * x).exp(), 1, [w])
    rows = np.array([[1.0], [1000.0]])
    order, starts, counts = np.array([0, 1]), np.array([0, 1]), np.array([1, 1])
    steps = Steps(order, starts, counts, np.ones(2), False, np.full(2, 0.1), np.array([0, 1]))
    descent = Descent(tape, 1, rule_tape(lambda p, g, s, step, rate: (p - rate * g, ()), 0), 0)
    found = descent.run(rows, steps, [1.0], np.empty((0, 1)), 0)
    assert found.done == 1
    assert found.parameters == pytest.approx([1.0 - 0.1 * np.e])
    assert len(found.losses) == 2


def test_the_time_of_a_row_grows_with_the_steps_of_its_loops() -> None:
    def seconds(steps: int) -> float:
        w = Value(0.5, "w")
        tape, _ = trace(
            lambda x: scan(lambda s, _: (w * s + x, None), 0.0, length=steps)[0], 1, [w]
        )
        return row_seconds(tape)

    assert seconds(1000) > 9.0 * seconds(100) > 80.0 * seconds(10)
