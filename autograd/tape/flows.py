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
from functools import reduce
from typing import Any

from ..masking import Masks
from .instructions import Tape
from .loops import Loop
from .regularity import all_regular

NEVER, ALWAYS, SOMETIMES = range(3)
MOST_DIFFERENT = 12  # steps; where more differ, something is taken to flow in every state
Flow = Any  # of a number one of the three, of a run a tuple of them
Row = tuple[Flow, ...]
# From the flows that a step takes over from the step before, and those that only this step is
# given, to those that it leaves to the next step, those that only this step gives, and those of
# which all steps give the sum.
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


def backward_flows(loop: Loop, given: Mapping[int, Flow]) -> LoopFlows:
    """The flows of a reverse sweep, from those of the results that have adjoints, by index."""
    body, states, first = loop.body, loop.states, loop.first_x
    widths = [body.width(slot) for slot in range(len(body.inputs))]
    of_steps = [i for i in given if i >= states and not loop.is_total(i)]
    of_totals = [i for i in given if loop.is_total(i)]

    def rule(after: Row, row: Row) -> tuple[Row, Row, Row]:
        flows = StepFlows(body)
        for i, flow in (*enumerate(after), *[(i, given[i]) for i in of_totals]):
            flows.add(body.outputs[i], flow)
        at_step = dict(zip(of_steps, row, strict=True))
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
    columns = [in_steps(given[i], body.width(body.outputs[i]) if i in ys else 0) for i in of_steps]
    rows = [*zip(*columns, strict=True)] if columns else [()] * loop.length
    start = tuple([given.get(i, NEVER) for i in range(states)])
    taken, xs, captures = all_steps(rule, start, rows, not loop.backward, all_regular(body))
    return LoopFlows(taken, [*captures, *taken[-1], *map(of_all_steps, xs)])


def forward_flows(loop: Loop, given: Mapping[int, Flow]) -> LoopFlows:
    """The flows of a forward sweep, from those of the operands that have tangents, by index."""
    body, states, first = loop.body, loop.states, loop.first_x
    of_steps = [i for i in given if i >= first]

    def rule(before: Row, row: Row) -> tuple[Row, Row, Row]:
        flows = StepFlows(body)
        captures = [(i, flow) for i, flow in given.items() if i < loop.captures]
        own = [*enumerate(before, start=loop.captures), *zip(of_steps, row, strict=True)]
        for slot, flow in (*captures, *own):
            flows.add(slot, flow)
        flows.sweep_on()
        found = [flows.of(slot, body.width(slot)) for slot in body.outputs]
        stop = loop.first_total
        return (*found[:states],), (*found[states:stop],), (*found[stop:],)

    columns = [in_steps(given[i], body.width(i)) for i in of_steps]
    rows = [*zip(*columns, strict=True)] if columns else [()] * loop.length
    start = tuple([given.get(i, NEVER) for i in range(loop.captures, first)])
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
    """What each step takes over, and what the last one leaves; what each step gives, a column for
    each of its flows; and the sums that all of them give.

    Args:
        start: what the step that runs first takes over.
        rows: what each step is given, the first in time first.
        backward: whether the steps run from the last in time to the first.
        regular: whether the local derivatives in the step are finite wherever its numbers are.

    Most steps are like the one before; so their flows are found once. Where many differ, as in a
    grid of which one cell is taken, a flag for each state would cost more than the step itself: if
    its local derivatives are finite anyway, a derivative is taken to flow in all states.
    """
    in_order = rows[::-1] if backward else rows
    found: dict[tuple[Row, Row], tuple[Row, Row, Row]] = {}
    taken, results = [start], []
    for row in in_order:
        step = taken[-1], row
        if step not in found:
            if len(found) == MOST_DIFFERENT:
                break
            found[step] = rule(*step)
        following, of_step, _ = found[step]
        taken.append(following)
        results.append(of_step)
    if len(results) < len(rows):
        same = (ALWAYS if regular else SOMETIMES,) * len(start)
        taken = [same] * (len(rows) + 1)
        found = {(same, row): rule(same, row) for row in dict.fromkeys(rows)}
        results = [found[same, row][1] for row in in_order]
    sums = [of_all for _, _, of_all in found.values()]
    totals = [*reduce(joined, sums)]
    in_time = results[::-1] if backward else results
    return taken, [*zip(*in_time, strict=True)], totals


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
        self.loops: dict[int, dict[int, Flow]] = {}  # by the slot of a loop: of results, by index

    def add(self, slot: int, flow: Flow) -> None:
        """Add a flow to that of a slot."""
        if isinstance(flow, tuple):
            before = self.runs.get(slot)
            self.runs[slot] = [*map(joined, before, flow)] if before else [*flow]
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
                given = {i: flow for i, flow in enumerate(flows) if can_flow(flow)}
                found = forward_flows(instruction.held, given).found
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


def can_flow(flow: Flow) -> bool:
    """Whether something flows at all, always or sometimes."""
    return any(flow) if isinstance(flow, tuple) else bool(flow)


def is_open(flow: Flow) -> bool:
    """Whether it depends on conditions if something flows."""
    return SOMETIMES in flow if isinstance(flow, tuple) else bool(flow == SOMETIMES)
