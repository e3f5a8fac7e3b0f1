"""The native backend against the numpy one and the engine; what is found, shared and kept."""

from __future__ import annotations

import math
import pickle
import random
import threading
from collections import OrderedDict
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import autograd
from autograd import Value, compile, cross_entropy, dot, exp, gradients, log, maximum, where
from autograd.program import Program, backends
from autograd.program.native import code, grouping
from autograd.program.native.computation import Computation, of_sums
from autograd.program.native.grouping import group
from autograd.program.native.reductions import find_reductions
from autograd.program.native.schedule import Layer, Loop, Schedule, Straight
from autograd.tape import record
from autograd.tape.passes import optimize
from autograd.tape.reverse import reverse
from tests.autograd.program.processors import become, narrower
from tests.autograd.tape.running import agree, bound, random_graph

ROWS = [1, 2, 7, 8, 15, 16, 17, 31, 33, 64, 150, 1000]
Function = Callable[..., Value]


def leaves(rng: random.Random, *shape: int) -> list[Any]:
    if len(shape) == 1:
        return [Value(rng.uniform(-1, 1), f"w{i}") for i in range(shape[0])]
    return [leaves(rng, *shape[1:]) for _ in range(shape[0])]


def flat(nested: Any) -> list[Value]:
    return (
        [nested] if isinstance(nested, Value) else [leaf for part in nested for leaf in flat(part)]
    )


def network(
    widths: list[int], bias: bool, activation: Function, seed: int = 0
) -> tuple[Function, list[Value]]:
    """Loss of a network of dots; its parameters."""
    rng = random.Random(seed)
    weights = [leaves(rng, b, a) for a, b in pairwise(widths)]
    biases = [leaves(rng, b) for b in widths[1:]] if bias else []

    def loss(*x: Value) -> Value:
        h, target = list(x[: widths[0]]), x[widths[0] :]
        for layer, rows in enumerate(weights):
            z = [dot(row, h) for row in rows]
            if bias:
                z = [a + b for a, b in zip(z, biases[layer], strict=True)]
            h = z if rows is weights[-1] else [activation(a) for a in z]
        return cross_entropy(h, target)

    return loss, flat([weights, biases])


def rows_for(widths: list[int], count: int, seed: int = 0) -> np.ndarray[Any, Any]:
    rng = np.random.default_rng(seed)
    labels = np.eye(widths[-1])[rng.integers(0, widths[-1], count)]
    return np.hstack([rng.normal(size=(count, widths[0])), labels])


def same(native: Program, numpy: Program, rows: Any, weights: Any = None) -> None:
    """Values, loss and gradients of two programs, to rounding."""
    assert native.backend == "native"
    assert np.allclose(native(rows), numpy(rows), rtol=1e-12, atol=1e-14)
    loss, grads = native.value_and_grad(rows, sample_weight=weights)
    want, wanted = numpy.value_and_grad(rows, sample_weight=weights)
    assert loss == pytest.approx(want, rel=1e-12)
    assert grads == pytest.approx(wanted, rel=1e-10, abs=1e-14)


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("widths", [[4, 4, 4, 3], [5, 9, 2], [3, 1, 2], [64, 16, 10], [7, 33, 12]])
@pytest.mark.parametrize("activation", [autograd.tanh, autograd.relu, autograd.silu])
def test_networks(widths: list[int], bias: bool, activation: Function) -> None:
    loss, parameters = network(widths, bias, activation)
    inputs = widths[0] + widths[-1]
    native = compile(loss, inputs, parameters, "native")
    numpy = compile(loss, inputs, parameters, "numpy")
    for count in ROWS if widths[0] < 10 else [1, 33, 300]:
        rows = rows_for(widths, count)
        same(native, numpy, rows)
        same(native, numpy, rows, list(np.random.default_rng(1).uniform(0.1, 2.0, count)))


