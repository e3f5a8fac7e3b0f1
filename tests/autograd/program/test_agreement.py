"""Drawn programs on drawn tables: the engine and all backends give the same numbers.

Operands are small dyadic numbers, zeros of both signs, infinities and NaN, and operations are those
that IEEE 754 rounds correctly: so nothing differs by rounding, and what is NaN or infinite in one
is so in all.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, compile, grad, gradients
from tests.autograd import programs
from tests.autograd.installed import BACKENDS

OPERATIONS: dict[str, Callable[..., Any]] = {
    **programs.ARITHMETIC,
    "scaled": lambda a, b, c: a * b * c,
    "less": lambda a, b, c, d: autograd.where(a < b, c, d),
    "maximum": autograd.maximum,
    "minimum": autograd.minimum,
    "dot": lambda a, b, c, d: autograd.dot([a, b], [c, d]),
    "relu": autograd.relu,
    "abs": abs,
    "sqrt": autograd.sqrt,
    "sign": autograd.sign,
    "square": lambda a: a**2,
    "root": lambda a: a**0.5,
    "remainder": lambda a, b: a % b,
}
ARITY = {
    "less": 4,
    "dot": 4,
    "scaled": 3,
    **dict.fromkeys(["add", "sub", "mul", "div", "maximum", "minimum", "remainder"], 2),
    **dict.fromkeys(["neg", "relu", "abs", "sqrt", "sign", "square", "root"], 1),
}
ORDINARY = [0.0, 1.0, -1.0, 0.5, 2.0, -3.0, 0.25]
SPECIAL = [*ORDINARY, -0.0, math.inf, -math.inf, math.nan]
COUNTS = [1, 2, 15, 17, 33, 70]  # of rows: blocks are of 4, 8 or 16


def numbers(pool: Sequence[float], count: int, seed: int) -> list[float]:
    rng = random.Random(seed)
    return [rng.choice(pool) for _ in range(count)]


def of_engine(
    f: Callable[..., Value], rows: Any, parameters: Sequence[Value], shares: Sequence[float]
) -> tuple[list[float], float, list[float]]:
    """The values; the sum of them by weights, and its gradient: of one graph of all rows."""
    ys = [f(*[Value(x) for x in row]) for row in rows]
    whole = autograd.dot(list(shares), ys)
    return [y.data for y in ys], whole.data, list(gradients(whole, parameters))


def close(got: float, want: float) -> bool:
    if math.isfinite(got) and math.isfinite(want):
        return abs(got - want) <= 1e-9 * max(abs(got), abs(want), 1e-3)
    return got == want or (math.isnan(got) and math.isnan(want))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**9),
    steps=st.integers(1, 12),
    count=st.sampled_from(COUNTS),
    special=st.sampled_from(["nothing", "rows", "parameters", "both"]),
    reduction=st.sampled_from(["mean", "sum"]),
    weighted=st.booleans(),
)
def test_drawn_programs_on_drawn_tables(
    seed: int, steps: int, count: int, special: str, reduction: Any, weighted: bool
) -> None:
    program = programs.draw(random.Random(seed), 5, steps, ARITY)
    pools = [SPECIAL if special in (name, "both") else ORDINARY for name in ("rows", "parameters")]
    cells = numbers(pools[0], 2 * count, seed + 1)
    rows = [cells[i : i + 2] for i in range(0, 2 * count, 2)]
    parameters = [Value(x, f"p{i}") for i, x in enumerate(numbers(pools[1], 3, seed + 2))]
    weights = [float(i % 3) for i in range(1, count + 1)] if weighted else [1.0] * count
    whole = math.fsum(weights) if reduction == "mean" else 1.0
    shares = [weight / whole for weight in weights]

    def f(*x: Value) -> Value:
        result: Value = programs.run(program, [*x, *parameters], OPERATIONS)[-1]
        return result

    values, total, slopes = of_engine(f, rows, parameters, shares)
    for backend in BACKENDS:
        made = compile(f, 2, parameters, backend)
        assert all(map(close, map(float, made(rows)), values)), backend
        got, grads = made.value_and_grad(rows, reduction, weights if weighted else None)
        for found, want in zip([got, *grads], [total, *slopes], strict=True):
            assert close(found, want), (backend, found, want)


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10**9), steps=st.integers(1, 5), special=st.booleans())
def test_second_derivatives_of_drawn_programs(seed: int, steps: int, special: bool) -> None:
    """By either argument after the first one, of the last value drawn, which may only compare."""
    program = programs.draw(random.Random(seed), 2, steps, ARITY)
    cells = numbers(SPECIAL if special else ORDINARY, 18, seed)
    rows = [cells[i : i + 2] for i in range(0, 18, 2)]

    def f(*x: Value) -> Value:
        result: Value = programs.run(program, x, OPERATIONS)[1 + steps]
        return result

    for slot in (0, 1):

        def second(*x: Any, slot: int = slot) -> Any:
            return grad(lambda *x: grad(f)(*x)[0])(*x)[slot]

        want = [second(*row) for row in rows]
        found = compile(second, 2, backend="python")(rows)
        assert all(map(close, map(float, found), want))


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_factor_that_is_infinite_is_one_of_every_row(backend: str) -> None:
    """Not of their sum: where one product is 0 times infinity the sum is NaN."""
    w = Value(math.inf, "w")
    for f, rows, want in (
        (lambda x: w * x, [[1.0], [-3.0]], (math.nan, [-2.0])),
        (lambda x: w * x, [[1.0], [0.0]], (math.nan, [1.0])),
        (lambda x: w * x, [[1.0], [3.0]], (math.inf, [4.0])),
        (lambda x: w * x + x, [[-1.0], [0.0]], (math.nan, [-1.0])),
        (lambda x: w * w * x, [[2.0], [-1.0]], (math.nan, [math.nan])),
        (lambda x: x / (1.0 / w), [[0.0], [1.0]], (math.nan, [math.nan])),
    ):
        loss, grads = compile(f, 1, [w], backend).value_and_grad(rows, "sum")
        assert repr((loss, grads)) == repr(want)
    loss, grads = compile(lambda x: w, 1, [w], backend).value_and_grad(
        [[1.0], [2.0]], "sum", [0, 1]
    )
    assert repr((loss, grads)) == repr((math.nan, [1.0]))


@pytest.mark.parametrize("backend", BACKENDS)
def test_partial_sums_of_a_layer_that_overflow(backend: str) -> None:
    leaves = [
        [Value(x, f"w{i}{j}") for j, x in enumerate([1e308, 1e308, -1e308])] for i in range(4)
    ]

    def f(*x: Value) -> list[Value]:
        return [autograd.dot(row, x) for row in leaves]

    found = compile(f, 3, backend=backend)([[1.0, 1.0, 1.0], [0.5, 0.25, 1.0]])
    assert [list(row) for row in found] == [[1e308] * 4, [-2.5e307] * 4]
