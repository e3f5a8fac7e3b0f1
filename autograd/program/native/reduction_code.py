"""The code of reductions: the sums of a span, of single slots and of products.

A product of adjoints and inputs is summed over the rows of the span, and where it is that of a loop
over its steps; of many steps some at a time, which are in the cache while all tiles read them.
"""

from __future__ import annotations

from collections.abc import Sequence

from .formulas import write_formulas
from .kernels import add_to, add_total, outer_kernel
from .layout import Region, strides
from .llvm_ir import Function
from .reductions import Reductions
from .runs import Slots, Strided
from .schedule import Outer
from .sharing import call_all
from .units import Units

AT_ONCE = 96 * 1024 // 8  # numbers of a block in the steps that are summed at a time
LONGEST_PIECE = 500  # lines of code per function
POINTERS = dict.fromkeys(("%columns", "%kept", "%sums", "%scratch"), "ptr")
TOTALS = {**POINTERS, "%blocks": "i64", "%new": "i1"}  # the parameters of `totals`


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

        new: whether what the sums hold before counts as 0.
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
            number = str(most)
            if most < outer.steps:
                number = f.smaller(f.set(f"sub nsw i64 {outer.steps}, {step}"), number)
                new = f.set(f"and i1 {new}, {f.set(f'icmp eq i64 {step}, 0')}")
            f.call(name, target, a, x, "%blocks", number, new)
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
