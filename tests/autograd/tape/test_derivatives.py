"""Tapes of derivatives against sweeps of sweeps, and against the engine's."""

from __future__ import annotations

import pytest

from autograd import Value, gradients
from autograd.tape import record_tape, trace
from autograd.tape.derivatives import (
    Wanted,
    along_adjoints,
    derived,
    hessian,
    jacobian,
    product,
    widened,
)
from autograd.tape.reverse import reverse
from tests.autograd.tape.running import agree, bound, bounds, random_graph, run


@pytest.mark.parametrize("seed", range(12))
def test_random_graphs(seed: int) -> None:
    """Every derivative to second order is the engine's; the Hessian is symmetric."""
    y, leaves = random_graph(seed)
    count, numbers = len(leaves), [leaf.data for leaf in leaves]
    slots = range(count)
    tape, _ = record_tape([y], leaves)
    first = gradients(y, leaves, create_graph=True)
    second = [gradients(slope, leaves) for slope in first]
    slopes = jacobian(tape, slots).check()
    for got, want, room in zip(run(slopes, numbers), first, bounds(slopes, numbers), strict=True):
        assert agree(got, want.data, room)
    for products in (False, True):
        matrix = hessian(tape, slots, products).check()
        found, rooms = run(matrix, numbers), bounds(matrix, numbers)
        for i in slots:
            for k in slots:
                at = i * count + k
                assert agree(found[at], second[i][k], rooms[at] + 1e-300)
                assert products or found[at] == found[k * count + i]
    along = [0.5 - i for i in slots]
    wide = widened(tape, parameters=[f"v{i}" for i in slots])
    vector = tuple(wide.parameter_slots)
    times = product(wide, slots, vector).check()
    for i, got in enumerate(run(times, [*numbers, *along])):
        want = sum(h * v for h, v in zip(second[i], along, strict=True))
        assert agree(got, want, bound(times, [*numbers, *along], i) + 1e-12 * abs(want))


def test_of_what_is_constant() -> None:
    tape, _ = trace(lambda x, y: [x, 2.0 * y, x * 0.0 + 3.0], 2)
    assert run(jacobian(tape, [0, 1]), [5.0, 7.0]) == [1.0, 0.0, 0.0, 2.0, 0.0, 0.0]
    for products in (False, True):
        assert run(hessian(tape, [0, 1], products), [5.0, 7.0]) == [0.0] * 4
    wide = widened(tape, inputs=["u", "v"])
    assert run(product(wide, [0, 1], [2, 3]), [5.0, 7.0, 1.0, 1.0]) == [0.0, 0.0]


def test_equal_instructions_of_all_sweeps_are_one() -> None:
    """exp(x·w) is in every entry, and computed once."""
    w = [Value(0.5, f"w{i}") for i in range(4)]
    tape, _ = trace(lambda *x: autograd_exp(sum(a * b for a, b in zip(w, x, strict=True))), 4, w)
    names = [i.name for i in hessian(tape, tape.parameter_slots).instructions]
    assert names.count("exp") == 1
    assert len(names) < 40


def autograd_exp(x: Value) -> Value:
    return x.exp()


def test_more_inputs_and_parameters_change_nothing() -> None:
    w = Value(3.0, "w")
    tape, _ = trace(lambda x: [w * x + 1.0, x * x], 1, [w])
    wide = widened(tape, ["u"], ["p", "q"]).check()
    assert (wide.inputs, wide.parameters) == (("x1", "u"), ("w", "p", "q"))
    assert run(wide, [2.0, 9.0, 3.0, 8.0, 7.0]) == run(tape, [2.0, 3.0]) == [7.0, 4.0]


def test_the_dot_product_of_outputs_and_adjoints() -> None:
    w = Value(3.0, "w")
    tape, _ = trace(lambda x: [w * x, x * x], 1, [w])
    along = along_adjoints(tape).check()
    assert run(along, [2.0, 10.0, 100.0, 3.0]) == [6.0 * 10.0 + 4.0 * 100.0]
    assert run(reverse(along, [0, 3]), [2.0, 10.0, 100.0, 3.0]) == [460.0, 430.0, 20.0]


def test_kinds() -> None:
    tape, _ = trace(lambda x: x * x * x, 1)
    assert run(derived(tape, Wanted((0,))), [2.0]) == [8.0, 12.0]
    assert run(derived(tape, Wanted((0,), "hessian")), [2.0]) == [12.0]
    wide = widened(tape, ["v"])
    assert run(derived(wide, Wanted((0,), "product", (1,))), [2.0, 10.0]) == [120.0]
