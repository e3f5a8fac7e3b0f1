"""Transposition: the rows of a table become columns, in blocks of rows.

Square tiles are transposed in registers, with as many rows and columns as a vector has lanes. If
fewer columns remain, the last tile overlaps the previous one. A table whose columns are contiguous
(Fortran order) is only copied, into the L1 cache.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .call_arguments import Arguments, load_fields
from .computation import Computation
from .kernels import block_rows
from .llvm_ir import Function
from .llvm_module import Module

CHOSEN = ("x", "index", "weights", "weight_step", "rows")  # which rows, in which order, weights
ALL = ("x", "row_step", "column_step", "rows")  # all rows, and how they lie
Pointer = Callable[[str], str]  # the pointer to a row, by its index


def transpose(module: Module, computation: Computation, block_size: int) -> None:
    """Write transpose(arguments, first, blocks, columns), for the rows from `first` on.

    block_size is the size of the columns of a block, in numbers. Rows with weights are selected by
    an index, from a table in C order; without weights they are all rows of a table in any order.
    Padding rows are zeros with the weight 0.
    """
    rows = block_rows(module)
    inputs = len(computation.columns) - computation.weighted
    f = Function(module, "transpose", "ptr %arguments, i64 %first, i64 %blocks, ptr %columns", 1)
    if not computation.columns:
        f.end()
        return
    load_fields(f, Arguments, "%arguments", *(CHOSEN if computation.weighted else ALL))

    def row_at(row: str) -> str:
        if computation.weighted:
            return chosen_row(f, row, inputs)
        return f.at("%x", f.set(f"mul nsw i64 {row}, %row_step"))

    def column_of(source: str, column: str) -> str:
        if computation.weighted:
            return f.at(source, column)
        return f.at(source, f.set(f"mul nsw i64 {column}, %column_step"))

    with f.loop("%blocks") as (block, _):
        start = f.plus("%first", f.times(block, rows))
        target = f.at("%columns", f.times(block, block_size))
        full = f.set(f"icmp sle i64 {f.plus(start, rows)}, %rows")
        with f.when(full):
            if not computation.weighted:
                side_by_side = f.set("icmp eq i64 %row_step, 1")
                with f.when(side_by_side):
                    copy(f, inputs, rows, start, target)
                with f.when(f.set(f"xor i1 {side_by_side}, true")):
                    turn(f, inputs, rows, start, target, row_at)
            else:
                if inputs:
                    turn(f, inputs, rows, start, target, row_at)
                with f.loop(rows) as (r, _):
                    copy_weight(f, f.plus(start, r), f.at(target, f.plus(inputs * rows, r)))
        with f.when(f.set(f"xor i1 {full}, true")), f.loop(rows) as (r, _):
            row, place = f.plus(start, r), f.at(target, r)
            there = f.set(f"icmp slt i64 {row}, %rows")
            with f.when(there):
                if inputs:
                    source = row_at(row)
                    with f.loop(inputs) as (c, _):
                        f.store(f.load(column_of(source, c)), f.at(place, f.times(c, rows)))
                if computation.weighted:
                    copy_weight(f, row, f.at(place, inputs * rows))
            with f.when(f.set(f"xor i1 {there}, true")), f.loop(len(computation.columns)) as (c, _):
                f.store(f.constant(0.0), f.at(place, f.times(c, rows)))
    f.end()


def chosen_row(f: Function, row: str, inputs: int) -> str:
    """The pointer to a row of the index."""
    place = f.set(f"getelementptr inbounds i64, ptr %index, i64 {row}")
    chosen = f.set(f"load i64, ptr {place}")
    return f.at("%x", f.set(f"mul nsw i64 {chosen}, {inputs}"))


def copy_weight(f: Function, row: str, target: str) -> None:
    number = f.load(f.at("%weights", f.set(f"mul nsw i64 {row}, %weight_step")))
    f.store(number, target)


def copy(f: Function, inputs: int, rows: int, start: str, target: str) -> None:
    """Copy a whole block of rows whose columns are contiguous."""
    with f.loop(inputs) as (column, _), f.width(rows):
        source = f.at("%x", f.plus(f.set(f"mul nsw i64 {column}, %column_step"), start))
        f.store(f.load(source), f.at(target, f.times(column, rows)))


def turn(f: Function, inputs: int, rows: int, start: str, target: str, row_at: Pointer) -> None:
    """Transpose a whole block of rows, tile by tile."""
    side = f.module.lanes
    while side > inputs:
        side //= 2
    for first in range(0, rows, side):
        sources = [row_at(f.plus(start, first + i)) for i in range(side)]

        def square(column: int | str, sources: list[str] = sources, first: int = first) -> None:
            with f.width(side):
                turned = transposed(f, [f.load(f.at(source, column)) for source in sources])
                for i, vector in enumerate(turned):
                    place = f.plus(f.times(f.plus(column, i), rows), first)
                    f.store(vector, f.at(target, place))

        with f.loop(inputs - inputs % side, side) as (column, _):
            square(column)
        if inputs % side:
            square(inputs - side)


def transposed(f: Function, vectors: Sequence[str]) -> list[str]:
    """Vector i of the result has lane i of each vector; there are as many as lanes.

    In rounds: pairs of vectors exchange halves of their lanes, at doubling distances.
    """
    turned = [*vectors]
    distance = 1
    while distance < len(turned):
        for i, a in enumerate(turned):
            if not i & distance:
                b = turned[i | distance]
                low = [k if not k & distance else f.lanes + k - distance for k in range(f.lanes)]
                high = [k + distance if not k & distance else f.lanes + k for k in range(f.lanes)]
                turned[i], turned[i | distance] = f.shuffle(a, b, low), f.shuffle(a, b, high)
        distance *= 2
    return turned
