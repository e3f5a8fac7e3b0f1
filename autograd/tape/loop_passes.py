"""Passes over loops: what changes no result is left out, and what does not change is moved out.

`LoopSimplifier` is a recorder like those of passes.py: it writes the step of a loop by all passes,
and outside of the loop what is the same in every step. `pruned` leaves out what no output depends
on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from .folding import Folder
from .instructions import Instruction, Tape, renumbered
from .loops import Loop
from .recorder import Recorder, Symbol
from .varying import states_behind, varying_in_step


class LoopSymbol(Symbol):
    """A loop that was written anew.

    results: for each result of the loop as it was what it is now: its new index, or the symbol of a
        number or run that needs no loop.
    """

    __slots__ = ("results",)

    results: list[int | Symbol]


class LoopSimplifier(Folder):
    """Moves out of a loop what is the same in every step, and constants into it.

    A state that no step changes is a capture, so is an x that is the same in all steps. A y that is
    the same in all steps is packed from one number, the sum of such a term is a product.
    """

    def hold(self, instruction: Instruction, operands: Sequence[Symbol]) -> Symbol:
        if instruction.name == "loop":
            return self.simpler_loop(instruction, operands)
        if instruction.name == "result" and isinstance(operands[0], LoopSymbol):
            found = operands[0].results[instruction.held.place]
            if isinstance(found, Symbol):
                return found
            choice = instruction.held._replace(place=found)
            return super().hold(instruction._replace(held=choice), operands)
        return super().hold(instruction, operands)

    def inner(self, loop: Loop, operands: Sequence[Symbol]) -> LoopSimplifier:
        """A recorder for the step of a loop on these operands."""
        raise NotImplementedError

    def rewritten_step(
        self, inner: LoopSimplifier, body: Tape, leaves: list[Symbol]
    ) -> list[Symbol]:
        """The outputs of a step, written by its recorder."""
        raise NotImplementedError

    def simpler_loop(self, instruction: Instruction, operands: Sequence[Symbol]) -> LoopSymbol:
        loop: Loop = instruction.held
        always = {i: operands[i] for i in range(loop.captures)}  # by input: what it is in any step
        for i in range(loop.first_x, len(operands)):
            run = self.instruction(operands[i].slot)
            if run and run.name == "pack" and len({*run.operands}) == 1 and not loop.body.width(i):
                always[i] = self.symbol(run.operands[0])
        states = range(loop.captures, loop.first_x)
        fixed = {
            i
            for i in states
            if operands[i].slot in self.known or loop.body.outputs[i - loop.captures] == i
        }
        while True:  # if all of these are fixed, which ones are?
            same = {**always, **{i: operands[i] for i in fixed}}
            inner = self.inner(loop, operands)
            leaves = self.leaves(inner, loop, operands, same)
            outputs = self.rewritten_step(inner, loop.body, leaves)
            changed = {i for i in fixed if outputs[i - loop.captures].slot != leaves[i].slot}
            if not changed:
                parts = Simplified(self, instruction, operands, same, inner, leaves, outputs)
                return parts.written()
            fixed -= varying_in_step(loop, changed)  # these, and what changes with them

    def leaves(
        self, inner: Recorder, loop: Loop, operands: Sequence[Symbol], same: dict[int, Symbol]
    ) -> list[Symbol]:
        """What stands for the inputs of a step: numbers, and for equal ones the first of them."""
        first: dict[Any, int] = {}
        found = []
        for i in range(len(operands)):
            number = self.known.get(same[i].slot) if i in same else None
            if number is not None:
                found.append(inner.number(number))
                continue
            is_state = loop.captures <= i < loop.first_x and i not in same
            key = i if is_state else (i in same, same[i].slot if i in same else operands[i].slot)
            found.append(inner.symbol(first.setdefault(key, i)))
        return found


class Simplified:
    """A loop whose step was written by its recorder; what is the same in every step moves out.

    outer, inner: the recorders of the loop and of its step.
    same: by input, the symbol outside of what it is in every step.
    leaves, outputs: the symbols of the step's inputs and outputs.
    """

    def __init__(
        self,
        outer: LoopSimplifier,
        instruction: Instruction,
        operands: Sequence[Symbol],
        same: dict[int, Symbol],
        inner: LoopSimplifier,
        leaves: Sequence[Symbol],
        outputs: Sequence[Symbol],
    ) -> None:
        self.outer, self.instruction, self.operands = outer, instruction, operands
        self.loop: Loop = instruction.held
        self.inner, self.outputs = inner, outputs
        self.same = same
        self.fixed = {i for i in same if self.loop.captures <= i < self.loop.first_x}
        self.outside: dict[int, Symbol] = {}  # by slot of the step: that of the same number outside
        self.varying = {leaf.slot for leaf in leaves if leaf.slot >= 0 and leaf.slot not in same}
        self.order = range(len(self.operands), inner.size)
        for slot in self.order:
            written = inner.instruction(slot)
            if written and not self.varying.isdisjoint(written.operands):
                self.varying.add(slot)

    def needed(self) -> list[int]:
        """The slots that vary and that a result depends on, and the conditions that these take."""
        needed = {symbol.slot for i, symbol in enumerate(self.outputs) if self.stays(i)}
        found = []
        for slot in reversed(self.order):
            written = self.inner.instruction(slot)
            if slot in needed and written and (slot in self.varying or written.kind == "condition"):
                needed.update(written.operands)
                found.append(slot)
        return found[::-1]

    def is_fixed_output(self, i: int) -> bool:
        """Whether an output is the next of a state that no step changes."""
        return i < self.loop.states and self.loop.captures + i in self.fixed

    def is_kept(self, i: int) -> bool:
        """Whether an output comes from the loop even if it is the same in all steps."""
        return i < self.loop.states or self.inner.width(self.outputs[i]) > 0

    def moved_out(self, slot: int) -> Symbol:
        """What is outside of the loop the number or run of a slot that does not vary."""
        if slot not in self.outside:
            todo = [slot]
            while todo:
                one = todo[-1]
                written = self.inner.instruction(one)
                missing = [i for i in written.operands if i not in self.outside] if written else []
                if missing:
                    todo += missing
                    continue
                self.outside[todo.pop()] = self.copied(one, written)
        return self.outside[slot]

    def copied(self, slot: int, written: Instruction | None) -> Symbol:
        """A slot, written outside where all that it takes is there."""
        if written is None:
            return self.outer.number(self.inner.known[slot]) if slot < 0 else self.same[slot]
        return self.outer.copy(written, [self.outside[i] for i in written.operands])

    def written(self) -> LoopSymbol:
        """The new loop."""
        loop, inner, body = self.loop, self.inner, self.loop.body
        needed = self.needed()
        inside = {*needed}
        taken = dict.fromkeys(
            [i for slot in needed for i in inner.instruction(slot).operands]  # type: ignore[union-attr]
        )
        outputs = [self.outputs[i].slot for i in range(len(self.outputs)) if self.stays(i)]
        frontier = [
            i
            for i in dict.fromkeys([*taken, *outputs])
            if i not in inside and i not in self.varying and i >= 0
        ]
        captures = {i: self.moved_out(i) for i in frontier}
        states = [i for i in range(loop.captures, loop.first_x) if i not in self.fixed]
        used = {*taken, *outputs} & self.varying
        xs = [i for i in range(loop.first_x, len(body.inputs)) if i in used]
        names = [self.name(i) for i in captures] + [body.inputs[i] for i in (*states, *xs)]
        widths = [inner.width(inner.symbol(i)) for i in captures]
        widths += [body.width(i) for i in (*states, *xs)]
        fresh = Recorder(names, (), widths)
        places = {slot: fresh.symbol(i) for i, slot in enumerate([*captures, *states, *xs])}
        for i in (*taken, *outputs):
            if i < 0:
                places[i] = fresh.number(inner.known[i])
        for slot in needed:
            written = inner.instruction(slot)
            assert written is not None
            places[slot] = fresh.copy(written, [places[i] for i in written.operands])
        step = fresh.tape([places[i] for i in outputs])
        ys = len([i for i in range(loop.states, loop.first_total) if self.stays(i)])
        made = Loop(step, loop.length, len(captures), len(states), ys, loop.backward)
        given = [*captures.values(), *[self.operands[i] for i in (*states, *xs)]]
        plain = super(LoopSimplifier, self.outer).hold(self.instruction._replace(held=made), given)
        symbol = LoopSymbol(self.outer, plain.slot)
        symbol.results = self.results(made)
        return symbol

    def stays(self, i: int) -> bool:
        """Whether an output is one of the new loop."""
        return not self.is_fixed_output(i) and (
            self.outputs[i].slot in self.varying or self.is_kept(i)
        )

    def name(self, slot: int) -> str:
        """The name of a capture."""
        written = self.inner.instruction(slot)
        if written is None:
            return self.loop.body.inputs[slot]
        return written.label or f"m{slot}"

    def results(self, made: Loop) -> list[int | Symbol]:
        """What each result of the loop is now."""
        loop, outer = self.loop, self.outer
        found: list[int | Symbol] = []
        count = 0
        for i, symbol in enumerate(self.outputs):
            if self.stays(i):
                found.append(count)
                count += 1
            elif self.is_fixed_output(i):
                found.append(self.same[loop.captures + i])
            else:
                outside = self.moved_out(symbol.slot)
                if i < loop.first_total:
                    found.append(outer.pack([outside] * loop.length))
                else:
                    found.append(outer.emit("mul", (float(loop.length), outside)))
        for i in range(loop.captures, loop.first_x):
            if i in self.fixed:
                found.append(outer.pack([self.operands[i]] * loop.length))
            else:
                found.append(count)
                count += 1
        assert count == len(made.result_widths)
        return found


def pruned(tape: Tape) -> Tape:
    """The tape without instructions, results of loops, states, xs and captures that no output
    depends on.
    """
    needed = {*tape.outputs, *range(tape.constant_slots.start)}
    taken: dict[int, set[int]] = {}
    held: dict[int, Narrowed] = {}
    for slot, instruction in reversed([*tape]):
        if slot not in needed:
            continue
        operands: Collection[int] = instruction.operands
        if instruction.name == "result":
            taken.setdefault(instruction.operands[0], set()).add(instruction.held.place)
        if instruction.name == "loop":
            narrow = held[slot] = Narrowed(instruction.held, taken[slot])
            operands = [instruction.operands[i] for i in narrow.inputs]
        needed.update(operands)
    place = {slot: i for i, slot in enumerate(sorted(needed))}
    instructions = []
    for slot, instruction in tape:
        if slot not in needed:
            continue
        operands, kept = instruction.operands, instruction.held
        if instruction.name == "loop":
            operands, kept = [operands[i] for i in held[slot].inputs], held[slot].loop
        elif instruction.name == "result":
            kept = kept._replace(place=held[operands[0]].results[kept.place])
        places = tuple([place[i] for i in operands])
        instructions.append(Instruction(instruction.name, places, instruction.label, kept))
    constants = zip(tape.constant_slots, tape.constants, strict=True)
    return replace(
        tape,
        constants=tuple([x for slot, x in constants if slot in needed]),
        instructions=tuple(instructions),
        outputs=tuple([place[slot] for slot in tape.outputs]),
    )


class Narrowed:
    """A loop with only what some of its results depend on.

    loop: the new one; inputs: the places of the operands that it takes; results: for each result
    that stays its new index.
    """

    def __init__(self, loop: Loop, taken: Collection[int]) -> None:
        body, first = loop.body, loop.first_x
        outputs = {i for i in taken if loop.states <= i < loop.first_history}
        states = {i - loop.first_history for i in taken if i >= loop.first_history}
        states |= {i for i in taken if i < loop.states}
        while True:
            if len(states) < loop.states:
                states = states_behind(loop, states, outputs)
            wanted = [*sorted(states), *sorted(outputs)]
            step = pruned(body.with_outputs([body.outputs[i] for i in wanted]))
            used = {*step.outputs, *[i for _, each in step for i in each.operands]}
            more = {i for i in range(loop.states) if loop.captures + i in used} - states
            if not more:
                break
            states |= more
        kept_states = [loop.captures + i for i in sorted(states)]
        captures = [i for i in range(loop.captures) if i in used]
        xs = [i for i in range(first, len(body.inputs)) if i in used]
        self.inputs = [*captures, *kept_states, *xs]
        ys = len([i for i in outputs if i < loop.first_total])
        self.loop = replace(
            loop,
            body=with_inputs(step, self.inputs),
            captures=len(captures),
            states=len(states),
            ys=ys,
        )
        order = [*wanted, *[loop.first_history + i for i in sorted(states)]]
        self.results = {old: new for new, old in enumerate(order)}


def with_inputs(tape: Tape, inputs: Sequence[int]) -> Tape:
    """The tape with some of its inputs only; no instruction takes the others."""
    rest = range(len(tape.inputs), tape.size)
    if [*inputs] == [*range(rest.start)]:
        return tape
    place = {slot: i for i, slot in enumerate([*inputs, *rest])}
    return replace(
        tape,
        inputs=tuple([tape.inputs[i] for i in inputs]),
        widths=tuple([tape.width(i) for i in inputs]),
        instructions=tuple([renumbered(each, place) for each in tape.instructions]),
        outputs=tuple([place[slot] for slot in tape.outputs]),
    )
