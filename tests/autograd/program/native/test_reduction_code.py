"""The sums over rows and steps: weights that are used in every step are one product for a layer."""

from __future__ import annotations

import random
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograd import Value, compile, dot, log, scan, tanh, total
from autograd.program.native import code, computation, reduction_code
from autograd.program.native.grouping import group
from autograd.program.native.reductions import find_reductions
from autograd.program.native.schedule import Recurrence
from autograd.tape import loop_products
from tests.autograd.program.native.processors import become, narrower
from tests.autograd.program.native.recurrent import KINDS, Network
from tests.autograd.test_scanning import flat, unrolled


def layers_of(network: Network) -> tuple[list[tuple[int, int, int]], list[int]]:
    """Of each outer product the adjoints, the inputs and the steps; how many totals loops have."""
    tape = compile(network.of(scan), network.inputs, network.leaves, "python").tape
    found = computation.of_sums(tape, tape.parameter_slots)
    sums = find_reductions(found)
    schedule = group(found, 16, sums.columns, sums.outers)
    loops = [unit.body.held.loop for unit in schedule.units if isinstance(unit, Recurrence)]
    shapes = [
        (len(each.adjoints), len(each.inputs), each.steps)
        for each in schedule.outers
        if each.steps > 1
    ]
    return sorted(shapes), [loop.totals for loop in loops if loop.backward]


def test_weights_of_every_step_are_one_layer() -> None:
    """The states are elsewhere in memory than the xs, which are side by side. What is left in the
    loop backward are the totals of the biases.
    """
    assert layers_of(Network("plain", 5, 7, 3)) == ([(5, 3, 7), (5, 5, 7)], [5])
    assert layers_of(Network("linear", 6, 4, 2)) == ([(6, 2, 4), (6, 6, 4)], [6])


def test_all_uses_of_a_weight_are_in_products() -> None:
    """Twice in a step, also outside of the loop, times a uniform factor, or with a capture."""
    once, twice = [(4, 1, 3), (4, 4, 3)], [(4, 1, 3), (4, 1, 3), (4, 4, 3), (4, 4, 3)]
    for kind in ("also outside", "scaled", "context"):
        assert layers_of(Network(kind, 4, 3, 1)) == (once, [4])
    for kind in ("twice", "gated"):
        assert layers_of(Network(kind, 4, 3, 1)) == (twice, [4])


def test_few_products_and_many_numbers_stay_in_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    assert layers_of(Network("plain", 3, 7, 1)) == ([], [15])
    monkeypatch.setattr(loop_products, "MOST_STORED", 34)
    assert layers_of(Network("plain", 5, 7, 1)) == ([], [35])


def check(network: Network, rows: Any, **given: Any) -> None:
    native = compile(network.of(scan), network.inputs, network.leaves, "native")
    plain = compile(network.of(unrolled), network.inputs, network.leaves, "python")
    assert native.backend == "native"
    got, want = [flat(one.value_and_grad(rows, **given)) for one in (native, plain)]
    np.testing.assert_allclose(got, want, 1e-9, 1e-12 * max(1.0, *map(abs, want)))


