"""Folding: what is known is computed, what changes no bit is left out, and nothing else."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, operation
from autograd.tape import Tape, trace
from autograd.tape.passes import fold, optimize
from autograd.tape.recorder import Recorder, Symbol
from autograd.tape.reverse import reverse
from tests.autograd.tape.running import SPECIAL, run
from tests.autograd.tape.test_passes import bits

NUMBERS = [0.0, -0.0, 1.0, -1.0, 2.0, -0.5, math.inf, math.nan]
Rule = Callable[[Recorder, Symbol, Symbol], Any]


def tape_of(rule: Rule) -> Tape:
    """The tape of a rule on the symbols of two inputs."""
    recorder = Recorder(["x", "y"])
    return recorder.tape([rule(recorder, recorder.symbol(0), recorder.symbol(1))], several=False)


def names(rule: Rule) -> list[str]:
    return [instruction.name for instruction in fold(tape_of(rule)).instructions]


def drawn(seed: int, steps: int) -> Tape:
    """Sums, products, comparisons and choices of inputs and constants, most of them constants."""
    rng = random.Random(seed)
    recorder = Recorder(["x", "y"])
    numbers = [recorder.symbol(0), recorder.symbol(1), *map(recorder.number, NUMBERS)]
    conditions = [numbers[0] < numbers[1]]
    for _ in range(steps):
        a, b = rng.choice(numbers[-9:]), rng.choice(numbers)
        p, q = rng.choice(conditions), rng.choice(conditions)
        kind = rng.choice(["number", "choice", "choice", "condition", "logic"])
        if kind == "number":
            name = rng.choice(["add", "sub", "mul", "div", "abs", "neg", "maximum", "dot", "total"])
            operands = [a] if name in ("abs", "neg") else [a, b]
            numbers.append(recorder.emit(name, operands))
        elif kind == "choice":
            numbers.append(recorder.where(p, a, b))
        elif kind == "condition":
            name = rng.choice(["less", "less_equal", "equal"])
            conditions.append(recorder.emit(name, [a, b]))
        else:
            conditions.append(rng.choice([p & q, p | q, ~p]))
    chosen = [recorder.where(condition, 1.0, 0.0) for condition in conditions]
    return recorder.tape([*numbers, *chosen])


FACTORS = [1.0, -1.0, 2.0, -4.0, 2.0**1023, 0.5, -0.25, 3.0, 1.5, 100.0, -0.0, math.inf, math.nan]


@pytest.mark.parametrize("outer", FACTORS)
@pytest.mark.parametrize("inner", FACTORS)
def test_factors_join_where_no_bit_changes(inner: float, outer: float) -> None:
    tape = tape_of(lambda m, x, y: outer * (inner * x))
    folded = fold(tape)
    for x in [*SPECIAL, 0.1, 1e308, 3e-308, 7e-324]:
        assert bits(run(folded, [x, 0.0])) == bits(run(tape, [x, 0.0]))
    joined = [2.0, -4.0].count(inner) and abs(outer) in (2.0, 3.0, 4.0, 1.5, 100.0)
    assert not joined or [str(i.name) for i in folded.instructions] == ["mul"]


@given(seed=st.integers(0, 10**9), steps=st.integers(1, 40))
def test_no_bit_changes(seed: int, steps: int) -> None:
    tape, rng = drawn(seed, steps), random.Random(seed)
    folded, optimized = fold(tape).check(), optimize(tape).check()
    assert len(folded.instructions) <= len(tape.instructions) + 2 * steps
    for _ in range(8):
        at = [rng.choice(SPECIAL), rng.choice(SPECIAL)]
        want = bits(run(tape, at))
        assert bits(run(folded, at)) == want
        assert bits(run(optimized, at)) == want


@pytest.mark.parametrize(
    "rule",
    [
        lambda m, x, y: x * 1.0,
        lambda m, x, y: 1.0 * x,
        lambda m, x, y: x / 1.0,
        lambda m, x, y: x - 0.0,
        lambda m, x, y: x + -0.0,
        lambda m, x, y: -0.0 + x,
        lambda m, x, y: m.where(x < y, x, x),
        lambda m, x, y: m.where(m.emit("less", (1.0, 2.0)), x, y),
    ],
)
def test_what_changes_no_bit_is_left_out(rule: Rule) -> None:
    assert names(rule) == []


@pytest.mark.parametrize(
    "rule",
    [
        lambda m, x, y: x + 0.0,  # 0 where x is -0
        lambda m, x, y: x - -0.0,
        lambda m, x, y: 0.0 - x,
        lambda m, x, y: x * 0.0,  # NaN where x is infinite
        lambda m, x, y: 0.0 / x,
        lambda m, x, y: x - x,
        lambda m, x, y: x / x,
    ],
)
def test_what_changes_bits_stays(rule: Rule) -> None:
    assert len(names(rule)) == 1


@pytest.mark.parametrize(
    ("rule", "want"),
    [
        # Functions of constants and of choices between constants.
        (lambda m, x, y: m.exp(m.where(x < y, 0.0, 1.0) * 3.0 + 1.0), ["less", "where"]),
        (lambda m, x, y: m.where(x < y, 1.0, 2.0) * m.where(x < y, 3.0, 4.0), ["less", "where"]),
        (lambda m, x, y: m.where(m.where(x < y, 1.0, 0.0) > 0.5, x, y), ["less", "where"]),
        (lambda m, x, y: m.where(m.where(x < y, 1.0, 0.0) < 0.5, x, y), ["less", "where"]),
        (lambda m, x, y: m.where(m.where(x < y, 1.0, 0.0) < 9.0, x, y), []),
        (
            lambda m, x, y: m.where(x < y, 1.0, 2.0) * m.where(y < x, 3.0, 4.0),
            ["less", "where", "less", "where", "mul"],
        ),
        # Choices by one condition, and by its opposite.
        (lambda m, x, y: m.where(x < y, m.where(x < y, x, 2.0), y), ["less", "less", "where"]),
        (lambda m, x, y: m.where(~(x < y), x, y), ["less", "where"]),
        # Known conditions.
        (
            lambda m, x, y: m.where((x < y) & m.emit("less", (1.0, 2.0)), x, y),
            ["less", "where"],
        ),
        (lambda m, x, y: m.where(m.emit("less", (1.0, 2.0)) | (x < y), x, y), []),
        (lambda m, x, y: m.where(m.emit("less", (2.0, 1.0)) & (x < y), x, y), []),
        (lambda m, x, y: m.where((x < y) | m.emit("less", (2.0, 1.0)), x, y), ["less", "where"]),
    ],
)
def test_constants_are_folded_through_choices(rule: Rule, want: list[str]) -> None:
    # Equal comparisons are one first, as in all that a backend gets.
    tape = tape_of(rule)
    found = [instruction.name for instruction in optimize(tape).instructions]
    assert found == [name for i, name in enumerate(want) if want[i : i + 2] != ["less", "less"]]


def test_a_condition_with_itself_is_itself() -> None:
    def of(join: Callable[[Any, Any], Any]) -> list[str]:
        tape = tape_of(lambda m, x, y: m.where(join(x < y, x < y), x, y))
        return [instruction.name for instruction in optimize(tape).instructions]

    assert of(lambda p, q: p & q) == of(lambda p, q: p | q) == ["less", "where"]


def test_a_user_s_operation_is_not_computed_early() -> None:
    """It may refuse numbers that are never used."""

    def refuses(x: float) -> float:
        raise RuntimeError("not here")

    recorder = Recorder(["x"])
    operation("refuses_on_tape", refuses, lambda m, x, y: (1.0,))
    number = recorder.emit("refuses_on_tape", [2.0])
    choice = recorder.emit("refuses_on_tape", [recorder.where(recorder.symbol(0) < 0.0, 1.0, 2.0)])
    tape = recorder.tape([number + choice + recorder.symbol(0)])
    kept = [instruction.name for instruction in reverse(tape, [0]).instructions]
    assert kept.count("refuses_on_tape") == 2


def test_constants_of_a_traced_function_are_computed() -> None:
    tape, _ = trace(lambda x: x * (Value(2.0) * 0.0 + 3.0), inputs=1)
    assert len(fold(tape).instructions) >= 1  # a leaf is read at each call, and stays
