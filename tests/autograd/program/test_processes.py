"""Programs in forked and spawned children, in pools and in many threads at once."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import numpy as np

from autograd import Value, compile, tanh, total
from autograd.program import Program
from autograd.program.native import code
from tests.autograd.installed import BACKENDS
from tests.autograd.isolated import forked, isolated

METHODS = multiprocessing.get_all_start_methods()
by_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")


def program(backend: str, factor: float = 1.0, threads: int = 1) -> Program:
    w = Value(0.5, "w")

    def f(*x: Value) -> Value:
        return total([tanh(w * a * factor) for a in x])

    return compile(f, 40, [w], backend, threads=threads)


def rows(backend: str) -> np.ndarray[Any, Any]:
    """So many that the native backend shares them among threads."""
    return np.linspace(-1.0, 1.0, 40 * (30 if backend == "python" else 3000)).reshape(-1, 40)


def results(
    given: Program, seed: int = 0, sized: str = ""
) -> tuple[list[float], tuple[float, list[float]]]:
    table = rows(sized or given.backend) + 0.01 * seed
    return list(given(table)), given.value_and_grad(table)


def agree(found: Any, wanted: Any) -> None:
    assert found[0] == pytest.approx(wanted[0], rel=1e-12, abs=1e-14)
    assert found[1][0] == pytest.approx(wanted[1][0], rel=1e-10, abs=1e-12)
    assert found[1][1] == pytest.approx(wanted[1][1], rel=1e-10)


def in_children() -> None:
    """Programs that ran before, that were only made, and that a child makes; children of those."""
    for backend in BACKENDS:
        threads = 2 if backend == "native" else 1
        used, unused = (program(backend, threads=threads) for _ in range(2))
        wanted = results(used)

        def child(used: Program = used, unused: Program = unused, wanted: Any = wanted) -> None:
            backend, threads = used._asked
            for given in (used, unused, program(backend, 1.0, threads)):
                assert results(given) == wanted
            agree(results(program(backend, 0.99)), results(program("numpy", 0.99), sized=backend))

        forked(child)
        forked(lambda child=child: forked(child))
        child()


@by_fork
def test_children_compute_the_same() -> None:
    isolated(in_children)


def while_others_compile() -> None:
    """Children are made, compile and compute at any moment of what other threads do."""
    stop = threading.Event()
    failed: list[BaseException] = []
    shared = program("native", threads=2)
    wanted = results(shared)

    def compiling(first: int) -> None:
        try:
            number = first
            while not stop.is_set():
                results(program("native", 1.0 + number / 1024.0))
                number += 2
        except BaseException as error:
            failed.append(error)

    def calling() -> None:
        try:
            while not stop.is_set():
                assert results(shared) == wanted
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=compiling, args=(first,)) for first in (0, 1)]
    threads += [threading.Thread(target=calling) for _ in range(2)]
    for thread in threads:
        thread.start()

    def child() -> None:
        assert results(shared) == wanted
        agree(results(program("native", 0.99)), results(program("numpy", 0.99)))

    try:
        for _ in range(10):
            forked(child)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failed, failed


@by_fork
def test_children_while_other_threads_compile_and_compute() -> None:
    isolated(while_others_compile)


def computed(given: tuple[Program, int]) -> Any:
    return results(*given)


def in_pool(make: Callable[[], Any]) -> None:
    """A pool's workers compute what this process does, with programs it has used before."""
    programs = [program(backend) for backend in BACKENDS]
    programs.append(program("native", threads=2))
    work = [(given, seed) for given in programs for seed in range(3)]
    wanted = [results(*given) for given in work]
    with make() as pool:
        if isinstance(pool, Executor):
            found = list(pool.map(computed, work, timeout=60))
        else:
            found = pool.map_async(computed, work).get(timeout=60)
    assert found == wanted


def forking() -> None:
    in_pool(lambda: multiprocessing.get_context("fork").Pool(2))
    in_pool(lambda: ProcessPoolExecutor(2, multiprocessing.get_context("fork")))


def serving() -> None:
    in_pool(lambda: ProcessPoolExecutor(2, multiprocessing.get_context("forkserver")))


def spawning() -> None:
    in_pool(lambda: multiprocessing.get_context("spawn").Pool(2))


def threading_() -> None:
    in_pool(lambda: ThreadPoolExecutor(4))


@pytest.mark.parametrize(
    ("method", "scenario"),
    [("fork", forking), ("forkserver", serving), ("spawn", spawning), ("spawn", threading_)],
)
def test_pools(method: str, scenario: Callable[[], None]) -> None:
    assert method in METHODS or os.name == "nt"
    if method in METHODS:
        isolated(scenario)


def many_threads() -> None:
    """Threads make and use programs, some of them the same ones, while code is let go of."""
    code.MOST_KNOWN = 3
    factors = [1.0 + k / 8.0 for k in range(6)]
    wanted = {factor: results(program("native", factor)) for factor in factors}
    shared = program("native", factors[0], threads=3)
    failed: list[BaseException] = []

    def work(first: int) -> None:
        try:
            for i in range(first, first + 6):
                factor = factors[i % 6]
                assert results(program("native", factor)) == wanted[factor]
                assert results(shared) == wanted[factors[0]]
                copy = pickle.loads(pickle.dumps(shared))
                assert results(copy) == wanted[factors[0]]
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed


def test_many_threads_make_and_use_programs() -> None:
    isolated(many_threads)
