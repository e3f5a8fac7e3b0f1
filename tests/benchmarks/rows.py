"""Rows of a table through machine code, beside heyoka: python -m tests.benchmarks.rows [rounds].

Rosenbrock's function with its gradient for each of 1,000 rows, in one process on one thread. Each
peer reads and fills its own layout: ours a table in Fortran's order (in C's order beside it) into
a new array, heyoka's batch call an array of columns into one that is there (without its fast_math,
which changes bits). Before anything is timed, results are compared. Given are medians of processor
time over rounds, in each of which every peer has its turn; and their ratios, with the bounds that
we hold ourselves to. Needs heyoka from PyPI, and llvmlite.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from statistics import median
from typing import Any

import heyoka
import numpy as np

from autograd import Value, compile, value_and_grad
from tests.benchmarks.machine import processor, versions

ROWS = 1000
REPETITIONS = 20  # calls in a row: one alone is shorter than what the clock resolves
SIZES = (30, 300)
MUST, WANTED = 1.5, 0.9  # of heyoka's time
Array = np.ndarray[Any, Any]


def rosenbrock(x: Sequence[Any]) -> Any:
    y = 0.0
    for a, b in pairwise(x):
        y = y + 100.0 * (b - a**2) ** 2 + (1.0 - a) ** 2
    return y


def by_heyoka(columns: Array) -> tuple[Callable[[], Any], Array]:
    """A call of its batch function, and where it writes: value and gradient, column by column."""
    x = heyoka.make_vars(*[f"x{i:03}" for i in range(len(columns))])
    y = rosenbrock(x)  # heyoka.sum of the terms takes a third longer
    function = heyoka.cfunc([y, *heyoka.diff_tensors([y], diff_args=x).gradient], vars=x)
    room = np.empty((len(columns) + 1, columns.shape[1]))
    return lambda: function(columns, outputs=room), room


def interleaved(rounds: int, calls: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """The median microseconds of each call."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            began = time.process_time()
            for _ in range(REPETITIONS):
                call()
            found[name].append((time.process_time() - began) / REPETITIONS * 1e6)
    return {name: median(times) for name, times in found.items()}


def agree(found: Array, wanted: Array) -> None:
    scale = np.abs(wanted).max(axis=1, keepdims=True)
    worst = float((np.abs(found - wanted) / scale).max())
    if not worst < 1e-12:
        raise SystemExit(f"the results differ by {worst}: nothing was timed")


def measure(size: int, rounds: int) -> None:
    rows = np.random.default_rng(0).normal(size=(ROWS, size))
    as_array = compile(lambda *x: value_and_grad(rosenbrock)(np.array(x)), size)
    as_lists = compile(lambda *x: value_and_grad(rosenbrock)([*x]), size)
    columns = np.ascontiguousarray(rows.T)
    peer, room = by_heyoka(columns)
    peer()
    for table in (rows, columns.T):
        value, gradient = as_array(table)
        agree(np.vstack([value, gradient.T]), room)
        value, slopes = as_lists(table)
        agree(np.vstack([value, *slopes]), room)
    times = interleaved(
        rounds,
        {
            "heyoka": peer,
            "ours, Fortran's order": lambda: as_array(columns.T),
            "ours, C's order": lambda: as_array(rows),
            "ours, a list of columns": lambda: as_lists(columns.T),
            "ours, the result in C's order": lambda: np.ascontiguousarray(as_array(rows)[1]),
        },
    )
    for name, time_of_call in times.items():
        ratio = time_of_call / times["heyoka"]
        nanoseconds = time_of_call * 1e3 / ROWS
        print(f"N = {size:<4} {name:<30} {nanoseconds:7.2f} ns per row   ratio {ratio:.2f}")


def measure_squares(rounds: int) -> None:
    """The sum of (w - x)**2 over rows with its gradient, beside (w - x)*(w - x)."""
    rows = np.random.default_rng(0).normal(size=(100 * ROWS, 1))
    w = Value(0.3)
    power = compile(lambda x: (w - x) ** 2, 1, [w])
    product = compile(lambda x: (w - x) * (w - x), 1, [w])
    calls = {"power": power.value_and_grad, "product": product.value_and_grad}
    agree(*[np.array([flat(call(rows))]) for call in calls.values()])
    times = interleaved(rounds, {name: partial(call, rows) for name, call in calls.items()})
    ratio = times["power"] / times["product"]
    print(
        f"sum of (w - x)**2 with gradient, {len(rows):,} rows: {times['power']:.0f} us; divided by "
        f"its form as a product {ratio:.3f} (must: 1.1, wanted: 1.0)"
    )


def flat(result: tuple[float, list[float]]) -> list[float]:
    return [result[0], *result[1]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.rows")
    parser.add_argument("rounds", nargs="?", type=int, default=101)
    rounds = parser.parse_args().rounds
    print(f"{processor()}, one thread; {versions('heyoka', 'numpy', 'llvmlite')}")
    print(f"must: {MUST} of heyoka's time; wanted: {WANTED}")
    for size in SIZES:
        measure(size, rounds)
    measure_squares(rounds)


if __name__ == "__main__":
    main()
