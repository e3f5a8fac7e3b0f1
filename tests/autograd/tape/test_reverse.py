"""The sweep on the tape against the engine's, to second order."""

from __future__ import annotations

import math

import pytest

from autograd import Value, dot, exp, grad, gradients, hessian, log, sqrt, where
from autograd.tape import record_tape, trace
from autograd.tape.passes import optimize
from autograd.tape.reverse import reverse
from tests.autograd.tape.running import (
    OPERATIONS,
    agree,
    bound,
    bounds,
    graph_of,
    points,
    random_graph,
    run,
)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_the_engine_s_derivatives(name: str) -> None:
    """Also at special operands: one node, so that nothing is summed and not a bit may differ."""
    for numbers in points(name):
        y, leaves = graph_of(name, numbers)
        tape, _ = record_tape([y], leaves)
        got = run(reverse(tape, range(len(leaves))).check(), numbers)
        assert str(got) == str([y.data, *y.local_derivatives])


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_to_second_order(name: str) -> None:
    for numbers in points(name, 3)[:3]:
        y, leaves = graph_of(name, numbers)
        count = len(leaves)
        first = reverse(record_tape([y], leaves)[0], range(count))
        for i, slope in enumerate(gradients(y, leaves, create_graph=True)):
            second = reverse(first, range(count), output=1 + i)
            got = run(second, numbers)[-count:]
            for k, want in enumerate(gradients(slope, leaves)):
                allowed = bound(second, numbers, len(second.outputs) - count + k)
                assert agree(got[k], want, allowed + 1e-300)


@pytest.mark.parametrize("seed", range(40))
def test_random_graphs(seed: int) -> None:
    y, leaves = random_graph(seed)
    tape, _ = record_tape([y], leaves)
    sweep = reverse(tape, range(len(leaves)))
    numbers = [leaf.data for leaf in leaves]
    for one in (sweep, optimize(sweep)):
        got = run(one, numbers)
        wanted = [y.data, *gradients(y, leaves)]
        for mine, want, room in zip(got, wanted, bounds(one, numbers), strict=True):
            assert agree(mine, want, room)


def test_the_second_derivatives_of_a_random_graph() -> None:
    y, leaves = random_graph(3, size=10)
    numbers = [leaf.data for leaf in leaves]
    first = reverse(record_tape([y], leaves)[0], range(len(leaves)))
    slope = gradients(y, leaves, create_graph=True)[1]
    second = reverse(first, range(len(leaves)), output=2)
    got = run(second, numbers)[-len(leaves) :]
    for k, want in enumerate(gradients(slope, leaves)):
        assert agree(got[k], want, bound(second, numbers, len(second.outputs) - len(leaves) + k))


@pytest.mark.parametrize("x", [-2.0, -0.0, 0.0, 1.0, 4.0, math.inf, math.nan])
def test_the_branch_not_taken_hands_nothing_back(x: float) -> None:
    """Its slopes are infinite or NaN where it is not taken: 0 times them would be NaN."""

    def safe(t: Value) -> Value:
        positive = t > 0.0
        root = where(positive, sqrt(t) * log(t), 0.0)
        return root + where(positive, 1.0, exp(-1.0 / t))

    tape, _ = trace(safe, inputs=1)
    for one in (reverse(tape, [0]), optimize(reverse(tape, [0]))):
        assert str(run(one, [x])) == str([safe(Value(x)).data, grad(safe)(x)])


@pytest.mark.parametrize("x", [-2.0, 0.0, 3.0])
def test_masks_follow_shared_nodes_and_nested_choices(x: float) -> None:
    def nested(t: Value) -> Value:
        shared = log(t)  # used in two branches, and nowhere else
        inner = where(t < 2.0, shared * t, shared)
        return where(t > 0.0, inner + shared, where(t < -1.0, t * t, t))

    tape, _ = trace(nested, inputs=1)
    sweep = reverse(tape, [0])
    assert run(sweep, [x]) == [nested(Value(x)).data, grad(nested)(x)]
    assert run(optimize(reverse(sweep, [0], output=1)), [x])[-1] == hessian(nested)(x)[0][0]


def test_the_parameters_are_what_is_differentiated_by() -> None:
    w, x = [Value(2.0, "w1"), Value(3.0, "w2")], [Value(5.0, "x1"), Value(7.0, "x2")]
    tape, _ = record_tape([dot(w, x)], x, w)
    assert run(reverse(tape), [5.0, 7.0, 2.0, 3.0]) == [31.0, 5.0, 7.0]


def test_what_an_output_does_not_reach_has_slope_0() -> None:
    tape, _ = trace(lambda x, y: [x * 2.0, y], inputs=2)
    assert run(reverse(tape, [0, 1]), [1.0, 1.0]) == [2.0, 1.0, 2.0, 0.0]
    assert run(reverse(tape, [0, 1], output=1), [1.0, 1.0]) == [2.0, 1.0, 0.0, 1.0]
    assert run(reverse(tape, [0], output=1), [1.0, 1.0]) == [2.0, 1.0, 0.0]


def test_an_output_may_be_what_it_is_differentiated_by() -> None:
    tape, _ = trace(lambda x: x, inputs=1)
    assert run(reverse(tape, [0]), [3.0]) == [3.0, 1.0]
