"""Runs: slots that lie one after the other in memory, so that one loop can go through them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from .computation import Computation


class Runs:
    """Which slots lie side by side. Slots of straight code join a run when one is asked for.

    The columns, which are where the rows are unpacked, are the first run.
    """

    def __init__(self, computation: Computation) -> None:
        self.computation = computation
        self.members: list[tuple[int, ...]] = []
        self.position: dict[int, tuple[int, int]] = {}  # by slot: its run, and where in it
        self.copies: list[int] = []  # instructions that were added to gather scattered slots
        self.add(computation.columns)

    def add(self, slots: Sequence[int]) -> None:
        """Let these slots, which are in no run yet, lie in this order."""
        for i, slot in enumerate(slots):
            self.position[slot] = len(self.members), i
        self.members.append(tuple(slots))

    def in_order(self, slots: Sequence[int]) -> tuple[int, ...] | None:
        """The slots in the order in which they lie side by side; None if they do not."""
        places = sorted([self.position.get(slot, (-1, 0)) for slot in slots])
        run, first = places[0]
        if run < 0 or places != [(run, first + i) for i in range(len(slots))]:
            return None
        return self.members[run][first : first + len(slots)]

    def ask(self, slots: Sequence[int]) -> dict[int, int]:
        """Slots that lie side by side, in their order, each with the one that it stands for.

        They are the slots themselves where possible, else copies.
        """
        found = self.in_order(slots)
        free = self.position.keys().isdisjoint(slots)
        if found is None and free and self.computation.varying.issuperset(slots):
            self.add(slots)
            found = tuple(slots)
        if found is not None:
            return {slot: slot for slot in found}
        copies = {self.copy(slot): slot for slot in slots}
        self.add(list(copies))
        return copies

    def copy(self, slot: int) -> int:
        copied = self.computation.add("constant", slot)
        self.computation.varying.add(copied)
        self.copies.append(copied)
        return copied


def step(numbers: Sequence[int]) -> int | None:
    """The difference of each number to the one before; None if it is not always the same."""
    if len(numbers) == 1:
        return 1
    first = numbers[1] - numbers[0]
    if all([b - a == first for a, b in pairwise(numbers)]):
        return first
    return None


def steps(rows: Sequence[Sequence[int]]) -> tuple[int, int, int] | None:
    """(first, a, b) where number j of row i is first + a·i + b·j; None if they are not so."""
    first = rows[0][0]
    a = step([row[0] for row in rows])
    b = step(rows[0])
    if a is None or b is None:
        return None
    for i, row in enumerate(rows):
        if list(row) != [first + a * i + b * j for j in range(len(row))]:
            return None
    return first, a, b