@settings(max_examples=15, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    units=st.integers(1, 20),
    steps=st.integers(1, 40),
    features=st.integers(0, 3),
    mixed=st.booleans(),
    rows=st.integers(1, 50),
    how=st.sampled_from(["mean", "sum", "weights"]),
    small=st.booleans(),
)
@example("plain", 8, 40, 2, True, 50, "mean", False)
@example("gated", 17, 3, 1, False, 33, "weights", True)
@example("linear", 9, 1, 3, True, 1, "sum", True)
def test_sums_are_those_of_the_unrolled_graph(
    kind: str, units: int, steps: int, features: int, mixed: bool, rows: int, how: str, small: bool
) -> None:
    """With few products too, and with few steps at once."""
    steps = min(steps, max(1, 3000 // (units * units)))  # the unrolled graph is compiled too
    network = Network(kind, units, steps, features, mixed and features > 0)
    rng = np.random.default_rng(units)
    table = rng.normal(size=(rows, network.inputs))
    given: dict[str, Any] = {"reduction": "sum"} if how == "sum" else {}
    if how == "weights":
        given["sample_weight"] = list(rng.uniform(0.0, 2.0, rows))
    with pytest.MonkeyPatch.context() as patch:
        if small:
            patch.setattr(computation, "FEWEST_APART", 1)
            patch.setattr(reduction_code, "AT_ONCE", 2000)
            patch.setattr(code, "_known", OrderedDict())
        check(network, table, **given)


@narrower
def test_on_narrower_processors(processor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    become(processor, monkeypatch)
    network = Network("gated", 7, 9, 2)
    check(network, np.random.default_rng(0).normal(size=(21, network.inputs)))


@pytest.mark.parametrize("rows", [1, 17, 300])
def test_threads_give_the_same_bits(rows: int) -> None:
    network = Network("plain", 6, 9, 2)
    table = np.random.default_rng(rows).normal(size=(rows, network.inputs))
    found = [
        compile(network.of(scan), network.inputs, network.leaves, "native", threads).value_and_grad(
            table
        )
        for threads in (1, 2, 3)
    ]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("special", [np.inf, np.nan, 1e308])
def test_what_is_not_finite_is_that_of_numpy(special: float) -> None:
    network = Network("linear", 5, 4, 1)
    table = np.random.default_rng(0).normal(size=(19, network.inputs))
    table[7, 2] = special
    programs = [
        compile(network.of(scan), network.inputs, network.leaves, name)
        for name in ("native", "numpy")
    ]
    got, want = [flat(program.value_and_grad(table)) for program in programs]
    np.testing.assert_array_equal(got, want)
    assert not np.isfinite(got).all()


@pytest.mark.parametrize("kind", ["plain", "twice"])
def test_products_of_second_order(kind: str) -> None:
    """A derivative of a product of runs is a sum of two."""
    network = Network(kind, 4, 5, 1)
    table = np.random.default_rng(1).normal(size=(21, network.inputs))
    along = [random.Random(2).uniform(-1.0, 1.0) for _ in network.leaves]
    native = compile(network.of(scan), network.inputs, network.leaves, "native")
    plain = compile(network.of(unrolled), network.inputs, network.leaves, "numpy")
    got, want = [one.hvp(table, along) for one in (native, plain)]
    np.testing.assert_allclose(got, want, 1e-9, 1e-11)


def test_the_size_of_the_code_does_not_depend_on_the_length() -> None:
    def lines(steps: int) -> int:
        network = Network("plain", 5, steps, 1)
        made = compile(network.of(scan), network.inputs, network.leaves, "native")
        return len(made.llvm.splitlines())

    assert lines(900) == lines(1800)


def test_rows_that_are_no_data_add_nothing() -> None:
    """The last block is filled up with zeros, whose logarithm is infinite."""
    w = [[Value(0.1 * i - 0.05 * k) for i in range(5)] for k in range(5)]

    def f(loop: Any, *row: Any) -> Any:
        def step(h: Any, x: Any) -> Any:
            return [tanh(dot(own, [*h[1:], log(x)])) for own in w], None

        return total(loop(step, [0.1] * 5, [*row])[0])

    table = np.random.default_rng(0).uniform(0.5, 2.0, (19, 4))
    leaves = [leaf for row in w for leaf in row]
    native, plain = [
        compile(lambda *row, loop=loop: f(loop, *row), 4, leaves, name)
        for loop, name in ((scan, "native"), (unrolled, "python"))
    ]
    got, want = [flat(program.value_and_grad(table)) for program in (native, plain)]
    np.testing.assert_allclose(got, want, 1e-11)
    assert "careful" not in vars(native._backend)  # its own sums are finite
