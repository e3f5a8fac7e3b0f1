"""Locks that no fork leaves locked.

A forked child has a copy of every lock, but only the thread that forked: what another one held
would stay locked for ever, and what it was loading half loaded. So forking waits until it has all
locks itself.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

# Held while modules load at their first use. Whoever holds another lock must not load.
LOADING = threading.RLock()
_locks: list[Any] = []
_taken: list[Any] = []  # by the thread that forks


def fork_safe_lock() -> threading.RLock:
    """A lock for a module to hold, which the thread that has it may take again.

    Forking takes the locks that were made last first; so must whoever takes several. The collector
    may call anything anywhere: what it calls must not wait for a lock.
    """
    lock = threading.RLock()
    with LOADING:
        _locks.append(lock)
    return lock


def take_all() -> None:
    """Wait for all locks; first until nothing loads, since modules bring locks with them."""
    LOADING.acquire()
    _taken.append(LOADING)
    for lock in reversed(_locks):
        lock.acquire()
        _taken.append(lock)


def release_all() -> None:
    """Give back what was taken."""
    while _taken:
        _taken.pop().release()


def at_fork(**functions: Callable[[], None]) -> None:
    """os.register_at_fork, where there are forks: not on Windows."""
    getattr(os, "register_at_fork", dict)(**functions)


at_fork(before=take_all, after_in_parent=release_all, after_in_child=release_all)
