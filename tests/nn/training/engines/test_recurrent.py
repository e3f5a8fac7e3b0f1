"""A recurrent network written with `scan`, trained by every engine: the same numbers."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Sequence
from typing import Any

import pytest

from autograd import Value, dot, scan, tanh
from nn import Adam, Module, train


class Recurrent(Module):
    """Units that take one number of a row after the other; the output is a sum of the last ones."""

    def __init__(self, units: int) -> None:
        def weights(start: int) -> list[Value]:
            return [Value(0.5 * math.sin(start + 1.7 * i)) for i in range(units)]

        self.own = [weights(7 * k) for k in range(units)]
        self.given, self.out = weights(1), weights(2)

    def __call__(self, row: Sequence[Any]) -> Any:
        def step(state: Any, x: Any) -> Any:
            pairs = zip(self.own, self.given, strict=True)
            return [tanh(dot(own, state) + given * x) for own, given in pairs], None

        state, _ = scan(step, [0.0] * len(self.out), row)
        return dot(self.out, state)


ENGINES = ["python", "numpy", *(["native"] if importlib.util.find_spec("llvmlite") else [])]


@pytest.mark.parametrize("units", [3, 6])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_recurrent_network_is_trained_by_every_engine(engine: str, units: int) -> None:
    waves = [[math.sin(0.3 * i + k) for i in range(9)] for k in range(20)]
    data = [(wave[:-1], wave[-1]) for wave in waves]
    results = []
    for name in ("eager", engine):
        model = Recurrent(units)
        history = train(
            model,
            data,
            loss=lambda y, target: (y - target) ** 2,
            optimizer=Adam(model.parameters(), lr=0.02),
            epochs=4,
            batch_size=5,
            engine=name,
            progress=False,
        )
        results.append([*history["loss"], *[w.data for w in model.parameters()]])
        assert (history.engine, history.note) == (name, "")
    assert results[0] == pytest.approx(results[1], rel=1e-9, abs=1e-12)
    assert results[0][3] < 0.9 * results[0][0]
