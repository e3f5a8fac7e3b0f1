"""The tape: a computation as a flat list of instructions, each of which sets one new slot.

Slots are numbered: the inputs first, then the parameters, the constants, and one for each
instruction, which takes only slots before its own (static single assignment). A slot holds a number
or, as the result of a comparison, a condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..cached import cached_property
from ..ops import COUNTS, STRUCTURAL, TABLE, Op, Shape


class Instruction(NamedTuple):  # whose creation takes half the time of a dataclass's
    """`name(operands)`: an operation of the table, or one of STRUCTURAL, on slots."""

    name: str
    operands: tuple[int, ...]
    label: str | None = None

    @property
    def op(self) -> Op | None:
        """The entry of the operation table; None for a structural instruction."""
        return None if self.name in STRUCTURAL else TABLE[self.name]

    @property
    def kind(self) -> str:
        """The kind of its result: "number" or "condition"."""
        return STRUCTURAL[self.name][1] if self.name in STRUCTURAL else "number"


@dataclass(frozen=True)
class Tape:
    """A computation of `outputs` (slots) from inputs, parameters and constants.

    Args:
        inputs, parameters: their names; constants: their numbers.

    >>> from autograd.tape import trace
    >>> tape, _ = trace(lambda x: (x * 2.0).tanh(), inputs=1)
    >>> print(tape)
    inputs      x1
    constants   c1 = 2.0
    v1 = mul(x1, c1)
    v2 = tanh(v1)
    outputs     v2
    """

    inputs: tuple[str, ...]
    parameters: tuple[str, ...]
    constants: tuple[float, ...]
    instructions: tuple[Instruction, ...]
    outputs: tuple[int, ...]
    several: bool = False  # whether the function returned a list, even of one item

    @property
    def first(self) -> int:
        """The slot of the first instruction."""
        return len(self.inputs) + len(self.parameters) + len(self.constants)

    @property
    def size(self) -> int:
        """The number of slots."""
        return self.first + len(self.instructions)

    def __iter__(self) -> Iterator[tuple[int, Instruction]]:
        """Each instruction with its slot."""
        return enumerate(self.instructions, start=self.first)

    def numbers_of(self, slot: int) -> tuple[int, ...]:
        """The operands of a slot to which a derivative can flow; none for a condition or a leaf."""
        instruction = self.instructions[slot - self.first] if slot >= self.first else None
        return instruction.operands if instruction and instruction.kind == "number" else ()

    @cached_property
    def parameter_slots(self) -> range:
        return range(len(self.inputs), len(self.inputs) + len(self.parameters))

    @cached_property
    def constant_slots(self) -> range:
        return range(self.parameter_slots.stop, self.first)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """A name for every slot: its label if that is an identifier and unique."""
        taken: set[str] = set()
        names = []
        plain = [f"c{i}" for i in range(1, len(self.constants) + 1)]
        labels = [*self.inputs, *self.parameters, *plain, *[i.label for i in self.instructions]]
        for slot, label in enumerate(labels):
            name = label if label and label.isidentifier() and label not in taken else None
            number = slot - self.first + 1
            name = name or (f"v{number}" if slot >= self.first else f"s{slot + 1}")
            while name in taken:
                name += "_"
            taken.add(name)
            names.append(name)
        return tuple(names)

    def check(self) -> Tape:
        """The tape itself; ValueError with the first instruction that is not well formed."""
        kinds = ["number"] * self.first
        for slot, instruction in self:
            fault = _fault(instruction, slot, kinds)
            if fault:
                raise ValueError(f"tape: slot {slot}, {instruction}: {fault}")
            kinds.append(instruction.kind)
        for output in self.outputs:
            if not 0 <= output < self.size or kinds[output] != "number":
                raise ValueError(f"tape: output slot {output} holds no number")
        return self

    def with_outputs(self, outputs: Sequence[int]) -> Tape:
        """The same instructions with other outputs."""
        return replace(self, outputs=tuple(outputs), several=True)

    def __str__(self) -> str:
        names = self.names
        lines = []
        leaves = {"inputs": range(len(self.inputs)), "parameters": self.parameter_slots}
        for title, slots in leaves.items():
            if slots:
                lines.append(f"{title:<11} {' '.join([names[slot] for slot in slots])}")
        if self.constants:
            shown = zip(self.constant_slots, self.constants, strict=True)
            lines.append("constants   " + ", ".join([f"{names[k]} = {c!r}" for k, c in shown]))
        for slot, instruction in self:
            operands = [names[operand] for operand in instruction.operands]
            lines.append(f"{names[slot]} = {call(instruction, operands)}")
        lines.append(f"outputs     {' '.join([names[slot] for slot in self.outputs])}")
        return "\n".join(lines)


def moved(instruction: Instruction, places: Mapping[int, int]) -> Instruction:
    """The instruction with its operands renumbered."""
    operands = tuple([places[operand] for operand in instruction.operands])
    return Instruction(instruction.name, operands, instruction.label)


def call(instruction: Instruction, operands: Sequence[str]) -> str:
    """An instruction as a call; a semicolon separates the two sequences of a dot."""
    if instruction.op is not None and instruction.op.shape is Shape.PAIRS:
        left, right = instruction.op.split(operands)
        return f"{instruction.name}({', '.join(left)}; {', '.join(right)})"
    return f"{instruction.name}({', '.join(operands)})"


def _fault(instruction: Instruction, slot: int, kinds: Sequence[str]) -> str:
    """The error of an instruction; empty if it is valid."""
    name, operands = instruction.name, instruction.operands
    if name not in STRUCTURAL and name not in TABLE:
        return f"there is no operation {name!r}"
    if any([not 0 <= operand < slot for operand in operands]):
        return "an operand is not a slot before it"
    given = [kinds[operand] for operand in operands]
    if name in STRUCTURAL:
        wanted = STRUCTURAL[name][0]
        if wanted[-1] == "...":
            wanted = wanted[:1] * max(1, len(given))
        if given != list(wanted):
            return f"expected operands of kinds {wanted}, got {given}"
        return ""
    op = TABLE[name]
    count = COUNTS.get(op.shape)
    if op.shape is Shape.NONE or not operands or (count is not None and len(operands) != count):
        return f"expected {op.shape.value}, got {len(operands)}"
    if op.shape is Shape.PAIRS and len(operands) % 2:
        return f"expected {op.shape.value}, got {len(operands)} operands"
    if "condition" in given:
        return "a condition where a number is expected"
    return ""
