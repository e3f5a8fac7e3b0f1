"""The loop around the units of a step: its memory, and code that is as long for any length."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import Value, compile, dot, grad, jit, scan, tanh, total, value_and_grad
from autograd.program.native import NativeBackend, code, schedule
from autograd.program.native.recurrences import Body
from autograd.program.python_backend import PythonBackend
from autograd.tape.loops import Loop
from autograd.tape.recorder import Recorder
from tests.autograd.test_scanning import POINT, agree, unrolled

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


def of_two_ys(loop: Any, r: Any, a: Any) -> Any:
    """Of two ys the numbers of one are not side by side; a loop in a step takes them all."""
    _, ys = loop(lambda s, _: (s * r + a, (s, s * a)), 1.0, length=4)
    firsts = [first for first, _ in ys]

    def outer(u: Any, x: Any) -> Any:
        v, zs = loop(lambda v, y: (v * y * 0.5 + x, v * a), u, firsts)
        return v, total(zs)

    u, ws = loop(outer, 0.3, [1.0, r, a])
    return u + total(ws)


def test_a_run_of_a_loop_is_a_capture_of_another() -> None:
    for transform in (lambda f: f, grad):
        made = transform(lambda r, a: of_two_ys(scan, r, a))
        want = transform(lambda r, a: of_two_ys(unrolled, r, a))(*POINT)
        agree(jit(made)(*POINT), want)
        agree(np.array(compile(made, 2, backend="native")([POINT]))[0], want)


@pytest.mark.parametrize("varies", [False, True])
def test_ys_that_are_runs_are_the_numbers_of_another_loop(varies: bool) -> None:
    """In memory they are not side by side, since there is another y between them."""
    recorder = Recorder(["s", "x"])
    s: Any = recorder.symbol(0)
    x: Any = recorder.symbol(1)
    inner = Loop(recorder.tape([s + x, s * x]), 3, 0, 1, 1)
    recorder = Recorder(["s", "x"], (), [0, 3])
    node = recorder.loop(inner, [recorder.symbol(0), recorder.symbol(1)])
    final: Any = recorder.result(node, 0)
    outer = Loop(recorder.tape([final, recorder.result(node, 1), final * 2.0]), 4, 0, 1, 2)
    names = [f"x{i}" for i in range(13)]
    recorder = Recorder(names) if varies else Recorder(["z"], names)
    given = [recorder.symbol(i + (not varies)) for i in range(13)]
    first = recorder.loop(outer, [given[12], recorder.pack(given[:12])])
    run = recorder.result(first, 1)
    second = recorder.loop(replace(inner, length=12), [given[12], run])
    ys = recorder.result(second, 1)
    found = [recorder.result(second, 0), recorder.item(ys, 7), recorder.item(run, 4)]
    found.append(recorder.item(recorder.result(first, 2), 2))
    tape = recorder.tape(found).check()
    numbers = [0.1 * i - 0.4 for i in range(13)]
    rows, parameters = ([numbers], []) if varies else ([[1.0]], numbers)
    want = PythonBackend(tape, None).values([tuple(row) for row in rows], parameters)
    got = NativeBackend(tape, None).values(np.array(rows), parameters)
    np.testing.assert_allclose(got, want, 1e-14)


def test_a_state_among_numbers_that_are_computed_together() -> None:
    """It is copied to where states are, and the loop over the numbers stays."""

    def f(loop: Any, r: Any, a: Any) -> Any:
        def step(s: Any, x: Any) -> Any:
            found = [tanh(r * (s + a * 0.1 * i) * x[i]) for i in range(24)]
            return found[3], dot([r, a, *x[2:]], found)

        s, ys = loop(step, 0.5, [[0.1 * i + k for i in range(24)] for k in range(3)])
        return s + total(ys)

    made = grad(lambda r, a: f(scan, r, a))
    want = grad(lambda r, a: f(unrolled, r, a))(*POINT)
    agree(jit(made)(*POINT), want)
    agree(np.array(compile(made, 2, backend="native")([POINT]))[0], want)
