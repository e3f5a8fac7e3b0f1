"""Grouping: instructions as layers, as loops, or as straight-line code.

Layers are detected by comparing varying instructions of equal depth. Dot products of uniform
weights with one vector are a layer (`optimize` has put the weights first); the same operation on
contiguous slots is a loop, and loops over the same slots are fused. All else is straight-line code.
(drawing/network.py detects layers for pictures, with another limit.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ...ops import halves
from ...tape.instructions import Instruction
from .accumulation import accumulate
from .computation import Computation
from .contiguity import Places, Runs, part_of
from .long_sums import is_wide
from .loop_fusion import LoopFusion
from .recurrences import Body, affine
from .runs import Slots, Strided, whole
from .schedule import Layer, Loop, Outer, Recurrence, Schedule, Wide, ordered

SMALLEST_LOOP = 4  # copies
SMALLEST_LAYER = 8  # products: dots times inputs
MOST_FACTORS = 16  # of products that a loop over copies adds up
MOST_OF_NEIGHBORS = 64  # the same, where the factors of all copies are contiguous
UNGROUPED = ("total", "largest", "loop", "element")


def group(
    computation: Computation, rows: int, wanted: Iterable[int], outers: Sequence[Outer] = ()
) -> Schedule:
    """The schedule of a computation, and of outer products of its slots.

    Args:
        rows: in a block, which are lanes.
        wanted: the slots that are read after it, besides those of the outer products.
    """
    grouper = Grouper(computation, rows)
    grouper.find()
    after = [*wanted, *[slot for outer in outers for slot in outer.reads]]
    accumulate(computation, grouper.owner, grouper.fusion.available, after)
    placed = [part for outer in outers for part in grouper.placed(outer)]
    varying = [slot for slot in computation.instructions if slot in computation.varying]
    units = ordered(computation, varying, grouper.units, grouper.runs.copies)
    return Schedule(units, grouper.runs.tuples, placed)


def group_step(computation: Computation, rows: int, results: list[tuple[int, ...]]) -> Schedule:
    """The schedule of the step of a loop, whose results are to be contiguous; where that can't be,
    others take their place, which are copies.
    """
    grouper = Grouper(computation, rows)
    first = len(grouper.runs.members)
    for slots in results:
        grouper.runs.add(slots)
    grouper.find()
    results[:] = [(*slots,) for slots in grouper.runs.members[first : first + len(results)]]
    wanted = [slot for slots in results for slot in slots]
    if rows > 1:
        accumulate(computation, grouper.owner, grouper.fusion.available, wanted)
    varying = [slot for slot in computation.instructions if slot in computation.varying]
    units = ordered(computation, varying, grouper.units, grouper.runs.copies)
    return Schedule(units, grouper.runs.tuples, [])


class Grouper:
    """Finds layers and loops, level by level."""

    def __init__(self, computation: Computation, rows: int) -> None:
        self.computation, self.rows = computation, rows
        self.runs = Runs(computation)
        self.units: list[Layer | Loop | Wide | Recurrence] = []
        self.places = Places(computation, self.runs)
        self.fusion = LoopFusion(computation, rows, self.places, self.units)
        self.owner = self.fusion.owner
        self.elements: dict[int, list[int]] = {}  # by the slot of a loop, what is taken of it
        self.even: dict[tuple[Slots, int], Slots] = {}  # of runs: what loops step through

    def find(self) -> None:
        levels: dict[int, dict[object, list[int]]] = {}
        level: dict[int, int] = {}
        for slot, instruction in self.computation.instructions.items():
            if slot in self.computation.varying:
                level[slot] = 1 + max([level.get(x, 0) for x in instruction.operands])
                key = self.key(slot)
                if key is not None:
                    levels.setdefault(level[slot], {}).setdefault(key, []).append(slot)
        self.fusion.available = level
        loops = [slot for slot in level if self.computation.instructions[slot].name == "loop"]
        self.elements = {slot: self.computation.elements_of(slot) for slot in loops}
        for slot in loops:
            for room in self.computation.instructions[slot].held.rooms:
                self.runs.add_room(room, [room.start, *self.elements[slot]])
        for depth in sorted(levels):
            for key, slots in levels[depth].items():
                if isinstance(key, tuple) and key[0] == "layer":
                    self.layer(slots, key[1])
                else:
                    for alike in self.by_sources(slots):
                        if len(alike) >= SMALLEST_LOOP:
                            self.loop(alike, depth)
        self.fuse_producers()
        for slot in level:
            instruction = self.computation.instructions[slot]
            if slot not in self.owner and is_wide(instruction.name, instruction.operands):
                self.wide(slot)
        for slot in loops:
            self.recurrence(slot)

    def recurrence(self, slot: int) -> None:
        """Run a loop of the tape step by step."""
        held = self.computation.instructions[slot].held
        loop = held.loop
        operands = [*held.operands]
        for i in range(loop.first_x, len(operands)):
            operands[i] = self.contiguous(operands[i], max(1, loop.body.width(i)))
        held = replace(held, operands=tuple(operands))
        body = Body(self.computation, held, self.rows, self.runs.position.get)
        body.arrange(lambda step, results: group_step(step, self.rows, results))
        room = self.computation.new(body.room)
        self.units.append(Recurrence(slot, self.elements[slot], body, room))

    def placed(self, outer: Outer) -> list[Outer]:
        """The outer product as those whose adjoints and inputs are contiguous in each step."""
        if outer.steps == 1:
            return [self.runs.placed(outer)]
        return [
            Outer(
                tuple(adjoints.values()),
                tuple(inputs.values()),
                part_of(outer.places, [*adjoints], [*inputs]),
            )
            for adjoints in self.side_by_side(outer.adjoints)
            for inputs in self.side_by_side(outer.inputs)
        ]

    def side_by_side(self, runs: Sequence[Slots]) -> list[dict[int, Slots]]:
        """Runs by their numbers, in groups of which the numbers of a step are contiguous."""
        found = []
        for i, run in enumerate(runs):
            even = self.contiguous(run, 1)
            place = affine(even, 1, self.runs.position.get)
            assert place is not None
            space, start, step = place
            found.append((str(space), step, start, i, even))
        groups: list[dict[int, Slots]] = []
        before: tuple[str, int, int] | None = None
        for space, step, start, i, even in sorted(found, key=lambda each: each[:3]):
            if before != (space, step, start):
                groups.append({})
            groups[-1][i] = even
            before = space, step, start + 1
        return groups

    def contiguous(self, slots: Slots, width: int) -> Slots:
        """The numbers of a run where a loop can step through them: themselves, or copies."""
        if (slots, width) not in self.even:
            self.even[slots, width] = self.evenly(slots, width)
        return self.even[slots, width]

    def evenly(self, slots: Slots, width: int) -> Slots:
        """The same, found anew."""
        varying = self.computation.varying
        if varying.isdisjoint(whole(slots)) or affine(slots, width, self.runs.position.get):
            return slots
        if isinstance(slots, Strided):
            loop = self.computation.instructions[slots.first].operands[0]
            for x in slots:
                if x not in self.computation.instructions:
                    self.computation.instructions[x] = Instruction("element", (loop,))
                    self.computation.varying.add(x)
                    self.elements[loop].append(x)
                    run, i = self.runs.position[slots.first]
                    self.runs.position[x] = run, i + x - slots.first
        return self.runs.exactly([*slots])

    def wide(self, slot: int) -> None:
        """Schedule an instruction of many operands as loops over them."""
        instruction, varying = self.computation.instructions[slot], self.computation.varying
        parts = (
            halves(instruction.operands) if instruction.name == "dot" else [instruction.operands]
        )
        vectors = [x if varying.isdisjoint(x) else self.runs.exactly(x) for x in parts]
        self.units.append(Wide(slot, tuple(vectors)))

    def fuse_producers(self) -> None:
        """Fuse a loop that only one other loop reads, copy by copy, into that one.

        Its results then stay in registers.
        """
        readers: dict[int, set[int]] = {}  # by slot: the loops that use it; -1 for all else
        for slot, instruction in self.computation.instructions.items():
            reader = self.owner.get(slot)
            for operand in instruction.operands:
                found = readers.setdefault(operand, set())
                found.add(id(reader) if isinstance(reader, Loop) else -1)
        loops = {id(unit): unit for unit in self.units if isinstance(unit, Loop)}
        for loop in list(loops.values()):
            used = set().union(*[readers.get(slot, set()) for slot in loop.own]) - {id(loop)}
            home = loops.get(used.pop()) if len(used) == 1 else None
            if home is not None and not home.starts and self.reads_as_is(home, loop):
                home.steps[:0] = loop.steps
                home.own |= loop.own
                for found in readers.values():
                    if id(loop) in found:
                        found.remove(id(loop))
                        found.add(id(home))
                del loops[id(loop)]
                self.units.remove(loop)
                self.owner |= dict.fromkeys(loop.own, home)

    def reads_as_is(self, home: Loop, loop: Loop) -> bool:
        """Whether each copy of `home` reads the results of the same copy of `loop` only."""
        for slots in home.steps:
            operands = [self.computation.instructions[slot].operands for slot in slots]
            for column in zip(*operands, strict=True):
                if not loop.own.isdisjoint(column) and column not in loop.steps:
                    return False
        return True

    def key(self, slot: int) -> object:
        """The key by which instructions are grouped; None for one that is not."""
        instruction, varying = self.computation.instructions[slot], self.computation.varying
        operands = instruction.operands
        if instruction.name == "dot":
            weights, vector = halves(operands)
            if self.rows == 1:
                if len(operands) > MOST_OF_NEIGHBORS:
                    return None
            elif varying.isdisjoint(weights) and len(set(vector)) == len(vector):
                return "layer", tuple(sorted(vector))
            else:
                return None
        elif len(operands) > 3 or instruction.name in UNGROUPED:
            return None
        kinds = [
            "varying" if x in varying else x if x in self.computation.constants else "uniform"
            for x in operands
        ]
        return instruction.name, len(operands), *kinds

    def by_sources(self, slots: list[int]) -> list[list[int]]:
        """Slots in groups of which each operand comes from one run, or is one slot for all."""
        groups: dict[tuple[object, ...], list[int]] = {}
        for slot in slots:
            operands = self.computation.instructions[slot].operands
            places = [(x, self.places.of(x)) for x in operands]
            sources = tuple([(x,) if place is None else place[0] for x, place in places])
            groups.setdefault(sources, []).append(slot)
        return list(groups.values())

    def layer(self, slots: list[int], vector: tuple[int, ...]) -> None:
        if len(slots) * len(vector) < SMALLEST_LAYER:
            return
        weights = {slot: self.weights(slot) for slot in slots}
        # Rows of weights in their order in memory: by the first one of each.
        slots = sorted(slots, key=lambda slot: min(weights[slot].values()))
        wanted = sorted(vector, key=weights[slots[0]].__getitem__)
        placed = self.runs.request(wanted)
        rows = [tuple([weights[slot][x] for x in placed.values()]) for slot in slots]
        unit = Layer(tuple(slots), tuple(placed), tuple(rows))
        self.units.append(unit)
        self.runs.settle(unit.slots)
        self.owner |= dict.fromkeys(slots, unit)

    def weights(self, slot: int) -> dict[int, int]:
        """The weight of each element of the vector."""
        weights, vector = halves(self.computation.instructions[slot].operands)
        return dict(zip(vector, weights, strict=True))

    def loop(self, slots: list[int], depth: int) -> None:
        """Schedule these slots as the copies of a loop, if their operands have constant strides.

        They are appended to an existing loop, or begin a new one: for sigmoids z1..z9 the first
        slots begin a loop, and the instructions that follow for each neuron, up to the product with
        the adjoint, are appended.
        """
        operands = [self.computation.instructions[slot].operands for slot in slots]
        columns = list(zip(*operands, strict=True))
        spread = [column for column in columns if len(set(column)) > 1]
        guide = next((column for column in spread if self.places.of(column[0])), ())
        places = [place for x in guide if (place := self.places.of(x))]
        if len(places) < len(slots):
            return
        order = sorted(range(len(slots)), key=places.__getitem__)
        columns = [tuple([column[i] for i in order]) for column in columns]
        if any([self.places.stride(column) is None for column in columns]):
            if self.rows == 1:  # over rows there are few copies
                for part in self.places.even_parts(columns, SMALLEST_LOOP):
                    self.loop([slots[order[i]] for i in part], depth)
            return
        if len(columns) > MOST_FACTORS and not self.places.are_flat(columns):
            return
        members = tuple([slots[i] for i in order])
        self.fusion.add(members, columns, depth)
        self.runs.settle(members)
