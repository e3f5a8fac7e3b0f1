"""Networks for the native backend, and what it is compared with."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import Value, compile, cross_entropy, dot
from autograd.program import Program
from autograd.program.native.computation import Computation, of_sums
from autograd.program.native.grouping import group
from autograd.program.native.reductions import find_reductions
from autograd.program.native.schedule import Schedule

ROWS = [1, 2, 7, 8, 15, 16, 17, 31, 33, 64, 150, 1000]
Function = Callable[..., Value]


def leaves(rng: random.Random, *shape: int) -> list[Any]:
    if len(shape) == 1:
        return [Value(rng.uniform(-1, 1), f"w{i}") for i in range(shape[0])]
    return [leaves(rng, *shape[1:]) for _ in range(shape[0])]


def flat(nested: Any) -> list[Value]:
    return (
        [nested] if isinstance(nested, Value) else [leaf for part in nested for leaf in flat(part)]
    )


def network(
    widths: list[int], bias: bool, activation: Function, seed: int = 0
) -> tuple[Function, list[Value]]:
    """Loss of a network of dots; its parameters."""
    rng = random.Random(seed)
    weights = [leaves(rng, b, a) for a, b in pairwise(widths)]
    biases = [leaves(rng, b) for b in widths[1:]] if bias else []

    def loss(*x: Value) -> Value:
        h, target = list(x[: widths[0]]), x[widths[0] :]
        for layer, rows in enumerate(weights):
            z = [dot(row, h) for row in rows]
            if bias:
                z = [a + b for a, b in zip(z, biases[layer], strict=True)]
            h = z if rows is weights[-1] else [activation(a) for a in z]
        return cross_entropy(h, target)

    return loss, flat([weights, biases])


def rows_for(widths: list[int], count: int, seed: int = 0) -> np.ndarray[Any, Any]:
    rng = np.random.default_rng(seed)
    labels = np.eye(widths[-1])[rng.integers(0, widths[-1], count)]
    return np.hstack([rng.normal(size=(count, widths[0])), labels])


def same(native: Program, numpy: Program, rows: Any, weights: Any = None) -> None:
    """Values, loss and gradients of two programs, to rounding."""
    assert native.backend == "native"
    assert np.allclose(native(rows), numpy(rows), rtol=1e-12, atol=1e-14)
    loss, grads = native.value_and_grad(rows, sample_weight=weights)
    want, wanted = numpy.value_and_grad(rows, sample_weight=weights)
    assert loss == pytest.approx(want, rel=1e-12)
    assert grads == pytest.approx(wanted, rel=1e-10, abs=1e-14)


def schedule_of(
    f: Function | Value, inputs: int | list[Value], parameters: list[Value]
) -> tuple[Schedule, Computation]:
    program = compile(f, inputs, parameters, "python")
    computation = of_sums(program.tape, program.tape.parameter_slots)
    sums = find_reductions(computation)
    return group(computation, 16, sums.columns, sums.outers), computation
