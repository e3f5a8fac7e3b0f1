"""Sums over the rows of a span: of single slots, of products, and of what results are made of."""

from __future__ import annotations

from collections.abc import Sequence

from .kernels import add_to, add_total, block_rows, outer_kernel
from .llvm_ir import Function, Module
from .lowering import lower
from .memory import Memory
from .plan import Plan
from .runs import steps
from .sums import Sums
from .units import Units


class Totals:
    """Writes the functions that sum.

    block: how many numbers each region has for a block.
    scratch: how many numbers the sums of scattered products need on the way.
    """

    def __init__(
        self, module: Module, plan: Plan, memory: Memory, units: Units, block: dict[str, int]
    ) -> None:
        self.module, self.plan, self.memory, self.units = module, plan, memory, units
        self.block, self.rows = block, block_rows(module)
        self.scratch = 0

    def write(self, sums: Sums) -> None:
        self.clear()
        self.totals(sums)
        self.finish(sums)

    def clear(self) -> None:
        """clear(kept, there): 0 in the rows from `there` on of a block, so that no sum has them."""
        f = Function(self.module, "clear", [("ptr", "kept"), ("i64", "there")], self.rows)
        numbers = ", ".join([f"i64 {i}" for i in range(self.rows)])
        with f.width(1):
            limit = f.set("sitofp i64 %there to double")
        row = f.set(f"sitofp <{self.rows} x i64> <{numbers}> to {f.number}")
        is_there = f.compare("olt", row, f.splat(limit))
        if self.memory.sizes["kept"]:
            with f.loop(self.memory.sizes["kept"]) as (slot, _):
                place = f.at("%kept", f.times(slot, self.rows))
                f.store(f.select(is_there, f.load(place), f.constant(0.0)), place)
        f.end()

    def totals(self, sums: Sums) -> None:
        """totals(columns, kept, blocks, sums, new, scratch): add what is summed over a span's rows.

        new: whether the sums count as 0 before.
        """
        parameters = [("ptr", "columns"), ("ptr", "kept"), ("i64", "blocks")]
        parameters += [("ptr", "sums"), ("i1", "new"), ("ptr", "scratch")]
        f = Function(self.module, "totals", parameters, self.module.lanes)
        for region in ("columns", "kept"):
            here = [
                (self.memory.place[slot][1], place)
                for slot, place in sums.columns.items()
                if self.memory.place[slot][0] == region
            ]
            if here:
                self.sum_columns(f, region, here)
        for adjoints, inputs, places in self.plan.outers:
            self.outer(f, adjoints, inputs, places)
        f.end()

    def sum_columns(self, f: Function, region: str, places: Sequence[tuple[int, int]]) -> None:
        """Add the sums of single slots, by tables of where they are and where their sums go."""
        sources = self.module.table([slot * self.rows for slot, _ in places])
        targets = self.module.table([place for _, place in places])
        with f.loop(len(places)) as (i, _), f.width(self.rows):
            source = f.at(f"%{region}", f.entry(sources, i))
            with f.loop("%blocks", carry=[f.constant(0.0)]) as (block, carried):
                numbers = f.load(f.at(source, f.times(block, self.block[region])))
                carried.after = [f.add(carried.current[0], numbers)]
            add_total(f, carried.after[0], f.at("%sums", f.entry(targets, i)))

    def outer(
        self,
        f: Function,
        adjoints: tuple[int, ...],
        inputs: tuple[int, ...],
        places: tuple[tuple[int, ...], ...],
    ) -> None:
        """Add the sums of a layer's products; by a table where they go to scattered places."""
        (a_region, a_place), (x_region, x_place) = (
            self.memory.place[adjoints[0]],
            self.memory.place[inputs[0]],
        )
        strides = self.block[a_region], self.block[x_region]
        a = f.at(f"%{a_region}", a_place * self.rows)
        x = f.at(f"%{x_region}", x_place * self.rows)
        found = steps(places)
        size = (len(adjoints), len(inputs))
        first, *apart = found or (0, len(inputs), 1)
        name = outer_kernel(self.module, *size, (apart[0], apart[1]), strides)
        operands = [("ptr", a), ("ptr", x), ("i64", "%blocks")]
        if found is not None:
            f.call(name, ("ptr", f.at("%sums", first)), *operands, ("i1", "%new"))
            return
        count = len(adjoints) * len(inputs)
        self.scratch = max(self.scratch, count)
        f.call(name, ("ptr", "%scratch"), *operands, ("i1", "true"))
        table = self.module.table([place for row in places for place in row])
        with f.loop(count) as (i, _), f.width(1):
            add_to(f, f.at("%sums", f.entry(table, i)), f.load(f.at("%scratch", i)))

    def finish(self, sums: Sums) -> None:
        """finish(uniform, sums): the outputs that are more than one sum."""
        f = Function(self.module, "finish", [("ptr", "uniform"), ("ptr", "sums")], 1)
        values: dict[int, str] = {}
        results = {}
        for output, formula in sums.formulas.items():
            terms = []
            for factor, place in formula:
                value = f.load(f.at("%sums", place))
                if factor is not None:
                    value = f.mul(self.units.operand(f, values, factor), value)
                terms.append(value)
            results[output] = lower(f, "total", terms) if terms else f.constant(0.0)
        for output, value in results.items():
            f.store(value, f.at("%sums", output))
        f.end()
