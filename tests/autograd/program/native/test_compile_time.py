"""The time of compiling: bounded functions, lines in proportion, a word before it is long."""

from __future__ import annotations

import math
import pickle
import random
import re
from collections.abc import Callable, Sequence

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, compile, dot, exp, jit, logsumexp, total
from autograd.program import Program
from autograd.program.native import code, compile_time
from tests.autograd.program.native.networks import leaves
from tests.autograd.tape.running import random_graph

MOST_LINES = 4000  # of a function that LLVM is given
Shape = Callable[[int], Program]


def lines(program: Program) -> tuple[int, int]:
    """Those of all functions, and of the longest one."""
    found = [f.count("\n") for f in re.split(r"^define ", program.llvm, flags=re.M)[1:]]
    return sum(found), max(found)


def chain(count: int) -> Program:
    w = Value(0.5, "w")

    def f(x: Value) -> Value:
        for i in range(count):
            x = x * w if i % 2 else x - w * 0.25
        return x

    return compile(f, 1, [w], "native")


def uniform_chain(count: int) -> Program:
    w = Value(0.5, "w")

    def f(x: Value) -> Value:
        y = w
        for i in range(count):
            y = y * w if i % 2 else y + w * 0.25
        return x * y

    return compile(f, 1, [w], "native")


def wide(count: int) -> Program:
    w = leaves(random.Random(0), count)
    return compile(
        lambda *x: logsumexp([x[i % 3] * w[i] for i in range(count)]) + logsumexp(w),
        3,
        w,
        "native",
    )


def shared_weights(count: int) -> Program:
    w = leaves(random.Random(1), max(4, count // 16), 16)

    def f(*x: Value) -> Value:
        return total([exp(dot(row, part)) for row in w for part in (x[:16], x[16:])])

    return compile(f, 32, [weight for row in w for weight in row], "native")


def many_sums(count: int) -> Program:
    w = leaves(random.Random(2), count)

    def f(*x: Value) -> Value:
        return total([(a * x[i % 3] + a.exp() * x[(i + 1) % 3]) * a for i, a in enumerate(w)])

    return compile(f, 3, w, "native")


SHAPES: Sequence[Shape] = [chain, uniform_chain, wide, shared_weights, many_sums]


@pytest.mark.parametrize("shape", SHAPES)
def test_lines_grow_no_faster_than_instructions_and_functions_are_bounded(shape: Shape) -> None:
    few, _ = lines(shape(500))
    many, longest = lines(shape(4000))
    assert many <= 8 * few
    assert longest <= MOST_LINES


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(10, 1500))
def test_no_function_of_a_random_program_is_long(seed: int, size: int) -> None:
    y, found = random_graph(seed, size=size)
    program = compile(y, found[::2], found[1::2], "native")
    assert program.backend == "native"
    assert lines(program)[1] <= MOST_LINES


def test_what_takes_long_warns_and_what_takes_too_long_is_not_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(code, "_known", type(code._known)())
    monkeypatch.setattr(compile_time, "SECONDS", 0.1)
    w = Value(2.0, "w")
    program = compile(lambda x: x * w, 1, [w], "native", longest=0.0)
    assert program.backend == "numpy"
    assert "longer than longest=0; raise `longest`" in program.note
    with pytest.warns(UserWarning, match=r"lines of LLVM IR take about") as seen:
        program = compile(lambda x: x * w, 1, [w], "native", longest=1e6)
    assert program.backend == "native"
    assert seen[0].filename == __file__
    for longest in (-1, math.nan):
        with pytest.raises(ValueError, match=r"compile: .* at least 0, got"):
            compile(lambda x: x * w, 1, [w], longest=longest)
        with pytest.raises(ValueError, match=r"jit: .* at least 0, got"):
            jit(lambda x: x * w, longest=longest)


def test_at_one_point_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "_known", type(code._known)())
    monkeypatch.setattr(compile_time, "SECONDS", 1.0)
    f = pickle.loads(pickle.dumps(jit(square_and_one, longest=0.0)))
    assert f(3.0) == 10.0
    assert f.program(3.0).backend == "python"
    assert "longer than longest=0" in f.program(3.0).note
    with pytest.warns(UserWarning, match=r"lines of LLVM IR take about") as seen:
        assert jit(square_and_one, longest=1e6)(3.0) == 10.0
    assert seen[0].filename == __file__


def square_and_one(x: Value) -> Value:
    return x * x + 1.0
