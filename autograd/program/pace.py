"""Pace: the length of uninterrupted runs of machine code, and the limit of compile time."""

from __future__ import annotations

from typing import Any

from ..arguments import real

SLICE = 0.05  # seconds; progress and Ctrl-C are handled between slices
LONGEST = 60.0  # seconds of compile time, by default


def limit(longest: Any, where: str) -> float:
    """The limit of compile time in seconds, checked; ValueError for a NaN or a negative number."""
    seconds = real(longest, f"{where}: longest")
    if not seconds >= 0.0:
        raise ValueError(f"{where}: expected longest as seconds of at least 0, got {seconds}")
    return seconds


class Pace:
    """The number of items for a slice of time, from the duration of previous ones.

    >>> pace = Pace()
    >>> pace.next(100)
    1
    >>> pace.took(0.01)
    >>> pace.next(100)
    5

    Args:
        seconds: an upper bound of the duration of one item, if known.
    """

    def __init__(self, seconds: float = SLICE) -> None:
        self.count, self.seconds = max(1, int(SLICE / seconds)), SLICE

    def next(self, left: int) -> int:
        """The size of the next slice, of at most `left`."""
        fitting = int(self.count * SLICE / max(self.seconds, 1e-9))
        self.count = min(left, max(1, min(8 * self.count, fitting)))
        return self.count

    def took(self, seconds: float) -> None:
        """Record the duration of the last slice."""
        self.seconds = seconds
