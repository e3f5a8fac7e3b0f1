"""A module's text: numbers keep their bits, equal tables are one."""

from __future__ import annotations

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd.program.native import llvm_jit
from autograd.program.native.llvm_ir import Function
from autograd.program.native.llvm_module import Module, kinds_of, literal


def bits(x: float) -> bytes:
    return struct.pack("<d", x)


@given(st.lists(st.floats(), min_size=1, max_size=20))
@example([0.0, -0.0, float("nan"), float("inf"), -float("inf"), 5e-324, 1.7976931348623157e308])
def test_numbers_have_their_bits_in_machine_code(numbers: list[float]) -> None:
    """Those of a table, and those in instructions."""
    module = llvm_jit.new_module()
    for i, x in enumerate(numbers):
        f = Function(module, f"plain{i}", "i64 %unused", 1, exported=True, result="double")
        f.end(literal(x))
    f = Function(module, "entry", "i64 %i", 1, exported=True, result="double")
    f.end(f.load(f.at(module.numbers(numbers), "%i")))
    library = llvm_jit.Library(module.text())
    entry = library.function("entry", "i64 %i", "double")
    for i, x in enumerate(numbers):
        plain = library.function(f"plain{i}", "i64 %unused", "double")
        assert bits(entry(i)) == bits(plain(0)) == bits(x)


def test_equal_tables_are_one() -> None:
    module = Module(lanes=2, registers=16)
    first, again, other = module.table([1, 2]), module.table([1, 2]), module.table([2, 1])
    assert first == again != other
    assert module.numbers([1.0, 2.0]) not in (first, other)
    zero, negative = module.numbers([0.0]), module.numbers([-0.0])
    assert zero != negative
    assert module.text().count("internal constant") == 5


def test_types_of_parameters() -> None:
    assert kinds_of("ptr %x, i64 %n, double %a") == ["ptr", "i64", "double"]
