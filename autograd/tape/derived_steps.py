"""The step of a derivative of a loop: its inputs with their operands outside, and its outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from ..masking import Masks
from .flows import ALWAYS, NEVER, SOMETIMES, Flow, LoopFlows, is_open
from .links import Derivative, Derived, Flags, LoopNode, RunSum, Writer, flag_of, holds
from .loops import Loop
from .passes import Merger


@dataclass
class Entry:
    """An adjoint or a tangent that the loop of a derivative is given, as an operand of it and as an
    input of its step.

    Args:
        x: the operand, a number or a run.
        flow: where something flows, as far as that is known.
        flags: the operand that has its flags: of a number its flag.
        slot: the input.
        step_flags: the slot of the input that has the flags, or the flow if it is that of every
            step; None for always.
    """

    x: Any
    flow: Flow
    flags: Flags
    slot: int = -1
    step_flags: Any = None

    @classmethod
    def of(cls, m: Writer, derivative: Derivative) -> Entry:
        if not isinstance(derivative, RunSum):
            x, mask = derivative
            return cls(x, ALWAYS if mask is None else SOMETIMES, flag_of(m, mask))
        flags = derivative.flags()
        flow = flags if isinstance(flags, tuple) else (SOMETIMES,) * derivative.width
        return cls(derivative.run(), flow, flags)


@dataclass
class Output:
    """An adjoint or a tangent that a step gives.

    Args:
        index: that of the operand or result that it is of.
        found: a number, or a RunSum; None where nothing flows.
        width: the length of the run, 0 of a number.
        slot: the one whose mask it has.
    """

    index: int
    found: Any
    width: int
    slot: int


class DerivedStep:
    """A step that is written.

    Its captures are those of the loop, and what is given for all steps; its states what each step
    takes over from the one before, and the flags of these; its xs the states of the loop before
    each step, the xs of that, what is given for each step, and flags.

    Args:
        at: the loop of which it is a derivative.
        name: gives the name of an adjoint or a tangent by its index.
        entries: what is given, by index.
        flows: where something flows.
        of_all, of_states, of_steps: the indices of what is given for all steps, for the first one
            that runs, and for each step; with the widths that it has in a step.
        backward: whether the last step is run first.
    """

    def __init__(
        self,
        at: LoopNode,
        name: Callable[[int], str],
        entries: Mapping[int, Entry],
        flows: LoopFlows,
        of_all: Mapping[int, int],
        of_states: range,
        of_steps: Mapping[int, int],
        backward: bool,
    ) -> None:
        self.at, self.entries, self.flows, self.backward = at, dict(entries), flows, backward
        self.name = name
        self.names: list[str] = []
        self.widths: list[int] = []
        self.operands: list[Any] = []
        self.constant_flags: dict[tuple[Any, ...], int] = {}  # by width and flow: the slot
        loop, body = at.loop, at.loop.body
        first = loop.first_x
        widths = [body.width(slot) for slot in range(len(body.inputs))]
        captures = self.add(body.inputs[: loop.captures], at.operands[: loop.captures], widths)
        for i, width in of_all.items():
            self.add_entry(i, width)
        self.captures = len(self.names)
        self.of_states = of_states
        # By state: its flow before each step, in the order in which they run, and after them all.
        self.columns = [*zip(*flows.states, strict=True)]
        for i, column in zip(of_states, self.columns, strict=True):
            entry = self.entries.setdefault(i, Entry(0.0, NEVER, 0.0))
            entry.slot = self.add_one(name(i), entry.x)
            if is_open(column):
                entry.step_flags = self.add_one(f"{name(i)}_flows", entry.flags)
        self.states = len(self.names) - self.captures
        before = self.add(body.inputs[loop.captures : first], at.histories())
        xs = self.add(body.inputs[first:], at.operands[first:], widths[first:])
        for i, width in of_steps.items():
            entry = self.entries[i]
            entry.slot = self.add_one(name(i), entry.x, width)
            entry.step_flags = self.add_flags(entry.flow, entry.flags, width)
        for i, column in zip(of_states, self.columns, strict=True):
            if not is_open(column) and any(column):
                in_steps = column[-2::-1] if backward else column[:-1]
                self.entries[i].step_flags = self.add_flags(in_steps, ())
        self.recorder = Merger(self.names, (), self.widths)
        self.inputs = [self.recorder.symbol(slot) for slot in (*captures, *before, *xs)]
        self.symbols = self.recorder.rewrite(body, leaves=self.inputs)

    # Inputs.

    def add(
        self, names: Iterable[str], operands: Sequence[Any], widths: Iterable[int] = repeat(0)
    ) -> list[int]:
        """Add inputs; their slots."""
        return [*map(self.add_one, names, operands, widths)]

    def add_one(self, name: str, operand: Any, width: int = 0) -> int:
        self.names.append(name)
        self.operands.append(operand)
        self.widths.append(width)
        return len(self.names) - 1

    def add_entry(self, index: int, width: int) -> None:
        """Add what is given for all steps, and its flags."""
        entry = self.entries[index]
        entry.slot = self.add_one(self.name(index), entry.x, width)
        if is_open(entry.flow):
            entry.step_flags = self.add_one(f"{self.name(index)}_flows", entry.flags, width)
        elif width:
            entry.step_flags = entry.flow

    def add_flags(self, flow: Flow, flags: Flags, width: int = 0) -> int | None:
        """Add an x, the flags for each step; its slot. None where something always flows."""
        if set(flow) == {ALWAYS}:
            return None
        if SOMETIMES in flow:
            return self.add_one("flows", flags, width)
        if (width, flow) not in self.constant_flags:
            run = self.at.m.pack(map(float, flow))
            self.constant_flags[width, flow] = self.add_one("flows", run, width)
        return self.constant_flags[width, flow]

    def given(self, index: int) -> tuple[Any, Any]:
        """What is given: a number with its mask; a RunSum with None, since it has its own flags."""
        entry, recorder = self.entries[index], self.recorder
        x, flags = recorder.symbol(entry.slot), entry.step_flags
        if isinstance(flags, int):
            flags = recorder.symbol(flags)
        if width := self.widths[entry.slot]:
            runs = [(x, (ALWAYS,) * width if flags is None else flags)]
            return RunSum(recorder, width, runs=runs), None
        return x, None if flags is None else holds(flags)

    def flowing(self) -> list[int]:
        """The indices of what flows in some step."""
        states = dict(zip(self.of_states, self.columns, strict=True))
        return [i for i in self.entries if any(states.get(i, (ALWAYS,)))]

    # Outputs.

    def derived(
        self,
        masks: Masks[int],
        states: Sequence[Output],
        steps: Sequence[Output],
        terms: Sequence[Output],
    ) -> Derived:
        """The loop of this step, with these outputs and those flags of theirs that are open."""
        results: list[Any] = []
        places: dict[int, int] = {}
        flags: dict[int, int] = {}
        counts = []
        for group in (states, steps, terms):
            for k, output in enumerate(group):
                i = output.index
                places[i] = len(results)
                results.append(self.whole(output))
                if is_open(self.columns[k] if group is states else self.flows.found[i]):
                    flags[i] = len(results)
                    results.append(self.flags(output, masks))
            counts.append(len(results))
        ys = counts[1] - counts[0]
        tape = self.recorder.tape(results)
        made = Loop(tape, self.at.loop.length, self.captures, self.states, ys, self.backward)
        node = self.at.m.loop(made, self.operands)
        return Derived(self.at.m, made, node, self.flows.found, places, flags)

    def whole(self, output: Output) -> Any:
        """A number, or the run of a part of it."""
        if not output.width:
            return 0.0 if output.found is None else output.found
        run = output.found or RunSum(self.recorder, output.width)
        return run.run()

    def flags(self, output: Output, masks: Masks[int]) -> Any:
        """The flags of an output."""
        if not output.width:
            slot = output.slot
            return flag_of(self.recorder, masks.of[slot]) if slot in masks.of else 0.0
        run = output.found or RunSum(self.recorder, output.width)
        flags = run.flags()
        return self.recorder.pack(map(float, flags)) if isinstance(flags, tuple) else flags
