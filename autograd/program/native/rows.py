"""One row for each instruction of a tape: how it is written for LLVM.

A row takes the function that is being written and the operands' values, and gives the result's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from . import library, vector
from .text import Function

Row = Callable[..., str]
Join = Callable[[Function, str, str], str]


def total(f: Function, xs: Sequence[str]) -> str:
    """The sum, in pairs; again on a smaller scale where it overflows on the way."""

    def smaller() -> str:
        down, up = f.constant(2.0**-64), f.constant(2.0**64)
        return f.mul(in_pairs(f, [f.mul(x, down) for x in xs]), up)

    return repaired_sum(f, in_pairs(f, xs), smaller)


def dot(f: Function, operands: Sequence[str]) -> str:
    """The sum of the products of the first half of the operands with the second."""
    half = len(operands) // 2
    pairs = list(zip(operands[:half], operands[half:], strict=True))

    def smaller() -> str:
        down, up = f.constant(2.0**-64), f.constant(2.0**64)
        return f.mul(in_pairs(f, [f.mul(f.mul(a, b), down) for a, b in pairs]), up)

    chains: list[str] = []
    for i, (a, b) in enumerate(pairs):
        if i < 4:
            chains.append(f.mul(a, b))
        else:
            chains[i % 4] = f.fma(a, b, chains[i % 4])
    return repaired_sum(f, in_pairs(f, chains), smaller)


def in_pairs(f: Function, xs: Sequence[str], join: Join = Function.add) -> str:
    """All joined, neighbours first: shorter chains of instructions that wait for each other."""
    while len(xs) > 1:
        rest = [xs[-1]] if len(xs) % 2 else []
        xs = [join(f, a, b) for a, b in zip(xs[0:-1:2], xs[1::2], strict=False)] + rest
    return xs[0]


def repaired_sum(f: Function, found: str, smaller: Callable[[], str]) -> str:
    """The sum; where it is not finite, the one on a smaller scale."""
    wrong = f.compare("uno", f.sub(found, found), f.constant(0.0))
    return f.repaired(wrong, found, smaller)


def larger(f: Function, a: str, b: str) -> str:
    """The larger one; NaN if one is."""
    second = f.logic("or", f.compare("ogt", b, a), f.compare("uno", b, b))
    return f.select(second, b, a)


def mod(f: Function, a: str, b: str) -> str:
    """What C leaves of a, moved by b where their signs differ."""
    zero = f.constant(0.0)
    rest = library.call(f, "fmod", a, b)
    differ = f.logic("xor", f.compare("olt", rest, zero), f.compare("olt", b, zero))
    moved = f.select(differ, f.add(rest, b), rest)
    return f.select(f.compare("oeq", rest, zero), f.intrinsic("copysign", zero, b), moved)


def tanh_and_slope(f: Function, x: str) -> tuple[str, str]:
    """tanh(x) and its slope; written once where both are wanted."""
    if x not in f.tanh:
        f.tanh[x] = vector.tanh(f, x)
    return f.tanh[x]


def where(f: Function, condition: str, a: str, b: str) -> str:
    return f.select(condition, a, b)


def c_function(name: str) -> Row:
    return lambda f, *operands: library.call(f, name, *operands)


ROWS: dict[str, Row] = {
    **{name: c_function(name) for name in library.OPERANDS if name != "fmod"},
    "add": Function.add,
    "sub": Function.sub,
    "mul": Function.mul,
    "div": Function.div,
    "mod": mod,
    "neg": Function.neg,
    "pos": lambda f, x: x,
    "abs": lambda f, x: f.intrinsic("fabs", x),
    "sqrt": lambda f, x: f.intrinsic("sqrt", x),
    "floor": lambda f, x: f.intrinsic("floor", x),
    "ceil": lambda f, x: f.intrinsic("ceil", x),
    "copysign": lambda f, x, s: f.intrinsic("copysign", x, s),
    "exp": vector.exp,
    "expm1": vector.expm1,
    "log": vector.log,
    "log1p": vector.log1p,
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
    "where": where,
    "largest": lambda f, *xs: in_pairs(f, xs, larger),
    "constant": lambda f, x: x,
}


def write(f: Function, name: str, operands: Sequence[str]) -> str:
    """The value of an instruction of a tape."""
    return ROWS[name](f, *operands)
