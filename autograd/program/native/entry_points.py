"""Entry points: the functions that Python calls, and those that they call.

Rows are computed in *blocks* of two vectors of rows, and blocks in *spans* that fit into a cache:
into L2 if rows are summed, so that each sum is stored once for many rows; into L1 if each row's
outputs are stored. The sums of spans are added in their order, so that the result does not depend
on the assignment to threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .call_arguments import ENTRY, Arguments, load_fields
from .llvm_ir import Function
from .reduction_code import ReductionWriter
from .reductions import Reductions
from .sharing import call_all
from .transposition import transpose
from .uniform import write_uniform
from .uniform_copies import copy, copy_constants
from .units import Units

CACHE = 192 * 1024 // 8  # numbers in a span whose rows are summed
FIRST_CACHE = 16 * 1024 // 8  # numbers in a span whose outputs are written row by row
TEMPORARY = 16 * 1024 // 8  # numbers of the temporary memory of one call of a unit
SPAN = ("uniform", "rows", "columns", "workspace")  # the fields that computing a span needs


@dataclass
class Sizes:
    """The memory of the entry points, in numbers, and the rows of a span.

    Args:
        columns: of one span.
    """

    uniform: int
    columns: int
    workspace: int
    sums: int
    span_rows: int

    def spans(self, rows: int) -> int:
        """The number of spans for a number of rows."""
        return -(-rows // self.span_rows)


class EntryPoints:
    """Writes the entry points of a computation into a module."""

    def __init__(self, units: Units, cache: int = CACHE) -> None:
        self.units, self.module, self.layout = units, units.module, units.layout
        self.computation = units.computation
        layout = self.layout
        self.rows = layout.rows
        kept, temporary = layout.block_size(layout.kept), layout.block_size(layout.temporary)
        each = layout.block_size(layout.columns) + kept
        self.blocks = max(1, min(cache // max(1, each), 4096))
        self.reductions = ReductionWriter(units)
        # The workspace begins with the region `kept` of all blocks of a span.
        self.temporary = kept * self.blocks
        self.together = max(1, min(TEMPORARY // max(1, temporary), self.blocks))
        self.scratch = self.temporary + temporary * self.together

    def sizes(self, sums: int) -> Sizes:
        columns = self.layout.block_size(self.layout.columns) * self.blocks
        workspace = self.scratch + self.reductions.scratch
        return Sizes(self.layout.uniform_size, columns, workspace, sums, self.blocks * self.rows)

    def for_values(self, outputs: Sequence[int]) -> None:
        """Write the code for `values`, except the prologue, which is written last, when all uniform
        slots are known.
        """
        self.sweep()
        self.values(outputs)

    def for_sums(self, sums: Reductions) -> None:
        """Write the code for the entry points of sums, except the prologue."""
        self.sweep()
        self.reductions.write(sums)
        self.sums_of_spans()
        self.spans()
        self.combine(sums.count)
        self.all_sums()

    def entry(self, name: str, *fields: str) -> Function:
        """An entry point that begins by loading some fields."""
        f = Function(self.module, name, ENTRY, 1, exported=True)
        load_fields(f, Arguments, "%arguments", *fields)
        return f

    def prologue(self) -> None:
        """prologue: computes the uniform slots from the parameters, which come first."""
        computation, layout = self.computation, self.layout
        main = self.entry("prologue", "uniform")
        uniform = [slot for slot in computation.instructions if slot not in computation.varying]
        functions = write_uniform(self.units, uniform)
        copy_constants(main, self.units)
        call_all(main, functions, "%uniform")
        packed = [slot for _, slots in layout.packed for slot in slots]
        places = [first + i for first, slots in layout.packed for i in range(len(slots))]
        copy(main, "%uniform", [layout.uniform_place(slot) for slot in packed], places)
        for prepare, start in self.units.prepared:
            main.call(prepare, "%uniform", main.at("%uniform", start))
        main.end()

    def sweep(self) -> None:
        """sweep(columns, blocks, kept, temporary, uniform): all units, some blocks at a time."""
        layout = self.layout
        transpose(self.module, self.computation, layout.block_size(layout.columns))
        parameters = "ptr %all_columns, i64 %blocks, ptr %all_kept, ptr %temporary, ptr %uniform"
        f = Function(self.module, "sweep", parameters, self.module.lanes)
        with f.loop("%blocks", self.together) as (block, _):
            self.units.enter(f, block, layout.columns, layout.kept)
            left = f.set(f"sub nsw i64 %blocks, {block}")
            self.units.write_all(f, f.smaller(left, str(self.together)))
        f.end()

    def compute(self, f: Function, span: str, columns: str, new: str) -> tuple[str, str, str]:
        """Compute a span; returns its first row, its number of blocks, and the rows of the last
        one.

        Args:
            new: whether its columns have to be transposed first.
        """
        first = f.times(span, self.blocks * self.rows)
        left = f.set(f"sub nsw i64 %rows, {first}")
        blocks = f.set(f"sdiv i64 {f.plus(left, self.rows - 1)}, {self.rows}")
        blocks = f.smaller(blocks, str(self.blocks))
        before = f.times(f.plus(blocks, -1), self.rows)
        with f.when(new):
            f.call("transpose", "%arguments", first, blocks, columns)
        temporary = f.at("%workspace", self.temporary)
        f.call("sweep", columns, blocks, "%workspace", temporary, "%uniform")
        return first, blocks, f.set(f"sub nsw i64 {left}, {before}")

    def span_count(self, f: Function) -> str:
        span_rows = self.blocks * self.rows
        return f.set(f"sdiv i64 {f.plus('%rows', span_rows - 1)}, {span_rows}")

    # Sums.

    def sums_of_spans(self) -> None:
        """sums_of_spans(arguments, new, first, last, step): the sums of some spans.

        Those of span i go to sums + (i - first)·step; with step 0 they are added in their order.
        """
        parameters = "ptr %arguments, i1 %new, i64 %first, i64 %last, i64 %step"
        f = Function(self.module, "sums_of_spans", parameters, 1)
        load_fields(f, Arguments, "%arguments", *SPAN, "apart", "sums")
        scratch = f.at("%workspace", self.scratch)
        with f.loop("%last", start="%first") as (span, _):
            columns = f.at("%columns", f.set(f"mul nsw i64 {span}, %apart"))
            _, blocks, left = self.compute(f, span, columns, "%new")
            with f.when(f.set(f"icmp slt i64 {left}, {self.rows}")):
                kept = self.layout.block_size(self.layout.kept)
                last = f.at("%workspace", f.times(f.plus(blocks, -1), kept))
                f.call("clear", last, left)
            target = f.set(f"mul nsw i64 {f.set(f'sub nsw i64 {span}, %first')}, %step")
            is_first = f.set(f"icmp eq i64 {span}, %first")
            new = f.set(f"or i1 {is_first}, {f.set('icmp ne i64 %step, 0')}")
            sums = f.at("%sums", target)
            f.call("totals", columns, "%workspace", sums, scratch, blocks, new)
        f.end()

    def spans(self) -> None:
        """spans: the sums of each span from `first` to `last`, apart."""
        f = self.entry("spans", "first", "last", "step")
        f.call("sums_of_spans", "%arguments", "true", "%first", "%last", "%step")
        f.end()

    def combine(self, count: int) -> None:
        """combine: the spans' sums, added in their order, and the formulas."""
        f = self.entry("combine", "uniform", "partial", "spans", "sums")
        f.for_each(str(count), lambda i: f.store(f.load(f.at("%partial", i)), f.at("%sums", i)))
        several = f.set("icmp sgt i64 %spans, 1")
        with f.when(several), f.loop("%spans", start=1) as (span, _):
            part = f.at("%partial", f.times(span, count))

            def add(i: str) -> None:
                place = f.at("%sums", i)
                f.store(f.add(f.load(place), f.load(f.at(part, i))), place)

            f.for_each(str(count), add)
        f.call("finish", "%uniform", "%sums")
        f.end()

    def all_sums(self) -> None:
        """all_sums: prologue, all spans, formulas."""
        f = self.entry("all_sums", "uniform", "rows", "apart", "new", "sums")
        f.do("call void @prologue(ptr %arguments)")
        spans = self.span_count(f)
        several, shared = f.set(f"icmp sgt i64 {spans}, 1"), f.set("icmp eq i64 %apart, 0")
        # If several spans share a buffer, only the last one's columns are in it.
        again = f.set(f"and i1 {several}, {shared}")
        new = f.set(f"or i1 {f.set('icmp ne i64 %new, 0')}, {again}")
        f.call("sums_of_spans", "%arguments", new, "0", spans, "0")
        f.call("finish", "%uniform", "%sums")
        f.end()

    # Values.

    def values(self, outputs: Sequence[int]) -> None:
        """values: the outputs for each row, output after output."""
        self.write(outputs)
        f = self.entry("values", *SPAN, "y")
        f.do("call void @prologue(ptr %arguments)")
        with f.loop(self.span_count(f)) as (span, _):
            first, blocks, _ = self.compute(f, span, "%columns", "true")
            with f.loop(blocks) as (block, _):
                row = f.plus(first, f.times(block, self.rows))
                count = f.smaller(f.set(f"sub nsw i64 %rows, {row}"), str(self.rows))
                columns, kept = [
                    f.at(pointer, f.times(block, self.layout.block_size(region)))
                    for pointer, region in (
                        ("%columns", self.layout.columns),
                        ("%workspace", self.layout.kept),
                    )
                ]
                f.call("write", f.at("%y", row), "%rows", count, columns, kept, "%uniform")
        f.end()

    def write(self, outputs: Sequence[int]) -> None:
        """write(y, rows, count, columns, kept, uniform): the outputs of `count` rows of a block.

        Output i is row i of an array, so that a block of its numbers is contiguous.
        """
        places: dict[str, list[tuple[int, int]]] = {"columns": [], "kept": [], "uniform": []}
        for place, slot in enumerate(outputs):
            if slot in self.computation.varying:
                region, offset = self.layout.offset(slot)
                places[region.name].append((offset, place))
            else:
                places["uniform"].append((self.layout.uniform_place(slot), place))
        parameters = "ptr %y, i64 %rows, i64 %count, ptr %columns, ptr %kept, ptr %uniform"
        f = Function(self.module, "write", parameters, 1)
        whole = f.set(f"icmp eq i64 %count, {self.rows}")
        part = f.set(f"xor i1 {whole}, true")
        for name, found in places.items():
            if not found:
                continue
            sources, targets = [self.module.table(column) for column in zip(*found, strict=True)]
            with f.when(whole), f.loop(len(found)) as (i, _), f.width(self.rows):
                source = f.at(f"%{name}", f.entry(sources, i))
                target = f.at("%y", f.set(f"mul nsw i64 {f.entry(targets, i)}, %rows"))
                f.store(f.load_one(source) if name == "uniform" else f.load(source), target)
            with f.when(part), f.loop(len(found)) as (i, _):
                source = f.at(f"%{name}", f.entry(sources, i))
                target = f.at("%y", f.set(f"mul nsw i64 {f.entry(targets, i)}, %rows"))
                with f.loop("%count") as (lane, _):
                    number = f.load(source if name == "uniform" else f.at(source, lane))
                    f.store(number, f.at(target, lane))
        f.end()
