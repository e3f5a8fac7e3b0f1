"""Where derivatives flow in a loop, step by step: a derivative of 0 does not show it.

In a graph that is unrolled nothing flows back from a state that no later step takes, or from a y
that nothing takes. In a loop its adjoint is 0; and where a local derivative is infinite, 0 times it
is NaN. So a sweep masks it there, as in masking.py. This module finds out beforehand where that is
needed. Of a number a derivative flows never, always or, if that depends on conditions, sometimes;
of a run that is known number by number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..masking import Masks
from .instructions import Tape
from .loops import Loop
from .regularity import all_regular

NEVER, ALWAYS, SOMETIMES = range(3)
MOST_DIFFERENT = 12  # steps; where more differ, what flows in states is not known beforehand
Flow = Any  # of a number one of these, of a run a tuple of them
Row = tuple[Flow, ...]
# From the flows that a step takes over from the step before, and those that it is given, to those
# for the next step, and those that it gives: of each step, and of all steps.
StepRule = Callable[[Row, Row], tuple[Row, Row, Row]]


@dataclass
class LoopFlows:
    """The flows of a derivative of a loop.

    Args:
        states: for each step, in the order in which the derivative's steps run, those of what it
            takes over from the step before; and what the last one leaves.
        found: of the loop's operands for a reverse sweep, of its results for a forward one.
    """

    states: list[Row]
    found: list[Flow]


def joined(a: Flow, b: Flow) -> Flow:
    """The flow of a sum."""
    if isinstance(a, tuple):
        return tuple(map(joined, a, b))
    return ALWAYS if ALWAYS in (a, b) else max(a, b)


def nothing(width: int) -> Flow:
    """The flow of a number, or of a run of this length, in which nothing flows."""
    return (NEVER,) * width if width else NEVER


def backward_flows(loop: Loop, known: Mapping[int, Flow]) -> LoopFlows:
    """The flows of a reverse sweep, from those of the results that have adjoints."""
    body, states, first = loop.body, loop.states, loop.first_x
    widths = [body.width(slot) for slot in range(len(body.inputs))]
    of_steps = [i for i in known if i >= states and not loop.is_total(i)]
    of_totals = [i for i in known if loop.is_total(i)]

    def rule(after: Row, given: Row) -> tuple[Row, Row, Row]:
        flows = StepFlows(body)
        for i, flow in (*enumerate(after), *[(i, known[i]) for i in of_totals]):
            flows.add(body.outputs[i], flow)
        at_step = dict(zip(of_steps, given, strict=True))
        for i, flow in at_step.items():
            if i < loop.first_history:
                flows.add(body.outputs[i], flow)
        flows.sweep_back()
        found = [flows.of(slot, width) for slot, width in enumerate(widths)]
        before = [
            joined(found[loop.captures + i], at_step.get(loop.first_history + i, NEVER))
            for i in range(states)
        ]
        return (*before,), (*found[first:],), (*found[: loop.captures],)

    ys = range(states, loop.first_total)
    columns = [in_steps(known[i], body.width(body.outputs[i]) if i in ys else 0) for i in of_steps]
    rows = [*zip(*columns, strict=True)] if columns else [()] * loop.length
    start = tuple([known.get(i, NEVER) for i in range(states)])
    taken, xs, captures = all_steps(rule, start, rows, not loop.backward, all_regular(body))
    captures = captures or [nothing(width) for width in widths[: loop.captures]]
    return LoopFlows(taken, [*captures, *taken[-1], *map(of_all_steps, xs)])


def forward_flows(loop: Loop, known: Mapping[int, Flow]) -> LoopFlows:
    """The flows of a forward sweep, from those of the operands that have tangents."""
    body, states, first = loop.body, loop.states, loop.first_x
    of_steps = [i for i in known if i >= first]

    def rule(before: Row, given: Row) -> tuple[Row, Row, Row]:
        flows = StepFlows(body)
        captures = [(i, flow) for i, flow in known.items() if i < loop.captures]
        own = [*enumerate(before, start=loop.captures), *zip(of_steps, given, strict=True)]
        for slot, flow in (*captures, *own):
            flows.add(slot, flow)
        flows.sweep_on()
        found = [flows.of(slot, body.width(slot)) for slot in body.outputs]
        stop = loop.first_total
        return (*found[:states],), (*found[states:stop],), (*found[stop:],)

    columns = [in_steps(known[i], body.width(i)) for i in of_steps]
    rows = [*zip(*columns, strict=True)] if columns else [()] * loop.length
    start = tuple([known.get(i, NEVER) for i in range(loop.captures, first)])
    taken, ys, totals = all_steps(rule, start, rows, loop.backward, all_regular(body))
    before = taken[-2::-1] if loop.backward else taken[:-1]
    histories = [*zip(*before, strict=True)]
    return LoopFlows(taken, [*taken[-1], *map(of_all_steps, ys), *totals, *histories])


def in_steps(flow: Row, width: int) -> Sequence[Flow]:
    """The flow of a run for each step: of a number, or of a run of this length in it."""
    return [flow[i : i + width] for i in range(0, len(flow), width)] if width else flow


def of_all_steps(flows: Sequence[Flow]) -> Row:
    """The flow of a run from those in each step."""
    if isinstance(flows[0], tuple):
        return tuple([flow for step in flows for flow in step])
    return tuple(flows)


def all_steps(
    rule: StepRule, start: Row, rows: Sequence[Row], backward: bool, regular: bool
) -> tuple[list[Row], list[Sequence[Flow]], list[Flow]]:
    """What each step takes over, and what the last one leaves; and what all of them give.

    rows: what is given for each step, counted from the first in time; regular: whether the local
    derivatives in the step are finite wherever its numbers are.

    Most steps are like the one before; so their flows are found once. Where many differ, as in a
    grid of which one cell is taken, a flag for each state would cost more than the step itself: if
    its local derivatives are finite anyway, a derivative is taken to flow in all states.
    """
    in_order = rows[::-1] if backward else rows
    found, taken, given = like_steps(rule, start, in_order, MOST_DIFFERENT)
    if len(given) < len(rows):
        same = (ALWAYS if regular else SOMETIMES,) * len(start)
        found, _, given = like_steps(rule, same, in_order, None)
        taken = [same] * (len(rows) + 1)
    totals: list[Flow] = []
    for _, _, of_all in found.values():
        totals = [*map(joined, totals, of_all)] if totals else [*of_all]
    in_time = given[::-1] if backward else given
    return taken, [*zip(*in_time, strict=True)], totals


def like_steps(
    rule: StepRule, start: Row, rows: Sequence[Row], most: int | None
) -> tuple[dict[tuple[Row, Row], tuple[Row, Row, Row]], list[Row], list[Row]]:
    """What follows from each row and what the step takes over; what each step takes over; and what
    it gives.

    most: how many of these may differ; steps after them are left out. None where each step takes
        over the same, and any number may.
    """
    found: dict[tuple[Row, Row], tuple[Row, Row, Row]] = {}
    taken, given = [start], []
    for row in rows:
        one = taken[-1], row
        if one not in found:
            if len(found) == most:
                break
            found[one] = rule(*one)
        following, of_step, _ = found[one]
        taken.append(start if most is None else following)
        given.append(of_step)
    return found, taken, given


class Unknown:
    """A condition of which nothing is known."""

    def __and__(self, other: Any) -> Unknown:
        return Unknown()

    __or__ = __and__

    def __invert__(self) -> Unknown:
        return Unknown()


class StepFlows:
    """The flows of a sweep through a step, slot by slot."""

    def __init__(self, body: Tape) -> None:
        self.body = body
        self.masks: Masks[int] = Masks(lambda condition, a, b: a)
        self.runs: dict[int, list[Flow]] = {}
        self.loops: dict[int, dict[int, Flow]] = {}  # by loop: by result or operand

    def add(self, slot: int, flow: Flow) -> None:
        """Add a flow to that of a slot."""
        if isinstance(flow, tuple):
            known = self.runs.get(slot)
            self.runs[slot] = [*map(joined, known, flow)] if known else [*flow]
        elif flow:
            self.masks.add(slot, None if flow == ALWAYS else Unknown())

    def of(self, slot: int, width: int = 0) -> Flow:
        """The flow of a slot, of a number or of a run of this length."""
        if width:
            return tuple(self.runs[slot]) if slot in self.runs else nothing(width)
        if slot not in self.masks.of:
            return NEVER
        return ALWAYS if self.masks.of[slot] is None else SOMETIMES

    def sweep_back(self) -> None:
        """From slots to the operands of their instructions."""
        masks, body = self.masks, self.body
        for slot, instruction in reversed([*body]):
            name, operands = instruction.name, instruction.operands
            if slot in self.runs or (name == "result" and slot in masks.of):
                flow = self.of(slot, instruction.width)
                if name == "pack":
                    for operand, one in zip(operands, flow, strict=True):
                        self.add(operand, one)
                else:
                    self.loops.setdefault(operands[0], {})[instruction.held.place] = flow
            elif slot in self.loops:
                found = backward_flows(instruction.held, self.loops[slot]).found
                for operand, flow in zip(operands, found, strict=True):
                    self.add(operand, flow)
            elif slot not in masks.of:
                continue
            elif name == "item":
                run = self.runs.setdefault(operands[0], [NEVER] * body.width(operands[0]))
                run[instruction.held] = joined(run[instruction.held], self.of(slot))
            elif name == "where":
                for operand, _, mask in masks.choice(slot, Unknown(), *operands[1:]):
                    masks.add(operand, mask)
            elif instruction.op is not None:
                for operand in operands:
                    masks.add(operand, masks.of[slot])

    def sweep_on(self) -> None:
        """From operands to the slots of instructions."""
        masks, body = self.masks, self.body
        for slot, instruction in body:
            name, operands = instruction.name, instruction.operands
            if name == "pack":
                self.add(slot, tuple(map(self.of, operands)))
            elif name == "item":
                if operands[0] in self.runs:
                    self.add(slot, self.runs[operands[0]][instruction.held])
            elif name == "loop":
                flows = [self.of(operand, body.width(operand)) for operand in operands]
                known = {i: flow for i, flow in enumerate(flows) if is_any(flow)}
                found = forward_flows(instruction.held, known).found
                self.loops[slot] = dict(enumerate(found))
            elif name == "result":
                self.add(slot, self.loops[operands[0]][instruction.held.place])
            elif name == "where":
                a, b = [self.of(operand) for operand in operands[1:]]
                self.add(slot, a if a == b == ALWAYS else SOMETIMES if a or b else NEVER)
            elif instruction.op is not None:
                for operand in operands:
                    if operand in masks.of:
                        masks.add(slot, masks.of[operand])


def is_any(flow: Flow) -> bool:
    """Whether something flows at all."""
    return any(flow) if isinstance(flow, tuple) else bool(flow)


def is_open(flow: Flow) -> bool:
    """Whether it depends on conditions if something flows."""
    return SOMETIMES in flow if isinstance(flow, tuple) else bool(flow == SOMETIMES)
