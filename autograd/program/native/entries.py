"""The functions that Python calls, and those that they are made of.

Rows are computed in *blocks* of two vectors of rows, and blocks in *spans* that stay in the second
cache. The sums of spans are added in their order, so that the result does not depend on which
thread computed which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .computation import Computation
from .kernels import block_rows
from .llvm_ir import Function, Module
from .lowering import lower
from .memory import Memory
from .plan import Plan
from .sums import Sums
from .totals import Totals
from .units import Units
from .unpacking import TABLE, unpack

CACHE = 192 * 1024 // 8  # numbers in a span
TEMPORARY = 16 * 1024 // 8  # numbers that the blocks of one call of a unit need for a time
LONGEST_UNIFORM = 1000  # instructions in one function

# Where the columns of the rows are: those of each span that many numbers apart (0: all spans use
# the same room), and whether they have to be unpacked first, or are there from another call.
COLUMNS = [("ptr", "columns"), ("i64", "apart"), ("i1", "new")]
PROLOGUE = [("ptr", "uniform")]
ALL_SUMS = [*TABLE, *COLUMNS, ("ptr", "sums"), ("ptr", "workspace")]
CALL = [("ptr", "operands")]
SPANS = [*TABLE, *COLUMNS, ("i64", "first"), ("i64", "last"), ("ptr", "sums")]
SPANS += [("i64", "step"), ("ptr", "workspace")]
COMBINE = [("ptr", "uniform"), ("ptr", "partial"), ("i64", "spans"), ("ptr", "sums")]
VALUES = [*TABLE, ("ptr", "columns"), ("ptr", "y"), ("ptr", "workspace")]


@dataclass
class Sizes:
    """How much memory the entries need, in numbers, and how many rows are in a span.

    columns: of one span.
    """

    uniform: int
    columns: int
    workspace: int
    sums: int
    span_rows: int

    def spans(self, rows: int) -> int:
        """How many spans so many rows are."""
        return -(-rows // self.span_rows)


class Entries:
    """Writes the entries of a computation into a module."""

    def __init__(
        self, module: Module, computation: Computation, plan: Plan, memory: Memory
    ) -> None:
        self.module, self.computation, self.memory = module, computation, memory
        self.units = Units(module, computation, memory, plan)
        self.rows = block_rows(module)
        self.block = self.units.block
        each = self.block["columns"] + self.block["kept"]
        self.blocks = max(1, min(CACHE // max(1, each), 4096))
        self.totals = Totals(module, plan, memory, self.units, self.block)
        # The workspace begins with what is kept of all blocks of a span.
        self.temporary = self.block["kept"] * self.blocks
        self.together = max(1, min(TEMPORARY // max(1, self.block["temporary"]), self.blocks))
        self.scratch = self.temporary + self.block["temporary"] * self.together

    def sizes(self, sums: int) -> Sizes:
        columns = self.block["columns"] * self.blocks
        workspace = self.scratch + self.totals.scratch
        return Sizes(self.units.uniform_size, columns, workspace, sums, self.blocks * self.rows)

    def for_values(self, outputs: Sequence[int]) -> None:
        """All that `values` needs, but the prologue, which knows last what is uniform."""
        unpack(self.module, self.computation, self.block["columns"])
        self.sweep()
        self.values(outputs)

    def for_sums(self, sums: Sums) -> None:
        """All that the entries of sums need, but the prologue."""
        unpack(self.module, self.computation, self.block["columns"])
        self.sweep()
        self.totals.write(sums)
        self.spans()
        self.combine(sums.count)
        self.all_sums()
        self.call()

    def prologue(self) -> None:
        """prologue(uniform): computes the uniform slots from the parameters, which come first."""
        computation, units = self.computation, self.units
        slots = [slot for slot in computation.instructions if slot not in computation.varying]
        main = Function(self.module, "prologue", PROLOGUE, 1, exported=True)
        constants = Function(self.module, "constants", [("ptr", "uniform")], 1)
        for start in range(0, len(slots), LONGEST_UNIFORM):
            f = Function(self.module, f"uniform{start}", [("ptr", "uniform")], 1)
            values: dict[int, str] = {}
            for slot in slots[start : start + LONGEST_UNIFORM]:
                instruction = computation.instructions[slot]
                operands = [units.operand(f, values, x) for x in instruction.operands]
                values[slot] = lower(f, instruction.name, operands)
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

    def sweep(self) -> None:
        """sweep(columns, blocks, kept, temporary, uniform): all units, on some blocks at a time."""
        parameters = [("ptr", "all_columns"), ("i64", "blocks"), ("ptr", "all_kept")]
        parameters += [("ptr", "temporary"), ("ptr", "uniform")]
        f = Function(self.module, "sweep", parameters, self.module.lanes)
        with f.loop("%blocks", self.together) as (block, _):
            for region in ("columns", "kept"):
                offset = f.times(block, self.block[region])
                f.do(f"%{region} = getelementptr inbounds double, ptr %all_{region}, i64 {offset}")
            left = f.set(f"sub nsw i64 %blocks, {block}")
            fewer = f.set(f"icmp slt i64 {left}, {self.together}")
            here = f.set(f"select i1 {fewer}, i64 {left}, i64 {self.together}")
            self.units.write_all(f, here)
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

    def span_count(self, f: Function) -> str:
        span_rows = self.blocks * self.rows
        return f.set(f"sdiv i64 {f.plus('%rows', span_rows - 1)}, {span_rows}")

    # Sums.

    def spans(self) -> None:
        """spans(table..., columns..., first, last, sums, step, workspace): sums of some spans.

        Those of span i go to sums + (i - first)·step; with step 0 they are added in their order.
        """
        f = Function(self.module, "spans", SPANS, 1, exported=True)
        kept, temporary = "%workspace", f.at("%workspace", self.temporary)
        scratch = f.at("%workspace", self.scratch)
        with f.loop("%last", start="%first") as (span, _):
            first, blocks, left = self.span_of(f, span)
            columns = f.at("%columns", f.set(f"mul nsw i64 {span}, %apart"))
            with f.when("%new"):
                numbers = [("i64", first), ("i64", blocks), ("ptr", columns)]
                f.call("unpack", *given(TABLE), *numbers)
            shown = [("ptr", columns), ("i64", blocks), ("ptr", kept), ("ptr", temporary)]
            f.call("sweep", *shown, ("ptr", "%uniform"))
            with f.when(f.set(f"icmp slt i64 {left}, {self.rows}")):
                last = f.at(kept, f.times(f.plus(blocks, -1), self.block["kept"]))
                f.call("clear", ("ptr", last), ("i64", left))
            target = f.set(f"mul nsw i64 {f.set(f'sub nsw i64 {span}, %first')}, %step")
            is_first = f.set(f"icmp eq i64 {span}, %first")
            new = f.set(f"or i1 {is_first}, {f.set('icmp ne i64 %step, 0')}")
            shown = [("ptr", columns), ("ptr", kept), ("i64", blocks)]
            sums = [("ptr", f.at("%sums", target)), ("i1", new)]
            f.call("totals", *shown, *sums, ("ptr", scratch))
        f.end()

    def combine(self, count: int) -> None:
        """combine(uniform, partial, spans, sums): the spans' sums, added in their order."""
        f = Function(self.module, "combine", COMBINE, 1, exported=True)
        f.for_each(str(count), lambda i: f.store(f.load(f.at("%partial", i)), f.at("%sums", i)))
        several = f.set("icmp sgt i64 %spans, 1")
        with f.when(several), f.loop("%spans", start=1) as (span, _):
            part = f.at("%partial", f.times(span, count))

            def add(i: str) -> None:
                place = f.at("%sums", i)
                f.store(f.add(f.load(place), f.load(f.at(part, i))), place)

            f.for_each(str(count), add)
        f.call("finish", ("ptr", "%uniform"), ("ptr", "%sums"))
        f.end()

    def all_sums(self) -> None:
        """all_sums(table..., columns..., sums, workspace): prologue, all spans, what follows."""
        f = Function(self.module, "all_sums", ALL_SUMS, 1, exported=True)
        f.call("prologue", ("ptr", "%uniform"), exported=True)
        spans = self.span_count(f)
        several, shared = f.set(f"icmp sgt i64 {spans}, 1"), f.set("icmp eq i64 %apart, 0")
        # Of several spans in the same room, only the last one's columns are there.
        new = f.set(f"or i1 %new, {f.set(f'and i1 {several}, {shared}')}")
        numbers = [("i64", "0"), ("i64", spans), ("ptr", "%sums"), ("i64", "0")]
        columns = [*given(COLUMNS[:2]), ("i1", new)]
        more = [*columns, *numbers, ("ptr", "%workspace")]
        f.call("spans", *given(TABLE), *more, exported=True)
        f.call("finish", ("ptr", "%uniform"), ("ptr", "%sums"))
        f.end()

    def call(self) -> None:
        """call(operands): all_sums of operands that lie in memory, eight bytes each.

        Python hands over one operand seven times as fast as nine.
        """
        f = Function(self.module, "call", CALL, 1, exported=True)
        operands = []
        for i, (kind, _) in enumerate(ALL_SUMS):
            place = f.at("%operands", i)
            if kind == "i1":
                whole = f.set(f"load i64, ptr {place}")
                operands.append((kind, f.set(f"icmp ne i64 {whole}, 0")))
            else:
                operands.append((kind, f.set(f"load {kind}, ptr {place}")))
        f.call("all_sums", *operands, exported=True)
        f.end()

    # Values.

    def values(self, outputs: Sequence[int]) -> None:
        """values(table..., columns, y, workspace): the outputs for each row, in rows of outputs."""
        f = Function(self.module, "values", VALUES, 1, exported=True)
        f.call("prologue", ("ptr", "%uniform"), exported=True)
        kept, temporary = "%workspace", f.at("%workspace", self.temporary)
        last = self.span_count(f)
        with f.loop(last) as (span, _):
            first, blocks, _ = self.span_of(f, span)
            numbers = [("i64", first), ("i64", blocks), ("ptr", "%columns")]
            f.call("unpack", *given(TABLE), *numbers)
            shown = [("ptr", "%columns"), ("i64", blocks), ("ptr", kept), ("ptr", temporary)]
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
                    base = "%columns" if region == "columns" else kept
                    offset = f.plus(f.times(block, self.block[region]), lane)
                    value = f.load(f.at(base, f.plus(offset, place * self.rows)))
                    target = f.at("%y", f.plus(f.times(row, len(outputs)), i))
                    f.store(value, target)
        f.end()


def given(parameters: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """A function's own parameters, as operands of a call."""
    return [(kind, f"%{name}") for kind, name in parameters]
