"""What AVX-512 has one instruction for, of which other processors need several."""

from __future__ import annotations

from collections.abc import Sequence

from .text import Function

LANES = 8  # of numbers in a register


def serves(f: Function) -> bool:
    """Whether the vectors that are being written are registers of AVX-512."""
    return f.module.lanes == LANES and f.lanes >= LANES


def scale(f: Function, x: str, n: str) -> str:
    """x·2^n for whole numbers n, rounded once where the result is subnormal."""
    name = "@llvm.x86.avx512.mask.scalef.pd.512"
    f.module.declarations.add(
        f"declare <8 x double> {name}(<8 x double>, <8 x double>, <8 x double>, i8, i32)"
    )
    options = "<8 x double> zeroinitializer, i8 -1, i32 4"  # all lanes, rounding as usual
    scaled = []
    for first in range(0, f.lanes, LANES):
        a, b = [f.shuffle(v, "poison", range(first, first + LANES)) for v in (x, n)]
        given = f"<8 x double> {a}, <8 x double> {b}, {options}"
        scaled.append(f.set(f"call <8 x double> {name}({given})"))
    with f.width(LANES):
        return joined(f, scaled)


def joined(f: Function, parts: Sequence[str]) -> str:
    """One vector of the lanes of all parts."""
    if len(parts) == 1:
        return parts[0]
    pairs = zip(parts[0::2], parts[1::2], strict=True)
    longer = [f.shuffle(a, b, range(2 * f.lanes)) for a, b in pairs]
    with f.width(2 * f.lanes):
        return joined(f, longer)
