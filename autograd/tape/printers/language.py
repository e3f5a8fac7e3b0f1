"""The common part of the printers: a language is one row for each intrinsic function."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ...ops import STRUCTURAL, TABLE, Shape, halves
from ..instructions import Instruction, Tape

# The rows of a language: intrinsic functions, and the structural instructions of tapes.
INTRINSIC = tuple(
    [name for name, op in TABLE.items() if op.value is None and op.shape is not Shape.NONE]
)
ROWS = (*INTRINSIC, *STRUCTURAL)
# The rows that languages with C's operators share; each replaces some of them.
COMMON = {
    **{name: name + "({all})" for name in INTRINSIC},
    "add": "{0} + {1}",
    "sub": "{0} - {1}",
    "mul": "{0} * {1}",
    "div": "{0} / {1}",
    "neg": "-{0}",
    "pos": "{0}",
    "less": "{0} < {1}",
    "less_equal": "{0} <= {1}",
    "equal": "{0} == {1}",
    "either": "{0} || {1}",
    "both": "{0} && {1}",
    "opposite": "!{0}",
    "where": "{0} ? {1} : {2}",
    "constant": "{0}",
}


@dataclass(frozen=True)
class Language:
    """The forms of instructions in a language.

    Args:
        rows: a template for each of ROWS, and for further supported operations: {0}, {1}, ... are
            the operands, {all} all of them, separated by commas, {sum} by plus signs; {pairs} and
            {pair_sum} the products of a dot; {count} and {pair_count} are their numbers.
        number: how a constant is written.
    """

    rows: Mapping[str, str]
    number: Callable[[float], str]

    def expression(self, instruction: Instruction, operands: Sequence[str]) -> str:
        """An instruction on operands that are names or numbers."""
        if instruction.name not in self.rows:
            raise ValueError(f"no row for {instruction.name!r}: expand the tape first")
        template = self.rows[instruction.name]
        return template.format(
            *operands,
            all=", ".join(operands),
            sum=" + ".join(operands),
            count=len(operands),
            pairs=", ".join(pairs(operands)),
            pair_sum=" + ".join(pairs(operands)),
            pair_count=len(operands) // 2,
        )

    def shown(self, tape: Tape, names: Sequence[str]) -> list[str]:
        """The text of each slot in an expression: the number of a constant, else the name."""
        found = [*names]
        found[tape.constant_slots.start : tape.first] = map(self.number, tape.constants)
        return found


def literals(nan: str, infinity: str) -> Callable[[float], str]:
    """A formatter of numbers, with these words for numbers that are not finite.

    A number with a sign is in parentheses.
    """

    def literal(x: float) -> str:
        if math.isnan(x):
            return nan
        size = infinity if math.isinf(x) else repr(abs(x))
        return size if math.copysign(1.0, x) > 0.0 else f"(-{size})"

    return literal


def pairs(operands: Sequence[str]) -> list[str]:
    """The products of the first half of the operands with the second."""
    return [f"{a} * {b}" for a, b in zip(*halves(operands), strict=False)]


def plain_names(tape: Tape) -> list[str]:
    """Names for code: x1.., p1.., c1.., v1..; labels are not used."""
    kinds = [
        ("x", len(tape.inputs)),
        ("p", len(tape.parameters)),
        ("c", len(tape.constants)),
        ("v", len(tape.instructions)),
    ]
    return [f"{letter}{i}" for letter, count in kinds for i in range(1, count + 1)]


def array_names(tape: Tape) -> list[str]:
    """Names for code that takes the inputs and the parameters as arrays x and p."""
    inputs = [f"x[{i}]" for i in range(len(tape.inputs))]
    parameters = [f"p[{i}]" for i in range(len(tape.parameters))]
    return [*inputs, *parameters, *plain_names(tape)[tape.constant_slots.start :]]


def remark(label: str | None, mark: str) -> str:
    """A comment with a label, if that is a word."""
    return f"  {mark} {label}" if label and label.isidentifier() else ""
