"""Passes: each gives a tape that computes the same numbers, bit for bit.

`Expander` replaces operations by intrinsic functions, `MarkRemover` leaves out marks, `Folder`
folds constants, `DotOrderer` puts weights first, `SubexpressionSharer` writes equal instructions
once (common subexpressions): recorders that write other instructions than they are given.
`eliminate_dead_code` leaves out what no output depends on. `optimize` is all of them, with the
recorders in one, so that a tape is traversed once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from .. import floats, ieee
from ..ops import TABLE, Op, halves
from .instructions import Instruction, Tape, moved
from .recorder import Recorder, Symbol


def refuse_custom(op: Op) -> None:
    """Raise ValueError for a user's own operation."""
    if not op.builtin:
        raise ValueError(
            f"operation {op.name!r} can't be compiled: its value is a Python function of floats; "
            "the eager engine computes it"
        )


class Expander(Recorder):
    """Replaces an operation by the rule for its value; those in `keep` stay as they are."""

    keep: Collection[str] = ()

    def operation(self, name: str) -> Callable[..., Symbol]:
        op = TABLE.get(name)
        if op is None or op.value is None or name in self.keep:
            return super().operation(name)
        refuse_custom(op)
        return partial(op.value, self)


class MarkRemover(Recorder):
    """Leaves out the marks `constant` and `pos`, which matter to derivatives only."""

    def emit(self, name: str, operands: Iterable[Any], label: str | None = None) -> Symbol:
        if name in ("constant", "pos"):
            (operand,) = operands
            return self.lift(operand)
        return super().emit(name, operands, label)


class Folder(Recorder):
    """Computes now what depends on constants alone; leaves out factors and divisors of 1."""

    def __init__(self, inputs: Iterable[str], parameters: Iterable[str] = ()) -> None:
        super().__init__(inputs, parameters)
        self.known: dict[int, Any] = {}  # by slot: its number or bool

    def number(self, x: float) -> Symbol:
        symbol = super().number(x)
        self.known[symbol.slot] = x
        return symbol

    def emit(self, name: str, operands: Iterable[Any], label: str | None = None) -> Symbol:
        symbols = [x if type(x) is Symbol else self.lift(x) for x in operands]
        values = [self.known.get(symbol.slot) for symbol in symbols]
        if None not in values:
            result = run_instruction(Instruction(name, ()), values)
            if isinstance(result, float):
                return self.number(float(result))
            symbol = super().emit(name, symbols)
            self.known[symbol.slot] = result
            return symbol
        if name == "where" and values[0] is not None:
            return symbols[1] if values[0] else symbols[2]
        if name in ("mul", "div") and values[1] == 1.0:
            return symbols[0]
        if name == "mul" and values[0] == 1.0:
            return symbols[1]
        return super().emit(name, symbols, label)


class DotOrderer(Recorder):
    """Puts the weights of a dot product before what varies with the inputs.

    Backends find the layers of a network by it. The products and their sum are the same bits.
    """

    def __init__(self, inputs: Iterable[str], parameters: Iterable[str] = ()) -> None:
        super().__init__(inputs, parameters)
        self.varying = set(range(len(self.inputs)))  # the slots that depend on an input

    def emit(self, name: str, operands: Iterable[Any], label: str | None = None) -> Symbol:
        symbols = [x if type(x) is Symbol else self.lift(x) for x in operands]
        slots = [symbol.slot for symbol in symbols]
        if name == "dot":
            left, right = map(self.varying.isdisjoint, halves(slots))
            if right and not left:
                symbols = [*symbols[len(symbols) // 2 :], *symbols[: len(symbols) // 2]]
        symbol = super().emit(name, symbols, label)
        if not self.varying.isdisjoint(slots):
            self.varying.add(symbol.slot)
        return symbol


class SubexpressionSharer(Recorder):
    """Writes equal instructions on equal operands once."""

    def __init__(self, inputs: Iterable[str], parameters: Iterable[str] = ()) -> None:
        super().__init__(inputs, parameters)
        self.written: dict[tuple[str, tuple[int, ...]], Symbol] = {}

    def emit(self, name: str, operands: Iterable[Any], label: str | None = None) -> Symbol:
        symbols = [x if type(x) is Symbol else self.lift(x) for x in operands]
        key = name, tuple([symbol.slot for symbol in symbols])
        if key not in self.written:
            self.written[key] = super().emit(name, symbols, label)
        return self.written[key]


class Simplifier(Expander, MarkRemover, Folder, DotOrderer, SubexpressionSharer):
    """All in one, each given what the one before it would have written.

    The order of the bases is the order of the passes: what is expanded has marks, what is folded no
    longer has them, and what is left after folding is shared, dot products in their one order.
    """


def rewritten(tape: Tape, kind: type[Recorder], keep: Collection[str] = ()) -> Tape:
    """The tape as a recorder of this kind writes it; operations in `keep` are not expanded."""
    recorder = kind(tape.inputs, tape.parameters)
    expander = recorder if isinstance(recorder, Expander) else None
    if expander:
        expander.keep = keep

    def write(instruction: Instruction, operands: Sequence[Symbol]) -> Symbol:
        if instruction.op is None or not expander:
            return recorder.emit(instruction.name, operands, instruction.label)
        # Not by getattr: an operation may have the name of a method of recorders.
        expanded = expander.operation(instruction.name)
        return recorder.lift(expanded(*instruction.op.split(operands)))

    symbols = recorder.rewrite(tape, write)
    return recorder.tape([symbols[slot] for slot in tape.outputs], tape.several)


def fold(tape: Tape) -> Tape:
    """Constant folding; and factors and divisors of 1 are removed."""
    return rewritten(tape, Folder)


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


def run_instruction(instruction: Instruction, operands: Sequence[Any]) -> Any:
    """The result of an instruction on numbers and booleans."""
    if instruction.op is None:
        return LOGIC[instruction.name](*operands)
    return instruction.op([ieee.Number(x) for x in operands])


def eliminate_dead_code(tape: Tape) -> Tape:
    """Without the instructions and constants that no output depends on."""
    needed = {*tape.outputs, *range(tape.constant_slots.start)}
    for slot, instruction in reversed(list(tape)):
        if slot in needed:
            needed.update(instruction.operands)
    if len(needed) == tape.size:
        return tape
    place = {slot: i for i, slot in enumerate(sorted(needed))}
    constants = zip(tape.constant_slots, tape.constants, strict=True)
    return replace(
        tape,
        constants=tuple([x for slot, x in constants if slot in needed]),
        instructions=tuple([moved(kept, place) for slot, kept in tape if slot in needed]),
        outputs=tuple([place[slot] for slot in tape.outputs]),
    )


def optimize(tape: Tape, keep: Collection[str] = ()) -> Tape:
    """All passes, for a backend: what is left is intrinsic or in `keep`."""
    return eliminate_dead_code(rewritten(tape, Simplifier, keep))
