"""Where derivatives flow in loops is where they do in the graph that is unrolled."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import grad, hessian, jit, scan, where
from autograd.tape import Tape, trace
from autograd.tape.flows import ALWAYS, NEVER, SOMETIMES, StepFlows, backward_flows
from autograd.tape.loops import Loop
from tests.autograd.program.test_loops import INPUTS, drawn
from tests.autograd.test_scanning import flat, unrolled


def loop_of(f: Callable[..., Any], inputs: int) -> Loop:
    """The only loop of a function."""
    tape, _ = trace(f, inputs=inputs)
    (loop,) = [each.held for each in tape.instructions if each.name == "loop"]
    assert isinstance(loop, Loop)
    return loop


def flows_back(tape: Tape) -> list[int]:
    """The flows of the inputs, from the first output."""
    flows = StepFlows(tape)
    flows.add(tape.outputs[0], ALWAYS)
    flows.sweep_back()
    return [flows.of(slot) for slot in range(len(tape.inputs))]


def flows_on(tape: Tape, slot: int) -> int:
    """The flow of the first output, from an input."""
    flows = StepFlows(tape)
    flows.add(slot, ALWAYS)
    flows.sweep_on()
    found = flows.of(tape.outputs[0])
    assert isinstance(found, int)
    return found


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_flows_are_those_of_the_unrolled_graph(seed: int) -> None:
    """What is not known may be more in a loop, since a state has one condition in it."""
    f = drawn(seed)
    loops, plain = [
        trace(lambda *xs, loop=loop: f(loop, *xs), inputs=INPUTS)[0] for loop in (scan, unrolled)
    ]
    found = [*zip(flows_back(loops), flows_back(plain), strict=True)]
    found += [(flows_on(loops, slot), flows_on(plain, slot)) for slot in range(INPUTS)]
    for mine, other in found:
        assert mine == other or (mine, other) == (SOMETIMES, ALWAYS)


def test_a_state_that_nothing_takes_after_the_last_step() -> None:
    def f(a: Any, b: Any) -> Any:
        _, ys = scan(lambda s, x: (s * b, s * x), a, [a, b, a])
        return ys[0] + ys[1]

    flows = backward_flows(loop_of(f, 2), {1: (ALWAYS, ALWAYS, NEVER)})
    assert flows.states == [(NEVER,), (NEVER,), (ALWAYS,), (ALWAYS,)]
    assert flows.found[-1] == (ALWAYS, ALWAYS, NEVER)


def test_states_that_change_places_take_turns() -> None:
    def f(a: Any, b: Any) -> Any:
        return scan(lambda s, _: ((s[1], a * s[0]), None), (a, b), length=4)[0][0]

    flows = backward_flows(loop_of(f, 2), {0: ALWAYS})
    assert flows.states[:4] == [(ALWAYS, NEVER), (NEVER, ALWAYS)] * 2


def test_a_choice_of_two_branches_that_both_take_a_state_always_flows() -> None:
    """As of a leaky relu: no flags are needed."""

    def f(other: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda a: scan(lambda s, _: (where(s < 0.0, other(s), s), None), a, length=3)[0]

    both, one = loop_of(f(lambda s: 0.1 * s), 1), loop_of(f(lambda s: 0.1), 1)
    assert backward_flows(both, {0: ALWAYS}).states == [(ALWAYS,)] * 4
    assert backward_flows(one, {0: ALWAYS}).states == [(ALWAYS,), *[(SOMETIMES,)] * 3]


@pytest.mark.parametrize("transform", [grad, hessian])
def test_nothing_flows_back_to_a_root_of_zero_from_a_y_that_nothing_takes(transform: Any) -> None:
    """Its local derivatives are infinite there."""

    def f(a: Any, b: Any) -> Any:
        _, ys = scan(lambda s, x: (s + x, s * x * x), 1.0, [autograd.sqrt(a), autograd.sqrt(b)])
        return ys[0]

    eager = flat(transform(f)(4.0, 0.0))
    assert flat(jit(transform(f))(4.0, 0.0)) == eager
    assert all(map(math.isfinite, eager))


@pytest.mark.parametrize(("f", "level"), [(autograd.tanh, ALWAYS), (autograd.sqrt, SOMETIMES)])
def test_where_many_steps_differ_flags_are_for_infinite_local_derivatives(
    f: Callable[[Any], Any], level: int
) -> None:
    """As in a grid of which one cell is taken."""

    def last(*cells: Any) -> Any:
        def step(state: Any, _: Any) -> Any:
            return [cells[0], *[f(cell) for cell in state[:-1]]], None

        return scan(step, list(cells), length=30)[0][-1]

    tape, _ = trace(last, inputs=20)
    (loop,) = [each.held for each in tape.instructions if each.name == "loop"]
    assert backward_flows(loop, {19: ALWAYS}).states == [(level,) * 20] * 31
