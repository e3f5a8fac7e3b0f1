"""Which slots depend on some others, also through the steps of loops."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from .instructions import Instruction, Tape
from .loops import Loop


def depending(tape: Tape, slots: Iterable[int]) -> set[int]:
    """The slots that depend on some others, and these; all results of a loop do on its operands."""
    found = {*slots}
    for slot, instruction in tape:
        if not found.isdisjoint(instruction.operands):
            found.add(slot)
    return found


class Varying(set[int]):
    """The slots that depend on the given ones, and those; the others are the same for all rows. A
    result of a loop is one of them only if that result depends on an operand that is.
    """

    def __init__(self, given: Iterable[int]) -> None:
        super().__init__(given)
        # By the slot of a loop: what it holds, and the slots of its step that vary.
        self.steps: dict[int, tuple[Loop, Varying]] = {}

    def add_written(self, slot: int, instruction: Instruction) -> None:
        """Add the slot of an instruction if it depends on one that is here."""
        if self.isdisjoint(instruction.operands):
            return
        if instruction.name == "loop":
            loop = instruction.held
            given = [i for i, operand in enumerate(instruction.operands) if operand in self]
            self.steps[slot] = loop, varying_in_step(loop, given)
        elif instruction.name == "result":
            loop, step = self.steps[instruction.operands[0]]
            if step.isdisjoint(sources_of(loop, instruction.held.place)):
                return
        self.add(slot)


def sources_of(loop: Loop, place: int) -> list[int]:
    """The slots of the step of a loop by which a result varies."""
    if place >= loop.first_history:
        return [loop.captures + place - loop.first_history]
    if place < loop.states:  # a final is kept where its state is, for all rows if that varies
        return [loop.captures + place, loop.body.outputs[place]]
    return [loop.body.outputs[place]]


def varying_slots(tape: Tape, given: Iterable[int]) -> Varying:
    """The slots of a tape that depend on the given ones."""
    varying = Varying(given)
    for slot, instruction in tape:
        varying.add_written(slot, instruction)
    return varying


def varying_in_step(loop: Loop, operands: Collection[int]) -> Varying:
    """The slots of the step of a loop that vary where these operands do, by their places."""
    given = {*operands}
    while True:
        varying = varying_slots(loop.body, given)
        states = enumerate(loop.body.outputs[: loop.states], start=loop.captures)
        more = {slot for slot, after in states if after in varying} - given
        if not more:
            return varying
        given = inputs_after(loop, given | more)


def inputs_after(loop: Loop, inputs: Collection[int]) -> set[int]:
    """These inputs of a step, and the states that depend on them in any later step.

    Found in one pass, but for what goes through a loop in the step, which is left to the caller:
    not all of its results depend on all of its operands.
    """
    readers: dict[int, list[int]] = {}
    for slot, instruction in loop.body:
        if instruction.name != "loop":
            for operand in instruction.operands:
                readers.setdefault(operand, []).append(slot)
    for state, after in enumerate(loop.body.outputs[: loop.states], start=loop.captures):
        readers.setdefault(after, []).append(state)
    return {slot for slot in reached(inputs, readers.get) if slot < len(loop.body.inputs)}


def states_behind(loop: Loop, states: Collection[int], outputs: Collection[int]) -> set[int]:
    """These states, and those that the next ones and the outputs depend on, by their indices; but
    for those that are found through a loop in the step only, as by `inputs_after`.
    """
    body, first = loop.body, loop.captures
    own, written = range(first, loop.first_x), body.first

    def operands(slot: int) -> Collection[int]:
        if slot >= written:
            instruction = body.instructions[slot - written]
            return instruction.operands if instruction.name != "loop" else ()
        return [body.outputs[slot - first]] if slot in own else ()

    wanted = [first + i for i in states] + [body.outputs[i] for i in outputs]
    return {slot - first for slot in reached(wanted, operands) if slot in own}


def reached(slots: Iterable[int], following: Callable[[int], Collection[int] | None]) -> set[int]:
    """The slots to which a way leads from these, and these."""
    found = {*slots}
    todo = [*found]
    while todo:
        new = {*(following(todo.pop()) or ())} - found
        found |= new
        todo += new
    return found
