"""Powers with known exponents on the tape: which are written without a power, and how."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograd import Value, compile, grad
from autograd.tape import trace
from autograd.tape.passes import optimize
from autograd.tape.powers import EXACT, exactly
from autograd.tape.reverse import reverse
from tests.autograd.tape.running import run

SPECIAL = [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 1.7e308, -1.7e308, -4.0]
finite = st.floats(allow_nan=False, allow_infinity=False)


def names(exponent: float, order: int = 0) -> list[str]:
    """The instructions of a power, or of its derivative by two ways."""

    def f(x: Value) -> Value:
        return x**exponent

    if order == 0:
        tape, _ = trace(f, 1)
    elif order == 1:
        tape = reverse(trace(f, 1)[0], [0])
        tape = tape.with_outputs(tape.outputs[1:])
    else:
        tape, _ = trace(grad(grad(f)), 1)
    return [instruction.name for instruction in optimize(tape).instructions]


@pytest.mark.parametrize("exponent", EXACT)
@given(x=finite | st.sampled_from(SPECIAL))
def test_they_are_right_to_half_a_unit_and_where_floats_end(exponent: float, x: float) -> None:
    (got,) = run(optimize(trace(lambda t: t**exponent, 1)[0]), [x])
    want = (Value(x) ** exponent).data
    if not math.isfinite(want) or want == 0.0 or not math.isfinite(x):
        assert str(got) == str(want)
    elif exponent == 0.5:
        assert got == math.sqrt(x)  # which C rounds correctly
    elif math.isfinite(got):
        assert got == float(Fraction(x) ** int(exponent))


def test_a_square_and_its_derivatives_are_products() -> None:
    assert [names(2.0, order) for order in (0, 1, 2)] == [["mul"], ["mul"], []]
    assert [names(1.0, order) for order in (0, 1)] == [[], []]
    assert names(-1.0) == ["div"]
    assert "pow" not in names(0.5)
    assert names(3.0, 1) == ["mul", "mul"]
    assert [names(3.0), names(2.25)] == [["pow"], ["pow"]]


def test_an_exponent_that_varies_is_a_power() -> None:
    tape, _ = trace(lambda x, y: x**y, 2)
    assert [instruction.name for instruction in optimize(tape).instructions] == ["pow"]
    made = compile(lambda x, y: x**y, 2, backend="python")
    assert made([[3.0, 2.0], [-0.0, 0.5], [-math.inf, 0.5]]) == [9.0, 0.0, math.inf]


def test_what_is_shown_is_the_power_that_was_written() -> None:
    tape, _ = trace(lambda x: x**2 + x**0.5, 1)
    assert [instruction.name for instruction in tape.instructions] == ["pow", "pow", "add"]
    assert "v1 = pow(x1, c1)" in str(tape)


@given(finite, finite)
@example(2.0, 1.0)
@example(1e16, 0.5)
@example(0.1, 1.0)
@example(1e308, -1e308)
def test_a_difference_is_exact_where_no_bit_is_lost(b: float, k: float) -> None:
    found = b - k
    want = math.isfinite(found) and Fraction(b) - Fraction(k) == Fraction(found)
    assert exactly(b, k) == want


@pytest.mark.parametrize("exponent", [0.1, 1e-17, 2.0**53 + 2.0])
def test_a_derivative_whose_exponent_would_be_rounded_is_a_quotient(exponent: float) -> None:
    assert ("div" in names(exponent, 1)) == (not exactly(exponent, 1.0))
