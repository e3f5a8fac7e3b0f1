"""Parts of one call on several threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Thread


def in_threads(function: Callable[..., object], parts: Sequence[Sequence[int]]) -> None:
    """Call a function with the numbers of each part, at the same time; the first one here.

    The threads are started for this call. Ones that wait for the next call would be missing in a
    forked child, which would wait for them for ever.

    Raises what the function raises.
    """
    raised: list[BaseException] = []

    def run(part: Sequence[int]) -> None:
        try:
            function(*part)
        except BaseException as error:
            raised.append(error)

    started = []
    for part in parts[1:]:
        thread = Thread(target=run, args=(part,), name="chainrule")
        try:
            thread.start()
        except RuntimeError:  # there are as many as there may be, or Python is ending
            run(part)
        else:
            started.append(thread)
    run(parts[0])
    for thread in started:
        thread.join()
    if raised:
        raise raised[0]
