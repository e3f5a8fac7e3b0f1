"""Fusion: loops of one length and direction run as one, where neither needs the other one's end.

So the sum of what a loop gives is a part of that loop, and so are tangents of it: what one loop
gives in a step, the other one takes in the same step, and nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .instructions import Instruction, Tape
from .loops import Loop
from .recorder import Recorder, Symbol
from .varying import depending, varying_slots


def fused(tape: Tape, depth: int = 0) -> Tape:
    """The tape with loops fused, its own or those so deep in its steps; itself if there are none.

    The outer ones go first, since equal instructions of two steps that become one are shared then.
    """
    if depth:
        inside = [
            fused(one.held.body, depth - 1) if one.name == "loop" else None
            for one in tape.instructions
        ]
        changed = [
            body is not None and body is not one.held.body
            for body, one in zip(inside, tape.instructions, strict=True)
        ]
        if not any(changed):
            return tape
        instructions = [
            one._replace(held=replace(one.held, body=body)) if is_new else one
            for one, body, is_new in zip(tape.instructions, inside, changed, strict=True)
        ]
        return replace(tape, instructions=tuple(instructions))
    while (pair := next(pairs(tape), None)) is not None:
        tape = joined(tape, *pair)
    return tape


def depth_of(tape: Tape) -> int:
    """How many loops are in one another at most."""
    inside = [1 + depth_of(one.held.body) for one in tape.instructions if one.name == "loop"]
    return max(inside, default=0)


def pairs(tape: Tape) -> Iterator[tuple[int, int]]:
    """The slots of two loops, in their order, that can be one.

    Not of a loop that is the same for all rows and one that is not.
    """
    loops = [(slot, one) for slot, one in tape if one.name == "loop"]
    varying = varying_slots(tape, range(len(tape.inputs)))
    for i, (slot, one) in enumerate(loops):
        behind = depending(tape, [slot])
        for other_slot, other in loops[i + 1 :]:
            alike = (
                one.held.length == other.held.length and one.held.backward == other.held.backward
            )
            if not alike or (slot in varying) != (other_slot in varying):
                continue
            if all(
                [
                    operand not in behind or is_given(tape, operand, slot, place, other.held)
                    for place, operand in enumerate(other.operands)
                ]
            ):
                yield slot, other_slot


def is_given(tape: Tape, operand: int, slot: int, place: int, loop: Loop) -> bool:
    """Whether an operand of a loop is a run that another one gives, and an x of numbers."""
    instruction = tape.instructions[operand - tape.first]
    if instruction.name != "result" or instruction.operands != (slot,):
        return False
    giver: Loop = tape.instructions[slot - tape.first].held
    index = instruction.held.place
    is_run = index >= giver.first_history or (
        giver.states <= index < giver.first_total
        and not giver.body.width(giver.body.outputs[index])
    )
    return place >= loop.first_x and is_run and not loop.body.width(place)


def joined(tape: Tape, slot: int, other_slot: int) -> Tape:
    """The tape with the loops of these two slots as one."""
    first, second = [tape.instructions[i - tape.first] for i in (slot, other_slot)]
    loop, operands, places = both(tape, first, second, slot)
    instructions = dict(tape)
    instructions[other_slot] = Instruction("loop", operands, second.label or first.label, loop)
    del instructions[slot]
    for i, one in [*instructions.items()]:
        if one.name == "result" and one.operands[0] in (slot, other_slot):
            mine = places[one.operands[0] == other_slot]
            choice = loop.choice(mine[one.held.place])
            instructions[i] = one._replace(operands=(other_slot,), held=choice)
    later = depending(tape, [slot])  # what is between both and needs the first one comes after both
    order = [i for i in instructions if i < other_slot and i not in later]
    order += [other_slot, *[i for i in instructions if i < other_slot and i in later]]
    order += [i for i in instructions if i > other_slot]
    place = {i: i for i in range(tape.first)}
    place |= {i: new for new, i in enumerate(order, start=tape.first)}
    return replace(
        tape,
        instructions=tuple(
            [
                instructions[i]._replace(
                    operands=tuple([place[operand] for operand in instructions[i].operands])
                )
                for i in order
            ]
        ),
        outputs=tuple([place[i] for i in tape.outputs]),
    )


def both(
    tape: Tape, first: Instruction, second: Instruction, slot: int
) -> tuple[Loop, tuple[int, ...], tuple[list[int], list[int]]]:
    """One loop for two, its operands, and for each of both the new places of the results.

    slot: of the first one, whose ys and states the second one may take.
    """
    loops: list[Loop] = [first.held, second.held]
    given: dict[int, int] = {}  # by input of the second step: the result of the first loop
    for place, operand in enumerate(second.operands):
        instruction = tape.instructions[operand - tape.first] if operand >= tape.first else None
        if instruction and instruction.name == "result" and instruction.operands == (slot,):
            given[place] = instruction.held.place
    parts = [parts_of(loop) for loop in loops]
    inputs = [
        (k, place) for part in range(3) for k in (0, 1) for place in parts[k][part]
        if k == 0 or place not in given
    ]  # fmt: skip
    recorder = Recorder(
        [loops[k].body.inputs[place] for k, place in inputs],
        (),
        [loops[k].body.width(place) for k, place in inputs],
    )
    at = {one: recorder.symbol(i) for i, one in enumerate(inputs)}
    leaves = [at[0, place] for place in range(len(first.operands))]
    symbols = recorder.rewrite(loops[0].body, leaves=leaves)
    outputs = [[symbols[i] for i in loops[0].body.outputs]]
    leaves = [
        from_first(loops[0], given[place], at, outputs[0]) if place in given else at[1, place]
        for place in range(len(second.operands))
    ]
    symbols = recorder.rewrite(loops[1].body, leaves=leaves)
    outputs.append([symbols[i] for i in loops[1].body.outputs])
    results = [
        (k, i) for part in range(4) for k in (0, 1) for i in results_of(loops[k])[part]
    ]  # fmt: skip
    body = recorder.tape([outputs[k][i] for k, i in results if i < loops[k].first_history])
    places = [[0] * len(loop.result_widths) for loop in loops]
    for new, (k, i) in enumerate(results):
        places[k][i] = new
    loop = Loop(
        body,
        loops[0].length,
        loops[0].captures + loops[1].captures,
        loops[0].states + loops[1].states,
        loops[0].ys + loops[1].ys,
        loops[0].backward,
    )
    operands = tuple([(first, second)[k].operands[place] for k, place in inputs])
    return loop, operands, (places[0], places[1])


def parts_of(loop: Loop) -> Sequence[range]:
    """The places of the captures, states and xs."""
    whole = len(loop.body.inputs)
    return range(loop.captures), range(loop.captures, loop.first_x), range(loop.first_x, whole)


def results_of(loop: Loop) -> Sequence[range]:
    """The places of the finals, ys, totals and states among the results."""
    stop, history = loop.first_total, loop.first_history
    whole = len(loop.result_widths)
    return range(loop.states), range(loop.states, stop), range(stop, history), range(history, whole)


def from_first(
    loop: Loop, index: int, at: dict[tuple[int, int], Symbol], outputs: Sequence[Symbol]
) -> Symbol:
    """What a run of the first loop is in the step: an output of it, or a state."""
    if index >= loop.first_history:
        return at[0, loop.captures + index - loop.first_history]
    return outputs[index]
