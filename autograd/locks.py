"""Locks that no fork leaves locked."""

from __future__ import annotations

import os
import threading
from contextlib import AbstractContextManager


def fork_safe_lock() -> AbstractContextManager[bool]:
    """A lock for a module to hold, which its thread may take again. Forking waits until it is free.

    A child has a copy of every lock, but only of the thread that forked: what another one held
    would stay locked for ever. Forking takes the locks that were made last first; so may whoever
    takes several.
    """
    lock = threading.RLock()
    if hasattr(os, "register_at_fork"):  # there is no fork on Windows
        os.register_at_fork(
            before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release
        )
    return lock


# Held while modules load at their first use: a child can't load what another thread was loading.
LOADING = fork_safe_lock()
