"""Fission: a loop as several, where most of a step needs no state or is needed by none.

What a step computes of its xs alone can be computed for many steps at once, *before* the
recurrence; what only its ys and totals need can be computed *after* it, from the states that it
went through. Both are loops without a state, which have steps as lanes; the recurrence keeps what
is left. Of a sweep backward that is little: the local derivatives need no adjoint. A state to which
each step only adds is a total, which needs no recurrence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from ...tape.instructions import Tape
from ...tape.loop_products import uses_of
from ...tape.loop_writing import with_loops
from ...tape.loops import Loop
from ...tape.recorder import Recorder, Symbol
from ...tape.varying import depending
from .runs import is_cheap, tape_cost

WORTH = 12  # machine instructions, from which on a part is a loop of its own
SHORTEST = 16  # steps


def split_loops(tape: Tape) -> Tape:
    """The tape with its cheap loops split."""
    if not tape.has_loops:
        return tape

    def write(
        recorder: Recorder, slot: int, operands: Sequence[Symbol], taken: Collection[int]
    ) -> Parts:
        return Parts(recorder, tape.instructions[slot - tape.first].held, operands, taken)

    return with_loops(tape, write)


class Parts:
    """A loop that was written as up to three.

    Args:
        recorder: writes them.
        loop, operands: what is split.
        taken: the places of the results that something takes.
    """

    def __init__(
        self,
        recorder: Recorder,
        loop: Loop,
        operands: Sequence[Symbol],
        taken: Collection[int],
    ) -> None:
        self.recorder, self.loop, self.operands = recorder, loop, operands
        self.after: Symbol | None = None
        self.sums: dict[int, Symbol] = {}
        self.places: dict[int, int] = {}  # by place: that of the same result without sums as states
        if loop.states and loop.length >= SHORTEST and is_cheap(loop.body):
            self.split(taken)
        else:
            self.core = recorder.loop(loop, operands)

    def split(self, taken: Collection[int]) -> None:
        """Write the parts of the loop without sums as states, and these sums."""
        whole, recorder = self.loop, self.recorder
        self.loop, places = without_sums(whole, taken)
        first = whole.captures
        starts = {i: self.operands[first + i] for i in places}
        self.operands = [x for i, x in enumerate(self.operands) if i - first not in places]
        self.write_parts()
        totals = {i: self.result_of(place) for i, place in places.items()}
        self.sums = {i: recorder.emit("add", (starts[i], total)) for i, total in totals.items()}
        kept = [i for i in range(whole.states) if i not in places]
        new = self.loop
        for k, i in enumerate(kept):
            self.places[i] = k
            self.places[whole.first_history + i] = new.first_history + k
        for i in range(whole.ys + whole.totals):
            self.places[whole.states + i] = new.states + i

    def write_parts(self) -> None:
        """Write the loop of what needs no state, the recurrence, and the loop of what follows."""
        loop, recorder, body = self.loop, self.recorder, self.loop.body
        states = range(loop.captures, loop.first_x)
        self.of_states = depending(body, states)
        following = body.outputs[: loop.states]
        recurrent = needed(body, following)
        early = [slot for slot in recurrent if slot not in self.of_states]
        late = [
            x
            for x in needed(body, body.outputs[loop.states :])
            if x in self.of_states and x not in recurrent
        ]
        is_apart = tape_cost(body, late) >= WORTH
        self.runs = {x: self.operands[x] for x in range(loop.first_x, len(body.inputs))}
        if tape_cost(body, early) >= WORTH:
            self.compute_before(early, recurrent, following)
        if not is_apart:
            self.core = self.write(body.outputs, loop.states, loop.ys)
            return
        self.core = self.write(following, loop.states, 0)
        for i, slot in enumerate(states):
            self.runs[slot] = recorder.result(self.core, loop.states + i)
        self.after = self.write(body.outputs[loop.states :], 0, loop.ys)

    def compute_before(
        self, early: Iterable[int], recurrent: Sequence[int], following: Sequence[int]
    ) -> None:
        """Write the loop of what needs no state; what the recurrence takes of it are runs."""
        body = self.loop.body
        taken = {*following}
        for slot in recurrent:
            if slot in self.of_states:
                taken.update(body.instructions[slot - body.first].operands)
        kinds = {slot: body.instructions[slot - body.first].kind for slot in early}
        given = [slot for slot in early if slot in taken and kinds[slot] == "number"]
        if given:
            before = self.write(given, 0, len(given))
            for i, slot in enumerate(given):
                self.runs[slot] = self.recorder.result(before, i)

    def write(self, outputs: Sequence[int], states: int, ys: int) -> Symbol:
        """A loop of some outputs of the step.

        states: how many it has: all of them, or none.
        """
        loop, body = self.loop, self.loop.body
        runs = {x: run for x, run in self.runs.items() if x not in outputs or x < body.first}
        found = needed(body, outputs, runs)
        used = {*outputs}
        for slot in found:
            used.update(body.instructions[slot - body.first].operands)
        captures = [x for x in range(loop.captures) if x in used]
        own = range(loop.captures, loop.captures + states)
        xs = [x for x in runs if x in used and x not in own]
        names = body.names
        inner = Recorder([names[x] for x in (*captures, *own, *xs)])
        symbols = {x: inner.symbol(i) for i, x in enumerate([*captures, *own, *xs])}
        for slot, x in zip(body.constant_slots, body.constants, strict=True):
            symbols[slot] = inner.number(x)
        for slot in found:
            each = body.instructions[slot - body.first]
            symbols[slot] = inner.write(each.name, [symbols[i] for i in each.operands], each.label)
        step = inner.tape([symbols[slot] for slot in outputs])
        made = Loop(step, loop.length, len(captures), states, ys, loop.backward)
        return self.recorder.loop(
            made, [*[self.operands[x] for x in (*captures, *own)], *[runs[x] for x in xs]]
        )

    def result(self, place: int) -> Symbol:
        """A result of the loop that was split."""
        if place in self.sums:
            return self.sums[place]
        return self.result_of(self.places.get(place, place))

    def result_of(self, place: int) -> Symbol:
        """A result of the loop without sums as states."""
        loop = self.loop
        if self.after is not None and place >= loop.states:
            if place < loop.first_history:
                return self.recorder.result(self.after, place - loop.states)
            place -= loop.first_history - loop.states
        return self.recorder.result(self.core, place)


def needed(body: Tape, outputs: Iterable[int], known: Iterable[int] = ()) -> list[int]:
    """The slots of the instructions that some slots depend on, in their order; without those that
    are known and what only they depend on.
    """
    wanted, known = {*outputs}, {*known}
    found = []
    for slot, instruction in reversed([*body]):
        if slot in wanted and slot not in known:
            wanted.update(instruction.operands)
            found.append(slot)
    return found[::-1]


def without_sums(loop: Loop, taken: Collection[int]) -> tuple[Loop, dict[int, int]]:
    """The loop with totals in the place of states that are sums; the place of each total by state.

    Args:
        taken: the places of the results that something takes.
    """
    chains = {
        i: chain
        for i in range(loop.states)
        if loop.first_history + i not in taken and (chain := added_to(loop, i))
    }
    if not chains:
        return loop, {}
    body = loop.body
    kept = [x for x in range(len(body.inputs)) if x - loop.captures not in chains]
    recorder = Recorder([body.inputs[x] for x in kept], (), [body.width(x) for x in kept])
    symbols = {x: recorder.symbol(i) for i, x in enumerate(kept)}
    for slot, number in zip(body.constant_slots, body.constants, strict=True):
        symbols[slot] = recorder.number(number)
    links = {slot for chain in chains.values() for slot in chain}
    terms: dict[int, list[int]] = {}  # by state: the slots that its chain adds
    for i, chain in chains.items():
        own = {loop.captures + i, *chain}
        operands = [x for slot in chain for x in body.instructions[slot - body.first].operands]
        terms[i] = [x for x in operands if x not in own]
    for slot, each in body:
        if slot not in links:
            symbols[slot] = recorder.write(each.name, [symbols[x] for x in each.operands])
    outputs = [symbols[x] for i, x in enumerate(body.outputs) if i not in chains]
    for own_terms in terms.values():
        term: Any = symbols[own_terms[0]]
        for x in own_terms[1:]:
            term = term + symbols[x]
        outputs.append(term)
    states = loop.states - len(chains)
    made = replace(loop, body=recorder.tape(outputs), states=states)
    new = loop.first_history - len(chains)  # behind the totals that there were
    return made, {i: new + k for k, i in enumerate(chains)}


def added_to(loop: Loop, i: int) -> list[int]:
    """The instructions that add to a state, from it to its next; none if it is more than a sum."""
    body = loop.body
    uses = uses_of(body, body.outputs)
    reader = {x: slot for slot, instruction in body for x in instruction.operands}
    slot, chain = loop.captures + i, []
    while slot != body.outputs[i]:
        following = reader.get(slot)
        if following is None or uses[slot] != 1:
            return []
        if body.instructions[following - body.first].name != "add":
            return []
        chain.append(following)
        slot = following
    return chain if uses[slot] == 1 else []
