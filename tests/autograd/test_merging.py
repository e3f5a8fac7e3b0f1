"""Equal nodes are one in derivatives inside traced functions, and only there."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, compile, grad, gradients, hessian, hvp, where
from autograd.graph import topological_order
from autograd.merging import first_equals
from autograd.tape import trace
from autograd.tape.reverse import reverse
from tests.autograd import programs
from tests.autograd.installed import BACKENDS
from tests.autograd.tape.running import run


def determinant(rows: Sequence[Sequence[Any]]) -> Any:
    """By the minors of the first row, each written anew: n! products."""
    if len(rows) == 1:
        return rows[0][0]
    total: Any = 0.0
    for i, entry in enumerate(rows[0]):
        minor = [[*row[:i], *row[i + 1 :]] for row in rows[1:]]
        total = total + (-1.0) ** i * entry * determinant(minor)
    return total


def of_entries(*entries: Any) -> Any:
    order = math.isqrt(len(entries))
    return determinant([entries[i : i + order] for i in range(0, len(entries), order)])


def test_the_sweep_passes_each_minor_once() -> None:
    """There are 2ⁿ minors: of one more order the sweep has not seven times the instructions."""
    sizes = []
    for order in (5, 6):
        tape, _ = trace(of_entries, order * order)
        by_tape = reverse(tape, range(order * order))
        by_values, _ = trace(grad(of_entries), order * order)
        counts = [len(one.instructions) for one in (by_tape, by_values, tape)]
        sizes.append(counts)
    assert sizes[1][0] < 3 * sizes[0][0]
    assert sizes[1][1] < 2 * sizes[1][2]  # of which most is the function's own trace


def test_it_is_the_same_gradient() -> None:
    """A cofactor, by exact numbers."""
    rng = random.Random(1)
    at = [float(rng.randrange(-4, 5)) for _ in range(16)]
    want = list(grad(of_entries)(*at))
    tape, _ = trace(of_entries, 16)
    assert run(reverse(tape, range(16)), at)[1:] == want
    for backend in BACKENDS:
        assert list(compile(grad(of_entries), 16, backend=backend)([at])[0]) == want


def equals_of(y: Value, x: Value) -> tuple[list[Value], dict[Value, Value]]:
    """The nodes of y, with those that they are equal to."""
    order = [node for node in topological_order(y) if node.parents]
    return order, first_equals(order, [x])


def test_nodes_are_equal_that_are_made_of_equal_ones() -> None:
    found: list[int] = []

    def f(given: Value) -> Value:
        x = +given
        u, v = (x * 2.0).exp(), (x * 2.0).exp()
        different = (x * -2.0).exp() + (2.0 * x) + x * 0.0 + x * -0.0
        order, equals = equals_of(u * v + different, x)
        pairs = {id(node): first for node, first in equals.items()}  # inputs are no keys
        assert pairs[id(v)] is pairs[id(u)] is u
        found.append(len(order) - len({id(first) for first in pairs.values()}))
        return u

    trace(f, 1)
    # The second product and exponential; constants are leaves, which stay themselves.
    assert found == [2]


def test_outside_of_tracing_a_node_is_itself() -> None:
    x = Value(1.0)
    order, equals = equals_of(x * 2.0 + x * 2.0, x)
    assert equals == dict(zip(order, order, strict=True))


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_differentiated_by_is_no_other_node(backend: str) -> None:
    """Two equal nodes: the derivative by one of them does not have the other's part."""

    def f(x: Value) -> Value:
        h, other = x * 2.0, x * 2.0
        (slope,) = gradients(3.0 * h + 5.0 * other * h, [h], create_graph=True)
        return slope

    assert float(compile(f, 1, backend=backend)([[0.5]])[0]) == 3.0 + 5.0 * 1.0


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_root_that_is_equal_to_a_node_before_it(backend: str) -> None:
    def f(x: Value) -> Value:
        first = x * x
        return where(x > 0.0, first, first) * 0.0 + x * x

    assert float(compile(grad(f), 1, backend=backend)([[3.0]])[0]) == 6.0
    assert float(compile(grad(lambda x: x * x), 1, backend=backend)([[3.0]])[0]) == 6.0


@given(seed=st.integers(0, 10**9), steps=st.integers(1, 8))
def test_derivatives_of_drawn_programs_that_repeat_themselves(seed: int, steps: int) -> None:
    """Each program runs twice on the same values, as in a loss that computes a model again."""
    arity = {"add": 2, "sub": 2, "mul": 2, "neg": 1, "less": 3, "tanh": 1}
    operations = {
        **programs.ARITHMETIC,
        "less": lambda a, b, c: where(a < b, c, a),
        "tanh": autograd.tanh,
    }
    program = programs.draw(random.Random(seed), 2, steps, arity)
    rng = random.Random(seed)
    at = [rng.uniform(-1.0, 1.0) for _ in range(2)]

    def f(*x: Value) -> Any:
        first, second = [programs.run(program, x, operations)[-1] for _ in range(2)]
        return first * second - 3.0 * second

    for derivative in (
        grad(f),
        lambda *x: [slope for row in hessian(f)(*x) for slope in row],
        lambda *x: list(hvp(f)(x, (0.5, -2.0))),
    ):
        want = [float(y) for y in derivative(*at)]
        found = compile(derivative, 2, backend="python")([at])[0]
        for got, expected in zip(found, want, strict=True):
            scale = max(1.0, *map(abs, want))
            assert math.isclose(got, expected, rel_tol=1e-9, abs_tol=1e-9 * scale)
