"""Code is kept for equal tapes, and the memory of calls for the next ones."""

from __future__ import annotations

import math
import pickle
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import autograd
from autograd import Value, compile
from autograd.program import Program
from autograd.program.native import code
from tests.autograd.program.native.libraries import alive
from tests.autograd.program.native.networks import network


def made(number: float) -> Program:
    w = Value(2.0, "w")
    return compile(lambda x: w * x + number, 1, [w], "native")


def test_programs_are_let_go_of(engines: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "MOST_KNOWN", 4)
    kept = [made(i) for i in range(6)]
    assert len(engines) == 6
    for i in range(6, 20):
        assert made(i).value_and_grad([[1.0]]) == (2.0 + i, [1.0])
    assert alive(engines) == 6 + 4
    assert [program.value_and_grad([[1.0]])[0] for program in kept] == [2.0 + i for i in range(6)]
    kept.clear()
    assert alive(engines) == 4


def test_what_is_asked_for_is_kept_longest(
    engines: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code, "MOST_KNOWN", 2)
    for number in (1.0, 2.0, 1.0, 3.0, 1.0, 4.0, 1.0):
        made(number)
    assert len(engines) == 4


def test_what_an_interrupted_call_works_in_is_not_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its threads may still write there."""
    w = Value(2.0, "w")
    program = compile(lambda x: w * x, 1, [w], "native", threads=2)
    rows = [[1.0]] * 2**17
    assert program.value_and_grad(rows) == (2.0, [1.0])
    free = program._backend.sums_code.free  # type: ignore[attr-defined]
    used = list(free)

    def interrupt(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("autograd.program.native.backend.in_threads", interrupt)
        with pytest.raises(KeyboardInterrupt):
            program.value_and_grad(rows)
    (lost,) = [buffers for buffers in used if buffers not in free]
    assert lost.table.tolist() == rows
    assert all([buffers.table is None for buffers in free])
    assert program.value_and_grad(rows) == (2.0, [1.0])


def test_a_tape_that_has_travelled_is_known() -> None:
    """What is equal is one object in some tapes and not in others."""
    loss, parameters = network([4, 4, 4, 3], False, autograd.tanh)
    program = compile(loss, 7, parameters, "native")
    copy = pickle.loads(pickle.dumps(program))
    assert copy._backend.sums_code is program._backend.sums_code  # type: ignore[attr-defined]


def test_the_oldest_code_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "MOST_KNOWN", 2)
    monkeypatch.setattr(code, "_known", OrderedDict())
    w = Value(2.0, "w")
    programs = [compile(lambda x, k=k: w * x + k, 1, [w], "native") for k in (1.0, 2.0, 3.0)]
    assert len(code._known) == 2
    again = [compile(lambda x, k=k: w * x + k, 1, [w], "native") for k in (3.0, 1.0)]
    found = [program._backend.sums_code for program in (*programs, *again)]  # type: ignore[attr-defined]
    assert found[3] is found[2]
    assert found[4] is not found[0]
    assert [list(program([[1.0]])) for program in programs] == [[3.0], [4.0], [5.0]]


def test_large_tables_are_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "_known", OrderedDict())
    w = Value(1.0, "w")
    program = compile(lambda x: w * x, 1, [w], "native")
    rows = np.ones((code.LONGEST_INDEX + 1, 1))
    program.value_and_grad(rows, sample_weight=np.ones(len(rows)))
    (buffers,) = program._backend.sums_code.free  # type: ignore[attr-defined]
    assert len(buffers.index) == 0
    assert buffers.weights is buffers.weight
    rows.flags.writeable = False
    assert program.value_and_grad(rows)[0] == pytest.approx(1.0)


def test_equal_tapes_are_compiled_once() -> None:
    a, b = Value(1.0, "a"), Value(2.0, "other")
    first, second = (compile(lambda x, w=w: w * x.tanh(), 1, [w], "native") for w in (a, b))
    third = compile(lambda x: a + x.tanh(), 1, [a], "native")
    codes = [program._backend.sums_code for program in (first, second, third)]  # type: ignore[attr-defined]
    assert codes[0] is codes[1]
    assert codes[0] is not codes[2]
    assert [list(p([[0.0], [1.0]])) for p in (first, second)] == [
        [0.0, math.tanh(1.0)],
        [0.0, 2.0 * math.tanh(1.0)],
    ]
