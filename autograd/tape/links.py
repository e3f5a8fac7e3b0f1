"""Links: what stands in the place of local derivatives at the nodes of loops.

A loop has several results, and a run is several numbers in one node. So what a sweep multiplies and
adds there are no numbers: a *link*, in the place of the local derivative of an operand, times an
adjoint or a tangent, which is a number, a `RunPart` of a run, or what is known `AtLoop`. Nodes are
Values or symbols of a tape; a `Writer` makes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple, Protocol

from ..masking import Bundle
from .instructions import Instruction, Tape
from .loops import Loop
from .recorder import Recorder

# Gives the loop of the adjoints or of the tangents of a loop, for the results that have adjoints or
# the operands that have tangents, by their indices.
Rule = Callable[[Loop, tuple[int, ...]], Loop]


class Writer(Protocol):
    """What makes the nodes of loops: a recorder, or the functions of loop_nodes.py."""

    def loop(self, loop: Loop, operands: Iterable[Any]) -> Any: ...
    def result(self, loop: Any, index: int) -> Any: ...
    def pack(self, xs: Iterable[Any]) -> Any: ...
    def item(self, run: Any, index: int) -> Any: ...
    def width(self, run: Any) -> int: ...
    def where(self, condition: Any, a: Any, b: Any) -> Any: ...


class RunPart(Bundle):
    """What is known of the adjoint or tangent of a run: numbers by index, and whole runs, whose
    sum it is.
    """

    def __init__(
        self,
        m: Writer,
        width: int,
        numbers: Mapping[int, Any] | None = None,
        runs: Sequence[Any] = (),
    ) -> None:
        self.m, self.width = m, width
        self.numbers, self.runs = dict(numbers or {}), [*runs]

    def __add__(self, other: RunPart) -> RunPart:
        """Into itself: a sum of n numbers by index takes n steps so."""
        for index, x in other.numbers.items():
            self.numbers[index] = self.numbers[index] + x if index in self.numbers else x
        self.runs += other.runs
        return self

    def __radd__(self, other: Any) -> RunPart:
        return self  # the sum begins with the number 0

    def masked(self, mask: Any) -> RunPart:
        m = self.m
        numbers = {i: m.where(mask, x, 0.0) for i, x in self.numbers.items()}
        runs = []
        for run in self.runs:
            step = elementwise("where", self.width, 2)
            node = m.loop(step, [m.where(mask, 1.0, 0.0), run])
            runs.append(m.result(node, 0))
        return RunPart(m, self.width, numbers, runs)

    def item(self, index: int) -> Any:
        """The number of one index."""
        found = [self.numbers[index]] if index in self.numbers else []
        found += [self.m.item(run, index) for run in self.runs]
        return sum(found[1:], found[0]) if found else 0.0

    def run(self) -> Any:
        """The run of all numbers."""
        m = self.m
        runs = [*self.runs]
        if self.numbers or not runs:
            runs.append(m.pack([self.numbers.get(i, 0.0) for i in range(self.width)]))
        if len(runs) == 1:
            return runs[0]
        return m.result(m.loop(elementwise("add", self.width, len(runs)), runs), 0)


def elementwise(name: str, length: int, count: int) -> Loop:
    """A loop without a state: of each number of some runs the sum; or "where" a number is 1, x."""
    recorder = Recorder([f"x{i}" for i in range(1, count + 1)])
    xs: list[Any] = [recorder.symbol(i) for i in range(count)]
    if name == "where":
        y = recorder.where(xs[0] > 0.5, xs[1], 0.0)
    else:
        y = sum(xs[1:], xs[0])
    return Loop(recorder.tape([y]), length, 1 if name == "where" else 0, 0, 1)


def sum_of_products(length: int, count: int) -> Loop:
    """A loop without a state: the sum over all steps of the product of the numbers of some runs."""
    recorder = Recorder([f"x{i}" for i in range(1, count + 1)])
    xs = [recorder.symbol(i) for i in range(count)]
    term = xs[0] if count == 1 else recorder.emit("mul", xs)
    return Loop(recorder.tape([term]), length, 0, 0, 0)


class Link:
    """What stands in the place of a local derivative: multiplied with an adjoint or a tangent."""


class Item(Link):
    """From a run to a number of it, or from a number that was packed to the run."""

    def __init__(self, m: Writer, width: int, index: int) -> None:
        self.m, self.width, self.index = m, width, index

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, RunPart):
            return other.item(self.index)
        return RunPart(self.m, self.width, {self.index: other})


@dataclass
class At:
    """An instruction of loops that a sweep passes.

    m: what makes nodes; node, loop, operands: its own node, what that holds, and what it takes.
    pullback, pushforward: give the loops of its adjoints and of its tangents.
    """

    m: Writer
    node: Any
    loop: Loop
    operands: Sequence[Any]
    pullback: Rule | None = None
    pushforward: Rule | None = None


class Result(Link):
    """From a loop to one of its results."""

    def __init__(self, m: Writer, index: int) -> None:
        self.m, self.index = m, index

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Tangents):
            return other.result(self.index)
        return Adjoints(self.m, {self.index: other})


class Operand(Link):
    """From an operand of a loop to the loop."""

    def __init__(self, at: At, index: int) -> None:
        self.at, self.index = at, index

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Adjoints):
            return other.operand(self.at, self.index)
        return Tangents(self.at, {self.index: other})


class AtLoop(Bundle):
    """What is known at a loop, by index: numbers and parts of runs."""

    def __init__(self, m: Writer, known: Mapping[int, Any]) -> None:
        self.m, self.known = m, dict(known)
        self.made: tuple[Loop, Any] | None = None  # a loop and its node, once it is all known

    def __add__(self, other: AtLoop) -> AtLoop:
        for index, x in other.known.items():
            self.known[index] = self.known[index] + x if index in self.known else x
        return self

    def __radd__(self, other: Any) -> AtLoop:
        return self

    def masked(self, mask: Any) -> Any:
        for index, x in self.known.items():
            is_bundle = isinstance(x, Bundle)
            self.known[index] = x.masked(mask) if is_bundle else self.m.where(mask, x, 0.0)
        return self

    def nodes(self) -> dict[int, Any]:
        """Numbers and runs by index, in its order."""
        found = sorted(self.known.items())
        return {i: x.run() if isinstance(x, RunPart) else x for i, x in found}


class Adjoints(AtLoop):
    """The adjoints of the results of a loop."""

    def operand(self, at: At, index: int) -> Any:
        """The adjoint of an operand, by a loop backward: a number, or a part of a run."""
        loop = at.loop
        if self.made is None:
            self.made = self.pulled(at)
        states = self.made[0].states  # with flags there are more than in the loop
        if index < loop.captures:
            place = states + loop.xs + index
        elif index < loop.first_x:
            place = index - loop.captures
        else:
            place = states + index - loop.first_x
        return known_result(self.m, *self.made, place)

    def pulled(self, at: At) -> tuple[Loop, Any]:
        m, loop, known = self.m, at.loop, self.nodes()
        assert at.pullback is not None
        pulled = at.pullback(loop, tuple(known))
        stop, ys = loop.states + loop.ys, range(loop.states, loop.states + loop.ys)
        totals = [known[i] for i in known if stop <= i < loop.first_history]
        finals = [known.get(i, 0.0) for i in range(loop.states)]
        if pulled.states > loop.states:
            finals += [float(i in known) for i in range(loop.states)]  # flags
        histories = [m.result(at.node, loop.first_history + i) for i in range(loop.states)]
        runs = [known[i] for i in known if i in ys or i >= loop.first_history]
        captures, xs = at.operands[: loop.captures], at.operands[loop.first_x :]
        operands = [*captures, *totals, *finals, *histories, *xs, *runs]
        return pulled, m.loop(pulled, operands)


class Tangents(AtLoop):
    """The tangents of the operands of a loop."""

    def __init__(self, at: At, known: Mapping[int, Any]) -> None:
        super().__init__(at.m, known)
        self.at = at

    def result(self, index: int) -> Any:
        """The tangent of a result, by a loop as this one: a number, or a part of a run."""
        if self.made is None:
            self.made = self.pushed(self.at)
        loop, pushed = self.at.loop, self.made[0]
        flags = pushed.states - loop.states if index >= loop.states else 0
        return known_result(self.m, *self.made, index + flags)

    def pushed(self, at: At) -> tuple[Loop, Any]:
        m, loop, known = self.m, at.loop, self.nodes()
        assert at.pushforward is not None
        pushed = at.pushforward(loop, tuple(known))
        changes = [known[i] for i in known if i < loop.captures]
        states = [known.get(i, 0.0) for i in range(loop.captures, loop.first_x)]
        if pushed.states > loop.states:
            states += [float(i in known) for i in range(loop.captures, loop.first_x)]  # flags
        histories = [m.result(at.node, loop.first_history + i) for i in range(loop.states)]
        runs = [known[i] for i in known if i >= loop.first_x]
        captures, xs = at.operands[: loop.captures], at.operands[loop.first_x :]
        operands = [*captures, *changes, *states, *histories, *xs, *runs]
        return pushed, m.loop(pushed, operands)


def known_result(m: Writer, loop: Loop, node: Any, index: int) -> Any:
    """A result of a loop: 0.0 where it is that, else a number or a part of a run."""
    width = loop.result_widths[index]
    if index < loop.first_history and is_zero(loop.body, loop.body.outputs[index]):
        return RunPart(m, width) if width else 0.0
    found = m.result(node, index)
    return RunPart(m, width, runs=[found]) if width else found


def is_zero(tape: Tape, slot: int) -> bool:
    """Whether a slot is the constant 0."""
    return slot in tape.constant_slots and tape.constants[slot - tape.constant_slots.start] == 0.0


def links(instruction: Instruction, at: At) -> list[Link]:
    """For each operand of an instruction of loops what stands for its local derivative."""
    name, held, m, operands = instruction.name, instruction.held, at.m, at.operands
    if name == "pack":
        return [Item(m, len(operands), i) for i in range(len(operands))]
    if name == "item":
        return [Item(m, m.width(operands[0]), held)]
    if name == "result":
        return [Result(m, held.place)]
    return [Operand(at, i) for i in range(len(operands))]


class Inputs(NamedTuple):
    """The inputs of a step that is written: their names and widths."""

    names: list[str]
    widths: list[int]

    def add(self, names: Iterable[str], widths: Iterable[int]) -> range:
        """Add inputs; their slots."""
        start = len(self.names)
        self.names.extend(names)
        self.widths.extend(islice(widths, len(self.names) - start))
        return range(start, len(self.names))
