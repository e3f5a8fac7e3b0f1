"""lstm: the loss of a small recurrent network over a text, and its gradient.

A few characters are one piece of `jit` code, their loop unrolled, and so is its pullback. The loop
over the whole text is plain Python: forward it keeps the states, backward it carries the adjoint.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograd import dot, exp, jit, log, sigmoid, tanh, total, vjp

Vector = Sequence[Any]
LENGTH = 8  # characters of a stretch


def cell(weight: Vector, bias: Vector, hidden: Vector, memory: Vector, x: Vector) -> Any:
    """The next hidden and memory; the weight matrices are diagonal."""
    size = len(x)
    sources = [*x, *hidden, *x, *hidden]
    gates = [w * s + b for w, s, b in zip(weight, sources, bias, strict=True)]
    forget, take, give, change = [gates[i : i + size] for i in range(0, 4 * size, size)]
    memory = [
        m * sigmoid(f) + sigmoid(t) * tanh(c)
        for m, f, t, c in zip(memory, forget, take, change, strict=True)
    ]
    return [sigmoid(g) * tanh(m) for g, m in zip(give, memory, strict=True)], memory


def stretch(layers: Any, extra: Any, state: Any, text: Sequence[Vector]) -> Any:
    """The loss of predicting each character of a piece of text by those before it, and the state
    at its end.
    """
    losses = []
    for character, following in pairwise(text):
        x = [a * w for a, w in zip(character, extra[0], strict=True)]
        states = []
        for i in range(0, len(layers), 2):
            x, memory = cell(layers[i], layers[i + 1], state[i], state[i + 1], x)
            states += [x, memory]
        state = states
        y = [a * w + b for a, w, b in zip(x, extra[1], extra[2], strict=True)]
        whole = log(total([exp(a) for a in y]) + 2.0)
        losses.append(dot(following, [whole - a for a in y]))
    return total(losses), np.array(state)


def pullback(layers: Any, extra: Any, state: Any, text: Sequence[Vector], adjoint: Any) -> Any:
    """The adjoints of layers, extra and state, given that of the last state; the loss's is 1."""
    _, pull = vjp(lambda *moving: stretch(*moving, text))(layers, extra, state)
    return pull((1.0, adjoint))


forward, backward = jit(stretch), jit(pullback)


class Reader:
    """The input of a message, its text in stretches that share a character."""

    def __init__(self, given: dict[str, Any]) -> None:
        names = ("main_params", "extra_params", "state", "sequence")
        self.layers, self.extra, self.state, text = [np.array(given[name]) for name in names]
        self.stretches = [text[i : i + LENGTH + 1] for i in range(0, len(text) - 1, LENGTH)]
        self.count = text[1:].size

    def objective(self) -> float:
        state, whole = self.state, 0.0
        for text in self.stretches:
            loss, state = forward(self.layers, self.extra, state, text)
            whole += loss
        return whole / self.count

    def jacobian(self) -> Any:
        states = [self.state]
        for text in self.stretches[:-1]:
            states.append(forward(self.layers, self.extra, states[-1], text)[1])
        adjoint = np.zeros_like(self.state)
        by_layers, by_extra = np.zeros_like(self.layers), np.zeros_like(self.extra)
        for state, text in zip(reversed(states), reversed(self.stretches), strict=True):
            more, further, adjoint = backward(self.layers, self.extra, state, text, adjoint)
            by_layers += more
            by_extra += further
        return np.concatenate([by_layers.ravel(), by_extra.ravel()]) / self.count


def objective(given: dict[str, Any]) -> Callable[[], float]:
    return Reader(given).objective


def jacobian(given: dict[str, Any]) -> Callable[[], Any]:
    return Reader(given).jacobian
