"""Each language against the tape: the table of operations, random programs, branches, special
numbers.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from autograd import Value, exp, log, maximum, softmax, sqrt, total, where
from autograd.exporting import c, javascript, python
from autograd.ops import TABLE, Shape
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


def is_close(result: Result) -> bool:
    """Within 4 units in the last place; of sums, whose terms may cancel, what rounding allows."""
    if TABLE[result.name].shape in (Shape.MANY, Shape.PAIRS):
        return agree(result.got, result.want, bounds(result.tape, result.point)[result.i])
    return ulps(result.got, result.want) <= 4.0


def test_javascript_is_near(tmp_path: Path) -> None:
    """Values of operations are close; all within what rounding allows."""
    needs("node")
    rows = [[x for point in row for x in point] for row in batch().rows]
    rooms: dict[tuple[str, Point], list[float]] = {}
    found = iter(in_node(javascript.text(subject(batch().tape)), tmp_path, rows))

    def near(result: Result) -> bool:
        if is_same(result):
            return True
        if result.name in TABLE and result.i == 0 and all(map(math.isfinite, result.point)):
            return is_close(result)
        room = rounding(result, rooms)
        return agree(result.got, result.want, room if math.isfinite(room) else inf)

    batch().compare(lambda _: next(found), near)


def wide_points(name: str, count: int) -> list[Point]:
    """Operands of all sizes from 1e-12 to 1e100, in the domain of an operation."""
    rng, domain = random.Random(name), TABLE[name].domain
    found = []
    for _ in range(count):
        point = []
        for slot in range(len(points(name)[0])):
            low, high = domain[min(slot, len(domain) - 1)]
            size = rng.choice([3.0 * rng.random(), 10.0 ** rng.uniform(-12.0, 100.0)])
            point.append(min(high, max(low, rng.choice([-1.0, 1.0]) * size)))
        found.append(tuple(point))
    return found


def test_operations_in_javascript_are_close_at_all_sizes(tmp_path: Path) -> None:
    needs("node")
    made = {}
    for name in OPERATIONS:
        y, leaves = graph_of(name, points(name)[0])
        tape, _ = record_tape([y], leaves)
        made[name] = tape, optimize(tape), wide_points(name, 1000)
    values = Batch(made)
    rows = [[x for point in row for x in point] for row in values.rows]
    found = iter(in_node(javascript.text(subject(values.tape)), tmp_path, rows))
    values.compare(lambda _: next(found), is_close)
