"""Links: what stands in the place of local derivatives at the nodes of loops.

A loop has several results, and a run is several numbers in one node, so a single number is not the
adjoint or tangent of such a node. It is, of a number, that and its mask; of a run, a `RunSum`; of a
loop, those of its results or operands, by index (`OfLoop`). A *link* takes the place of a local
derivative: what goes through it becomes that of the node at its other end. Nodes are Values or
symbols of a tape; a `Writer` makes them.

Where something flows is a condition (*mask*) of a number, a number above 0.5 (*flag*) where it has
to be in a run or a result of a loop, and a *flow* (flows.py) as far as it is known beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..masking import Bundle, Flowing, Link, either
from .flows import ALWAYS, NEVER, Flow, can_flow, is_open
from .instructions import Instruction
from .loops import Loop
from .recorder import Recorder

Flags = Any  # of a run where something flows: its flow if nothing in it is open, or a run of flags


class Writer(Protocol):
    """What makes the nodes of loops: a recorder, or the functions of loop_nodes.py."""

    def loop(self, loop: Loop, operands: Iterable[Any]) -> Any: ...
    def result(self, loop: Any, index: int) -> Any: ...
    def pack(self, xs: Iterable[Any]) -> Any: ...
    def item(self, run: Any, index: int) -> Any: ...
    def width(self, run: Any) -> int: ...
    def where(self, condition: Any, a: Any, b: Any) -> Any: ...


def flag_of(m: Writer, mask: Any) -> Any:
    """1 where a mask holds, else 0."""
    return 1.0 if mask is None else m.where(mask, 1.0, 0.0)


def holds(flag: Any) -> Any:
    """The mask that a flag is."""
    return flag > 0.5


class RunSum(Bundle):
    """The adjoint or tangent of a run, as a sum: of numbers at some indices, with their masks, and
    of whole runs, with their flags.
    """

    def __init__(
        self,
        m: Writer,
        width: int,
        numbers: Mapping[int, Flowing] | None = None,
        runs: Iterable[tuple[Any, Flags]] = (),
    ) -> None:
        self.m, self.width = m, width
        self.numbers, self.runs = dict(numbers or {}), [*runs]

    def __add__(self, other: RunSum) -> RunSum:
        """Into itself: a sum of n numbers by index takes n steps so."""
        for index, x in other.numbers.items():
            self.numbers[index] = plus(self.numbers[index], x) if index in self.numbers else x
        self.runs += other.runs
        return self

    def __radd__(self, other: Any) -> RunSum:
        return self  # the sum begins with the number 0

    def item(self, index: int) -> Flowing | None:
        """The number of one index, with its mask; None where nothing flows."""
        found = [self.numbers[index]] if index in self.numbers else []
        for run, flags in self.runs:
            if not isinstance(flags, tuple):
                found.append((self.m.item(run, index), holds(self.m.item(flags, index))))
            elif flags[index]:
                found.append((self.m.item(run, index), None))
        if not found:
            return None
        whole = found[0]
        for each in found[1:]:
            whole = plus(whole, each)
        return whole

    def run(self) -> Any:
        """The run of all numbers."""
        numbers = [self.numbers[i][0] if i in self.numbers else 0.0 for i in range(self.width)]
        packed = [self.m.pack(numbers)] if self.numbers or not self.runs else []
        return self.sum_of([*[run for run, _ in self.runs], *packed])

    def flags(self) -> Flags:
        """Where something flows."""
        m, numbers = self.m, self.numbers
        closed = [flags for _, flags in self.runs if isinstance(flags, tuple)]
        open_runs = [flags for _, flags in self.runs if not isinstance(flags, tuple)]
        always = [any([flags[i] for flags in closed]) for i in range(self.width)]
        if not open_runs and all([mask is None for _, mask in numbers.values()]):
            flows = [each or i in numbers for i, each in enumerate(always)]
            return tuple([ALWAYS if each else NEVER for each in flows])
        packed = [
            1.0 if flows else flag_of(m, numbers[i][1]) if i in numbers else 0.0
            for i, flows in enumerate(always)
        ]
        return self.sum_of([*open_runs, *([m.pack(packed)] if closed or numbers else [])])

    def sum_of(self, runs: Sequence[Any]) -> Any:
        """The sum of runs, number by number, by a loop without a state."""
        if len(runs) == 1:
            return runs[0]
        recorder = Recorder([f"x{i}" for i in range(1, len(runs) + 1)])
        xs: list[Any] = [recorder.symbol(i) for i in range(len(runs))]
        loop = Loop(recorder.tape([sum(xs[1:], xs[0])]), self.width, 0, 0, 1)
        return self.m.result(self.m.loop(loop, runs), 0)


def plus(a: Flowing, b: Flowing) -> Flowing:
    """The sum of two numbers with masks."""
    return a[0] + b[0], either(a[1], b[1])


def sum_of_products(length: int, count: int) -> Loop:
    """A loop without a state: the sum over all steps of the product of the numbers of some runs."""
    recorder = Recorder([f"x{i}" for i in range(1, count + 1)])
    xs = [recorder.symbol(i) for i in range(count)]
    term = xs[0] if count == 1 else recorder.emit("mul", xs)
    return Loop(recorder.tape([term]), length, 0, 0, 0)


class Item(Link):
    """From a run to a number of it, or from a number that was packed to the run."""

    def __init__(self, m: Writer, width: int, index: int) -> None:
        self.m, self.width, self.index = m, width, index

    def through(self, adjoint: Any, mask: Any) -> Flowing | None:
        if isinstance(adjoint, RunSum):
            return adjoint.item(self.index)
        return RunSum(self.m, self.width, {self.index: (adjoint, mask)}), None


# An adjoint or a tangent: of a number, with its mask, or of a run, a RunSum.
Derivative = Any
# Writes the loop of the adjoints or of the tangents, from those of results or operands by index.
Rule = Callable[["LoopNode", Mapping[int, Derivative]], "Derived"]


@dataclass
class LoopNode:
    """A node of loops that a sweep passes.

    m: what makes nodes; node, operands: itself, and what it takes.
    loop: what it holds, if it is a loop; no node of another kind uses it.
    pullback, pushforward: write the loops of its adjoints and of its tangents.
    """

    m: Writer
    node: Any
    loop: Loop
    operands: Sequence[Any]
    pullback: Rule | None = None
    pushforward: Rule | None = None

    def histories(self) -> list[Any]:
        """The runs of the states before each step."""
        first = self.loop.first_history
        return [self.m.result(self.node, first + i) for i in range(self.loop.states)]


@dataclass
class Derived:
    """A loop that gives the adjoints of another one's operands, or the tangents of its results.

    m, loop, node: what made it, and what it is.
    flows: by operand or result of the other loop, where something flows.
    places, flags: in the same way, the indices of the own results which are the derivative, and its
        flags, if they depend on conditions.
    """

    m: Writer
    loop: Loop
    node: Any
    flows: Sequence[Flow]
    places: dict[int, int]
    flags: dict[int, int]

    def at(self, index: int) -> Flowing | None:
        """The derivative of this index; None where nothing flows."""
        flow, place = self.flows[index], self.places[index]
        if not can_flow(flow):
            return None
        found = self.m.result(self.node, place)
        flags = self.m.result(self.node, self.flags[index]) if is_open(flow) else flow
        if width := self.loop.result_widths[place]:
            return RunSum(self.m, width, runs=[(found, flags)]), None
        return found, None if flow == ALWAYS else holds(flags)


class Result(Link):
    """From a loop to one of its results."""

    def __init__(self, m: Writer, index: int) -> None:
        self.m, self.index = m, index

    def through(self, adjoint: Any, mask: Any) -> Flowing | None:
        if isinstance(adjoint, Tangents):
            return adjoint.derived().at(self.index)
        return Adjoints({self.index: with_mask(adjoint, mask)}), None


class Operand(Link):
    """From an operand of a loop to the loop."""

    def __init__(self, at: LoopNode, index: int) -> None:
        self.at, self.index = at, index

    def through(self, adjoint: Any, mask: Any) -> Flowing | None:
        if isinstance(adjoint, Adjoints):
            return adjoint.derived(self.at).at(self.index)
        return Tangents({self.index: with_mask(adjoint, mask)}, self.at), None


def with_mask(x: Any, mask: Any) -> Derivative:
    """A number with its mask; a run has its own flags."""
    return x if isinstance(x, RunSum) else (x, mask)


class OfLoop(Bundle):
    """The adjoints of the results, or the tangents of the operands, of a loop, by index."""

    def __init__(self, given: Mapping[int, Derivative]) -> None:
        self.given = dict(given)
        self.made: Derived | None = None  # once all are given

    def __add__(self, other: OfLoop) -> OfLoop:
        """Into itself, as a RunSum."""
        for index, x in other.given.items():
            if index not in self.given:
                self.given[index] = x
            elif isinstance(x, RunSum):
                self.given[index] += x
            else:
                self.given[index] = plus(self.given[index], x)
        return self

    def __radd__(self, other: Any) -> OfLoop:
        return self

    def in_order(self) -> dict[int, Derivative]:
        return dict(sorted(self.given.items()))


class Adjoints(OfLoop):
    """The adjoints of the results of a loop."""

    def derived(self, at: LoopNode) -> Derived:
        """The loop of the adjoints of its operands."""
        if self.made is None:
            assert at.pullback is not None
            self.made = at.pullback(at, self.in_order())
        return self.made


class Tangents(OfLoop):
    """The tangents of the operands of a loop."""

    def __init__(self, given: Mapping[int, Derivative], at: LoopNode) -> None:
        super().__init__(given)
        self.at = at

    def derived(self) -> Derived:
        """The loop of the tangents of its results."""
        if self.made is None:
            assert self.at.pushforward is not None
            self.made = self.at.pushforward(self.at, self.in_order())
        return self.made


def links(instruction: Instruction, at: LoopNode) -> list[Link]:
    """For each operand of an instruction of loops what takes the place of its local derivative."""
    name, held, m, operands = instruction.name, instruction.held, at.m, at.operands
    if name == "pack":
        return [Item(m, len(operands), i) for i in range(len(operands))]
    if name == "item":
        return [Item(m, m.width(operands[0]), held)]
    if name == "result":
        return [Result(m, held.place)]
    return [Operand(at, i) for i in range(len(operands))]
