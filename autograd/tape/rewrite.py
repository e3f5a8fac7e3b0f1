"""rewrite: a tape written again, instruction by instruction; what every pass is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .instructions import Instruction, Tape
from .recorder import Recorder, Symbol

Write = Callable[[Instruction, Sequence[Symbol]], Symbol]


def rewrite(
    tape: Tape, recorder: Recorder, write: Write, keep: Callable[[int], bool] = lambda slot: True
) -> list[Symbol | None]:
    """The symbol in `recorder` of each slot of `tape`; None for a slot that `keep` leaves out.

    recorder: one with the inputs and parameters of the tape.
    write: writes an instruction on symbols, or whatever is to stand for it.
    """
    symbols: list[Symbol | None] = [
        *[recorder.symbol(slot) for slot in range(tape.constant_slots.start)],
        *[recorder.number(x) for x in tape.constants],
    ]
    for slot, instruction in tape:
        symbol = None
        if keep(slot):
            operands: list[Any] = [symbols[i] for i in instruction.operands]  # all were kept
            symbol = write(instruction, operands)
            recorder.name(symbol, instruction.label)
        symbols.append(symbol)
    return symbols


def taken(symbols: Sequence[Symbol | None], slot: int) -> Symbol:
    """The symbol of a slot that was kept."""
    symbol = symbols[slot]
    assert symbol is not None
    return symbol


def outputs(tape: Tape, symbols: Sequence[Symbol | None]) -> list[Symbol]:
    """The symbols of the tape's outputs."""
    return [taken(symbols, slot) for slot in tape.outputs]
