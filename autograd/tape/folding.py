"""Constant folding and removal of identities, while a tape is written."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .. import floats, ieee
from ..ops import STRUCTURAL, TABLE
from .instructions import Instruction
from .recorder import Recorder, Symbol

LOGIC: dict[str, Callable[..., Any]] = {
    "less": lambda a, b: a < b,
    "less_equal": lambda a, b: a <= b,
    "equal": lambda a, b: a == b,
    "either": lambda a, b: a or b,
    "both": lambda a, b: a and b,
    "opposite": lambda a: not a,
    "where": lambda condition, a, b: a if condition else b,
    "largest": lambda *xs: floats.largest(xs),
    "constant": lambda x: x,
}
Numbers = Sequence[Any]  # the operands: a number, a bool, or None if unknown


def run_instruction(instruction: Instruction, operands: Sequence[Any]) -> Any:
    """The result of an instruction on numbers and booleans."""
    if instruction.op is None:
        return LOGIC[instruction.name](*operands)
    return instruction.op([ieee.Number(x) for x in operands])


class Folder(Recorder):
    """Folds constants, and removes operations that change no bit.

    The latter are factors and divisors of 1, terms of the zero that preserves the sign of a sum,
    and choices with a known condition. Two factors are merged if the inner product is exact. A
    function of a choice between constants, c ? 2 : 3, is the choice between its values, and a
    comparison of it is c, its negation or a constant.
    """

    def __init__(
        self, inputs: Iterable[str], parameters: Iterable[str] = (), widths: Sequence[int] = ()
    ) -> None:
        super().__init__(inputs, parameters, widths)
        self.known: dict[int, Any] = {}  # by slot: its number or bool
        # By slot of a choice between constants: the condition and the numbers.
        self.choices: dict[int, tuple[Symbol, Any, Any]] = {}

    def number(self, x: float) -> Symbol:
        symbol = super().number(x)
        self.known[symbol.slot] = x
        return symbol

    def write(self, name: str, operands: Sequence[Symbol], label: str | None = None) -> Symbol:
        if name == "where":
            operands = self.settled(operands)
        values = [self.known.get(symbol.slot) for symbol in operands]
        if None not in values and foldable(name):
            return self.computed(name, operands, values)
        simpler = SIMPLER.get(name)
        found = simpler(operands, values) if simpler else None
        if found is None and self.choices and name not in NOT_BY_SIDES and foldable(name):
            found = self.by_sides(name, operands, values)
        if found is not None:
            return found
        symbol = super().write(name, operands, label)
        if name == "where" and None not in values[1:]:
            self.choices[symbol.slot] = operands[0], values[1], values[2]
        return symbol

    def hold(self, instruction: Instruction, operands: Sequence[Symbol]) -> Symbol:
        """An item of numbers that were packed is the number; packed items of a run are the run."""
        first = self.instruction(operands[0].slot) if operands else None
        if instruction.name == "item" and first and first.name == "pack":
            return self.symbol(first.operands[instruction.held])
        if instruction.name == "pack" and first and first.name == "item":
            run = self.symbol(first.operands[0])
            items = [self.instruction(symbol.slot) for symbol in operands]
            indices = [
                i.held for i in items if i and i.name == "item" and i.operands == (run.slot,)
            ]
            if indices == [*range(self.width(run))] and len(operands) == len(indices):
                return run
        return super().hold(instruction, operands)

    def settled(self, operands: Sequence[Symbol]) -> Sequence[Symbol]:
        """The operands of a choice, whose condition is not a negation. A branch that is a choice by
        the same condition is replaced by the branch that it takes.
        """
        condition, *sides = operands
        inner = self.instruction(condition.slot)
        if inner and inner.name == "opposite":
            condition = self.symbol(inner.operands[0])
            sides.reverse()
        for i, side in enumerate(sides):
            inner = self.instruction(side.slot)
            if inner and inner.name == "where" and inner.operands[0] == condition.slot:
                sides[i] = self.symbol(inner.operands[1 + i])
        return condition, *sides

    def computed(self, name: str, operands: Sequence[Symbol], values: Numbers) -> Symbol:
        """The constant result of an instruction, or a known condition."""
        result = run_instruction(Instruction(name, ()), values)
        if isinstance(result, float):
            return self.number(float(result))
        symbol = super().write(name, operands)
        self.known[symbol.slot] = result
        return symbol

    def by_sides(self, name: str, operands: Sequence[Symbol], values: Numbers) -> Symbol | None:
        """A function of constants and of choices between them by one condition, as a choice."""
        condition: Symbol | None = None
        sides: tuple[list[Any], list[Any]] = [], []
        for symbol, value in zip(operands, values, strict=True):
            if value is not None:
                a = b = value
            elif symbol.slot in self.choices:
                by, a, b = self.choices[symbol.slot]
                if condition is not None and by.slot != condition.slot:
                    return None
                condition = by
            else:
                return None
            sides[0].append(a)
            sides[1].append(b)
        assert condition is not None
        a, b = [run_instruction(Instruction(name, ()), side) for side in sides]
        if isinstance(a, float):
            return self.write("where", [condition, self.number(float(a)), self.number(float(b))])
        if a == b:
            return self.computed(name, operands, sides[0])
        return condition if a else self.write("opposite", [condition])


# Instructions on conditions, and choices.
NOT_BY_SIDES = frozenset({"where", "either", "both", "opposite"})


def foldable(name: str) -> bool:
    """Whether it may be folded: a user-defined operation may reject numbers."""
    return name in STRUCTURAL or TABLE[name].builtin


def is_zero(x: Any, sign: float) -> bool:
    return x == 0.0 and math.copysign(1.0, x) == sign


def simpler_sum(operands: Sequence[Symbol], values: Numbers) -> Symbol | None:
    """x + -0 is x; x + 0 is not, since -0 + 0 is 0."""
    if is_zero(values[1], -1.0):
        return operands[0]
    return operands[1] if is_zero(values[0], -1.0) else None


def simpler_difference(operands: Sequence[Symbol], values: Numbers) -> Symbol | None:
    return operands[0] if is_zero(values[1], 1.0) else None


def simpler_product(operands: Sequence[Symbol], values: Numbers) -> Symbol | None:
    for factor, number in zip(operands, reversed(values), strict=True):
        if number == 1.0:
            return factor
        if number is not None and (product := scaled_exactly(factor)):
            # 100·(2·x) is 200·x: where 2·x overflows, 200·x does too.
            scale, x = product
            if abs(number) >= 1.0 and math.isfinite(number * scale):
                return x.recorder.write("mul", [x.recorder.number(number * scale), x])
    return None


def scaled_exactly(symbol: Symbol) -> tuple[float, Symbol] | None:
    """The number k and the x of a product k·x whose result is exact: of k = 1, 2, 4, ... or -k."""
    recorder = symbol.recorder
    assert isinstance(recorder, Folder)
    instruction = recorder.instruction(symbol.slot)
    if instruction is None or instruction.name != "mul":
        return None
    a, b = [recorder.symbol(slot) for slot in instruction.operands]
    for scale, x in ((a, b), (b, a)):
        number = recorder.known.get(scale.slot)
        if number is not None and abs(number) >= 1.0 and abs(math.frexp(number)[0]) == 0.5:
            return number, x
    return None


def simpler_quotient(operands: Sequence[Symbol], values: Numbers) -> Symbol | None:
    return operands[0] if values[1] == 1.0 else None


def simpler_choice(operands: Sequence[Symbol], values: Numbers) -> Symbol | None:
    if values[0] is not None:
        return operands[1] if values[0] else operands[2]
    return operands[1] if operands[1].slot == operands[2].slot else None


def simpler_either(operands: Sequence[Symbol], values: Numbers) -> Symbol | None:
    for i in (0, 1):
        if values[i] is not None or operands[0].slot == operands[1].slot:
            return operands[i] if values[i] else operands[1 - i]
    return None


def simpler_both(operands: Sequence[Symbol], values: Numbers) -> Symbol | None:
    for i in (0, 1):
        if values[i] is not None or operands[0].slot == operands[1].slot:
            return operands[1 - i] if values[i] else operands[i]
    return None


SIMPLER: dict[str, Callable[[Sequence[Symbol], Numbers], Symbol | None]] = {
    "add": simpler_sum,
    "sub": simpler_difference,
    "mul": simpler_product,
    "div": simpler_quotient,
    "where": simpler_choice,
    "either": simpler_either,
    "both": simpler_both,
}
