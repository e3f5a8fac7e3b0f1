"""A tape as equations, in text or LaTeX: a loop as a recurrence in t, the number of the step.

Of a loop in a step the number is u, of one in that one k, and so on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from ..instructions import Tape
from ..loops import Loop
from . import latex, text
from .notation import PRODUCT, Notation, Term


@dataclass(frozen=True)
class Style:
    """How equations are written.

    name: a label as a name; at: a name and the number of a step; sum: a letter, and a formula that
    is summed over all steps; steps: a letter, and its first and last number; row: several numbers.
    """

    notation: Notation
    name: Callable[[str], str]
    at: str
    sum: str
    steps: str
    row: str
    equation: str


TEXT = Style(text.TEXT, str, "{0}[{1}]", "Σ {1}", ", {0} = {1}, ..., {2}", "({0})", "{0} = {1}")
LATEX = Style(
    latex.LATEX,
    latex.name,
    "{{{0}}}^{{({1})}}",
    r"\sum_{{{0}}} {1}",
    r", \quad {0} = {1}, \dots, {2}",
    r"\left({0}\right)",
    "{0} &= {1}",
)


def text_equations(tape: Tape) -> str:
    """The equations of a tape, one in a line.

    >>> from autograd import scan
    >>> from autograd.tape import trace
    >>> tape, _ = trace(lambda r: scan(lambda s, x: (r * s + x, None), 1.0, [3.0, 4.0])[0], ["r"])
    >>> print(text_equations(tape))
    v1 = (3, 4)
    s1[0] = 1
    s1[t+1] = r · s1[t] + v1[t], t = 0, ..., 1
    v3 = s1[2]
    """
    return "\n".join(Equations(TEXT).of(tape))


def latex_equations(tape: Tape) -> str:
    """The same in LaTeX, aligned."""
    inside = " \\\\\n".join([f"  {line}" for line in Equations(LATEX).of(tape)])
    return f"\\begin{{aligned}}\n{inside}\n\\end{{aligned}}"


LETTERS = "tuklmn" * 10  # of steps, by depth


class Equations:
    """Writes equations, with names that are given once."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.given: set[str] = set()

    def new(self, label: str) -> str:
        """The name of a label, which no other has."""
        found, count = label, 1
        while found in self.given:
            count += 1
            found = f"{label}_{count}"
        self.given.add(found)
        return self.style.name(found)

    def of(self, tape: Tape) -> list[str]:
        """The equations of a whole tape; outputs that have no instruction are not repeated."""
        names = tape.names
        leaves = [Term(self.new(name)) for name in names[: tape.constant_slots.start]]
        lines: list[str] = []
        self.write(tape, leaves, lines, "")
        return lines

    def write(
        self, tape: Tape, leaves: list[Term], lines: list[str], when: str, depth: int = -1
    ) -> list[Term]:
        """Write equations of the slots that are used more than once; the terms of all outputs.

        when: what follows an equation in a step, the steps; then names have the step behind them.
        depth: in how many other loops the step is.
        """
        style, names = self.style, tape.names
        uses = Counter([slot for _, each in tape for slot in each.operands] + [*tape.outputs])
        terms = [*leaves, *map(style.notation.constant, tape.constants)]
        runs: dict[int, list[Term]] = {}  # by the slot of a loop: the terms of its results
        for slot, instruction in tape:
            operands = [terms[i] for i in instruction.operands]
            if instruction.name == "loop":
                runs[slot] = self.loop(instruction.held, operands, lines, when, depth + 1)
                terms.append(Term(""))
                continue
            if instruction.name == "result":
                terms.append(runs[instruction.operands[0]][instruction.held.place])
                if when or slot not in tape.outputs:
                    continue
                term = terms.pop()
            elif instruction.name == "item":
                term = Term(style.at.format(operands[0].text, instruction.held))
            elif instruction.name == "pack":
                term = Term(style.row.format(", ".join([one.text for one in operands])))
            else:
                term = style.notation.write(instruction, operands)
            is_run = instruction.kind == "run" and instruction.name == "pack"
            if is_run or (not when and slot in tape.outputs) or (uses[slot] > 1 and operands):
                name = self.new(names[slot])
                name = style.at.format(name, LETTERS[depth]) if when else name
                lines.append(style.equation.format(name, term.text) + when)
                term = Term(name)
            terms.append(term)
        return [terms[slot] for slot in tape.outputs]

    def loop(
        self, loop: Loop, operands: list[Term], lines: list[str], outer: str, depth: int
    ) -> list[Term]:
        """Write a loop; the terms of its results."""
        style, body, first = self.style, loop.body, loop.first_x
        t = LETTERS[depth]
        now, after = (f"{t}+1", t) if loop.backward else (t, f"{t}+1")
        start, end = (loop.length, 0) if loop.backward else (0, loop.length)
        steps = sorted((0, loop.length - 1), reverse=loop.backward)
        when = style.steps.format(t, *steps) + outer
        names = [self.new(name) for name in body.names[loop.captures : first]]
        leaves = [*operands[: loop.captures]]
        for name, operand in zip(names, operands[loop.captures : first], strict=True):
            lines.append(style.equation.format(style.at.format(name, start), operand.text) + outer)
            leaves.append(Term(style.at.format(name, now)))
        leaves += [Term(style.at.format(run.text, t)) for run in operands[first:]]
        outputs = self.write(body, leaves, lines, when, depth)
        results = []
        for name, output in zip(names, outputs, strict=False):
            lines.append(style.equation.format(style.at.format(name, after), output.text) + when)
            results.append(Term(style.at.format(name, end)))
        for i, output in enumerate(outputs[loop.states :], start=loop.states):
            if i < loop.first_total:
                name = self.new(f"y{i - loop.states + 1}")
                lines.append(style.equation.format(style.at.format(name, t), output.text) + when)
                results.append(Term(name))
            else:
                shown = output.text
                if output.binding < PRODUCT:
                    shown = style.notation.parentheses.format(shown)
                results.append(Term(style.sum.format(t, shown), 0))
        return [*results, *map(Term, names)]