@narrower
@pytest.mark.parametrize("widths", [[4, 4, 4, 3], [64, 16, 10], [7, 33, 1]])
def test_networks_on_narrower_processors(
    widths: list[int], processor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(processor, monkeypatch)
    loss, parameters = network(widths, True, autograd.tanh)
    inputs = widths[0] + widths[-1]
    native, numpy = (compile(loss, inputs, parameters, name) for name in ("native", "numpy"))
    for count in [1, 3, 4, 9, 150]:
        same(native, numpy, rows_for(widths, count))


def test_shared_weights_decay_and_several_uses() -> None:
    """One layer applied three times; a penalty without rows; factors that wait until after."""
    rng = random.Random(3)
    w, scale = leaves(rng, 4, 4), Value(0.3, "scale")

    def loss(*x: Value) -> Value:
        h = list(x[:4])
        for _ in range(3):
            h = [dot(row, h).tanh() for row in w]
        penalty = sum([p * p for p in flat(w)], Value(0.0)) * 0.01
        return (h[0] - x[4]) ** 2 * exp(scale) + penalty + h[1] * scale / 3.0

    parameters = [*flat(w), scale]
    native, numpy = (compile(loss, 5, parameters, name) for name in ("native", "numpy"))
    for count in ROWS:
        same(native, numpy, np.random.default_rng(count).normal(size=(count, 5)))


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


def test_sums_of_differences_with_factors() -> None:
    """Sums, differences, signs and uniform factors, taken apart in every combination."""
    a, b = Value(0.7, "a"), Value(-1.3, "b")
    functions = [
        lambda x, y: (a * x - b * y) + a * b * x,
        lambda x, y: a * (x - y) - b * (y - x * x) + 3.0 * x,
        lambda x, y: -(a * x - y) * b + (x - b) / a - a * b,
        lambda x, y: dot([a, b, a * b], [x, y, x * y]) - (x - a * y) * 2.0,
    ]
    for f in functions:
        native, numpy = (compile(f, 2, [a, b], name) for name in ("native", "numpy"))
        for count in ROWS:
            rows = np.random.default_rng(count).normal(size=(count, 2))
            same(native, numpy, rows, list(np.random.default_rng(1).uniform(0.1, 2.0, count)))


def test_products_of_two_vectors_that_vary_are_no_layer() -> None:
    w = leaves(random.Random(8), 12)

    def f(*x: Value) -> Value:
        h = [(a * b).tanh() for a, b in zip(w, x, strict=True)]
        return dot(h, x) + dot(x, [a * a for a in h]) + dot(h, h)

    native, numpy = (compile(f, 12, w, name) for name in ("native", "numpy"))
    for count in ROWS:
        same(native, numpy, np.random.default_rng(count).normal(size=(count, 12)))


@pytest.mark.parametrize("seed", range(60))
def test_random_graphs_over_many_rows(seed: int) -> None:
    """Against the numpy backend, row by row within what rounding allows."""
    y, found = random_graph(seed, size=10 + 5 * (seed % 12))
    inputs, parameters = found[:2], found[2:]
    rng = np.random.default_rng(seed)
    count = [1, 3, 8, 17, 40][seed % 5]
    rows = np.array([leaf.data for leaf in inputs]) + rng.normal(size=(count, 2)) * 0.01
    native = compile(y, inputs, parameters, "native")
    numbers = [parameter.data for parameter in parameters]
    tape = optimize(reverse(record([y], inputs, parameters)[0]))
    values, grads = native(rows), native.value_and_grad(rows, "sum")[1]
    want, wanted = [], []
    for row in rows:
        for leaf, x in zip(inputs, row, strict=True):
            leaf.data = float(x)
        slots = compile(y, inputs, parameters, "python")
        want.append(slots([row.tolist()])[0])
        wanted.append(slots.value_and_grad([row.tolist()])[1])
    for got, expected, row in zip(values, want, rows, strict=True):
        assert agree(got, expected, bound(tape, [*row, *numbers]))
    for i in range(len(parameters)):
        allowed = sum([bound(tape, [*row, *numbers], 1 + i) for row in rows])
        column = [each[i] for each in wanted]
        allowed += count * sum(map(abs, column))
        assert agree(grads[i], math.fsum(column), allowed)


def test_rows_past_the_end_count_nothing() -> None:
    """The last block is filled with zeros, of which log makes -inf and 1/0 infinity."""
    w = Value(2.0, "w")
    program = compile(lambda x: log(x * w) / x, 1, [w], "native")
    for count in ROWS:
        loss, (slope,) = program.value_and_grad([[1.0]] * count)
        assert loss == pytest.approx(math.log(2.0))
        assert slope == pytest.approx(0.5)
    infinite = compile(lambda x: w / x, 1, [w], "native")
    assert infinite.value_and_grad([[1.0], [0.0]]) == (math.inf, [math.inf])


def test_masks_hold_in_every_lane() -> None:
    w = Value(1.0, "w")

    def f(x: Value) -> Value:
        return where(x > 0.0, where(x < 2.0, log(x * w), exp(x * w)), maximum(w * x, w - 3.0))

    native, numpy = (compile(f, 1, [w], name) for name in ("native", "numpy"))
    rows = np.linspace(-4.0, 4.0, 101)[:, None]
    same(native, numpy, rows)


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


def schedule_of(
    loss: Function, inputs: int, parameters: list[Value]
) -> tuple[Schedule, Computation]:
    program = compile(loss, inputs, parameters, "python")
    computation = of_sums(program.tape, program.tape.parameter_slots)
    return group(computation, find_reductions(computation).outers), computation


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
    schedule, _ = schedule_of(lambda *x: y, 2, found)
    assert {type(unit) for unit in schedule.units} == {Straight}


def test_the_bits_do_not_depend_on_the_number_of_threads() -> None:
    loss, parameters = network([64, 16, 10], True, autograd.tanh)
    rows = rows_for([64, 16, 10], 2000)
    weights = list(np.random.default_rng(0).uniform(0.5, 1.5, 2000))
    found = []
    for threads in (1, 2, 3, 8):
        program = compile(loss, 74, parameters, "native", threads=threads)
        code = program._backend.sums_code  # type: ignore[attr-defined]
        code.free.clear()  # what another program's call left there must not pass for this one's
        found.append(program.value_and_grad(rows, sample_weight=weights))
    assert all([other == found[0] for other in found])
    assert found[0][0] != 0.0
    assert code.sizes.span_rows < 1000


def test_threads_are_refused_where_they_make_no_sense() -> None:
    with pytest.raises(
        ValueError, match=r"threads=1, or more with backend='native'; got threads=2"
    ):
        compile(lambda x: x, 1, backend="numpy", threads=2)
    with pytest.raises(ValueError, match="threads=0"):
        compile(lambda x: x, 1, backend="native", threads=0)


def test_several_python_threads_may_call_one_program() -> None:
    loss, parameters = network([4, 4, 4, 3], False, autograd.tanh)
    program = compile(loss, 7, parameters, "native")
    tables = [rows_for([4, 4, 4, 3], 500, seed) for seed in range(4)]
    want = [program.value_and_grad(table) for table in tables]
    got: list[Any] = [None] * 4

    def run(i: int) -> None:
        for _ in range(50):
            got[i] = program.value_and_grad(tables[i])

    workers = [threading.Thread(target=run, args=(i,)) for i in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert got == want


def test_a_program_pickles_as_its_tape() -> None:
    w = Value(3.0, "w")
    program = compile(lambda x, t: (w * x - t) ** 2, 2, [w], "native")
    copy = pickle.loads(pickle.dumps(program))
    rows = [[1.0, 2.0], [2.0, 7.0]]
    assert copy.value_and_grad(rows) == program.value_and_grad(rows) == (1.0, [-1.0])
    assert copy.backend == "native"
    assert copy.tape == program.tape
    copy.parameters[0].data = 2.0
    assert list(copy(rows)) == [0.0, 9.0]
    assert len(pickle.dumps(program)) < 2000


def test_a_tape_that_has_travelled_is_known() -> None:
    """What is equal is one object in some tapes and not in others."""
    loss, parameters = network([4, 4, 4, 3], False, autograd.tanh)
    program = compile(loss, 7, parameters, "native")
    copy = pickle.loads(pickle.dumps(program))
    assert copy._backend.sums_code is program._backend.sums_code  # type: ignore[attr-defined]


def test_the_oldest_code_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "MOST_KNOWN", 2)
    monkeypatch.setattr(code, "_known", OrderedDict())
    w = Value(2.0, "w")
    programs = [compile(lambda x, k=k: w * x + k, 1, [w], "native") for k in (1.0, 2.0, 3.0)]
    assert len(code._known) == 2
    again = [compile(lambda x, k=k: w * x + k, 1, [w], "native") for k in (3.0, 1.0)]
    found = [program._backend.sums_code for program in (*programs, *again)]  # type: ignore[attr-defined]
    assert found[3] is found[2]
    assert found[4] is not found[0]
    assert [list(program([[1.0]])) for program in programs] == [[3.0], [4.0], [5.0]]


def test_no_inputs() -> None:
    w = Value(3.0, "w")
    program = compile(lambda: w * w, 0, [w], "native")
    for _ in range(300):
        assert list(program(np.empty((2, 0)))) == [9.0, 9.0]
        assert program.value_and_grad(np.empty((2, 0))) == (9.0, [6.0])


def test_large_tables_are_not_held() -> None:
    w = Value(1.0, "w")
    program = compile(lambda x: w * x, 1, [w], "native")
    rows = np.ones((code.LONGEST_INDEX + 1, 1))
    program.value_and_grad(rows, sample_weight=np.ones(len(rows)))
    (buffers,) = program._backend.sums_code.free  # type: ignore[attr-defined]
    assert len(buffers.index) == 0
    assert buffers.weights is buffers.weight
    rows.flags.writeable = False
    assert program.value_and_grad(rows)[0] == pytest.approx(1.0)


def test_equal_tapes_are_compiled_once() -> None:
    a, b = Value(1.0, "a"), Value(2.0, "other")
    first, second = (compile(lambda x, w=w: w * x.tanh(), 1, [w], "native") for w in (a, b))
    third = compile(lambda x: a + x.tanh(), 1, [a], "native")
    codes = [program._backend.sums_code for program in (first, second, third)]  # type: ignore[attr-defined]
    assert codes[0] is codes[1]
    assert codes[0] is not codes[2]
    assert [list(p([[0.0], [1.0]])) for p in (first, second)] == [
        [0.0, math.tanh(1.0)],
        [0.0, 2.0 * math.tanh(1.0)],
    ]


def test_the_text_for_llvm_can_be_printed() -> None:
    loss, parameters = network([4, 4, 4, 3], False, autograd.tanh)
    text = compile(loss, 7, parameters, "native").llvm
    assert "define internal fastcc void @layer_4_4_4_1(" in text
    assert "@llvm.fma" in text
    other = compile(lambda x: x, 1, backend="python")
    assert not hasattr(other, "llvm")
    with pytest.raises(AttributeError, match="only the native backend"):
        _ = other.llvm


def test_numpy_serves_what_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "LARGEST", 10)
    monkeypatch.setattr(code, "_known", OrderedDict())
    y, found = random_graph(1)
    program = compile(y, found[:2], found[2:], "native")
    assert program.backend == "numpy"
    assert "more than the native backend compiles" in program.note
    assert program([[leaf.data for leaf in found[:2]]])[0] == pytest.approx(y.data)


