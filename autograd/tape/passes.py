"""Passes: transformations of tapes that preserve the results bit for bit.

`Expander` replaces operations by intrinsic functions, `MarkRemover` removes `constant` and `pos`,
`Folder` folds constants (folding.py), `DotOrderer` puts weights first, `SubexpressionSharer`
eliminates common subexpressions: recorders that rewrite instructions. `optimize` applies all of
them, as one recorder, so that a tape is traversed once. `eliminate_dead_code` removes what no
output depends on, as every recorder does.

One pass changes bits: `PowerReducer` (powers.py) replaces a power by a product or a root that
rounds once, which is at least as accurate as C's function.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial

from ..ops import TABLE, Op, halves
from .folding import Folder
from .fusion import depth_of, fused
from .instructions import Instruction, Tape, renumbered
from .loop_passes import LoopSimplifier, pruned
from .loops import Loop
from .powers import PowerReducer
from .recorder import Recorder, Symbol
from .varying import Varying, varying_in_step

# Commutative operations: swapped operands give the same bits.
COMMUTATIVE = frozenset({"add", "mul", "equal", "both", "either"})


def refuse_custom(op: Op) -> None:
    """Raise ValueError for a user-defined operation."""
    if not op.builtin:
        raise ValueError(
            f"operation {op.name!r} can't be compiled: its value is a Python function of floats; "
            "the eager engine computes it"
        )


def refuse_custom_ones(tape: Tape) -> None:
    """Raise ValueError for user-defined operations, before rules run on symbols."""
    for instruction in tape.everywhere():
        if instruction.op is not None:
            refuse_custom(instruction.op)


class Expander(Recorder):
    """Replaces an operation by the rule for its value; those in `keep` stay as they are."""

    keep: Collection[str] = ()

    def operation(self, name: str) -> Callable[..., Symbol]:
        op = TABLE.get(name)
        if op is None or op.value is None or name in self.keep:
            return super().operation(name)
        refuse_custom(op)
        return partial(op.value, self)

    def expanded(self, instruction: Instruction, operands: Sequence[Symbol]) -> Symbol:
        """Write an instruction, or the expansion of its operation."""
        name = instruction.name
        op = TABLE.get(name)
        if op is None or op.value is None or name in self.keep:
            return self.write(name, operands, instruction.label)
        # Not by getattr: an operation may have the name of a method of recorders.
        return self.lift(self.operation(name)(*op.split(operands)))


class MarkRemover(Recorder):
    """Removes the marks `constant` and `pos`, which matter only to differentiation."""

    def write(self, name: str, operands: Sequence[Symbol], label: str | None = None) -> Symbol:
        if name in ("constant", "pos"):
            return operands[0]
        return super().write(name, operands, label)


class DotOrderer(Recorder):
    """Puts the weights of a dot product before the operands that depend on the inputs.

    Backends detect the layers of a network by this order. The bits are the same.
    """

    def __init__(
        self, inputs: Iterable[str], parameters: Iterable[str] = (), widths: Sequence[int] = ()
    ) -> None:
        super().__init__(inputs, parameters, widths)
        self.varying = Varying(range(len(self.inputs)))  # the slots that depend on an input

    def write(self, name: str, operands: Sequence[Symbol], label: str | None = None) -> Symbol:
        slots = [symbol.slot for symbol in operands]
        if name == "dot":
            left, right = map(self.varying.isdisjoint, halves(slots))
            if right and not left:
                operands = [*operands[len(slots) // 2 :], *operands[: len(slots) // 2]]
        symbol = super().write(name, operands, label)
        if not self.varying.isdisjoint(slots):
            self.varying.add(symbol.slot)
        return symbol

    def hold(self, instruction: Instruction, operands: Sequence[Symbol]) -> Symbol:
        symbol = super().hold(instruction, operands)
        written = self.instruction(symbol.slot)
        if written is not None:
            self.varying.add_written(symbol.slot, written)
        return symbol


class SubexpressionSharer(Recorder):
    """Writes equal instructions on equal operands once."""

    def __init__(
        self, inputs: Iterable[str], parameters: Iterable[str] = (), widths: Sequence[int] = ()
    ) -> None:
        super().__init__(inputs, parameters, widths)
        self.written: dict[tuple[object, ...], Symbol] = {}

    def write(self, name: str, operands: Sequence[Symbol], label: str | None = None) -> Symbol:
        slots = [symbol.slot for symbol in operands]
        if name in COMMUTATIVE:
            slots.sort()
        key = (name, *slots)
        symbol = self.written.get(key)
        if symbol is None:
            symbol = self.written[key] = super().write(name, operands, label)
        return symbol

    def hold(self, instruction: Instruction, operands: Sequence[Symbol]) -> Symbol:
        key = (instruction.name, instruction.held, *[symbol.slot for symbol in operands])
        symbol = self.written.get(key)
        if symbol is None:
            symbol = self.written[key] = super().hold(instruction, operands)
        return symbol


class Merger(Folder, SubexpressionSharer):
    """Folds constants and merges equal instructions; operations and marks are kept."""


class Simplifier(
    PowerReducer, Expander, MarkRemover, LoopSimplifier, Folder, DotOrderer, SubexpressionSharer
):
    """All passes in one: each receives the instructions that the previous one would write.

    The order of the bases is the order of the passes: expansions contain marks, folding comes after
    their removal, and the folded instructions are shared, with dot products in canonical order.
    """

    def inner(self, loop: Loop, operands: Sequence[Symbol]) -> Simplifier:
        recorder = Simplifier(loop.body.inputs, (), loop.body.widths)
        recorder.keep = self.keep
        given = [i for i, operand in enumerate(operands) if operand.slot in self.varying]
        recorder.varying = Varying(varying_in_step(loop, given) & {*range(len(loop.body.inputs))})
        return recorder

    def rewritten_step(
        self, inner: LoopSimplifier, body: Tape, leaves: list[Symbol]
    ) -> list[Symbol]:
        assert isinstance(inner, Simplifier)
        symbols = inner.rewrite(body, inner.expanded, leaves)
        return [symbols[slot] for slot in body.outputs]


def rewritten(tape: Tape, kind: type[Recorder], keep: Collection[str] = ()) -> Tape:
    """The tape rewritten by a recorder of this class; operations in `keep` are not expanded."""
    recorder = kind(tape.inputs, tape.parameters)
    if isinstance(recorder, Expander):
        recorder.keep = keep
        symbols = recorder.rewrite(tape, recorder.expanded)
    else:
        symbols = recorder.rewrite(tape)
    return recorder.tape([symbols[slot] for slot in tape.outputs], tape.several)


def fold(tape: Tape) -> Tape:
    """Constant folding, and removal of identities, such as a factor of 1."""
    return rewritten(tape, Folder)


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
        instructions=tuple([renumbered(kept, place) for slot, kept in tape if slot in needed]),
        outputs=tuple([place[slot] for slot in tape.outputs]),
    )


def optimize(tape: Tape, keep: Collection[str] = ()) -> Tape:
    """All passes, for a backend: the remaining operations are intrinsic or in `keep`."""
    if not tape.has_loops:
        return rewritten(tape, Simplifier, keep)
    found = pruned(rewritten(pruned(tape), Simplifier, keep))
    for depth in range(depth_of(found)):
        fewer = fused(found, depth)
        if fewer is not found:
            found = pruned(rewritten(fewer, Simplifier, keep))
    return found
