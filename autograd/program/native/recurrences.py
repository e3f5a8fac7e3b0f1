"""Recurrences: the step of a loop as a computation of its own, whose memory is laid out.

The step is computed like rows are: what it takes anew each time (states, xs, and captures that vary
with the rows) are its columns, captures that do not vary are its parameters. So layers and loops
are found in it, and straight-line code is written, by the modules that do so for rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from ...ops import halves
from .computation import Computation, specialize
from .layout import Layout, Region, allocate
from .runs import Flattener, Held, Slots, Strided, is_cheap, whole
from .schedule import Schedule, Straight

# Where a slot is: in which piece of memory, and its place there; None if that is not known.
Locate = Callable[[int], tuple[object, int] | None]


@dataclass
class Steps:
    """Xs that are contiguous in the memory of each step.

    Args:
        inputs: their slots in the step, in the order of memory.
        first: the slot, outside, of the first number in step 0.
        step: how many numbers are from one step to the next.
    """

    inputs: list[int]
    first: int
    step: int


@dataclass
class Spread:
    """An x that is the same in all lanes; it is copied into them for each step.

    Args:
        inputs: its slots in the step; slots: outside, of all steps.
    """

    inputs: tuple[int, ...]
    slots: Slots


class Body:
    """The step of a loop.

    Args:
        outer: the computation that the loop is in.
        held: what the loop holds there, its operands at places where the steps find them.
        rows: in a block, of lanes; 1 where nothing varies with rows.
        locate: where slots outside are.
    """

    def __init__(self, outer: Computation, held: Held, rows: int, locate: Locate) -> None:
        self.held, self.rows = held, rows
        flat = Flattener(held.loop.body)
        loop = held.loop
        self.uniform: list[tuple[Slots, Slots]] = []  # captures: outside, and in the step
        self.given: list[tuple[Slots, Slots]] = []
        for outside, inside in zip(held.operands[: loop.captures], flat.inputs, strict=False):
            varies = not outer.varying.isdisjoint(whole(outside))
            (self.given if varies else self.uniform).append((outside, inside))
        for captures in (self.uniform, self.given):  # inputs in their order are more often even
            captures.sort(key=lambda pair: whole(pair[0])[0])
        self.states = [slots[0] for slots in flat.inputs[loop.captures : loop.first_x]]
        self.start = [slots[0] for slots in held.operands[loop.captures : loop.first_x]]
        self.steps: list[Steps] = []
        self.spread: list[Spread] = []
        self.place_xs(flat.inputs[loop.first_x :], locate)
        self.computation = self.of(flat)
        self.targets = self.distinct(flat)
        self.reads = self.read_slots()

    def place_xs(self, inputs: Sequence[Slots], locate: Locate) -> None:
        """Which xs are side by side in memory."""
        found = []
        for outside, inside in zip(
            self.held.operands[self.held.loop.first_x :], inputs, strict=True
        ):
            place = affine(outside, len(inside), locate)
            if place is None:
                self.spread.append(Spread(tuple(inside), outside))
            else:
                space, start, step = place
                found.append((str(space), step, start, outside[0], tuple(inside)))
        before: tuple[str, int, int] | None = None
        for space, step, start, first, own in sorted(found):
            if before != (space, step, start):
                self.steps.append(Steps([], first, step))
            self.steps[-1].inputs += own
            before = space, step, start + len(own)

    def of(self, flat: Flattener) -> Computation:
        """The computation of a step; a term is added to what its total was before."""
        totals = self.held.totals
        self.totals = tuple(flat.new(len(totals)))
        body = self.held.loop.body
        runs = [
            tuple([x for _, inside in self.given for x in inside]),
            tuple(self.states),
            *[tuple(steps.inputs) for steps in self.steps],
            tuple([x for spread in self.spread for x in spread.inputs]),
            self.totals,
        ]
        computation = Computation(
            tuple(chain(*runs)),
            tuple([x for _, inside in self.uniform for x in inside]),
            dict(zip(body.constant_slots, body.constants, strict=True)),
            flat.instructions,
            (),
            flat.next_slot,
            weighted=False,
            runs=tuple([run for run in runs if run]),
        )
        for slot, instruction in computation.instructions.items():
            if instruction.name == "dot":  # weights come first
                left, right = halves(instruction.operands)
                varying = computation.varying
                if varying.isdisjoint(right) and not varying.isdisjoint(left):
                    computation.instructions[slot] = instruction._replace(operands=(*right, *left))
        specialize(computation)
        return computation

    def distinct(self, flat: Flattener) -> list[tuple[int, ...]]:
        """The next states, the ys and the totals, each the result of an instruction of its own."""
        loop, computation = self.held.loop, self.computation
        stop = loop.first_total
        seen: set[int] = set()

        def own(slot: int) -> int:
            instruction = computation.instructions.get(slot)
            is_plain = instruction is not None and instruction.name != "element"
            if slot in seen or not is_plain or slot not in computation.varying:
                slot = computation.copy(slot)
                computation.varying.add(slot)
            seen.add(slot)
            return slot

        outputs = flat.outputs
        states = [own(x) for slots in outputs[: loop.states] for x in slots]
        ys = [own(x) for slots in outputs[loop.states : stop] for x in slots]
        terms = [x for slots in outputs[stop:] for x in slots]
        totals = [
            computation.add("add", total, term)
            for total, term in zip(self.totals, terms, strict=True)
        ]
        return [tuple(states), tuple(ys), tuple(totals)]

    def read_slots(self) -> list[int]:
        """The slots outside that it reads."""
        slots: Iterable[Slots] = [outside for outside, _ in (*self.uniform, *self.given)]
        found = [x for each in slots for x in whole(each)] + self.start
        for x in self.held.operands[self.held.loop.first_x :]:
            found += whole(x)
        return found

    def arrange(self, group: Callable[[Computation, list[tuple[int, ...]]], Schedule]) -> None:
        """Divide the step into units, and give its slots places.

        group: the schedule of a computation whose results are to lie one after the other; it
            changes these to the slots that do.
        """
        computation = self.computation
        varying = [slot for slot in computation.instructions if slot in computation.varying]
        self.layout = Layout(self.rows, {x: i for i, x in enumerate(computation.parameters)})
        self.layout.add_rooms(computation)
        self.straight = is_cheap(self.held.loop.body)
        if self.straight:
            self.schedule = Schedule([Straight(varying)], [], [])
            return
        self.schedule = group(computation, self.targets)
        given = [x for _, inside in self.given for x in inside]
        spread = [x for each in self.spread for x in each.inputs]
        regions = [self.region("given", given), self.region("spread", spread)]
        regions += [self.region("state", self.states), self.region("next", self.targets[0])]
        regions += [self.region("ys", self.targets[1]), self.region("totals", self.totals)]
        totals = next((region for region in regions if region.name == "totals"), None)
        for i, slot in enumerate(self.targets[2]):
            self.layout.places[slot] = totals, i  # type: ignore[assignment]  # there are some
        for i, steps in enumerate(self.steps):
            regions.append(self.region(f"x{i}", steps.inputs))
        allocate(self.layout, computation, self.schedule, set())
        further = (self.layout.temporary, self.layout.uniform)
        self.layout.regions = (*[region for region in regions if region.slots], *further)

    def region(self, name: str, slots: Sequence[int]) -> Region:
        region = Region(name)
        self.layout.add(region, slots)
        return region

    @property
    def room(self) -> int:
        """How many slots it needs for a time."""
        if self.straight:
            return 0
        own = sum([region.slots for region in self.layout.regions if region.name in OWN])
        return own


OWN = ("given", "spread", "temporary")  # regions of the memory that a loop needs for a time


def affine(slots: Slots, width: int, locate: Locate) -> tuple[object, int, int] | None:
    """(space, a, b) where number k of step t is at a + b·t + k; None if they are not so."""
    if isinstance(slots, Strided):
        place = locate(slots.first)
        if place is None:
            return None
        if slots.width == width:
            return *place, slots.step
        if slots.parts == 1 or slots.step == slots.width:
            return *place, width
        return None
    places = [locate(x) for x in slots]
    known = [place for place in places if place is not None]
    if len(known) < len(places) or len({space for space, _ in known}) > 1:
        return None
    space, start = known[0]
    step = known[width][1] - start if len(known) > width else width
    if [place for _, place in known] != [
        start + step * (i // width) + i % width for i in range(len(known))
    ]:
        return None
    return space, start, step
