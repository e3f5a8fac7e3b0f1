"""Outputs that are sums of products of uniform factors and sums over rows."""

from __future__ import annotations

import ctypes
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import Value, total
from autograd.program.native import llvm_jit
from autograd.program.native.computation import of_values
from autograd.program.native.formulas import PARAMETERS, Formula, write_formulas
from autograd.program.native.kernels import block_rows
from autograd.program.native.layout import Layout
from autograd.program.native.llvm_ir import Function
from autograd.program.native.long_sums import WIDE
from autograd.program.native.recurrence_code import write_recurrence
from autograd.program.native.schedule import Schedule
from autograd.program.native.sharing import call_all
from autograd.program.native.uniform_copies import copy_constants
from autograd.program.native.units import Units
from autograd.tape.trace import record_tape

FACTORS, SUMS = 5, 9  # whole numbers, of which sums in any order are exact


def computed(formulas: dict[int, Formula]) -> list[float]:
    """All sums, and after them the outputs, of factors 2, 3, ... and sums 1, 10, 100, ..."""
    parameters = [Value(i + 2.0) for i in range(FACTORS)]
    computation = of_values(record_tape([total(parameters)], [], parameters)[0])
    module = llvm_jit.new_module()
    slots = {slot: i for i, slot in enumerate(computation.parameters)}
    layout = Layout(block_rows(module), slots)
    units = Units(module, computation, layout, Schedule([], [], []), write_recurrence)
    write_formulas(units, formulas)
    main = Function(module, "main", PARAMETERS, 1, exported=True)
    copy_constants(main, units)
    call_all(main, [("finish",)], "%uniform", "%sums")
    main.end()
    numbers = [leaf.data for leaf in parameters]
    uniform = (ctypes.c_double * max(layout.uniform_size, 1))(*numbers)
    sums = (ctypes.c_double * (SUMS + len(formulas)))(*[10.0**i for i in range(SUMS)])
    found = llvm_jit.Library(module.text()).function("main", PARAMETERS)
    found(ctypes.addressof(uniform), ctypes.addressof(sums))
    return list(sums)


def wanted(formulas: dict[int, Formula]) -> list[float]:
    sums = [10.0**i for i in range(SUMS)] + [math.nan] * len(formulas)
    for output, formula in formulas.items():
        factors = [1.0 if factor is None else factor + 2.0 for factor, _ in formula]
        terms = [x * sums[place] for x, (_, place) in zip(factors, formula, strict=True)]
        sums[output] = sum(terms, 0.0)
    return sums


TERMS = st.tuples(st.none() | st.integers(0, FACTORS - 1), st.integers(0, SUMS - 1))
WIDE_FORMULA = [(None if i % 3 else i % FACTORS, i % SUMS) for i in range(WIDE + 3)]


@given(st.lists(st.lists(TERMS, max_size=4), min_size=1, max_size=12))
@example([[(None, 3)], [(None, 1)], [(None, 2)]])  # of no factors, which is a copy
@example([[(1, 0), (None, 2)], [(1, 3), (None, 4)]])  # one factor for all
@example([[], [(0, 0)]])
def test_formulas_of_any_form(found: list[Formula]) -> None:
    formulas = dict(enumerate(found, start=SUMS))
    assert computed(formulas) == wanted(formulas)


def test_formulas_of_many_terms() -> None:
    formulas: dict[int, Formula] = {
        SUMS: WIDE_FORMULA,
        SUMS + 1: WIDE_FORMULA[::-1],
        SUMS + 2: [(None, 0)],
    }
    assert computed(formulas) == wanted(formulas)
