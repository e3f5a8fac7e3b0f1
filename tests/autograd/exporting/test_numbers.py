"""Each language against the tape: the table of operations, random programs, branches, special
numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from autograd import Value, exp, log, maximum, softmax, sqrt, total, where
from autograd.exporting import c, javascript, python
from autograd.ops import TABLE
from autograd.tape import Tape, record_tape, trace
from autograd.tape.derivatives import hessian, jacobian
from autograd.tape.passes import optimize
from autograd.tape.reverse import reverse
from tests.autograd.exporting.languages import (
    Batch,
    Point,
    Result,
    compiled_by,
    in_node,
    in_python,
    is_same,
    needs,
    subject,
    ulps,
)
from tests.autograd.tape.running import (
    OPERATIONS,
    SPECIAL,
    agree,
    bounds,
    graph_of,
    points,
    random_graph,
)

inf, nan = math.inf, math.nan
FAR = (-1e308, -800.0, 800.0, 700.0, -700.0, 1e-310, -1e-310, 2.0**53 + 2.0, 64.0, -64.0)
BRANCHES: list[Callable[[Value, Value], Value]] = [
    lambda a, b: where((a < b) & (b > 0.0), a * b, exp(a) / b),
    lambda a, b: where((a <= 0.0) | (a >= b), log(b), sqrt(a)),
    lambda a, b: where(~(a <= inf), 0.0, a) + maximum([a, b, 0.5]),
    lambda a, b: where(a < inf, a * -inf, nan) + 5e-324 * b,
    lambda a, b: total([a, 1e16, b, -1e16, a * b, 1e-30]) + softmax([a, b, 0.0])[0],
    lambda a, b: (a**2 + b**-1) * a**0.5 + 2.0**b + a % b,
]


@cache
def cases() -> dict[str, tuple[Tape, Tape, list[Point]]]:
    """By name: a tape as it is recorded, with derivatives; as backends run it; and points."""
    found = {}
    for name in OPERATIONS:
        numbers = points(name)
        numbers += [(x,) * len(numbers[0]) for x in FAR]
        y, leaves = graph_of(name, numbers[0])
        tape = reverse(record_tape([y], leaves)[0], range(len(leaves)))
        found[name] = tape, optimize(tape), numbers
    for seed in range(20):
        y, leaves = random_graph(seed)
        tape = reverse(record_tape([y], leaves)[0], range(len(leaves)))
        found[f"random {seed}"] = tape, optimize(tape), [tuple([leaf.data for leaf in leaves])]
    pairs = [(a, b) for a in (*SPECIAL[:8], 0.75) for b in (0.0, -2.5, inf, nan, 0.75)]
    for i, f in enumerate(BRANCHES):
        tape, _ = trace(f, 2)
        for kind, made in (
            ("value", tape),
            ("jacobian", jacobian(tape, [0, 1])),
            ("hessian", hessian(tape, [0, 1])),
        ):
            found[f"branch {i}, {kind}"] = made, optimize(made), pairs
    numbers = [i / 610 for i in range(-20000, 20000)]
    tape, _ = trace(lambda x: 2.0**x, 1)  # which a compiler may write as exp2, with other bits
    other = [(x,) for x in numbers if math.exp2(x) != math.pow(2.0, x)]
    found["powers of 2"] = tape, tape, [*other[:12], (0.5,)]
    return found


@cache
def batch() -> Batch:
    return Batch(cases())


def rounding(result: Result, known: dict[tuple[str, Point], list[float]]) -> float:
    """By how much rounding may move a result; of all outputs at a point at once."""
    key = result.name, result.point
    if key not in known:
        known[key] = bounds(result.tape, result.point)
    return known[key][result.i]


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_c_has_the_same_bits(compiler: str, tmp_path: Path) -> None:
    needs(compiler)
    text = c.text(subject(batch().tape))
    f = compiled_by(compiler, text, tmp_path, len(batch().tape.outputs))
    batch().compare(f, is_same)


def test_python_has_the_same_bits() -> None:
    batch().compare(in_python(python.text(subject(batch().tape)))["program"], is_same)


def test_c_in_floats_is_near(tmp_path: Path) -> None:
    """Within what rounding allows, where operands and results are in the range of floats."""
    needs("gcc")
    chosen = {
        name: (tape, expected, [tuple(map(c.single, point)) for point in numbers])
        for name, (tape, expected, numbers) in cases().items()
        if not name.startswith("branch")
    }
    floats = Batch(chosen)
    text = c.text(subject(floats.tape, float32=True))
    f = compiled_by("gcc", text, tmp_path, len(floats.tape.outputs), "-Wdouble-promotion")
    compared = 0
    rooms: dict[tuple[str, Point], list[float]] = {}

    def near(result: Result) -> bool:
        nonlocal compared
        ordinary = all([1e-3 < abs(x) < 10.0 for x in result.point])
        if not ordinary or not 1e-30 < abs(result.want) < 1e30:
            return True
        compared += 1
        room = rounding(result, rooms) + abs(result.want)
        return abs(result.got - result.want) <= 2.0**-19 * room

    floats.compare(f, near)
    assert compared > 1000


def test_javascript_is_near(tmp_path: Path) -> None:
    """Values of operations within 4 units in the last place; all within what rounding allows."""
    needs("node")
    rows = [[x for point in row for x in point] for row in batch().rows]
    rooms: dict[tuple[str, Point], list[float]] = {}
    found = iter(in_node(javascript.text(subject(batch().tape)), tmp_path, rows))

    def near(result: Result) -> bool:
        ordinary = all([math.isfinite(x) and abs(x) < 10.0 for x in result.point])
        if result.name in TABLE and result.i == 0 and ordinary:
            return ulps(result.got, result.want) <= 4.0
        if is_same(result):
            return True
        room = rounding(result, rooms)
        return agree(result.got, result.want, room if math.isfinite(room) else inf)

    batch().compare(lambda _: next(found), near)
