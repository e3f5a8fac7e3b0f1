"""Pace: how much to do before Python gets a word in."""

from __future__ import annotations

import time

SLICE = 0.05  # seconds; between slices there is progress, and Ctrl-C is seen to


class Pace:
    """How many epochs fill a slice of time, by how long the last ones took.

    >>> Pace().next(100)
    1
    """

    def __init__(self) -> None:
        self.count, self.began = 0, time.perf_counter()

    def next(self, left: int) -> int:
        """The number of epochs for the next slice, of so many that are left."""
        now = time.perf_counter()
        fitting = int(self.count * SLICE / max(now - self.began, 1e-9))
        self.count = min(left, max(1, min(8 * self.count, fitting)))
        self.began = now
        return self.count
