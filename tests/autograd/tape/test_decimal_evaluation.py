"""A tape on numbers as they are shown: exact where arithmetic is, and never an exception."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, derive, operation, where
from autograd.numerals import numeral
from autograd.tape import trace
from autograd.tape.decimal_evaluation import recomputed
from autograd.tape.trace import record_tape
from tests.autograd.reader import check
from tests.autograd.tape.running import OPERATIONS, agree, bound, graph_of, points, random_graph


def of(function, *numbers):
    """The function of numbers as they stand in a text."""
    tape, _ = trace(function, inputs=len(numbers))
    return recomputed(tape, [Decimal(number) for number in numbers])


def test_arithmetic_is_exact():
    assert of(lambda a, b, c: a + b - c, "0.1", "0.2", "0.3") == 0
    assert of(lambda a, b: -a * abs(b), "0.1807", "-0.3") == Decimal("-0.05421")
    assert of(lambda a: 1.0 - a**2, "0.9051") == Decimal("0.18079399")
    assert of(lambda a: a**-1.0, "0.8") == Decimal("1.25")
    assert of(lambda a, b: a / b, "1", "0.125") == 8
    assert of(lambda a: a / 10.0 - 0.1, "1") == 0, "a constant is what stands there, 0.1"


def test_functions_are_those_of_floats():
    assert of(lambda a: a.tanh(), "1.5") == Decimal(repr(math.tanh(1.5)))
    assert of(lambda a, b: a**b, "2", "0.5") == Decimal(repr(2.0**0.5))
    assert of(lambda a: a % 0.25, "0.625") == Decimal("0.125")
    assert of(lambda a: a.sqrt(), "0.25") == Decimal("0.5")


@pytest.mark.parametrize(
    ("function", "numbers", "result"),
    [
        (lambda a: 1.0 / a, ["0"], "Infinity"),
        (lambda a: 1.0 / a, ["-0"], "-Infinity"),
        (lambda a: 1.0 / -a, ["0"], "-Infinity"),
        (lambda a: a / a, ["0"], "NaN"),
        (lambda a: a - a, ["Infinity"], "NaN"),
        (lambda a: a * 0.0, ["Infinity"], "NaN"),
        (lambda a: a**2, ["NaN"], "NaN"),
        (lambda a: a**0, ["0"], "1"),
        (lambda a: 2.0**a, ["Infinity"], "Infinity"),
        (lambda a: a.log(), ["-1"], "NaN"),
        (lambda a: a.exp(), ["1e9"], "Infinity"),
        (lambda a: a * 1e300, ["1e300"], "1E+600"),
    ],
)
def test_nothing_raises(function, numbers, result):
    assert str(of(function, *numbers)).removesuffix(".0") == result


@pytest.mark.parametrize(
    ("a", "b", "less", "at_most"), [("1", "2", 1, 1), ("2", "2.0", 0, 1), ("NaN", "2", 0, 0)]
)
def test_choices(a, b, less, at_most):
    assert of(lambda x, y: where(x < y, 1.0, 0.0), a, b) == less
    assert of(lambda x, y: where(x <= y, 1.0, 0.0), a, b) == at_most


def test_what_an_operation_of_ones_own_refuses_is_not_a_number():
    def picky(x: float) -> float:
        if x == 0.5:
            raise RuntimeError("not 0.5")
        return 2.0 * x

    double = operation("picky_double", picky, lambda m, x, y: (2.0,))
    x = Value(0.50001, "x")
    assert "picky_double(0.5000) ≈ 1.000" in str(derive(double(x), x))


@given(st.lists(st.decimals(-1000, 1000, places=4), min_size=4, max_size=4))
def test_fractions_give_the_same(numbers):
    a, b, c, d = map(Fraction, numbers)
    tape, _ = trace(lambda a, b, c, d: (a * b - c) * d + a / 4.0, inputs=4)
    assert Fraction(recomputed(tape, numbers)) == (a * b - c) * d + a / 4


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_that_of_the_engine(name):
    for numbers in points(name):
        y, leaves = graph_of(name, numbers)
        tape, _ = record_tape([y], leaves)
        got = float(recomputed(tape, [Decimal(repr(x)) for x in numbers]))
        assert agree(got, y.data, bound(tape, numbers)), (name, numbers)


def test_equations_of_random_graphs_can_be_done_again():
    count = 0
    for seed in range(40):
        y, leaves = random_graph(seed, size=6)
        for x in leaves[:2]:
            count += sum(map(check, str(derive(y, x)).splitlines()))
    assert count > 200


def test_a_result_says_equal_where_its_operands_are_exact():
    x = Value(3.0, "x")
    assert f"3 · 3 = {numeral(9.0, 1)}" in str(derive(x * x, x))
