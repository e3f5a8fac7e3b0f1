"""Machine code at one point: every operation, at ordinary and special operands."""

from __future__ import annotations

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import Value, gradients
from autograd.program.native import NativePoint
from autograd.recording import evaluate
from autograd.structures import NUMBER, Nested
from autograd.tape import trace
from autograd.tape.passes import optimize
from autograd.tape.reverse import reverse
from tests.autograd.program.test_program import OPEN, infinite_if_nan
from tests.autograd.tape.running import OPERATIONS, TABLE, agree, bounds, points


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name not in OPEN])
def test_every_operation_and_its_slopes(name: str) -> None:
    op = TABLE[name]
    count = len(points(name)[0])
    tape, _ = trace(lambda *x: evaluate(op, x), count)
    both = reverse(tape, range(count))
    numbers = Nested(tuple, [NUMBER] * count)
    run = NativePoint(both, [], numbers, Nested(list, [NUMBER] * (count + 1)))
    for operands in points(name):
        xs = [Value(x) for x in operands]
        y = evaluate(op, tuple(xs))
        wanted = [y.data, *gradients(y, xs)]
        rooms = bounds(optimize(both), operands)
        for got, want, room in zip(run(operands), wanted, rooms, strict=True):
            assert agree(got, want, infinite_if_nan(room)), (operands, got, want)


def test_results_that_are_arguments_constants_or_equal() -> None:
    tape, leaves = trace(lambda x, y: [y, x, Value(3.0) * x, x + y, 2.0 * Value(1.0), x + y, x], 2)
    run = NativePoint(tape, leaves, Nested(tuple, [NUMBER] * 2), Nested(list, [NUMBER] * 7))
    assert run((2.0, 5.0)) == [5.0, 2.0, 6.0, 7.0, 2.0, 7.0, 2.0]
    leaves[0].data = 4.0
    assert run((1.0, 5.0)) == [5.0, 1.0, 4.0, 6.0, 2.0, 6.0, 1.0]
    constants, _ = trace(lambda x: [x * 0.0 * 0.0 + 1.0, x.detach()], 1)
    run = NativePoint(constants, [], Nested(tuple, [NUMBER]), Nested(list, [NUMBER] * 2))
    assert run((2.0,)) == [1.0, 2.0]
