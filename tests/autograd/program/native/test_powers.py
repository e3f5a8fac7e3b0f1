"""Powers with known exponents for every width of vectors: products, and no call of pow."""

from __future__ import annotations

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import Value, compile
from autograd.program.native.computation import of_sums, of_values
from autograd.program.native.powers import EXPONENTS
from autograd.tape import trace
from tests.autograd.program import test_powers
from tests.autograd.program.native.processors import become, narrower


@narrower
@pytest.mark.parametrize("exponent", EXPONENTS)
def test_on_narrower_processors_too(
    exponent: float, processor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(processor, monkeypatch)
    test_powers.test_values_are_as_right_as_a_function_of_c_has_them(exponent, "native")


@pytest.mark.parametrize("exponent", [-3.0, -2.0, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0])
def test_neither_a_power_nor_its_derivative_calls_pow(exponent: float) -> None:
    w = Value(0.5, "w")
    tape, _ = trace(lambda x: (w - x) ** exponent, 1, [w])
    for computation in (of_values(tape), of_sums(tape, tape.parameter_slots)):
        assert "pow" not in [i.name for i in computation.instructions.values()]


def test_an_exponent_that_is_a_parameter_is_read_at_each_call() -> None:
    k = Value(3.0, "k")
    made = compile(lambda x: x**k, 1, [k], backend="native")
    assert float(made([[2.0]])[0]) == 8.0
    k.data = 2.0
    assert float(made([[2.0]])[0]) == 4.0
