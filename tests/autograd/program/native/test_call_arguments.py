"""Python and machine code agree on where each field of a structure is."""

from __future__ import annotations

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import ctypes

from autograd.program.native import llvm_jit
from autograd.program.native.call_arguments import (
    ENTRY,
    Arguments,
    StepArguments,
    changed,
    load_fields,
    store_fields,
)
from autograd.program.native.llvm_ir import Function


@pytest.mark.parametrize("kind", [Arguments, StepArguments])
def test_fields_are_read_and_written_where_they_are(kind: type[ctypes.Structure]) -> None:
    names = [declared[0] for declared in kind._fields_]
    integers = [declared[0] for declared in kind._fields_ if declared[1] is ctypes.c_int64]
    module = llvm_jit.new_module()
    f = Function(module, "shift", ENTRY, 1, exported=True)
    load_fields(f, kind, "%arguments")
    following = dict(zip(integers, integers[1:] + integers[:1], strict=True))
    store_fields(f, kind, "%arguments", **{a: f.plus(f"%{b}", 1) for a, b in following.items()})
    f.end()
    shift = llvm_jit.Library(module.text()).function("shift", ENTRY)
    arguments = kind(**{name: 1000 + i for i, name in enumerate(names)})
    shift(ctypes.addressof(arguments))
    for i, name in enumerate(names):
        wanted = 1001 + names.index(following[name]) if name in following else 1000 + i
        assert getattr(arguments, name) == wanted


def test_a_changed_copy_leaves_the_other_as_it_is() -> None:
    arguments = Arguments(rows=3, apart=4)
    copy = changed(arguments, rows=5)
    assert (copy.rows, copy.apart, arguments.rows) == (5, 4, 3)
