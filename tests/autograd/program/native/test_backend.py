"""The native backend against the numpy one and the engine."""

from __future__ import annotations

import math
import pickle
import threading
from typing import Any

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import autograd
from autograd import Value, compile, gradients
from autograd.program.native.backend import in_threads
from autograd.tape import record_tape
from autograd.tape.passes import optimize
from autograd.tape.reverse import reverse
from tests.autograd.program.native.networks import ROWS, Function, network, rows_for, same
from tests.autograd.program.native.processors import become, narrower
from tests.autograd.tape.running import agree, bound, random_graph


@pytest.mark.uncovered
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


@pytest.mark.uncovered
@pytest.mark.parametrize("seed", range(60))
def test_random_graphs_over_many_rows(seed: int) -> None:
    """Against the python backend, row by row within what rounding allows."""
    y, found = random_graph(seed, size=10 + 5 * (seed % 12))
    inputs, parameters = found[::2], found[1::2]
    rng = np.random.default_rng(seed)
    count = [1, 3, 8, 17, 40][seed % 5]
    rows = np.array([leaf.data for leaf in inputs]) + rng.normal(size=(count, len(inputs))) * 0.01
    native = compile(y, inputs, parameters, "native")
    numbers = [parameter.data for parameter in parameters]
    tape = optimize(reverse(record_tape([y], inputs, parameters)[0]))
    values, grads = native(rows), native.value_and_grad(rows, "sum")[1]
    python = compile(y, inputs, parameters, "python")
    want = python(rows.tolist())
    wanted = [python.value_and_grad([row])[1] for row in rows.tolist()]
    for got, expected, row in zip(values, want, rows, strict=True):
        assert agree(got, expected, bound(tape, [*row, *numbers]))
    for i in range(len(parameters)):
        allowed = sum([bound(tape, [*row, *numbers], 1 + i) for row in rows])
        column = [each[i] for each in wanted]
        allowed += count * sum(map(abs, column))
        assert agree(grads[i], math.fsum(column), allowed)


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


def test_gradients_of_the_drawn_graph() -> None:
    """A built graph, compiled as it stands, gives what its own sweep gives."""
    loss, parameters = network([4, 4, 4, 3], False, autograd.tanh)
    inputs = [Value(x, f"x{i}") for i, x in enumerate([0.5, -1.0, 0.25, 2.0, 0.0, 1.0, 0.0])]
    y = loss(*inputs)
    program = compile(y, inputs, parameters, "native")
    value, grads = program.value_and_grad([[x.data for x in inputs]])
    assert value == pytest.approx(y.data, rel=1e-14)
    assert grads == pytest.approx(gradients(y, parameters), rel=1e-12)


def test_parts_run_where_no_thread_can_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("autograd.program.native.backend.start_new_thread", refuse)
    found: list[int] = []
    in_threads(lambda first, last: found.extend(range(first, last)), [(0, 2), (2, 3), (3, 5)])
    assert sorted(found) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("part", [0, 1, 2])
def test_what_a_part_raises_is_raised_when_all_are_done(part: int) -> None:
    done: list[int] = []

    def work(number: int) -> None:
        done.append(number)
        if number == part:
            raise MemoryError(number)

    with pytest.raises(MemoryError, match=str(part)):
        in_threads(work, [(0,), (1,), (2,)])
    assert sorted(done) == [0, 1, 2]
