"""Chains of additions and products are part of the loop whose results they add, bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import pairwise
from operator import add, mul
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import Value, compile, value_and_grad
from autograd.program.native.computation import of_values
from autograd.program.native.grouping import group
from autograd.program.native.schedule import Accumulation, Loop, Straight
from autograd.tape.trace import trace
from tests.autograd.program.native.processors import become, narrower

Function = Callable[..., Any]


def accumulations(f: Function, width: int) -> list[Accumulation]:
    """Those of the loops of f."""
    tape, _ = trace(f, [f"x{i}" for i in range(width)], [])
    computation = of_values(tape)
    schedule = group(computation, 16, computation.outputs)
    return [
        chain for unit in schedule.units if isinstance(unit, Loop) for chain in unit.accumulations
    ]


def same_bits(f: Function, width: int, counts: tuple[int, ...] = (1, 16, 41)) -> None:
    native, numpy = [compile(f, width, backend=backend) for backend in ("native", "numpy")]
    for count in counts:
        rows = np.random.default_rng(count).normal(size=(count, width))
        rows[0, 0], rows[-1, -1] = -0.0, 1e300
        assert np.array_equal(native(rows), numpy(rows), equal_nan=True)


def rosenbrock(*x: Value) -> Any:
    y: Any = 0.0
    for a, b in pairwise(x):
        p, q = b - a * a, 1.0 - a
        y = y + 100.0 * (p * p) + q * q
    return y


def test_terms_of_two_kinds_are_added_in_their_order() -> None:
    (chain,) = accumulations(rosenbrock, 9)
    assert (chain.name, len(chain.steps), len(chain.slots)) == ("add", 2, 16)
    for width in (5, 9, 20, 33):
        same_bits(rosenbrock, width)


def test_nothing_is_written_but_the_sum() -> None:
    """Values with their gradient, where each term's derivative is part of the loop too."""
    f = value_and_grad(lambda x: rosenbrock(*x))
    same_bits(lambda *x: [*[f(list(x))[0]], *f(list(x))[1]], 12)
    tape, _ = trace(rosenbrock, [f"x{i}" for i in range(9)], [])
    computation = of_values(tape)
    (unit,) = group(computation, 16, computation.outputs).units
    assert isinstance(unit, Loop)


@pytest.mark.parametrize("operation", [add, mul])
def test_a_chain_may_begin_with_two_terms(operation: Any) -> None:
    """Also where all terms are zeros of either sign."""

    def f(*x: Value) -> Value:
        return reduce(operation, [a * a * 0.5 for a in x])

    def negative(*x: Value) -> Value:
        return reduce(operation, [a * 0.0 for a in x])

    assert len(accumulations(f, 9)) == 1
    for width in (4, 9, 16):
        same_bits(f, width)
    program = compile(negative, 5, backend="native")
    want = compile(negative, 5, backend="numpy")
    rows = np.array([[-1.0] * 5, [1.0] * 5, [-1.0, 1.0, -1.0, 1.0, 1.0]])
    assert program(rows).tobytes() == want(rows).tobytes()


def test_what_another_reads_stays_apart() -> None:
    def partial_sums(*x: Value) -> list[Value]:
        found = [x[0] * x[0]]
        for a in x[1:]:
            found.append(found[-1] + a * a)
        return found

    assert accumulations(partial_sums, 9) == []
    same_bits(partial_sums, 9)


def test_what_begins_after_the_loop_stays_apart() -> None:
    """A start that needs the loop's own results can't be there before it."""

    def f(*x: Value) -> Value:
        squares = [a * a for a in x]
        start = squares[0] * squares[1]
        return reduce(add, squares, start)

    assert accumulations(f, 9) == []
    same_bits(f, 9)


def test_the_rest_of_a_chain_follows() -> None:
    def f(*x: Value) -> Value:
        y = reduce(add, [a * a for a in x], x[0])
        return reduce(add, [1.0 / a for a in x[:3]], y)

    (chain,) = accumulations(f, 9)
    assert len(chain.slots) == 9
    same_bits(f, 9, (1, 20))


def test_another_order_than_that_of_the_copies_stays_apart() -> None:
    def f(*x: Value) -> Value:
        terms = [a * a for a in x]
        return reduce(add, [terms[i] for i in (3, 1, 0, 2, 4, 8, 7, 6, 5)], x[0])

    assert accumulations(f, 9) == []
    same_bits(f, 9)


def test_losses_with_sums_of_terms() -> None:
    """In sums over rows the weight of the row is a factor; the derivatives read the terms too."""
    weights = [Value(0.1 * i, f"w{i}") for i in range(9)]

    def loss(*x: Value) -> Value:
        y = reduce(add, [(w * a).tanh() for w, a in zip(weights, x, strict=True)])
        return y * y

    programs = [compile(loss, 9, weights, backend) for backend in ("native", "numpy")]
    rows = np.random.default_rng(0).normal(size=(77, 9))
    found, wanted = [program.value_and_grad(rows) for program in programs]
    assert found[0] == pytest.approx(wanted[0], rel=1e-13)
    assert found[1] == pytest.approx(wanted[1], rel=1e-12)


@narrower
def test_on_narrower_processors(processor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    become(processor, monkeypatch)
    same_bits(rosenbrock, 11, (1, 9, 30))


@st.composite
def chains(draw: st.DrawFn) -> tuple[Function, int]:
    """Functions that add or multiply terms of drawn kinds in a drawn order, with a drawn start."""
    width = draw(st.integers(4, 12))
    kinds = [lambda a: a * a, lambda a: 1.0 - a, lambda a: a * 0.5, lambda a: a]
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3))
    by_kind = draw(st.booleans())
    start: Any = draw(st.sampled_from([None, 0.0, "input", "product"]))
    operations = draw(st.lists(st.sampled_from([add, add, mul]), min_size=1, max_size=2))
    swapped, shared, rest = draw(st.booleans()), draw(st.booleans()), draw(st.integers(0, 2))

    def f(*x: Value) -> list[Any]:
        terms = [kind(a) for kind in chosen for a in x]
        if not by_kind:
            terms = [kind(a) for a in x for kind in chosen]
        found: list[Any] = []
        for operation in operations:
            y = {"input": x[0], "product": x[0] * x[1]}.get(start, start)
            for term in [*terms, *x[:rest]]:
                if y is None:
                    y = term
                else:
                    y = operation(term, y) if swapped else operation(y, term)
            found.append(y)
        return [*found, terms[1]] if shared else [*found, found[0] * 2.0]

    return f, width


@settings(max_examples=60, deadline=None)
@given(chains())
def test_drawn_chains(drawn: tuple[Function, int]) -> None:
    f, width = drawn
    same_bits(f, width, (3, 17))


def test_no_straight_code_is_left_of_a_long_sum() -> None:
    tape, _ = trace(rosenbrock, [f"x{i}" for i in range(300)], [])
    computation = of_values(tape)
    units = group(computation, 16, computation.outputs).units
    assert not any([isinstance(unit, Straight) for unit in units])
