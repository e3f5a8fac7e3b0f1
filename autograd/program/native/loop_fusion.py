"""Loop fusion: the loop to which a step is appended, so that its operands are in registers.

A step goes where one of its operands is computed or read, copy by copy. At one point it may also
read neighbors, as in a staggered loop (staggered.py); what it reads of two loops joins these.
"""

from __future__ import annotations

from collections.abc import Sequence

from .computation import Computation
from .contiguity import Places
from .schedule import Layer, Loop, Recurrence, Wide
from .staggered import MOST_EDGE, MOST_LAG, SHORTEST

Columns = Sequence[tuple[int, ...]]  # for each operand of a step its slots, one for each copy


class LoopFusion:
    """The loops that were found so far, and to which of them a step is appended.

    Args:
        rows: in a block, which are lanes.
        places: of slots.
        units: those found so far, to which new loops are added.

    Attributes:
        available: by slot, the depth at which its unit runs. A unit may read what is available at a
            lower depth than its own, so there are no cycles.
        owner: the layers and loops by their slots.
    """

    def __init__(
        self,
        computation: Computation,
        rows: int,
        places: Places,
        units: list[Layer | Loop | Wide | Recurrence],
    ) -> None:
        self.computation, self.rows, self.places, self.units = computation, rows, places, units
        self.available: dict[int, int] = {}
        self.owner: dict[int, Layer | Loop] = {}
        self.readers: dict[tuple[int, ...], list[Loop]] = {}  # by the slots of all copies
        self.copies: dict[int, tuple[tuple[int, ...], int]] = {}  # by slot: its step, and its copy
        self.are_flat: dict[int, bool] = {}  # by loop: whether the copies are vectors

    def add(self, members: tuple[int, ...], columns: Columns, depth: int) -> None:
        """Append a step to the loop that is best, or to a new one."""
        home, start = self.of(columns)
        if home is None:
            home = Loop([], depth)
            self.units.append(home)
        if start:
            home.starts[members[0]] = start
        home.steps.append(members)
        home.own.update(members)
        self.copies |= {slot: (members, i) for i, slot in enumerate(members)}
        if self.rows == 1:
            flat = self.places.are_flat(columns)
            self.are_flat[id(home)] = self.are_flat.get(id(home), True) and flat
        for slot in members:
            self.owner[slot] = home
            self.available[slot] = home.level
        for column in columns:
            self.readers.setdefault(column, []).append(home)

    def of(self, columns: Columns) -> tuple[Loop | None, int]:
        """The loop to which a step on these operands can be appended, and its first lane there."""
        owners, readers = [], []
        for column in columns:
            owner = self.owner.get(column[0])
            if isinstance(owner, Loop) and self.lane(owner, column) is not None:
                owners.append(owner)
            if len(set(column)) > 1:
                readers.extend(self.readers.get(column, []))
        for home in sorted([*owners, *readers], key=lambda loop: -loop.level):
            start = self.first_lane(home, columns)
            if start is not None:
                return home, start
        if len({id(loop) for loop in owners}) > 1 and self.join(owners, columns):
            start = self.first_lane(owners[0], columns)
            if start is not None:
                return owners[0], start
        return None, 0

    def lane(self, home: Loop, column: tuple[int, ...]) -> int | None:
        """The lane at which a column begins in a loop that computes it as a step, or at one point
        as a part of one; None in any other.
        """
        step, first = self.copies.get(column[0], ((), 0))
        if self.owner.get(column[0]) is not home or step[first : first + len(column)] != column:
            return None
        is_whole = len(step) == len(column)
        return home.starts.get(step[0], 0) + first if is_whole or self.rows == 1 else None

    def first_lane(self, home: Loop, columns: Columns) -> int | None:
        """The lane at which a step on these operands begins in a loop; None if it can't."""
        lanes: dict[int, int] = {}  # by the first slot of an operand that the loop computes
        for column in columns:
            lane = self.lane(home, column)
            if lane is not None:
                lanes[column[0]] = lane
                continue
            for slot in column:
                # It must be available before the loop begins, in the order of depth.
                if slot in home.own or self.available.get(slot, 0) >= home.level:
                    return None
        start, count = max(lanes.values(), default=0), len(columns[0])
        is_even = not home.is_staggered and len(home.steps[0]) == count
        if is_even and not any(lanes.values()):
            return 0
        lags = {slot: start - lane for slot, lane in lanes.items() if lane < start}
        kinds = [self.computation.instructions[slot].kind for slot in lags]
        if "condition" in kinds or max(lags.values(), default=0) > MOST_LAG:
            return None
        return start if self.can_be_staggered(home, columns, start) else None

    def can_be_staggered(self, home: Loop, columns: Columns, start: int) -> bool:
        """Whether a step on these operands can begin at this lane of a loop."""
        if self.rows > 1 or not (self.are_flat[id(home)] and self.places.are_flat(columns)):
            return False
        return fits([*home.lanes, (start, start + len(columns[0]))])

    def join(self, loops: Sequence[Loop], columns: Columns) -> bool:
        """Append some loops to the first of them, and return whether that can be: if all have the
        same level, so that none reads another, and are one staggered loop.

        Args:
            columns: operands that are in these loops, by which they are staggered.
        """
        home, others = loops[0], {id(loop): loop for loop in loops if loop is not loops[0]}
        parts = [home, *others.values()]
        if self.rows > 1 or any([loop.level != home.level for loop in parts]):
            return False
        lanes = [
            max([lane for x in columns if (lane := self.lane(loop, x)) is not None])
            for loop in parts
        ]
        moves = [max(lanes) - lane for lane in lanes]
        found = [
            (start + by, stop + by)
            for loop, by in zip(parts, moves, strict=True)
            for start, stop in loop.lanes
        ]
        if not all([self.are_flat[id(loop)] for loop in parts]) or not fits(found):
            return False
        home.steps[:] = [step for loop in parts for step in loop.steps]
        starts = zip(home.steps, found, strict=True)
        home.starts = {step[0]: start for step, (start, _) in starts if start}
        for loop in others.values():
            del self.are_flat[id(loop)]  # another loop may have this id later
            home.own |= loop.own
            self.owner |= dict.fromkeys(loop.own, home)
            self.units.remove(loop)
        for reading in self.readers.values():
            reading[:] = [home if id(loop) in others else loop for loop in reading]
        return True


def fits(lanes: Sequence[tuple[int, int]]) -> bool:
    """Whether steps that begin and end at these lanes can be one staggered loop."""
    starts, stops = [start for start, _ in lanes], [stop for _, stop in lanes]
    return (
        max(starts) <= MOST_EDGE
        and max(stops) - min(stops) <= MOST_EDGE
        and min(stops) - max(starts) >= SHORTEST
    )
