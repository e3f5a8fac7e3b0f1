"""The C APIs of Python and NumPy for machine code: functions, and offsets of fields in objects.

Extension modules are compiled with these offsets, which are part of the ABI; `usable` checks them
once per process.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

TYPE = 8  # byte offset of the type of an object
DATA, DIMENSIONS, SHAPE, DTYPE, FLAGS = 16, 24, 32, 56, 64  # byte offsets in an array
CONTIGUOUS = 0x101  # flags: in C order, and aligned
FLOATS = np.dtype(np.float64)
POINTER_SIZE = 8
NEW_ARRAY = "PyArray_New"
PLACE_OF_NEW_ARRAY = 93  # in NumPy's table of functions
ONE_ARGUMENT = 8  # METH_O, a flag of PyMethodDef
NAMES: dict[type, str] = {list: "PyList", tuple: "PyTuple"}
API: dict[str, tuple[str, list[str]]] = {  # functions with the types of results and operands
    "PyFloat_AsDouble": ("double", ["ptr"]),
    "PyFloat_FromDouble": ("ptr", ["double"]),
    "PyObject_GetAttr": ("ptr", ["ptr", "ptr"]),
    "PyMem_RawMalloc": ("ptr", ["i64"]),
    "PyMem_RawFree": ("void", ["ptr"]),
    "PyEval_SaveThread": ("ptr", []),
    "PyEval_RestoreThread": ("void", ["ptr"]),
    "Py_NewRef": ("ptr", ["ptr"]),
    "Py_DecRef": ("void", ["ptr"]),
    # The class, the number of axes, the shape, the type; the other arguments are for other arrays.
    NEW_ARRAY: ("ptr", ["ptr", "i32", "ptr", "i32", "ptr", "ptr", "i32", "i32", "ptr"]),
}
for _name in NAMES.values():
    API[f"{_name}_Size"] = "i64", ["ptr"]
    API[f"{_name}_New"] = "ptr", ["i64"]
    API[f"{_name}_GetItem"] = "ptr", ["ptr", "i64"]  # returns a borrowed reference
    API[f"{_name}_SetItem"] = "i32", ["ptr", "i64", "ptr"]  # steals the reference


class MethodDefinition(ctypes.Structure):
    """PyMethodDef: the declaration of a C function."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("function", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("doc", ctypes.c_char_p),
    )


def builtin(name: bytes, address: int, held: object) -> Callable[[Any], Any]:
    """A function of one argument with code at an address; it holds a reference to an object."""
    definition = MethodDefinition(name, address, ONE_ARGUMENT, None)
    kinds = ctypes.c_void_p, ctypes.py_object, ctypes.c_void_p
    new = ctypes.PYFUNCTYPE(ctypes.py_object, *kinds)(("PyCFunction_NewEx", ctypes.pythonapi))
    # The object is its `self`, which Python releases after the last use of the definition.
    found: Callable[[Any], Any] = new(ctypes.addressof(definition), (definition, held), None)
    return found


@cache
def addresses() -> dict[str, int]:
    """The address of each function in this process."""
    found = {name: pointer(getattr(ctypes.pythonapi, name)) for name in API if name != NEW_ARRAY}
    core = (
        sys.modules.get("numpy._core._multiarray_umath")
        or sys.modules[
            "numpy.core._multiarray_umath"  # before NumPy 2
        ]
    )
    kinds = ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p
    content = ctypes.PYFUNCTYPE(*kinds)(("PyCapsule_GetPointer", ctypes.pythonapi))
    table = content(core._ARRAY_API, None)
    return found | {NEW_ARRAY: pointer_at(table + PLACE_OF_NEW_ARRAY * POINTER_SIZE)}


def pointer(x: Any) -> int:
    """The address of a function or a pointer of ctypes."""
    return ctypes.cast(x, ctypes.c_void_p).value or 0


def pointer_at(address: int) -> int:
    return ctypes.c_void_p.from_address(address).value or 0


@cache
def usable() -> bool:
    """Whether objects have the expected layout.

    They have another one in free-threaded and debug builds of Python. Windows requires a stack
    probe for frames of more than a page, a function that LLVM would have to link.
    """
    if sys.implementation.name != "cpython" or object.__basicsize__ != 16 or os.name != "posix":
        return False
    x = np.zeros((3, 5))
    pointers = {TYPE: id(np.ndarray), DATA: x.ctypes.data, DTYPE: id(FLOATS)}
    numbers = {DIMENSIONS: 2, FLAGS: x.flags.num}
    return (
        all([pointer_at(id(x) + place) == wanted for place, wanted in pointers.items()])
        and all([ctypes.c_int.from_address(id(x) + i).value == n for i, n in numbers.items()])
        and [*(ctypes.c_int64 * 2).from_address(pointer_at(id(x) + SHAPE))] == [3, 5]
    )
