"""Reductions over rows: decomposition of the summed outputs, and code of the sums.

An output that is summed over rows is decomposed by linearity: a sum is the sum of its terms' sums;
a uniform factor is applied after the sum; a product of two varying slots is an entry of a matrix
product, for a whole layer at once. A slot that is uniform except for the weight of the row is
multiplied by the sum of the weights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ...ops import halves
from ...tape.loop_products import is_product
from .computation import Computation
from .formulas import Formula, write_formulas
from .kernels import add_to, add_total, outer_kernel
from .layout import Region, strides
from .llvm_ir import Function
from .runs import Held, Slots, Strided, whole
from .schedule import Outer
from .sharing import call_all
from .units import Units

SMALLEST_OUTER = 4  # products; fewer are summed one by one
AT_ONCE = (
    96 * 1024 // 8
)  # numbers of a block in the steps that are summed together: half of L2 was slower
LONGEST_PIECE = 500  # lines of code per function
POINTERS = dict.fromkeys(("%columns", "%kept", "%sums", "%scratch"), "ptr")
TOTALS = {**POINTERS, "%blocks": "i64", "%new": "i1"}  # the parameters of `totals`
Factor = int | Slots  # a slot, or a run, one for each step of a loop


@dataclass
class Term:
    """A uniform factor (a slot; 1 if None) times a sum over rows: of a slot, or of a product, or
    of the products of two runs.
    """

    factor: int | None
    summed: tuple[Factor, ...]


@dataclass
class Reductions:
    """The sums over rows, and the outputs in terms of them.

    Args:
        columns: slots that are summed, with the place of each sum.
        outers: products that are summed.
        formulas: for outputs that are more than the sum of their own place, (factor, place) pairs.
        count: the number of places; the first ones are those of the outputs.
    """

    count: int
    columns: dict[int, int] = field(default_factory=dict)
    outers: list[Outer] = field(default_factory=list)
    formulas: dict[int, Formula] = field(default_factory=dict)


def find_reductions(computation: Computation) -> Reductions:
    """Decompose the outputs; instructions that are no longer needed are removed.

    An output 2·(x·a) + b·weight, where x and a vary and b is uniform, has the terms 2·sum(x, a) and
    b·sum(weight). Each sum gets a place: that of (x, a) as an entry of a matrix product if x and a
    are part of a layer, else as a column of products; of runs x and a it is the sum over all steps
    too. The output's formula is (2, first place), (b, second place). An output that is one sum has
    that sum at its own place, and no formula.
    """
    weight = computation.columns[-1]
    splitter = Splitter(computation, weight)
    terms = [list(splitter.terms(slot)) for slot in computation.outputs]
    layers = large_layers(terms)
    large = {(x, adjoint) for inputs, adjoints in layers for adjoint in adjoints for x in inputs}
    sums = Reductions(len(computation.outputs))
    place: dict[tuple[Factor, ...], int] = {}
    for output, (slot, apart) in enumerate(zip(computation.outputs, terms, strict=True)):
        simple = all([part.factor is None and part.summed not in large for part in apart])
        undivided = simple and slot in computation.varying  # decomposition has no advantage
        parts = [Term(None, (slot,))] if undivided else apart
        formula = []
        for part in parts:
            summed = part.summed
            if len(summed) == 2 and summed not in large:
                summed = (computation.add("mul", *map(slot_of, summed)),)
            if summed not in place:
                if len(parts) == 1 and part.factor is None:
                    place[summed] = output
                else:
                    place[summed] = sums.count
                    sums.count += 1
            formula.append((part.factor, place[summed]))
        if formula != [(None, output)]:
            sums.formulas[output] = formula
    sums.columns = {slot_of(summed[0]): i for summed, i in place.items() if len(summed) == 1}
    for inputs, adjoints in layers:
        places = [tuple([place[x, adjoint] for x in inputs]) for adjoint in adjoints]
        runs = [tuple([run_of(x) for x in factors]) for factors in (adjoints, inputs)]
        sums.outers.append(Outer(runs[0], runs[1], tuple(places)))
    wanted = [*sums.columns, *[slot for outer in sums.outers for slot in outer.reads]]
    wanted += [f for formula in sums.formulas.values() for f, _ in formula if f is not None]
    computation.keep(wanted)
    return sums


class Splitter:
    """Decomposes slots into terms."""

    def __init__(self, computation: Computation, weight: int) -> None:
        self.computation, self.weight = computation, weight
        self.uses = Counter({*computation.outputs})  # repeated outputs are summed once
        for instruction in computation.instructions.values():
            self.uses.update(instruction.operands)
        self.rates = {weight: computation.add_constant(1.0)}
        for slot, instruction in list(computation.instructions.items()):
            rate = self.rate(instruction.name, instruction.operands)
            if rate is not None:
                self.rates[slot] = rate

    def uniform(self, slot: int) -> bool:
        return slot not in self.computation.varying

    def rate(self, name: str, operands: tuple[int, ...]) -> int | None:
        """The uniform slot whose product with the row's weight is this instruction's result."""
        rates, add = self.rates, self.computation.add
        if name == "mul":
            a, b = operands
            if a in rates and self.uniform(b):
                return add("mul", rates[a], b)
            return add("mul", a, rates[b]) if b in rates and self.uniform(a) else None
        if name == "div":
            a, b = operands
            return add("div", rates[a], b) if a in rates and self.uniform(b) else None
        if name in ("add", "sub", "neg", "total") and rates.keys() >= set(operands):
            return add(name, *[rates[operand] for operand in operands])
        if name == "dot":
            weights, vector = halves(operands)
            if all([x in rates for x in vector]) and all([self.uniform(w) for w in weights]):
                return add("dot", *weights, *[rates[x] for x in vector])
        return None

    def terms(self, slot: int) -> Iterator[Term]:
        """The terms of a slot's sum over rows.

        The sums and products at the end of a sweep are decomposed; all else is a term.
        """
        todo: list[tuple[int, int | None]] = [(slot, None)]
        while todo:
            slot, factor = todo.pop()
            instruction = self.computation.instructions.get(slot)
            if slot in self.rates:
                yield Term(self.times(factor, self.rates[slot]), (self.weight,))
            elif self.uniform(slot):  # a derivative of 0: all others have the weight as a factor
                zero = self.computation.add("mul", slot, self.computation.add_constant(0.0))
                yield Term(zero, (self.weight,))
            elif instruction is None or self.uses[slot] > 1:
                yield Term(factor, (slot,))
            elif instruction.name == "element" and (runs := self.runs(instruction.operands[0])):
                yield Term(factor, runs)
            elif instruction.name == "add":
                todo.extend([(operand, factor) for operand in instruction.operands])
            elif instruction.name in ("mul", "dot") and self.is_split(instruction.operands):
                for a, b in zip(*halves(instruction.operands), strict=True):
                    if self.uniform(a):
                        todo.append((b, self.times(factor, a)))
                    elif self.uniform(b):
                        todo.append((a, self.times(factor, b)))
                    else:
                        yield Term(factor, (a, b))
            else:
                yield Term(factor, (slot,))

    def runs(self, slot: int) -> tuple[Slots, ...]:
        """The runs whose products a loop sums; none if it does anything else."""
        held: Held = self.computation.instructions[slot].held
        varying = self.computation.varying
        vary = all([not varying.isdisjoint(whole(run)) for run in held.operands])
        return held.operands if vary and is_product(held.loop) else ()

    def is_split(self, operands: tuple[int, ...]) -> bool:
        """Whether products are summed one by one: not those of a layer's weights and inputs."""
        first, _ = halves(operands)
        return len(first) == 1 or not all([self.uniform(operand) for operand in first])

    def times(self, factor: int | None, other: int) -> int:
        """The product of two uniform factors; None is a factor of 1."""
        return other if factor is None else self.computation.add("mul", factor, other)


