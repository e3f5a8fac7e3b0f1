"""Runs as slots: where a loop's results are in its rooms."""

from __future__ import annotations

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import scan
from autograd.program.native.runs import Flattener, Strided, is_cheap, whole
from autograd.tape import Tape, trace


def loop_tape(length: int, history: bool = False) -> Tape:
    def f(r: float) -> object:
        (s, _), ys = scan(lambda s, x: ((r * s[0] + x, s[1] + x), s[0]), (1.0, 0.0), [2.0] * length)
        return [s, ys[1] if history else s]

    return trace(f, 1)[0]


def test_a_strided_run_is_parts_that_are_evenly_apart() -> None:
    run = Strided(10, 3, 4, 2)
    assert [*run] == [10, 11, 14, 15, 18, 19]
    assert (len(run), run[-1], whole(run), whole((3, 4))) == (6, 19, (10,), (3, 4))


@pytest.mark.parametrize("alone", [False, True])
def test_results_are_in_rooms_without_overlap(alone: bool) -> None:
    flat = Flattener(loop_tape(5, history=True), alone)
    (held,) = [i.held for i in flat.instructions.values() if i.name == "loop"]
    assert held.apart is alone
    places = [x for place in range(held.loop.first_history) for x in held.slots_of(place)]
    assert len({*places}) == len(places)
    assert {*places} <= {x for room in held.rooms for x in room}


@pytest.mark.parametrize("alone", [False, True])
def test_the_state_before_a_step_is_where_the_step_before_left_it(alone: bool) -> None:
    flat = Flattener(loop_tape(5), alone)
    (held,) = [i.held for i in flat.instructions.values() if i.name == "loop"]
    assert len(held.states) == 2 * held.loop.states  # nothing takes the ones before
    assert held.slots_of(0) == (held.states.start + held.place_of_state(0, 5 % 2),)


def test_what_nothing_takes_is_no_instruction() -> None:
    flat = Flattener(loop_tape(100, history=True))
    elements = [slot for slot, i in flat.instructions.items() if i.name == "element"]
    assert len(elements) == 2
    assert flat.next_slot > 100


def test_a_step_with_a_loop_in_it_is_not_cheap() -> None:
    tape = loop_tape(3)
    (held,) = [i.held for _, i in tape if i.name == "loop"]
    assert is_cheap(held.body)
    assert not is_cheap(tape)
