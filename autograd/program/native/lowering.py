"""Lowering: the instructions of a tape as LLVM's instructions.

A lowering takes the function under construction and the values of the operands, and returns the
value of the result.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
from collections.abc import Callable, Sequence
from functools import cache

from ...ops import halves
from . import vector_functions
from .llvm_ir import Function
from .powers import POWERS

# Functions of the C library (libm) with the number of their operands, called lane by lane: those
# for which there is no vector function.
ONE = "cbrt log2 log10 sin cos tan asin acos atan sinh cosh asinh acosh atanh erf erfc"
LIBM = {**dict.fromkeys(ONE.split(), 1), **dict.fromkeys(("pow", "hypot", "atan2", "fmod"), 2)}
PREFIX = "c_"  # so that LLVM does not recognize them as library functions
# Functions that LLVM calls on processors without an instruction for them.
CALLED_BY_LLVM = ("fma", "floor", "ceil")

DOWN, UP = 2.0**-64, 2.0**64  # the scaling factors of a sum

Lowering = Callable[..., str]
Join = Callable[[Function, str, str], str]


@cache
def addresses() -> dict[str, int]:
    """The address of each function in this process, by its name in the code."""
    library = ctypes.CDLL("ucrtbase" if os.name == "nt" else ctypes.util.find_library("m"))
    names = {PREFIX + name: name for name in LIBM} | {name: name for name in CALLED_BY_LLVM}
    return {
        called: ctypes.cast(getattr(library, name), ctypes.c_void_p).value or 0
        for called, name in names.items()
    }


def call_libm(f: Function, name: str, *operands: str) -> str:
    """A C function on vectors, through a function that calls it for each lane."""
    shared = f"{name}_of_{f.lanes}"
    if shared not in f.module.functions:
        letters = "ab"[: len(operands)]
        g = Function(
            f.module,
            shared,
            ", ".join([f"{f.number} %{a}" for a in letters]),
            f.lanes,
            result=f.number,
        )
        kinds = ", ".join(["double"] * len(operands))
        f.module.declarations.add(f"declare double @{PREFIX}{name}({kinds})")
        found = "poison"
        for lane in range(f.lanes):
            given = ", ".join([f"double {_lane(g, f'%{a}', lane)}" for a in letters])
            y = g.set(f"call double @{PREFIX}{name}({given})")
            found = y if f.lanes == 1 else _with_lane(g, found, y, lane)
        g.end(found)
    return f.call(shared, *operands)


def _lane(f: Function, vector: str, lane: int) -> str:
    return vector if f.lanes == 1 else f.set(f"extractelement {f.number} {vector}, i64 {lane}")


def _with_lane(f: Function, vector: str, scalar: str, lane: int) -> str:
    return f.set(f"insertelement {f.number} {vector}, double {scalar}, i64 {lane}")


def total(f: Function, xs: Sequence[str]) -> str:
    """The pairwise sum; recomputed with scaled terms if a partial sum overflows."""

    def smaller() -> str:
        down, up = f.constant(DOWN), f.constant(UP)
        return f.mul(in_pairs(f, [f.mul(x, down) for x in xs]), up)

    return repaired_sum(f, in_pairs(f, xs), smaller)


def dot(f: Function, operands: Sequence[str]) -> str:
    """The sum of the products of the first half of the operands with the second."""
    pairs = list(zip(*halves(operands), strict=True))

    def smaller() -> str:
        down, up = f.constant(DOWN), f.constant(UP)
        return f.mul(in_pairs(f, [f.mul(f.mul(a, b), down) for a, b in pairs]), up)

    chains: list[str] = []
    for i, (a, b) in enumerate(pairs):
        if i < 4:
            chains.append(f.mul(a, b))
        else:
            chains[i % 4] = f.fma(a, b, chains[i % 4])
    return repaired_sum(f, in_pairs(f, chains), smaller)


def in_pairs(f: Function, xs: Sequence[str], join: Join = Function.add) -> str:
    """The pairwise reduction of the values, which has shorter dependency chains."""
    while len(xs) > 1:
        rest = [xs[-1]] if len(xs) % 2 else []
        xs = [join(f, a, b) for a, b in zip(xs[0:-1:2], xs[1::2], strict=False)] + rest
    return xs[0]


def repaired_sum(f: Function, found: str, smaller: Callable[[], str]) -> str:
    """The sum; where it is not finite, the sum of the scaled terms."""
    wrong = f.compare("uno", f.sub(found, found), f.constant(0.0))
    return f.repaired(wrong, found, smaller)


def larger(f: Function, a: str, b: str) -> str:
    """The larger one; NaN if one is."""
    second = f.logic("or", f.compare("ogt", b, a), f.compare("uno", b, b))
    return f.select(second, b, a)


def mod(f: Function, a: str, b: str) -> str:
    """fmod of C, plus b where the signs differ."""
    zero = f.constant(0.0)
    rest = call_libm(f, "fmod", a, b)
    differ = f.logic("xor", f.compare("olt", rest, zero), f.compare("olt", b, zero))
    moved = f.select(differ, f.add(rest, b), rest)
    return f.select(f.compare("oeq", rest, zero), f.intrinsic("copysign", zero, b), moved)


def tanh_and_slope(f: Function, x: str) -> tuple[str, str]:
    """tanh(x) and its slope; computed once if both are used."""
    if x not in f.tanh:
        f.tanh[x] = vector_functions.tanh(f, x)
    return f.tanh[x]


def c_function(name: str) -> Lowering:
    return lambda f, *operands: call_libm(f, name, *operands)


def intrinsic(name: str) -> Lowering:
    return lambda f, *operands: f.intrinsic(name, *operands)


LOWERINGS: dict[str, Lowering] = {
    **{name: c_function(name) for name in LIBM if name != "fmod"},
    **POWERS,
    **{name: intrinsic(name) for name in ("sqrt", "floor", "ceil", "copysign")},
    "add": Function.add,
    "sub": Function.sub,
    "mul": Function.mul,
    "div": Function.div,
    "mod": mod,
    "neg": Function.neg,
    "pos": lambda f, x: x,
    "abs": intrinsic("fabs"),
    "exp": vector_functions.exp,
    "expm1": vector_functions.expm1,
    "log": vector_functions.log,
    "log1p": vector_functions.log1p,
    "tanh": lambda f, x: tanh_and_slope(f, x)[0],
    "tanh_slope": lambda f, x: tanh_and_slope(f, x)[1],
    "total": lambda f, *xs: total(f, xs),
    "dot": lambda f, *operands: dot(f, operands),
    "less": lambda f, a, b: f.compare("olt", a, b),
    "less_equal": lambda f, a, b: f.compare("ole", a, b),
    "equal": lambda f, a, b: f.compare("oeq", a, b),
    "either": lambda f, a, b: f.logic("or", a, b),
    "both": lambda f, a, b: f.logic("and", a, b),
    "opposite": Function.opposite,
    "where": Function.select,
    "largest": lambda f, *xs: in_pairs(f, xs, larger),
    "constant": lambda f, x: x,
}


def lower(f: Function, name: str, operands: Sequence[str]) -> str:
    """The value of an instruction of a tape."""
    return LOWERINGS[name](f, *operands)
