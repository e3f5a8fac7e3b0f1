"""Kernels of matrix products over rows: of layers, and of the derivatives of their weights.

Rows are lanes. Small tiles of the result stay in registers until they are complete, so that most
instructions are multiply-adds and few are loads. Equal shapes share a function.
"""

from __future__ import annotations

from collections.abc import Sequence

from .llvm_ir import Function
from .llvm_module import Module

VECTORS = 2  # of rows in a block
SUMS = 16  # in a tile of a matrix of sums: enough to hide the latency; 24 were 10 % slower


def block_rows(module: Module) -> int:
    """The number of rows of one iteration."""
    return VECTORS * module.lanes


def tiles(count: int, most: int) -> list[tuple[int, int, int]]:
    """A partition of `count` into tiles of at most `most`, of two sizes: (first, size, number of
    tiles).
    """
    number = -(-count // most)
    size, larger = divmod(count, number)
    found = []
    if larger:
        found.append((0, size + 1, larger))
    if number > larger:
        found.append((larger * (size + 1), size, number - larger))
    return found


def layer_kernel(module: Module, outputs: int, inputs: int, steps: tuple[int, int]) -> str:
    """The name of the function of pointers (y, x, w) for y[j] = sum over k of w[j, k]·x[k].

    y[j] and x[k] are the numbers of a block of rows; steps: from w[j, k] to w[j + 1, k] and to
    w[j, k + 1].
    """
    name = "_".join(map(str, ("layer", outputs, inputs, *steps))).replace("-", "m")
    if name in module.functions:
        return name
    down, across = steps
    lanes, rows = module.lanes, block_rows(module)
    f = Function(module, name, "ptr %y, ptr %x, ptr %w", lanes)
    most = (module.registers - VECTORS - 1) // VECTORS
    unrolled = inputs if inputs <= 8 else next(u for u in (4, 2, 1) if inputs % u == 0)
    for first, size, count in tiles(outputs, most):
        # Additions to one accumulator are serial; with few outputs each has several accumulators.
        turns = max(1, min(unrolled, 8 // (size * VECTORS)))
        with f.loop(count) as (tile, _):
            j = f.plus(f.times(tile, size), first)
            y = f.at("%y", f.times(j, rows))
            w = f.at("%w", f.times(j, down))
            zeros = [f.constant(0.0)] * (turns * size * VECTORS)
            with f.loop(inputs, unrolled, carry=zeros) as (k, carried):
                sums = [*carried.current]
                x_k = f.at("%x", f.times(k, rows))
                w_k = f.at(w, f.times(k, across))
                for u in range(unrolled):
                    xs = [f.load(f.at(x_k, u * rows + v * lanes)) for v in range(VECTORS)]
                    for i in range(size):
                        weight = f.load_one(f.at(w_k, i * down + u * across))
                        for v, x in enumerate(xs):
                            place = (u % turns * size + i) * VECTORS + v
                            sums[place] = f.fma(weight, x, sums[place])
                carried.after = sums
            for i in range(size):
                for v in range(VECTORS):
                    total, *others = carried.after[i * VECTORS + v :: size * VECTORS]
                    for other in others:
                        total = f.add(total, other)
                    f.store(total, f.at(y, i * rows + v * lanes))
    f.end()
    return name


def outer_tile(module: Module, adjoints: int, inputs: int, side_by_side: bool) -> tuple[int, int]:
    """The adjoints and inputs of a tile, with the fewest loads that the registers allow."""
    best, found = float("inf"), (1, 1)
    for a in range(1, module.registers):
        for b in range(1, module.registers):
            if a * b > SUMS or a * b + min(a, b) + 1 > module.registers:
                break
            reads = -(-adjoints // a) * inputs + -(-inputs // b) * adjoints
            count = -(-adjoints // a) * -(-inputs // b)
            # Sums whose lanes fill a vector are added up and written together.
            whole = [
                n for _, size, n in tiles(inputs, b) if side_by_side and size % module.lanes == 0
            ]
            stored = 1.3 - 0.3 * sum(whole) / -(-inputs // b)
            cost = (reads + 2 * count) * (1.0 if a * b >= 8 else 2.0) * stored
            if cost < best:
                best, found = cost, (a, b)
    return found


def outer_kernel(
    module: Module,
    adjoints: int,
    inputs: int,
    steps: tuple[int, int],
    distances: Sequence[tuple[int, int]],
) -> str:
    """The name of the function of (g, a, x, n, t, new): g[j, k] += sum of a[j]·x[k] over rows, and
    over the steps of a loop.

    While it iterates over some inputs, once for each tile of adjoints, the next inputs are
    prefetched in equal parts, one per tile: a single prefetch of all would be too late.

    n is the number of blocks of rows, t of steps; if new, g is set, not added to.

    Args:
        distances: of a, and of x, to the next block, and to the next step; 0 if there is one only.
        steps: from g[j, k] to g[j + 1, k] and to g[j, k + 1].
    """
    numbers = (adjoints, inputs, *steps, *distances[0], *distances[1])
    name = "_".join(map(str, ("outer", *numbers))).replace("-", "m")
    if name in module.functions:
        return name
    down, across = steps
    lanes, rows = module.lanes, block_rows(module)
    f = Function(module, name, "ptr %g, ptr %a, ptr %x, i64 %n, i64 %t, i1 %new", lanes)
    several = any([to_step for _, to_step in distances])
    tall, wide = outer_tile(module, adjoints, inputs, across == 1)
    for k_first, k_size, k_count in tiles(inputs, wide):
        for j_first, j_size, j_count in tiles(adjoints, tall):
            with f.loop(k_count) as (k_tile, _), f.loop(j_count) as (j_tile, _):
                j = f.plus(f.times(j_tile, j_size), j_first)
                k = f.plus(f.times(k_tile, k_size), k_first)
                a, x = f.at("%a", f.times(j, rows)), f.at("%x", f.times(k, rows))
                zeros = [f.constant(0.0)] * (j_size * k_size)
                with f.loop("%n", carry=zeros) as (block, carried):
                    with f.loop("%t" if several else 1, carry=carried.current) as (step, inner):
                        sums = [*inner.current]
                        a_now, x_now = [
                            f.at(pointer, f.plus(f.times(block, to_block), f.times(step, to_step)))
                            for pointer, (to_block, to_step) in zip((a, x), distances, strict=True)
                        ]
                        if k_count > 1:
                            share = -(-k_size * VECTORS // -(-adjoints // tall))
                            start = f.plus(f.times(j_tile, share * lanes), k_size * rows)
                            f.prefetch(x_now, start, share)
                        for v in range(VECTORS):
                            add_products(f, sums, (a_now, j_size), (x_now, k_size), v)
                        inner.after = sums
                    carried.after = inner.after
                g = f.at("%g", f.plus(f.times(j, down), f.times(k, across)))
                for i in range(j_size):
                    row = carried.after[i * k_size : (i + 1) * k_size]
                    add_sums(f, row, f.at(g, i * down), across)
    f.end()
    return name


def add_products(
    f: Function, sums: list[str], a: tuple[str, int], x: tuple[str, int], vector: int
) -> None:
    """sums[i, k] += a[i]·x[k] for one vector of rows.

    The smaller side stays in registers, the other one is loaded number by number, since more would
    not fit.
    """
    (a_pointer, tall), (x_pointer, wide) = a, x
    lanes, rows = f.lanes, VECTORS * f.lanes
    small, large = (a_pointer, x_pointer) if tall <= wide else (x_pointer, a_pointer)
    held = [f.load(f.at(small, i * rows + vector * lanes)) for i in range(min(tall, wide))]
    for i in range(max(tall, wide)):
        other = f.load(f.at(large, i * rows + vector * lanes))
        for h, value in enumerate(held):
            place = h * wide + i if tall <= wide else i * wide + h
            sums[place] = f.fma(value, other, sums[place])


def add_sums(f: Function, sums: list[str], pointer: str, step: int) -> None:
    """Add the sum of the lanes of each accumulator to numbers in memory, `step` apart."""
    done = 0
    while step == 1 and f.lanes > 1 and len(sums) - done >= f.lanes:
        place = f.at(pointer, done)
        add_to(f, place, transposed_sums(f, sums[done : done + f.lanes]))
        done += f.lanes
    for i in range(done, len(sums)):
        add_total(f, sums[i], f.at(pointer, i * step))


def add_total(f: Function, vector: str, place: str) -> None:
    """Add the sum of the lanes to a number in memory."""
    total = f.sum_lanes(vector)
    with f.width(1):
        add_to(f, place, total)


def add_to(f: Function, place: str, x: str) -> None:
    """Add x to the number in memory; if the sums are new, to -0.0, the identity of addition."""
    before = f.set(f"select i1 %new, {f.number} {f.constant(-0.0)}, {f.number} {f.load(place)}")
    f.store(f.add(before, x), place)


def transposed_sums(f: Function, vectors: list[str]) -> str:
    """One vector whose lane i is the sum of the lanes of vector i; there are as many vectors as
    lanes.

    Pairs of vectors are interleaved and added, until one is left.
    """
    distance = 1
    while len(vectors) > 1:
        mixed = []
        for a, b in zip(vectors[0::2], vectors[1::2], strict=True):
            low = [i if not i & distance else f.lanes + (i ^ distance) for i in range(f.lanes)]
            high = [i | distance if not i & distance else f.lanes + i for i in range(f.lanes)]
            mixed.append(f.add(f.shuffle(a, b, low), f.shuffle(a, b, high)))
        vectors, distance = mixed, 2 * distance
    return vectors[0]
