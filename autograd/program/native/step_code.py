"""The code of a step that is one piece: its states and totals are in registers from step to step.

A loop without states, whose numbers are contiguous over all steps, has steps as lanes. In any other
one each step waits for the one before; so what depends on a state is added last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ...cached import cached_property
from ...ops import halves
from .llvm_ir import Carried, Function
from .lowering import DOWN, UP, in_pairs, repaired_sum

LANES = 2  # vectors of steps that are computed together


class StepCode:
    """Writes the steps of a recurrence.

    Args:
        writer: the RecurrenceWriter of the loop.
        room: by the rooms of what the loop gives, their addresses.
        steps: the xs with their addresses.
        spreads: those that are uniform, with how many numbers there are in a step.
    """

    def __init__(self, writer: Any, f: Function) -> None:
        self.writer = writer
        self.held, self.body, self.rows = writer.held, writer.body, writer.rows
        self.room = {room: writer.address(f, room.start) for room in self.held.rooms}
        self.steps = [(writer.address(f, each.first), each) for each in self.body.steps]
        self.spreads = [(*writer.spread_source(f, each), each) for each in self.body.spread]

    def run(self, f: Function) -> None:
        """All steps."""
        held, loop = self.held, self.held.loop
        start = [self.writer.value(f, x) for x in self.body.start]
        if held.keeps_states:
            for i, value in enumerate(start):
                self.store_state(f, i, str(self.writer.first_row()), value)
        done, lanes = 0, LANES * f.module.lanes
        totals = [f.constant(0.0)] * len(held.totals)
        if held.apart and not loop.states and loop.length >= lanes:
            done = loop.length - loop.length % lanes
            totals = self.together(f, done, lanes)
        after = [*start, *totals]
        if done < loop.length:
            leaves = self.leaves(f)
            with f.loop(loop.length, start=done, carry=after) as (n, carried):
                self.write(f, n, leaves, carried)
            after = carried.after
        if not held.keeps_states:
            for i, value in enumerate(after[: loop.states]):
                self.store_state(f, i, str(loop.length % 2), value)
        for i, value in enumerate(after[loop.states :]):
            f.store(value, f.at(self.room[held.totals], i * self.rows))

    def leaves(self, f: Function) -> dict[int, str]:
        """The captures that a step takes, loaded once."""
        body = self.body
        found: dict[int, str] = {}
        for outside, inside in body.given:  # numbers: a cheap step has no runs
            found[inside[0]] = self.writer.value(f, outside[0])
        for x in self.uniform_leaves():
            pointer = f.at("%area", body.layout.uniform_place(x))
            found[x] = self.writer.inner.read(f, x, pointer, one=True)
        return found

    def uniform_leaves(self) -> list[int]:
        """The uniform slots of the step that its varying instructions take, but constants."""
        computation = self.body.computation
        found: dict[int, None] = {}
        for unit in self.body.schedule.units:
            for slot in unit.results:
                for x in computation.instructions[slot].operands:
                    if x not in computation.varying and x not in computation.constants:
                        found[x] = None
        return [*found]

    def write(self, f: Function, n: str, leaves: Mapping[int, str], carried: Carried) -> None:
        """The step that runs as number n; states and totals are carried."""
        writer, body, rows = self.writer, self.body, self.rows
        t = writer.counted(f, n)
        values = dict(leaves)
        values |= dict(zip((*body.states, *body.totals), carried.current, strict=True))
        for pointer, each in self.steps:
            at = f.at(pointer, f.times(t, each.step * rows))
            values |= {x: f.load(f.at(at, k * rows)) for k, x in enumerate(each.inputs)}
        for pointer, width, spread in self.spreads:
            at = f.at(pointer, f.times(t, width))
            values |= {x: f.load_one(f.at(at, k)) for k, x in enumerate(spread.inputs)}
        self.compute(f, values)
        states, _, totals = body.targets
        if self.held.keeps_states:
            _, row = writer.state_rows(f, n, t)
            for i, x in enumerate(states):
                self.store_state(f, i, row, values[x])
        self.store_ys(f, t, values)
        carried.after = [values[x] for x in (*states, *totals)]

    def together(self, f: Function, count: int, lanes: int) -> list[str]:
        """A number of steps without states, some at a time in lanes; their totals."""
        body = self.body
        with f.width(lanes):
            leaves = self.leaves(f)
            zeros = [f.constant(0.0)] * len(body.totals)
            with f.loop(count, lanes, carry=zeros) as (t, carried):
                values = dict(leaves) | dict(zip(body.totals, carried.current, strict=True))
                for pointer, each in self.steps:
                    at = f.at(pointer, f.times(t, each.step))
                    for k, x in enumerate(each.inputs):
                        values[x] = f.load_apart(f.at(at, k), each.step)
                for pointer, width, spread in self.spreads:
                    at = f.at(pointer, f.times(t, width))
                    for k, x in enumerate(spread.inputs):
                        values[x] = f.load_apart(f.at(at, k), width)
                self.compute(f, values)
                self.store_ys(f, t, values)
                carried.after = [values[x] for x in body.targets[2]]
            return [f.sum_lanes(total) for total in carried.after]

    def compute(self, f: Function, values: dict[int, str]) -> None:
        late = self.late
        for unit in self.body.schedule.units:
            for slot in unit.results:
                if slot in late:
                    values[slot] = self.added_last(f, values, slot)
                else:
                    self.writer.inner.compute(f, values, slot)

    @cached_property
    def late(self) -> set[int]:
        """Sums at one point which the next step waits for: what changes with the state is added
        last, as one multiplication with addition where it is a product.
        """
        writer = self.writer
        if not (self.held.apart and writer.loop.states):
            return set()
        computation, body = self.body.computation, self.body
        found = {*body.states}
        for slot, instruction in computation.instructions.items():
            if not found.isdisjoint(instruction.operands):
                found.add(slot)
        self.of_states = found
        self.uses = Counter([x for i in computation.instructions.values() for x in i.operands])
        self.uses.update([x for target in body.targets for x in target])
        sums = {
            slot
            for slot in found - {*body.states}
            if computation.instructions[slot].name in ("add", "dot")
        }
        return sums - {*body.targets[2]}

    def added_last(self, f: Function, values: dict[int, str], slot: int) -> str:
        """A sum whose last terms are those that depend on the state."""
        inner, instructions = self.writer.inner, self.body.computation.instructions
        instruction = instructions[slot]
        pairs: list[tuple[int, int | None]] = []
        if instruction.name == "dot":
            pairs += zip(*halves(instruction.operands), strict=True)
        else:
            for x in instruction.operands:
                product = instructions.get(x)
                if product and product.name == "mul" and x in self.of_states and self.uses[x] == 1:
                    pairs.append(product.operands)
                else:
                    pairs.append((x, None))
        terms = [
            [None if x is None else inner.operand(f, values, x) for x in pair]
            for pair in sorted(pairs, key=lambda pair: not self.of_states.isdisjoint(pair))
        ]
        total = ""
        for a, b in terms:
            assert a is not None
            if not total:
                total = a if b is None else f.mul(a, b)
            else:
                total = f.add(total, a) if b is None else f.fma(a, b, total)
        if instruction.name == "add":
            return total
        return repaired_sum(f, total, lambda: self.scaled(f, terms))

    def scaled(self, f: Function, terms: Sequence[Sequence[str | None]]) -> str:
        """The sum of products on a smaller scale."""
        products = [f.mul(f.mul(a or "", f.constant(DOWN)), b or "") for a, b in terms]
        return f.mul(in_pairs(f, products), f.constant(UP))

    def store_state(self, f: Function, i: int, row: str, value: str) -> None:
        held = self.held
        first, step = held.place_of_state(i, 0), 1 if held.apart else held.loop.states
        place = f.times(f.plus(f.times(row, step), first), self.rows)
        f.store(value, f.at(self.room[held.states], place))

    def store_ys(self, f: Function, t: str, values: Mapping[int, str]) -> None:
        held, rows = self.held, self.rows
        ys = self.body.targets[1]
        for i, x in enumerate(ys):
            place = (
                f.plus(t, i * held.loop.length) if held.apart else f.plus(f.times(t, len(ys)), i)
            )
            f.store(values[x], f.at(self.room[held.ys], f.times(place, rows)))
