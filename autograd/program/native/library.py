"""Functions of the C library, for vectors: called lane by lane.

For what `vector` has no function of its own; they are as accurate as the C library is.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
from functools import cache

from .text import Function

OPERANDS = {
    "pow": 2,
    "cbrt": 1,
    "hypot": 2,
    "log2": 1,
    "log10": 1,
    "sin": 1,
    "cos": 1,
    "tan": 1,
    "asin": 1,
    "acos": 1,
    "atan": 1,
    "atan2": 2,
    "sinh": 1,
    "cosh": 1,
    "asinh": 1,
    "acosh": 1,
    "atanh": 1,
    "erf": 1,
    "erfc": 1,
    "fmod": 2,
}
PREFIX = "c_"  # so that LLVM takes none of them for a function that it knows
# What LLVM itself calls on processors that have no instruction for it.
CALLED_BY_LLVM = ("fma", "floor", "ceil")


@cache
def addresses() -> dict[str, int]:
    """Where in this process each function is, by the name that code calls it by."""
    library = ctypes.CDLL("ucrtbase" if os.name == "nt" else ctypes.util.find_library("m"))
    names = {PREFIX + name: name for name in OPERANDS} | {name: name for name in CALLED_BY_LLVM}
    return {
        called: ctypes.cast(getattr(library, name), ctypes.c_void_p).value or 0
        for called, name in names.items()
    }


def call(f: Function, name: str, *operands: str) -> str:
    """The C function of vectors, by a function of ours that calls it for each lane."""
    shared = f"{name}_of_{f.lanes}"
    if shared not in f.module.functions:
        letters = "ab"[: len(operands)]
        g = Function(f.module, shared, [(f.number, a) for a in letters], f.lanes, result=f.number)
        kinds = ", ".join(["double"] * len(operands))
        f.module.declarations.add(f"declare double @{PREFIX}{name}({kinds})")
        found = "poison"
        for lane in range(f.lanes):
            given = ", ".join([f"double {_lane(g, f'%{a}', lane)}" for a in letters])
            y = g.set(f"call double @{PREFIX}{name}({given})")
            found = y if f.lanes == 1 else _with_lane(g, found, y, lane)
        g.end(found)
    return f.call(shared, *[(f.number, x) for x in operands], result=f.number)


def _lane(f: Function, vector: str, lane: int) -> str:
    return vector if f.lanes == 1 else f.set(f"extractelement {f.number} {vector}, i64 {lane}")


def _with_lane(f: Function, vector: str, scalar: str, lane: int) -> str:
    return f.set(f"insertelement {f.number} {vector}, double {scalar}, i64 {lane}")
