"""The functions that Python calls, and those that they are made of.

Rows are computed in *blocks* of two vectors of rows, and blocks in *spans*, as many as the second
cache holds. Every span has sums of its own, which are added in the order of the spans, so that the
result does not depend on which thread computed which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .computation import Computation
from .grouping import Plan
from .kernels import block_rows, outer_kernel
from .memory import Memory
from .rows import write
from .runs import steps
from .sums import Sums
from .text import Function, Module
from .unpacking import TABLE, unpack
from .units import Units

CACHE = 128 * 1024 // 8  # numbers in a span
LONGEST_UNIFORM = 1000  # instructions in one function


@dataclass
class Sizes:
    """How much memory the entries need, in numbers, and how many rows are in a span."""

    uniform: int
    workspace: int
    sums: int
    span_rows: int


class Entries:
    """Writes the entries of a computation into a module."""

    def __init__(
        self, module: Module, computation: Computation, plan: Plan, memory: Memory
    ) -> None:
        self.module, self.computation = module, computation
        self.plan, self.memory = plan, memory
        self.units = Units(module, computation, memory, plan)
        self.rows = block_rows(module)
        self.block = {region: size * self.rows for region, size in memory.sizes.items()}
        each = self.block["columns"] + self.block["kept"]
        self.blocks = max(1, min(CACHE // max(1, each), 4096))
        self.kept = self.block["columns"] * self.blocks
        self.temporary = self.kept + self.block["kept"] * self.blocks
        self.partial = self.temporary + self.block["temporary"]

    def sizes(self, sums: int) -> Sizes:
        return Sizes(self.units.uniform_size, self.partial + sums, sums, self.blocks * self.rows)

    def for_values(self, outputs: Sequence[int]) -> None:
        """All that `values` needs, but the prologue, which knows last what is uniform."""
        unpack(self.module, self.computation, self.block["columns"])
        self.sweep()
        self.values(outputs)

    def for_sums(self, sums: Sums) -> None:
        """All that `all_sums`, `spans` and `combine` need, but the prologue."""
        unpack(self.module, self.computation, self.block["columns"])
        self.sweep()
        self.clear()
        self.totals(sums)
        self.finish(sums)
        self.add(sums.count)
        self.spans()
        self.combine(sums.count)
        self.all_sums()

    # What is computed once.

    def prologue(self) -> None:
        """prologue(uniform): computes the uniform slots from the parameters, which come first."""
        computation, units = self.computation, self.units
        slots = [slot for slot in computation.instructions if slot not in computation.varying]
        main = Function(self.module, "prologue", [("ptr", "uniform")], 1, exported=True)
        constants = Function(self.module, "constants", [("ptr", "uniform")], 1)
        for start in range(0, len(slots), LONGEST_UNIFORM):
            f = Function(self.module, f"uniform{start}", [("ptr", "uniform")], 1)
            values: dict[int, str] = {}
            for slot in slots[start : start + LONGEST_UNIFORM]:
                instruction = computation.instructions[slot]
                operands = [units.operand(f, values, x) for x in instruction.operands]
                values[slot] = write(f, instruction.name, operands)
                units.store(f, slot, values[slot], f.at("%uniform", units.uniform_place(slot)))
            f.end()
            main.call(f"uniform{start}", ("ptr", "%uniform"))
        for slot, place in units.uniform.items():
            if slot in computation.constants:
                number = constants.constant(computation.constants[slot])
                constants.store(number, constants.at("%uniform", place))
        constants.end()
        main.call("constants", ("ptr", "%uniform"))
        for first, packed in units.packed:
            table = self.module.table([units.uniform_place(slot) for slot in packed])
            with main.loop(len(packed)) as (i, _):
                value = main.load(main.at("%uniform", main.entry(table, i)))
                main.store(value, main.at("%uniform", main.plus(i, first)))
        main.end()

    # Rows.

    def sweep(self) -> None:
        """sweep(columns, blocks, kept, temporary, uniform): all units on every block."""
        parameters = [("ptr", "all_columns"), ("i64", "blocks"), ("ptr", "all_kept")]
        parameters += [("ptr", "temporary"), ("ptr", "uniform")]
        f = Function(self.module, "sweep", parameters, self.module.lanes)
        with f.loop("%blocks") as (block, _):
            for region in ("columns", "kept"):
                offset = f.times(block, self.block[region])
                f.do(f"%{region} = getelementptr inbounds double, ptr %all_{region}, i64 {offset}")
            self.units.write_all(f)
        f.end()

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

    # Sums.

    def totals(self, sums: Sums) -> None:
        """totals(columns, kept, blocks, sums): what is summed, over the rows of a span."""
        parameters = [("ptr", "columns"), ("ptr", "kept"), ("i64", "blocks"), ("ptr", "sums")]
        f = Function(self.module, "totals", parameters, self.module.lanes)
        for region in ("columns", "kept"):
            here = [
                (self.memory.place[slot][1], place)
                for slot, place in sums.columns.items()
                if self.memory.place[slot][0] == region
            ]
            if here:
                self.sum_columns(f, region, here)
        for number, (adjoints, inputs, places) in enumerate(self.plan.outers):
            self.outer(f, number, adjoints, inputs, places)
        f.end()

    def sum_columns(self, f: Function, region: str, places: Sequence[tuple[int, int]]) -> None:
        """The sums of single slots, by tables of where they are and where their sums go."""
        sources = self.module.table([slot * self.rows for slot, _ in places])
        targets = self.module.table([place for _, place in places])
        with f.loop(len(places)) as (i, _), f.width(self.rows):
            source = f.at(f"%{region}", f.entry(sources, i))
            with f.loop("%blocks", carry=[f.constant(0.0)]) as (block, carried):
                numbers = f.load(f.at(source, f.times(block, self.block[region])))
                carried.after = [f.add(carried.current[0], numbers)]
            total = f.sum_lanes(carried.after[0])
            f.do(f"store double {total}, ptr {f.at('%sums', f.entry(targets, i))}, align 8")

    def outer(
        self,
        f: Function,
        number: int,
        adjoints: tuple[int, ...],
        inputs: tuple[int, ...],
        places: tuple[tuple[int, ...], ...],
    ) -> None:
        """The sums of a layer's products; through a table where they go to scattered places."""
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
            f.call(name, ("ptr", f.at("%sums", first)), *operands)
            return
        count = len(adjoints) * len(inputs)
        matrix = f.set(f"alloca double, i64 {count}, align 64")
        f.call(name, ("ptr", matrix), *operands)
        table = self.module.table([place for row in places for place in row])
        with f.loop(count) as (i, _), f.width(1):
            value = f.load(f.at(matrix, i))
            f.store(value, f.at("%sums", f.entry(table, i)))

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
            results[output] = write(f, "total", terms) if terms else f.constant(0.0)
        for output, value in results.items():
            f.store(value, f.at("%sums", output))
        f.end()

    def spans(self) -> None:
        """spans(table..., first, last, partial, step, new, workspace): sums of numbered spans.

        Those of span i go to partial + (i - first)·step. The rows are not unpacked if they are what
        the workspace still has in it (`new` is false).
        """
        parameters = [*TABLE, ("i64", "first"), ("i64", "last"), ("ptr", "partial")]
        parameters += [("i64", "step"), ("i1", "new"), ("ptr", "workspace")]
        f = Function(self.module, "spans", parameters, 1, exported=True)
        table = [(kind, f"%{name}") for kind, name in TABLE]
        kept, temporary = f.at("%workspace", self.kept), f.at("%workspace", self.temporary)
        with f.loop("%last", start="%first") as (span, _):
            first, blocks, left = self.span_of(f, span)
            columns = ("ptr", "%workspace")
            with f.when("%new"):
                f.call("unpack", *table, ("i64", first), ("i64", blocks), columns)
            target = f.set(f"mul nsw i64 {f.set(f'sub nsw i64 {span}, %first')}, %step")
            self.span_sums(f, "%workspace", blocks, left, kept, temporary, f.at("%partial", target))
        f.end()

    def span_of(self, f: Function, span: str) -> tuple[str, str, str]:
        """The first row of a span, how many blocks it has, how many rows are in the last one."""
        first = f.times(span, self.blocks * self.rows)
        left = f.set(f"sub nsw i64 %rows, {first}")
        blocks = f.set(f"sdiv i64 {f.plus(left, self.rows - 1)}, {self.rows}")
        fewer = f.set(f"icmp slt i64 {blocks}, {self.blocks}")
        blocks = f.set(f"select i1 {fewer}, i64 {blocks}, i64 {self.blocks}")
        before = f.times(f.plus(blocks, -1), self.rows)
        return first, blocks, f.set(f"sub nsw i64 {left}, {before}")

    def span_sums(
        self,
        f: Function,
        columns: str,
        blocks: str,
        left: str,
        kept: str,
        temporary: str,
        target: str,
    ) -> None:
        """Sweep over the blocks of a span and sum."""
        shown = [("ptr", columns), ("i64", blocks), ("ptr", kept), ("ptr", temporary)]
        f.call("sweep", *shown, ("ptr", "%uniform"))
        with f.when(f.set(f"icmp slt i64 {left}, {self.rows}")):
            last = f.at(kept, f.times(f.plus(blocks, -1), self.block["kept"]))
            f.call("clear", ("ptr", last), ("i64", left))
        f.call("totals", ("ptr", columns), ("ptr", kept), ("i64", blocks), ("ptr", target))

    def combine(self, count: int) -> None:
        """combine(uniform, partial, spans, sums): the spans' sums, added in their order."""
        parameters = [("ptr", "uniform"), ("ptr", "partial"), ("i64", "spans"), ("ptr", "sums")]
        f = Function(self.module, "combine", parameters, 1, exported=True)
        with f.loop(count) as (i, _):
            first = f.load(f.at("%partial", i))
            f.store(first, f.at("%sums", i))
        with f.when(f.set("icmp sgt i64 %spans, 1")), f.loop("%spans", start=1) as (span, _):
            part = f.at("%partial", f.times(span, count))
            f.call("add", ("ptr", "%sums"), ("ptr", part))
        f.call("finish", ("ptr", "%uniform"), ("ptr", "%sums"))
        f.end()

    def add(self, count: int) -> None:
        """add(sums, part): sums += part."""
        f = Function(self.module, "add", [("ptr", "sums"), ("ptr", "part")], self.module.lanes)
        whole = count - count % f.lanes
        for lanes, start, stop in ((f.lanes, 0, whole), (1, whole, count)):
            if start < stop:
                with f.width(lanes), f.loop(stop, lanes, start) as (i, _):
                    place = f.at("%sums", i)
                    f.store(f.add(f.load(place), f.load(f.at("%part", i))), place)
        f.end()

    def all_sums(self) -> None:
        """all_sums(table..., sums, new, workspace): prologue, all spans, what follows from them.

        new: whether the rows, their order or weights are others than in the last call.
        """
        parameters = [*TABLE, ("ptr", "sums"), ("i1", "new"), ("ptr", "workspace")]
        f = Function(self.module, "all_sums", parameters, 1, exported=True)
        table = [(kind, f"%{name}") for kind, name in TABLE]
        f.call("prologue", ("ptr", "%uniform"), exported=True)
        partial, workspace = f.at("%workspace", self.partial), ("ptr", "%workspace")

        def span(first: str, last: str, target: str, new: str) -> None:
            numbers = [("i64", first), ("i64", last), ("ptr", target), ("i64", "0"), ("i1", new)]
            f.call("spans", *table, *numbers, workspace, exported=True)

        count = self.span_count(f)
        several = f.set(f"icmp sgt i64 {count}, 1")  # of which the workspace has the last one
        span("0", "1", "%sums", f.set(f"or i1 {several}, %new"))
        with f.when(several), f.loop(count, start=1) as (i, _):
            span(i, f.plus(i, 1), partial, "true")
            f.call("add", ("ptr", "%sums"), ("ptr", partial))
        f.call("finish", ("ptr", "%uniform"), ("ptr", "%sums"))
        f.end()

    def span_count(self, f: Function) -> str:
        span_rows = self.blocks * self.rows
        return f.set(f"sdiv i64 {f.plus('%rows', span_rows - 1)}, {span_rows}")

    # Values.

    def values(self, outputs: Sequence[int]) -> None:
        """values(table..., y, workspace): the outputs for each row, in rows of `outputs`."""
        parameters = [*TABLE, ("ptr", "y"), ("ptr", "workspace")]
        f = Function(self.module, "values", parameters, 1, exported=True)
        table = [(kind, f"%{name}") for kind, name in TABLE]
        f.call("prologue", ("ptr", "%uniform"), exported=True)
        kept, temporary = f.at("%workspace", self.kept), f.at("%workspace", self.temporary)
        last = self.span_count(f)
        with f.loop(last) as (span, _):
            first, blocks, _ = self.span_of(f, span)
            f.call("unpack", *table, ("i64", first), ("i64", blocks), ("ptr", "%workspace"))
            shown = [("ptr", "%workspace"), ("i64", blocks), ("ptr", kept), ("ptr", temporary)]
            f.call("sweep", *shown, ("ptr", "%uniform"))
            stop = f.plus(first, f.times(blocks, self.rows))
            fewer = f.set(f"icmp slt i64 {stop}, %rows")
            stop = f.set(f"select i1 {fewer}, i64 {stop}, i64 %rows")
            with f.loop(stop, start=first) as (row, _):
                here = f.set(f"sub nsw i64 {row}, {first}")
                block = f.set(f"sdiv i64 {here}, {self.rows}")
                lane = f.set(f"srem i64 {here}, {self.rows}")
                for i, slot in enumerate(outputs):
                    region, place = self.memory.place[slot]
                    base = "%workspace" if region == "columns" else kept
                    offset = f.plus(f.times(block, self.block[region]), lane)
                    value = f.load(f.at(base, f.plus(offset, place * self.rows)))
                    target = f.at("%y", f.plus(f.times(row, len(outputs)), i))
                    f.store(value, target)
        f.end()
