"""Machine code is held by who uses it, and freed when nobody does."""

from __future__ import annotations

import gc
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import llvmlite.binding as llvm  # type: ignore[import-untyped]

from autograd import Value, compile
from autograd.program import Program
from autograd.program.native import code, jit
from autograd.program.native.backend import in_threads
from autograd.value import SWEEPING
from tests.autograd.isolated import forked, isolated

ONE = [("double", "x")]


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What LLVM makes from now on; at the end contexts are freed where their engines are."""
    made: list[Any] = []
    contexts: list[Any] = []
    compiler, context = llvm.create_mcjit_compiler, llvm.create_context

    def record(into: list[Any], found: Any) -> Any:
        into.append(found)
        return found

    monkeypatch.setattr(
        llvm, "create_mcjit_compiler", lambda *given: record(made, compiler(*given))
    )
    monkeypatch.setattr(llvm, "create_context", lambda: record(contexts, context()))
    monkeypatch.setattr(code, "_known", OrderedDict())
    jit.library_of.cache_clear()
    gc.collect()
    yield made
    assert [found.closed for found in made] == [found.closed for found in contexts]


def alive(engines: list[Any]) -> int:
    gc.collect()
    return [engine.closed for engine in engines].count(False)


def plus(number: float) -> str:
    """A short module: a function that adds a number."""
    return (
        "define double @plus(double %x) {\n"
        f"  %y = fadd double %x, {number:e}\n"
        "  ret double %y\n}\n"
    )


def made(number: float) -> Program:
    w = Value(2.0, "w")
    return compile(lambda x: w * x + number, 1, [w], "native")


def test_short_modules_are_let_go_of(engines: list[Any]) -> None:
    used = jit.library_of(plus(0.0)).function("plus", ONE, "double")
    for i in range(1, 100):
        assert jit.library_of(plus(i)).function("plus", ONE, "double")(1.0) == 1.0 + i
    assert len(engines) == 100
    assert alive(engines) == jit.MOST_KNOWN + 1
    assert used(1.0) == 1.0


def test_a_function_holds_its_code(engines: list[Any]) -> None:
    plus_one = jit.Library(plus(1.0)).function("plus", ONE, "double")
    assert alive(engines) == 1
    assert plus_one(1.0) == 2.0
    del plus_one
    assert alive(engines) == 0


def test_programs_are_let_go_of(engines: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "MOST_KNOWN", 4)
    kept = [made(i) for i in range(6)]
    assert len(engines) == 6
    for i in range(6, 20):
        assert made(i).value_and_grad([[1.0]]) == (2.0 + i, [1.0])
    assert alive(engines) == 6 + 4
    assert [program.value_and_grad([[1.0]])[0] for program in kept] == [2.0 + i for i in range(6)]
    kept.clear()
    assert alive(engines) == 4


def test_what_is_asked_for_is_kept_longest(
    engines: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code, "MOST_KNOWN", 2)
    for number in (1.0, 2.0, 1.0, 3.0, 1.0, 4.0, 1.0):
        made(number)
    assert len(engines) == 4


def test_what_can_t_be_freed_now_is_freed_later(engines: list[Any]) -> None:
    """While another thread compiles, who lets go of code doesn't wait for it."""
    held, stop = threading.Event(), threading.Event()

    def compiling() -> None:
        with jit.LOCK:
            held.set()
            stop.wait(30.0)

    library = jit.Library(plus(1.0))
    other = threading.Thread(target=compiling)
    other.start()
    held.wait()
    del library
    assert alive(engines) == 1
    stop.set()
    other.join()
    jit.Library(plus(2.0))
    assert alive(engines) == 0


def freeing() -> None:
    """A sweep during which the collector frees code, and a fork, which has the lock of LLVM."""
    begun = threading.Event()
    libraries = [jit.Library(plus(1.0))]

    def sweep() -> None:
        with SWEEPING:
            begun.set()
            threading.Event().wait(0.5)
            libraries.clear()

    other = threading.Thread(target=sweep)
    other.start()
    begun.wait()
    forked(lambda: jit.Library(plus(2.0)))
    other.join()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_a_fork_and_the_collector_do_not_wait_for_each_other() -> None:
    isolated(freeing)


# The threads of one call.


def test_parts_run_where_no_thread_can_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("autograd.program.native.backend.start_new_thread", refuse)
    found: list[int] = []
    in_threads(lambda first, last: found.extend(range(first, last)), [(0, 2), (2, 3), (3, 5)])
    assert sorted(found) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("part", [0, 1, 2])
def test_what_a_part_raises_is_raised_when_all_are_done(part: int) -> None:
    done: list[int] = []

    def work(number: int) -> None:
        done.append(number)
        if number == part:
            raise MemoryError(number)

    with pytest.raises(MemoryError, match=str(part)):
        in_threads(work, [(0,), (1,), (2,)])
    assert sorted(done) == [0, 1, 2]


def test_what_an_interrupted_call_works_in_is_not_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its threads may still write there."""
    w = Value(2.0, "w")
    program = compile(lambda x: w * x, 1, [w], "native", threads=2)
    rows = [[1.0]] * 2**17
    assert program.value_and_grad(rows) == (2.0, [1.0])
    free = program._backend.sums_code.free  # type: ignore[attr-defined]
    used = list(free)

    def interrupt(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("autograd.program.native.backend.in_threads", interrupt)
        with pytest.raises(KeyboardInterrupt):
            program.value_and_grad(rows)
    (lost,) = [buffers for buffers in used if buffers not in free]
    assert lost.table.tolist() == rows
    assert all([buffers.table is None for buffers in free])
    assert program.value_and_grad(rows) == (2.0, [1.0])
