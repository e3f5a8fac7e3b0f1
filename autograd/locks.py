"""Locks that no fork leaves locked.

A forked child has a copy of every lock, but only the thread that forked: a lock of another thread
would never be released, and a module that it was loading would stay incomplete. So the forking
thread first acquires all locks.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

# Held while modules load at their first use. A thread that holds another lock must not load.
LOADING = threading.RLock()
_locks: list[Any] = []
_taken: list[Any] = []  # by the thread that forks


def fork_safe_lock() -> threading.RLock:
    """A reentrant lock for a module.

    Forking acquires the locks in the reverse order of their creation; so must code that acquires
    several. The garbage collector may run at any point: finalizers must not wait for a lock.
    """
    lock = threading.RLock()
    with LOADING:
        _locks.append(lock)
    return lock


def take_all() -> None:
    """Acquire all locks; first the one of loading, since modules create locks."""
    LOADING.acquire()
    _taken.append(LOADING)
    for lock in reversed(_locks):
        lock.acquire()
        _taken.append(lock)


def release_all() -> None:
    """Release the acquired locks."""
    while _taken:
        _taken.pop().release()


def at_fork(**functions: Callable[[], None]) -> None:
    """os.register_at_fork, where there are forks: not on Windows."""
    getattr(os, "register_at_fork", dict)(**functions)


at_fork(before=take_all, after_in_parent=release_all, after_in_child=release_all)
