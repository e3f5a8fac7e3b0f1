"""Uniform code: the numbers that are computed once, not for each row.

Instructions that are alike are a loop over tables of the places of their operands, so that the code
does not grow with the parameters; all else is straight-line code, cut into functions.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...ops import halves
from .computation import Computation
from .layout import stride
from .llvm_ir import Function
from .lowering import lower
from .schedule import Loop, Unit, Wide, ordered, reads
from .sharing import Call
from .units import Units
from .wide import Leaf, is_wide, lower_wide

SMALLEST_TABLE = 32  # instructions of a loop; straight-line code of fewer is as fast to compile
ADDRESS = "ptr %uniform"  # the parameters of the functions


def write_uniform(units: Units, slots: Sequence[int], loops: bool = True) -> list[Call]:
    """Calls of functions that, in this order, compute slots from earlier ones.

    loops: whether instructions that are alike become loops.
    Stored is what another function reads, and what has a place already.
    """
    computation, layout = units.computation, units.layout
    schedule = ordered(computation, slots, grouped(computation, slots, loops))
    stored = set().union(*[reads(computation, unit) for unit in schedule])
    calls: list[Call] = []
    for unit in schedule:
        f = Function(units.module, f"uniform{len(calls)}", ADDRESS, 1)
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
    """Loops of instructions that are alike and of equal depth, and those of many operands."""
    level: dict[int, int] = {}
    alike: dict[tuple[int, str, int], list[int]] = {}
    units: list[Unit] = []
    for slot in slots:
        instruction = computation.instructions[slot]
        name, operands = instruction.name, instruction.operands
        level[slot] = 1 + max([level.get(x, 0) for x in operands], default=0)
        if is_wide(name, operands):
            units.append(Wide(slot, tuple(halves(operands) if name == "dot" else [operands])))
        else:
            alike.setdefault((level[slot], name, len(operands)), []).append(slot)
    if loops:
        many = [tuple(found) for found in alike.values() if len(found) >= SMALLEST_TABLE]
        units += [Loop([found], 0) for found in many]
    return units


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
    """The value of the slot of a number among these."""
    places = [units.layout.uniform_place(slot) for slot in slots]
    return lambda i: units.read(f, slots[0], f.at("%uniform", place_of(f, places, i)))


def place_of(f: Function, places: Sequence[int], i: str) -> str:
    """The number of that number: computed where they are evenly apart, else from a table."""
    step = stride(places)
    if step is not None:
        return f.plus(f.times(i, step), places[0])
    return f.entry(f.module.table(places), i)


def copy_constants(f: Function, units: Units) -> None:
    """Put the constants that have places into them; the places are known when all else is."""
    constants, places = units.computation.constants, units.layout.uniform_places
    found = [slot for slot in places if slot in constants]
    table = f.module.numbers([constants[slot] for slot in found])
    copy(f, table, range(len(found)), [places[slot] for slot in found])


def copy(f: Function, source: str, sources: Sequence[int], places: Sequence[int]) -> None:
    """Copy numbers from some places after a pointer to places among the uniform numbers."""
    if places:
        with f.loop(len(places)) as (i, _):
            value = f.load(f.at(source, place_of(f, sources, i)))
            f.store(value, f.at("%uniform", place_of(f, places, i)))
