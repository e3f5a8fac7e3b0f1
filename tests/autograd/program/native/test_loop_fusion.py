"""Which steps are one loop: those that read one another's numbers, or nearly the same ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import compile, grad, jit, scan, sin, where
from autograd.program.native.loop_fusion import fits
from autograd.program.native.recurrences import Body
from autograd.program.native.schedule import Loop, Straight
from autograd.program.native.staggered import MOST_EDGE, MOST_LAG, SHORTEST
from tests.autograd.program.native.test_recurrence_code import bodies


def runge_kutta(count: int, steps: int) -> Any:
    """The last of some numbers, each of which grows by the one before it."""
    h = 1.0 / steps

    def f(xs: Any) -> Any:
        def slopes(y: Any) -> Any:
            return [xs[0], *[a * b for a, b in zip(xs[1:], y, strict=False)]]

        def along(y: Any, factor: float, k: Any) -> Any:
            return [a + factor * b for a, b in zip(y, k, strict=True)]

        def step(y: Any, _: Any) -> Any:
            a = slopes(y)
            b = slopes(along(y, h / 2, a))
            c = slopes(along(y, h / 2, b))
            y = along(along(along(y, h / 6, a), h / 3, b), h / 3, c)
            return along(y, h / 6, slopes(along(y, h, c))), None

        return scan(step, [0.0] * count, length=steps)[0][-1]

    return f


def test_a_step_of_several_stages_is_one_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """There and back: a loop over the copies, and straight-line code at the edges."""
    found = bodies(monkeypatch)
    xs = 10.0 + 20.0 * np.random.default_rng(0).random(150)
    got = jit(grad(runge_kutta(150, 60)))(xs)
    np.testing.assert_allclose(got, grad(runge_kutta(150, 60))(xs), 1e-10)
    for body in found:
        units = [unit for unit in body.schedule.units if not isinstance(unit, Straight)]
        long = [unit for unit in units if isinstance(unit, Loop) and len(unit.steps[0]) > 100]
        assert len(long) == 1
        assert long[0].is_staggered
        assert len(long[0].steps) >= 16


def loops(body: Body) -> list[Loop]:
    return [unit for unit in body.schedule.units if isinstance(unit, Loop)]


def squares(count: int, by: int, steps: int = 2) -> Any:
    """Each number grows by the sine of a square of one that is so many places before it."""

    def f(start: Any) -> Any:
        def step(y: Any, _: Any) -> Any:
            squared = [a * a for a in y]
            before = [*[0.5] * by, *squared[: count - by]]
            return [a + sin(b) * c for a, b, c in zip(y, before, squared, strict=True)], None

        return scan(step, [*start], length=steps)[0]

    return f


@pytest.mark.parametrize("by", [1, MOST_LAG, MOST_LAG + 1, 12])
def test_far_neighbors_are_read_from_memory(by: int, monkeypatch: pytest.MonkeyPatch) -> None:
    found = bodies(monkeypatch)
    start = np.linspace(-0.5, 0.5, 100)
    y = start
    for _ in range(2):
        before = np.concatenate([np.full(by, 0.5), (y * y)[:-by]])
        y = y + np.sin(before) * y * y
    np.testing.assert_allclose(jit(squares(100, by))(start), y, 1e-14)
    (body,) = found
    long = [loop for loop in loops(body) if len(loop.steps[0]) > 50]
    assert (len(long) == 1) == (by <= MOST_LAG)


def test_what_is_short_or_over_rows_is_not_staggered(monkeypatch: pytest.MonkeyPatch) -> None:
    found = bodies(monkeypatch)
    jit(squares(SHORTEST, 1))(np.ones(SHORTEST))
    compile(lambda *x: squares(100, 1)(x)[7], 100, backend="native")([[0.1] * 100])
    assert len(found) > 1
    assert not any([loop.is_staggered for body in found for loop in loops(body)])


def test_a_condition_of_a_neighbor_is_read_from_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    found = bodies(monkeypatch)

    def f(start: Any) -> Any:
        def step(y: Any, _: Any) -> Any:
            above = [a * a > 0.04 for a in y]
            return [where(c, a, b + a) for a, b, c in zip(y[1:], y, above, strict=False)] + [
                0.5
            ], None

        return scan(step, [*start], length=3)[0]

    y = start = np.linspace(-0.5, 0.5, 90)
    for _ in range(3):
        y = np.append(np.where(y[:-1] ** 2 > 0.04, y[1:], y[:-1] + y[1:]), 0.5)
    np.testing.assert_allclose(jit(f)(start), y, 1e-14)
    assert len(found) == 1


def test_edges_are_few_beside_the_loop() -> None:
    assert fits([(0, 100), (MOST_EDGE, 100 + MOST_EDGE)])
    assert not fits([(0, 100), (MOST_EDGE + 1, 100)])
    assert not fits([(0, 100), (0, 101 + MOST_EDGE)])
    assert not fits([(0, SHORTEST - 1)])
