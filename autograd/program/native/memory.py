"""Where slots live: a place for each varying slot that more than one unit needs.

Rows are computed a *block* at a time, two vectors of them. A slot's place in a region holds its
numbers for the rows of a block, side by side. There are three regions: *columns*, the rows as
given; *kept*, what is summed after many blocks, with room for all of those; and *temporary*, which
the next block uses again, and within a block later slots in place of those that are needed no more.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

from .computation import Computation
from .plan import Layer, Plan, Unit


@dataclass
class Memory:
    """The place of slots: the region, and the number of the place in it; the regions' sizes."""

    place: dict[int, tuple[str, int]]
    sizes: dict[str, int]


def operands_of(computation: Computation, unit: Unit) -> set[int]:
    """The varying slots that a unit reads from memory."""
    if isinstance(unit, Layer):
        return set(unit.vector)
    own = set(unit.results)
    found = {x for slot in own for x in computation.instructions[slot].operands}
    return (found & computation.varying) - own


def assign(computation: Computation, plan: Plan, kept: Iterable[int]) -> Memory:
    """A place for every slot that needs one.

    kept: the slots that are needed after many blocks.
    """
    kept = set(kept)
    columns = set(computation.columns)
    last_use: dict[int, int] = {}
    made: dict[int, int] = {}
    for time, unit in enumerate(plan.units):
        for slot in operands_of(computation, unit):
            last_use[slot] = time
        for slot in unit.results:
            made[slot] = time
    stored = (set(last_use) | kept) - columns
    for unit in plan.units:
        if isinstance(unit, Layer):
            stored.update(unit.slots)
    place: dict[int, tuple[str, int]] = {}
    for i, slot in enumerate(computation.columns):
        place[slot] = "columns", i
    kept_size = 0
    pieces: list[tuple[int, int, tuple[int, ...]]] = []  # from when to when, of which slots
    in_runs: set[int] = set()
    for run in plan.runs.members[1:]:
        in_runs.update(run)
        if stored.isdisjoint(run):
            continue
        if not kept.isdisjoint(run):
            place |= {slot: ("kept", kept_size + i) for i, slot in enumerate(run)}
            kept_size += len(run)
        else:
            times = [last_use.get(slot, made[slot]) for slot in run]
            pieces.append((min([made[slot] for slot in run]), max(times), run))
    for slot, time in made.items():
        if slot in stored and slot not in in_runs:
            if slot in kept:
                place[slot] = "kept", kept_size
                kept_size += 1
            else:
                pieces.append((time, last_use[slot], (slot,)))
    free = Free()
    for start, end, slots in sorted(pieces):
        first = free.take(len(slots), start, end)
        place |= {slot: ("temporary", first + i) for i, slot in enumerate(slots)}
    return Memory(place, {"columns": len(columns), "kept": kept_size, "temporary": free.size})


class Free:
    """Places that come free again: the first gap that is large enough is taken."""

    def __init__(self) -> None:
        self.size = 0
        self.gaps: list[tuple[int, int]] = []  # (first, count), by first
        self.taken: list[tuple[int, int, int]] = []  # (until when, first, count)

    def take(self, count: int, start: int, end: int) -> int:
        over = []
        while self.taken and self.taken[0][0] < start:
            over.append(heapq.heappop(self.taken)[1:])
        if over:
            self.gaps = merged([*self.gaps, *over])
        for i, (first, size) in enumerate(self.gaps):
            if size >= count:
                self.gaps[i : i + 1] = [(first + count, size - count)] if size > count else []
                break
        else:
            first = self.size
            self.size += count
        heapq.heappush(self.taken, (end, first, count))
        return first


def merged(gaps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Gaps by their first place, neighbours joined."""
    found: list[tuple[int, int]] = []
    for first, size in sorted(gaps):
        if found and sum(found[-1]) == first:
            found[-1] = found[-1][0], found[-1][1] + size
        else:
            found.append((first, size))
    return found
