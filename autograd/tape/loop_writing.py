"""A tape written anew, with something else in the place of its loops."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from .instructions import Tape
from .passes import SubexpressionSharer
from .recorder import Recorder, Symbol


class Written(Protocol):
    """What a loop was replaced with."""

    def result(self, place: int) -> Symbol:
        """The result that the loop had at this place."""


# Writes what replaces a loop: from its slot, the symbols of its operands, and the results that
# something takes, their slots by their places.
Write = Callable[[Recorder, int, Sequence[Symbol], Mapping[int, int]], Written]


def with_loops(tape: Tape, write: Write) -> Tape:
    """The tape with what is written in the place of each loop."""
    recorder = SubexpressionSharer(tape.inputs, tape.parameters, tape.widths)
    leaves = [recorder.symbol(slot) for slot in range(tape.constant_slots.start)]
    symbols = [*leaves, *[recorder.number(x) for x in tape.constants]]
    written: dict[int, Written] = {}
    taken = taken_results(tape)
    for slot, instruction in tape:
        operands = [symbols[i] for i in instruction.operands]
        if instruction.name == "loop":
            written[slot] = write(recorder, slot, operands, taken[slot])
            symbols.append(recorder.number(0.0))  # only results take it
        elif instruction.name == "result":
            symbols.append(written[instruction.operands[0]].result(instruction.held.place))
        else:
            symbols.append(recorder.copy(instruction, operands))
    return recorder.tape([symbols[slot] for slot in tape.outputs], tape.several)


def taken_results(tape: Tape) -> dict[int, dict[int, int]]:
    """By the slots of loops the results that an instruction gives: their slots by their places."""
    found: dict[int, dict[int, int]] = {}
    for slot, instruction in tape:
        if instruction.name == "result":
            found.setdefault(instruction.operands[0], {})[instruction.held.place] = slot
    return found
