"""Uniform slots: the same numbers from loops over tables and from straight-line code."""

from __future__ import annotations

import ctypes
import random
from itertools import pairwise

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import Value, exp, total
from autograd.program.native import llvm_jit, uniform
from autograd.program.native.computation import of_values
from autograd.program.native.kernels import block_rows
from autograd.program.native.layout import Layout
from autograd.program.native.llvm_ir import Function
from autograd.program.native.recurrence_code import write_recurrence
from autograd.program.native.schedule import Loop, Schedule, Wide
from autograd.program.native.sharing import call_all
from autograd.program.native.uniform_copies import copy_constants
from autograd.program.native.units import Units
from autograd.tape.passes import optimize
from autograd.tape.trace import record_tape
from tests.autograd.program.native.networks import leaves
from tests.autograd.tape.running import random_graph

COUNT = 40


def alike(w: list[Value]) -> Value:
    """Three loops: products of neighbors, of every second one, and of one with all."""
    near = [a * b for a, b in pairwise(w)]
    apart = [exp(a) for a in w[::2]]
    one = [w[0] - a for a in near]
    return total([*near, *apart, *one])


def numbers_of(root: Value, parameters: list[Value], loops: bool) -> tuple[float, int]:
    """The root, computed by uniform code, and the number of functions of that."""
    tape = optimize(record_tape([root], [], parameters)[0])
    computation = of_values(tape)
    module = llvm_jit.new_module()
    places = {slot: i for i, slot in enumerate(computation.parameters)}
    layout = Layout(block_rows(module), places)
    (output,) = computation.outputs
    place = layout.uniform_place(output)
    units = Units(module, computation, layout, Schedule([], [], []), write_recurrence)
    calls = uniform.write_uniform(units, [*computation.instructions], loops)
    main = Function(module, "main", uniform.ADDRESS, 1, exported=True)
    copy_constants(main, units)
    call_all(main, calls, "%uniform")
    main.end()
    numbers = (ctypes.c_double * layout.uniform_size)(*[leaf.data for leaf in parameters])
    llvm_jit.Library(module.text()).function("main", uniform.ADDRESS)(ctypes.addressof(numbers))
    return numbers[place], len(calls)


def test_instructions_that_are_alike_become_loops() -> None:
    parameters = leaves(random.Random(0), COUNT)
    root = alike(parameters)
    found, functions = numbers_of(root, parameters, loops=True)
    straight, more = numbers_of(root, parameters, loops=False)
    assert found == straight == pytest.approx(root.data, rel=1e-14)
    assert functions > more


def test_loops_are_of_equal_depth_and_of_many() -> None:
    parameters = leaves(random.Random(0), COUNT)
    tape, _ = record_tape([alike(parameters)], [], parameters)
    computation = of_values(tape)
    slots = [*computation.instructions]
    found = uniform.grouped(computation, slots, loops=True)
    loops = [unit.steps[0] for unit in found if isinstance(unit, Loop)]
    names = [{computation.instructions[slot].name for slot in loop} for loop in loops]
    assert [(len(loop), name) for loop, name in zip(loops, names, strict=True)] == [
        (COUNT - 1, {"mul"}),
        (COUNT - 1, {"sub"}),
    ]  # exp of every second one are fewer than a loop takes
    for loop in loops:
        operands = {x for slot in loop for x in computation.instructions[slot].operands}
        assert operands.isdisjoint(loop)
    assert uniform.grouped(computation, slots, loops=False) == []


def test_many_operands_are_a_loop_even_where_others_are_not() -> None:
    parameters = leaves(random.Random(0), 300)
    tape, _ = record_tape([total(parameters)], [], parameters)
    computation = of_values(tape)
    (unit,) = uniform.grouped(computation, [*computation.instructions], loops=False)
    assert isinstance(unit, Wide)
    found, _ = numbers_of(total(parameters), parameters, loops=False)
    assert found == pytest.approx(sum([leaf.data for leaf in parameters]), abs=1e-13)


@pytest.mark.parametrize("seed", range(5))
def test_irregular_graphs(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uniform, "SMALLEST_TABLE", 2)  # loops of whatever is alike
    root, parameters = random_graph(seed, size=80)
    found, _ = numbers_of(root, parameters, loops=True)
    straight, _ = numbers_of(root, parameters, loops=False)
    assert found == straight == pytest.approx(root.data, rel=1e-10, abs=1e-12)
