"""rewrite: a tape copied instruction by instruction, the base of every pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .instructions import Instruction, Tape
from .recorder import Recorder, Symbol

Write = Callable[[Instruction, Sequence[Symbol]], Symbol]


def rewrite(tape: Tape, recorder: Recorder, write: Write) -> list[Symbol]:
    """The symbol in `recorder` of each slot of `tape`.

    recorder: one with the inputs and parameters of the tape.
    write: writes an instruction on symbols, or whatever is to stand for it.
    """
    symbols = [
        *[recorder.symbol(slot) for slot in range(tape.constant_slots.start)],
        *[recorder.number(x) for x in tape.constants],
    ]
    for _, instruction in tape:
        symbols.append(write(instruction, [symbols[i] for i in instruction.operands]))
        recorder.name(symbols[-1], instruction.label)
    return symbols


def outputs(tape: Tape, symbols: Sequence[Symbol]) -> list[Symbol]:
    """The symbols of the tape's outputs."""
    return [symbols[slot] for slot in tape.outputs]
