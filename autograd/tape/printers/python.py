"""A tape as a Python function."""

from __future__ import annotations

import math

from ..instructions import Tape
from .language import COMMON, Language, plain_names, remark


def literal(x: float) -> str:
    if math.isnan(x):
        return "nan"
    return repr(x) if math.isfinite(x) else f"({x})"


PYTHON = Language(
    {
        **COMMON,
        "mod": "{0} % {1}",
        "neg": "-({0})",
        "pos": "+({0})",
        "total": "total(({all},))",
        "dot": "total(({pairs},))",
        "either": "{0} or {1}",
        "both": "{0} and {1}",
        "opposite": "not {0}",
        "where": "{1} if {0} else {2}",
        "largest": "largest(({all},))",
    },
    literal,
)
# For the names of autograd.ieee, on its numbers: a branch that is a constant becomes one of them.
IEEE = Language({**PYTHON.rows, "where": "where({all})"}, literal)


def python_source(tape: Tape, language: Language = PYTHON) -> str:
    """The tape as a function `program` of its inputs and parameters, in order, that returns a
    tuple.

    It calls functions by the names of `autograd.floats`.

    >>> from autograd.tape import trace
    >>> print(python_source(trace(lambda x: (x * 2.0).tanh(), inputs=1)[0]))
    def program(x1):
        v1 = x1 * 2.0
        v2 = tanh(v1)
        return (v2,)
    """
    names = plain_names(tape)
    shown = language.shown(tape, names)
    lines = [f"def program({', '.join(names[: tape.constant_slots.start])}):"]
    for slot, instruction in tape:
        expression = language.expression(instruction, [shown[i] for i in instruction.operands])
        lines.append(f"    {names[slot]} = {expression}{remark(instruction, '#')}")
    returned = "".join([f"{shown[slot]}, " for slot in tape.outputs]).rstrip(" ")
    lines.append(f"    return ({returned})")
    return "\n".join(lines)
