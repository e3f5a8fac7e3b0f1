"""The chain rule against numbers that we did not compute: PyTorch's, exact fractions, mpmath's."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from mpmath import mp, mpf

import autograd
from autograd import Value, adjoints, gradients
from tests.autograd.programs import ARITHMETIC, Program, draw, run
from tests.autograd.record_torch import ANSWERS, answer
from tests.autograd.tape.running import size_of_paths

EPSILON = 2.0**-53
ON_VALUES: dict[str, Callable[..., Any]] = {
    **ARITHMETIC,
    "quotient": lambda a, b: a / (b * b + 1.0),
    "tanh": autograd.tanh,
    "sigmoid": autograd.sigmoid,
    "sin": autograd.sin,
    "bell": lambda a: autograd.exp(-a * a),
    "softplus": autograd.softplus,
    "relu": autograd.relu,
    "root": lambda a: (a * a + 1.0) ** 0.5,
    "logsumexp": lambda *xs: autograd.logsumexp(xs),
    "dot": lambda a, b, c, d: autograd.dot([a, b], [c, d]),
    "mean": lambda *xs: autograd.mean(xs),
    "share": lambda *xs: autograd.softmax(xs)[1],
    "largest": autograd.maximum,
    "loss": lambda *xs: autograd.cross_entropy(xs, 2),
}


# PyTorch


@cache
def recorded() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ANSWERS.read_text(encoding="utf-8"))
    return found


def compare_with(program: dict[str, Any], expected: dict[str, Any]) -> None:
    xs = [Value(x) for x in program["leaves"]]
    result = run(program["steps"], xs, ON_VALUES)[-1]
    result.backward()
    sizes = size_of_paths(result)
    assert result.data == pytest.approx(expected["value"], rel=1e-12, abs=1e-12)
    for x, want in zip(xs, expected["slopes"], strict=True):
        assert abs(x.grad - want) <= 2e-12 * sizes.get(x, 1.0), (x, want)
    slopes = gradients(result, xs)
    assert slopes == tuple(x.grad for x in xs)
    again = gradients(result, xs, create_graph=True)
    assert [d.data for d in again] == pytest.approx(slopes, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("number", range(60))
def test_random_graphs_against_recorded_pytorch(number: int) -> None:
    program = recorded()[number]
    compare_with(program, program)


def test_random_graphs_against_pytorch_itself() -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed: recorded answers serve")
    for program in recorded():
        compare_with(program, answer(program["leaves"], program["steps"]))


# Fractions


# The value and both partial derivatives; of one operand, the second does not count.
RULES: dict[str, Callable[[Fraction, Fraction], tuple[Fraction, Any, Any]]] = {
    "add": lambda a, b: (a + b, 1, 1),
    "sub": lambda a, b: (a - b, 1, -1),
    "mul": lambda a, b: (a * b, b, a),
    "div": lambda a, b: (a / b, 1 / b, -a / b**2),
    "neg": lambda a, b: (-a, -1, 0),
}


def forward_mode(program: Program, leaves: list[Fraction]) -> list[tuple[Fraction, list[Fraction]]]:
    """Each value of a program and its derivative with respect to each leaf: the other way round."""
    n = len(leaves)
    units = [[Fraction(int(i == k)) for k in range(n)] for i in range(n)]
    found = list(zip(leaves, units, strict=True))
    for name, operands in program:
        (a, da), (b, db) = found[operands[0]], found[operands[-1]]
        value, wrt_a, wrt_b = RULES[name](a, b)
        slopes = [wrt_a * p + wrt_b * q for p, q in zip(da, db, strict=True)]
        found.append((value, slopes))
    return found


def fits(x: Fraction) -> bool:
    return abs(x.numerator) < 2**53 and x.denominator <= 2**53 and Fraction(float(x)) == x


def test_whole_numbers_give_exact_gradients() -> None:
    """Sums and products of small numbers are exact in floats, so every derivative must be too."""
    rng, compared = random.Random(3), 0
    while compared < 200:
        leaves = [Fraction(rng.randint(-12, 12), rng.choice([1, 2, 4])) for _ in range(3)]
        program = draw(rng, 3, rng.randint(1, 12), {"add": 2, "sub": 2, "mul": 2, "neg": 1})
        exact = forward_mode(program, leaves)
        xs = [Value(x) for x in leaves]
        values = run(program, xs, ARITHMETIC)
        sizes = size_of_paths(values[-1])
        if not all(fits(x) for x, _ in exact) or max(sizes.values()) >= 2**40:
            continue
        compared += 1
        assert [Fraction(v.data) for v in values] == [x for x, _ in exact]
        values[-1].backward()
        assert [Fraction(x.grad) for x in xs] == exact[-1][1], (leaves, program)
        table = adjoints(values[-1])
        assert [Fraction(table.get(x, 0.0)) for x in xs] == exact[-1][1]
        assert [Fraction(d) for d in gradients(values[-1], xs)] == exact[-1][1]


def test_quotients_agree_with_fractions_to_rounding() -> None:
    rng, compared = random.Random(4), 0
    while compared < 200:
        leaves = [Fraction(rng.randint(1, 40), rng.randint(1, 40)) for _ in range(3)]
        program = draw(rng, 3, rng.randint(1, 10), {"add": 2, "mul": 2, "div": 2})
        exact = forward_mode(program, leaves)
        xs = [Value(x) for x in leaves]
        result = run(program, xs, ARITHMETIC)[-1]
        sizes = size_of_paths(result)  # no term is negative in the values, so nothing cancels there
        if not 1e-200 < result.data < 1e200 or not all(s < 1e100 for s in sizes.values()):
            continue
        compared += 1
        for x, want in zip(xs, exact[-1][1], strict=True):
            (got,) = gradients(result, [x])
            bound = 16 * EPSILON * len(program) * Fraction(sizes.get(x, 0.0))
            assert abs(Fraction(got) - want) <= bound, (leaves, program)


# mpmath


def on(m: Any) -> list[tuple[str, Callable[..., Any], tuple[float, ...]]]:
    """Functions of several operations, written once for Values and for mpmath's numbers."""
    return [
        ("tanh of a product", lambda x, w: m.tanh(x * w) + m.exp(x), (0.5, -1.2)),
        ("quotient", lambda a, b: a / b - b / (a * a), (1.3, -0.7)),
        ("powers", lambda a, b: a**b + a**3 + 2.0**b, (1.7, 2.3)),
        ("shared", lambda x: (x * x + m.sin(x)) * (x * x) / m.cos(x * 0.3), (0.8,)),
        ("nested", lambda x, y: m.log(1.0 + m.exp(x * y)) * m.sqrt(x + 2.0 + y * y), (0.4, 1.1)),
        ("three", lambda a, b, c: a * b * c + m.sin(a * b) * m.exp(-c * a), (0.3, 1.4, -0.6)),
        ("below zero", lambda x: x**3 - x**2 + 1.0 / x, (-1.6,)),
    ]


