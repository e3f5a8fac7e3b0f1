"""The list itself: what is well formed, and how it prints."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograd import Value, dot, exp, where
from autograd.ops import STRUCTURAL, TABLE, Op, Shape
from autograd.tape import Instruction, Tape, record_tape, trace
from autograd.tape.instructions import Choice
from autograd.tape.loops import Loop

STEP = Tape(("s", "x"), (), (), (Instruction("mul", (0, 1)),), (2, 2))
LOOP = Loop(STEP, 2, captures=0, states=1, ys=1)
PACK = Instruction("pack", (0, 0))


def looping(loop: Loop, *more: Instruction) -> Tape:
    """A tape with a loop on its input and a run of it."""
    return tape_of(PACK, Instruction("loop", (0, 1), None, loop), *more)


def tape_of(*instructions: Instruction, outputs: tuple[int, ...] = (1,)) -> Tape:
    return Tape(("x",), (), (), instructions, outputs)


@pytest.mark.parametrize(
    ("tape", "fault"),
    [
        (tape_of(Instruction("nothing", (0,))), "there is no operation 'nothing'"),
        (tape_of(Instruction("exp", (1,))), "an operand is not a slot before it"),
        (tape_of(Instruction("exp", (-1,))), "an operand is not a slot before it"),
        (tape_of(Instruction("exp", (0, 0))), "expected one operand, got 2"),
        (tape_of(Instruction("exp", ())), "expected one operand, got 0"),
        (tape_of(Instruction("constant", ())), "expected operands of kinds"),
        (tape_of(Instruction("dot", (0, 0, 0))), "expected two sequences of one length, got 3"),
        (tape_of(Instruction("total", ())), "expected any number of operands, got 0"),
        (tape_of(Instruction("where", (0, 0, 0))), "expected operands of kinds"),
        (
            tape_of(Instruction("less", (0, 0)), Instruction("exp", (1,)), outputs=(2,)),
            "a condition where a number is expected",
        ),
        (tape_of(Instruction("less", (0, 0))), "output slot 1 holds no number"),
        (tape_of(Instruction("exp", (0,)), outputs=(2,)), "output slot 2 holds no number"),
        (tape_of(Instruction("pack", ())), "expected numbers"),
        (tape_of(PACK, Instruction("pack", (1,))), "expected numbers"),
        (tape_of(PACK), "output slot 1 holds no number"),
        (tape_of(PACK, Instruction("exp", (1,))), "a run where a number is expected"),
        (tape_of(Instruction("item", (0,), None, 0)), "expected a run"),
        (tape_of(PACK, Instruction("item", (1,), None, 2)), "there is no item 2"),
        (tape_of(PACK, Instruction("result", (1,), None, Choice(0, 0))), "expected a loop"),
        (
            looping(LOOP, Instruction("result", (2,), None, Choice(1, 3))),
            "there is no such result: Choice(place=1, width=3)",
        ),
        (looping(replace(LOOP, length=3)), "['number', 'run of 3'], got ['number', 'run of 2']"),
        (looping(replace(LOOP, length=0)), "expected at least one step, got 0"),
        (looping(replace(LOOP, ys=2)), "its step has too few inputs or outputs"),
        (looping(replace(LOOP, body=replace(STEP, parameters=("p",)))), "its step has parameters"),
        (
            looping(replace(LOOP, body=replace(STEP, outputs=(7, 2)))),
            "its step: tape: output slot 7 holds no number",
        ),
        (looping(replace(LOOP, body=replace(STEP, widths=(2, 0)))), "a run where a number is"),
        (
            looping(replace(LOOP, body=replace(STEP, widths=(0, 2), outputs=(1, 1)))),
            "a run where a number is",
        ),
        (
            looping(replace(LOOP, body=Tape(("s", "x"), (), (), (), (1, 1), False, (0, 2)))),
            "a state is no number",
        ),
    ],
)
def test_check_names_the_first_fault(tape: Tape, fault: str) -> None:
    with pytest.raises(ValueError, match="tape: ") as caught:
        tape.check()
    assert fault in str(caught.value)


@pytest.mark.parametrize("op", TABLE.values(), ids=repr)
def test_every_operation_has_as_many_operands_as_its_shape(op: Op) -> None:
    for count in range(7):
        fits = {Shape.MANY: count > 0, Shape.PAIRS: count > 0 and count % 2 == 0}
        fits |= {Shape.NONE: False, Shape.ONE: count == 1, Shape.TWO: count == 2}
        fits |= {Shape.THREE: count == 3, Shape.FOUR: count == 4}
        tape = tape_of(Instruction(op.name, (0,) * count))
        if op.name in STRUCTURAL:
            continue
        if fits[op.shape]:
            assert tape.check() is tape
        else:
            with pytest.raises(ValueError, match=f"expected {op.shape.value}, got {count}"):
                tape.check()


def test_check_gives_a_sound_tape_back() -> None:
    tape, _ = trace(lambda x, y: where(x < y, exp(x), dot([x, y], [y, x])), inputs=2)
    assert tape.check() is tape


def test_a_sound_loop() -> None:
    results = [LOOP.choice(i) for i in range(len(LOOP.result_widths))]
    assert results == [Choice(0, 0), Choice(1, 2), Choice(2, 2)]
    assert [LOOP.name_of(i) for i in range(3)] == ["final1", "y1", "state1"]
    taken = [Instruction("result", (2,), None, result) for result in results]
    tape = looping(LOOP, *taken, Instruction("item", (4,), None, 1)).with_outputs([3, 6])
    assert tape.check() is tape
    assert [tape.width(slot) for slot in range(tape.size)] == [0, 2, 0, 0, 2, 2, 0]


def test_largest_takes_any_number_of_operands() -> None:
    assert tape_of(Instruction("largest", (0, 0, 0))).check()


def test_print_shows_labels_and_the_halves_of_a_dot() -> None:
    w = [Value(1.0, "w1"), Value(2.0, "w2")]
    x = [Value(3.0, "x1"), Value(4.0, "x2")]
    h = dot(w, x).tanh()
    h.label = "h1"
    tape, leaves = record_tape([h * 2.0], x, w)
    assert leaves == w
    assert str(tape) == (
        "inputs      x1 x2\n"
        "parameters  w1 w2\n"
        "constants   c1 = 2.0\n"
        "v1 = dot(w1, w2; x1, x2)\n"
        "h1 = tanh(v1)\n"
        "v3 = mul(h1, c1)\n"
        "outputs     v3"
    )


def test_names_are_words_and_each_is_used_once() -> None:
    x = Value(1.0, "v1")
    nodes = []
    for label in ("a b", "v2", "v2", "v4", None, "x); drop"):
        node = (nodes[-1] if nodes else x).exp()
        node.label = label
        nodes.append(node)
    tape, _ = record_tape([nodes[-1]], [x])
    assert len(set(tape.names)) == tape.size
    assert all(name.isidentifier() for name in tape.names)
    assert tape.names[0] == "v1"
