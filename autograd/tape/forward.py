"""forward: the tangents of slots, written on the tape by the rules of the reverse sweep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

from ..masking import Masks
from ..ops import OF_LOOPS
from .flows import Flows, all_regular, flag_names, is_regular
from .instructions import Instruction
from .links import At, Inputs, RunPart, links
from .loops import Loop
from .recorder import Recorder, Symbol
from .reverse import Merger, behind, times


def pushed(
    recorder: Recorder,
    tangents: Mapping[int, Any],
    roots: Sequence[int],
    flows: Flows | None = None,
) -> list[Any]:
    """The tangents of some slots, from those of others; 0.0 where nothing flows.

    flows: where a tangent flows, of the step of a loop that has flags.

    A choice takes the tangent of the branch taken. What only the branch not taken would pass on is
    masked, as in the reverse sweep.
    """
    changes: dict[int, Any] = dict(tangents)
    masks = Masks(recorder.where, *tangents)
    for slot in behind(recorder, *roots):
        instruction = recorder.instruction(slot)
        if slot in changes or instruction is None or instruction.kind == "condition":
            continue
        if instruction.name == "where":
            condition, a, b = instruction.operands
            holds: Any = Symbol(recorder, condition)
            sides = [(a, holds), (b, ~holds)] if {a, b} & changes.keys() else []
            reached = [masks.under(side, holds) for side, holds in sides if side in changes]
            if flows is not None:
                for side, taken in sides:
                    if side in changes:
                        flows.masks.add(slot, flows.masks.under(side, taken))
            if reached:
                sides_of = [changes.get(side, 0.0) for side in (a, b)]
                changes[slot] = recorder.where(holds, *sides_of)
        else:
            parts = [
                (operand, times(local_derivative, changes[operand]))
                for operand, local_derivative in local_derivatives(recorder, instruction, slot)
                if operand in changes
            ]
            reached = [masks.of[operand] for operand, _ in parts]
            if parts:
                of = masks.of
                if flows is not None:
                    for operand, _ in parts:
                        flows.masks.add(slot, flows.masks.of[operand])
                    of = of if is_regular(instruction, flows.known) else flows.masks.of
                products = [masks.masked(part, of[operand]) for operand, part in parts]
                changes[slot] = sum(products[1:], products[0])
        for mask in reached:
            masks.add(slot, mask)
    return [changes.get(root, 0.0) for root in roots]


def local_derivatives(
    recorder: Recorder, instruction: Instruction, slot: int
) -> Iterable[tuple[int, Any]]:
    """Each operand with its local derivative, or the link that stands for it."""
    operands = [Symbol(recorder, operand) for operand in instruction.operands]
    if instruction.name in OF_LOOPS:
        node = Symbol(recorder, slot)
        at = At(recorder, node, instruction.held, operands, pushforward=pushforward)
        return zip(instruction.operands, links(instruction, at), strict=True)
    if instruction.op is None:  # constant and largest: no tangent flows
        return ()
    found = instruction.op.partials_at(recorder, operands, Symbol(recorder, slot))
    return zip(instruction.operands, found, strict=True)


def pushforward(loop: Loop, known: tuple[int, ...]) -> Loop:
    """The loop that gives the tangents of a loop's results, in their order.

    known: the indices of the operands that have tangents, ascending.

    Its captures are those of the loop and their tangents; its states the tangents of the states;
    its xs the states before each step, the xs, and their tangents.
    """
    body, first = loop.body, loop.first_x
    names, widths = body.inputs, [body.width(slot) for slot in range(len(body.inputs))]
    given = Inputs([], [])
    captures = given.add(names[: loop.captures], widths[: loop.captures])
    of_captures = [i for i in known if i < loop.captures]
    of_xs = [i for i in known if i >= first]

    def changes(places: Iterable[int]) -> range:
        places = [*places]
        return given.add([f"d{names[i]}" for i in places], [widths[i] for i in places])

    d_captures = changes(of_captures)
    d_states = changes(range(loop.captures, first))
    has_flags = not all_regular(body)
    flags = given.add(flag_names(names[loop.captures : first]) if has_flags else (), repeat(0))
    states = given.add(names[loop.captures : first], [0] * loop.states)
    xs = given.add(names[first:], widths[first:])
    d_xs = changes(of_xs)
    recorder = Merger(given.names, (), given.widths)
    inputs = [recorder.symbol(slot) for slot in (*captures, *states, *xs)]
    symbols = recorder.rewrite(body, leaves=inputs)
    tangents: dict[int, Any] = {}
    places = [*of_captures, *range(loop.captures, first), *of_xs]
    for place, slot in zip(places, (*d_captures, *d_states, *d_xs), strict=True):
        tangent: Any = recorder.symbol(slot)
        if given.widths[slot]:
            tangent = RunPart(recorder, given.widths[slot], runs=[tangent])
        tangents[inputs[place].slot] = tangent
    roots = [symbols[slot] for slot in body.outputs]
    flows = Flows(recorder, recorder.known) if has_flags else None
    if flows is not None:
        for place in places:
            flag = place - loop.captures
            is_state = loop.captures <= place < first
            flows.begin(inputs[place].slot, recorder.symbol(flags[flag]) if is_state else None)
    found = pushed(recorder, tangents, [root.slot for root in roots], flows)
    results = []
    for root, change in zip(roots, found, strict=True):
        width = recorder.width(root)
        nothing = RunPart(recorder, width) if width else 0.0
        whole = change or nothing if width else change
        results.append(whole.run() if isinstance(whole, RunPart) else whole)
    if flows is not None:
        flowing = [flows.flag(root.slot) for root in roots[: loop.states]]
        results = [*results[: loop.states], *flowing, *results[loop.states :]]
    states_of_both = len(d_states) + len(flags)
    count = len(captures) + len(d_captures)
    return Loop(recorder.tape(results), loop.length, count, states_of_both, loop.ys, loop.backward)
