"""From functions and graphs to tapes: nothing is silently frozen."""

from __future__ import annotations

import math

import pytest

from autograd import Value, grad, maximum, no_grad, softmax, where
from autograd.tape import record_tape, trace
from autograd.tape.reverse import reverse
from tests.autograd.tape.running import run


def test_a_branch_on_a_traced_value_is_refused_with_file_and_line() -> None:
    """ReverseDiff.jl's compiled tapes keep one branch of this function and are silently wrong."""

    def size(x: Value) -> Value:
        return x * x if x > 0 else -x

    with pytest.raises(TypeError, match=r"test_trace\.py, line \d+.*autograd\.where"):
        trace(size, inputs=1)

    def whole(x: Value) -> Value:
        return where(x > 0, x * x, -x)

    tape, _ = trace(whole, inputs=1)
    sweep = reverse(tape, [0])
    for x in (-3.0, -0.5, 0.0, 0.5, 3.0):
        assert run(sweep, [x]) == [whole(x), grad(whole)(x)]


@pytest.mark.parametrize(
    "read",
    [
        lambda x: x * x.data,
        lambda x: x * x.item(),
        lambda x: x if x.data > 1 else x * 2,
    ],
)
def test_reading_a_traced_number_is_refused_with_file_and_line(read: object) -> None:
    with pytest.raises(TypeError, match=r"test_trace\.py, line \d+.*autograd\.where"):
        trace(read, inputs=1)  # type: ignore[arg-type]


HERE = r"test_trace\.py, line \d+.*autograd\.where"


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda x: max(x, x * 2.0), HERE),
        (lambda x: x and x, "^a Value has no truth value"),
        (lambda x: [x, -x][x < 0], HERE),
    ],
)
def test_other_ways_to_ask_for_a_truth_are_refused(ask: object, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        trace(ask, inputs=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("x", [-1.0, 0.0, 2.0, math.nan])
@pytest.mark.parametrize("y", [-1.0, 0.0, 3.0])
def test_each_comparison_is_kept(x: float, y: float) -> None:
    def choices(a: Value, b: Value) -> list[Value]:
        return [
            where(a < b, a, b),
            where(a <= b, a, b),
            where(a > b, a, b),
            where(a >= b, a, b),
            where(a > 0.0, a, 1.0),
            where(b < 1.0, 2.0, b),
        ]

    tape, _ = trace(choices, inputs=2)
    want = [y_.data for y_ in choices(Value(x), Value(y))]
    assert str(run(tape, [x, y])) == str(want)


def test_tracing_ends_also_where_the_function_fails() -> None:
    with pytest.raises(ZeroDivisionError):
        trace(lambda x: 1 / 0, inputs=1)
    x = Value(1.0)
    assert bool(x > 0.5)
    assert x.data == 1.0


def test_a_choice_that_was_made_is_refused_by_name() -> None:
    x = Value(2.0, "x")
    y = where(x > 1.0, x * x, x)
    y.label = "y"
    with pytest.raises(ValueError, match=r"'y' = branch\(.*\).*compile\(f, inputs"):
        record_tape([y * 2.0], [x])


def test_maximum_is_no_choice() -> None:
    x, y = Value(2.0), Value(3.0)
    tape, _ = record_tape([maximum(x, y)], [x, y])
    assert run(tape, [5.0, 3.0]) == [5.0]


def test_leaves_that_nobody_named_are_parameters() -> None:
    x, w, hidden = Value(2.0, "x"), Value(3.0, "w"), Value(4.0)
    tape, leaves = record_tape([x * w + hidden], [x], [w])
    assert leaves == [w, hidden]
    assert (tape.inputs, tape.parameters) == (("x",), ("w", "p2"))
    assert run(tape, [10.0, 5.0, 1.0]) == [51.0]


def test_inputs_have_the_names_that_they_are_given() -> None:
    tape, _ = trace(lambda a, b: a + b, inputs=["length", "width"])
    assert tape.inputs == ("length", "width")


def test_an_output_may_be_an_input_or_a_constant() -> None:
    tape, _ = trace(lambda x: [x, x * 0.0 + 1.0, Value(7.0)], inputs=1)
    assert tape.several
    assert run(tape, [3.0, 7.0]) == [3.0, 1.0, 7.0]
    tape, _ = trace(lambda x: 2, inputs=1)
    assert run(tape, [3.0]) == [2.0]


def test_what_is_listed_wrongly_is_refused_in_words() -> None:
    x, y = Value(1.0, "x"), Value(2.0, "y")
    with pytest.raises(ValueError, match="listed twice"):
        record_tape([x * y], [x], [y, x])
    with pytest.raises(ValueError, match="expected a leaf as input 0"):
        record_tape([x * y], [x * 1.0])
    with pytest.raises(ValueError, match="expected a leaf as parameter 1"):
        record_tape([x * y], [x], [y, 3.0])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="gives Values, got NoneType"):
        trace(lambda x: None, inputs=1)


def test_detach_stays_open_and_no_grad_is_refused() -> None:
    tape, _ = trace(lambda x: x * x.detach(), inputs=1)
    assert run(reverse(tape, [0]), [3.0]) == [9.0, 3.0]

    def frozen(x: Value) -> Value:
        with no_grad():
            return x * 2.0

    with pytest.raises(TypeError, match=r"no_grad .*test_trace\.py.*detach"):
        trace(frozen, inputs=1)


def test_a_derivative_inside_the_function_is_traced_too() -> None:
    tape, _ = trace(lambda x: grad(lambda t: t**3)(x) * x, inputs=1)
    assert run(tape, [2.0]) == [24.0]
    slope = grad(lambda t: softmax([t, t * t])[0])
    tape, _ = trace(slope, inputs=1)
    assert run(tape, [2.0]) == [slope(2.0)]
