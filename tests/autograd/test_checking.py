"""check_gradients: what it accepts, what it finds, and what it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Value, check_gradients
from autograd.ops import TABLE, Op, Shape
from autograd.value import evaluate
from tests.autograd.oracle import DIFFERENTIABLE, moderate, points


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_every_operation_passes(name: str) -> None:
    op = TABLE[name]
    for operands in points(op, 5, moderate, "checking"):
        assert check_gradients(lambda *xs: evaluate(op, xs), *operands)


@pytest.mark.parametrize(
    ("f", "xs"),
    [
        (lambda a, b: a / b, (1.0, 2.0)),
        (lambda x: (x * 3.0).tanh() * x.exp(), (0.5,)),
        (lambda x: x**3, (-2.0,)),
        (lambda x: x * 1e12, (1e-9,)),
        (autograd.exp, (200.0,)),
        (lambda x: autograd.sin(x * 1e3), (1e-3,)),
        (autograd.sqrt, (1e-12,)),
        (lambda x: x * x, (0.0,)),
        (lambda x: x * 0.0, (1.0,)),
        (lambda *xs: autograd.cross_entropy(xs, 1), (1.0, -2.0, 0.5)),
    ],
)
def test_right_derivatives_pass_at_every_scale(
    f: Callable[..., Value], xs: tuple[float, ...]
) -> None:
    assert check_gradients(f, *xs) is True
    assert check_gradients(f, *xs, order=2) is True


@pytest.mark.parametrize("x", [0.0, -0.0])
def test_a_kink_takes_any_slope_in_between(x: float) -> None:
    assert check_gradients(autograd.relu, x)
    assert check_gradients(abs, x)
    assert check_gradients(lambda a: autograd.maximum(a, 0.0), x)


def test_a_slope_outside_a_kink_is_found() -> None:
    def steep(x: Value) -> Value:
        node = autograd.relu(x)
        node.local_derivatives = (1.5,)
        return node

    with pytest.raises(AssertionError, match=r"operand 0 = 0.0 of <operation relu>: got 1.5"):
        check_gradients(steep, 0.0)


def broken(slope: Callable[[float], float]) -> Callable[[Value], Value]:
    """A square whose recorded derivative is what `slope` says."""

    def function(x: Value) -> Value:
        y = x * x
        node = evaluate(TABLE["mul"], (x, x))
        node.local_derivatives = (slope(x.data) / 2, slope(x.data) / 2)
        assert node.data == y.data
        return node

    return function


def test_a_derivative_wrong_by_a_twentieth_of_a_percent_is_found() -> None:
    assert check_gradients(broken(lambda x: 2.0 * x), 3.0)
    with pytest.raises(AssertionError, match=r"operand 0 = 3.0 of <operation mul>: got 3\.0015"):
        check_gradients(broken(lambda x: 2.0 * x * 1.0005), 3.0)


def test_a_zero_gradient_of_a_tiny_term_is_found() -> None:
    """A term of 1e-12 beside a 1 hides in the differences of the whole, not in its node's."""

    def f(x: Value) -> Value:
        return x * 1.0 + broken(lambda _: 0.0)(x) * 1e-12

    with pytest.raises(AssertionError, match=r"of <operation mul>: got 0.0"):
        check_gradients(f, 1.0)


def test_a_tiny_derivative_is_held_to_its_own_size() -> None:
    assert check_gradients(broken(lambda x: 2.0 * x), 1e-9)
    for wrong in (0.0, 2.001e-9):
        with pytest.raises(AssertionError, match=f"of <operation mul>: got {wrong / 2}, expected"):
            check_gradients(broken(lambda _: wrong), 1e-9)  # noqa: B023


def test_a_path_that_the_graph_lacks_is_found() -> None:
    with pytest.raises(AssertionError, match=re.escape("argument 0 = 3.0: got 3.0, expected 6")):
        check_gradients(lambda x: x * x.data, 3.0)


def test_the_second_argument_is_looked_at_too() -> None:
    with pytest.raises(AssertionError, match=r"argument 1 = 5.0: got 0.0"):
        check_gradients(lambda a, b: a * b.data, 3.0, 5.0)


def test_a_wrong_second_derivative_is_found_by_order_two() -> None:
    """The first derivative is right, its rule's own derivative is not."""
    try:
        wrong = Op(
            "wrong_twice",
            Shape.ONE,
            lambda m, x, y: (3.0 * m.constant(x * x),),
            value=lambda x: x * x * x,
            ours=False,
        )
        f: Any = lambda x: evaluate(wrong, (x,))  # noqa: E731
        assert check_gradients(f, 2.0)
        with pytest.raises(AssertionError, match=r"argument 0 = 2.0: got 0.0, expected 1[12]"):
            check_gradients(f, 2.0, order=2)
    finally:
        del TABLE["wrong_twice"]


def test_labels_are_named() -> None:
    def f(x: Value) -> Value:
        y = broken(lambda a: a)(x)
        y.label = "square"
        return y

    with pytest.raises(AssertionError, match=r"of <operation mul> 'square': got"):
        check_gradients(f, 3.0)


def test_the_exponent_of_a_whole_power_is_nobodys_question() -> None:
    assert check_gradients(lambda x: x**2, -3.0)


def test_bad_input() -> None:
    with pytest.raises(TypeError, match="expected a function that gives a Value, got float"):
        check_gradients(lambda x: x.data, 1.0)  # type: ignore[arg-type,return-value]
    with pytest.raises(ValueError, match=r"f\(-1.0,\) is nan; choose a point where it is finite"):
        check_gradients(autograd.log, -1.0)
    with pytest.raises(ValueError, match="is inf; choose another point"):
        check_gradients(autograd.sqrt, 0.0)
    with pytest.raises(ValueError, match="an order of at least 1, got 0"):
        check_gradients(lambda x: x, 1.0, order=0)
    with pytest.raises(TypeError, match="expected a real number"):
        check_gradients(lambda x: x, "1")  # type: ignore[arg-type]


def test_a_leaf_is_a_function_too() -> None:
    assert check_gradients(lambda x: x, 1.0)
