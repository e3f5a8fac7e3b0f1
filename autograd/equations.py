"""Equations in print: a formula with names, the formula with numbers, and its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from .numerals import DIGITS, brief, operand_digits, relation, shown
from .ops import Op
from .tape.decimal_evaluation import recomputed
from .tape.instructions import Tape
from .tape.printers.latex import LATEX, written
from .tape.printers.notation import ATOM, PRODUCT, SIGN, Notation, Term, formulas
from .tape.recorder import Recorder


@dataclass(frozen=True)
class Quantity:
    """A quantity with a name and a number: a node or a derivative."""

    text: str
    latex: str
    value: float

    def term(self, notation: Notation) -> Term:
        """Its name; a constant has none but its number."""
        if self.text == brief(self.value):
            return self.number(notation)
        return Term(self.latex if notation is LATEX else self.text)

    def number(self, notation: Notation, digits: int = DIGITS) -> Term:
        """Its number, with this number of digits."""
        shown = brief(self.value, digits)
        negative = shown.startswith("−")
        if notation is LATEX:
            power = "e" in shown  # in scientific notation
            return Term(written(shown), SIGN if negative else PRODUCT if power else ATOM)
        return Term(shown, SIGN if negative else ATOM)


@dataclass(frozen=True)
class Equation:
    """`left = formula`: the formula is a small tape whose inputs are the quantities, in order.

    depth: its depth in the derivation; closing: whether its formula was printed before, with names,
    and now has numbers.
    """

    left: Quantity
    formula: Tape
    quantities: tuple[Quantity, ...]
    depth: int = 0
    opening: bool = False
    closing: bool = False

    def sides(self, notation: Notation) -> list[str]:
        """The sides of the equation, between the equals signs."""
        named = self._formula(notation, [quantity.term(notation) for quantity in self.quantities])
        digits = self.operand_digits
        numbers = [quantity.number(notation, digits) for quantity in self.quantities]
        numbered = self._formula(notation, numbers)
        result = self.left.number(notation).text
        sides = [self.left.term(notation).text]
        sides += [] if self.closing else [named]
        sides += [] if self.opening else [numbered, result]
        return [side for before, side in pairwise(["", *sides]) if side != before]

    @property
    def relation(self) -> str:
        """`=` where the shown numbers give the shown result, else `≈`."""
        return (
            "=" if self.opening else relation(self.recomputed(self.operand_digits), self.left.value)
        )

    @property
    def operand_digits(self) -> int:
        """The number of digits of its operands: enough to check the equation."""
        return operand_digits(self.recomputed, self.left.value)

    def recomputed(self, digits: int = DIGITS) -> Decimal:
        """The formula evaluated at the printed numbers."""
        return recomputed(self.formula, [shown(x.value, digits) for x in self.quantities])

    def written(self, notation: Notation) -> tuple[str, str, str]:
        """Its left side, its first sign, and the rest."""
        left, *sides = self.sides(notation)
        sign = self.relation.replace("≈", r"\approx" if notation is LATEX else "≈")
        signs = ["="] * (len(sides) - 1) + [sign]
        rest = " ".join([part for pair in zip(signs, sides, strict=True) for part in pair])
        return left, signs[0], rest.removeprefix(signs[0]).strip()

    def _formula(self, notation: Notation, terms: Sequence[Term]) -> str:
        return formulas(self.formula, notation, terms)[0].text


def textbook(op: Op, count: int, constants: Mapping[int, float] | None = None) -> Tape:
    """The partials of an operation in textbook form, one output for each operand.

    The inputs are its operands and, last, its value; constants: numbers in place of operands.
    """
    recorder = Recorder([""] * (count + 1))
    *operands, y = [recorder.symbol(i) for i in range(count + 1)]
    for slot, x in (constants or {}).items():
        operands[slot] = recorder.number(x)
    if op.textbook is None:
        return recorder.tape(op.partials_at(recorder, operands, y))
    return recorder.tape(op.textbook(recorder, *op.split(operands), y))


def value_of(op: Op, count: int) -> Tape:
    """The operation itself, with the same inputs."""
    recorder = Recorder([""] * (count + 1))
    return recorder.tape([recorder.emit(op.name, [recorder.symbol(i) for i in range(count)])])
