"""Copies of uniform numbers: evenly apart, and by tables."""

from __future__ import annotations

import ctypes

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd.program.native import llvm_jit
from autograd.program.native.llvm_ir import Function
from autograd.program.native.uniform_copies import copy


@pytest.mark.parametrize("places", [[4, 5, 6], [9, 7, 5], [6, 4, 9], [5], []])
@pytest.mark.parametrize("sources", [[0, 1, 2], [3, 3, 3], [2, 0, 1]])
def test_numbers_come_from_their_places_and_go_to_theirs(
    sources: list[int], places: list[int]
) -> None:
    module = llvm_jit.new_module()
    f = Function(module, "f", "ptr %source, ptr %uniform", 1, exported=True)
    sources = sources[: len(places)]
    copy(f, "%source", sources, places)
    f.end()
    library = llvm_jit.Library(module.text())
    given, found = (ctypes.c_double * 4)(1.0, 2.0, 3.0, 4.0), (ctypes.c_double * 10)()
    pointers = [ctypes.addressof(numbers) for numbers in (given, found)]
    library.function("f", "ptr %source, ptr %uniform")(*pointers)
    want = [0.0] * 10
    for source, place in zip(sources, places, strict=True):
        want[place] = given[source]
    assert [*found] == want
