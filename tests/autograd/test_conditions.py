"""Conditions: what comparing a Value gives serves as a bool, and while traced decides nothing."""

from __future__ import annotations

import contextlib
import itertools
import math
import operator
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value, compile, gradients, where
from autograd.conditions import Condition
from autograd.modes import traced

COMPARISONS: list[Callable[[Any, Any], Any]] = [
    lambda a, b: a < b,
    lambda a, b: a <= b,
    lambda a, b: a > b,
    lambda a, b: a >= b,
    lambda a, b: a == b,
    lambda a, b: a != b,
]
NUMBERS = [-1.0, 0.0, 2.0, math.inf, math.nan]


@pytest.mark.parametrize("compare", COMPARISONS)
def test_a_comparison_serves_as_the_bool_that_floats_give(compare: Any) -> None:
    for a, b in itertools.product(NUMBERS, NUMBERS):
        for condition in (compare(Value(a), b), compare(a, Value(b))):
            want = compare(a, b)
            assert isinstance(condition, Condition)
            assert bool(condition) is want
            assert (not condition) is not want
            assert (repr(condition), hash(condition)) == (repr(want), hash(want))
            assert ["no", "yes"][condition] == ("yes" if want else "no")
            assert {True: 1, False: 0}[condition] == int(condition) == want
            for other in (True, False, 0, 1, 1.0, 2):
                assert bool(condition == other) is (want == other)
                assert bool(condition != other) is (want != other)
            assert condition != "yes"
            assert condition != None  # noqa: E711  what a program may write
            assert bool(~condition) is not want
            for right in (True, False):
                for other in (right, compare(Value(a), b) == right):
                    assert bool(condition & other) is (want and bool(other))
                    assert bool(condition | other) is (want or bool(other))
                    assert bool(other & condition) is (want and bool(other))
                    assert bool(condition ^ other) is (want ^ bool(other))
                    assert bool(other ^ condition) is (want ^ bool(other))
                    assert bool(condition == other) is (want is bool(other))


@pytest.mark.parametrize("other", [1.5, 2, None, "yes", Value(1.0)])
def test_conditions_are_put_together_with_conditions_and_booleans_only(other: Any) -> None:
    condition: Any = Value(1.0) > 0.0
    for put_together in (operator.and_, operator.or_, operator.xor):
        with pytest.raises(TypeError, match="unsupported operand"):
            put_together(condition, other)


def test_two_values_are_equal_only_if_they_are_one_node() -> None:
    a, b = Value(1.0), Value(1.0)
    assert (a == a, a == b, a != b) == (True, False, True)  # noqa: PLR0124
    with traced():
        assert (a == a, a == b, a != b) == (True, False, True)  # noqa: PLR0124
    assert a in [b, a]
    assert [b, a].index(a) == 1
    assert a in [1.0]
    assert a not in [None, "1", 2.0]


@pytest.mark.parametrize("one", [1, 1.0, True, Fraction(1), Decimal(1), np.float32(1), np.True_])
def test_a_condition_equals_a_one_of_any_type(one: Any) -> None:
    for x, want in ((Value(2.0), True), (Value(-2.0), False)):
        assert bool((x > 0) == one) is bool(one == (x > 0)) is want
        assert bool((x > 0) != one) is not want
        assert bool((x > 0) == (one - one if one is not np.True_ else np.False_)) is not want
    program = compile(lambda x: where((x > 0) == one, x, 5.0), 1, backend="python")
    assert list(program([[2.0], [-2.0]])) == [2.0, 5.0]


@pytest.mark.parametrize("number", [Decimal(1)])
def test_equality_refuses_the_numbers_that_an_order_refuses(number: Any) -> None:
    for compare in COMPARISONS:
        for call in (
            lambda c=compare: c(Value(1.0), number),
            lambda c=compare: c(number, Value(1.0)),
        ):
            with pytest.raises(TypeError, match="comparison: expected a real number"):
                call()


def test_a_value_and_a_condition_are_compared_by_data() -> None:
    for x, label in itertools.product((-1.0, 1.0), (0.0, 1.0)):
        want = label == (x > 0)
        for same in (Value(label) == (Value(x) > 0), (Value(x) > 0) == Value(label)):
            assert bool(same) is want
        for other in (Value(label) != (Value(x) > 0), (Value(x) > 0) != Value(label)):
            assert bool(other) is not want
        program = compile(lambda x, y: where(y == (x > 0), 1.0, 0.0), 2, backend="python")
        assert list(program([[x, label]])) == [want]


