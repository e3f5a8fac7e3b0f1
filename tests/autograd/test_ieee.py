"""Float arithmetic that never raises: IEEE 754's results where Python's floats have exceptions."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable
from typing import Any

import pytest

from autograd import ieee
from autograd.ieee import Number

np: Any = pytest.importorskip("numpy", reason="NumPy's float64 is the oracle: pip install numpy")

inf, nan = math.inf, math.nan
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -1.5, 3.0, 2.0, -3.0, 5e-324, 1e300, -1e300, inf, -inf, nan]
PAIRS = [*itertools.product(SPECIAL, repeat=2)]


def same(a: float, b: float) -> bool:
    return (math.isnan(a) and math.isnan(b)) or (
        a == b and math.copysign(1, a) == math.copysign(1, b)
    )


@pytest.mark.parametrize("symbol", ["add", "sub", "mul", "truediv"])
def test_operators_are_those_of_ieee(symbol: str) -> None:
    apply: Callable[[Any, Any], Any] = getattr(operator, symbol)
    for a, b in PAIRS:
        with np.errstate(all="ignore"):
            want = float(apply(np.float64(a), np.float64(b)))
        for left, right in [(Number(a), Number(b)), (Number(a), b), (a, Number(b))]:
            got = apply(left, right)
            assert type(got) is Number
            assert same(got, want), (a, symbol, b, got, want)


@pytest.mark.parametrize("x", SPECIAL)
def test_signs(x: float) -> None:
    for got, want in [(-Number(x), -x), (+Number(x), x), (abs(Number(x)), abs(x))]:
        assert type(got) is Number
        assert same(got, want)


# Ours: NumPy's name for it. Where C leaves a choice (the sign of a NaN), there is one NaN.
UNARY = {
    **{
        name: name
        for name in [
            "exp",
            "expm1",
            "sqrt",
            "cbrt",
            "log",
            "log2",
            "log10",
            "log1p",
            "sin",
            "cos",
            "tan",
        ]
    },
    **{name: name for name in ["sinh", "cosh", "tanh", "floor", "ceil"]},
    **{name: f"arc{name[1:]}" for name in ["asin", "acos", "atan", "asinh", "acosh", "atanh"]},
    "neg": "negative",
    "pos": "positive",
    "abs": "fabs",
}
BINARY = {
    "pow": "power",
    "hypot": "hypot",
    "atan2": "arctan2",
    "copysign": "copysign",
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "div": "divide",
}


def close(got: float, want: float) -> bool:
    """Within what C libraries differ by; a zero with its sign."""
    return same(got, want) or (want != 0.0 and math.isclose(got, want, rel_tol=1e-14))


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_operand(name: str) -> None:
    for x in [*SPECIAL, 710.0, -710.0, 1000.0, -1000.0, 2.0, 0.25, -0.25]:
        with np.errstate(all="ignore"):
            want = float(getattr(np, UNARY[name])(np.float64(x)))
        got = getattr(ieee, name)(x)
        assert type(got) is Number
        assert close(got, want), (name, x, got, want)


@pytest.mark.parametrize("name", BINARY)
def test_functions_of_two_operands(name: str) -> None:
    for a, b in [*PAIRS, (1e200, 2.0), (-1e200, 3.0), (-1e200, 2.0), (-1e200, 2.5), (0.0, -3.0)]:
        if name == "pow" and b == 0.5 and a in (-inf, 0.0):
            continue  # NumPy takes the square root, which is NaN and -0.0; C's pow is inf and 0.0
        with np.errstate(all="ignore"):
            want = float(getattr(np, BINARY[name])(np.float64(a), np.float64(b)))
        got = getattr(ieee, name)(a, b)
        assert type(got) is Number
        assert close(got, want), (name, a, b, got, want)


@pytest.mark.parametrize(
    ("name", "operand", "result"),
    [
        ("erf", inf, 1.0),
        ("erf", -inf, -1.0),
        ("erfc", -inf, 2.0),
        ("erfc", nan, nan),
        ("sinh", -1e4, -inf),
        ("cosh", -1e4, inf),
        ("atanh", -1.0, -inf),
        ("log1p", -1.0, -inf),
        ("log", 0.0, -inf),
        ("log", -1.0, nan),
    ],
)
def test_poles_and_overflow(name: str, operand: float, result: float) -> None:
    assert same(getattr(ieee, name)(operand), result)


@pytest.mark.parametrize("b", [3.0, -3.0, 1.5, 7.25])
@pytest.mark.parametrize("a", [7.0, -7.0, 0.0, 0.5])
def test_remainders_have_the_divisors_sign(a: float, b: float) -> None:
    assert ieee.mod(a, b) == a % b
    for got in (Number(a) % b, a % Number(b), Number(a) % Number(b)):
        assert type(got) is Number
        assert got == a % b


def test_remainders_that_do_not_exist() -> None:
    assert math.isnan(ieee.mod(1.0, 0.0))
    assert math.isnan(ieee.mod(inf, 2.0))
    assert math.isnan(Number(1.0) % 0.0)
    assert math.isnan(1.0 % Number(0.0))


def test_sums_are_exact_then_rounded_also_past_the_range() -> None:
    assert ieee.total([1e308, 1e308, -1e308]) == 1e308
    assert ieee.total([1e16, 1.0, -1e16]) == 1.0
    assert ieee.total([1e308, 1e308]) == inf
    assert ieee.total([-1e308, -1e308]) == -inf
    assert ieee.total([inf, 1.0]) == inf
    assert math.isnan(ieee.total([inf, -inf]))
    assert math.isnan(ieee.total([nan, 1.0]))
    assert type(ieee.total([1.0])) is Number


def test_the_rest_of_the_arithmetic() -> None:
    assert type(ieee.where(True, 1.0, 2.0)) is Number
    assert ieee.where(True, 1.0, 2.0) == 1.0
    assert ieee.where(False, 1.0, 2.0) == 2.0
    assert type(ieee.constant(1.0)) is Number
    assert type(ieee.largest([1.0, 3.0])) is Number
    assert ieee.largest([1.0, 3.0, 2.0]) == 3.0
    assert ieee.equal(1.0, 1.0)
    assert not ieee.equal(nan, nan)


def test_functions_keep_their_names() -> None:
    assert ieee.exp.__name__ == "exp"


def test_a_sum_of_opposite_infinities_is_nan_also_where_the_others_overflow() -> None:
    for terms in ([inf, -inf], [1e308, 1e308, -inf, inf], [1e308, 1e308, inf, -inf, 1.0]):
        assert math.isnan(ieee.exact_sum(terms))
    assert ieee.exact_sum([1e308, 1e308, -inf]) == -inf
