"""A tape as a Python function."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ..instructions import Loop, Tape
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
    """The tape as a function `program` of its inputs and parameters, in order, that gives a tuple.

    It calls functions by the names of `autograd.floats`.

    >>> from autograd.tape import trace
    >>> print(python_source(trace(lambda x: (x * 2.0).tanh(), inputs=1)[0]))
    def program(x1):
        v1 = x1 * 2.0
        v2 = tanh(v1)
        return (v2,)
    """
    return Statements(language).function(tape)


class Statements:
    """A tape as statements of Python, a loop as a `for`.

    language: how instructions are written.
    """

    def __init__(self, language: Language) -> None:
        self.language = language

    def function(self, tape: Tape) -> str:
        """The function `program`."""
        names = plain_names(tape)
        shown = self.language.shown(tape, names)
        lines = [f"def program({', '.join(names[: tape.constant_slots.start])}):"]
        lines += [f"    {line}" for line in self.block(tape, names, shown)]
        returned = "".join([f"{shown[slot]}, " for slot in tape.outputs]).rstrip(" ")
        lines.append(f"    return ({returned})")
        return "\n".join(lines)

    def block(self, tape: Tape, names: list[str], shown: list[str]) -> Iterator[str]:
        """The statements that compute all slots.

        names: what they assign to; shown: how each slot is written in an expression, to which those
            of loops are added.
        """
        taken: dict[int, set[int]] = {}  # by the slot of a loop: the results that are taken
        for _, instruction in tape:
            if instruction.name == "result":
                taken.setdefault(instruction.operands[0], set()).add(instruction.held.index)
        for slot, instruction in tape:
            operands = [shown[i] for i in instruction.operands]
            if instruction.name == "loop":
                results = sorted(taken.get(slot, ()))
                yield from self.step(slot).loop(instruction.held, names[slot], operands, results)
            elif instruction.name == "result":
                loop = tape.instructions[instruction.operands[0] - tape.first].held
                shown[slot] = f"{operands[0]}_{loop.name_of(instruction.held.index)}"
            elif instruction.name == "item":
                shown[slot] = f"{operands[0]}[{instruction.held}]"
            elif instruction.name == "pack":
                yield f"{names[slot]} = ({', '.join(operands)},)"
            elif (line := self.statement(tape, slot, names, shown)) is not None:
                yield line

    def statement(
        self, tape: Tape, slot: int, names: Sequence[str], shown: Sequence[str]
    ) -> str | None:
        """The statement of an operation; None where another one computes the slot too."""
        instruction = tape.instructions[slot - tape.first]
        operands = [shown[i] for i in instruction.operands]
        expression = self.language.expression(instruction, operands)
        return f"{names[slot]} = {expression}{remark(instruction, '#')}"

    def step(self, slot: int) -> Statements:
        """What writes the step of the loop in a slot."""
        return self

    def loop(
        self, loop: Loop, name: str, operands: Sequence[str], taken: Sequence[int]
    ) -> Iterator[str]:
        """The statements of a loop. All its names begin with its own.

        taken: the indices of the results that are computed.
        """
        body, first, index = loop.body, loop.first_x, f"{name}_i"
        names = [f"{name}_{part}" for part in plain_names(body)]
        finals = [f"{name}_{loop.name_of(i)}" for i in range(loop.states)]
        names[:first] = [*operands[: loop.captures], *finals]
        before, start, end = self.results(loop, name, taken)
        for final, operand in zip(finals, operands[loop.captures : first], strict=True):
            yield f"{final} = {operand}"
        yield from before
        steps = f"{loop.length - 1}, -1, -1" if loop.backward else f"{loop.length}"
        yield f"for {index} in range({steps}):"
        inside = [f"{to} = {final}" for to, final in zip(start, finals, strict=False) if to]
        for slot, run in enumerate(operands[first:], start=first):
            place = part_of(index, body.width(slot))
            inside.append(f"{names[slot]} = {run}[{place}]")
        shown = self.language.shown(body, names)
        inside += self.block(body, names, shown)
        outputs = [shown[slot] for slot in body.outputs]
        inside += [end[i].format(outputs[i]) for i in sorted(end)]
        if finals:
            inside.append(f"{', '.join(finals)} = {', '.join(outputs[: loop.states])}")
        yield from [f"    {line}" for line in inside or ["pass"]]
        for i in taken:
            if loop.states + loop.ys <= i < loop.first_history:
                total = f"{name}_{loop.name_of(i)}"
                whole = f"total({total})"
                if loop.result_widths[i]:
                    whole = f"[total(each) for each in zip(*{total})]"
                yield f"{total} = {whole}"

    def results(
        self, loop: Loop, name: str, taken: Sequence[int]
    ) -> tuple[list[str], list[str], dict[int, str]]:
        """What stores the results that are no states.

        Gives statements before the loop; for each state where it is stored, or nothing; and by
        output the statement that stores it.
        """
        before, end = [], {}
        start = [""] * loop.states
        for i in taken:
            to, width = f"{name}_{loop.name_of(i)}", loop.result_widths[i]
            if i >= loop.first_history:
                before.append(f"{to} = [0.0] * {width}")
                start[i - loop.first_history] = f"{to}[{name}_i]"
            elif i >= loop.states + loop.ys:
                before.append(f"{to} = []")
                end[i] = f"{to}.append({{}})"
            elif i >= loop.states:
                before.append(f"{to} = [0.0] * {width}")
                own = loop.body.width(loop.body.outputs[i])
                end[i] = f"{to}[{part_of(f'{name}_i', own)}] = {{}}"
        return before, start, end


def part_of(index: str, width: int) -> str:
    """The place of a step's numbers in a run."""
    return f"{index} * {width} : ({index} + 1) * {width}" if width else index
