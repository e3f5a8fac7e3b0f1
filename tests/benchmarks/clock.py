"""Processor time of calls, in turn: what else the machine does meets them all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any


def interleaved(
    rounds: int, repetitions: int, calls: Mapping[str, Callable[[], Any]]
) -> dict[str, list[float]]:
    """Microseconds of a call, one figure for each round, of so many calls in a row.

    One call alone may be shorter than what the clock resolves.
    """
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            began = time.process_time()
            for _ in range(repetitions):
                call()
            found[name].append((time.process_time() - began) / repetitions * 1e6)
    return found
