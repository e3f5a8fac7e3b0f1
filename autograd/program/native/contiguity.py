"""Contiguity: which slots lie one after the other in memory, so that a loop can go through them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from .computation import Computation
from .layout import stride
from .schedule import Outer


class Runs:
    """Runs: slots that are contiguous in memory.

    Slots of straight-line code are placed in a run only when `request` or `exactly` needs them
    adjacent.

    The columns, into which the rows are transposed, are the first run, unless the computation has
    runs of its own.
    """

    def __init__(self, computation: Computation) -> None:
        self.computation = computation
        self.members: list[tuple[int, ...] | range] = []
        self.position: dict[int, tuple[int, int]] = {}  # by slot: its run, and where in it
        self.copies: list[int] = []  # instructions that were added to gather scattered slots
        for slots in computation.runs:
            self.add(slots)

    @property
    def tuples(self) -> list[tuple[int, ...]]:
        """The runs, but the rooms of loops."""
        return [run for run in self.members if not isinstance(run, range)]

    def add_room(self, room: range, slots: Iterable[int]) -> None:
        """Let these slots lie where they are in the room of a loop."""
        for slot in slots:
            if slot in room:
                self.position[slot] = len(self.members), slot - room.start
        self.members.append(room)

    def settle(self, slots: tuple[int, ...]) -> None:
        """Let slots that are computed together lie in this order; those that are elsewhere already
        are copied to there.
        """
        if self.in_order(slots) == slots:
            return
        for slot in slots:
            if slot in self.position:
                run, i = self.position.pop(slot)
                copied = self.copy(slot)
                self.position[copied] = run, i
                members = self.members[run]
                self.members[run] = (*members[:i], copied, *members[i + 1 :])
        self.add(slots)

    def add(self, slots: Sequence[int]) -> None:
        """Make these slots, which are in no run yet, a run in this order."""
        for i, slot in enumerate(slots):
            self.position[slot] = len(self.members), i
        self.members.append(tuple(slots))

    def in_order(self, slots: Sequence[int]) -> tuple[int, ...] | None:
        """The slots in the order in which they are contiguous; None if they are not."""
        places = sorted([self.position.get(slot, (-1, 0)) for slot in slots])
        run, first = places[0]
        if run < 0 or places != [(run, first + i) for i in range(len(slots))]:
            return None
        return tuple(self.members[run][first : first + len(slots)])

    def request(self, slots: Sequence[int]) -> dict[int, int]:
        """Contiguous slots in their order, each with the slot whose number it has: the slots
        themselves where possible, else copies.
        """
        found = self.in_order(slots)
        free = self.position.keys().isdisjoint(slots)
        if found is None and free and self.computation.varying.issuperset(slots):
            self.add(slots)
            found = tuple(slots)
        if found is not None:
            return {slot: slot for slot in found}
        stands_for = {self.copy(slot): slot for slot in slots}
        self.add(list(stands_for))
        return stands_for

    def exactly(self, slots: Sequence[int]) -> tuple[int, ...]:
        """Contiguous slots in this order, each the one that was given or a copy of it."""
        if self.in_order(slots) == tuple(slots):
            return tuple(slots)
        distinct = len(set(slots)) == len(slots)
        free = distinct and self.position.keys().isdisjoint(slots)
        if not free or not self.computation.varying.issuperset(slots):
            slots = [self.copy(slot) for slot in slots]
        self.add(slots)
        return tuple(slots)

    def placed(self, outer: Outer) -> Outer:
        """The outer product of single slots with contiguous adjoints and inputs."""
        own = [[slots[0] for slots in factors] for factors in (outer.adjoints, outer.inputs)]
        adjoints, inputs = [self.request(slots) for slots in own]
        rows = [own[0].index(a) for a in adjoints.values()]
        columns = [own[1].index(x) for x in inputs.values()]
        single = [tuple([(slot,) for slot in found]) for found in (adjoints, inputs)]
        return Outer(single[0], single[1], part_of(outer.places, rows, columns))

    def copy(self, slot: int) -> int:
        """A new slot with the same number, by an instruction that is added."""
        copied = self.computation.copy(slot)
        self.computation.varying.add(copied)
        self.copies.append(copied)
        return copied


def part_of(
    places: Sequence[Sequence[int]], rows: Sequence[int], columns: Sequence[int]
) -> tuple[tuple[int, ...], ...]:
    """Some rows and columns of a matrix."""
    return tuple([tuple([places[row][column] for column in columns]) for row in rows])


class Places:
    """The places of slots: in runs, or among the parameters.

    Args:
        runs: the slots that are contiguous so far.
    """

    def __init__(self, computation: Computation, runs: Runs) -> None:
        self.runs = runs
        self.of_parameters = {slot: i for i, slot in enumerate(computation.parameters)}

    def of(self, slot: int) -> tuple[int, int] | None:
        """The place of a slot: in a run, or (as run -1) among the parameters."""
        if slot in self.of_parameters:
            return -1, self.of_parameters[slot]
        return self.runs.position.get(slot)

    def stride(self, column: tuple[int, ...]) -> int | None:
        """The distance of neighbors; None if it is not constant."""
        if len(set(column)) == 1:
            return 0
        places = [self.of(x) for x in column]
        known = [place for place in places if place is not None]
        if len(known) < len(column) or len({run for run, _ in known}) > 1:
            return None
        return stride([i for _, i in known])

    def are_flat(self, columns: Iterable[tuple[int, ...]]) -> bool:
        """Whether neighbors of each column make a vector: contiguous slots, or one for all."""
        return all([self.stride(column) in (0, 1) for column in columns])

    def even_parts(self, columns: Sequence[tuple[int, ...]], shortest: int) -> list[range]:
        """The long parts in which columns have constant strides, where they don't as a whole: all
        neighbors but at the edges, where they are constants or of the other end. Each column is in
        one run.
        """
        places = [[self.of(slot) or (-1, 0) for slot in column] for column in columns]
        steps = [
            tuple([b[1] - a[1] for a, b in zip(before, after, strict=True)])
            for before, after in pairwise(zip(*places, strict=True))
        ]
        parts, first = [], 0
        while first < len(steps):
            last = first
            while last < len(steps) and steps[last] == steps[first]:
                last += 1
            is_long = last + 1 - first >= shortest
            if is_long and last + 1 - first <= len(steps):
                parts.append(range(first, last + 1))
            first = last + is_long  # of two parts only one has the slot between them
        return parts
