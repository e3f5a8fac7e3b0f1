"""forward: the tangents of slots, written on the tape by the rules of the reverse sweep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..masking import Link, Masks
from ..ops import OF_LOOPS
from .derived_steps import DerivedStep, Entry, Output
from .flows import forward_flows
from .instructions import Instruction
from .links import Derivative, Derived, LoopNode, links
from .recorder import Recorder, Symbol
from .reverse import ancestors, product


def pushed(recorder: Recorder, tangents: Mapping[int, Any], roots: Sequence[int]) -> list[Any]:
    """The tangents of some slots, from those of others; 0.0 where nothing flows."""
    masks: Masks[int] = Masks(recorder.where, *tangents)
    found = swept_on(recorder, tangents, roots, masks)
    return [0.0 if x is None else x for x in found]


def swept_on(
    recorder: Recorder, tangents: Mapping[int, Any], roots: Sequence[int], masks: Masks[int]
) -> list[Any]:
    """The tangents of some slots, from those of others, whose masks are known; None where nothing
    flows.

    A choice takes the tangent of the branch taken. What only the branch not taken would pass on is
    masked, as in the reverse sweep.
    """
    found: dict[int, Any] = dict(tangents)
    for slot in ancestors(recorder, *roots):
        instruction = recorder.instruction(slot)
        if slot in found or instruction is None or instruction.kind == "condition":
            continue
        if instruction.name == "where":
            condition, a, b = instruction.operands
            if a in found or b in found:
                taken: Any = Symbol(recorder, condition)
                masks.add_choice(slot, taken, a, b)
                found[slot] = recorder.where(taken, found.get(a, 0.0), found.get(b, 0.0))
            continue
        parts = []
        for operand, local_derivative in local_derivatives(recorder, instruction, slot):
            if operand in found:
                mask, tangent = masks.of[operand], found[operand]
                if isinstance(local_derivative, Link):
                    part = masks.part(slot, local_derivative, tangent, mask)
                else:
                    masks.add(slot, mask)
                    part = product(masks, local_derivative, tangent, mask)
                if part is not None:
                    parts.append(part)
        if parts:
            found[slot] = sum(parts[1:], parts[0])
    return [found.get(root) for root in roots]


def local_derivatives(
    recorder: Recorder, instruction: Instruction, slot: int
) -> Iterable[tuple[int, Any]]:
    """Each operand with its local derivative, or the link in the place of that."""
    operands = [Symbol(recorder, operand) for operand in instruction.operands]
    if instruction.name in OF_LOOPS:
        node = Symbol(recorder, slot)
        at = LoopNode(recorder, node, instruction.held, operands, pushforward=pushforward)
        return zip(instruction.operands, links(instruction, at), strict=True)
    if instruction.op is None:  # constant and largest: no tangent flows
        return ()
    found = instruction.op.partials_at(recorder, operands, Symbol(recorder, slot))
    return zip(instruction.operands, found, strict=True)


def pushforward(at: LoopNode, tangents: Mapping[int, Derivative]) -> Derived:
    """The loop that gives the tangents of a loop's results.

    tangents: those of operands, by index, ascending.

    What is given for all steps are the tangents of captures, for each step those of xs; what a step
    takes over are the tangents of the states. Its next states, ys and terms are the tangents of
    those of the loop.
    """
    loop, body, first = at.loop, at.loop.body, at.loop.first_x
    entries = {i: Entry.of(at.m, x) for i, x in tangents.items()}
    flows = forward_flows(loop, {i: entry.flow for i, entry in entries.items()})
    of_captures = {i: body.width(i) for i in tangents if i < loop.captures}
    of_steps = {i: body.width(i) for i in tangents if i >= first}
    states = range(loop.captures, first)

    def name(i: int) -> str:
        return f"d{body.inputs[i]}"

    step = DerivedStep(at, name, entries, flows, of_captures, states, of_steps, loop.backward)
    recorder = step.recorder
    given: dict[int, Any] = {}
    masks: Masks[int] = Masks(recorder.where)
    for i in step.flowing():
        slot = step.inputs[i].slot
        given[slot], mask = step.given(i)
        masks.add(slot, mask)
    roots = [step.symbols[slot] for slot in body.outputs]
    found = swept_on(recorder, given, [root.slot for root in roots], masks)
    outputs = [
        Output(i, x, recorder.width(root), root.slot)
        for i, (x, root) in enumerate(zip(found, roots, strict=True))
    ]
    stop = loop.first_total
    derived = step.derived(
        masks, outputs[: loop.states], outputs[loop.states : stop], outputs[stop:]
    )
    for i in range(loop.states):  # the tangents of the states before each step
        history = loop.first_history + i
        derived.places[history] = derived.loop.first_history + derived.places[i]
        if i in derived.flags:
            derived.flags[history] = derived.loop.first_history + derived.flags[i]
    return derived
