"""Totals of products as loops of their own: the same numbers, and only where it is worth it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from autograd import Value, compile, dot, grad, scan, sin, tanh, total
from autograd.program.python_backend import PythonBackend
from autograd.tape import Tape, trace
from autograd.tape.loop_products import is_product, products_apart, summands
from autograd.tape.passes import optimize

ROWS = [[0.3, -0.7, 0.2, 0.9, -0.4], [1.1, 0.6, -0.3, 0.1, 0.8]]


def apart(f: Callable[..., Any], given: Sequence[int], fewest: int = 1) -> tuple[Tape, Tape]:
    """The tape of a function of five numbers, as it is and with products apart."""
    whole = optimize(trace(f, 5)[0], keep=("dot",))
    return whole, products_apart(whole, given, summands(whole, given), fewest).check()


def counts(tape: Tape) -> tuple[int, int]:
    """How many loops there are that only sum products, and how many totals others have."""
    loops = [each.held for _, each in tape if each.name == "loop"]
    only = [is_product(loop) for loop in loops]
    return sum(only), sum([x.totals for x, one in zip(loops, only, strict=True) if not one])


def recurrent(a: Any, b: Any, c: Any, *xs: Any) -> Any:
    """Two units; the first three numbers are weights."""

    def step(state: Any, x: Any) -> Any:
        s, t = state
        return (tanh(a * s + b * t + x), tanh(c * t + b * s)), None

    return total(scan(step, (0.1, 0.2), [*xs, xs[0] * xs[1]])[0])


def slopes(f: Callable[..., Any]) -> Callable[..., Any]:
    """The derivatives with respect to the first three numbers."""
    return lambda *xs: grad(f)(*xs)[:3]


def test_the_numbers_are_the_same() -> None:
    for f in (recurrent, lambda *xs: recurrent(*xs) * xs[0] + 0.5 * xs[1] * xs[2]):
        whole, changed = apart(slopes(f), range(5))
        assert counts(whole)[0] == 0 < counts(changed)[0]
        want, found = [PythonBackend(tape, None).values(ROWS, ()) for tape in (whole, changed)]
        np.testing.assert_allclose(found, want, 1e-14)


def test_products_of_slots_that_vary_are_apart() -> None:
    """That of b is a sum of two. What is the same in all rows stays."""
    whole, changed = apart(slopes(recurrent), (3, 4))
    assert counts(whole) == (0, 3)
    assert counts(changed) == (4, 0)
    assert counts(apart(slopes(recurrent), ())[1]) == (0, 3)


def test_few_products_stay() -> None:
    """Both units are a layer of two inputs."""
    assert counts(apart(slopes(recurrent), (3, 4), fewest=4)[1]) == (4, 0)
    whole, changed = apart(slopes(recurrent), (3, 4), fewest=5)
    assert changed is whole


def of_totals(term: Callable[..., Any]) -> Callable[..., Any]:
    """The derivative of a sum of terms of a capture and an x."""
    return lambda w, *xs: grad(lambda w: total(scan(lambda s, x: (s, term(w, x)), 0.0, xs)[1]))(w)


@pytest.mark.parametrize(
    "term",
    [
        lambda w, x: w * x,  # no product
        lambda w, x: w * x * x,  # a square
        lambda w, x: w * (x * sin(x) + tanh(x)),  # more than a product
        lambda w, x: sin(w * x),
    ],
)
def test_other_terms_stay(term: Callable[..., Any]) -> None:
    whole, changed = apart(of_totals(term), range(1, 5))
    if term(1.0, 2.0) == sin(2.0):
        assert counts(changed) == (1, 0)
    else:
        assert changed is whole


def test_totals_of_which_an_output_is_no_sum_stay() -> None:
    """The derivative is an operand of something else too."""
    whole, changed = apart(lambda *xs: [sin(x) for x in slopes(recurrent)(*xs)], range(5))
    assert changed is whole
    assert counts(apart(lambda *xs: [3.0 * x for x in slopes(recurrent)(*xs)], range(5))[1])[0]


def test_runs_where_they_are() -> None:
    """Of an x and of a state there are runs already. The derivative by a is more than products."""

    def linear(a: Any, b: Any, c: Any, *xs: Any) -> Any:
        def step(s: Any, x: Any) -> Any:
            return [dot([a, b], s) + x, dot([b, c], s) + a], None

        return total(scan(step, [0.5, xs[1]], [*xs, xs[0]])[0]) ** 2

    whole, changed = apart(slopes(linear), (3, 4))
    assert counts(changed) == (3, 1)
    assert not any([each.held.ys for _, each in changed if each.name == "loop"])
    want, found = [PythonBackend(tape, None).values(ROWS, ()) for tape in (whole, changed)]
    np.testing.assert_allclose(found, want, 1e-14)


def test_of_a_capture_that_varies_there_is_a_run_too() -> None:
    def f(a: Any, b: Any, c: Any, *xs: Any) -> Any:
        step: Any = lambda s, x: (tanh(dot([a, b], [s, xs[0]]) + c * x), None)  # noqa: E731
        return scan(step, 0.5, [xs[1], xs[0], xs[1]])[0]

    whole, changed = apart(slopes(f), (3, 4))
    assert counts(changed) == (3, 0)
    (backward,) = [i.held for _, i in changed if i.name == "loop" and i.held.backward]
    assert backward.ys == 2  # the capture and the adjoint
    want, found = [PythonBackend(tape, None).values(ROWS, ()) for tape in (whole, changed)]
    np.testing.assert_allclose(found, want, 1e-14)


def test_numpy_makes_matrix_products_of_all_uses_in_a_step() -> None:
    weights = [Value(0.3), Value(-0.2), Value(0.8)]
    program, plain = [
        compile(lambda *xs: recurrent(*weights, *xs), 2, weights, backend)
        for backend in ("numpy", "python")
    ]
    sums = program._backend.summed  # type: ignore[attr-defined]
    assert sums.plain == [0]  # the value
    assert [(inputs, len(places[0])) for inputs, places in sums.layers] == [(2, 2)]
    rows = [row[3:] for row in ROWS] * 3
    got, want = [one.value_and_grad(rows, sample_weight=[*range(6)]) for one in (program, plain)]
    assert got[0] == pytest.approx(want[0], rel=1e-14)
    assert got[1] == pytest.approx(want[1], rel=1e-13)
