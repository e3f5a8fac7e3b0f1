"""Parts of one call on several threads."""

from __future__ import annotations

from _thread import LockType, allocate_lock, start_new_thread
from collections.abc import Callable, Sequence


def in_threads(function: Callable[..., object], parts: Sequence[Sequence[int]]) -> None:
    """Call a function with the numbers of each part, at the same time; the first one here.

    The threads are started for this call, by the module that does it in half the time. Ones that
    wait for the next call would be missing in a forked child, which would wait for them for ever.

    Raises what the function raises.
    """
    raised: list[BaseException] = []

    def run(part: Sequence[int], done: LockType | None = None) -> None:
        try:
            function(*part)
        except BaseException as error:
            raised.append(error)
        finally:
            if done is not None:
                done.release()

    running = []
    for part in parts[1:]:
        done = allocate_lock()
        done.acquire()
        try:
            start_new_thread(run, (part, done))
        except RuntimeError:  # there are as many as there may be, or Python is ending
            run(part)
        else:
            running.append(done)
    run(parts[0])
    for done in running:
        done.acquire()
    if raised:
        raise raised[0]
