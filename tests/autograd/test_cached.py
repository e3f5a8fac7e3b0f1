"""cached_property without a lock."""

from __future__ import annotations

import threading

from autograd.cached import cached_property


class Sums:
    def __init__(self) -> None:
        self.times = 0
        self.both = threading.Barrier(1)

    @cached_property
    def sum(self) -> float:
        """A sum."""
        self.times += 1
        self.both.wait(10.0)
        return float(self.times)


def test_it_is_computed_when_it_is_asked_for_and_kept() -> None:
    sums = Sums()
    assert sums.times == 0
    assert [sums.sum, sums.sum, sums.times] == [1.0, 1.0, 1]
    assert Sums.sum.__doc__ == "A sum."
    del sums.sum
    assert sums.sum == 2.0


def test_two_threads_at_once_both_get_what_is_kept() -> None:
    sums = Sums()
    sums.both = threading.Barrier(2)
    found: list[float] = []
    threads = [threading.Thread(target=lambda: found.append(sums.sum)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sums.times == 2
    assert found == [sums.sum] * 2
