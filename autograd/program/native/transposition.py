"""Transposition: the rows of a table become columns, in blocks of rows.

A square of numbers is turned over in registers, as many rows of as many columns as a vector has
lanes. Where fewer columns are left than that, the last square overlaps the one before.
"""

from __future__ import annotations

from collections.abc import Sequence

from .arguments import Arguments, load_fields
from .computation import Computation
from .kernels import block_rows
from .llvm_ir import Function, Module

FIELDS = ("x", "index", "weights", "weight_step", "rows")  # which rows, in which order, weights


def transpose(module: Module, computation: Computation, block_size: int) -> None:
    """Write transpose(arguments, first, blocks, columns): rows from `first` on become columns.

    block_size: how many numbers the columns of a block are.
    Rows past the last one are filled with zeros, and have the weight 0.
    """
    rows = block_rows(module)
    inputs = len(computation.columns) - computation.weighted
    f = Function(module, "transpose", "ptr %arguments, i64 %first, i64 %blocks, ptr %columns", 1)
    if not computation.columns:
        f.end()
        return
    load_fields(f, Arguments, "%arguments", *FIELDS)
    with f.loop("%blocks") as (block, _):
        start = f.plus("%first", f.times(block, rows))
        target = f.at("%columns", f.times(block, block_size))
        full = f.set(f"icmp sle i64 {f.plus(start, rows)}, %rows")
        with f.when(full):
            if inputs:
                turn(f, inputs, rows, start, target)
            if computation.weighted:
                with f.loop(rows) as (r, _):
                    copy_weight(f, f.plus(start, r), f.at(target, f.plus(inputs * rows, r)))
        with f.when(f.set(f"xor i1 {full}, true")), f.loop(rows) as (r, _):
            row, place = f.plus(start, r), f.at(target, r)
            there = f.set(f"icmp slt i64 {row}, %rows")
            with f.when(there):
                if inputs:
                    source = row_of(f, row, inputs)
                    with f.loop(inputs) as (c, _):
                        f.store(f.load(f.at(source, c)), f.at(place, f.times(c, rows)))
                if computation.weighted:
                    copy_weight(f, row, f.at(place, inputs * rows))
            with f.when(f.set(f"xor i1 {there}, true")), f.loop(len(computation.columns)) as (c, _):
                f.store(f.constant(0.0), f.at(place, f.times(c, rows)))
    f.end()


def row_of(f: Function, row: str, inputs: int) -> str:
    """The pointer to the numbers of a row."""
    place = f.set(f"getelementptr inbounds i64, ptr %index, i64 {row}")
    chosen = f.set(f"load i64, ptr {place}")
    return f.at("%x", f.set(f"mul nsw i64 {chosen}, {inputs}"))


def copy_weight(f: Function, row: str, target: str) -> None:
    number = f.load(f.at("%weights", f.set(f"mul nsw i64 {row}, %weight_step")))
    f.store(number, target)


def turn(f: Function, inputs: int, rows: int, start: str, target: str) -> None:
    """A whole block of rows, square by square."""
    side = f.module.lanes
    while side > inputs:
        side //= 2
    for first in range(0, rows, side):
        sources = [row_of(f, f.plus(start, first + i), inputs) for i in range(side)]

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

    In rounds: pairs of vectors change halves of their lanes, at double the distance each time.
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
