"""From LLVM's text to functions that Python can call, in this process, through llvmlite."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import cache
from typing import Any

# llvmlite has no type stubs
import llvmlite.binding as llvm  # type: ignore[import-untyped]

from . import library
from .module import Module

TYPES: dict[str, Any] = {
    "ptr": ctypes.c_void_p,
    "i64": ctypes.c_int64,
    "i1": ctypes.c_bool,
    "double": ctypes.c_double,
    "void": None,
}


@cache
def start() -> None:
    """Tell LLVM where it runs and where the functions of the C library are."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    for name, address in library.addresses().items():
        llvm.add_symbol(name, address)


@cache
def processor() -> tuple[str, str, dict[str, bool]]:
    """Its name and features, as LLVM wants them, and the features by name."""
    features = llvm.get_host_cpu_features()
    return llvm.get_host_cpu_name(), features.flatten(), dict(features)


def new_module() -> Module:
    """A module for the vector registers of this processor."""
    _, _, features = processor()
    if features.get("avx512f"):
        return Module(lanes=8, registers=32)
    if features.get("avx"):
        return Module(lanes=4, registers=16)
    arm = features.get("neon") or features.get("fp-armv8")
    return Module(lanes=2, registers=32 if arm else 16)


@cache
def library_of(text: str) -> Library:
    """The machine code of a short module, made once."""
    return Library(text)


class Library:
    """Machine code of a module; its functions live as long as it does."""

    def __init__(self, text: str) -> None:
        start()
        name, features, _ = processor()
        self.text = text
        parsed = llvm.parse_assembly(text)
        triple = llvm.get_process_triple()
        # Level 2 schedules and allocates registers; optimising the text first made nothing faster.
        self._machine = llvm.Target.from_triple(triple).create_target_machine(
            cpu=name, features=features, opt=2, jit=True
        )
        parsed.triple = triple
        parsed.data_layout = str(self._machine.target_data)
        self._engine = llvm.create_mcjit_compiler(parsed, self._machine)
        self._engine.finalize_object()

    def function(
        self, name: str, parameters: Sequence[tuple[str, str]], result: str = "void"
    ) -> Any:
        """A function by name; calls let go of Python's lock (the GIL) while they run.

        parameters: (type, name) pairs, as it was written with.
        """
        kinds = [TYPES[kind] for kind, _ in parameters]
        address = self._engine.get_function_address(name)
        return ctypes.CFUNCTYPE(TYPES[result], *kinds)(address)
