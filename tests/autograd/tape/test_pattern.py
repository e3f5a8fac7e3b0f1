"""Patterns beside differences in exact fractions, and beside polynomials, where they are tight."""

from __future__ import annotations

import itertools
import math
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, compile, jit, logsumexp, maximum, scan, tanh, where
from autograd.tape.pattern import Pattern
from tests.autograd import programs
from tests.autograd.test_scanning import FUNCTIONS, unrolled

ARITY = {"add": 2, "sub": 2, "mul": 2, "div": 2, "neg": 1}
STEP = Fraction(3, 7)


def differences(f: Any, x: list[Fraction], places: tuple[int, ...]) -> list[Fraction]:
    """The mixed differences of f's values by steps of these arguments, in exact arithmetic."""
    totals: list[Fraction] | None = None
    for taken in itertools.product((0, 1), repeat=len(places)):
        at = [*x]
        for place, step in zip(places, taken, strict=True):
            at[place] += step * STEP
        sign = (-1) ** (len(places) - sum(taken))
        ys = [sign * y for y in f(at)]
        totals = ys if totals is None else [a + b for a, b in zip(totals, ys, strict=True)]
    assert totals is not None
    return totals


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10**9), steps=st.integers(1, 8), count=st.integers(1, 3))
def test_no_difference_is_outside_of_the_pattern(seed: int, steps: int, count: int) -> None:
    size = 4
    rng = random.Random(seed)
    parts = [programs.draw(rng, 3, steps, ARITY) for _ in range(count)]
    places = [[rng.randrange(size) for _ in range(3)] for _ in range(count)]

    def f(x: Any) -> list[Any]:
        return [
            programs.run(program, [x[i] for i in those], programs.ARITHMETIC)[-1]
            for program, those in zip(parts, places, strict=True)
        ]

    leaves = [Value(1.0) for _ in range(2)]
    by_inputs = jit(f).program([1.0] * size).pattern
    mixed = compile(lambda *x: f([*x, *leaves]), 2, leaves, backend="python").pattern
    first, second = {*by_inputs.inputs}, {*by_inputs.hessian_by_inputs}
    columns = [*mixed.inputs], [(row, 2 + column) for row, column in mixed.parameters]
    assert {*columns[0], *columns[1]} == first
    shifted = {(i + 2, k + 2) for i, k in mixed.hessian_by_parameters}
    assert {*mixed.hessian_by_inputs} | shifted == {
        pair for pair in second if (pair[0] < 2) == (pair[1] < 2)
    }
    for _ in range(3):
        x = [Fraction(rng.randrange(-9, 10), 4) for _ in range(size)]
        for i in range(size):
            for k in range(i, size):
                try:
                    ones, twos = differences(f, x, (i,)), differences(f, x, (i, k))
                except ZeroDivisionError:
                    continue
                assert all((row, i) in first for row, y in enumerate(ones) if y)
                if any(twos):
                    assert {(i, k), (k, i)} <= second


@given(
    st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=4), min_size=1, max_size=6),
    st.booleans(),
)
def test_of_polynomials_it_is_exact(monomials: list[list[int]], several: bool) -> None:
    """Each is a product of variables; coefficients are positive, so that nothing cancels."""

    def f(x: Any) -> Any:
        terms = [(1.0 + i) * math.prod([x[k] for k in m]) for i, m in enumerate(monomials)]
        return terms if several else sum(terms)

    found = jit(f).program([1.0] * 5).pattern
    once = [{*monomial} for monomial in monomials]
    rows = once if several else [set.union(*once)]
    assert found.inputs.columns == tuple([tuple(sorted(row)) for row in rows])
    pairs = {pair for m in monomials for pair in itertools.permutations(m, 2)}
    assert {*found.hessian_by_inputs} == pairs


def test_nothing_flows_through_conditions_and_detached_numbers() -> None:
    w = Value(2.0)

    def f(a: Any, b: Any, c: Any) -> Any:
        return [where(a > 0.0, b, 1.0), a.detach() * c, maximum(b, c), logsumexp([b, w * c]), w]

    pattern = compile(f, 3, [w], backend="python").pattern
    assert pattern.inputs.columns == ((1,), (2,), (1, 2), (1, 2), ())
    assert pattern.parameters.columns == ((), (), (), (0,), (0,))
    assert pattern.hessian_by_parameters.columns == ((0,),)
    assert pattern.hessian_by_inputs.columns == ((), (1, 2), (1, 2))


def test_forms_of_a_pattern() -> None:
    pattern = jit(lambda x: [x[2], tanh(x[0]) * x[2], 1.0]).program([1.0] * 3).pattern.inputs
    assert pattern == Pattern((3, 3), ((2,), (0, 2), ()))
    assert len(pattern) == 3
    assert [*pattern] == [(0, 2), (1, 0), (1, 2)]
    matrix = pattern.matrix()
    assert matrix.dtype == bool
    np.testing.assert_array_equal(matrix.nonzero(), np.transpose([*pattern]))
    assert jit(lambda x: []).program([1.0]).pattern.hessian_by_inputs.matrix().shape == (1, 1)


@pytest.mark.parametrize("size", [1000, 10_000])
def test_of_many_variables(size: int) -> None:
    def chain(x: Any) -> Any:
        return sum([(x[i + 1] - x[i] * x[i]) * (1.0 - x[i]) for i in range(size - 1)])

    pattern = jit(chain).program([0.5] * size).pattern
    near = [range(max(0, i - 1), min(size, i + 2)) for i in range(size)]
    wanted = [tuple(places) for places in near]
    wanted[-1] = (size - 2,)
    assert pattern.hessian_by_inputs.columns == tuple(wanted)
    assert pattern.inputs.columns == (tuple(range(size)),)


@pytest.mark.parametrize("f", FUNCTIONS)
@pytest.mark.parametrize("options", [{}, {"most_stored": 1}])
def test_a_loop_has_the_pattern_of_its_steps(f: Any, options: dict[str, int]) -> None:
    """That of the unrolled graph: the numbers of a run count one by one."""

    def own(*given: Any, **named: Any) -> Any:
        return scan(*given, **named, **options)

    def several(loop: Any, r: Any, a: Any, b: Any) -> Any:
        s, ys = loop(lambda s, x: (s * x + a, s + x * x), a, [r, b, 1.0, r * b])
        return [f(loop, r, a), f(loop, b, r), s, *ys]

    loops = compile(lambda *x: several(own, *x), 3, backend="python").pattern
    plain = compile(lambda *x: several(unrolled, *x), 3, backend="python").pattern
    assert loops.inputs == plain.inputs
    assert loops.hessian_by_inputs == plain.hessian_by_inputs
