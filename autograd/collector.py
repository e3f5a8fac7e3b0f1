"""Pausing the garbage collector, safely for threads and forks."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident

from .locks import at_fork, fork_safe_lock

_pausing: list[int] = []  # the threads that pause it now
_was_enabled = True  # the collector, before the first of them began
_lock = fork_safe_lock()


@contextmanager
def collector_paused() -> Iterator[None]:
    """A context in which the garbage collector does not run.

    For code that allocates many small objects and no cycles, such as compiling and loading a graph:
    collections would take half of the time, and more if many other objects are alive.
    """
    global _was_enabled  # noqa: PLW0603  the collector is one for all threads too
    with _lock:
        if not _pausing:
            _was_enabled = gc.isenabled()
            gc.disable()
        _pausing.append(get_ident())
    try:
        yield
    finally:
        resume(get_ident())


def resume(*threads: int) -> None:
    """End the pauses of these threads."""
    with _lock:
        for thread in threads:
            _pausing.remove(thread)
        if not _pausing and _was_enabled:
            gc.enable()


def in_child() -> None:
    """In a forked child there is only the thread that forked."""
    resume(*[thread for thread in _pausing if thread != get_ident()])


at_fork(after_in_child=in_child)
