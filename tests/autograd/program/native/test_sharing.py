"""Functions that differ in numbers only are one; calls of many are cut, in their order."""

from __future__ import annotations

import ctypes

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd.program.native import llvm_jit
from autograd.program.native.llvm_ir import Function
from autograd.program.native.sharing import (
    MOST_CALLS,
    MOST_NUMBERS,
    SMALLEST_SHARED,
    call_all,
    end_shared,
)

PARAMETERS = "ptr %uniform"
Step = tuple[int, int, bool]  # x[a] = x[a] - x[b], or + x[b]


def apply(steps: list[Step], size: int) -> tuple[list[float], int]:
    """The numbers after all steps as machine code, and how many functions that has."""
    module = llvm_jit.new_module()
    functions = []
    for i, (a, b, adds) in enumerate(steps):
        f = Function(module, f"step{i}", PARAMETERS, 1, open=True)
        into, of = [f.at("%uniform", f.given(place)) for place in (a, b)]
        value = (f.add if adds else f.sub)(f.load(into), f.load(of))
        f.store(value, into)
        functions.append(f)
    calls = end_shared(functions)
    main = Function(module, "main", PARAMETERS, 1, exported=True)
    call_all(main, calls, "%uniform")
    main.end()
    numbers = (ctypes.c_double * size)(*range(1, size + 1))
    library = llvm_jit.Library(module.text())
    library.function("main", PARAMETERS)(ctypes.addressof(numbers))
    return list(numbers), len(module.functions) - 1


def wanted(steps: list[Step], size: int) -> list[float]:
    numbers = [float(i) for i in range(1, size + 1)]
    for a, b, adds in steps:
        numbers[a] += numbers[b] if adds else -numbers[b]
    return numbers


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), max_size=25),
)
def test_shared_functions_compute_what_each_of_them_did(steps: list[Step]) -> None:
    found, functions = apply(steps, 5)
    assert found == wanted(steps, 5)
    forms = [len([1 for *_, adds in steps if adds is kind]) for kind in (True, False)]
    assert functions == sum([1 if n >= SMALLEST_SHARED else n for n in forms])


def test_calls_of_many_functions_are_cut_and_keep_their_order() -> None:
    steps: list[Step] = [(i % 5, (2 * i + 1) % 5, i % 3 == 0) for i in range(MOST_CALLS + 7)]
    found, functions = apply(steps, 5)
    assert found == wanted(steps, 5)
    assert functions == 2 + 2  # the two forms, and the two functions that call them


def test_functions_of_too_many_numbers_are_not_shared() -> None:
    module = llvm_jit.new_module()
    functions = []
    for i in range(SMALLEST_SHARED):
        f = Function(module, f"step{i}", PARAMETERS, 1, open=True)
        for place in range(MOST_NUMBERS + 1):
            f.store("0.0", f.at("%uniform", f.given(place + 1)))
        functions.append(f)
    assert end_shared(functions) == [(f.name,) for f in functions]
    assert not any(["%given" in text for text in module.functions.values()])
