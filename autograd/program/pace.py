"""Pace: how long machine code may run before Python does, and how long making it may take."""

from __future__ import annotations

from typing import Any

from ..arguments import real

SLICE = 0.05  # seconds; between slices there is progress, and Ctrl-C is seen to
LONGEST = 60.0  # seconds that making machine code may take where nothing else is given


def limit(longest: Any, where: str) -> float:
    """The seconds that making machine code may take, as they were given; ValueError for a NaN or
    a negative number.
    """
    seconds = real(longest, f"{where}: longest")
    if not seconds >= 0.0:
        raise ValueError(f"{where}: expected longest as seconds of at least 0, got {seconds}")
    return seconds


class Pace:
    """The number of items for a slice of time, by the duration of the last ones.

    >>> pace = Pace()
    >>> pace.next(100)
    1
    >>> pace.took(0.01)
    >>> pace.next(100)
    5

    Args:
        seconds: an estimate from above of how long one item takes, where there is one.
    """

    def __init__(self, seconds: float = SLICE) -> None:
        self.count, self.seconds = max(1, int(SLICE / seconds)), SLICE

    def next(self, left: int) -> int:
        """The size of the next slice, of at most `left`."""
        fitting = int(self.count * SLICE / max(self.seconds, 1e-9))
        self.count = min(left, max(1, min(8 * self.count, fitting)))
        return self.count

    def took(self, seconds: float) -> None:
        """Record how long the last slice took."""
        self.seconds = seconds
