"""Runs as slots: what a computation has in the place of a tape's instructions of loops.

A number of a run is a slot like any other. Those that a loop gives lie in memory in three *rooms*,
step after step: its states, its ys and its totals. The slots of a room are numbered without a gap,
so that the place of each follows from that of the first; only slots that something takes are
instructions, `element(loop)`. A run that was packed needs nothing: it is the slots of its numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ...tape.instructions import Instruction, Tape
from ...tape.loop_writing import taken_results
from ...tape.loops import Loop

# How many machine instructions an instruction is, roughly; 1 for all others.
COST = {"exp": 25, "expm1": 28, "log": 40, "log1p": 40, "tanh": 25, "tanh_slope": 20, "div": 4}
CHEAP = 300  # machine instructions of a step that stay one piece, with its states in registers


def is_cheap(body: Tape) -> bool:
    """Whether a step is one piece of code, with its states in registers."""
    if body.has_loops or any(body.widths) or len(body.instructions) > CHEAP:
        return False
    return tape_cost(body, range(body.first, body.size)) <= CHEAP


def cost_of_one(instruction: Instruction) -> int:
    """An estimate of the number of machine instructions."""
    if instruction.name == "loop":
        held = instruction.held
        loop = held.loop if isinstance(held, Held) else held
        return int(loop.length * tape_cost(loop.body, range(loop.body.first, loop.body.size)))
    return COST.get(instruction.name, max(1, len(instruction.operands) // 2))


def tape_cost(tape: Tape, slots: Iterable[int]) -> int:
    """An estimate of the number of machine instructions."""
    return sum([cost_of_one(tape.instructions[slot - tape.first]) for slot in slots])


@dataclass(frozen=True)
class Strided:
    """The slots of a run in a room: `parts` of `width` slots each, `step` slots apart."""

    first: int
    parts: int
    step: int
    width: int = 1

    def __len__(self) -> int:
        return self.parts * self.width

    def __getitem__(self, i: int) -> int:
        part, place = divmod(range(len(self))[i], self.width)
        return self.first + part * self.step + place

    def __iter__(self) -> Iterator[int]:
        return (self[i] for i in range(len(self)))


Slots = tuple[int, ...] | Strided  # of a number, which is one, or of a run


@dataclass(frozen=True)
class Held:
    """What a loop of a computation holds.

    Args:
        loop: that of the tape.
        operands: for each operand the slots of its numbers.
        states: the slots of the states, row by row, where a row is what they are between two
            steps: of all steps, or of the last two where nothing takes those before.
        ys: the slots of the ys, step by step; totals: of the totals.
        y_widths, term_widths: of each y, and of each term, how many numbers it is.
        keeps_states: whether the states before all steps are kept.
        apart: whether the numbers of one state, and of one y, are contiguous over all steps, so
            that steps can be lanes; else those of one step are.
    """

    loop: Loop
    operands: tuple[Slots, ...]
    states: range
    ys: range
    totals: range
    y_widths: tuple[int, ...]
    term_widths: tuple[int, ...]
    keeps_states: bool
    apart: bool

    @property
    def rooms(self) -> list[range]:
        return [room for room in (self.states, self.ys, self.totals) if room]

    def slots_of(self, index: int) -> Slots:
        """The slots of a result, by its index."""
        loop, length = self.loop, self.loop.length
        states, ys, totals = loop.states, self.y_widths, self.term_widths
        if index < states:  # the last row; backward, that is the first one
            last = (0 if loop.backward else length) if self.keeps_states else length % 2
            return (self.states.start + self.place_of_state(index, last),)
        if index < states + len(ys):
            if self.apart:
                return Strided(self.ys.start + (index - states) * length, length, 1)
            before, width = sum(ys[: index - states]), ys[index - states]
            return Strided(self.ys.start + before, length, sum(ys), width)
        if index < loop.first_history:
            place = index - states - len(ys)
            first = self.totals.start + sum(totals[:place])
            return tuple(range(first, first + totals[place]))
        first = self.place_of_state(index - loop.first_history, int(loop.backward))
        return Strided(self.states.start + first, length, 1 if self.apart else states)

    def place_of_state(self, index: int, row: int) -> int:
        """Where a state is in its room."""
        states = self.loop.states
        if self.apart:
            return index * (len(self.states) // states) + row
        return row * states + index


class Flattener:
    """Takes the runs of a tape apart.

    Args:
        inputs, outputs: for each input and output of the tape its slots.
        instructions: by slot, in an order in which they can run.
        next_slot: the first one that is free.
        tape, alone: the tape, and whether nothing on it varies with rows.
    """

    def __init__(self, tape: Tape, alone: bool = False) -> None:
        self.tape, self.alone = tape, alone
        self.next_slot = tape.size
        self.instructions: dict[int, Instruction] = {}
        self.slots: dict[int, Slots] = {}  # of what is no slot of its own
        self.made_by: dict[int, int] = {}  # by the slot of a result, that of its loop
        for slot, width in enumerate(tape.widths):
            if width:
                self.slots[slot] = tuple(self.new(width))
        self.inputs = [self.of(slot) for slot in range(len(tape.inputs))]
        if not tape.has_loops:
            self.instructions = dict(tape)
            self.outputs = [self.of(slot) for slot in tape.outputs]
            return
        taken = taken_results(tape)
        for slot, instruction in tape:
            self.flatten(slot, instruction, taken.get(slot, ()))
        self.outputs = [self.of(slot) for slot in tape.outputs]
        for slot in tape.outputs:
            if slot in self.made_by:
                for x in self.of(slot):
                    self.element(x, self.made_by[slot])

    def new(self, count: int) -> range:
        """This number of new slots."""
        first = self.next_slot
        self.next_slot += count
        return range(first, self.next_slot)

    def of(self, slot: int) -> Slots:
        return self.slots.get(slot, (slot,))

    def use(self, slot: int) -> Slots:
        """The slots of a number or run that something takes, as instructions."""
        found = self.of(slot)
        if slot in self.made_by:
            for x in whole(found):
                self.element(x, self.made_by[slot])
        return found

    def element(self, slot: int, loop: int) -> None:
        self.instructions.setdefault(slot, Instruction("element", (loop,)))

    def flatten(self, slot: int, instruction: Instruction, taken: Collection[int]) -> None:
        operands = instruction.operands
        if instruction.name == "pack":
            self.slots[slot] = tuple([self.use(x)[0] for x in operands])
        elif instruction.name == "item":
            run = operands[0]
            found = self.of(run)[instruction.held]
            self.slots[slot] = (found,)
            if run in self.made_by:
                self.element(found, self.made_by[run])
        elif instruction.name == "result":
            self.slots[slot] = self.instructions[operands[0]].held.slots_of(instruction.held.place)
            self.made_by[slot] = operands[0]
        elif instruction.name == "loop":
            given = tuple([self.use(x) for x in operands])
            reads = [x for slots in given for x in whole(slots)]
            held = self.held(instruction.held, given, taken)
            self.instructions[slot] = Instruction("loop", (*reads,), None, held)
        else:
            given = tuple([self.use(x) for x in operands])
            found_operands = tuple([slots[0] for slots in given])
            self.instructions[slot] = instruction._replace(operands=found_operands)

    def held(self, loop: Loop, operands: tuple[Slots, ...], taken: Collection[int]) -> Held:
        """The loop with rooms for its results."""
        stop = loop.first_total
        widths = [max(1, loop.body.width(slot)) for slot in loop.body.outputs]
        keeps = any([index >= loop.first_history for index in taken])
        rows = loop.length + 1 if keeps else 2
        return Held(
            loop,
            operands,
            self.new(rows * loop.states),
            self.new(loop.length * sum(widths[loop.states : stop])),
            self.new(sum(widths[stop:])),
            tuple(widths[loop.states : stop]),
            tuple(widths[stop:]),
            keeps,
            self.alone and is_cheap(loop.body),
        )


def whole(slots: Slots) -> tuple[int, ...]:
    """The slots by which a run is found in memory: of one in a room the first."""
    return (slots.first,) if isinstance(slots, Strided) else slots
