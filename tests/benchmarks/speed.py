"""How fast the eager engine is, beside two others: python -m tests.benchmarks.speed.

A full-batch step of the 4-4-4-3 network on 150 Iris flowers, forward and backward, through nn.MLP,
against PyPI's micrograd (with tanh, exp and log added in its own style) and against a node of two
tuples with a recursive sweep, as in microgpt, written here; then chains of binary operators alone.
Processor time, the collector on; loss and gradient are compared before anything is timed; medians
of interleaved rounds.
"""

from __future__ import annotations

import gc
import math
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

from sklearn.datasets import load_iris
from sklearn.preprocessing import StandardScaler

from autograd import Value
from nn import MLP, mean_loss

ROUNDS, STEPS = 9, 6
X = StandardScaler().fit_transform(load_iris().data).tolist()
Y = [int(label) for label in load_iris().target]


class Pair:
    """A node of two tuples, parents and local derivatives, with a recursive sweep."""

    __slots__ = ("data", "grad", "local", "parents")

    def __init__(self, data: float, parents: Any = (), local: Any = ()) -> None:
        self.data, self.grad, self.parents, self.local = data, 0.0, parents, local

    def __add__(self, other: Any) -> Pair:
        other = other if isinstance(other, Pair) else Pair(other)
        return Pair(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other: Any) -> Pair:
        other = other if isinstance(other, Pair) else Pair(other)
        return Pair(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, n: float) -> Pair:
        return Pair(self.data**n, (self,), (n * self.data ** (n - 1),))

    def __neg__(self) -> Pair:
        return self * -1.0

    def __sub__(self, other: Any) -> Pair:
        return self + (-other)

    def __truediv__(self, other: Any) -> Pair:
        return self * other**-1.0

    def exp(self) -> Pair:
        y = math.exp(self.data)
        return Pair(y, (self,), (y,))

    def log(self) -> Pair:
        return Pair(math.log(self.data), (self,), (1.0 / self.data,))

    def tanh(self) -> Pair:
        y = math.tanh(self.data)
        return Pair(y, (self,), (1.0 - y * y,))

    __radd__, __rmul__ = __add__, __mul__

    def backward(self) -> None:
        order: list[Pair] = []
        seen: set[Pair] = set()

        def visit(node: Pair) -> None:
            if node not in seen:
                seen.add(node)
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for parent, local in zip(node.parents, node.local):  # noqa: B905  as fast as can be
                parent.grad += local * node.grad


def micrograd() -> Any:
    """Micrograd's Value with three more functions in its closure style."""
    from micrograd.engine import Value as Engine

    def method(
        f: Callable[[float], float], slope: Callable[[float, float], float], name: str
    ) -> Any:
        def apply(self: Any) -> Any:
            out = Engine(f(self.data), (self,), name)

            def _backward() -> None:
                self.grad += slope(self.data, out.data) * out.grad

            out._backward = _backward
            return out

        return apply

    Engine.exp = method(math.exp, lambda x, y: y, "exp")
    Engine.log = method(math.log, lambda x, y: 1.0 / x, "log")
    Engine.tanh = method(math.tanh, lambda x, y: 1.0 - y * y, "tanh")
    return Engine


def scalar_step(kind: Any, numbers: Iterable[float]) -> Callable[[], tuple[float, float]]:
    """A step of the same network, one operation a node, as these engines have it."""
    drawn = iter(numbers)
    sizes = [(4, 4), (4, 4), (4, 3)]
    layers = [[[kind(next(drawn)) for _ in range(n)] for _ in range(m)] for n, m in sizes]
    weights = [w for layer in layers for row in layer for w in row]

    def step() -> tuple[float, float]:
        for w in weights:
            w.grad = 0.0
        losses = []
        for x, label in zip(X, Y, strict=True):
            h = [kind(number) for number in x]
            for layer in layers:
                h = [sum((w * v for w, v in zip(row, h)), kind(0.0)) for row in layer]  # noqa: B905
                h = h if layer is layers[-1] else [v.tanh() for v in h]
            top = max(z.data for z in h)
            e = [(z - top).exp() for z in h]
            losses.append(-(e[label] / sum(e, kind(0.0))).log())
        loss = sum(losses, kind(0.0)) * (1.0 / len(losses))
        loss.backward()
        return loss.data, weights[16].grad

    return step


def our_step(model: MLP) -> Callable[[], tuple[float, float]]:
    rows = list(zip(X, Y, strict=True))

    def step() -> tuple[float, float]:
        model.zero_grad()
        loss = mean_loss(model, rows)
        loss.backward()
        return loss.data, model["w17"].grad

    return step


def chain(kind: Any) -> Callable[[], tuple[float, float]]:
    """Six hundred binary operators in a row."""

    def step() -> tuple[float, float]:
        a, b = kind(1.1), kind(0.9)
        y = a
        for _ in range(150):
            y = (y * b + a) * b - a
        y.backward()
        return y.data, a.grad

    return step


def seconds(step: Callable[[], Any], steps: int = STEPS) -> float:
    gc.collect()
    started = time.process_time()
    for _ in range(steps):
        step()
    return (time.process_time() - started) / steps


def ratios(ours: Callable[[], Any], others: dict[str, Callable[[], Any]], steps: int) -> None:
    """Print how many times as long the others take."""
    want = ours()
    for name, other in others.items():
        got = other()
        assert all(abs(a - b) <= 1e-12 * (1 + abs(b)) for a, b in zip(got, want, strict=True)), name
    rounds = [
        (seconds(ours, steps), [seconds(other, steps) for other in others.values()])
        for _ in range(ROUNDS)
    ]
    print(f"  ours: {statistics.median([mine for mine, _ in rounds]) * 1e3:.3f} ms")
    for i, name in enumerate(others):
        print(
            f"  {name}: {statistics.median([times[i] / mine for mine, times in rounds]):.2f} times"
        )


def main() -> None:
    sys.setrecursionlimit(100_000)
    rng = random.Random(0)
    numbers = [rng.uniform(-1.0, 1.0) for _ in range(44)]
    model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0)
    for parameter, number in zip(model.parameters(), numbers, strict=True):
        parameter.data = number
    print(f"Python {sys.version.split()[0]}, medians of {ROUNDS} rounds")
    print("Iris, a full-batch step of 150 flowers:")
    engine = micrograd()
    others = {
        "micrograd": scalar_step(engine, numbers),
        "two tuples, recursive": scalar_step(Pair, numbers),
    }
    ratios(our_step(model), others, STEPS)
    print("Chains of binary operators, 600 nodes:")
    ratios(chain(Value), {"two tuples, recursive": chain(Pair)}, 50)


if __name__ == "__main__":
    main()
