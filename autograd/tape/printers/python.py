"""A tape as a Python function."""

from __future__ import annotations

import math

from ..instructions import Tape
from .language import INTRINSIC, Language, plain_names, remark


def number(x: float) -> str:
    return repr(x) if math.isfinite(x) else f"({'-' if x < 0 else ''}{'nan' if x != x else 'inf'})"


PYTHON = Language(
    {name: name + "({all})" for name in INTRINSIC}
    | {
        "add": "{0} + {1}",
        "sub": "{0} - {1}",
        "mul": "{0} * {1}",
        "div": "{0} / {1}",
        "mod": "{0} % {1}",
        "neg": "-({0})",
        "pos": "+({0})",
        "total": "total(({all},))",
        "dot": "total(({pairs},))",
        "less": "{0} < {1}",
        "less_equal": "{0} <= {1}",
        "equal": "{0} == {1}",
        "either": "{0} or {1}",
        "both": "{0} and {1}",
        "opposite": "not {0}",
        "where": "{1} if {0} else {2}",
        "largest": "largest(({all},))",
        "constant": "{0}",
    },
    number,
)
# The names that the code uses: those of autograd.floats, or of autograd.ieee, whose functions never
# raise on its numbers.


def python_source(tape: Tape, name: str = "program") -> str:
    """The tape as a function of its inputs and parameters, in order, that gives a tuple.

    It calls functions by the names of `autograd.floats`, which the code imports.

    >>> from autograd.tape import trace
    >>> print(python_source(trace(lambda x: (x * 2.0).tanh(), inputs=1)[0]))
    from autograd.floats import tanh
    <BLANKLINE>
    def program(x1):
        v1 = x1 * 2.0
        v2 = tanh(v1)
        return (v2,)
    """
    names = plain_names(tape)
    given = ", ".join(names[: tape.constant_slots.start])
    lines = [f"def {name}({given}):"]
    for slot, target, expression in PYTHON.assignments(tape, names):
        lines.append(f"    {target} = {expression}" + remark(tape.instructions[slot - tape.first], "#"))
    shown = [
        number(tape.constants[slot - tape.constant_slots.start])
        if slot in tape.constant_slots
        else names[slot]
        for slot in tape.outputs
    ]
    lines.append(f"    return ({', '.join(shown)},)")
    used = {instruction.name for instruction in tape.instructions}
    calls = {row for row in used if PYTHON.rows[row].startswith(f"{row}(")}
    calls |= {"total"} if "dot" in used else set()
    imports = [f"from autograd.floats import {', '.join(sorted(calls))}", ""] if calls else []
    return "\n".join([*imports, *lines])
