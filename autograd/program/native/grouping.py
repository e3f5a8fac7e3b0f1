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
from .layout import stride
from .recurrences import Body, affine
from .runs import Slots, Strided, whole
from .schedule import Layer, Loop, Outer, Recurrence, Schedule, Wide, ordered
from .wide import is_wide

SMALLEST_LOOP = 4  # copies
SMALLEST_LAYER = 8  # products: dots times inputs
MOST_FACTORS = 16  # of products that a loop over copies adds up
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
    accumulate(computation, grouper.owner, grouper.available, after)
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
        accumulate(computation, grouper.owner, grouper.available, wanted)
    varying = [slot for slot in computation.instructions if slot in computation.varying]
    units = ordered(computation, varying, grouper.units, grouper.runs.copies)
    return Schedule(units, grouper.runs.tuples, [])


class Runs:
    """Runs: slots that are contiguous in memory, so that one loop can iterate over them.

    Slots of straight-line code are placed in a run only when `request` or `exactly` needs them
    adjacent.

    The columns, into which the rows are transposed, are the first run, unless the computation has
    runs of its own.
    """

    def __init__(self, computation: Computation) -> None:
        self.computation = computation
        self.members: list[tuple[int, ...] | range] = []
        self.position: dict[int, tuple[int, int]] = {}  # by slot: its run, and where in it
        self.copies: list[int] = []  # instructions that were added to gather scattered slots
        for slots in computation.runs:
            self.add(slots)

    @property
    def tuples(self) -> list[tuple[int, ...]]:
        """The runs, but the rooms of loops."""
        return [run for run in self.members if not isinstance(run, range)]

    def add_room(self, room: range, slots: Iterable[int]) -> None:
        """Let these slots lie where they are in the room of a loop."""
        for slot in slots:
            if slot in room:
                self.position[slot] = len(self.members), slot - room.start
        self.members.append(room)

    def settle(self, slots: tuple[int, ...]) -> None:
        """Let slots that are computed together lie in this order; those that are elsewhere already
        are copied to there.
        """
        if self.in_order(slots) == slots:
            return
        for slot in slots:
            if slot in self.position:
                run, i = self.position.pop(slot)
                copied = self.copy(slot)
                self.position[copied] = run, i
                members = self.members[run]
                self.members[run] = (*members[:i], copied, *members[i + 1 :])
        self.add(slots)

    def add(self, slots: Sequence[int]) -> None:
        """Make these slots, which are in no run yet, a run in this order."""
        for i, slot in enumerate(slots):
            self.position[slot] = len(self.members), i
        self.members.append(tuple(slots))

    def in_order(self, slots: Sequence[int]) -> tuple[int, ...] | None:
        """The slots in the order in which they are contiguous; None if they are not."""
        places = sorted([self.position.get(slot, (-1, 0)) for slot in slots])
        run, first = places[0]
        if run < 0 or places != [(run, first + i) for i in range(len(slots))]:
            return None
        return tuple(self.members[run][first : first + len(slots)])

    def request(self, slots: Sequence[int]) -> dict[int, int]:
        """Contiguous slots in their order, each with the slot whose number it has: the slots
        themselves where possible, else copies.
        """
        found = self.in_order(slots)
        free = self.position.keys().isdisjoint(slots)
        if found is None and free and self.computation.varying.issuperset(slots):
            self.add(slots)
            found = tuple(slots)
        if found is not None:
            return {slot: slot for slot in found}
        stands_for = {self.copy(slot): slot for slot in slots}
        self.add(list(stands_for))
        return stands_for

    def exactly(self, slots: Sequence[int]) -> tuple[int, ...]:
        """Contiguous slots in this order, each the one that was given or a copy of it."""
        if self.in_order(slots) == tuple(slots):
            return tuple(slots)
        distinct = len(set(slots)) == len(slots)
        free = distinct and self.position.keys().isdisjoint(slots)
        if not free or not self.computation.varying.issuperset(slots):
            slots = [self.copy(slot) for slot in slots]
        self.add(slots)
        return tuple(slots)

    def placed(self, outer: Outer) -> Outer:
        """The outer product of single slots with contiguous adjoints and inputs."""
        own = [[slots[0] for slots in factors] for factors in (outer.adjoints, outer.inputs)]
        adjoints, inputs = [self.request(slots) for slots in own]
        rows = [own[0].index(a) for a in adjoints.values()]
        columns = [own[1].index(x) for x in inputs.values()]
        single = [tuple([(slot,) for slot in found]) for found in (adjoints, inputs)]
        return Outer(single[0], single[1], part_of(outer.places, rows, columns))

    def copy(self, slot: int) -> int:
        copied = self.computation.copy(slot)
        self.computation.varying.add(copied)
        self.copies.append(copied)
        return copied


