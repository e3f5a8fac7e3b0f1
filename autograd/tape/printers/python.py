"""A tape as a Python function."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..instructions import Tape
from .language import COMMON, Language, plain_names, remark
from .lines import Layout, Line, Lines, Repeat, statements


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
# How the sum of a term over all steps of a loop is written: rounded once.
FSUM = {
    **dict.fromkeys(("sum", "sum of a run"), "{name} = []"),
    **dict.fromkeys(("term", "term of a run"), "{name}.append({value})"),
    "total": "{name} = total({value})",
    "total of a run": "{name} = [total(one) for one in zip(*{value})]",
}
# For the names of autograd.ieee, on its numbers: a branch that is a constant becomes one of them,
# and so do constants, which may be states of loops.
IEEE = Language({**PYTHON.rows, "where": "where({all})"}, lambda x: f"Number({literal(x)})")


def python_source(
    tape: Tape,
    language: Language = PYTHON,
    lines: Lines | None = None,
    sums: Mapping[str, str] = FSUM,
) -> str:
    """The tape as a function `program` of its inputs and parameters, in order, that returns a
    tuple.

    It calls functions by the names of `autograd.floats`.

    lines: what writes its lines, where these are of another kind.

    >>> from autograd.tape import trace
    >>> print(python_source(trace(lambda x: (x * 2.0).tanh(), inputs=1)[0]))
    def program(x1):
        v1 = x1 * 2.0
        v2 = tanh(v1)
        return (v2,)
    """
    names = plain_names(tape)
    shown = language.shown(tape, names)
    lines = lines or Lines(language)
    code = [f"def program({', '.join(names[: tape.constant_slots.start])}):"]
    labels = [*[""] * tape.first, *[one.label or "" for one in tape.instructions]]

    def write(line: Line) -> list[str]:
        return [statement(line, sums) + remark(line.label, "#")]

    for line in lines.of(tape, names, shown, labels):
        code += [f"    {text}" for text in statements(line, LOOPS, write)]
    returned = "".join([f"{shown[slot]}, " for slot in tape.outputs]).rstrip(" ")
    code.append(f"    return ({returned})")
    return "\n".join(code)


def header(loop: Repeat) -> str:
    """The first line of a loop."""
    steps = f"{loop.length - 1}, -1, -1" if loop.backward else f"{loop.length}"
    return f"for {loop.counter} in range({steps}):"


LOOPS = Layout(header, "    ")


def statement(line: Line, sums: Mapping[str, str] = FSUM) -> str:
    """A line that is no loop."""
    kind, name, value, size = line.kind, line.name, line.expression, line.size
    place = f"{line.at} * {size} : ({line.at} + 1) * {size}" if size else line.at
    if kind == "run":
        return f"{name} = ({value},)"
    if kind == "part":
        return f"{name} = {value}[{place}]"
    if kind == "room":
        return f"{name} = [0.0] * {size}"
    if kind == "store":
        return f"{name}[{place}] = {value}"
    if kind in ("sum", "term", "total"):
        form = sums[f"{kind} of a run" if size else kind]
        return form.format(name=name, value=value, size=size)
    return f"{name} = {value}"
