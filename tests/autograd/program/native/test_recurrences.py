"""Loops of the tape as machine code: the numbers of the unrolled graph, in registers and memory."""

from __future__ import annotations

import itertools
import math
import random
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
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
from tests.autograd.program.native.processors import become, narrower
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


@cache
def at_the_point(f: F, transform: int) -> Any:
    """What the unrolled graph gives, in which no way takes part."""
    return TRANSFORMS[transform](lambda r, a: f(unrolled, r, a))(*POINT)


@pytest.mark.uncovered
@pytest.mark.parametrize("transform", range(len(TRANSFORMS)))
@pytest.mark.parametrize("f", FUNCTIONS)
def test_at_one_point(f: F, transform: int, way: str) -> None:
    program = jit(TRANSFORMS[transform](lambda r, a: f(scan, r, a)))
    assert program.program(*POINT).backend == "native"
    agree(program(*POINT), at_the_point(f, transform))


def over_rows(f: F, loop: Any) -> list[Any]:
    """Values of a function over rows, and derivatives by inputs and by a parameter."""
    rows = np.random.default_rng(0).normal(0.2, 0.5, (37, 2))
    w = Value(0.8, label="w")
    made = compile(lambda r, a: f(loop, r * w, a), 2, [w], "native")
    # What the rows do not change runs once.
    fixed = compile(lambda r, a: r * f(loop, w, 0.5 * w) + a, 2, [w], "native")
    assert made.backend == fixed.backend == "native"
    second = [made.hessian(rows, by=by) for by in ("inputs", "parameters")]
    first = [made.jacobian(rows, by=by) for by in ("inputs", "parameters")]
    sums = [made.value_and_grad(rows)[1], made.hvp(rows, [2.0]), fixed.value_and_grad(rows)[1]]
    return [made(rows), fixed(rows), *sums, *first, *second]


unrolled_over_rows = cache(lambda f: over_rows(f, unrolled))


@pytest.mark.uncovered
@pytest.mark.parametrize("f", FUNCTIONS)
def test_over_rows(f: F, way: str) -> None:
    found, want = over_rows(f, scan), unrolled_over_rows(f)
    for got, number in zip(found[:5], want[:5], strict=True):
        agree(got, number)
    for got, number in zip(found[5:], want[5:], strict=True):
        np.testing.assert_allclose(np.array(got), number, 1e-11, 1e-12)


@pytest.mark.uncovered
@narrower
@pytest.mark.parametrize("f", FUNCTIONS)
def test_on_narrower_processors(
    f: F, processor: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(processor, monkeypatch)
    made = grad(lambda r, a: f(scan, r, a))
    want = grad(lambda r, a: f(unrolled, r, a))(*POINT)
    agree(jit(made)(*POINT), want)
    agree(compile(made, 2, backend="native")([POINT, (0.1, 0.2)])[0], want)


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


@pytest.mark.parametrize("rows", [1, 15, 17, 700])
def test_threads_and_numbers_of_rows(rows: int, way: str) -> None:
    """The bits are the same for any number of threads."""
    table = np.random.default_rng(rows).normal(size=(rows, 7))
    w, v = Value(0.4, "w"), Value(-0.3, "v")

    def f(loop: Any, *row: Any) -> Any:
        return loop(lambda s, x: (autograd.tanh(w * s + v * x), None), 0.1, [*row])[0]

    programs = [
        compile(lambda *row: f(scan, *row), 7, [w, v], "native", threads) for threads in (1, 3)
    ]
    plain = compile(lambda *row: f(unrolled, *row), 7, [w, v], "numpy")
    agree(programs[0](table), plain(table))
    found = [program.value_and_grad(table) for program in programs]
    assert found[0] == found[1]
    agree([found[0][0], *found[0][1]], flat_of(plain.value_and_grad(table)))


def flat_of(found: tuple[float, list[float]]) -> list[float]:
    return [found[0], *found[1]]


SPECIAL = [0.0, -2.0, math.inf, math.nan, 1e308]


def test_special_values(way: str) -> None:
    def f(loop: Any, a: Any, b: Any) -> Any:
        def step(state: Any, x: Any) -> Any:
            s, t = state
            return (s * b + x, where(s < t, t * x, autograd.maximum(s, b))), s * t

        (s, t), ys = loop(step, (a, 1.0), [1.0, b, -0.5])
        return [s, t, total(ys)]

    at_one_point = jit(lambda a, b: f(scan, a, b))
    loops, plain = [
        compile(lambda a, b, loop=loop: f(loop, a, b), 2, backend="native")
        for loop in (scan, unrolled)
    ]
    made = grad(lambda a, b: f(scan, a, b)[0])
    slopes, slopes_of_rows = jit(made), compile(made, 2, backend="python")
    points = [*itertools.product(SPECIAL, repeat=2)]
    for a, b in points:
        want, table = f(unrolled, a, b), [(a, b), (1.0, b)]
        same(f(scan, a, b), want, a, b)
        same(at_one_point(a, b), want, a, b)
        same(loops(table).ravel(), plain(table).ravel(), a, b)
        same(slopes(a, b), slopes_of_rows([(a, b)])[0], a, b)
    same(loops(points), plain(points))  # in vectors


def same(got: Any, want: Any, *at: float) -> None:
    np.testing.assert_allclose(np.array(got, float), np.array(want, float), 1e-14, err_msg=f"{at}")


@pytest.mark.parametrize("alone", [False, True])
def test_the_size_of_the_code_does_not_depend_on_the_length(alone: bool, way: str) -> None:
    def f(length: int) -> F:
        def loss(r: Any, a: Any) -> Any:
            def step(state: Any, _: Any) -> Any:
                s, loss = state
                return (autograd.tanh(s * r + a), loss + s * s), None

            return scan(step, (a, 0.0), length=length)[0][1]

        return loss

    def lines(length: int) -> int:
        made = grad(f(length))
        program: Any = jit(made).program(*POINT) if alone else compile(made, 2, backend="native")
        return len(program.llvm.splitlines())

    assert lines(101) == lines(5001)


def test_arrays_that_are_closed_over_are_data_of_the_code(way: str) -> None:
    """Numbers of constants, some of them twice, which are no even steps in memory."""
    xs = np.array([0.5, 0.1, 0.5, -0.2] * 9)

    def f(loop: Any, a: Any, b: Any) -> Any:
        step: F = lambda s, x: (s * a + x[0] * b, s * x[1])  # noqa: E731
        s, ys = loop(step, 1.0, [[x, 2.0 * x + 0.1] for x in xs])
        return s + total(ys)

    agree(
        jit(grad(lambda a, b: f(scan, a, b)))(*POINT), grad(lambda a, b: f(unrolled, a, b))(*POINT)
    )