def run_of(factor: Factor) -> Slots:
    return (factor,) if isinstance(factor, int) else factor


def slot_of(factor: Factor) -> int:
    """Its slot, or of a run the first one."""
    return whole(run_of(factor))[0]


def large_layers(terms: list[list[Term]]) -> list[tuple[tuple[Factor, ...], list[Factor]]]:
    """Adjoints, grouped by equal inputs; a group is kept if it has many products, or is of runs.

    Each is (inputs, adjoints), and every product of the two is in a sum.
    """
    inputs_of: dict[Factor, dict[Factor, None]] = {}
    for parts in terms:
        for part in parts:
            if len(part.summed) == 2:
                x, adjoint = part.summed
                inputs_of.setdefault(adjoint, {})[x] = None
    layers: dict[tuple[Factor, ...], list[Factor]] = {}
    for adjoint, inputs in inputs_of.items():
        layers.setdefault(tuple(sorted(inputs, key=slot_of)), []).append(adjoint)
    return [
        (inputs, adjoints)
        for inputs, adjoints in layers.items()
        if len(inputs) * len(adjoints) >= SMALLEST_OUTER or not isinstance(inputs[0], int)
    ]


class ReductionWriter:
    """Writes the functions that sum.

    Attributes:
        scratch: the temporary memory for sums of scattered products, in numbers.
    """

    def __init__(self, units: Units) -> None:
        self.units, self.module, self.layout = units, units.module, units.layout
        self.rows = self.layout.rows
        self.scratch = 0

    def write(self, sums: Reductions) -> None:
        self.clear()
        self.totals(sums)
        write_formulas(self.units, sums.formulas)

    def clear(self) -> None:
        """clear(kept, there): sets the rows from `there` on of a block to 0, so that they don't
        contribute to sums.
        """
        f = Function(self.module, "clear", "ptr %kept, i64 %there", self.rows)
        numbers = ", ".join([f"i64 {i}" for i in range(self.rows)])
        with f.width(1):
            limit = f.set("sitofp i64 %there to double")
        row = f.set(f"sitofp <{self.rows} x i64> <{numbers}> to {f.number}")
        is_there = f.compare("olt", row, f.splat(limit))
        if self.layout.kept.slots:
            with f.loop(self.layout.kept.slots) as (slot, _):
                place = f.at("%kept", f.times(slot, self.rows))
                f.store(f.select(is_there, f.load(place), f.constant(0.0)), place)
        f.end()

    def totals(self, sums: Reductions) -> None:
        """totals(columns, kept, sums, scratch, blocks, new): add the sums over a span's rows.

        new is whether the sums count as 0 before.
        """
        parameters = ", ".join([f"{kind} {name}" for name, kind in TOTALS.items()])
        f = Function(self.module, "totals", parameters, self.module.lanes)
        for region in (self.layout.columns, self.layout.kept):
            offsets = [(*self.layout.offset(slot), place) for slot, place in sums.columns.items()]
            here = [(offset, place) for there, offset, place in offsets if there is region]
            if here:
                self.sum_columns(f, region, here)
        pieces: list[Function] = []
        for outer in self.units.schedule.outers:
            if not pieces or len(pieces[-1].lines) > LONGEST_PIECE:
                name = f"totals{len(pieces)}"
                pieces.append(Function(self.module, name, parameters, self.module.lanes))
            self.outer(pieces[-1], outer)
        for piece in pieces:
            piece.end()
        call_all(f, [(piece.name,) for piece in pieces], *TOTALS)
        f.end()

    def sum_columns(self, f: Function, region: Region, places: Sequence[tuple[int, int]]) -> None:
        """Add the sums of single slots, by tables of the places of slots and sums."""
        sources = self.module.table([offset for offset, _ in places])
        targets = self.module.table([place for _, place in places])
        with f.loop(len(places)) as (i, _), f.width(self.rows):
            source = f.at(f"%{region.name}", f.entry(sources, i))
            with f.loop("%blocks", carry=[f.constant(0.0)]) as (block, carried):
                numbers = f.load(f.at(source, f.times(block, self.layout.block_size(region))))
                carried.after = [f.add(carried.current[0], numbers)]
            add_total(f, carried.after[0], f.at("%sums", f.entry(targets, i)))

    def outer(self, f: Function, outer: Outer) -> None:
        """Add the sums of a layer's products; by a table if their places are scattered."""
        runs = [outer.adjoints[0], outer.inputs[0]]
        pointers = [self.units.pointer(f, slots[0]) for slots in runs]
        sizes = [self.layout.block_size(self.layout.places[slots[0]][0]) for slots in runs]
        steps = [self.distance(run) for run in runs]
        found = strides(outer.places)
        size = (len(outer.adjoints), len(outer.inputs))
        first, *apart = found or (0, size[1], 1)
        distances = [*zip(sizes, steps, strict=True)]
        name = outer_kernel(self.module, *size, (apart[0], apart[1]), distances)
        target, new = (f.at("%sums", first), "%new") if found else ("%scratch", "true")
        most = min(outer.steps, max(1, AT_ONCE // (sum(size) * self.rows)))
        with f.loop(outer.steps, most) as (step, _):
            a, x = [f.at(p, f.times(step, far)) for p, far in zip(pointers, steps, strict=True)]
            count = str(most)
            if most < outer.steps:
                count = f.smaller(f.set(f"sub nsw i64 {outer.steps}, {step}"), count)
                new = f.set(f"and i1 {new}, {f.set(f'icmp eq i64 {step}, 0')}")
            f.call(name, target, a, x, "%blocks", count, new)
        if found is not None:
            return
        count = size[0] * size[1]
        self.scratch = max(self.scratch, count)
        table = self.module.table([place for row in outer.places for place in row])
        with f.loop(count) as (i, _), f.width(1):
            add_to(f, f.at("%sums", f.entry(table, i)), f.load(f.at("%scratch", i)))

    def distance(self, run: Slots) -> int:
        """How many numbers are from one step to the next; 0 if there is a single one."""
        if len(run) == 1:
            return 0
        if isinstance(run, Strided):
            return run.step * self.rows
        (_, first), (_, second) = [self.layout.places[slot] for slot in run[:2]]
        return (second - first) * self.rows
