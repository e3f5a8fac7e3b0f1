"""The loop around the units of a step: its memory, and code that is as long for any length."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import Value, compile, dot, jit, scan, tanh, value_and_grad
from autograd.program.native import code, schedule
from autograd.program.native.recurrences import Body

UNITS = 24


def bodies(monkeypatch: pytest.MonkeyPatch) -> list[Body]:
    """The steps that are divided from now on."""
    found: list[Body] = []
    arrange = Body.arrange

    def watched(body: Body, group: Any) -> None:
        found.append(body)
        arrange(body, group)

    monkeypatch.setattr(Body, "arrange", watched)
    monkeypatch.setattr(code, "_known", OrderedDict())
    return found


def test_a_vector_of_states_is_gone_through_by_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """At one point copies are lanes: no unit of the step is straight-line code but at the edge."""
    found = bodies(monkeypatch)
    rates = np.linspace(0.1, 0.9, 200)

    def f(x: Any) -> Any:
        def step(s: Any, _: Any) -> Any:
            return [
                tanh(r * a) + 0.5 * b for r, a, b in zip(x, s, s[1:] + s[:1], strict=True)
            ], None

        return scan(step, [1.0] * 200, length=5)[0]

    y = np.ones(200)
    for _ in range(5):
        y = np.tanh(rates * y) + 0.5 * np.roll(y, -1)
    np.testing.assert_allclose(jit(f)(rates), y, 1e-14)
    (body,) = found
    loops = [unit for unit in body.schedule.units if isinstance(unit, schedule.Loop)]
    assert len(loops[0].steps[0]) >= 199
    assert jit(f).program(rates).llvm.count("\n") < 2000


def test_layers_are_found_in_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    found = bodies(monkeypatch)
    weights = [Value(0.02 * ((7 * i) % 11 - 5), f"w{i}") for i in range(UNITS * UNITS)]
    rows = np.random.default_rng(0).normal(size=(33, 6))

    def model(*row: Any) -> Any:
        def step(s: Any, x: Any) -> Any:
            own = [weights[i : i + UNITS] for i in range(0, UNITS * UNITS, UNITS)]
            return [tanh(dot(w, s) + x) for w in own], None

        return dot(weights[:UNITS], scan(step, [0.0] * UNITS, [*row])[0])

    native = compile(model, 6, weights, "native")
    got, slopes = native.value_and_grad(rows)
    want, others = compile(model, 6, weights, "numpy").value_and_grad(rows)
    assert got == pytest.approx(want, rel=1e-12)
    np.testing.assert_allclose(slopes, others, 1e-10, 1e-13)
    assert any([isinstance(unit, schedule.Layer) for b in found for unit in b.schedule.units])


def test_states_that_change_places_and_stay() -> None:
    """What is no result of an instruction of its own is copied: a shift register."""

    def f(a: Any) -> Any:
        def step(s: Any, x: Any) -> Any:
            return [x, *s[:-1]], s[-1]

        s, ys = scan(step, [a] * 40, [float(i) for i in range(50)])
        return [*s, *ys]

    want = [*range(49, 9, -1), *[0.5] * 40, *range(10)]
    assert jit(f)(0.5) == [float(x) for x in want]
    loss, slope = jit(value_and_grad(lambda a: f(a)[-11] * a))(0.5)
    assert (loss, slope) == (0.25, 1.0)
