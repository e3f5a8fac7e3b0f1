"""Evaluation of a tape at printed numbers, for the check of printed equations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import reduce

from ..numerals import EXACT, read
from ..ops import halves
from .folding import run_instruction
from .instructions import Instruction, Tape
from .printers import text

NONE = Decimal("NaN")


def recomputed(tape: Tape, operands: Sequence[Decimal]) -> Decimal:
    """The first output of a tape: sums, products and powers in decimals, functions in floats.

    Args:
        operands: the printed numbers of its inputs. Its constants are printed in full.

    >>> from autograd.tape import trace
    >>> recomputed(trace(lambda y: 1.0 - y * y, inputs=1)[0], [Decimal("0.9051")])
    Decimal('0.18079399')
    """
    slots = [*operands, *[read(text.number(x)) for x in tape.constants]]
    for _, instruction in tape:
        slots.append(result(instruction, [slots[i] for i in instruction.operands]))
    return slots[tape.outputs[0]]


def result(instruction: Instruction, operands: Sequence[Decimal]) -> Decimal:
    """An instruction on decimals; a condition is one that is 1 or 0."""
    rule = RULES.get(instruction.name)
    if rule is not None:
        return rule(*operands)
    if instruction.name == "pow" and whole(operands[1]) and operands[0] != 0:
        return EXACT.power(*operands)
    try:
        return Decimal(repr(float(run_instruction(instruction, [float(x) for x in operands]))))
    except Exception:  # a user-defined function, which may reject numbers near its operands
        return NONE


def whole(exponent: Decimal) -> bool:
    """Whether an exponent is a small integer, computed by multiplication."""
    return exponent.is_finite() and exponent.copy_abs() < 100 and exponent == int(exponent)


def dot(*operands: Decimal) -> Decimal:
    return added(*map(EXACT.multiply, *halves(operands)))


def added(*parts: Decimal) -> Decimal:
    return reduce(EXACT.add, parts)


def compared(*signs: int) -> Callable[[Decimal, Decimal], Decimal]:
    """Whether the comparison of two numbers has one of these signs; with NaN it is False."""
    return lambda a, b: Decimal(EXACT.compare(a, b) in signs)


RULES: dict[str, Callable[..., Decimal]] = {
    "add": EXACT.add,
    "sub": EXACT.subtract,
    "mul": EXACT.multiply,
    "div": EXACT.divide,
    "neg": lambda x: x.copy_negate(),
    "pos": lambda x: x,
    "constant": lambda x: x,
    "abs": lambda x: x.copy_abs(),
    "total": added,
    "dot": dot,
    "less": compared(-1),
    "less_equal": compared(-1, 0),
    "equal": compared(0),
    "where": lambda condition, a, b: a if condition else b,
}
