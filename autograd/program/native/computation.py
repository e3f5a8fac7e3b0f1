"""Computation: the instructions of a tape to compile, partitioned into uniform and varying.

A slot is *varying* if it depends on an input or on the row's weight, and is computed for each row;
all others are *uniform* and computed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ...tape.derivatives import Wanted, derived
from ...tape.instructions import Instruction, Tape
from ...tape.loop_products import products_apart, summands
from ...tape.passes import optimize
from ...tape.recorder import Recorder
from .fission import split_loops
from .powers import EXPONENTS, named
from .runs import Flattener

LOWERED = ("dot", "tanh_slope")  # composed operations with a lowering
FEWEST_APART = 16  # products of a layer that are summed after a loop; with 12 that takes as long


@dataclass
class Computation:
    """Instructions by slot, in an order in which they can run; more can be added at the end.

    Args:
        columns: the slots that hold something for each row: inputs, and the weight of the row if
            any.
        parameters: the slots whose numbers are given at each call.
        constants: numbers by slot.
        outputs: the slots of the outputs.
        weighted: whether the last column is the weight of the row.
        runs: slots that are contiguous in memory before it begins; the columns if empty.
    """

    columns: tuple[int, ...]
    parameters: tuple[int, ...]
    constants: dict[int, float]
    instructions: dict[int, Instruction]
    outputs: tuple[int, ...]
    next_slot: int
    weighted: bool
    varying: set[int] = field(default_factory=set)
    runs: tuple[tuple[int, ...], ...] = ()
    copies: dict[int, int] = field(default_factory=dict)  # by slot, of `apart`

    def __post_init__(self) -> None:
        self.runs = self.runs or (self.columns,)
        self.varying.update(self.columns)
        for slot, instruction in self.instructions.items():
            if not self.varying.isdisjoint(instruction.operands):
                self.varying.add(slot)

    def add(self, name: str, *operands: int) -> int:
        """Add an instruction; returns its slot."""
        slot = self.next_slot
        self.next_slot += 1
        self.instructions[slot] = Instruction(name, operands)
        if not self.varying.isdisjoint(operands):
            self.varying.add(slot)
        return slot

    def new(self, count: int) -> range:
        """This number of slots without an instruction."""
        first = self.next_slot
        self.next_slot += count
        return range(first, self.next_slot)

    def add_constant(self, x: float) -> int:
        slot = self.next_slot
        self.next_slot += 1
        self.constants[slot] = x
        return slot

    def copy(self, slot: int) -> int:
        """The slot of a copy, which is computed where the original is uniform or varies."""
        return self.add("constant", slot)

    def apart(self, slot: int) -> int:
        """The slot of a number that is needed for long: of one in a large room of a loop a copy, so
        that the room is not kept with it.
        """
        instruction = self.instructions.get(slot)
        if instruction is None or instruction.name != "element" or slot not in self.varying:
            return slot
        held = self.instructions[instruction.operands[0]].held
        if slot in held.totals:
            return slot
        if slot not in self.copies:
            self.copies[slot] = self.copy(slot)
        return self.copies[slot]

    def elements_of(self, loop: int) -> list[int]:
        """The slots that something takes of what a loop gives."""
        instructions = self.instructions.items()
        return [slot for slot, i in instructions if i.name == "element" and i.operands == (loop,)]

    def keep(self, wanted: Sequence[int]) -> None:
        """Remove the instructions that none of `wanted` depends on."""
        needed = set(wanted)
        for slot, instruction in reversed(self.instructions.items()):
            if slot in needed:
                needed.update(instruction.operands)
        self.instructions = {s: i for s, i in self.instructions.items() if s in needed}


def of_values(tape: Tape) -> Computation:
    """The outputs of a tape, for each row."""
    return _computation(optimize(tape, keep=LOWERED), weighted=False)


def of_sums(tape: Tape, *wanted: Any) -> Computation:
    """The wanted derivatives of a tape's first output, times the row's weight.

    A gradient is preceded by the first output, times the weight, and by the other outputs, which
    must depend on the row, without it. The weight is an additional column. It is the adjoint of the
    output, so that every derivative has it as a factor without a multiplication.

    Args:
        wanted: the fields of `Wanted`.
    """
    recorder = Recorder(tape.inputs, [*tape.parameters, "weight"])
    place = tape.constant_slots.start
    weight = recorder.symbol(place)
    symbols = recorder.rewrite(tape)
    y, *others = [symbols[slot] for slot in tape.outputs]
    weighted = recorder.tape([recorder.emit("mul", (y, weight)), *others])
    found = derived(weighted, Wanted(*wanted))
    optimized = optimize(found, keep=LOWERED)
    if optimized.has_loops:
        given = [*range(len(tape.inputs)), place]
        sums = summands(optimized, given)
        optimized = products_apart(optimized, given, sums, FEWEST_APART)
    return _computation(optimized, weighted=True)


def _computation(tape: Tape, weighted: bool) -> Computation:
    parameters = list(tape.parameter_slots)
    columns = list(range(len(tape.inputs)))
    if weighted:
        columns.append(parameters.pop())
    alone = not columns
    flat = Flattener(split_loops(tape) if alone else tape, alone)
    computation = Computation(
        tuple(columns),
        tuple(parameters),
        dict(zip(flat.tape.constant_slots, flat.tape.constants, strict=True)),
        flat.instructions,
        tuple([slots[0] for slots in flat.outputs]),
        flat.next_slot,
        weighted,
    )
    specialize(computation)
    return computation


def specialize(computation: Computation) -> None:
    """Let instructions be those that have code of their own."""
    fix_exponents(computation)
    pair_slopes_of_tanh(computation)


def fix_exponents(computation: Computation) -> None:
    """Rename the powers whose constant exponent has special code."""
    for slot, instruction in computation.instructions.items():
        if instruction.name == "pow":
            base, exponent = instruction.operands
            if (known := computation.constants.get(exponent)) in EXPONENTS:
                computation.instructions[slot] = Instruction(named(known), (base,))


def pair_slopes_of_tanh(computation: Computation) -> None:
    """Move each `tanh_slope` beside the tanh of its operand: most of their work is common."""
    slopes = {
        instruction.operands[0]: slot
        for slot, instruction in computation.instructions.items()
        if instruction.name == "tanh_slope"
    }
    ordered: dict[int, Instruction] = {}
    for slot, instruction in computation.instructions.items():
        ordered.setdefault(slot, instruction)
        if instruction.name == "tanh" and instruction.operands[0] in slopes:
            slope = slopes[instruction.operands[0]]
            ordered.setdefault(slope, computation.instructions[slope])
    computation.instructions = ordered
