"""lstm: the loss of a small recurrent network over a text, and its gradient.

The loop over the text is a `scan`, and so is its sweep backward.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import dot, exp, grad, jit, log, scan, sigmoid, tanh, total

Vector = Sequence[Any]


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


def objective_of(layers: Any, extra: Any, state: Any, text: Any) -> Any:
    """The mean loss of predicting each number of a text by the characters before it."""
    size = text.shape[1]

    def step(carried: Any, pair: Any) -> Any:
        state, loss = carried
        character, following = pair[:size], pair[size:]
        x = [a * w for a, w in zip(character, extra[0], strict=True)]
        states = []
        for i in range(0, len(layers), 2):
            x, memory = cell(layers[i], layers[i + 1], state[i], state[i + 1], x)
            states += [x, memory]
        y = [a * w + b for a, w, b in zip(x, extra[1], extra[2], strict=True)]
        whole = log(total([exp(a) for a in y]) + 2.0)
        return (states, loss + dot(following, [whole - a for a in y])), None

    pairs = np.concatenate([text[:-1], text[1:]], axis=1)
    (_, loss), _ = scan(step, ([[*row] for row in state], 0.0), pairs)
    return loss / text[1:].size


forward, backward = jit(objective_of), jit(grad(objective_of, argnums=(0, 1)))


def read(given: dict[str, Any]) -> list[Any]:
    """The layers, the extra weights, the state and the text of a message."""
    return [np.array(given[name]) for name in ("main_params", "extra_params", "state", "sequence")]


def objective(given: dict[str, Any]) -> Callable[[], float]:
    numbers = read(given)
    return lambda: forward(*numbers)


def jacobian(given: dict[str, Any]) -> Callable[[], Any]:
    numbers = read(given)
    return lambda: np.concatenate([part.ravel() for part in backward(*numbers)])
