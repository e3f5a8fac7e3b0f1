"""Every instruction has a lowering; those of the C library are its functions, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import autograd
from autograd import Value, compile, exp, log, maximum, where
from autograd.program.native import NativeBackend, lowering
from autograd.tape import trace
from autograd.tape.printers.language import ROWS
from tests.autograd.program.native.networks import (
    same,
)
from tests.autograd.program.native.test_vector_functions import SPECIAL, same_special


@pytest.mark.parametrize("name", [name for name in lowering.LIBM if name != "fmod"])
def test_the_others_are_the_c_library(name: str) -> None:
    """Bit for bit what Python's math module gives, which calls the same functions."""
    function = getattr(autograd, name)
    count = lowering.LIBM[name]
    rng = np.random.default_rng(0)
    table = np.concatenate([rng.uniform(-3, 3, (100, count)), rng.choice(SPECIAL, (60, count))])
    tape, _ = trace(function, count)
    found = NativeBackend(tape, None).values(table, [])
    for operands, got in zip(table.tolist(), found.tolist(), strict=True):
        assert same_special(got, function(*operands)), operands


def test_every_instruction_has_a_lowering() -> None:
    assert set(ROWS) <= set(lowering.LOWERINGS)


def test_masks_hold_in_every_lane() -> None:
    w = Value(1.0, "w")

    def f(x: Value) -> Value:
        return where(x > 0.0, where(x < 2.0, log(x * w), exp(x * w)), maximum(w * x, w - 3.0))

    native, numpy = (compile(f, 1, [w], name) for name in ("native", "numpy"))
    rows = np.linspace(-4.0, 4.0, 101)[:, None]
    same(native, numpy, rows)