EXACT = SimpleNamespace(tanh=mp.tanh, exp=mp.exp, sin=mp.sin, cos=mp.cos, log=mp.log, sqrt=mp.sqrt)


@pytest.mark.parametrize("number", range(len(on(autograd))), ids=[name for name, *_ in on(mp)])
def test_orders_one_to_three_against_mpmath(number: int) -> None:
    """Every mixed partial derivative up to order 3."""
    _, f, point = on(autograd)[number]
    _, exact, _ = on(EXACT)[number]
    xs = [Value(x) for x in point]
    y = f(*xs)

    def check(derivative: Value, orders: tuple[int, ...]) -> None:
        with mp.workdps(60):
            want = mp.diff(exact, tuple(map(mpf, point)), orders) if any(orders) else exact(*point)
        error = abs(derivative.data - want)
        assert error <= 1e-13 * max(1.0, abs(y.data), abs(want)), (orders, derivative, want)
        if sum(orders) < 3:
            for i, slope in enumerate(gradients(derivative, xs, create_graph=True)):
                check(slope, (*orders[:i], orders[i] + 1, *orders[i + 1 :]))

    check(y, (0,) * len(xs))


# gradients and adjoints


def test_gradients_gives_a_tuple_of_floats_and_touches_no_grad() -> None:
    x, w, other = Value(3.0), Value(5.0), Value(1.0)
    y = x * w
    x.grad = 7.0
    assert gradients(y, [x, w, other, y]) == (5.0, 3.0, 0.0, 1.0)
    assert gradients(y, (n for n in [x])) == (5.0,)
    assert gradients(y, []) == ()
    assert gradients(y, [x], seed=2) == (10.0,)
    assert (x.grad, w.grad, y.grad) == (7.0, 0.0, 0.0)


def test_adjoints_of_every_node() -> None:
    x = Value(3.0)
    square = x * x
    y = square * x
    assert adjoints(y) == {x: 27.0, square: 3.0, y: 1.0}
    assert adjoints(y, seed=2.0)[x] == 54.0
    assert adjoints(x) == {x: 1.0}


