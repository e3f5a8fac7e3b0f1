"""The code of recurrences: a real loop over steps, whose size does not depend on their number.

A cheap step is one piece of code, and its states are in registers from step to step. Any other one
is made of units, as the code for rows is; they find what they need in memory, in *regions*: the
states before the step and after it, its xs and ys, each of which moves on with the steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections import Counter
from dataclasses import dataclass

from ...cached import cached_property
from ...ops import halves
from .layout import Region
from .llvm_ir import Carried, Function
from .lowering import DOWN, UP, in_pairs, repaired_sum
from .recurrences import OWN, Body, Spread, Steps, affine
from .runs import Slots, Strided
from .schedule import Recurrence
from .sharing import Call, call_all
from .uniform_copies import copy, copy_constants, place_of
from .units import Units

LANES = 2  # vectors of steps that are computed together, where there is no state
FEW = 16  # numbers that are copied without a loop
PREPARE = "ptr %outer, ptr %uniform"


def write_recurrence(units: Units, unit: Recurrence, regions: Sequence[Region]) -> str:
    """The name of a function of pointers to these regions, which runs all steps of a loop.

    units: of the computation that the loop is in.
    """
    writer = RecurrenceWriter(units, unit, regions)
    return writer.write()


class RecurrenceWriter:
    """Writes one recurrence."""

    def __init__(self, units: Units, unit: Recurrence, regions: Sequence[Region]) -> None:
        self.outer, self.unit, self.regions = units, unit, regions
        self.body: Body = unit.body
        self.held, self.loop = self.body.held, self.body.held.loop
        self.rows = self.body.rows
        module, body = units.module, self.body
        self.inner = Units(module, body.computation, body.layout, body.schedule)
        self.name = module.new_name("recurrence")
        self.varies = unit.slot in units.computation.varying

    def write(self) -> str:
        module, layout = self.outer.module, self.outer.layout
        parameters = ", ".join([f"ptr %{region.name}" for region in self.regions])
        f = Function(module, self.name, parameters, self.rows)
        hole = len(f.lines)
        base = len(f.lines)
        units = [] if self.body.straight else self.step_units()
        if self.body.straight:
            self.in_registers(f)
        else:
            self.in_memory(f, units)
        prepare = self.prepare()
        start = layout.uniform_size
        layout.uniform_size += self.body.layout.uniform_size
        head = [f"  %area = getelementptr inbounds double, ptr %uniform, i64 {start}"]
        if self.varies:
            self.outer.prepared.append((prepare, start))
        else:
            head.append(f"  call fastcc void @{prepare}(ptr %uniform, ptr %area)")
        f.lines[hole:base] = head
        f.end()
        return self.name

    # What is the same in all steps.

    def prepare(self) -> str:
        """The name of a function that computes the uniform numbers of the step, once."""
        from .uniform import write_uniform

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
        if captures:
            sources, places = zip(*captures, strict=True)
            copy(f, "%outer", sources, places)
        copy_constants(f, self.inner)
        call_all(f, calls, "%uniform")
        pairs = [(first + i, x) for first, xs in body.layout.packed for i, x in enumerate(xs)]
        if pairs:
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
        kinds: dict[str, list[tuple[int, int]]] = {}  # by pointer: where they are, where they go
        constants = self.outer.computation.constants
        for i, slot in enumerate(slots):
            if slot in constants:
                kinds.setdefault("", []).append((slot, i))
            elif self.varies_outside(slot):
                region, offset = self.outer.layout.offset(slot)
                kinds.setdefault(f"%{region.name}", []).append((offset, i))
            else:
                place = self.outer.layout.uniform_place(slot)
                kinds.setdefault("uniform", []).append((place, i))
        for pointer, pairs in kinds.items():
            places, targets = [list(each) for each in zip(*pairs, strict=True)]
            table = ""
            if pointer == "":
                table = f.module.numbers([constants[slot] for slot in places])
                places = [*range(len(places))]
            one = self.rows == 1 or not pointer.startswith("%")

            def move(
                i: str,
                base: str = table or (pointer if pointer.startswith("%") else "%uniform"),
                places: list[int] = places,
                targets: list[int] = targets,
                one: bool = one,
            ) -> None:
                source = f.at(base, place_of(f, places, i))
                number = f.load_one(source) if one else f.load(source)
                f.store(number, f.at(target, f.times(place_of(f, targets, i), self.rows)))

            if len(places) <= FEW:
                for i in range(len(places)):
                    move(str(i))
            else:
                with f.loop(len(places)) as (i, _):
                    move(i)

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

    # A step in registers.

    def in_registers(self, f: Function) -> None:
        body, loop = self.body, self.loop
        room = {room: self.address(f, room.start) for room in self.held.rooms}
        steps = StepCode(
            self,
            room,
            [(self.address(f, each.first), each) for each in body.steps],
            [(*self.spread_source(f, each), each) for each in body.spread],
            self.leaves(f),
        )
        carry = [self.value(f, x) for x in body.start]
        if self.held.keeps_states:
            for i, value in enumerate(carry):
                steps.store_state(f, i, str(self.first_row()), value)
        totals = [f.constant(0.0)] * len(self.held.totals)
        start = 0
        lanes = LANES * f.module.lanes
        if self.held.apart and not loop.states and loop.length >= lanes:
            start = loop.length - loop.length % lanes
            totals = steps.together(f, start, lanes)
        after = [*carry, *totals]
        if start < loop.length:
            with f.loop(loop.length, start=start, carry=after) as (n, carried):
                steps.write(f, n, carried)
            after = carried.after
        if not self.held.keeps_states:
            for i, value in enumerate(after[: loop.states]):
                steps.store_state(f, i, str(loop.length % 2), value)
        for i, value in enumerate(after[loop.states :]):
            f.store(value, f.at(room[self.held.totals], i * self.rows))

    def leaves(self, f: Function) -> dict[int, str]:
        """The captures that a step takes, loaded once."""
        body = self.body
        found: dict[int, str] = {}
        for outside, inside in body.given:
            for i, x in enumerate(inside):
                if isinstance(outside, Strided):
                    shift = (outside[i] - outside.first) * self.rows
                    found[x] = f.load(f.at(self.address(f, outside.first), shift))
                else:
                    found[x] = self.value(f, outside[i])
        for x in self.uniform_leaves():
            pointer = f.at("%area", body.layout.uniform_place(x))
            found[x] = self.inner.read(f, x, pointer, one=True)
        return found

    def uniform_leaves(self) -> list[int]:
        """The uniform slots of the step that its varying instructions take, but constants."""
        computation = self.body.computation
        found: dict[int, None] = {}
        for unit in self.body.schedule.units:
            for slot in unit.results:
                for x in computation.instructions[slot].operands:
                    if x not in computation.varying and x not in computation.constants:
                        found[x] = None
        return [*found]

    # A step in memory.

    def step_units(self) -> list[Call]:
        """Functions of pointers to the regions of the step."""
        calls: list[Call] = []
        regions = self.body.layout.regions
        parameters = ", ".join([f"ptr %{region.name}" for region in regions])
        for unit in self.body.schedule.units:
            g = Function(self.outer.module, self.outer.module.new_name("step"), parameters, self.rows)
            self.inner.write(g, unit)
            g.end()
            calls.append((g.name,))
        return calls

    def in_memory(self, f: Function, units: Sequence[Call]) -> None:
        body, loop, rows = self.body, self.loop, self.rows
        room = {room: self.address(f, room.start) for room in self.held.rooms}
        own = self.address(f, self.unit.room.start) if self.unit.room else ""
        pointers = {"uniform": "%area"}
        place = 0
        for region in body.layout.regions:
            if region.name in OWN:
                pointers[region.name] = f.at(own, place * rows) if region.slots else "%area"
                place += region.slots
        if body.given:
            self.copy_given(f, pointers["given"])
        steps = [(self.address(f, each.first), each) for each in body.steps]
        spreads = [(*self.spread_source(f, each), each) for each in body.spread]
        states = loop.states
        if states:
            start = f.at(room[self.held.states], self.first_row() * states * rows)
            self.copy_in(f, body.start, start)
        if self.held.totals:
            pointers["totals"] = room[self.held.totals]
            with f.loop(len(self.held.totals)) as (i, _):
                f.store(f.constant(0.0), f.at(pointers["totals"], f.times(i, rows)))
        with f.loop(loop.length) as (n, _):
            t = self.counted(f, n)
            if states:
                rows_of = self.state_rows(f, n, t)
                for name, row in zip(("state", "next"), rows_of, strict=True):
                    at = f.at(room[self.held.states], f.times(row, states * rows))
                    pointers[name] = at
            if self.held.ys:
                count = sum(self.held.y_widths)
                pointers["ys"] = f.at(room[self.held.ys], f.times(t, count * rows))
            for i, (pointer, each) in enumerate(steps):
                pointers[f"x{i}"] = f.at(pointer, f.times(t, each.step * rows))
            k = 0
            for pointer, width, spread in spreads:
                at = f.at(pointer, f.times(t, width))
                for i in range(len(spread.inputs)):
                    f.store(f.load_one(f.at(at, i)), f.at(pointers["spread"], k * rows))
                    k += 1
            call_all(f, units, *[pointers[region.name] for region in body.layout.regions])


@dataclass
class StepCode:
    """Writes a step that is one piece of code.

    room: by the rooms of what the loop gives, their addresses.
    steps, spreads: the xs with their addresses, and of uniform ones how many numbers a step has.
    leaves: the values of captures.
    """

    writer: RecurrenceWriter
    room: Mapping[range, str]
    steps: Sequence[tuple[str, Steps]]
    spreads: Sequence[tuple[str, int, Spread]]
    leaves: Mapping[int, str]

    def write(self, f: Function, n: str, carried: Carried) -> None:
        """The step that runs as number n; states and totals are carried."""
        writer = self.writer
        body, rows = writer.body, writer.rows
        t = writer.counted(f, n)
        values = dict(self.leaves)
        values |= dict(zip((*body.states, *body.totals), carried.current, strict=True))
        for pointer, each in self.steps:
            at = f.at(pointer, f.times(t, each.step * rows))
            values |= {x: f.load(f.at(at, k * rows)) for k, x in enumerate(each.inputs)}
        for pointer, width, spread in self.spreads:
            at = f.at(pointer, f.times(t, width))
            values |= {x: f.load_one(f.at(at, k)) for k, x in enumerate(spread.inputs)}
        self.compute(f, values)
        states, _, totals = body.targets
        if writer.held.keeps_states:
            _, row = writer.state_rows(f, n, t)
            for i, x in enumerate(states):
                self.store_state(f, i, row, values[x])
        self.store_ys(f, t, values)
        carried.after = [values[x] for x in (*states, *totals)]

    def together(self, f: Function, count: int, lanes: int) -> list[str]:
        """So many steps without states, some at a time in lanes; their totals."""
        body = self.writer.body
        with f.width(lanes):
            leaves = {
                x: value if value.startswith("splat") else f.splat(value)
                for x, value in self.leaves.items()
            }
            zeros = [f.constant(0.0)] * len(body.totals)
            with f.loop(count, lanes, carry=zeros) as (t, carried):
                values = dict(leaves) | dict(zip(body.totals, carried.current, strict=True))
                for pointer, each in self.steps:
                    at = f.at(pointer, f.times(t, each.step))
                    for k, x in enumerate(each.inputs):
                        values[x] = f.load_apart(f.at(at, k), each.step)
                for pointer, width, spread in self.spreads:
                    at = f.at(pointer, f.times(t, width))
                    for k, x in enumerate(spread.inputs):
                        values[x] = f.load_apart(f.at(at, k), width)
                self.compute(f, values)
                self.store_ys(f, t, values)
                carried.after = [values[x] for x in body.targets[2]]
            return [f.sum_lanes(total) for total in carried.after]

    def compute(self, f: Function, values: dict[int, str]) -> None:
        late = self.late
        for unit in self.writer.body.schedule.units:
            for slot in unit.results:
                if slot in late:
                    values[slot] = self.added_last(f, values, slot)
                else:
                    self.writer.inner.compute(f, values, slot)

    @cached_property
    def late(self) -> set[int]:
        """Sums at one point which the next step waits for: what changes with the state is added
        last, as one multiplication with addition where it is a product.
        """
        writer = self.writer
        if not (writer.held.apart and writer.loop.states):
            return set()
        computation, body = writer.body.computation, writer.body
        found = {*body.states}
        for slot, instruction in computation.instructions.items():
            if not found.isdisjoint(instruction.operands):
                found.add(slot)
        self.of_states = found
        self.uses = Counter([x for i in computation.instructions.values() for x in i.operands])
        self.uses.update([x for target in body.targets for x in target])
        sums = {
            slot
            for slot in found - {*body.states}
            if computation.instructions[slot].name in ("add", "dot")
        }
        return sums - {*body.targets[2]}

    def added_last(self, f: Function, values: dict[int, str], slot: int) -> str:
        """A sum whose last terms are those that depend on the state."""
        inner, instructions = self.writer.inner, self.writer.body.computation.instructions
        instruction = instructions[slot]
        pairs: list[tuple[int, int | None]] = []
        if instruction.name == "dot":
            pairs += zip(*halves(instruction.operands), strict=True)
        else:
            for x in instruction.operands:
                product = instructions.get(x)
                if product and product.name == "mul" and x in self.of_states and self.uses[x] == 1:
                    pairs.append(product.operands)  # type: ignore[arg-type]  # it has two
                else:
                    pairs.append((x, None))
        terms = [
            [None if x is None else inner.operand(f, values, x) for x in pair]
            for pair in sorted(pairs, key=lambda pair: not self.of_states.isdisjoint(pair))
        ]
        total = ""
        for a, b in terms:
            assert a is not None
            if not total:
                total = a if b is None else f.mul(a, b)
            else:
                total = f.add(total, a) if b is None else f.fma(a, b, total)
        if instruction.name == "add":
            return total
        return repaired_sum(f, total, lambda: self.scaled(f, terms))

    def scaled(self, f: Function, terms: Sequence[Sequence[str | None]]) -> str:
        """The sum of products on a smaller scale."""
        products = [f.mul(f.mul(a or "", f.constant(DOWN)), b or "") for a, b in terms]
        return f.mul(in_pairs(f, products), f.constant(UP))

    def store_state(self, f: Function, i: int, row: str, value: str) -> None:
        held = self.writer.held
        first, step = held.place_of_state(i, 0), 1 if held.apart else held.loop.states
        place = f.times(f.plus(f.times(row, step), first), self.writer.rows)
        f.store(value, f.at(self.room[held.states], place))

    def store_ys(self, f: Function, t: str, values: Mapping[int, str]) -> None:
        held, rows = self.writer.held, self.writer.rows
        ys = self.writer.body.targets[1]
        for i, x in enumerate(ys):
            place = f.plus(t, i * held.loop.length) if held.apart else f.plus(f.times(t, len(ys)), i)
            f.store(values[x], f.at(self.room[held.ys], f.times(place, rows)))
