"""The tape: a computation as a flat list of instructions, each of which sets one new slot.

Slots are numbered: the inputs first, then the parameters, the constants, and one for each
instruction, which takes only slots before its own (static single assignment). A slot holds a number
or, as the result of a comparison, a condition.

A loop is one instruction, which holds the tape of its step. What it takes and gives for each step
is a *run*: numbers one after the other, in one slot. Four instructions have to do with loops:

    pack(x1, ..., xn)  the run of these numbers
    item(run)          one number of a run; it holds which
    loop(...)          runs a tape once for each step; it holds a `Loop` (loops.py)
    result(loop)       one of the results of a loop, a number or a run; it holds a `Choice` of them
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ..cached import cached_property
from ..ops import COUNTS, OF_LOOPS, STRUCTURAL, TABLE, Op, Shape

MOST_SHOWN = 60  # constants, and operands of a pack, in text


class Instruction(NamedTuple):  # whose creation takes half the time of a dataclass's
    """`name(operands)`: an operation of the table, of STRUCTURAL or of OF_LOOPS, on slots."""

    name: str
    operands: tuple[int, ...]
    label: str | None = None
    held: Any = None  # a Loop, a Choice or the index of an item

    @property
    def op(self) -> Op | None:
        """The entry of the operation table; None for a structural instruction."""
        return None if self.name in STRUCTURAL or self.name in OF_LOOPS else TABLE[self.name]

    @property
    def kind(self) -> str:
        """The kind of its result: "number", "condition", "run" or "loop"."""
        if self.name in STRUCTURAL:
            return STRUCTURAL[self.name][1]
        if self.width:
            return "run"
        return "loop" if self.name == "loop" else "number"

    @property
    def width(self) -> int:
        """The length of the run that it gives; 0 if that is no run."""
        if self.name == "pack":
            return len(self.operands)
        return self.held.width if self.name == "result" else 0


class Choice(NamedTuple):
    """A result of a loop: its place among them, and the length of the run, 0 of a number."""

    place: int
    width: int


class Kind(NamedTuple):
    """What a slot holds: a number, a condition, a run with its length, or a loop, which is held."""

    name: str
    width: int = 0
    held: Any = None

    @classmethod
    def of(cls, width: int) -> Kind:
        """A run of this length; a number for 0."""
        return cls("run", width) if width else cls("number")

    def __str__(self) -> str:
        return f"run of {self.width}" if self.width else self.name


@dataclass(frozen=True)
class Tape:
    """A computation of `outputs` (slots) from inputs, parameters and constants.

    Args:
        inputs, parameters: their names; constants: their numbers.
        widths: for each input the length of the run that it is, 0 for a number; of the steps of
            loops only, empty otherwise.

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
    widths: tuple[int, ...] = ()

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

    def everywhere(self) -> Iterator[Instruction]:
        """Each instruction, also of the steps of loops."""
        for instruction in self.instructions:
            yield instruction
            if instruction.name == "loop":
                yield from instruction.held.body.everywhere()

    def width(self, slot: int) -> int:
        """The length of the run in a slot; 0 if there is none."""
        if slot >= self.first:
            return self.instructions[slot - self.first].width
        return self.widths[slot] if slot < len(self.widths) else 0

    @cached_property
    def has_loops(self) -> bool:
        """Whether it has instructions of loops."""
        return any([instruction.name in OF_LOOPS for instruction in self.instructions])

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
        kinds = [Kind.of(self.width(slot)) for slot in range(self.first)]
        for slot, instruction in self:
            fault = _fault(instruction, slot, kinds)
            if fault:
                raise ValueError(f"tape: slot {slot}, {instruction}: {fault}")
            kinds.append(Kind(instruction.kind, instruction.width, instruction.held))
        for output in self.outputs:
            # Only the step of a loop may give a run.
            allowed = ("number", "run") if self.widths else ("number",)
            if not 0 <= output < self.size or kinds[output].name not in allowed:
                raise ValueError(f"tape: output slot {output} holds no number")
        return self

    def with_outputs(self, outputs: Sequence[int]) -> Tape:
        """The same instructions with other outputs."""
        return replace(self, outputs=tuple(outputs), several=True)

    def __str__(self) -> str:
        leaves = {"inputs": range(len(self.inputs)), "parameters": self.parameter_slots}
        results = {"outputs": range(len(self.outputs))}
        return "\n".join(self.lines(leaves, results))

    def lines(self, leaves: Mapping[str, range], results: Mapping[str, range]) -> list[str]:
        """The text, line by line.

        leaves: ranges of slots by title; results: ranges of outputs by title.
        """
        names = self.names
        lines = []
        for title, slots in leaves.items():
            if slots:
                lines.append(f"{title:<11} {' '.join([names[slot] for slot in slots])}")
        if self.constants:
            shown = zip(self.constant_slots, self.constants, strict=True)
            listed = ", ".join(shortened([f"{names[k]} = {c!r}" for k, c in shown]))
            lines.append(f"constants   {listed}")
        for slot, instruction in self:
            operands = [names[operand] for operand in instruction.operands]
            if instruction.name == "result":
                loop = self.instructions[instruction.operands[0] - self.first].held
                lines.append(
                    f"{names[slot]} = {loop.name_of(instruction.held.place)}({operands[0]})"
                )
                continue
            lines.append(f"{names[slot]} = {call(instruction, operands)}")
            if instruction.name == "loop":
                lines += [f"    {line}" for line in instruction.held.lines()]
        for title, slots in results.items():
            if slots:
                shown_outputs = [names[self.outputs[i]] for i in slots]
                lines.append(f"{title:<11} {' '.join(shown_outputs)}")
        return lines


