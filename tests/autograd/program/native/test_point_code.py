"""The code of a tape at one point: where its results are, which are constants, how it is cut."""

from __future__ import annotations

import ctypes
import random

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import Value
from autograd.program.native import TooLargeError, point_code
from autograd.program.native.point_code import PointCode
from autograd.tape import trace
from autograd.tape.trace import record_tape
from tests.autograd.tape.running import random_graph


def results(code: PointCode, numbers: list[float]) -> list[float]:
    """The results, where the constants are put once and not by the code."""
    memory = (ctypes.c_double * code.size)(*numbers)
    for place, x in code.constants.items():
        memory[place] = x
    code.compute(ctypes.addressof(memory))
    return memory[code.results : code.results + code.count]


def test_results_have_places_of_their_own_in_their_order() -> None:
    tape, _ = trace(lambda x, y: [y, x * y, x, x * y, 3.0, x + y, x], 2)
    code = PointCode(tape)
    assert (code.results, code.count) == (2, 7)
    assert code.constants == {code.results + 4: 3.0}
    assert results(code, [2.0, 5.0]) == [5.0, 10.0, 2.0, 10.0, 3.0, 7.0, 2.0]


def test_code_with_loops_has_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    parameters = [Value(random.Random(i).uniform(-1.0, 1.0)) for i in range(40)]

    def f(*x: Value) -> list[Value]:
        return [(a * b).tanh() for a, b in zip(x, parameters, strict=True)]

    tape, leaves = trace(f, 40, parameters)
    numbers = [0.25 * i for i in range(40)] + [leaf.data for leaf in leaves]
    straight = PointCode(tape)
    monkeypatch.setattr(point_code, "LONGEST_WITHOUT", 0)
    looped = PointCode(tape)
    assert results(straight, numbers) == results(looped, numbers)
    assert len(looped.library.text) < len(straight.library.text)


@pytest.mark.parametrize("seed", range(4))
def test_it_computes_the_graph(seed: int) -> None:
    y, parameters = random_graph(seed, size=60)
    tape, leaves = record_tape([y], [], parameters)
    found = results(PointCode(tape), [leaf.data for leaf in leaves])
    assert found == pytest.approx([y.data], rel=1e-10, abs=1e-12)


def test_what_would_take_too_long_is_refused_before_it_is_compiled() -> None:
    tape, _ = trace(lambda x: x * x, 1)
    with pytest.raises(TooLargeError):
        PointCode(tape, longest=0.0)
