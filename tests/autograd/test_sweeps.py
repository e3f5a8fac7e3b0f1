"""Sweeps of several threads, and one that is interrupted: no gradient is lost."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

import pytest

from autograd import Value


def in_threads(work: Callable[[], object], count: int = 4) -> None:
    """The same work in several threads, which take turns after every few instructions."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=work) for _ in range(count)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)


def test_sweeps_of_several_threads_lose_nothing() -> None:
    """Of graphs that share a leaf, and of one graph."""
    w = Value(1.0, "w")
    shared = w * w
    for _ in range(100):
        shared = shared + w

    def own() -> None:
        for _ in range(40):
            y = w * 2.0
            for _ in range(100):
                y = y + w
            y.backward()

    def same() -> None:
        for _ in range(40):
            shared.backward()

    in_threads(own)
    assert w.grad == 4 * 40 * 102.0
    w.grad = 0.0
    in_threads(same)
    assert w.grad == 4 * 40 * 102.0
    in_threads(lambda: [own(), same()], 2)
    assert w.grad == 4 * 40 * 102.0 + 2 * 40 * 204.0


class Interrupting(float):
    """Ctrl-C comes where a sweep multiplies by it."""

    def __mul__(self, other: object) -> float:
        raise KeyboardInterrupt


def test_a_sweep_that_is_interrupted_counts_for_nothing() -> None:
    a, b = Value(2.0, "a"), Value(3.0, "b")
    c = a * b
    y = c * a + b
    y.backward()
    before = a.grad, b.grad
    usual = c.local_derivatives
    c.local_derivatives = (usual[0], Interrupting(0.0))
    with pytest.raises(KeyboardInterrupt):
        y.backward()
    assert (a.grad, b.grad) == before == (12.0, 5.0)
    c.local_derivatives = usual
    y.backward()
    assert (a.grad, b.grad) == (24.0, 10.0)