def part_of(
    places: Sequence[Sequence[int]], rows: Sequence[int], columns: Sequence[int]
) -> tuple[tuple[int, ...], ...]:
    """Some rows and columns of a matrix."""
    return tuple([tuple([places[row][column] for column in columns]) for row in rows])


class Grouper:
    """Finds layers and loops, level by level."""

    def __init__(self, computation: Computation, rows: int) -> None:
        self.computation, self.rows = computation, rows
        self.runs = Runs(computation)
        self.units: list[Layer | Loop | Wide | Recurrence] = []
        self.owner: dict[int, Layer | Loop] = {}  # by slot, where not straight
        self.readers: dict[tuple[int, ...], list[Loop]] = {}  # by the slots of all copies
        self.elements: dict[int, list[int]] = {}  # by the slot of a loop, what is taken of it
        # By slot: the depth at which its unit runs. A unit may read what is available at a lower
        # depth than its own, so there are no cycles.
        self.available: dict[int, int] = {}
        self.uniform_places = {slot: i for i, slot in enumerate(computation.parameters)}
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
        self.available = level
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
            if home is not None and self.reads_as_is(home, loop):
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
                if len(operands) > MOST_FACTORS:
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
            places = [(x, self.place(x)) for x in operands]
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
        guide = next((column for column in spread if self.place(column[0])), ())
        places = [place for x in guide if (place := self.place(x))]
        if len(places) < len(slots):
            return
        order = sorted(range(len(slots)), key=places.__getitem__)
        columns = [tuple([column[i] for i in order]) for column in columns]
        if any([self.stride(column) is None for column in columns]):
            return
        members = tuple([slots[i] for i in order])
        home = self.home(columns)
        if home is None:
            home = Loop([], depth)
            self.units.append(home)
        home.steps.append(members)
        home.own.update(members)
        self.runs.settle(members)
        for slot in members:
            self.owner[slot] = home
            self.available[slot] = home.level
        for column in columns:
            self.readers.setdefault(column, []).append(home)

    def place(self, slot: int) -> tuple[int, int] | None:
        """The place of a slot: in a run, or (as run -1) among the parameters."""
        if slot in self.uniform_places:
            return -1, self.uniform_places[slot]
        return self.runs.position.get(slot)

    def stride(self, column: tuple[int, ...]) -> int | None:
        if len(set(column)) == 1:
            return 0
        places = [self.place(x) for x in column]
        known = [place for place in places if place is not None]
        if len(known) < len(column) or len({run for run, _ in known}) > 1:
            return None
        return stride([i for _, i in known])

    def home(self, columns: Sequence[tuple[int, ...]]) -> Loop | None:
        """The loop to which a step on these operands can be appended."""
        loops = []
        for column in columns:
            owner = self.owner.get(column[0])
            if isinstance(owner, Loop) and column in owner.steps:
                loops.append(owner)
            if len(set(column)) > 1:
                loops.extend(self.readers.get(column, []))
        if not loops:
            return None
        home = max(loops, key=lambda loop: loop.level)
        for column in columns:
            if column in home.steps:
                continue
            for slot in column:
                # It must be available before the loop begins, in the order of depth.
                if slot in home.own or self.available.get(slot, 0) >= home.level:
                    return None
        return home
