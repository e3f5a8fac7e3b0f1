"""Instructions of many operands have the bits of straight-line code."""

from __future__ import annotations

import math
import random
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import Value, compile, dot, jit, logsumexp, total
from autograd.program.native import code, long_sums
from tests.autograd.program.native.networks import leaves

FUNCTIONS: dict[str, Callable[[list[Value], tuple[Value, ...]], Value]] = {
    "of rows": lambda w, x: total([(x[i % 4] * a).exp() for i, a in enumerate(w)]),
    "uniform": lambda w, x: x[0] * total([a.exp() for a in w]) * logsumexp(w),
    "pairs": lambda w, x: dot(
        [x[i % 4] + a for i, a in enumerate(w)], [x[(i + 1) % 4] * a for i, a in enumerate(w)]
    ),
    "operands several times": lambda w, x: (
        dot([w[i % 7] for i in range(len(w))], [x[i % 4] for i in range(len(w))])
        + total([x[i % 3] for i in range(len(w))])
    ),
    "some uniform": lambda w, x: total([a * x[0] if i % 3 else a for i, a in enumerate(w)]),
    "largest": lambda w, x: logsumexp([x[i % 4] * a for i, a in enumerate(w)]),
    "too large on the way": lambda w, x: total(
        [1e308 * (-1.0) ** (i // 4) * x[0] * x[0] for i in range(len(w))]
    ),
}


@pytest.mark.parametrize("count", [20, 64, 65])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_bits_are_those_of_straight_code(
    name: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    w = leaves(random.Random(count), count)
    rows = np.random.default_rng(0).normal(size=(19, 4))
    monkeypatch.setattr(long_sums, "CHUNK", 4)  # several levels of them
    found: list[Any] = []
    for smallest in (16, math.inf):
        monkeypatch.setattr(long_sums, "WIDE", smallest)
        monkeypatch.setattr(code, "_known", OrderedDict())
        program = compile(lambda *x: FUNCTIONS[name](w, x), 4, w, "native")
        assert program.backend == "native"
        loss, gradient = program.value_and_grad(rows)
        point = jit(lambda x: FUNCTIONS[name](w, tuple(x)))(rows[0])
        found.append([*program(rows), loss, *gradient, point])
    assert np.array_equal(*found, equal_nan=True)
