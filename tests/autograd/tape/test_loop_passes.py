"""Passes over loops: what is left of them, and that nothing changes by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Value, exp, grad, hessian, jacobian, scan, sin, total, value_and_grad
from autograd.program.python_backend import compiled
from autograd.tape import Tape, loop_passes, trace, varying
from autograd.tape.passes import Simplifier, optimize
from autograd.tape.reverse import reverse
from tests.autograd.test_scanning import FUNCTIONS, flat, nested_over_the_x


def steps(tape: Tape) -> list[str]:
    """The names of the instructions of each step of a loop, in order; of loops in it after it."""
    found = []
    for one in tape.everywhere():
        if one.name == "loop":
            found.append(" ".join([each.name for each in one.held.body.instructions]))
    return found


def optimized(f: Callable[..., Any], inputs: int = 2) -> Tape:
    tape, _ = trace(f, inputs)
    return optimize(tape.check(), keep=["dot"]).check()


def test_what_no_step_changes_is_outside() -> None:
    def f(r: Any, a: Any) -> Any:
        def step(state: Any, x: Any) -> Any:
            s, kept = state
            return (s * exp(r) + kept * 2.0 + x * sin(a), kept), (s, kept)

        (s, _), ys = scan(step, (a, r), [1.0, 1.0, 1.0])
        return s + total([kept for _, kept in ys])

    tape = optimized(f)
    assert steps(tape) == ["mul add add"]
    (loop,) = [one.held for one in tape.everywhere() if one.name == "loop"]
    assert (loop.captures, loop.states, loop.xs, loop.ys) == (3, 1, 0, 0)


def test_what_nothing_takes_is_left_out() -> None:
    def f(r: Any, a: Any) -> Any:
        def step(state: Any, x: Any) -> Any:
            s, unused, of_unused = state
            return (s * r, sin(unused), of_unused + unused), (s + x, exp(unused))

        _, ys = scan(step, (a, r, a), [1.0, a, 2.0])
        return ys[0][0] * ys[1][0]

    assert steps(optimized(f)) == ["mul add"]


def test_states_that_begin_with_a_number_and_keep_it_are_that_number() -> None:
    def f(r: Any, a: Any) -> Any:
        step: Any = lambda s, _: ((s[0] * r + s[1] * s[2], s[1] * 1.0, s[2] + s[1]), None)  # noqa: E731
        return scan(step, (a, 0.0, 3.0), length=4)[0][0]

    assert steps(optimized(f)) == ["mul add"]  # 0·3 is 0, which is added


def test_a_sum_of_ys_is_a_term_of_the_loop_that_gives_them() -> None:
    def f(r: Any, a: Any) -> Any:
        s, ys = scan(lambda s, x: (s * r + x, sin(s)), a, [1.0, a, 2.0])
        return total(ys) + s

    tape = optimized(f)
    assert steps(tape) == ["mul add sin"]
    (loop,) = [one.held for one in tape.everywhere() if one.name == "loop"]
    assert (loop.ys, loop.totals) == (0, 1)
    assert len(steps(optimized(value_and_grad(f)))) == 2  # there and back


def test_all_columns_of_a_jacobian_are_one_loop() -> None:
    def f(r: Any, a: Any) -> Any:
        def outer(s: Any, _: Any) -> Any:
            s, _ = scan(lambda u, _: (u + 0.1 * sin(u) * r, None), s, length=3)
            return s, s

        return scan(outer, a, length=5)[1]

    assert len(steps(optimized(f))) == 2
    assert len(steps(optimized(jacobian(f)))) == 2


def test_a_loop_that_is_the_same_for_all_rows_stays_apart() -> None:
    """It is run once, and not for each row; loops of rows are one."""
    w = Value(0.5)

    def power(r: Any) -> Any:
        return scan(lambda s, _: (r * s, None), 1.0, length=5)[0]

    assert steps(optimized(lambda x, y: power(x) + power(2.0 * y))) == ["mul mul"]
    assert steps(optimized(lambda x, y: power(x) + power(w))) == ["mul", "mul"]


def test_a_loop_that_needs_the_end_of_another_one_follows_it() -> None:
    def f(r: Any, a: Any) -> Any:
        s, ys = scan(lambda s, _: (s * r, s), a, length=3)
        u, _ = scan(lambda u, y: (u * s + y, None), r, ys)
        v, _ = scan(lambda v, _: (v * r, None), u, length=4)
        return v

    assert steps(optimized(f)) == ["mul", "mul add", "mul"]


@pytest.mark.parametrize("f", [f for f in FUNCTIONS if f is not nested_over_the_x])
@pytest.mark.parametrize("derivative", [lambda f: f, grad, hessian])
def test_passes_change_no_number(f: Any, derivative: Any) -> None:
    tape, _ = trace(derivative(lambda r, a: f(scan, r, a)), 2)
    for one in (tape, reverse(tape, [0, 1])):
        for point in ((0.7, 0.4), (-0.3, 1.1)):
            want = compiled(one)(*point)
            got = compiled(optimize(one, keep=["dot"]))(*point)
            assert flat(got) == pytest.approx(flat(want), rel=1e-14, abs=1e-15)


def test_a_user_s_own_operation_in_a_step_is_refused() -> None:
    own = autograd.operation("own_in_step", lambda x: x, (1.0,))
    tape, _ = trace(lambda r: scan(lambda s, _: (own(s), None), r, length=3)[0], 1)
    with pytest.raises(ValueError, match="own_in_step"):
        autograd.compile(lambda r: scan(lambda s, _: (own(s), None), r, length=3)[0], 1)
    assert steps(tape) == ["own_in_step"]


@pytest.mark.parametrize("backward", [False, True])
def test_a_chain_of_many_states_is_simplified_in_few_passes(
    backward: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which states keep their number, and which ones nothing takes, is not found one by one."""
    calls = [0, 0, 0]

    def counted(place: int, f: Any) -> Any:
        def watched(*args: Any) -> Any:
            calls[place] += 1
            return f(*args)

        return watched

    monkeypatch.setattr(Simplifier, "rewritten_step", counted(0, Simplifier.rewritten_step))
    monkeypatch.setattr(loop_passes, "pruned", counted(1, loop_passes.pruned))
    monkeypatch.setattr(varying, "varying_slots", counted(2, varying.varying_slots))

    def chain(r: Any, a: Any) -> Any:
        def step(s: Any, _: Any) -> Any:
            return [x + 0.5 * y for x, y in zip(s, [*s[1:], r], strict=True)], None

        return scan(step, [a, *[0.0] * 60], length=3)[0][0]

    optimized(value_and_grad(chain) if backward else chain)
    assert max(calls) <= 16


def test_what_varies_in_later_steps_only() -> None:
    """Through states, and through the results of a loop in the step that depend on them."""

    def f(r: Any, a: Any) -> Any:
        def inner(u: Any, _: Any) -> Any:
            return (u[0] * 0.5, u[1] + u[0]), None

        def step(s: Any, _: Any) -> Any:
            u, _ = scan(inner, (s[1], 0.25), length=2)
            return (s[0], s[0], u[1], s[2], 1.0), None

        return scan(step, (r, 0.5, 0.25, 2.0, a), length=5)[0]

    tape, _ = trace(f, 2)
    (loop,) = [one.held for one in tape.instructions if one.name == "loop"]
    first = loop.captures
    assert {*range(first, first + 4)} <= varying.varying_in_step(loop, [first])
    assert first + 4 not in varying.varying_in_step(loop, [first])