def test_a_condition_in_arithmetic_is_a_node() -> None:
    x = Value(3.0, "x")
    for y in (
        *((x > 0) * x, x * (x > 0), (x > 0) + 2.0, 4.0 - (x > 0), 3.0 * (x > 0)),
        sum([x > 0, x > 1, x > 2]),
    ):
        assert isinstance(y, Value)
        assert y.data == 3.0
        assert y.parents
    assert gradients((x > 0) * x, [x]) == (1.0,)
    with pytest.raises(TypeError, match=r"Condition .*autograd\.where"):
        Value(x > 0)


DECIDE: list[Callable[[Any], Any]] = [
    *(bool, int, float, hash, list("ab").__getitem__, {True: 1}.get, lambda c: not c),
    *(lambda c: c and 1, lambda c: c or 1, lambda c: 1.0 if c else 2.0, lambda c: max(c, True)),
    *(lambda c: bool(c == True), lambda c: 1 if c != 0 else 2, range),  # noqa: E712
    *(math.sqrt, math.floor, lambda c: all([c]), lambda c: [*filter(None, [c])]),
    *(lambda c: c in [True], round, complex),
]


@pytest.mark.parametrize("compare", COMPARISONS)
def test_an_open_comparison_decides_nothing(compare: Any) -> None:
    for decide in DECIDE:
        with pytest.raises(TypeError, match=r"traced.*autograd\.where|__round__"):
            compile(lambda x, decide=decide: x * float(decide(compare(x, 1.0))), 1)
    with traced():
        assert "open" in repr(compare(Value(1.0), 1.0))


def test_the_refusal_names_a_line_also_in_code_without_a_name() -> None:
    source = "\nf = lambda x: 1.0 if x > 0 else 2.0\n"
    scope: dict[str, Any] = {}
    exec(source, scope)
    del scope["__builtins__"]
    scope.pop("__name__", None)
    with pytest.raises(TypeError, match=r"traced, in <string>, line 2: .*autograd\.where"):
        compile(scope["f"], 1)


PROGRAMS: list[Callable[[Any, Any], Any]] = [
    lambda x, y: (x > 0) * y,
    lambda x, y: where((x > 0) & (y > 0), x, y * 2.0),
    lambda x, y: where((x > 0) | (y > 0), x, y * 2.0),
    lambda x, y: where(~(x > y), x, y * 2.0),
    lambda x, y: where(x == 2.0, x * 3.0, y),
    lambda x, y: where(x != 2.0, x * 3.0, y),
    lambda x, y: where((x > 0) == (y > 0), x * 3.0, y),
    lambda x, y: where((x > 0) == False, x * 3.0, y),  # noqa: E712
    lambda x, y: where((x > 0) != (y <= 0), x * 3.0, y) + ((x > 1) & True) * y,
    lambda x, y: (x > 0) * 2.0 + ((y > 0) + (x < 1)) * x,
]


@pytest.mark.parametrize("backend", ["python", "numpy"])
@pytest.mark.parametrize("f", PROGRAMS)
def test_conditions_compile_to_what_they_are(f: Any, backend: str) -> None:
    rows = [list(row) for row in itertools.product([-1.0, 0.0, 2.0, math.nan], repeat=2)]
    found = [float(y) for y in compile(f, 2, backend=backend)(rows)]
    want = [f(*map(Value, row)).data for row in rows]
    assert repr(found) == repr(want)
    slopes = compile(autograd.grad(f), 2, backend=backend)(rows)
    assert [repr(list(map(float, row))) for row in slopes] == [
        repr(list(map(float, autograd.grad(f)(*row)))) for row in rows
    ]


ONE = [operator.neg, operator.pos, operator.abs]
TWO = [operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv]
TWO += [operator.mod, operator.pow]


@pytest.mark.parametrize("traced_too", [False, True])
def test_arithmetic_is_that_of_bools(traced_too: bool) -> None:
    """Every operator that a bool has, on both sides, also compiled: with the numbers of Python."""
    for holds in (False, True):
        calls: list[tuple[Any, float]] = [(f, f(holds)) for f in ONE]
        for f, b in itertools.product(TWO, (0.1, 0.3, 1, 2, 2.5, -0.7, -3, True)):
            with contextlib.suppress(ZeroDivisionError):
                calls.append((lambda c, f=f, b=b: f(c, b), f(holds, b)))
                calls.append((lambda c, f=f, b=b: f(b, c), f(b, holds)))
        for call, want in calls:
            x = Value(1.0 if holds else -1.0)
            y = call(x > 0.0)
            assert isinstance(y, Value)
            assert (y.data, gradients(y, [x])) == (want, (0.0,))
            if traced_too:
                program = compile(lambda x, call=call: call(x > 0.0), 1, backend="python")
                assert program([[x.data]]) == [want]
