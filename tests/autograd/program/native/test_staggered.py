"""Staggered loops: any steps on any neighbors have the numbers of the unrolled graph."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import exp, jit, scan, sin, total, value_and_grad, where
from autograd.program.native.staggered import StaggeredCode
from tests.autograd.program.native.test_loop_fusion import runge_kutta
from tests.autograd.program.native.test_recurrence_code import bodies

# A stage of a step: an operation, and for each of its operands which earlier stage it is of, and
# how many places further.
OPERATIONS = {
    "add": lambda a, b, x: a + 0.5 * b,
    "mul": lambda a, b, x: a * x + b,
    "sin": lambda a, b, x: sin(a) * b,
    "exp": lambda a, b, x: exp(-(a * a)) - x * b,
    "where": lambda a, b, x: where(a < b, a, x * b),
}
STAGES = st.tuples(
    st.sampled_from([*OPERATIONS]),
    st.lists(st.tuples(st.integers(1, 3), st.integers(-3, 3)), min_size=2, max_size=2),
)


def moved(numbers: list[Any], by: int, wraps: bool) -> list[Any]:
    """The number so many places further for each: of the other end, or at the ends a constant."""
    count = len(numbers)
    places = [i + by for i in range(count)]
    if wraps:
        return [numbers[i % count] for i in places]
    return [numbers[i] if 0 <= i < count else 0.25 for i in places]


def numbers(found: Any) -> Any:
    return np.concatenate([np.ravel(np.asarray(part, dtype=float)) for part in found])


@settings(max_examples=60, deadline=None)
@given(st.lists(STAGES, min_size=1, max_size=5), st.integers(3, 80), st.booleans(), st.data())
def test_any_steps_on_neighbors(stages: Any, count: int, wraps: bool, data: Any) -> None:
    def f(xs: Any, start: Any) -> Any:
        def step(state: Any, _: Any) -> Any:
            found = [state]
            for name, operands in stages:
                a, b = [moved(found[-min(k, len(found))], by, wraps) for k, by in operands]
                found.append([OPERATIONS[name](*each) for each in zip(a, b, xs, strict=True)])
            return [a + 0.1 * b for a, b in zip(state, found[-1], strict=True)], found[-1][1]

        last, ys = scan(step, [*start], length=3)
        return total([x * x for x in last]) + total(ys)

    random = np.random.default_rng(data.draw(st.integers(0, 9)))
    xs, start = random.normal(size=count).tolist(), random.normal(size=count).tolist()
    both: Any = value_and_grad(f, argnums=(0, 1))
    value, slopes = both(xs, start)
    got, others = jit(both)(xs, start)
    np.testing.assert_allclose(got, value, 1e-11, 1e-12)
    np.testing.assert_allclose(numbers(others), numbers(slopes), 1e-9, 1e-10)


def test_only_numbers_that_are_read_later_are_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    loops: list[int] = []
    vectors = StaggeredCode.vectors

    def watched(code: StaggeredCode, at: int, stop: int, width: int) -> None:
        before = len(code.f.lines)
        vectors(code, at, stop, width)
        stores = [line for line in code.f.lines[before:] if line.startswith("  store")]
        if stop - at > 100:
            loops.append(len(stores))

    monkeypatch.setattr(StaggeredCode, "vectors", watched)
    bodies(monkeypatch)
    jit(runge_kutta(200, 3))(np.ones(200))
    assert loops == [1]  # the next state
