"""Recorder: the arithmetic of tapes. A rule evaluated on its symbols writes instructions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..arguments import real
from ..ops import OF_LOOPS, TABLE
from .instructions import Instruction, Tape, renumbered
from .loops import Loop


class Recorder:
    """Writes a tape, instruction by instruction; an arithmetic as rules take it.

    >>> recorder = Recorder(["x"])
    >>> x = recorder.symbol(0)
    >>> y = recorder.where(x > 0.0, recorder.exp(x), 1.0)
    >>> print(recorder.tape([y]))
    inputs      x
    constants   c1 = 0.0, c2 = 1.0
    v1 = less(c1, x)
    v2 = exp(x)
    v3 = where(v1, v2, c2)
    outputs     v3
    """

    def __init__(
        self, inputs: Iterable[str], parameters: Iterable[str] = (), widths: Sequence[int] = ()
    ) -> None:
        self.inputs, self.parameters = tuple(inputs), tuple(parameters)
        self.widths = tuple(widths)
        self._constants: dict[str, tuple[int, float]] = {}
        # Until the tape is complete, constants have negative slots and instructions are numbered
        # from here.
        self._base = len(self.inputs) + len(self.parameters)
        self._instructions: list[Instruction] = []

    @property
    def size(self) -> int:
        """One more than the last slot."""
        return self._base + len(self._instructions)

    def symbol(self, slot: int) -> Symbol:
        """The symbol of an input (they come first) or a parameter."""
        return Symbol(self, slot)

    def number(self, x: float) -> Symbol:
        """The symbol of a constant."""
        key = x.hex()  # distinguishes 0.0 from -0.0
        if key not in self._constants:
            self._constants[key] = (-1 - len(self._constants), x)
        return Symbol(self, self._constants[key][0])

    def lift(self, x: Any) -> Symbol:
        """x as a symbol."""
        return x if isinstance(x, Symbol) else self.number(real(x, "tape"))

    def emit(self, name: str, operands: Iterable[Any], label: str | None = None) -> Symbol:
        """Write an instruction on symbols and numbers; the symbol of its result."""
        symbols = [x if type(x) is Symbol else self.lift(x) for x in operands]
        return self.write(name, symbols, label)

    def write(self, name: str, operands: Sequence[Symbol], label: str | None = None) -> Symbol:
        """Write an instruction on symbols; overridden by passes."""
        instruction = Instruction(name, tuple([x.slot for x in operands]), label)
        self._instructions.append(instruction)
        return Symbol(self, self._base + len(self._instructions) - 1)

    def instruction(self, slot: int) -> Instruction | None:
        """The instruction that wrote a slot; None of inputs, parameters and constants."""
        return self._instructions[slot - self._base] if slot >= self._base else None

    def numbers_of(self, slot: int) -> tuple[int, ...]:
        """The operands of a slot that holds a number; none for a condition or a leaf."""
        instruction = self.instruction(slot)
        return instruction.operands if instruction and instruction.kind != "condition" else ()

    def hold(self, instruction: Instruction, operands: Sequence[Symbol]) -> Symbol:
        """Write an instruction of loops, with what it holds, on symbols: what passes override."""
        slots = tuple([x.slot for x in operands])
        self._instructions.append(instruction._replace(operands=slots))
        return Symbol(self, self._base + len(self._instructions) - 1)

    def copy(self, instruction: Instruction, operands: Sequence[Symbol]) -> Symbol:
        """Write an instruction of any kind, unchanged, on these symbols."""
        if instruction.name in OF_LOOPS:
            return self.hold(instruction, operands)
        return self.write(instruction.name, operands, instruction.label)

    def loop(self, loop: Loop, operands: Iterable[Any]) -> Symbol:
        return self.hold(Instruction("loop", (), None, loop), [*map(self.lift, operands)])

    def result(self, loop: Symbol, index: int) -> Symbol:
        instruction = self.instruction(loop.slot)
        assert instruction is not None
        return self.hold(Instruction("result", (), None, instruction.held.choice(index)), [loop])

    def pack(self, xs: Iterable[Any]) -> Symbol:
        return self.hold(Instruction("pack", ()), [*map(self.lift, xs)])

    def item(self, run: Symbol, index: int) -> Symbol:
        return self.hold(Instruction("item", (), None, index), [run])

    def width(self, run: Symbol) -> int:
        """The length of the run of a symbol; 0 if it is none."""
        instruction = self.instruction(run.slot)
        if instruction is not None:
            return instruction.width
        return self.widths[run.slot] if 0 <= run.slot < len(self.widths) else 0

    def name(self, symbol: Symbol, label: str) -> None:
        """Label an instruction that has no label."""
        index = symbol.slot - self._base
        if index >= 0 and self._instructions[index].label is None:
            self._instructions[index] = self._instructions[index]._replace(label=label)

    def rewrite(
        self, tape: Tape, write: Write | None = None, leaves: Sequence[Symbol] | None = None
    ) -> list[Symbol]:
        """Write the instructions of a tape, and return the symbol of each of its slots.

        Args:
            tape: one with the inputs and parameters of this recorder, or with `leaves` for them.
            write: writes an instruction on symbols, or its replacement; by default unchanged.
        """
        if leaves is None:
            leaves = [self.symbol(slot) for slot in range(tape.constant_slots.start)]
        symbols = [*leaves, *[self.number(x) for x in tape.constants]]
        write = write or self.copy
        for instruction in tape.instructions:
            operands = [symbols[i] for i in instruction.operands]
            of_loops = instruction.name in OF_LOOPS
            symbol = self.hold(instruction, operands) if of_loops else write(instruction, operands)
            symbols.append(symbol)
            if instruction.label:
                self.name(symbol, instruction.label)
        return symbols

    def tape(self, outputs: Iterable[Any], several: bool = True) -> Tape:
        """The tape of these outputs, without what none of them depends on."""
        slots = [self.lift(output).slot for output in outputs]
        needed, kept = set(slots), []
        slot = self._base + len(self._instructions)
        for instruction in reversed(self._instructions):
            slot -= 1
            if slot in needed:
                needed.update(instruction.operands)
                kept.append(slot)
        kept.reverse()
        constants = [(slot, x) for slot, x in self._constants.values() if slot in needed]
        leaves = [*range(self._base), *[slot for slot, _ in constants]]
        place = {slot: i for i, slot in enumerate([*leaves, *kept])}
        return Tape(
            self.inputs,
            self.parameters,
            tuple([x for _, x in constants]),
            tuple([renumbered(self._instructions[slot - self._base], place) for slot in kept]),
            tuple([place[slot] for slot in slots]),
            several,
            self.widths,
        )

    # The arithmetic.

    def where(self, condition: Any, a: Any, b: Any) -> Any:
        if not isinstance(condition, Symbol):  # of plain numbers: already evaluated
            return a if condition else b
        return self.emit("where", (condition, a, b))

    def equal(self, a: Any, b: Any) -> Any:
        if not isinstance(a, Symbol) and not isinstance(b, Symbol):
            return a == b
        return self.emit("equal", (a, b))

    def constant(self, x: Any) -> Symbol:
        return self.emit("constant", (x,)) if isinstance(x, Symbol) else self.lift(x)

    def largest(self, xs: Sequence[Any]) -> Symbol:
        return self.emit("largest", xs)

    def __getattr__(self, name: str) -> Callable[..., Symbol]:
        if name not in TABLE:
            raise AttributeError(f"no operation {name!r}")
        return self.operation(name)

    def operation(self, name: str) -> Callable[..., Symbol]:
        """The function that writes an operation of the table, also if a method has its name."""

        def write(*operands: Any) -> Symbol:
            flat: list[Any] = []
            for operand in operands:
                if isinstance(operand, (Symbol, float, int)):
                    flat.append(operand)
                else:
                    flat.extend(operand)
            return self.emit(name, flat)

        return write


class Symbol:
    """A slot of a tape that is being written; its operators write instructions."""

    __slots__ = ("recorder", "slot")

    def __init__(self, recorder: Recorder, slot: int) -> None:
        self.recorder, self.slot = recorder, slot

    def __bool__(self) -> bool:
        raise TypeError("a symbol is no bool: a rule must use m.where, not if, and, or")

    def __eq__(self, other: object) -> bool:
        """Refused: a plain False would be silently wrong, and the bool is unknown."""
        raise TypeError("a symbol can't be compared by == or !=: a rule must use m.equal")

    __hash__ = object.__hash__


Write = Callable[[Instruction, Sequence[Symbol]], Symbol]


def _operator(name: str, swapped: bool = False) -> Callable[[Symbol, Any], Symbol]:
    def method(self: Symbol, other: Any) -> Symbol:
        return self.recorder.emit(name, (other, self) if swapped else (self, other))

    return method


def _unary(name: str) -> Callable[[Symbol], Symbol]:
    return lambda self: self.recorder.emit(name, (self,))


# The operators, by Python's name without underscores: the instruction that each writes.
UNARY = {"neg": "neg", "pos": "pos", "abs": "abs", "invert": "opposite"}
BINARY = {"add": "add", "sub": "sub", "mul": "mul", "truediv": "div", "and": "both", "or": "either"}
BINARY |= {"lt": "less", "le": "less_equal"}
SWAPPED = {"radd": "add", "rsub": "sub", "rmul": "mul", "rtruediv": "div"}
SWAPPED |= {"gt": "less", "ge": "less_equal"}
for _name, _instruction in BINARY.items():
    setattr(Symbol, f"__{_name}__", _operator(_instruction))
for _name, _instruction in SWAPPED.items():
    setattr(Symbol, f"__{_name}__", _operator(_instruction, swapped=True))
for _name, _instruction in UNARY.items():
    setattr(Symbol, f"__{_name}__", _unary(_instruction))