def test_gradients_that_are_a_graph() -> None:
    x, other = Value(2.0), Value(1.0)
    dx, dother = gradients(x**3, [x, other], create_graph=True)
    assert (dx.data, dother.data) == (12.0, 0.0)
    assert isinstance(dother, Value)
    assert gradients(dx, [x]) == (12.0,)
    assert gradients(dother, [x]) == (0.0,)


def test_a_seed_can_be_a_value() -> None:
    x, seed = Value(2.0), Value(5.0)
    (dx,) = gradients(x * x, [x], create_graph=True, seed=seed)
    assert dx.data == 20.0
    assert gradients(dx, [seed, x]) == (4.0, 10.0)


def test_gradients_with_respect_to_a_node_on_the_way() -> None:
    x = Value(3.0)
    square = x * x
    y = square * x + square
    assert gradients(y, [square, x]) == (4.0, 33.0)
    dsquare, dx = gradients(y, [square, x], create_graph=True)
    assert (dsquare.data, dx.data) == (4.0, 33.0)


def test_a_slot_that_nobody_asks_for_is_not_computed() -> None:
    """The slope of x**3 in its exponent is NaN at -2; it must not reach x through orders."""
    x = Value(-2.0)
    (first,) = gradients(x**3, [x], create_graph=True)
    (second,) = gradients(first, [x], create_graph=True)
    assert (first.data, second.data, gradients(second, [x])) == (12.0, -12.0, (6.0,))


@pytest.mark.parametrize(
    ("y", "xs", "kind"), [(1.0, [], "float"), (Value(1.0), [2.0], "float"), ("y", [], "str")]
)
def test_gradients_takes_values(y: Any, xs: Sequence[Any], kind: str) -> None:
    with pytest.raises(TypeError, match=f"gradients: expected Values, got {kind}"):
        gradients(y, xs)


def test_a_seed_is_a_number() -> None:
    x = Value(1.0)
    with pytest.raises(TypeError, match="gradients: expected a real number"):
        gradients(x * x, [x], seed="1")  # type: ignore[call-overload]


def test_a_stale_graph_is_refused_by_name() -> None:
    x = Value(3.0, label="x")
    y = x * x
    z = y + 1.0
    x.data = 4.0
    with pytest.raises(ValueError, match=r"<operation mul>, no longer follows .* 16\.0: a leaf"):
        gradients(z, [x], create_graph=True)
    assert gradients(z, [x]) == (6.0,)  # recorded numbers are at one with each other
    x.data = 3.0
    assert gradients(z, [x], create_graph=True)[0].data == 6.0


def test_a_nan_is_not_stale() -> None:
    x = Value(-1.0)
    y = x.log() * x
    assert math.isnan(gradients(y, [x], create_graph=True)[0].data)
    x.data = 1.0
    with pytest.raises(ValueError, match="no longer follows"):
        gradients(y, [x], create_graph=True)


# Metamorphic laws


@pytest.mark.parametrize("seed", range(20))
def test_a_sweep_is_linear_and_can_be_cut_in_two(seed: int) -> None:
    rng = random.Random(seed)
    program = draw(rng, 3, 15, {"add": 2, "mul": 2, "tanh": 1, "sin": 1, "sub": 2})
    xs = [Value(rng.uniform(-1, 1)) for _ in range(3)]
    values = run(program, xs, ON_VALUES)
    y = values[-1]
    slopes = gradients(y, xs)
    assert gradients(y, xs, seed=4.0) == tuple(4.0 * slope for slope in slopes)
    assert gradients(+y, xs) == slopes
    doubled = gradients(y + y, xs)
    assert doubled == tuple(2.0 * slope for slope in slopes)

    # From the result to a copy of the first five steps, and on from there to the leaves.
    front = values[: 3 + 5]
    middle = [Value(v.data) for v in front]
    back = run(program[5:], middle, ON_VALUES)[-1]
    parts = gradients(back, middle)
    joined = autograd.dot(front, list(parts))
    for got, want, x in zip(gradients(joined, xs), slopes, xs, strict=True):
        assert abs(got - want) <= 100 * EPSILON * (size_of_paths(y).get(x, 0.0) + 1e-300)


def test_a_number_that_met_a_value_can_be_asked_for() -> None:
    x = Value(2.0)
    y = x * 3.0
    (slope,) = gradients(y, [y.parents[1]], create_graph=True)
    assert slope.data == 2.0
    assert gradients(slope, [x]) == (1.0,)
