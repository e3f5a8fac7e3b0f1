"""Powers in every backend: against mpmath, and against the engine where floats end."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

import autograd
from autograd import Value, compile, grad, jit
from tests.autograd import programs
from tests.autograd.installed import BACKENDS

EXPONENTS = [n / 2 for n in range(-9, 10)]
SPECIAL = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 1e-310, 2.3e-308]
SPECIAL += [1e308, -1e308, 1.7e308, 1e154, -1.4e154, 1e160, 1e-154, -1e-160, 7e-155, 1e103, -1e-103]
SPECIAL += [3e-108, 1e77, 1e-81, -2.5, 1e200, -1e-200, 1e-300, -1e300]
Function = Callable[..., Any]


def points(seed: int) -> list[float]:
    rng = random.Random(seed)
    near = [rng.choice([-1.0, 1.0]) * rng.uniform(0.1, 10.0) for _ in range(300)]
    return [*SPECIAL, *near, *[10.0 ** rng.uniform(-300.0, 300.0) for _ in range(200)]]


def check(f: Function, exact: Function, backend: str, bound: float) -> None:
    """Values of f to so many units; of what is no normal number what the engine gives."""
    xs = points(1)
    found = compile(f, 1, backend=backend)([[x] for x in xs])
    with mp.workprec(200):
        for x, got in zip(xs, map(float, found), strict=True):
            want = f(Value(x)).data
            if not all(map(math.isfinite, (x, want, got))) or want == 0.0 or got == 0.0:
                # Within a unit of where floats end it may be either.
                assert str(got) == str(want) or math.isclose(got, want, abs_tol=5e-324), x
            else:
                room = bound if abs(want) > 2.3e-308 else max(bound, 1.4)  # products round there
                assert abs(mpf(got) - exact(mpf(x))) <= mpf(room) * mpf(math.ulp(want)), x


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("exponent", EXPONENTS)
def test_values_are_as_right_as_a_function_of_c_has_them(exponent: float, backend: str) -> None:
    """A product of two rounded ones would be off by 1.3 units, a square of a square by 1.9."""
    bound = 0.8 if backend == "native" else 1.0
    check(lambda x: x**exponent, lambda x: x ** mpf(exponent), backend, bound)


@pytest.mark.uncovered
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("exponent", [e for e in EXPONENTS if e != 0.0])
def test_derivatives_are_right_to_four_units(exponent: float, backend: str) -> None:
    power = mpf(exponent)
    check(grad(lambda x: x**exponent), lambda x: power * x ** (power - 1), backend, 4.0)


@pytest.mark.parametrize("exponent", EXPONENTS)
def test_at_one_point_they_are_what_they_are_over_rows(exponent: float) -> None:
    xs = points(2)
    at_a_point = jit(lambda x: x**exponent)
    backend = at_a_point.program(1.0).backend
    rows = compile(lambda x: x**exponent, 1, backend=backend)([[x] for x in xs])
    assert str([at_a_point(x) for x in xs]) == str([float(y) for y in rows])


def close(got: float, want: float) -> bool:
    """What is NaN in the engine, inf - inf, may be infinite where equal nodes are one."""
    if math.isfinite(got) and math.isfinite(want):
        return abs(got - want) <= 1e-9 * max(abs(got), abs(want), 1e-3)
    return got == want or (math.isnan(want) and not math.isfinite(got))


OPERATIONS: dict[str, Function] = {
    **programs.ARITHMETIC,
    **{f"to the {e}": lambda a, e=e: a**e for e in EXPONENTS if abs(e) <= 4.0},
    "choice": lambda a, b: autograd.where(a < b, a, 2.0) * 3.0,
    "size": abs,
}
ARITY = dict.fromkeys(OPERATIONS, 1) | dict.fromkeys(["add", "sub", "mul", "div", "choice"], 2)


@pytest.mark.uncovered
@given(seed=st.integers(0, 10**9), steps=st.integers(1, 6), special=st.booleans())
def test_drawn_programs_with_powers(seed: int, steps: int, special: bool) -> None:
    """Values, derivatives and second derivatives are the engine's."""
    program = programs.draw(random.Random(seed), 2, steps, ARITY)
    rng = random.Random(seed)
    ends = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan]
    pool = ends if special else [0.5, 2.0, 1.5, 0.75, -0.5, -1.25]
    rows = [[rng.choice(pool), rng.choice(pool)] for _ in range(9)]

    def f(*x: Any) -> Any:
        return programs.run(program, x, OPERATIONS)[-1]

    slope = grad(f)

    def all_orders(*x: Any) -> list[Any]:
        return [f(*x), *slope(*x), *grad(lambda *y: slope(*y)[0])(*x)]

    want = [[float(y.data) for y in all_orders(*map(Value, row))] for row in rows]
    for backend in BACKENDS:
        found = compile(all_orders, 2, backend=backend)(rows)
        for row, got, expected in zip(rows, found, want, strict=True):
            assert all(map(close, map(float, got), expected)), (backend, row, list(got), expected)
