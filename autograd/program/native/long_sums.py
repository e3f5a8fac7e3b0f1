"""Instructions of many operands as loops, with the bits of straight-line code.

A sum in pairs is that of the sums of aligned chunks, whose number of operands is a power of two.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .llvm_ir import Function
from .lowering import DOWN, UP, Join, in_pairs, larger, repaired_sum

WIDE = 256  # operands, at least 4 * CHAINS; more would be thousands of lines of straight-line code
CHUNK = 64  # operands that are reduced without a loop
CHAINS = 4  # accumulators of fused multiply-adds, as in lowering.dot

Leaf = Callable[[str], str]  # the value of the i-th operand


def is_wide(name: str, operands: Sequence[int]) -> bool:
    """Whether an instruction is written as loops."""
    return len(operands) >= WIDE and name in ("total", "dot", "largest")


def lower_wide(f: Function, name: str, count: int, leaves: Sequence[Leaf]) -> str:
    """The value of an instruction of `count` operands, or for `dot` pairs of them."""
    if name == "largest":
        return joined(f, count, leaves[0], larger)
    scale = f.constant(DOWN)
    if name == "total":
        (leaf,) = leaves
        found = joined(f, count, leaf)
        return rescaled(f, found, count, lambda i: f.mul(leaf(i), scale))
    a, b = leaves
    found = in_pairs(f, products(f, count, a, b))
    return rescaled(f, found, count, lambda i: f.mul(f.mul(a(i), b(i)), scale))


def rescaled(f: Function, found: str, count: int, leaf: Leaf) -> str:
    """A sum; if it is not finite, that of scaled operands."""
    return repaired_sum(f, found, lambda: f.mul(joined(f, count, leaf), f.constant(UP)))


def joined(f: Function, count: int, leaf: Leaf, join: Join = Function.add) -> str:
    """The pairwise reduction of all operands: chunk by chunk, then of the chunks' results."""
    room = f.room(-(-count // CHUNK))

    def partial(i: str) -> str:
        return f.load(f.at(room, f.times(i, f.lanes)))

    while count > CHUNK:
        whole, rest = divmod(count, CHUNK)
        with f.loop(whole) as (i, _):
            value = pairs_of(f, f.times(i, CHUNK), CHUNK, leaf, join)
            f.store(value, f.at(room, f.times(i, f.lanes)))
        if rest:
            value = pairs_of(f, whole * CHUNK, rest, leaf, join)
            f.store(value, f.at(room, whole * f.lanes))
        count, leaf = whole + bool(rest), partial
    return pairs_of(f, 0, count, leaf, join)


def pairs_of(f: Function, first: int | str, count: int, leaf: Leaf, join: Join) -> str:
    """The reduction of consecutive operands, in the order of `in_pairs`, with few registers."""
    if count == 1:
        return leaf(f.plus(first, 0))
    half = 1 << (count - 1).bit_length() - 1  # the largest power of two below count
    left = pairs_of(f, first, half, leaf, join)
    return join(f, left, pairs_of(f, f.plus(first, half), count - half, leaf, join))


def products(f: Function, count: int, a: Leaf, b: Leaf) -> list[str]:
    """The sums of every fourth product."""
    whole = count - count % CHAINS
    chains = [f.mul(a(str(i)), b(str(i))) for i in range(CHAINS)]
    with f.loop(whole, CHAINS, CHAINS, chains) as (i, carried):
        places = [f.plus(i, k) for k in range(CHAINS)]
        pairs = zip(places, carried.current, strict=True)
        carried.after = [f.fma(a(place), b(place), chain) for place, chain in pairs]
    chains = carried.after
    for k in range(count - whole):
        place = str(whole + k)
        chains[k] = f.fma(a(place), b(place), chains[k])
    return chains
