"""What machine code takes for granted of Python's objects is looked at first."""

from __future__ import annotations

import ctypes
import os
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd.program.native import python_api


def test_objects_that_are_not_as_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    usable: Any = python_api.usable
    usable = usable.__wrapped__
    assert usable() == (os.name == "posix" and object.__basicsize__ == 16)
    for name in ("TYPE", "DATA", "DIMENSIONS", "SHAPE", "DTYPE", "FLAGS"):
        with monkeypatch.context() as patch:
            patch.setattr(python_api, name, 32 if name != "SHAPE" else 16)  # another field
            assert not usable(), name
    monkeypatch.setattr(sys, "implementation", SimpleNamespace(name="pypy"))
    assert not usable()


def test_functions_are_those_of_this_process() -> None:
    places = python_api.addresses()
    assert set(places) == set(python_api.API)
    assert all(places.values())
    kinds = {"ptr": ctypes.c_void_p, "i32": ctypes.c_int}
    operands = [kinds[kind] for kind in python_api.API[python_api.NEW_ARRAY][1]]
    new = ctypes.PYFUNCTYPE(ctypes.py_object, *operands)(places[python_api.NEW_ARRAY])
    lengths = (ctypes.c_int64 * 2)(3, 5)
    number = python_api.FLOATS.num
    x = new(id(np.ndarray), 2, ctypes.addressof(lengths), number, None, None, 0, 0, None)
    assert type(x) is np.ndarray
    assert (x.dtype, x.shape, x.flags.c_contiguous, x.flags.owndata) == (float, (3, 5), True, True)


def test_the_table_is_found_before_numpy_2_and_since(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"numpy.{core}._multiarray_umath" for core in ("_core", "core")]
    module = next(sys.modules[name] for name in names if name in sys.modules)
    addresses: Any = python_api.addresses
    for name, other in (names, names[::-1]):
        monkeypatch.setitem(sys.modules, name, module)
        monkeypatch.delitem(sys.modules, other, raising=False)
        assert addresses.__wrapped__() == addresses()


def test_a_builtin_function_holds_its_object_and_its_definition() -> None:
    held = [1.0]
    at = python_api.pointer(ctypes.pythonapi.PyTuple_GetItem)
    f = python_api.builtin(b"first", at, held)
    before = sys.getrefcount(held)
    assert (f.__name__, repr(f)[:25]) == ("first", "<built-in method first of")
    del f
    assert sys.getrefcount(held) == before - 1
