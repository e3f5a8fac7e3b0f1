"""Memory, depth and start-up of the eager engine: python -m tests.benchmarks.size.

Time per node for 10⁶ nodes against 10³ (collector off), bytes of a product of two Values, growth
over 10⁴ steps with the collector off, and what an import costs.
"""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
import tracemalloc

from autograd import Value


def chain(n: int) -> Value:
    x = Value(1.0)
    y = x
    for _ in range(n):
        y = y * x
    return y


def time_per_node(n: int) -> float:
    started = time.process_time()
    chain(n).backward()
    return (time.process_time() - started) / n


def bytes_of_a_product() -> float:
    a, b = Value(1.5), Value(2.5)
    count = 10_000
    kept: list[Value | None] = [None] * count
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for i in range(count):
        kept[i] = a * b
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return (after - before) / count


def growth() -> int:
    """Bytes that 10⁴ steps of a small graph leave behind with the collector off."""
    w = Value(0.5)

    def step() -> None:
        y = (w * 3.0).tanh() + w**2
        y.backward()
        w.grad = 0.0

    step()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(10_000):
        step()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return after - before


def start_up(statement: str) -> float:
    """Milliseconds of a fresh process that runs a statement, the least of several."""
    times = []
    for _ in range(15):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True)
        times.append(time.perf_counter() - started)
    return min(times) * 1e3


def main() -> None:
    gc.collect()
    gc.disable()
    small = statistics.median([time_per_node(1000) for _ in range(200)])
    large = statistics.median([time_per_node(1_000_000) for _ in range(3)])
    print(f"time per node: {large / small:.2f} times as long in 10⁶ nodes as in 10³")
    print(f"a product of two Values: {bytes_of_a_product():.0f} bytes")
    print(f"10⁴ steps leave {growth() / 1e6:.3f} MB behind")
    plain, ours = start_up("pass"), start_up("import autograd")
    print(f"import autograd: {ours - plain:.0f} ms more than Python's own start ({plain:.0f} ms)")


if __name__ == "__main__":
    main()