def renumbered(instruction: Instruction, places: Mapping[int, int]) -> Instruction:
    """The instruction with its operands renumbered."""
    operands = tuple([places[operand] for operand in instruction.operands])
    return Instruction(instruction.name, operands, instruction.label, instruction.held)


def shortened(texts: Sequence[str]) -> Sequence[str]:
    """Texts in a list; of more than can be read the first and the last ones."""
    return texts if len(texts) <= MOST_SHOWN else [*texts[:3], "...", *texts[-3:]]


def call(instruction: Instruction, operands: Sequence[str]) -> str:
    """An instruction as a call; a semicolon separates the two sequences of a dot."""
    if instruction.op is not None and instruction.op.shape is Shape.PAIRS:
        left, right = instruction.op.split(operands)
        return f"{instruction.name}({', '.join(left)}; {', '.join(right)})"
    if instruction.name == "pack":
        return f"pack({', '.join(shortened(operands))})"
    if instruction.name == "item":
        return f"{operands[0]}[{instruction.held}]"
    if instruction.name == "loop":
        loop = instruction.held
        parts = operands[: loop.captures], operands[loop.captures : loop.first_x]
        whole = "; ".join([", ".join(part) for part in (*parts, operands[loop.first_x :])])
        return f"loop({whole}), {loop.length} steps{' backward' if loop.backward else ''}:"
    return f"{instruction.name}({', '.join(operands)})"


def _fault(instruction: Instruction, slot: int, kinds: Sequence[Kind]) -> str:
    """The error of an instruction; empty if it is valid."""
    name, operands = instruction.name, instruction.operands
    if name not in STRUCTURAL and name not in TABLE and name not in OF_LOOPS:
        return f"there is no operation {name!r}"
    if any([not 0 <= operand < slot for operand in operands]):
        return "an operand is not a slot before it"
    if name in OF_LOOPS:
        return _fault_of_loops(instruction, [kinds[operand] for operand in operands])
    given = [kinds[operand].name for operand in operands]
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
    return "" if given.count("number") == len(given) else "a run where a number is expected"


def _fault_of_loops(instruction: Instruction, given: Sequence[Kind]) -> str:
    """The error of an instruction of loops."""
    name, held = instruction.name, instruction.held
    names = [kind.name for kind in given]
    if name == "pack":
        return "" if {*names} == {"number"} else "expected numbers"
    if name == "item":
        if names != ["run"]:
            return "expected a run"
        return "" if 0 <= held < given[0].width else f"there is no item {held}"
    if name == "result":
        if names != ["loop"]:
            return "expected a loop"
        widths = given[0].held.result_widths
        fits = held.place in range(len(widths)) and held.width == widths[held.place]
        return "" if fits else f"there is no such result: {held}"
    fault: str = held.fault()
    wanted = [str(Kind.of(width)) for width in held.operand_widths]
    found = [*map(str, given)]
    return fault or ("" if wanted == found else f"expected operands of kinds {wanted}, got {found}")
