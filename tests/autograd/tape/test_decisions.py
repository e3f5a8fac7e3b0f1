"""What rules decide while a graph of derivatives is built is recorded with both its sides."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable

import pytest

import autograd
from autograd import Value, compile, gradients, where
from autograd.ops import TABLE
from autograd.recording import evaluate
from tests.autograd.tape.running import OPERATIONS, agree, points

OPEN = {"detach", "where_less", "where_less_equal", "where_equal"}
NAMES = [name for name in OPERATIONS if name not in OPEN]


def derivative(name: str, leaves: list[Value], order: int) -> list[Value]:
    """The operation and its derivatives along a fixed direction, up to an order."""
    rng = random.Random(name)
    direction = [rng.uniform(0.5, 1.5) for _ in leaves]
    found = [evaluate(TABLE[name], tuple(leaves))]
    for _ in range(order):
        slopes = gradients(found[-1], leaves, create_graph=True)
        found.append(autograd.dot(slopes, direction))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_derivative_that_was_built_at_one_point_is_right_at_all_others(name: str) -> None:
    """They lie on other branches of the rules."""
    places = points(name, 8)
    for order in (1, 2):
        want = []
        for at in places:
            leaves = [Value(x) for x in at]
            want.append(derivative(name, leaves, order)[-1].data)
        for built in places[::2]:
            leaves = [Value(x, f"x{i}") for i, x in enumerate(built)]
            program = compile(derivative(name, leaves, order)[-1], leaves, backend="python")
            found = program(list(map(list, places)))
            for at, got, right in zip(places, found, want, strict=True):
                scale = 1e3 * max(1.0, abs(right)) if math.isfinite(right) else 1.0
                assert agree(got, right, scale), f"order {order}, built at {built}, run at {at}"


def test_a_copy_knows_both_sides_too() -> None:
    x = Value(3.0, "x")
    (slope,) = gradients(autograd.relu(x) * autograd.logsumexp([x, 2.0]), [x], create_graph=True)
    copied = copy.deepcopy({"slope": slope, "x": x})
    (again,) = gradients(copied["slope"], [copied["x"]], create_graph=True)
    for y, leaf in ((slope, x), (copied["slope"], copied["x"]), (again, copied["x"])):
        found = list(compile(y, [leaf], backend="python")([[3.0], [-2.0], [800.0]]))
        assert found[1] == 0.0
        assert all(map(math.isfinite, found))
    assert found[0] > 1.0


X, Y = Value(3.0, "x"), Value(2.0, "y")
CHOICES = [
    lambda: where(X > 0, X * X, 5.0),
    lambda: where(X < 0, X * X, 5.0) + X,
    lambda: where(X > 5, 1.0, X * X * X),  # only the opposite of a condition in its derivatives
    lambda: where(X > 0, 1.0, -1.0) * X * X,
    lambda: where((X > 0) & (Y < 0), X * Y, Y) * X,
    lambda: where(not X > 5, X * X, Y * X),
    lambda: where(X > 0 and Y > 0, X * X, Y),
    lambda: where(not X > 0, X * X, 5.0),
    lambda: (X > 0 and Y > 0) * X * X,
    lambda: X + (X > 5 or Y > 0) * X * X * X,
    lambda: X * X * X * autograd.total([X > 0 and Y > 0, X]),
    lambda: where(((X > 0 and Y > 0) + 0.0) > 0.5, X * X, Y),
]


@pytest.mark.parametrize("build", CHOICES)
def test_a_choice_of_the_user_is_refused_in_derivatives_too(build: Callable[[], Value]) -> None:
    y = build()
    refused = [y]
    for _ in range(2):
        refused += gradients(refused[-1], [X], create_graph=True)
    for root in refused:
        with pytest.raises(ValueError, match="choice that was made when this graph was built"):
            compile(root, [X, Y], backend="python")


def test_no_derivative_flows_through_detach_while_traced() -> None:
    """Not even 0 times infinity, the slope of the logarithm at 0."""
    program = compile(autograd.grad(lambda a: autograd.log(a.detach()) + a), 1, backend="python")
    assert list(program([[0.0]])) == [1.0]


def test_a_comparison_in_arithmetic_is_recorded_while_traced() -> None:
    def slope(x: Value, y: Value) -> Value:
        return gradients((x > 0) * x * x + 2.0 * (x <= y) * x, [x], create_graph=True)[0]

    program = compile(slope, 2, backend="python")
    assert list(program([[3.0, 1.0], [-3.0, 1.0], [1.0, 1.0]])) == [6.0, 2.0, 4.0]


def test_a_decision_that_would_be_another_now_is_stale() -> None:
    x, w = Value(3.0), Value(2.0)
    (slope,) = gradients(autograd.relu(x) * w, [x], create_graph=True)
    assert gradients(slope, [w], create_graph=True)[0].data == 1.0
    x.data = -3.0
    with pytest.raises(ValueError, match="no longer follows from its parents"):
        gradients(slope * x, [x], create_graph=True)


def test_graphs_of_decisions_are_freed_without_recursion() -> None:
    condition = Value(1.0) > 0.0
    y = Value(1.0)
    for _ in range(200_000):
        y = condition.choose(y, 0.0)
    del y
