"""The common part of text and LaTeX: formulas, with parentheses only where they are needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ...ops import halves
from ..instructions import Instruction, Tape

# Precedences of formulas: a sum, a sign, a product, a power, an atom.
SUM, SIGN, PRODUCT, POWER, ATOM = range(1, 6)


@dataclass(frozen=True)
class Pattern:
    """The form of an instruction.

    Args:
        template: with {0}, {1}, ... for the operands; or {all}, all of them.
        binding: the precedence of the whole.
        needs: the precedence that each operand needs to be without parentheses (the last one
            applies to all that follow); 0 for any.
        joint: the separator of the operands in {all}.
    """

    template: str
    binding: int = ATOM
    needs: tuple[int, ...] = (0,)
    joint: str = ", "


@dataclass(frozen=True)
class Notation:
    """A notation of formulas: a row for each instruction, or `call` for one without.

    Args:
        parentheses: the template that puts a formula in them.
        number: how a number is written.
    """

    rows: Mapping[str, Pattern]
    call: Callable[[str], Pattern]
    parentheses: str
    number: Callable[[float], str]

    def write(self, instruction: Instruction, operands: Sequence[Term]) -> Term:
        """The formula of an instruction on formulas."""
        row = self.rows.get(instruction.name) or self.call(instruction.name)
        if instruction.name == "dot":
            product = Instruction("mul", ())
            operands = [self.write(product, pair) for pair in zip(*halves(operands), strict=True)]
        shown = []
        for i, operand in enumerate(operands):
            need = row.needs[min(i, len(row.needs) - 1)]
            loose = operand.binding < need
            shown.append(self.parentheses.format(operand.text) if loose else operand.text)
        text = row.template.format(*shown, all=row.joint.join(shown))
        leading_sign = row.binding == PRODUCT and operands[0].binding == SIGN
        return Term(text, SIGN if leading_sign else row.binding)

    def constant(self, x: float) -> Term:
        """A number; a negative one has the precedence of a sign."""
        text = self.number(x)
        return Term(text, ATOM if text[:1].isalnum() else SIGN)


@dataclass(frozen=True)
class Term:
    """A formula and its precedence."""

    text: str
    binding: int = ATOM


def formulas(tape: Tape, notation: Notation, terms: Sequence[Term]) -> list[Term]:
    """The formula of each output, with these terms for the inputs and parameters. A slot that is
    used n times is written n times: for small tapes.
    """
    found = [*terms, *map(notation.constant, tape.constants)]
    for _, instruction in tape:
        found.append(notation.write(instruction, [found[i] for i in instruction.operands]))
    return [found[slot] for slot in tape.outputs]
