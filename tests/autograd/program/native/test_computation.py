"""What is uniform and what varies; the slope of tanh beside its tanh."""

from __future__ import annotations

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import Value, tanh
from autograd.program.native.computation import of_sums, of_values
from autograd.tape import trace
from autograd.tape.reverse import reverse


def test_what_depends_on_an_input_varies() -> None:
    a = Value(0.5, "a")
    tape, _ = trace(lambda x: [(a * a).exp(), x * a, a * a + x], 1, [a])
    computation = of_values(tape)
    names = {slot: i.name for slot, i in computation.instructions.items()}
    varying = [name for slot, name in names.items() if slot in computation.varying]
    uniform = [name for slot, name in names.items() if slot not in computation.varying]
    assert (sorted(varying), sorted(uniform)) == (["add", "mul"], ["exp", "mul"])


def test_the_weight_of_the_row_is_one_column_more() -> None:
    a = Value(0.5, "a")
    tape, _ = trace(lambda x: x * a, 1, [a])
    computation = of_sums(tape, tape.parameter_slots)
    assert (len(computation.columns), computation.weighted) == (2, True)
    assert len(computation.outputs) == 2  # the loss and its derivative
    assert computation.varying.issuperset(computation.outputs)


@pytest.mark.parametrize("count", [1, 3])
def test_each_slope_is_beside_its_tanh(count: int) -> None:
    tape, _ = trace(lambda *x: tanh(x[0]) * sum(map(tanh, x[1:]), Value(1.0)), count)
    computation = of_values(reverse(tape, range(count)))
    instructions = list(computation.instructions.values())
    slopes = [i for i, found in enumerate(instructions) if found.name == "tanh_slope"]
    assert len(slopes) == count
    for i in slopes:
        assert instructions[i - 1].name == "tanh"
        assert instructions[i - 1].operands == instructions[i].operands


def test_what_is_not_wanted_is_left_out() -> None:
    tape, _ = trace(lambda x: [x.exp(), x.sin()], 1)
    computation = of_values(tape)
    computation.keep([computation.outputs[1]])
    assert [i.name for i in computation.instructions.values()] == ["sin"]
