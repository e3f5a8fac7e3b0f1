"""Each pass changes no result, bit for bit; and does what it is for."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence

import pytest

from autograd import Value, dot, gelu, operation, softplus, where
from autograd.nodes import constant
from autograd.tape import Tape, record_tape, trace
from autograd.tape.passes import (
    DotOrderer,
    Expander,
    MarkRemover,
    SubexpressionSharer,
    eliminate_dead_code,
    fold,
    optimize,
    rewritten,
)
from autograd.tape.reverse import reverse
from tests.autograd.tape.running import OPERATIONS, graph_of, points, random_graph, run


def expand(tape: Tape, keep: Sequence[str] = ()) -> Tape:
    return rewritten(tape, Expander, keep)


def remove_marks(tape: Tape) -> Tape:
    return rewritten(tape, MarkRemover)


def order_dots(tape: Tape) -> Tape:
    return rewritten(tape, DotOrderer)


def share(tape: Tape) -> Tape:
    return rewritten(tape, SubexpressionSharer)


PASSES = [expand, remove_marks, fold, order_dots, share, eliminate_dead_code, optimize]


def bits(numbers: list[float]) -> list[bytes]:
    """What tells apart any two floats, with one NaN."""
    return [struct.pack("d", math.nan if math.isnan(x) else x) for x in numbers]


@pytest.mark.parametrize("change", PASSES)
@pytest.mark.parametrize("name", OPERATIONS)
def test_no_pass_changes_an_operation_or_its_sweep(
    name: str, change: Callable[[Tape], Tape]
) -> None:
    for numbers in points(name, 4):
        y, leaves = graph_of(name, numbers)
        tape, _ = record_tape([y], leaves)
        sweep = reverse(tape, range(len(leaves)))
        for one in (tape, sweep):
            assert bits(run(change(one).check(), numbers)) == bits(run(one, numbers))


@pytest.mark.parametrize("change", PASSES)
@pytest.mark.parametrize("seed", range(10))
def test_no_pass_changes_a_random_graph(seed: int, change: Callable[[Tape], Tape]) -> None:
    y, leaves = random_graph(seed)
    tape, _ = record_tape([y], leaves)
    sweep = reverse(tape, range(len(leaves)))
    numbers = [leaf.data for leaf in leaves]
    assert bits(run(change(sweep).check(), numbers)) == bits(run(sweep, numbers))


def names(tape: Tape) -> list[str]:
    return [instruction.name for instruction in tape.instructions]


def test_expand_spells_out_what_is_not_intrinsic() -> None:
    tape, _ = trace(softplus, inputs=1)
    assert names(tape) == ["softplus"]
    assert names(expand(tape)) == ["less", "where", "copysign", "exp", "log1p", "add"]
    assert names(expand(tape, keep=["softplus"])) == ["softplus"]


def test_expand_keeps_labels_and_outputs_that_are_inputs() -> None:
    x = Value(0.5, "x")
    y = gelu(x)
    y.label = "y"
    tape, _ = record_tape([y, x], [x])
    spelt = expand(tape)
    assert spelt.names[spelt.outputs[0]] == "y"
    assert spelt.outputs[1] == 0


def test_expand_refuses_a_user_operation_by_name() -> None:
    cube = operation("cube_on_tape", lambda x: x**3, lambda m, x, y: (3.0 * x * x,))
    tape, _ = trace(cube, inputs=1)
    with pytest.raises(ValueError, match=r"'cube_on_tape' can't be compiled"):
        expand(tape)


def test_fold_computes_constants_and_leaves_factors_of_1_out() -> None:
    two = Value(2.0)
    tape, _ = trace(
        lambda x: where(1.0 + x * 0.0 < 0.0, x, (x * 1.0) / 1.0) * (Value(1.0) * 1.0), inputs=1
    )
    assert len(fold(tape).instructions) < len(tape.instructions)
    folded, _ = record_tape([two * 1.0 / 1.0], [two])
    assert names(eliminate_dead_code(fold(folded))) == []


def test_fold_takes_the_branch_that_is_known() -> None:
    for known, want in ((1.0, "exp"), (-1.0, "sin")):
        number = constant(known)
        tape, _ = trace(lambda t, n=number: where(n * 3.0 < 0.0, t.sin(), t.exp()), inputs=1)
        assert names(eliminate_dead_code(fold(tape))) == [want]


def test_share_writes_equal_instructions_once() -> None:
    tape, _ = trace(lambda x: x.exp() * x.exp(), inputs=1)
    assert names(tape) == ["exp", "exp", "mul"]
    assert names(eliminate_dead_code(share(tape))) == ["exp", "mul"]


def test_drop_leaves_out_what_nobody_needs_and_keeps_inputs() -> None:
    tape, _ = trace(lambda x, y: [x.exp(), y.sin() * 2.0], inputs=2)
    rest = eliminate_dead_code(tape.with_outputs(tape.outputs[:1]))
    assert (names(rest), rest.inputs, rest.constants) == (["exp"], ("x1", "x2"), ())


def test_settle_drops_the_marks_of_derivatives() -> None:
    tape, _ = trace(lambda x: (+x).detach().exp(), inputs=1)
    assert names(tape) == ["pos", "constant", "exp"]
    assert names(remove_marks(tape)) == ["exp"]


def test_the_weights_of_a_dot_product_come_first() -> None:
    """Of parameters and constants, and of what is computed of them; else the order is kept."""
    w = [Value(0.25), Value(0.5)]

    def f(*x: Value) -> list[Value]:
        u = [w[0] * 2.0, w[1].exp()]
        h = [a.tanh() for a in x]
        pairs = [
            (x, w),
            (w, x),
            (h, u),
            (x, h),
            ([x[0], w[0]], [w[1], x[1]]),
            (w, u),
            (h, [2.0, w[0]]),
        ]
        return [dot(*pair) for pair in pairs]

    tape, _ = trace(f, 2, w)
    orders = [instruction.operands for _, instruction in tape if instruction.name == "dot"]
    found = optimize(tape, keep=["dot"])
    assert run(found, [0.3, 0.7, 0.25, 0.5]) == run(tape, [0.3, 0.7, 0.25, 0.5])
    names = [i.operands for _, i in order_dots(tape) if i.name == "dot"]
    swapped = [(*operands[2:], *operands[:2]) for operands in orders]
    assert names == [swapped[0], orders[1], swapped[2], orders[3], orders[4], orders[5], swapped[6]]
    x_and_w = {(2, 3, 0, 1)}
    assert sum(i.operands in x_and_w for _, i in found) == 1  # the first two are one now
