"""Functions that differ in constants only are shared; long sequences of calls are split."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .llvm_ir import Function

MOST_CALLS = 200  # calls in a function of calls
SMALLEST_SHARED = 8  # functions; for fewer the numbers stay in the code, which is slightly faster
MOST_NUMBERS = 64  # numbers passed to a function

Call = tuple[str, ...]  # a function's name, and its operands after the common ones


def end_shared(functions: Sequence[Function]) -> list[Call]:
    """End functions, one for all that differ in their given numbers only; returns the calls."""
    alike: dict[str, list[Function]] = {}
    for f in functions:
        alike.setdefault("\n".join([f.parameters, *f.rooms, *f.lines]), []).append(f)
    calls: dict[str, Call] = {}
    for found in alike.values():
        first = found[0]
        if len(found) < SMALLEST_SHARED or len(first.numbers) > MOST_NUMBERS:
            for f in found:
                f.lines = [with_numbers(line, f.numbers) for line in f.lines]
                f.end()
                calls[f.name] = (f.name,)
        else:
            given = [f"i64 %given{i}" for i in range(len(first.numbers))]
            first.declare(", ".join([first.parameters, *given]))
            first.end()
            calls |= {f.name: (first.name, *map(str, f.numbers)) for f in found}
    return [calls[f.name] for f in functions]


def with_numbers(line: str, numbers: Sequence[int]) -> str:
    """A line of code with numbers in place of the parameters."""
    if "%given" not in line:
        return line
    return re.sub(r"%given(\d+)", lambda found: str(numbers[int(found[1])]), line)


def call_all(f: Function, calls: Sequence[Call], *operands: str) -> None:
    """Call functions in their order; many through intermediate functions."""
    kinds = f.module.signatures[calls[0][0]][1][: len(operands)] if calls else []
    given = [f"%operand{i}" for i in range(len(kinds))]
    parameters = ", ".join([" ".join(pair) for pair in zip(kinds, given, strict=True)])
    while len(calls) > MOST_CALLS:
        outer: list[Call] = []
        for first in range(0, len(calls), MOST_CALLS):
            name = f"stage{len(f.module.functions)}"
            g = Function(f.module, name, parameters, f.lanes)
            for call in calls[first : first + MOST_CALLS]:
                g.call(call[0], *given, *call[1:])
            g.end()
            outer.append((name,))
        calls = outer
    for call in calls:
        f.call(call[0], *operands, *call[1:])
