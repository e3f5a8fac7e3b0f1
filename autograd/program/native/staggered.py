"""Staggered loops: steps that read numbers which others computed for the copies before.

A method for a differential equation computes a derivative of all states, then another one of what
is a little further, and so on; each reads its neighbors of the one before. Copies are lanes: a step
begins some lanes after those that it reads, so that all of them are one loop, and what it reads is
in the vector that was just computed or in the one before, which is carried. Nothing is stored in
between. The few copies before the lane where the last step begins, and after the one where the
first step ends, are written one by one.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from .llvm_ir import Function
from .lowering import lower
from .schedule import Loop, operands_of

MOST_LAG = 4  # lanes between a number and a copy that reads it
MOST_EDGE = 8  # copies that are written one by one, before the loop and after it
SHORTEST = 32  # lanes in which all steps run
VECTORS = 2  # vectors of lanes that are computed together


class StaggeredCode:
    """Writes a staggered loop of single numbers.

    units: the Units of the computation, which import this module.
    recent: of each step that others read later, its numbers of the lanes before, the last one
        first.
    """

    def __init__(self, units: Any, f: Function, unit: Loop) -> None:
        self.units, self.f, self.unit = units, f, unit
        self.starts, self.stops = [*zip(*unit.lanes, strict=True)]
        own = {
            slot: (k, start + i)
            for k, (start, step) in enumerate(zip(self.starts, unit.steps, strict=True))
            for i, slot in enumerate(step)
        }
        instructions = units.computation.instructions
        self.names = [instructions[step[0]].name for step in unit.steps]
        self.columns = [
            [*zip(*[instructions[slot].operands for slot in step], strict=True)]
            for step in unit.steps
        ]
        # For each operand of each step: the step that computes it, and how many lanes before.
        self.sources: list[list[tuple[int, int] | None]] = []
        for start, columns in zip(self.starts, self.columns, strict=True):
            found = [own.get(column[0]) for column in columns]
            self.sources.append([place and (place[0], start - place[1]) for place in found])
        others = [other for other in units.schedule.units if other is not unit]
        self.outside = set().union(*[operands_of(units.computation, other) for other in others])
        lags: dict[int, int] = {}
        for sources in self.sources:
            for source in sources:
                if source and source[1]:
                    lags[source[0]] = max(source[1], lags.get(source[0], 0))
        self.recent: dict[int, list[str]] = {k: ["poison"] * lag for k, lag in lags.items()}

    def write(self) -> None:
        at, stop = max(self.starts), min(self.stops)
        for lane in range(at):
            self.one(lane)
        width = VECTORS * self.f.module.lanes
        while width >= MOST_LAG:
            whole = stop - (stop - at) % width
            # The first and the last vector are apart: often only they have numbers to store.
            for first, last in pairwise(sorted({at, at + width, whole - width, whole})):
                if at <= first < last <= whole:
                    self.vectors(first, last, width)
            at, width = whole, width // 2
        for lane in range(at, max(self.stops)):
            self.one(lane)

    def one(self, lane: int) -> None:
        """The copies of one lane."""
        values: dict[int, str] = {}
        loaded: dict[object, str] = {}
        for k, (start, stop) in enumerate(zip(self.starts, self.stops, strict=True)):
            if start <= lane < stop:
                operands = []
                for column, source in zip(self.columns[k], self.sources[k], strict=True):
                    if source is None:
                        operands.append(self.loaded(loaded, column, k, str(lane)))
                    else:
                        other, lag = source
                        recent = self.recent.get(other, [])
                        operands.append(recent[lag - 1] if lag else values[other])
                values[k] = self.computed(k, operands, range(lane, lane + 1))
        for k, recent in self.recent.items():
            self.recent[k] = [values.get(k, "poison"), *recent][: len(recent)]

    def vectors(self, at: int, stop: int, width: int) -> None:
        """The copies of some lanes, where all steps run, in vectors."""
        f = self.f
        with f.width(width):
            carry = [self.vector(recent) for recent in self.recent.values()]
            with f.loop(stop, width, at, carry=carry) as (lane, carried):
                before = dict(zip(self.recent, carried.current, strict=True))
                values: dict[int, str] = {}
                loaded: dict[object, str] = {}
                for k in range(len(self.names)):
                    operands = []
                    for column, source in zip(self.columns[k], self.sources[k], strict=True):
                        if source is None:
                            operands.append(self.loaded(loaded, column, k, lane))
                        elif source[1] == 0:
                            operands.append(values[source[0]])
                        else:
                            if source not in loaded:
                                other, lag = source
                                lanes = range(width - lag, 2 * width - lag)
                                loaded[source] = f.shuffle(before[other], values[other], lanes)
                            operands.append(loaded[source])
                    values[k] = self.computed(k, operands, range(at, stop), lane)
                carried.after = [values[k] for k in self.recent]
            for (k, recent), last in zip([*self.recent.items()], carried.after, strict=True):
                self.recent[k] = [
                    f.set(f"extractelement {f.number} {last}, i64 {width - 1 - i}")
                    for i in range(len(recent))
                ]

    def vector(self, recent: list[str]) -> str:
        """A vector whose last lanes hold these numbers, the last one first."""
        f, found = self.f, "poison"
        for i, number in enumerate(recent, start=1):
            if number != "poison":
                place = f"double {number}, i64 {f.lanes - i}"
                found = f.set(f"insertelement {f.number} {found}, {place}")
        return found

    def loaded(self, loaded: dict[object, str], column: tuple[int, ...], k: int, lane: str) -> str:
        """An operand from memory, for the lanes from one on; equal ones are loaded once."""
        units, f, first = self.units, self.f, column[0]
        if units.stride(column) == 0:
            if first not in loaded:
                loaded[first] = units.operand(f, {}, first)
            return loaded[first]
        if first in units.computation.varying:
            region, place = units.layout.offset(first)
            pointer = f"%{region.name}"
        else:
            pointer, place = "%uniform", units.layout.uniform_place(first)
        key = pointer, place - self.starts[k]
        if key not in loaded:
            address = f.at(pointer, self.moved(lane, place - self.starts[k]))
            loaded[key] = units.read(f, first, address)
        return loaded[key]

    def computed(self, k: int, operands: list[str], lanes: range, lane: str = "") -> str:
        """The copies of one step in one of these lanes, stored if another unit reads them."""
        units, f, step = self.units, self.f, self.unit.steps[k]
        lane = lane or str(lanes.start)
        value = lower(f, self.names[k], operands)
        if self.is_stored(k, lanes):
            region, place = units.layout.offset(step[0])
            address = f.at(f"%{region.name}", self.moved(lane, place - self.starts[k]))
            units.store(f, step[0], value, address)
        return value

    def is_stored(self, k: int, lanes: range) -> bool:
        """Whether the numbers of a step in some of these lanes are read later."""
        step, layout = self.unit.steps[k], self.units.layout
        if step[0] not in layout.places:
            return False
        region, _ = layout.places[step[0]]
        start, stop = [lane - self.starts[k] for lane in (lanes.start, lanes.stop)]
        return region is not layout.temporary or not self.outside.isdisjoint(step[start:stop])

    def moved(self, lane: str, by: int) -> str:
        """A lane, as a number or as LLVM's value, and some further."""
        return str(int(lane) + by) if lane.isdigit() else self.f.plus(lane, by)
