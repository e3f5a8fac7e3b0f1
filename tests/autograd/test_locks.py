"""Forked children: no lock stays locked, nothing is half loaded, the collector runs."""

from __future__ import annotations

import ast
import gc
import os
import pkgutil
import threading
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import autograd
import nn
from autograd.collector import _pausing, collector_paused, in_child
from autograd.locks import at_fork, fork_safe_lock, release_all, take_all
from tests.autograd.isolated import forked, isolated

LOCKS = type(threading.Lock()), type(threading.RLock())
by_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")


def while_another(does: Callable[[threading.Event], object], test: Callable[[], object]) -> None:
    """Test something while another thread does something, from where that sets an event."""
    begun = threading.Event()
    other = threading.Thread(target=does, args=(begun,))
    other.start()
    begun.wait()
    test()
    other.join()


def locks() -> Iterator[tuple[str, Any]]:
    """Every lock that a module or a class of this project holds, by where it is."""
    for package in (autograd, nn):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.rpartition(".")[2] == "__main__":
                continue
            try:
                module = import_module(found.name)
            except ImportError:  # what it stands on is not installed
                continue
            own = [x for x in vars(module).values() if isinstance(x, type)]
            for holder in (module, *[x for x in own if x.__module__ == found.name]):
                for name, x in vars(holder).items():
                    inside = {} if isinstance(x, (type, ModuleType)) else getattr(x, "__dict__", {})
                    for lock in (x, *inside.values()):
                        if isinstance(lock, LOCKS):
                            yield f"{found.name}: {holder.__name__}.{name}", lock


def every_lock() -> None:
    found = dict(locks())
    assert "autograd.value: autograd.value.SWEEPING" in found, found.keys()
    for name, lock in found.items():

        def hold(begun: threading.Event, lock: Any = lock) -> None:
            with lock:
                begun.set()
                threading.Event().wait(0.2)

        def is_free(name: str = name, lock: Any = lock) -> None:
            assert lock.acquire(timeout=5), f"{name} stays locked in a forked child"
            lock.release()

        while_another(hold, lambda is_free=is_free: forked(is_free))
        is_free()


@by_fork
def test_no_lock_stays_locked_in_a_child() -> None:
    isolated(every_lock)


def test_there_are_no_other_locks_nor_pools() -> None:
    """Neither by a call, nor by functools' cached_property, which has a lock in Python 3.11."""
    for package in (autograd, nn):
        for path in Path(package.__path__[0]).rglob("*.py"):
            if path.name == "locks.py":
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                given = node.names if isinstance(node, ast.ImportFrom) else []
                names = {alias.name for alias in given}
                module = node.module if isinstance(node, ast.ImportFrom) else ""
                if isinstance(node, ast.Import):
                    names, module = {alias.name for alias in node.names}, "threading"
                assert not (module == "functools" and "cached_property" in names), path
                assert not names & {"threading", "concurrent.futures", "multiprocessing"}, path
                if module == "threading":
                    assert not names & {"Lock", "RLock", "Condition", "Semaphore", "Event"}, path
                top = (module or "").partition(".")[0]
                assert top not in ("concurrent", "multiprocessing"), path


def test_what_forking_takes_it_gives_back() -> None:
    lock = fork_safe_lock()

    def is_free() -> bool:
        found = []

        def ask() -> None:
            found.append(lock.acquire(blocking=False))
            if found[0]:
                lock.release()

        other = threading.Thread(target=ask)
        other.start()
        other.join()
        return found[0]

    with lock, lock:
        take_all()
        assert not is_free()
        release_all()
        assert not is_free()
    assert is_free()


def test_where_nothing_forks_nothing_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "register_at_fork", raising=False)
    at_fork(before=lambda: None)


def test_a_child_pauses_the_collector_for_itself_only() -> None:
    with collector_paused():
        in_child()
        assert not gc.isenabled()
        other = threading.Thread(target=in_child)  # as the one that forked
        other.start()
        other.join()
        assert gc.isenabled()
        with collector_paused():
            pass
        _pausing.append(threading.get_ident())
    assert gc.isenabled()


def test_pauses_lie_in_each_other() -> None:
    with collector_paused():
        with collector_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def compiling(begun: threading.Event) -> None:
    with collector_paused():
        begun.set()
        threading.Event().wait(0.5)


def collector() -> None:
    def runs() -> None:
        assert gc.isenabled()

    while_another(compiling, lambda: forked(runs))
    runs()
    with collector_paused():
        assert not gc.isenabled()
        forked(lambda: assert_(not gc.isenabled()))
        while_another(compiling, lambda: forked(lambda: assert_(not gc.isenabled())))
        assert not gc.isenabled()
    runs()
    gc.disable()
    with collector_paused():
        forked(lambda: assert_(not gc.isenabled()))
    assert not gc.isenabled()


def assert_(truth: bool) -> None:
    assert truth


@by_fork
def test_the_collector_runs_in_a_child() -> None:
    isolated(collector)
