"""Which instructions become layers and loops, which straight-line code."""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import autograd
from autograd import Value, compile, dot
from autograd.program.native import code, compile_time
from autograd.program.native.schedule import Layer, Loop, Straight
from tests.autograd.program.native.networks import (
    ROWS,
    flat,
    leaves,
    network,
    same,
    schedule_of,
)
from tests.autograd.tape.running import random_graph


def test_layers_in_another_order_are_gathered() -> None:
    """The second layer takes the first one's neurons shuffled, and twice over inputs."""
    rng = random.Random(4)
    w, v = leaves(rng, 6, 3), leaves(rng, 4, 8)

    def loss(*x: Value) -> Value:
        h = [dot(row, x[:3]).tanh() for row in w]
        mixed = [h[4], x[1], h[0], h[5], x[0], h[2], h[1], h[3]]
        z = [dot(row, mixed) for row in v]
        return dot(z, z)

    native, numpy = (compile(loss, 3, flat([w, v]), name) for name in ("native", "numpy"))
    for count in ROWS:
        same(native, numpy, np.random.default_rng(count).normal(size=(count, 3)))


def test_products_of_two_vectors_that_vary_are_no_layer() -> None:
    w = leaves(random.Random(8), 12)

    def f(*x: Value) -> Value:
        h = [(a * b).tanh() for a, b in zip(w, x, strict=True)]
        return dot(h, x) + dot(x, [a * a for a in h]) + dot(h, h)

    native, numpy = (compile(f, 12, w, name) for name in ("native", "numpy"))
    for count in ROWS:
        same(native, numpy, np.random.default_rng(count).normal(size=(count, 12)))


def test_a_loop_that_one_other_reads_is_part_of_it() -> None:
    """Whether a class weighs 0 is asked in the loop that leaves it out, not in one of its own."""
    loss, parameters = network([4, 6, 5], False, autograd.tanh)
    schedule, computation = schedule_of(loss, 9, parameters)
    instructions = computation.instructions
    loops = [
        [instructions[slots[0]].name for slots in unit.steps]
        for unit in schedule.units
        if isinstance(unit, Loop)
    ]
    assert ["equal", "add", "mul", "where"] in loops
    assert ["equal"] not in loops


def test_a_network_becomes_layers_and_loops() -> None:
    loss, parameters = network([4, 4, 4, 3], False, autograd.tanh)
    schedule, _ = schedule_of(loss, 7, parameters)
    kinds = [type(unit) for unit in schedule.units]
    assert kinds == [Layer, Loop, Layer, Loop, Layer, Straight, Layer, Loop, Layer, Loop]
    assert sorted([(len(o.adjoints), len(o.inputs)) for o in schedule.outers]) == [
        (3, 4),
        (4, 4),
        (4, 4),
    ]


def test_a_sigmoid_and_its_slope_are_one_loop() -> None:
    loss, parameters = network([4, 8, 3], True, autograd.sigmoid)
    schedule, _ = schedule_of(loss, 7, parameters)
    loops = [unit for unit in schedule.units if isinstance(unit, Loop)]
    assert max([len(loop.steps) for loop in loops]) > 8


def test_an_irregular_graph_is_straight_code() -> None:
    y, found = random_graph(5)
    schedule, _ = schedule_of(y, found[::2], found[1::2])
    assert {type(unit) for unit in schedule.units} == {Straight}


def test_numpy_stands_in_for_what_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_time, "SECONDS", 1.0)
    monkeypatch.setattr(code, "_known", OrderedDict())
    y, found = random_graph(1)
    program = compile(y, found[:2], found[2:], "native")
    assert program.backend == "numpy"
    assert "lines of LLVM IR take about" in program.note
    assert program([[leaf.data for leaf in found[:2]]])[0] == pytest.approx(y.data)


@pytest.mark.parametrize("seed", range(4))
def test_layers_do_not_depend_on_the_order_of_the_operands_of_dot(seed: int) -> None:
    """Each neuron at random as dot(w, x) or dot(x, w): the same units and the same bits."""
    w, v = leaves(random.Random(seed), 16, 5), leaves(random.Random(seed + 9), 3, 16)

    def loss(order: random.Random | None) -> Callable[..., Value]:
        def product(a: list[Value], b: list[Value]) -> Value:
            return dot(b, a) if order and order.random() < 0.5 else dot(a, b)

        def f(*x: Value) -> Value:
            h = [product(row, list(x)).tanh() for row in w]
            z = [product(row, h) for row in v]
            return dot(z, z)

        return f

    units = [
        [type(unit) for unit in schedule_of(loss(order), 5, flat([w, v]))[0].units]
        for order in (None, random.Random(seed))
    ]
    assert units[0] == units[1]
    assert units[0].count(Layer) >= 3  # two forward, one back
    X = np.random.default_rng(seed).normal(size=(40, 5))
    for backend in ("native", "numpy", "python"):
        found = [
            compile(loss(order), 5, flat([w, v]), backend).value_and_grad(X)
            for order in (None, random.Random(seed))
        ]
        assert found[0] == found[1]
