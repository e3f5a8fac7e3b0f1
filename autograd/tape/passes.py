"""Passes: each gives a tape that computes the same numbers, bit for bit.

`expand` spells operations out in intrinsic functions, `fold` computes what is constant, `share`
writes equal instructions once, `drop` leaves out what no output needs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

from .. import floats, ieee
from ..ops import TABLE
from .instructions import Instruction, Tape
from .recorder import Recorder, Symbol
from .rewrite import outputs, rewrite


class Expander(Recorder):
    """A recorder that spells an operation out, by the rule for its value."""

    def __init__(self, tape: Tape, keep: Collection[str]) -> None:
        super().__init__(tape.inputs, tape.parameters)
        self.keep = keep

    def __getattr__(self, name: str) -> Callable[..., Symbol]:
        op = TABLE.get(name)
        if op is None or op.value is None or name in self.keep:
            return super().__getattr__(name)
        if not op.ours:
            raise ValueError(
                f"operation {name!r} can't be compiled: its value is a Python function of floats, "
                "known only to Python; the eager engine computes it"
            )
        return partial(op.value, self)


def expand(tape: Tape, keep: Collection[str] = ()) -> Tape:
    """Operations with a rule for their value, spelt out; those in `keep` stay as they are."""
    recorder = Expander(tape, keep)

    def write(instruction: Instruction, operands: Sequence[Symbol]) -> Symbol:
        if instruction.op is None:
            return recorder.emit(instruction.name, operands, instruction.label)
        spelt = getattr(recorder, instruction.name)
        return recorder.lift(spelt(*instruction.op.split(operands)))

    return recorder.tape(outputs(tape, rewrite(tape, recorder, write)), tape.several)


def settle(tape: Tape) -> Tape:
    """Without the marks `constant` and `pos`, which matter to derivatives only."""
    recorder = Recorder(tape.inputs, tape.parameters)

    def write(instruction: Instruction, operands: Sequence[Symbol]) -> Symbol:
        if instruction.name in ("constant", "pos"):
            return operands[0]
        return recorder.emit(instruction.name, operands, instruction.label)

    return recorder.tape(outputs(tape, rewrite(tape, recorder, write)), tape.several)


def fold(tape: Tape) -> Tape:
    """What depends on constants alone, computed now; factors and divisors of 1, left out."""
    recorder = Recorder(tape.inputs, tape.parameters)
    known: dict[int, Any] = {}  # by slot of the recorder: its number or truth

    def write(instruction: Instruction, operands: Sequence[Symbol]) -> Symbol:
        name = instruction.name
        values = [known.get(symbol.slot) for symbol in operands]
        if None not in values:
            result = evaluate(instruction, values)
            if isinstance(result, float):
                return remember(recorder.number(float(result)), float(result))
            return remember(recorder.emit(name, operands), result)
        if name == "where" and values[0] is not None:
            return operands[1] if values[0] else operands[2]
        if name in ("mul", "div") and values[1] == 1.0:
            return operands[0]
        if name == "mul" and values[0] == 1.0:
            return operands[1]
        return recorder.emit(name, operands, instruction.label)

    def remember(symbol: Symbol, value: Any) -> Symbol:
        known[symbol.slot] = value
        return symbol

    for x in tape.constants:
        remember(recorder.number(x), x)
    return recorder.tape(outputs(tape, rewrite(tape, recorder, write)), tape.several)


LOGIC: dict[str, Callable[..., Any]] = {
    "less": lambda a, b: a < b,
    "less_equal": lambda a, b: a <= b,
    "equal": lambda a, b: a == b,
    "either": lambda a, b: a or b,
    "both": lambda a, b: a and b,
    "opposite": lambda a: not a,
    "where": lambda condition, a, b: a if condition else b,
    "largest": lambda *xs: floats.largest(xs),
    "constant": lambda x: x,
}


def evaluate(instruction: Instruction, operands: Sequence[Any]) -> Any:
    """The result of an instruction on numbers and truths."""
    if instruction.op is None:
        return LOGIC[instruction.name](*operands)
    return instruction.op([ieee.Number(x) for x in operands])


def share(tape: Tape) -> Tape:
    """Equal instructions on equal operands, written once."""
    recorder = Recorder(tape.inputs, tape.parameters)
    written: dict[tuple[str, tuple[int, ...]], Symbol] = {}

    def write(instruction: Instruction, operands: Sequence[Symbol]) -> Symbol:
        key = instruction.name, tuple([symbol.slot for symbol in operands])
        if key not in written:
            written[key] = recorder.emit(instruction.name, operands, instruction.label)
        return written[key]

    return recorder.tape(outputs(tape, rewrite(tape, recorder, write)), tape.several)


def drop(tape: Tape) -> Tape:
    """Without the instructions and constants that no output depends on."""
    needed = set(tape.outputs)
    for slot, instruction in reversed(list(tape)):
        if slot in needed:
            needed.update(instruction.operands)
    recorder = Recorder(tape.inputs, tape.parameters)

    def write(instruction: Instruction, operands: Sequence[Symbol]) -> Symbol:
        return recorder.emit(instruction.name, operands, instruction.label)

    symbols = rewrite(tape, recorder, write, needed.__contains__)
    return recorder.tape(outputs(tape, symbols), tape.several)


def optimize(tape: Tape, keep: Collection[str] = ()) -> Tape:
    """All passes, as a backend wants them: what is left is intrinsic or in `keep`."""
    return drop(share(fold(settle(expand(tape, keep)))))
