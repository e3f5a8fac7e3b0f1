"""The code of units: straight code, layers and loops over one block of rows."""

from __future__ import annotations

from dataclasses import dataclass

from ...tape.instructions import STRUCTURAL
from .computation import Computation
from .kernels import block_rows, layer_kernel
from .llvm_ir import Function, Module
from .lowering import lower
from .memory import Memory
from .plan import Layer, Loop, Plan, Straight
from .runs import step, steps

REGIONS = ("columns", "kept", "temporary", "uniform")
UNIT = [("i64", "blocks"), *[("ptr", f"all_{region}") for region in REGIONS]]


@dataclass
class Units:
    """Writes units as functions of pointers to the regions.

    uniform: the place of uniform slots among the uniform numbers; more are added when needed.
    packed: for layers whose weights are scattered: the uniform slots of a copy that is not.
    """

    module: Module
    computation: Computation
    memory: Memory
    plan: Plan

    def __post_init__(self) -> None:
        self.rows = block_rows(self.module)
        self.block = {region: size * self.rows for region, size in self.memory.sizes.items()}
        self.block["uniform"] = 0
        self.uniform = {slot: i for i, slot in enumerate(self.computation.parameters)}
        self.uniform_size = len(self.uniform)
        self.packed: list[tuple[int, list[int]]] = []  # (first place, the slots that go there)

    # Slots.

    def uniform_place(self, slot: int) -> int:
        if slot not in self.uniform:
            self.uniform[slot] = self.uniform_size
            self.uniform_size += 1
        return self.uniform[slot]

    def is_condition(self, slot: int) -> bool:
        instruction = self.computation.instructions.get(slot)
        return (
            instruction is not None
            and instruction.name in STRUCTURAL
            and STRUCTURAL[instruction.name][1] == "condition"
        )

    def pointer(self, f: Function, slot: int, further: int | str = 0) -> str:
        """Where a slot's numbers for the block are, or those of a slot some places further."""
        region, place = self.memory.place[slot]
        return f.at(f"%{region}", f.plus(further, place * self.rows))

    def read(self, f: Function, slot: int, pointer: str, one: bool = False) -> str:
        """A slot's value from memory."""
        value = f.load_one(pointer) if one else f.load(pointer)
        return f.compare("une", value, f.constant(0.0)) if self.is_condition(slot) else value

    def operand(self, f: Function, values: dict[int, str], slot: int) -> str:
        """A slot's value: one that was computed already, a constant, or from memory."""
        if slot not in values:
            if slot in self.computation.constants:
                values[slot] = f.constant(self.computation.constants[slot])
            elif slot in self.computation.varying:
                values[slot] = self.read(f, slot, self.pointer(f, slot))
            else:
                pointer = f.at("%uniform", self.uniform_place(slot))
                values[slot] = self.read(f, slot, pointer, one=True)
        return values[slot]

    def store(self, f: Function, slot: int, value: str, pointer: str) -> None:
        if self.is_condition(slot):
            value = f.select(value, f.constant(1.0), f.constant(0.0))
        f.store(value, pointer)

    # Units.

    def write_all(self, f: Function, blocks: str) -> None:
        """Write each unit as a function of its own, and into `f` the calls for so many blocks.

        The function's loop over blocks is inside: what it needs for all of them is prepared once,
        and the work of one block can begin while another's is not done.
        """
        given = [("i64", blocks), *[("ptr", f"%{region}") for region in REGIONS]]
        for i, unit in enumerate(self.plan.units):
            g = Function(self.module, f"unit{i}", UNIT, self.rows)
            with g.loop("%blocks") as (block, _):
                for region in REGIONS:
                    offset = g.times(block, self.block[region])
                    base = f"ptr %all_{region}, i64 {offset}"
                    g.do(f"%{region} = getelementptr inbounds double, {base}")
                if isinstance(unit, Layer):
                    self.layer(g, unit)
                elif isinstance(unit, Straight):
                    self.straight(g, unit)
                else:
                    self.loop(g, unit)
            g.end()
            f.call(f"unit{i}", *given)

    def straight(self, f: Function, unit: Straight) -> None:
        values: dict[int, str] = {}
        for slot in unit.slots:
            instruction = self.computation.instructions[slot]
            operands = [self.operand(f, values, x) for x in instruction.operands]
            values[slot] = lower(f, instruction.name, operands)
            if slot in self.memory.place:
                self.store(f, slot, values[slot], self.pointer(f, slot))

    def layer(self, f: Function, unit: Layer) -> None:
        outputs, inputs = len(unit.slots), len(unit.vector)
        places = [[self.uniform_place(w) for w in row] for row in unit.weights]
        found = steps(places)
        if found is None:
            first = self.uniform_size
            self.uniform_size += outputs * inputs
            self.packed.append((first, [w for row in unit.weights for w in row]))
            found = first, inputs, 1
        name = layer_kernel(self.module, outputs, inputs, found[1:])
        y, x = self.pointer(f, unit.slots[0]), self.pointer(f, unit.vector[0])
        f.call(name, ("ptr", y), ("ptr", x), ("ptr", f.at("%uniform", found[0])))

    def loop(self, f: Function, unit: Loop) -> None:
        """Some copies at a time as one long vector, then those that are left."""
        count, together = len(unit.steps[0]), self.together(unit)
        whole = count - count % together
        if whole:
            self.copies(f, unit, 0, whole, together)
        if whole < count:
            rest = next(n for n in (2, 1) if (count - whole) % n == 0 and n <= together)
            self.copies(f, unit, whole, count, rest)

    def copies(self, f: Function, unit: Loop, start: int, stop: int, together: int) -> None:
        """The copies from `start` to `stop`, so many at a time."""
        with f.loop(stop, together, start) as (copy, _), f.width(together * self.rows):
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
                if slots[0] in self.memory.place:
                    further = f.times(copy, self.rows)
                    self.store(f, slots[0], values[slots], self.pointer(f, slots[0], further))

    def copy_operand(
        self, f: Function, shared: dict[int, str], column: tuple[int, ...], copy: str
    ) -> str:
        """The operand of a numbered copy, from memory; or that of all copies."""
        first, stride = column[0], self.stride(column)
        if stride == 0:
            return self.operand(f, shared, first)
        if first in self.computation.varying:
            pointer = self.pointer(f, first, f.times(copy, stride * self.rows))
            return self.read(f, first, pointer)
        place = f.plus(f.times(copy, stride), self.uniform_place(first))
        return self.read(f, first, f.at("%uniform", place), one=True)

    def stride(self, column: tuple[int, ...]) -> int:
        """How many places the operand of a copy is after that of the copy before."""
        if len(set(column)) == 1:
            return 0
        if column[0] in self.computation.varying:
            found = step([self.place_in_run(slot) for slot in column])
        else:
            found = step([self.uniform_place(slot) for slot in column])
        assert found is not None
        return found

    def place_in_run(self, slot: int) -> int:
        return self.plan.runs.position[slot][1]

    def together(self, unit: Loop) -> int:
        """How many copies are written as one long vector.

        More of them hide how long an instruction takes; more than registers hold would not.
        """
        return self.module.registers // 8 if self.is_flat(unit) else 1

    def is_flat(self, unit: Loop) -> bool:
        """Whether two copies' operands are as good as one vector of twice the length."""
        for slots in unit.steps:
            instructions = [self.computation.instructions[slot] for slot in slots]
            for column in zip(*[i.operands for i in instructions], strict=True):
                varying = column[0] in self.computation.varying
                if column not in unit.steps and self.stride(column) != (1 if varying else 0):
                    return False
        return True
