"""How fast the eager engine is, beside two others: python -m tests.benchmarks.speed.

A full-batch step of the 4-4-4-3 network on 150 Iris flowers, forward and backward, through nn.MLP,
against PyPI's micrograd (with tanh, exp and log added in its own style) and against a node of two
tuples with a recursive sweep, as in microgpt, written here; then chains of binary operators alone.
Losses and whole gradients are compared before anything is timed; given are medians of interleaved
rounds of processor time.

The garbage collector is counted in two ways. "Own garbage once": what was alive before is put
aside, the collector is off, and every step ends with one collection, so that each side pays for
what it leaves behind and for nothing else. "As it runs": Python begins a collection after so many
new objects, over all that is alive, the imports of this process included.

Micrograd leaves a cycle in every node, and the node of two tuples one in every sweep, a function
that calls itself; "no cycle" is the same without it.
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
from tests.benchmarks.machine import processor, versions

ROUNDS = 9
X = StandardScaler().fit_transform(load_iris().data).tolist()
Y = [int(label) for label in load_iris().target]
Step = Callable[[], list[float]]  # one forward and backward pass: the loss and its gradient


class Pair:
    """A node of two tuples, parents and local derivatives, with a recursive sweep."""

    __slots__ = ("data", "grad", "local", "parents")

    def __init__(self, data: float, parents: Any = (), local: Any = ()) -> None:
        self.data, self.grad, self.parents, self.local = data, 0.0, parents, local

    def __add__(self, other: Any) -> Pair:
        other = other if isinstance(other, Pair) else Pair(other)
        return Pair(self.data + other.data, (self, other), (1.0, 1.0))

    def __sub__(self, other: Any) -> Pair:
        other = other if isinstance(other, Pair) else Pair(other)
        return Pair(self.data - other.data, (self, other), (1.0, -1.0))

    def __mul__(self, other: Any) -> Pair:
        other = other if isinstance(other, Pair) else Pair(other)
        return Pair(self.data * other.data, (self, other), (other.data, self.data))

    def __truediv__(self, other: Any) -> Pair:
        other = other if isinstance(other, Pair) else Pair(other)
        y = self.data / other.data
        return Pair(y, (self, other), (1.0 / other.data, -y / other.data))

    def __neg__(self) -> Pair:
        return Pair(-self.data, (self,), (-1.0,))

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
        sweep(self, order)


def sweep(root: Pair, order: list[Pair]) -> None:
    root.grad = 1.0
    for node in reversed(order):
        for parent, local in zip(node.parents, node.local):  # noqa: B905  as fast as can be
            parent.grad += local * node.grad


def backward_without_cycle(root: Pair) -> None:
    order: list[Pair] = []
    visit(root, set(), order)
    sweep(root, order)


def visit(node: Pair, seen: set[Pair], order: list[Pair]) -> None:
    if node not in seen:
        seen.add(node)
        for parent in node.parents:
            visit(parent, seen, order)
        order.append(node)


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


def scalar_step(kind: Any, numbers: Iterable[float], backward: Any = None) -> Step:
    """A step of the same network, one operation a node, as these engines have it."""
    drawn = iter(numbers)
    sizes = [(4, 4), (4, 4), (4, 3)]
    layers = [[[kind(next(drawn)) for _ in range(n)] for _ in range(m)] for n, m in sizes]
    weights = [w for layer in layers for row in layer for w in row]
    backward = backward or kind.backward

    def step() -> list[float]:
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
        backward(loss)
        return [loss.data, *[w.grad for w in weights]]

    return step


def our_step(model: MLP) -> Step:
    rows = list(zip(X, Y, strict=True))
    weights = model.parameters()

    def step() -> list[float]:
        model.zero_grad()
        loss = mean_loss(model, rows)
        loss.backward()
        return [loss.data, *[w.grad for w in weights]]

    return step


def chain(kind: Any, backward: Any = None) -> Step:
    """Six hundred binary operators in a row."""
    backward = backward or kind.backward

    def step() -> list[float]:
        a, b = kind(1.1), kind(0.9)
        y = a
        for _ in range(150):
            y = (y * b + a) * b - a
        backward(y)
        return [y.data, a.grad, b.grad]

    return step


def seconds(step: Step, steps: int, own_garbage: bool) -> float:
    """Processor time of a step, with its own garbage once or the collector as it runs."""
    gc.collect()
    if own_garbage:
        gc.freeze()
        gc.disable()
    started = time.process_time()
    for _ in range(steps):
        step()
        if own_garbage:
            gc.collect()
    taken = time.process_time() - started
    gc.enable()
    gc.unfreeze()
    return taken / steps


def compare(title: str, ours: Step, others: dict[str, Step], steps: int) -> None:
    """Print how many times as long the others take, once they give the same."""
    want = ours()
    for name, other in others.items():
        pairs = zip(other(), want, strict=True)
        assert all(abs(a - b) <= 1e-12 * (1.0 + abs(b)) for a, b in pairs), name
    for counted, own_garbage in (("own garbage once", True), ("the collector as it runs", False)):
        rounds = [
            [seconds(step, steps, own_garbage) for step in (ours, *others.values())]
            for _ in range(ROUNDS)
        ]
        mine = statistics.median([times[0] for times in rounds])
        print(f"{title}, {counted}: ours {mine * 1e3:.3f} ms")
        for i, name in enumerate(others, start=1):
            ratio = statistics.median([times[i] / times[0] for times in rounds])
            print(f"  {name} / ours: {ratio:.2f}")


def main() -> None:
    sys.setrecursionlimit(100_000)
    rng = random.Random(0)
    numbers = [rng.uniform(-1.0, 1.0) for _ in range(44)]
    model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0)
    for parameter, number in zip(model.parameters(), numbers, strict=True):
        parameter.data = number
    print(processor())
    print(f"{versions('micrograd', 'scikit-learn')}; medians of {ROUNDS} rounds of processor time")
    others = {
        "micrograd": scalar_step(micrograd(), numbers),
        "tuple node": scalar_step(Pair, numbers),
        "tuple node, no cycle": scalar_step(Pair, numbers, backward_without_cycle),
    }
    compare("Iris, a step of 150 flowers", our_step(model), others, 4)
    others = {
        "tuple node": chain(Pair),
        "tuple node, no cycle": chain(Pair, backward_without_cycle),
    }
    compare("A chain of 600 binary operators", chain(Value), others, 50)


if __name__ == "__main__":
    main()
