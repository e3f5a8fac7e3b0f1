"""The code of recurrences: a real loop over steps, whose size does not depend on their number.

A cheap step is one piece of code, and its states are in registers from step to step. Any other one
is made of units, as the code for rows is; they find what they need in memory, in *regions*: the
states before the step and after it, its xs and ys, each of which moves on with the steps.
"""

from __future__ import annotations

from collections.abc import Sequence

from .layout import Region
from .llvm_ir import Function
from .recurrences import OWN, Body, Spread, affine
from .runs import Slots, Strided
from .schedule import Recurrence
from .sharing import Call, call_all
from .step_code import StepCode
from .uniform import write_uniform
from .uniform_copies import copy, copy_constants, place_of
from .units import Units

FEW = 16  # numbers that are copied without a loop
PREPARE = "ptr %outer, ptr %uniform"


def write_recurrence(units: Units, unit: Recurrence, regions: Sequence[Region]) -> str:
    """The name of a function of pointers to these regions, which runs all steps of a loop.

    Args:
        units: of the computation that the loop is in.
    """
    return RecurrenceWriter(units, unit, regions).write()


class RecurrenceWriter:
    """Writes one recurrence."""

    def __init__(self, units: Units, unit: Recurrence, regions: Sequence[Region]) -> None:
        self.outer, self.unit, self.regions = units, unit, regions
        self.body: Body = unit.body
        self.held, self.loop = self.body.held, self.body.held.loop
        self.rows = self.body.rows
        module, body = units.module, self.body
        self.inner = Units(module, body.computation, body.layout, body.schedule, write_recurrence)
        self.name = module.new_name("recurrence")
        self.varies = unit.slot in units.computation.varying

    def write(self) -> str:
        module, layout = self.outer.module, self.outer.layout
        parameters = ", ".join([f"ptr %{region.name}" for region in self.regions])
        f = Function(module, self.name, parameters, self.rows)
        if self.body.straight:
            StepCode(self, f).run(f)
        else:
            self.in_memory(f, self.step_units())
        prepare = self.prepare()
        start = layout.uniform_size
        layout.uniform_size += self.body.layout.uniform_size
        head = [f"  %area = getelementptr inbounds double, ptr %uniform, i64 {start}"]
        if self.varies:
            self.outer.prepared.append((prepare, start))
        else:
            head.append(f"  call fastcc void @{prepare}(ptr %uniform, ptr %area)")
        f.lines[:0] = head
        f.end()
        return self.name

    # What is the same in all steps.

    def prepare(self) -> str:
        """The name of a function that computes the uniform numbers of the step, once."""
        module, body, computation = self.outer.module, self.body, self.body.computation
        name = module.new_name("prepare")
        uniform = [x for x in computation.instructions if x not in computation.varying]
        calls = write_uniform(self.inner, uniform, loops=True)
        f = Function(module, name, PREPARE, 1)
        captures = [
            (self.uniform_place(outside, i), body.layout.uniform_place(x))
            for outside, inside in body.uniform
            for i, x in enumerate(inside)
        ]
        copy(f, "%outer", [source for source, _ in captures], [place for _, place in captures])
        copy_constants(f, self.inner)
        call_all(f, calls, "%uniform")
        pairs = [(first + i, x) for first, xs in body.layout.packed for i, x in enumerate(xs)]
        sources = [body.layout.uniform_place(x) for _, x in pairs]
        copy(f, "%uniform", sources, [place for place, _ in pairs])
        for inner, start in self.inner.prepared:
            f.call(inner, "%uniform", f.at("%uniform", start))
        f.end()
        return name

    def uniform_place(self, slots: Slots, i: int) -> int:
        """The place of a number of a uniform capture."""
        layout = self.outer.layout
        if isinstance(slots, Strided):
            return layout.uniform_place(slots.first) + slots[i] - slots.first
        return layout.uniform_place(slots[i])

    # Addresses outside.

    def address(self, f: Function, slot: int) -> str:
        """The address of the numbers of a slot outside, which is no constant."""
        if self.varies_outside(slot):
            return self.outer.pointer(f, slot)
        return self.outer.uniform(f, self.outer.layout.uniform_place(slot))

    def varies_outside(self, slot: int) -> bool:
        computation = self.outer.computation
        room = slot == self.unit.room.start or any([slot == r.start for r in self.held.rooms])
        return slot in computation.varying or (room and self.varies)

    def value(self, f: Function, slot: int) -> str:
        """The value of a slot outside, in all lanes."""
        constants = self.outer.computation.constants
        if slot in constants:
            return f.constant(constants[slot])
        if self.varies_outside(slot) and self.rows > 1:
            return f.load(self.address(f, slot))
        return f.load_one(self.address(f, slot))

    def copy_in(self, f: Function, slots: Sequence[int], target: str) -> None:
        """Put the numbers of slots outside one after the other."""
        found: dict[
            tuple[str, bool], list[tuple[int, int]]
        ] = {}  # and whether it is one for all lanes
        layout, constants = self.outer.layout, self.outer.computation.constants
        fixed = [constants[slot] for slot in slots if slot in constants]
        table = f.module.numbers(fixed) if fixed else ""
        for i, slot in enumerate(slots):
            if slot in constants:
                pairs = found.setdefault((table, True), [])
                pairs.append((len(pairs), i))
            elif self.varies_outside(slot):
                region, offset = layout.offset(slot)
                found.setdefault((f"%{region.name}", self.rows == 1), []).append((offset, i))
            else:
                found.setdefault(("%uniform", True), []).append((layout.uniform_place(slot), i))
        for (pointer, one), pairs in found.items():
            places, targets = [[*each] for each in zip(*pairs, strict=True)]

            def move(i: str) -> None:
                source = f.at(pointer, place_of(f, places, i))  # noqa: B023  is called at once
                number = f.load_one(source) if one else f.load(source)  # noqa: B023
                place = place_of(f, targets, i)  # noqa: B023
                f.store(number, f.at(target, f.times(place, self.rows)))

            if len(places) <= FEW:
                for number_of in range(len(places)):
                    move(str(number_of))
            else:
                with f.loop(len(places)) as (k, _):
                    move(k)

    def copy_given(self, f: Function, target: str) -> None:
        """Put the captures that vary one after the other."""
        first = 0
        for outside, inside in self.body.given:
            at = f.at(target, first * self.rows)
            if isinstance(outside, Strided):
                source, width = self.address(f, outside.first), outside.width
                with f.loop(outside.parts) as (part, _), f.loop(width) as (k, _):
                    from_ = f.plus(f.times(part, outside.step), k)
                    to = f.plus(f.times(part, width), k)
                    number = f.load(f.at(source, f.times(from_, self.rows)))
                    f.store(number, f.at(at, f.times(to, self.rows)))
            else:
                self.copy_in(f, outside, at)
            first += len(inside)

    def spread_source(self, f: Function, spread: Spread) -> tuple[str, int]:
        """Where the numbers of a uniform x are, and how many are from one step to the next."""
        slots, width = spread.slots, len(spread.inputs)
        computation, layout = self.outer.computation, self.outer.layout
        if isinstance(slots, Strided):
            start = layout.uniform_place(slots.first)
            layout.uniform_places |= {x: start + x - slots.first for x in slots}
            slots = tuple(slots)
        elif computation.constants.keys() >= set(slots):
            return f.module.numbers([computation.constants[x] for x in slots]), width
        places = [layout.uniform_place(x) for x in slots]
        found = affine(slots, width, lambda x: ("uniform", layout.uniform_places[x]))
        if found is not None:
            _, start, step = found
            return f.at("%uniform", start), step
        if self.varies:
            return f.at("%uniform", layout.pack(slots)), width
        start = layout.uniform_size
        layout.uniform_size += len(places)
        copy(f, "%uniform", places, [*range(start, layout.uniform_size)])
        return f.at("%uniform", start), width

    def counted(self, f: Function, n: str) -> str:
        """The number of the step that runs as number n; without states any order will do."""
        if self.loop.backward and self.loop.states:
            return f.set(f"sub nsw i64 {self.loop.length - 1}, {n}")
        return n

    def state_rows(self, f: Function, n: str, t: str) -> tuple[str, str]:
        """The rows of the states before and after a step."""
        if not self.held.keeps_states:
            row = f.set(f"and i64 {n}, 1")
            return row, f.set(f"xor i64 {row}, 1")
        following = f.plus(t, 1)
        return (following, t) if self.loop.backward else (t, following)

    def first_row(self) -> int:
        return self.loop.length if self.held.keeps_states and self.loop.backward else 0

    # A step in memory.

    def step_units(self) -> list[Call]:
        """Functions of pointers to the regions of the step."""
        calls: list[Call] = []
        regions = self.body.layout.regions
        parameters = ", ".join([f"ptr %{region.name}" for region in regions])
        for unit in self.body.schedule.units:
            g = Function(
                self.outer.module, self.outer.module.new_name("step"), parameters, self.rows
            )
            self.inner.write(g, unit)
            g.end()
            calls.append((g.name,))
        return calls

    def in_memory(self, f: Function, units: Sequence[Call]) -> None:
        """All steps, by the units of each."""
        body, held, rows = self.body, self.held, self.rows
        room = {room: self.address(f, room.start) for room in held.rooms}
        pointers = {"uniform": "%area", **self.own_regions(f)}
        if body.given:
            self.copy_given(f, pointers["given"])
        steps = [(self.address(f, each.first), each) for each in body.steps]
        spreads = [(*self.spread_source(f, each), each) for each in body.spread]
        if self.loop.states:
            first = self.first_row() * self.loop.states * rows
            self.copy_in(f, body.start, f.at(room[held.states], first))
        if held.totals:
            pointers["totals"] = room[held.totals]
            with f.loop(len(held.totals)) as (i, _):
                f.store(f.constant(0.0), f.at(pointers["totals"], f.times(i, rows)))
        with f.loop(self.loop.length) as (n, _):
            t = self.counted(f, n)
            if self.loop.states:
                size = self.loop.states * rows
                before, after = [f.times(row, size) for row in self.state_rows(f, n, t)]
                pointers["state"] = f.at(room[held.states], before)
                pointers["next"] = f.at(room[held.states], after)
            if held.ys:
                pointers["ys"] = f.at(room[held.ys], f.times(t, sum(held.y_widths) * rows))
            for k, (pointer, each) in enumerate(steps):
                pointers[f"x{k}"] = f.at(pointer, f.times(t, each.step * rows))
            target = pointers.get("spread", "")
            for pointer, step, spread in spreads:
                at = f.at(pointer, f.times(t, step))
                for k in range(len(spread.inputs)):
                    f.store(f.load_one(f.at(at, k)), f.at(target, k * rows))
                target = f.at(target, len(spread.inputs) * rows)
            call_all(f, units, *[pointers[region.name] for region in body.layout.regions])

    def own_regions(self, f: Function) -> dict[str, str]:
        """The regions of the memory that the loop needs for a time."""
        own = self.address(f, self.unit.room.start) if self.unit.room else ""
        found, place = {}, 0
        for region in self.body.layout.regions:
            if region.name in OWN:  # one without slots is anywhere
                found[region.name] = f.at(own, place * self.rows) if region.slots else "%area"
                place += region.slots
        return found
