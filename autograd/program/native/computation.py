"""What is compiled: the instructions of a tape, parted into uniform and varying.

A slot is *varying* if it depends on an input or on the row's weight, and is computed for each row;
all others are *uniform* and computed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from ...ops import TABLE
from ...tape.instructions import Instruction, Tape
from ...tape.passes import optimize
from ...tape.recorder import Recorder, Symbol
from ...tape.reverse import reverse
from ...tape.rewrite import outputs, rewrite


@dataclass
class Computation:
    """Instructions by slot, in an order in which they can run; more can be added at the end.

    columns: the slots that hold something for each row: inputs, and the weight of the row if any.
    parameters: the slots whose numbers are given at each call.
    constants: numbers by slot.
    outputs: the slots that are wanted.
    weighted: whether the last column is the weight of the row.
    """

    columns: tuple[int, ...]
    parameters: tuple[int, ...]
    constants: dict[int, float]
    instructions: dict[int, Instruction]
    outputs: tuple[int, ...]
    next_slot: int
    weighted: bool
    varying: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.varying.update(self.columns)
        for slot, instruction in self.instructions.items():
            if not self.varying.isdisjoint(instruction.operands):
                self.varying.add(slot)

    def add(self, name: str, *operands: int) -> int:
        """The slot of one more instruction."""
        slot = self.next_slot
        self.next_slot += 1
        self.instructions[slot] = Instruction(name, operands)
        if not self.varying.isdisjoint(operands):
            self.varying.add(slot)
        return slot

    def add_constant(self, x: float) -> int:
        slot = self.next_slot
        self.next_slot += 1
        self.constants[slot] = x
        return slot

    def keep(self, wanted: Sequence[int]) -> None:
        """Leave out the instructions that none of `wanted` depends on."""
        needed = set(wanted)
        for slot, instruction in reversed(self.instructions.items()):
            if slot in needed:
                needed.update(instruction.operands)
        self.instructions = {s: i for s, i in self.instructions.items() if s in needed}


def of_values(tape: Tape) -> Computation:
    """The outputs of a tape, for each row."""
    return _computation(optimize(tape, keep=["dot"]), weighted=False)


def of_sums(tape: Tape, wanted: Sequence[int]) -> Computation:
    """The first output of a tape and its derivatives by `wanted`, times the weight of the row.

    Other outputs, which must depend on the row, stand between these two, as they are. The weight is
    one column more. It enters as the adjoint of the output, so that every derivative has it as a
    factor without a product.
    """
    recorder = Recorder(tape.inputs, [*tape.parameters, "weight"])
    weight = recorder.symbol(tape.constant_slots.start)

    def write(instruction: Instruction, operands: Sequence[Symbol]) -> Symbol:
        return recorder.emit(instruction.name, operands)

    y, *others = outputs(tape, rewrite(tape, recorder, write))
    gradient = reverse(recorder.tape([recorder.emit("mul", (y, weight)), *others]), wanted)
    return _computation(optimize(gradient, keep=["dot"]), weighted=True)


def _computation(tape: Tape, weighted: bool) -> Computation:
    parameters = list(tape.parameter_slots)
    columns = list(range(len(tape.inputs)))
    if weighted:
        columns.append(parameters.pop())
    computation = Computation(
        tuple(columns),
        tuple(parameters),
        dict(zip(tape.constant_slots, tape.constants, strict=True)),
        dict(tape),
        tape.outputs,
        tape.size,
        weighted,
    )
    find_slopes_of_tanh(computation)
    return computation


@cache
def _slope_of_tanh() -> Tape:
    """The slope of tanh as the rule writes it."""
    recorder = Recorder(["x"])
    (slope,) = TABLE["tanh"].rule(recorder, [recorder.symbol(0)], None)
    return optimize(recorder.tape([slope]))


def find_slopes_of_tanh(computation: Computation) -> None:
    """One instruction, `tanh_slope`, for the eight of the rule; each beside its tanh.

    The value and the slope have most of their work in common.
    """
    pattern = _slope_of_tanh()
    last = pattern.instructions[-1].name
    slopes: dict[int, int] = {}  # by slot of the operand
    for slot, instruction in computation.instructions.items():
        x = _match(pattern, computation, slot) if instruction.name == last else None
        if x is not None:
            slopes[x] = slot
    for x, slot in slopes.items():
        computation.instructions[slot] = Instruction("tanh_slope", (x,))
    ordered: dict[int, Instruction] = {}
    for slot, instruction in computation.instructions.items():
        ordered.setdefault(slot, instruction)
        if instruction.name == "tanh" and instruction.operands[0] in slopes:
            slope = slopes[instruction.operands[0]]
            ordered.setdefault(slope, computation.instructions[slope])
    computation.instructions = ordered
    computation.keep(computation.outputs)


def _match(pattern: Tape, computation: Computation, slot: int) -> int | None:
    """The slot that stands where the pattern has its input, if all the rest agrees."""
    operand: int | None = None
    todo = [(pattern.outputs[0], slot)]
    while todo:
        place, slot = todo.pop()
        if place == 0:
            if operand not in (None, slot):
                return None
            operand = slot
        elif place < pattern.first:
            wanted = pattern.constants[place - pattern.constant_slots.start]
            if computation.constants.get(slot) != wanted:
                return None
        else:
            instruction = pattern.instructions[place - pattern.first]
            found = computation.instructions.get(slot)
            if found is None or found.name != instruction.name:
                return None
            todo.extend(zip(instruction.operands, found.operands, strict=True))
    return operand
