"""The code of units: straight-line code, layers and loops over one block of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .computation import Computation
from .kernels import layer_kernel
from .layout import Layout, Region, stride, strides
from .llvm_ir import Function
from .llvm_module import Module
from .long_sums import Leaf, lower_wide
from .lowering import lower
from .schedule import Accumulation, Layer, Loop, Recurrence, Schedule, Straight, Unit, Wide
from .sharing import call_all, end_shared
from .staggered import StaggeredCode

VECTORS = 4  # of numbers at one point that are computed together
FENCE = 16  # stores of straight-line code between which LLVM may move instructions


@dataclass
class Units:
    """Writes units as functions of pointers to the regions."""

    module: Module
    computation: Computation
    layout: Layout
    schedule: Schedule
    # The name of a function of pointers to some regions that runs a loop. It writes the units of a
    # step in turn, so it is an argument: imports go one way.
    write_recurrence: Callable[[Units, Recurrence, Sequence[Region]], str]
    # The functions that prepare the steps of loops, and where the uniform numbers of those begin.
    prepared: list[tuple[str, int]] = field(default_factory=list)

    # Slots.

    def is_condition(self, slot: int) -> bool:
        instruction = self.computation.instructions.get(slot)
        return instruction is not None and instruction.kind == "condition"

    def pointer(self, f: Function, slot: int, further: int | str = 0) -> str:
        """The address of a slot's numbers for the block, plus `further` numbers."""
        region, offset = self.layout.offset(slot)
        return f.at(f"%{region.name}", f.plus(further, f.given(offset)))

    def uniform(self, f: Function, place: int, further: int | str = 0) -> str:
        """The address of a uniform number, plus `further` numbers."""
        return f.at("%uniform", f.plus(further, f.given(place)))

    def read(self, f: Function, slot: int, pointer: str, one: bool = False) -> str:
        """A slot's value from memory."""
        value = f.load_one(pointer) if one else f.load(pointer)
        return f.compare("une", value, f.constant(0.0)) if self.is_condition(slot) else value

    def operand(self, f: Function, values: dict[int, str], slot: int) -> str:
        """A slot's value: already computed, a constant, or loaded from memory."""
        if slot not in values:
            if slot in self.computation.constants:
                values[slot] = f.constant(self.computation.constants[slot])
            elif slot in self.computation.varying:
                alone = self.layout.rows == 1
                values[slot] = self.read(f, slot, self.pointer(f, slot), one=alone)
            else:
                pointer = self.uniform(f, self.layout.uniform_place(slot))
                values[slot] = self.read(f, slot, pointer, one=True)
        return values[slot]

    def compute(self, f: Function, values: dict[int, str], slot: int) -> None:
        """Add a slot's value to `values`."""
        instruction = self.computation.instructions[slot]
        operands = [self.operand(f, values, x) for x in instruction.operands]
        values[slot] = lower(f, instruction.name, operands)

    def store(self, f: Function, slot: int, value: str, pointer: str) -> None:
        if self.is_condition(slot):
            value = f.select(value, f.constant(1.0), f.constant(0.0))
        f.store(value, pointer)
        f.stores += 1
        if f.stores % FENCE == 0:
            f.fence()

    # Units.

    def write_all(self, f: Function, blocks: str) -> None:
        """Write each unit as a function, and its calls for a number of blocks into `f`.

        The loop over blocks is inside the function: loop-invariant values are computed once, and
        the execution of consecutive blocks can overlap.
        """
        names = [region.name for region in self.layout.regions]
        parameters = ", ".join(["i64 %blocks", *[f"ptr %all_{name}" for name in names]])
        units = []
        for i, unit in enumerate(self.schedule.units):
            g = Function(self.module, f"unit{i}", parameters, self.layout.rows, open=True)
            with g.loop("%blocks") as (block, _):
                self.enter(g, block, *self.layout.regions)
                self.write(g, unit)
            units.append(g)
        call_all(f, end_shared(units), blocks, *[f"%{name}" for name in names])

    def write(self, f: Function, unit: Unit) -> None:
        """Write a unit for one block, where its pointers are set."""
        if isinstance(unit, Layer):
            self.layer(f, unit)
        elif isinstance(unit, Straight):
            self.straight(f, unit)
        elif isinstance(unit, Wide):
            self.wide(f, unit)
        elif isinstance(unit, Recurrence):
            self.recurrence(f, unit)
        else:
            self.loop(f, unit)

    def recurrence(self, f: Function, unit: Recurrence) -> None:
        name = self.write_recurrence(self, unit, self.layout.regions)
        f.call(name, *[f"%{region.name}" for region in self.layout.regions])

    def enter(self, f: Function, block: str, *regions: Region) -> None:
        """Set the pointers to a block's numbers in these regions, from those to all blocks."""
        for region in regions:
            offset = f.times(block, self.layout.block_size(region))
            base = f"ptr %all_{region.name}, i64 {offset}"
            f.do(f"%{region.name} = getelementptr inbounds double, {base}")

    def straight(self, f: Function, unit: Straight) -> None:
        values: dict[int, str] = {}
        for slot in unit.slots:
            self.compute(f, values, slot)
            if slot in self.layout.places:
                self.store(f, slot, values[slot], self.pointer(f, slot))

    def layer(self, f: Function, unit: Layer) -> None:
        outputs, inputs = len(unit.slots), len(unit.vector)
        places = [[self.layout.uniform_place(w) for w in row] for row in unit.weights]
        found = strides(places)
        if found is None:
            first = self.layout.pack([w for row in unit.weights for w in row])
            found = first, inputs, 1
        name = layer_kernel(self.module, outputs, inputs, found[1:])
        y, x = self.pointer(f, unit.slots[0]), self.pointer(f, unit.vector[0])
        f.call(name, y, x, self.uniform(f, found[0]))

    def wide(self, f: Function, unit: Wide) -> None:
        leaves = [self.leaf(f, vector) for vector in unit.vectors]
        name = self.computation.instructions[unit.slot].name
        value = lower_wide(f, name, len(unit.vectors[0]), leaves)
        self.store(f, unit.slot, value, self.pointer(f, unit.slot))

    def leaf(self, f: Function, vector: tuple[int, ...]) -> Leaf:
        """The value of the i-th of these slots, which are contiguous or uniform."""
        if vector[0] in self.computation.varying:
            place, first = self.pointer, vector[0]
            return lambda i: f.load(place(f, first, f.times(i, self.layout.rows)))
        start = self.layout.pack(vector)
        return lambda i: f.load_one(self.uniform(f, start, i))

    def loop(self, f: Function, unit: Loop) -> None:
        """A loop with several copies at a time as one long vector, then the remainder."""
        if unit.is_staggered:
            return StaggeredCode(self, f, unit).write()
        count, together = len(unit.steps[0]), self.together(unit)
        if self.layout.rows == 1:
            return self.numbers(f, unit, together)
        whole = count - count % together
        sums = [self.operand(f, {}, chain.start) for chain in unit.accumulations]
        if whole:
            sums = self.copies(f, unit, (0, whole, together), sums)
        if whole < count:
            rest = next(n for n in (2, 1) if (count - whole) % n == 0 and n <= together)
            sums = self.copies(f, unit, (whole, count, rest), sums)
        for chain, total in zip(unit.accumulations, sums, strict=True):
            self.store(f, chain.slots[-1], total, self.pointer(f, chain.slots[-1]))

    def numbers(self, f: Function, unit: Loop, together: int) -> None:
        """The copies of one number each: in long vectors, and in shorter ones what is left."""
        count, start = len(unit.steps[0]), 0
        while start < count:
            whole = count - (count - start) % together
            if whole > start:
                self.copies(f, unit, (start, whole, together), ())
            start, together = whole, together // 2

    def copies(
        self, f: Function, unit: Loop, part: tuple[int, int, int], sums: Sequence[str]
    ) -> list[str]:
        """The copies from first to last, several at a time, and the accumulations."""
        start, stop, together = part
        with (
            f.loop(stop, together, start, carry=sums) as (copy, carried),
            f.width(together * self.layout.rows),
        ):
            values: dict[tuple[int, ...], str] = {}  # by the slots of all copies
            shared: dict[int, str] = {}
            for slots in unit.steps:
                instructions = [self.computation.instructions[slot] for slot in slots]
                columns = list(zip(*[i.operands for i in instructions], strict=True))
                for column in columns:
                    if column not in values:
                        values[column] = self.copy_operand(f, shared, column, copy)
                operands = [values[column] for column in columns]
                values[slots] = lower(f, instructions[0].name, operands)
                if slots[0] in self.layout.places:
                    further = f.times(copy, self.layout.rows)
                    self.store(f, slots[0], values[slots], self.pointer(f, slots[0], further))
            carried.after = [
                self.accumulated(f, chain, values, total)
                for chain, total in zip(unit.accumulations, carried.current, strict=True)
            ]
        return carried.after

    def accumulated(
        self, f: Function, chain: Accumulation, values: dict[tuple[int, ...], str], total: str
    ) -> str:
        """An accumulation of the copies of one long vector, part after part."""
        rows = self.layout.rows
        for first in range(0, f.lanes, rows):
            lanes = range(first, first + rows)
            parts = [f.shuffle(values[step], values[step], lanes) for step in chain.steps]
            with f.width(rows):
                for number in parts:
                    total = lower(f, chain.name, [total, number])
        return total

    def copy_operand(
        self, f: Function, shared: dict[int, str], column: tuple[int, ...], copy: str
    ) -> str:
        """The operand of the i-th copy, from memory, or that of all copies."""
        first, stride = column[0], self.stride(column)
        if stride == 0:
            return self.operand(f, shared, first)
        if first in self.computation.varying:
            pointer = self.pointer(f, first, f.times(copy, stride * self.layout.rows))
            return self.read(f, first, pointer)
        pointer = self.uniform(f, self.layout.uniform_place(first), f.times(copy, stride))
        return self.read(f, first, pointer, one=self.layout.rows > 1)

    def stride(self, column: tuple[int, ...]) -> int:
        """The distance in places between the operands of consecutive copies."""
        if len(set(column)) == 1:
            return 0
        if column[0] in self.computation.varying:
            found = stride([self.layout.places[slot][1] for slot in column])
        else:
            found = stride([self.layout.uniform_place(slot) for slot in column])
        assert found is not None
        return found

    def together(self, unit: Loop) -> int:
        """The number of copies that are one long vector: more of them hide the latency of
        instructions, as long as they fit into registers.
        """
        if not self.is_flat(unit):
            return 1
        return VECTORS * self.module.lanes if self.layout.rows == 1 else self.module.registers // 8

    def flat(self, slot: int) -> tuple[int, ...]:
        """The strides of operands that make one vector."""
        if self.layout.rows == 1:
            return (0, 1)
        return (1,) if slot in self.computation.varying else (0,)

    def is_flat(self, unit: Loop) -> bool:
        """Whether the operands of two consecutive copies are contiguous, as one vector."""
        for slots in unit.steps:
            instructions = [self.computation.instructions[slot] for slot in slots]
            for column in zip(*[i.operands for i in instructions], strict=True):
                if column not in unit.steps and self.stride(column) not in self.flat(column[0]):
                    return False
        return True
