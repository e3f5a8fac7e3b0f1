"""Drawn recurrent networks: what their steps do with their weights, as functions of a scan."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Value, dot, tanh, total

KINDS = ["plain", "linear", "twice", "scaled", "also outside", "context", "gated"]


@dataclass
class Network:
    """A recurrent network of rows with `steps` times `features` numbers, and a context.

    kind: what is special about the use of its weights, one of KINDS.
    mixed: whether some xs are constants, and some of the others far from even in memory.
    """

    kind: str
    units: int
    steps: int
    features: int
    mixed: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        rng, units = random.Random(self.seed), self.units

        def drawn(count: int) -> list[Value]:
            return [Value(rng.uniform(-1.0, 1.0) / (units + 1) ** 0.5) for _ in range(count)]

        self.own = [drawn(units) for _ in range(units)]
        self.given = [drawn(self.features) for _ in range(units)]
        self.bias, self.out = drawn(units), drawn(units)
        rows = [*self.own, *self.given, self.bias, self.out]
        self.leaves = [w for row in rows for w in row]
        self.inputs = self.steps * self.features + 1

    def xs(self, row: Sequence[Any]) -> list[list[Any]]:
        """The numbers of each step."""
        numbers = [*row[:-1]]
        if self.mixed:
            numbers = numbers[::-1][1:] + [0.5]
            numbers = [-0.25 if i % 5 == 3 else x for i, x in enumerate(numbers)]
        return [numbers[i * self.features :][: self.features] for i in range(self.steps)]

    def of(self, loop: Callable[..., Any]) -> Callable[..., Any]:
        """The output for a row, where `loop` runs the steps."""
        kind = self.kind

        def layer(h: Sequence[Any], x: Sequence[Any], factor: float = 1.0) -> list[Any]:
            own = [[w * factor for w in row] for row in self.own] if kind == "scaled" else self.own
            return [
                dot([*own, *given], [*h, *x]) + b
                for own, given, b in zip(own, self.given, self.bias, strict=True)
            ]

        def output(*row: Any) -> Any:
            context = row[-1] if kind == "context" else 0.0

            def step(h: Any, x: Any) -> Any:
                z = layer(h, x, 0.5)
                if kind == "linear":
                    return z, None
                new = [tanh(s + context) for s in z]
                if kind == "twice":
                    new = [tanh(s) for s in layer(new, x)]
                if kind == "gated":
                    gates = layer(new, x)
                    new = [tanh(g) * s + 0.5 * a for g, s, a in zip(gates, new, h, strict=True)]
                if kind == "context":
                    new = [s * context for s in new]
                return new, None

            h, _ = loop(step, [0.1] * self.units, self.xs(row))
            if kind == "also outside":
                h = [tanh(s) for s in layer(h, self.xs(row)[0])]
            return (dot(self.out, h) - row[-1]) ** 2 + 0.01 * total(h)

        return output
