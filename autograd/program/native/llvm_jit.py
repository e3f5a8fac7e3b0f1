"""Compilation of LLVM IR to functions in this process, through llvmlite."""

from __future__ import annotations

import ctypes
import weakref
from functools import cache, lru_cache
from typing import Any

# llvmlite has no type stubs
import llvmlite.binding as llvm  # type: ignore[import-untyped]

from ...locks import fork_safe_lock
from .llvm_module import Module, kinds_of
from .lowering import addresses

MOST_KNOWN = 32  # compiled short modules in the cache, the most recently used ones
# Held during all calls of LLVM, whose own lock a fork could leave locked.
LOCK = fork_safe_lock()
_unused: list[tuple[Any, Any]] = []  # engines with their contexts that wait to be freed

TYPES: dict[str, Any] = {
    "ptr": ctypes.c_void_p,
    "i64": ctypes.c_int64,
    "i1": ctypes.c_bool,
    "double": ctypes.c_double,
    "void": None,
}


@cache
def start() -> None:
    """Initialize LLVM for this processor, with the addresses of the C library's functions."""
    with LOCK:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        for name, address in addresses().items():
            llvm.add_symbol(name, address)


@cache
def processor() -> tuple[str, str, dict[str, bool]]:
    """Its name and features in LLVM's notation, and the features by name."""
    with LOCK:
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


@lru_cache(MOST_KNOWN)
def library_of(text: str) -> Library:
    """The machine code of a short module, compiled once while it is in use."""
    return Library(text)


class Library:
    """Machine code of a module; it is freed when no reference to it or its functions is left."""

    def __init__(self, text: str) -> None:
        self.text = text
        with LOCK:
            start()
            free_unused()
            name, features, _ = processor()
            context = llvm.create_context()  # a shared context would grow without bound
            parsed = llvm.parse_assembly(text, context)
            triple = llvm.get_process_triple()
            # Level 2 schedules and allocates registers; optimization passes on the IR gave no
            # speed-up.
            machine = llvm.Target.from_triple(triple).create_target_machine(
                cpu=name, features=features, opt=2, jit=True
            )
            parsed.triple = triple
            parsed.data_layout = str(machine.target_data)
            self._engine = llvm.create_mcjit_compiler(parsed, machine)
            self._engine.finalize_object()
        # Not at the exit of Python: another thread may still run the code.
        weakref.finalize(self, free, self._engine, context).atexit = False

    def function(self, name: str, parameters: str, result: str = "void") -> Any:
        """A function by name; calls release the GIL while they run.

        Args:
            parameters: those with which it was written.
        """
        kinds = [TYPES[kind] for kind in kinds_of(parameters)]
        found: Any = ctypes.CFUNCTYPE(TYPES[result], *kinds)(self.address(name))
        found.library = self  # its code
        return found

    def address(self, name: str) -> int:
        """The address of a function, valid as long as the library exists."""
        with LOCK:
            found: int = self._engine.get_function_address(name)
        return found


def free(engine: Any, context: Any) -> None:
    """Free the memory of a library, now or when LLVM's lock is released.

    The garbage collector calls this at any point, so it must not wait.
    """
    _unused.append((engine, context))
    if LOCK.acquire(blocking=False):
        try:
            free_unused()
        finally:
            LOCK.release()


def free_unused() -> None:
    while _unused:
        engine, context = _unused.pop()
        engine.close()  # with its module and target machine; then their context
        context.close()
