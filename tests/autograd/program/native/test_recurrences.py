"""Loops of the tape as machine code: the numbers of the unrolled graph, in registers and memory."""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, compile, grad, hessian, jit, scan, total, where
from autograd.program.native import code, fission, runs
from tests.autograd import programs
from tests.autograd.test_scanning import FUNCTIONS, POINT, TRANSFORMS, agree, unrolled

F = Callable[..., Any]
OPERATIONS: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "less": lambda a, b, c, d: where(a < b, c, d),
    "dot": lambda a, b, c, d: autograd.dot([a, b, c], [d, a, b]),
    "tanh": autograd.tanh,
    "sin": autograd.sin,
    "exp": lambda a: autograd.exp(autograd.tanh(a)),
    "half": lambda a: a * 0.5,
}
ARITY = {
    "less": 4,
    "dot": 4,
    **dict.fromkeys(["add", "sub", "mul"], 2),
    **dict.fromkeys(["tanh", "sin", "exp", "half"], 1),
}


WAYS = ["registers", "split", "memory"]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How loops are run."""
    chosen: str = request.param
    let_run(chosen, monkeypatch)
    return chosen


def let_run(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let states be in registers, in a loop that is split or not, or in memory."""
    monkeypatch.setattr(runs, "CHEAP", -1 if way == "memory" else 10**6)
    monkeypatch.setattr(fission, "SHORTEST", 1 if way == "split" else 10**6)
    monkeypatch.setattr(fission, "WORTH", 1)
    monkeypatch.setattr(code, "_known", OrderedDict())


@pytest.mark.parametrize("transform", range(len(TRANSFORMS)))
@pytest.mark.parametrize("f", FUNCTIONS)
def test_at_one_point(f: F, transform: int, way: str) -> None:
    made = TRANSFORMS[transform]
    program = jit(made(lambda r, a: f(scan, r, a)))
    assert program.program(*POINT).backend == "native"
    agree(program(*POINT), made(lambda r, a: f(unrolled, r, a))(*POINT))


@pytest.mark.parametrize("f", FUNCTIONS)
def test_over_rows(f: F, way: str) -> None:
    rows = np.random.default_rng(0).normal(0.2, 0.5, (37, 2))
    w = Value(0.8, label="w")
    loops = compile(lambda r, a: f(scan, r * w, a), 2, [w], "native")
    plain = compile(lambda r, a: f(unrolled, r * w, a), 2, [w], "native")
    assert loops.backend == "native"
    agree(loops(rows), plain(rows))
    for by in ("inputs", "parameters"):
        for name in ("jacobian", "hessian"):
            got = np.array(getattr(loops, name)(rows, by=by))
            np.testing.assert_allclose(got, getattr(plain, name)(rows, by=by), 1e-11, 1e-12)
    agree(loops.value_and_grad(rows)[1], plain.value_and_grad(rows)[1])
    agree(loops.hvp(rows, [2.0]), plain.hvp(rows, [2.0]))
    # What the rows do not change runs once.
    fixed = compile(lambda r, a: r * f(scan, w, 0.5 * w) + a, 2, [w], "native")
    alike = compile(lambda r, a: r * f(unrolled, w, 0.5 * w) + a, 2, [w], "native")
    agree(fixed(rows), alike(rows))
    agree(fixed.value_and_grad(rows)[1], alike.value_and_grad(rows)[1])


def drawn(seed: int, steps: int, length: int, inner: bool) -> Callable[[Any], F]:
    """A function of four numbers with a drawn loop, and maybe another one in its step, by what
    runs loops.
    """
    rng = random.Random(seed)
    states, xs = rng.randrange(1, 4), rng.randrange(0, 3)
    program = programs.draw(rng, states + xs + 5, steps, ARITY)
    places = [rng.randrange(states + xs + 5 + len(program)) for _ in range(states + 1)]
    constants = [rng.choice([0.0, 1.0, -0.5, 2.0]) for _ in range(length)]
    kinds = [rng.choice(["number", "inputs", "mixed"]) for _ in range(xs)]

    def of(loop: Any) -> F:
        def f(*given: Any) -> Any:
            columns = [
                {
                    "number": constants,
                    "inputs": [given[i % 4] for i in range(length)],
                    "mixed": [given[i % 4] * c if i % 3 else c for i, c in enumerate(constants)],
                }[kind]
                for kind in kinds
            ]
            rows = [[*row] for row in zip(*columns, strict=True)] if xs else None

            def step(state: Any, x: Any) -> Any:
                leaves = [*state, *(x or []), *given, 0.25]
                if inner:

                    def turn(s: Any, _: Any) -> Any:
                        return autograd.sin(s * given[0] + state[0]), None

                    leaves[-1] = loop(turn, 0.1, length=3)[0]
                values = programs.run(program, leaves, OPERATIONS)
                return [autograd.tanh(values[i]) for i in places[:-1]], values[places[-1]]

            last, ys = loop(step, [0.5, *given[: states - 1]], rows, None if xs else length)
            return total([*last, *ys])

        return f

    return of


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10**9),
    steps=st.integers(1, 12),
    length=st.sampled_from([1, 2, 5, 18, 37]),
    inner=st.booleans(),
    way=st.sampled_from(WAYS),
)
def test_drawn_loops(seed: int, steps: int, length: int, inner: bool, way: str) -> None:
    made = drawn(seed, steps, length, inner)
    point = [random.Random(seed).uniform(-1.0, 1.0) for _ in range(4)]
    transforms: list[Callable[[F], F]] = [lambda f: f, grad, hessian]
    transforms = transforms[: 3 if length < 18 else 2]
    with pytest.MonkeyPatch.context() as patch:
        let_run(way, patch)
        for transform in transforms:
            want = np.array(transform(made(unrolled))(*point))
            bound = 1e-11 * max(1.0, np.abs(want).max())
            np.testing.assert_allclose(jit(transform(made(scan)))(*point), want, 1e-9, bound)
        slopes = np.array(grad(made(unrolled))(*point))
        rows = compile(grad(made(scan)), 4, backend="native")([point, [0.0] * 4, point])
        bound = 1e-11 * max(1.0, np.abs(slopes).max())
        np.testing.assert_allclose(rows[0], slopes, 1e-9, bound)
        np.testing.assert_array_equal(rows[0], rows[2])
