"""check_gradients: what it accepts, what it finds, and what it says."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Value, check_gradients, checking
from autograd.ops import TABLE, Op, Shape
from autograd.recording import evaluate
from tests.autograd.oracle import DIFFERENTIABLE, arity, mixed, moderate, node, points

over_the_table = pytest.mark.parametrize("name", DIFFERENTIABLE)


@over_the_table
def test_every_operation_passes(name: str) -> None:
    op = TABLE[name]
    for operands in points(op, 3, moderate, "checking"):
        assert check_gradients(lambda *xs: evaluate(op, xs), *operands)
    (operands,) = points(op, 1, moderate, "order two")
    assert check_gradients(lambda *xs: evaluate(op, xs), *operands, order=2)


@over_the_table
def test_a_right_rule_passes_at_any_operands(name: str) -> None:
    """In tails, next to singular points, at tiny and huge operands."""
    nodes = [node(TABLE[name], operands) for operands in points(TABLE[name], 12, mixed, "right")]
    finite = [y for y in nodes if all(map(math.isfinite, y.local_derivatives))]
    assert len(finite) > 5
    for y in finite:
        checking.check_node(y, 1e-7)


@over_the_table
@pytest.mark.parametrize("factor", [1.0 + 1e-6, 1.0 - 1e-6, -1.0, 0.0, 2.0])
def test_a_wrong_rule_is_found_at_ordinary_operands(name: str, factor: float) -> None:
    """Each slot by itself, wrong by a millionth for one."""
    op = TABLE[name]
    for operands in points(op, 3, moderate, "wrong"):
        for slot, slope in enumerate(node(op, operands).local_derivatives):
            y = node(op, operands)
            local = [*y.local_derivatives]
            local[slot] = factor * slope
            y.local_derivatives = tuple(local)
            if slope != 0.0:
                with pytest.raises(AssertionError, match=f"operand {slot} = "):
                    check_gradients(lambda *_, y=y: y)  # a graph is a function of nothing


@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
def test_a_scale_below_the_distance_of_floats_is_nobodys_question(name: str) -> None:
    """There differences are noise, which must not look like a slope at any step."""
    rng = random.Random(name)
    for _ in range(60):
        checking.check_node(node(TABLE[name], [10.0 ** rng.uniform(16.0, 300.0)]), 1e-7)


def composition(rng: random.Random) -> tuple[Callable[..., Value], list[float]]:
    """A random function of some operations, and a point of any moderate scale."""
    left_out = {"detach", "clamp", "mod", "floor", "ceil", "copysign"}  # jumps, ties of bounds
    names = [name for name in DIFFERENTIABLE if name not in left_out and "where" not in name]
    steps = [(TABLE[rng.choice(names)], rng.random()) for _ in range(rng.randint(1, 5))]
    counts = [arity(op, rng) for op, _ in steps]

    def f(*xs: Value) -> Value:
        known = [*xs]
        for (op, seed), count in zip(steps, counts, strict=True):
            choice = random.Random(seed)
            known.append(evaluate(op, tuple([choice.choice(known[-3:]) for _ in range(count)])))
        return known[-1]

    scales = [(-20.0, -1.0), (-1.0, 0.5), (-1.0, 6.0)]
    sizes = [10.0 ** rng.uniform(*rng.choice(scales)) for _ in range(rng.randint(1, 3))]
    return f, [rng.choice([-1.0, 1.0]) * size for size in sizes]


def test_random_functions_pass() -> None:
    passed = 0
    for seed in range(250):
        f, xs = composition(random.Random(seed))
        try:
            passed += check_gradients(f, *xs)
        except ValueError:  # outside the domain
            continue
    assert passed > 150


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
        (autograd.tanh, (20.0,)),  # which changes nothing in 1.0
        (autograd.cosh, (1e-8,)),
        (autograd.exp, (1e-20,)),
        (autograd.log, (1e-100,)),
        (autograd.sin, (1e6,)),
        (autograd.sin, (1e15,)),
        (autograd.sin, (1e90,)),  # whose period is far below the distance of floats
        (autograd.relu, (1e-17,)),  # next to a kink
        (autograd.ceil, (4615535.629487055,)),  # whose differences at steps of 1, 2, 4 are 1
        (lambda a, b: (a * b).tanh() + a.exp(), (1e-9, 2.0)),
        (lambda x: (x + 1e10) - 1e10, (1.0,)),
        (lambda x: (x * 1e-5) / autograd.atan(x * 1e-5), (1e-4,)),  # a sum that cancels
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


def test_a_wrong_derivative_is_named() -> None:
    assert check_gradients(broken(lambda x: 2.0 * x), 3.0)
    with pytest.raises(
        AssertionError,
        match=r"operand 0 = 3.0 of <operation mul>: got 3\.0015, expected 3\.0 ± [1-9]\.\de-",
    ):
        check_gradients(broken(lambda x: 2.0 * x * 1.0005), 3.0)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: 3.0 * x, 1.0),
        (lambda x: 0.0, 1.0),
        (lambda x: 0.0, 1e300),
        (lambda x: x * 5e-324, 1.0),
        (lambda x: 1e308, 0.0),
    ],
)
def test_no_difference_is_without_an_error(f: Callable[[float], float], x: float) -> None:
    found = [
        *checking.estimates(checking.between(f, x, -1.0, 1.0, 0.0), x, 4.0),
        *checking.estimates(checking.between(f, x, 0.0, 1.0, 0.0), x, 2.0),
    ]
    assert len(found) > 4
    assert all(error > 0.0 for _, error in found)


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
    wrong = Op(
        "wrong_twice",
        Shape.ONE,
        lambda m, x, y: (3.0 * m.constant(x * x),),
        value=lambda x: x * x * x,
        builtin=False,
    )
    f: Any = lambda x: evaluate(wrong, (x,))  # noqa: E731
    assert check_gradients(f, 2.0)
    with pytest.raises(AssertionError, match=r"argument 0 = 2.0: got 0.0, expected 1[12]"):
        check_gradients(f, 2.0, order=2)


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
    with pytest.raises(TypeError, match="expected numbers, lists or tuples"):
        check_gradients(lambda x: x, "1")  # type: ignore[arg-type]


def test_a_leaf_is_a_function_too() -> None:
    assert check_gradients(lambda x: x, 1.0)


def test_an_array_of_no_dimension_is_a_number() -> None:
    np: Any = pytest.importorskip("numpy", reason="gives such arrays: pip install numpy")
    x = np.array([1.0, 2.0])
    assert check_gradients(lambda x: np.tensordot(x, x, 1), x, order=2)
    with pytest.raises(TypeError, match="a function that gives a Value, got ndarray"):
        check_gradients(lambda x: x * x, x)
