"""Machine code is held by who uses it, and freed when nobody does."""

from __future__ import annotations

import os
import threading
from typing import Any

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd.program.native import llvm_jit
from autograd.value import SWEEPING
from tests.autograd.isolated import forked, isolated
from tests.autograd.program.native.libraries import ONE, alive, plus


def test_short_modules_are_let_go_of(engines: list[Any]) -> None:
    used = llvm_jit.library_of(plus(0.0)).function("plus", ONE, "double")
    for i in range(1, 100):
        assert llvm_jit.library_of(plus(i)).function("plus", ONE, "double")(1.0) == 1.0 + i
    assert len(engines) == 100
    assert alive(engines) == llvm_jit.MOST_KNOWN + 1
    assert used(1.0) == 1.0


def test_a_function_holds_its_code(engines: list[Any]) -> None:
    plus_one = llvm_jit.Library(plus(1.0)).function("plus", ONE, "double")
    assert alive(engines) == 1
    assert plus_one(1.0) == 2.0
    del plus_one
    assert alive(engines) == 0


def test_what_can_t_be_freed_now_is_freed_later(engines: list[Any]) -> None:
    """While another thread compiles, who lets go of code doesn't wait for it."""
    held, stop = threading.Event(), threading.Event()

    def compiling() -> None:
        with llvm_jit.LOCK:
            held.set()
            stop.wait(30.0)

    library = llvm_jit.Library(plus(1.0))
    other = threading.Thread(target=compiling)
    other.start()
    held.wait()
    del library
    assert alive(engines) == 1
    stop.set()
    other.join()
    llvm_jit.Library(plus(2.0))
    assert alive(engines) == 0


def freeing() -> None:
    """A sweep during which the collector frees code, and a fork, which has the lock of LLVM."""
    begun = threading.Event()
    libraries = [llvm_jit.Library(plus(1.0))]

    def sweep() -> None:
        with SWEEPING:
            begun.set()
            threading.Event().wait(0.5)
            libraries.clear()

    other = threading.Thread(target=sweep)
    other.start()
    begun.wait()
    forked(lambda: llvm_jit.Library(plus(2.0)))
    other.join()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_a_fork_and_the_collector_do_not_wait_for_each_other() -> None:
    isolated(freeing)
