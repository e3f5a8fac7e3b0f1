"""Schedule: the units of a computation, and the order in which they run."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .computation import Computation
from .runs import Slots, cost_of_one, whole

LONGEST_STRAIGHT = 500  # as in runs.COST; beyond it compile time grows faster than the code


@dataclass
class Straight:
    """Straight-line code: a sequence of instructions."""

    slots: list[int]

    @property
    def results(self) -> list[int]:
        return self.slots


@dataclass
class Layer:
    """Dot products `slots` of `vector`, which is contiguous, with rows of uniform weights."""

    slots: tuple[int, ...]
    vector: tuple[int, ...]
    weights: tuple[tuple[int, ...], ...]

    @property
    def results(self) -> list[int]:
        return [*self.slots]


@dataclass(frozen=True)
class Accumulation:
    """A sum or a product over all copies of a loop, in their order.

    Args:
        name: of the operation.
        start: the slot it begins with.
        steps: the steps of the loop whose results each copy adds, in this order.
        slots: the intermediate results, which nothing else reads, and the last one.
    """

    name: str
    start: int
    steps: tuple[tuple[int, ...], ...]
    slots: tuple[int, ...]


@dataclass
class Loop:
    """A loop: instructions that run for each of several copies of slots.

    Args:
        steps: one for each instruction: its result slots, one for each copy.
        level: the depth of the first instruction.
        accumulations: of the numbers of all copies, while these are in registers.
        starts: of a staggered loop, by the first slot of a step, the lane of its first copy; 0 of
            one that is not here.
    """

    steps: list[tuple[int, ...]]
    level: int
    own: set[int] = field(default_factory=set)
    accumulations: list[Accumulation] = field(default_factory=list)
    starts: dict[int, int] = field(default_factory=dict)

    @property
    def lanes(self) -> list[tuple[int, int]]:
        """The lanes at which each step begins and ends."""
        starts = [self.starts.get(step[0], 0) for step in self.steps]
        return [(start, start + len(step)) for start, step in zip(starts, self.steps, strict=True)]

    @property
    def is_staggered(self) -> bool:
        """Whether not all steps have the same lanes."""
        return bool(self.starts) or len({len(step) for step in self.steps}) > 1

    @property
    def results(self) -> list[int]:
        chains = [accumulation.slots for accumulation in self.accumulations]
        return [slot for slots in (*self.steps, *chains) for slot in slots]


@dataclass
class Wide:
    """An instruction of many operands.

    Args:
        vectors: the operands, or the halves of them, each contiguous or uniform.
    """

    slot: int
    vectors: tuple[tuple[int, ...], ...]

    @property
    def results(self) -> list[int]:
        return [self.slot]


@dataclass
class Recurrence:
    """A loop of the tape, whose steps run one after the other.

    Args:
        slot: that of the loop.
        elements: the slots that something takes of what it gives.
        body: its step.
        room: slots for what its steps need for a time.
    """

    slot: int
    elements: list[int]
    body: Any  # a Body, which has a schedule of its own: it can't be imported here
    room: range

    @property
    def results(self) -> list[int]:
        return [self.slot, *self.elements, *[room.start for room in self.rooms]]

    @property
    def rooms(self) -> list[range]:
        """The slots that it needs, each room contiguous."""
        return [room for room in (*self.body.held.rooms, self.room) if room]


Unit = Straight | Layer | Loop | Wide | Recurrence


@dataclass(frozen=True)
class Outer:
    """An outer product: every one of `adjoints` times every one of `inputs`, summed over rows, and
    over the steps of a loop.

    Args:
        adjoints, inputs: of each its slots, one for each step; it is a single one outside of loops.
        places: for each adjoint and each input the place of the sum.
    """

    adjoints: tuple[Slots, ...]
    inputs: tuple[Slots, ...]
    places: tuple[tuple[int, ...], ...]

    @property
    def steps(self) -> int:
        return len(self.adjoints[0])

    @property
    def reads(self) -> list[int]:
        """The slots by which its numbers are found in memory."""
        return [x for slots in (*self.adjoints, *self.inputs) for x in whole(slots)]


@dataclass
class Schedule:
    """Units in the order in which they run, and the outer products that follow them.

    Args:
        runs: sequences of slots that are contiguous in memory; those that are there before the
            units come first.
    """

    units: list[Unit]
    runs: list[tuple[int, ...]]
    outers: list[Outer]


def ordered(
    computation: Computation,
    slots: Iterable[int],
    grouped: Sequence[Unit],
    copies: Sequence[int] = (),
) -> list[Unit]:
    """A topological order of the units that compute these slots; ties are broken by the order of
    the tape, and neighbors that are straight-line code become one unit.

    Args:
        copies: instructions that copy a slot into a run; they are scheduled right after its
            computation.
    """
    owned = {slot for unit in grouped for slot in unit.results}
    singles: list[Unit] = [Straight([slot]) for slot in slots if slot not in owned]
    units: list[Unit] = [*grouped, *singles]
    made_by = {slot: i for i, unit in enumerate(units) for slot in unit.results}
    waiting: list[set[int]] = []
    users: list[list[int]] = [[] for _ in units]
    for i, unit in enumerate(units):
        needed = {made_by[x] for x in reads(computation, unit) if x in made_by}
        waiting.append(needed)
        for other in needed:
            users[other].append(i)
    rank = {slot: i for i, slot in enumerate(computation.instructions)}
    for slot in copies:
        rank[slot] = rank.get(computation.instructions[slot].operands[0], 0)
    first = [min([rank.get(slot, len(rank)) for slot in unit.results]) for unit in units]
    ready = [(first[i], i) for i, needed in enumerate(waiting) if not needed]
    heapq.heapify(ready)
    found: list[Unit] = []
    cost = 0
    while ready:
        _, i = heapq.heappop(ready)
        unit = units[i]
        if isinstance(unit, Straight):
            added = cost_of(computation, unit.slots)
            cost += added
            if found and isinstance(found[-1], Straight) and cost <= LONGEST_STRAIGHT:
                found[-1].slots.extend(unit.slots)
            else:
                found.append(unit)
                cost = added
        else:
            found.append(unit)
        for user in users[i]:
            waiting[user].discard(i)
            if not waiting[user]:
                heapq.heappush(ready, (first[user], user))
    return found


def operands_of(computation: Computation, unit: Unit) -> set[int]:
    """The varying slots that a unit reads from memory."""
    return reads(computation, unit) & computation.varying


def reads(computation: Computation, unit: Unit) -> set[int]:
    """The slots that a unit reads from memory; of a layer those of the vector, as weights are
    uniform and always available.
    """
    if isinstance(unit, Layer):
        return set(unit.vector)
    if isinstance(unit, Wide):
        return {x for vector in unit.vectors for x in vector}
    if isinstance(unit, Recurrence):
        return set(unit.body.reads)
    own = set(unit.results)
    return {x for slot in own for x in computation.instructions[slot].operands} - own


def cost_of(computation: Computation, slots: Sequence[int]) -> int:
    """An estimate of the number of machine instructions."""
    return sum([cost_of_one(computation.instructions[slot]) for slot in slots])