def test_numpy_serves_where_llvmlite_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "autograd.program.native", None)
    with pytest.raises(ImportError, match=r'pip install "chainrule\[native\]"'):
        compile(lambda x: x, 1, backend="native")
    monkeypatch.setattr(backends, "has_llvmlite", lambda: False)
    program = compile(lambda x: x, 1, backend="native")
    assert (program.backend, list(program([[2.0]]))) == ("numpy", [2.0])
    assert "not made for this platform" in program.note


@pytest.mark.parametrize(
    ("system", "machine", "libc", "there"),
    [
        ("linux", "x86_64", "glibc", True),
        ("linux", "x86_64", "", False),
        ("linux", "riscv64", "glibc", False),
        ("win32", "AMD64", "", True),
        ("win32", "ARM64", "", False),
        ("darwin", "arm64", "", True),
    ],
)
def test_platforms(
    system: str, machine: str, libc: str, there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr("platform.libc_ver", lambda: (libc, "1"))
    assert backends.has_llvmlite() is there


def test_gradients_of_the_drawn_graph() -> None:
    """A built graph, compiled as it stands, gives what its own sweep gives."""
    loss, parameters = network([4, 4, 4, 3], False, autograd.tanh)
    inputs = [Value(x, f"x{i}") for i, x in enumerate([0.5, -1.0, 0.25, 2.0, 0.0, 1.0, 0.0])]
    y = loss(*inputs)
    program = compile(y, inputs, parameters, "native")
    value, grads = program.value_and_grad([[x.data for x in inputs]])
    assert value == pytest.approx(y.data, rel=1e-14)
    assert grads == pytest.approx(gradients(y, parameters), rel=1e-12)
