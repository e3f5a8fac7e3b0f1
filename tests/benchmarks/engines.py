"""How fast the compiled engines are: python -m tests.benchmarks.engines.

Loss and gradient of a 64-16-10 network on 1,024 of scikit-learn's digits, by the eager engine and
by `autograd.compile` on each backend; wall-clock time of one thread, loss and gradient compared
first, medians of interleaved rounds.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.datasets import load_digits
from threadpoolctl import threadpool_limits

from autograd import Value, compile, cross_entropy
from nn import MLP, mean_loss

ROUNDS = 5


def seconds(step: Callable[[], Any], steps: int) -> float:
    gc.collect()
    started = time.perf_counter()
    for _ in range(steps):
        step()
    return (time.perf_counter() - started) / steps


def main() -> None:
    digits = load_digits()
    X, y = digits.data[:1024] / 16.0, digits.target[:1024]
    model = MLP(64, [16, 10], activation="tanh", bias=False, seed=0)
    rows = list(zip(X.tolist(), y.tolist(), strict=True))
    table = np.hstack([X, np.eye(10)[y]])

    def loss_of(*values: Value) -> Value:
        loss: Value = cross_entropy(model(values[:64]), values[64:])
        return loss

    def eager() -> tuple[float, list[float]]:
        model.zero_grad()
        loss = mean_loss(model, rows)
        loss.backward()
        return loss.data, [parameter.grad for parameter in model.parameters()]

    programs = {}
    for backend in ("python", "numpy"):
        started = time.perf_counter()
        programs[backend] = compile(loss_of, 74, model.parameters(), backend)
        print(f"{backend}: compiled in {time.perf_counter() - started:.2f} s")
    want_loss, want = eager()
    for backend, program in programs.items():
        loss, gradient = program.value_and_grad(table)
        assert abs(loss - want_loss) < 1e-13, backend
        assert max(abs(a - b) for a, b in zip(gradient, want, strict=True)) < 1e-13, backend
    rounds = []
    for _ in range(ROUNDS):
        mine = seconds(eager, 1)
        rounds.append(
            (
                mine,
                seconds(lambda: programs["python"].value_and_grad(table), 2),
                seconds(lambda: programs["numpy"].value_and_grad(table), 20),
            )
        )
    print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}, medians of {ROUNDS} rounds")
    print(f"eager: {statistics.median([mine for mine, *_ in rounds]) * 1e3:.0f} ms")
    for i, backend in enumerate(programs, start=1):
        times = statistics.median([found[i] for found in rounds])
        ratio = statistics.median([found[0] / found[i] for found in rounds])
        print(f"{backend}: {times * 1e3:.2f} ms, {ratio:.1f} times as fast as eager")


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
