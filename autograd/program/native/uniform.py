"""Uniform code: the numbers that are computed once, not for each row.

Similar instructions are a loop over tables of the places of their operands, so that the code size
does not grow with the parameters; all else is straight-line code, split into functions.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...ops import halves
from .computation import Computation
from .grouping import group_step
from .llvm_ir import Function
from .long_sums import Leaf, is_wide, lower_wide
from .lowering import lower
from .recurrences import Body
from .schedule import Loop, Recurrence, Unit, Wide, ordered, reads
from .sharing import Call
from .uniform_copies import place_of
from .units import Units

SMALLEST_TABLE = 32  # instructions of a loop; fewer compile as fast as straight-line code
ADDRESS = "ptr %uniform"  # the parameters of the functions


def write_uniform(units: Units, slots: Sequence[int], loops: bool = True) -> list[Call]:
    """Write functions that compute uniform slots; returns their calls, in order.

    loops: whether instructions that are alike become loops. Slots are stored if another function
    reads them, or if they have a place already.
    """
    computation, layout = units.computation, units.layout
    found = grouped(computation, slots, loops)
    found += [recurrence(units, x) for x in slots if computation.instructions[x].name == "loop"]
    schedule = ordered(computation, slots, found)
    stored = set().union(*[reads(computation, unit) for unit in schedule])
    calls: list[Call] = []
    for unit in schedule:
        if isinstance(unit, Recurrence):
            calls.append((units.write_recurrence(units, unit, (layout.uniform,)),))
            continue
        f = Function(units.module, units.module.new_name("uniform"), ADDRESS, 1)
        if isinstance(unit, Loop):
            write_loop(f, units, unit.steps[0])
        elif isinstance(unit, Wide):
            write_wide(f, units, unit)
        else:
            values: dict[int, str] = {}
            for slot in unit.results:
                units.compute(f, values, slot)
                if slot in stored or slot in layout.uniform_places:
                    units.store(f, slot, values[slot], f.at("%uniform", layout.uniform_place(slot)))
        f.end()
        calls.append((f.name,))
    return calls


def grouped(computation: Computation, slots: Sequence[int], loops: bool) -> list[Unit]:
    """Loops of similar instructions of equal depth, and of those with many operands."""
    level: dict[int, int] = {}
    alike: dict[tuple[int, str, int], list[int]] = {}
    units: list[Unit] = []
    for slot in slots:
        instruction = computation.instructions[slot]
        name, operands = instruction.name, instruction.operands
        if name in ("loop", "element"):
            level[slot] = 1 + max([level.get(x, 0) for x in operands], default=0)
            continue
        level[slot] = 1 + max([level.get(x, 0) for x in operands], default=0)
        if is_wide(name, operands):
            units.append(Wide(slot, tuple(halves(operands) if name == "dot" else [operands])))
        else:
            alike.setdefault((level[slot], name, len(operands)), []).append(slot)
    if loops:
        many = [tuple(found) for found in alike.values() if len(found) >= SMALLEST_TABLE]
        units += [Loop([found], 0) for found in many]
    return units


def recurrence(units: Units, slot: int) -> Recurrence:
    """A loop of the tape that runs once, with places for all that it gives and needs."""
    computation, layout = units.computation, units.layout
    elements = computation.elements_of(slot)
    held = computation.instructions[slot].held

    def place(x: int) -> tuple[str, int] | None:
        known = layout.uniform_places.get(x)
        return None if known is None else ("uniform", known)

    body = Body(computation, held, 1, place)
    body.arrange(lambda step, results: group_step(step, 1, results))
    room = computation.new(body.room)
    layout.add_room(room, [room.start] if room else [])
    return Recurrence(slot, elements, body, room)


def write_loop(f: Function, units: Units, slots: Sequence[int]) -> None:
    """One instruction for each of these slots."""
    computation, layout = units.computation, units.layout
    columns = [*zip(*[computation.instructions[slot].operands for slot in slots], strict=True)]
    places = [layout.uniform_place(slot) for slot in slots]
    shared: dict[int, str] = {}
    for column in columns:
        if len(set(column)) == 1:
            units.operand(f, shared, column[0])
    with f.loop(len(slots)) as (i, _):
        operands = [
            shared[column[0]] if len(set(column)) == 1 else numbered(f, units, column)(i)
            for column in columns
        ]
        value = lower(f, computation.instructions[slots[0]].name, operands)
        units.store(f, slots[0], value, f.at("%uniform", place_of(f, places, i)))


def write_wide(f: Function, units: Units, unit: Wide) -> None:
    leaves = [numbered(f, units, vector) for vector in unit.vectors]
    name = units.computation.instructions[unit.slot].name
    value = lower_wide(f, name, len(unit.vectors[0]), leaves)
    units.store(f, unit.slot, value, f.at("%uniform", units.layout.uniform_place(unit.slot)))


def numbered(f: Function, units: Units, slots: Sequence[int]) -> Leaf:
    """The value of the i-th of these slots."""
    places = [units.layout.uniform_place(slot) for slot in slots]
    return lambda i: units.read(f, slots[0], f.at("%uniform", place_of(f, places, i)))
