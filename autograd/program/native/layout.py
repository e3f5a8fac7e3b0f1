"""Layout: the places of slots in memory, with reuse of temporary ones.

Rows are computed in *blocks* of two vectors. The numbers of a varying slot for the rows of a block
are contiguous, at its place in one of three regions: *columns*, the transposed rows; *kept*, what
is summed at the end of a span, so that each block has memory of its own; and *temporary*, reused by
other slots after a slot's last use, and by later blocks. Uniform slots have one number each.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .computation import Computation
from .schedule import Layer, Recurrence, Schedule, operands_of

LINE = 8  # numbers in a cache line


@dataclass
class Region:
    """A part of memory: its name in the code, and its number of slots for each block."""

    name: str
    slots: int = 0


@dataclass
class Layout:
    """The places of slots.

    Args:
        rows: in a block.
        places: of each varying slot that more than one unit needs: its region and its number there.
        uniform_places: of uniform slots among the uniform numbers; parameters come first, others
            are added on demand.
        packed: for layers whose weights are scattered: the start of a contiguous copy, and its
            slots.
    """

    rows: int
    uniform_places: dict[int, int]
    places: dict[int, tuple[Region, int]] = field(default_factory=dict)
    packed: list[tuple[int, list[int]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.uniform_size = len(self.uniform_places)
        self.columns, self.kept, self.temporary = map(Region, ("columns", "kept", "temporary"))
        self.uniform = Region("uniform")  # the same for all blocks
        self.regions: tuple[Region, ...] = (
            self.columns,
            self.kept,
            self.temporary,
            self.uniform,
        )

    def block_size(self, region: Region) -> int:
        """The size of a region for a block, in numbers."""
        return region.slots * self.rows

    def offset(self, slot: int) -> tuple[Region, int]:
        """The region of a slot, and its offset in a block, in numbers."""
        region, place = self.places[slot]
        return region, place * self.rows

    def add(self, region: Region, slots: Sequence[int]) -> None:
        """Put slots at the end of a region, contiguous."""
        self.places |= {slot: (region, region.slots + i) for i, slot in enumerate(slots)}
        region.slots += len(slots)

    def uniform_place(self, slot: int) -> int:
        if slot not in self.uniform_places:
            self.uniform_places[slot] = self.uniform_size
            self.uniform_size += 1
        return self.uniform_places[slot]

    def add_rooms(self, computation: Computation) -> None:
        """Let what uniform loops give be among the uniform numbers; before any code is written."""
        for slot, instruction in computation.instructions.items():
            if instruction.name == "loop" and slot not in computation.varying:
                for room in instruction.held.rooms:
                    self.add_room(room, [room.start, *computation.elements_of(slot)])

    def add_room(self, room: range, slots: Sequence[int]) -> None:
        """Let the room of a loop be among the uniform numbers, and these slots in it."""
        found = [slot for slot in slots if slot in room]
        self.uniform_size = rounded(self.uniform_size, len(room))
        self.uniform_places |= {x: self.uniform_size + x - room.start for x in found}
        self.uniform_size += len(room)

    def pack(self, slots: Sequence[int]) -> int:
        """The start of a contiguous copy of uniform slots, which also have their own places."""
        for slot in slots:
            self.uniform_place(slot)
        first = self.uniform_size
        self.uniform_size += len(slots)
        self.packed.append((first, [*slots]))
        return first


def memory_layout(
    computation: Computation, schedule: Schedule, rows: int, kept: Iterable[int]
) -> Layout:
    """A place for every slot that needs one.

    Args:
        rows: in a block.
        kept: the slots that are read after many blocks.
    """
    layout = Layout(rows, {slot: i for i, slot in enumerate(computation.parameters)})
    layout.add(layout.columns, computation.columns)
    layout.add_rooms(computation)
    allocate(layout, computation, schedule, set(kept))
    return layout


def allocate(layout: Layout, computation: Computation, schedule: Schedule, kept: set[int]) -> None:
    """Give a place to every slot that needs one and has none yet."""
    last_use: dict[int, int] = {}
    defined: dict[int, int] = {}
    for time, unit in enumerate(schedule.units):
        last_use |= dict.fromkeys(operands_of(computation, unit), time)
        defined |= dict.fromkeys(unit.results, time)
    stored = (set(last_use) | kept) - layout.places.keys()
    # Slots that are contiguous: by the number of each, and how many numbers there is room for.
    together = [(dict(zip(run, range(len(run)), strict=True)), len(run)) for run in schedule.runs]
    for unit in schedule.units:
        if isinstance(unit, Layer):
            stored.update([slot for slot in unit.slots if slot not in layout.places])
        elif isinstance(unit, Recurrence):
            for room in unit.rooms:
                stored.add(room.start)
                own = [slot for slot in unit.results if slot in room]
                together.append(({slot: slot - room.start for slot in own}, len(room)))
    in_runs = {slot for numbers, _ in together for slot in numbers}
    single = [slot for slot in defined if slot in stored and slot not in in_runs]
    together += [({slot: 0}, 1) for slot in single]
    # Live ranges: from when to when, how many numbers, and which slots, by the first one.
    live: list[tuple[int, int, int, int, dict[int, int]]] = []
    for numbers, count in together:
        if stored.isdisjoint(numbers):
            continue
        if not kept.isdisjoint(numbers):
            first = layout.kept.slots
            layout.places |= {slot: (layout.kept, first + i) for slot, i in numbers.items()}
            layout.kept.slots += count
        else:
            start = min([defined[slot] for slot in numbers])
            end = max([last_use.get(slot, defined[slot]) for slot in numbers])
            live.append((start, end, min(numbers), count, numbers))
    allocator = Allocator(by_lines=layout.rows == 1)
    for start, end, _, count, numbers in sorted(live, key=lambda each: each[:3]):
        first = allocator.allocate(count, start, end)
        layout.places |= {slot: (layout.temporary, first + i) for slot, i in numbers.items()}
    layout.temporary.slots = allocator.size


class Allocator:
    """A first-fit allocator: a live range gets the first gap that is large enough.

    by_lines: whether long runs begin at a cache line, so that a vector is stored in one.
    """

    def __init__(self, by_lines: bool = False) -> None:
        self.size, self.by_lines = 0, by_lines
        self.gaps: list[tuple[int, int]] = []  # (first, count), by first
        self.taken: list[tuple[int, int, int]] = []  # (end of the live range, first, count)

    def allocate(self, count: int, start: int, end: int) -> int:
        over = []
        while self.taken and self.taken[0][0] < start:
            over.append(heapq.heappop(self.taken)[1:])
        if over:
            self.gaps = merged([*self.gaps, *over])
        wanted = count if self.by_lines else 1
        for i, (gap, size) in enumerate(self.gaps):
            first = rounded(gap, wanted)
            if first + count <= gap + size:
                parts = (gap, first - gap), (first + count, gap + size - first - count)
                self.gaps[i : i + 1] = [part for part in parts if part[1]]
                break
        else:
            first = rounded(self.size, wanted)
            if first > self.size:
                self.gaps.append((self.size, first - self.size))
            self.size = first + count
        heapq.heappush(self.taken, (end, first, count))
        return first


def rounded(place: int, count: int) -> int:
    """The next place where this many numbers may begin: if they are long, at a cache line."""
    return -(-place // LINE) * LINE if count >= LINE else place


def merged(gaps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Gaps by their first place, neighbors joined."""
    found: list[tuple[int, int]] = []
    for first, size in sorted(gaps):
        if found and sum(found[-1]) == first:
            found[-1] = found[-1][0], found[-1][1] + size
        else:
            found.append((first, size))
    return found


def stride(numbers: Sequence[int]) -> int | None:
    """The constant difference between consecutive numbers; None if it is not constant."""
    if len(numbers) == 1:
        return 1
    first = numbers[1] - numbers[0]
    if all([b - a == first for a, b in pairwise(numbers)]):
        return first
    return None


def strides(rows: Sequence[Sequence[int]]) -> tuple[int, int, int] | None:
    """(first, a, b) if number j of row i is first + a·i + b·j for all i and j; else None."""
    first = rows[0][0]
    a = stride([row[0] for row in rows])
    b = stride(rows[0])
    if a is None or b is None:
        return None
    for i, row in enumerate(rows):
        if list(row) != [first + a * i + b * j for j in range(len(row))]:
            return None
    return first, a, b
