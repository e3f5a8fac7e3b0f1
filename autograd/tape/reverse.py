"""reverse: the reverse sweep as instructions on a tape, by the rules of the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from ..graph import dependents
from ..masking import Bundle, Link, Masks, Use, key
from ..ops import OF_LOOPS
from .derived_steps import DerivedStep, Entry, Output
from .flows import backward_flows
from .instructions import Instruction, Tape
from .links import Derivative, Derived, LoopNode, links
from .passes import Merger
from .recorder import Recorder, Symbol

# The contribution of one use of a slot: local derivative times adjoint, under a mask.
Part = tuple[Any, Any, Symbol | None]


def reverse(tape: Tape, wanted: Sequence[int] | None = None, output: int = 0) -> Tape:
    """The tape of the same outputs followed by the derivatives of one of them.

    Args:
        wanted: the slots to differentiate with respect to; the parameters if None.
        output: which one of the outputs is differentiated.

    The result can be differentiated again. Equal instructions are merged before, so that the sweep
    visits each of them once. A node used only by the untaken branch of a `where` propagates
    nothing, also if its local derivative is infinite or NaN: it is masked, since it would not be in
    the engine's graph.

    >>> from autograd.tape import trace
    >>> from autograd.tape.passes import optimize
    >>> tape, _ = trace(lambda x: x * x, inputs=1)
    >>> print(optimize(reverse(tape, [0])))
    inputs      x1
    v1 = mul(x1, x1)
    v2 = add(x1, x1)
    outputs     v1 v2
    """
    wanted = list(tape.parameter_slots) if wanted is None else list(wanted)
    recorder = Merger(tape.inputs, tape.parameters)
    symbols = recorder.rewrite(tape)
    values = [symbols[slot] for slot in tape.outputs]
    sources = [symbols[slot].slot for slot in wanted]
    return recorder.tape([*values, *derivatives(recorder, values[output], sources)])


def derivatives(recorder: Recorder, root: Any, sources: Sequence[int]) -> list[Any]:
    """The derivatives of a symbol with respect to each of these slots, written by its recorder.
    They are 0.0 if root is a plain number or does not depend on the slot.
    """
    if not isinstance(root, Symbol):
        return [0.0] * len(sources)
    found, _ = swept(recorder, [(root, 1.0, None)], sources)
    return [0.0 if x is None else x for x in found]


def swept(
    recorder: Recorder,
    seeds: Sequence[tuple[Symbol, Any, Any]],
    sources: Sequence[int],
) -> tuple[list[Any], Masks[int]]:
    """The adjoints of these slots, from those of some symbols with their masks; and all masks."""
    order = ancestors(recorder, *[root.slot for root, _, _ in seeds])
    written = {slot: Symbol(recorder, slot) for slot in order}
    between = {*dependents(order, {*sources}, recorder.numbers_of)}
    masks: Masks[int] = Masks(recorder.where)
    parts: dict[int, list[Part]] = {}
    for root, seed, mask in seeds:
        masks.add(root.slot, mask)
        parts.setdefault(root.slot, []).append((1.0, seed, None))
    found: dict[int, Any] = {}
    for slot in reversed(order):
        if slot in parts and slot in between:
            adjoint = found[slot] = combined(recorder, masks, parts.pop(slot))
            if (instruction := recorder.instruction(slot)) is not None:
                for operand, local_derivative, mask in uses(instruction, slot, written, masks):
                    if operand not in between:
                        continue
                    if instruction.name == "where" or isinstance(local_derivative, Link):
                        part = masks.part(operand, local_derivative, adjoint, mask)
                        new = (1.0, part, None)
                    else:
                        masks.add(operand, mask)
                        new = (local_derivative, adjoint, mask)
                    if new[1] is not None:
                        parts.setdefault(operand, []).append(new)
    return [found.get(slot) for slot in sources], masks


def ancestors(recorder: Recorder, *roots: int) -> list[int]:
    """The slots that some slots depend on, each after its operands, and themselves."""
    found, todo = {*roots}, [*roots]
    while todo:
        if (instruction := recorder.instruction(todo.pop())) is not None:
            new = {*instruction.operands} - found
            found |= new
            todo += new
    return sorted(found)


def uses(
    instruction: Instruction, slot: int, symbols: Mapping[int, Symbol], masks: Masks[int]
) -> list[Use[int]]:
    """The operands to which a derivative flows from an instruction."""
    if instruction.name == "where":
        condition, a, b = instruction.operands
        return masks.choice(slot, symbols[condition], a, b)
    operands = [symbols[operand] for operand in instruction.operands]
    if instruction.name in OF_LOOPS:
        node = symbols[slot]
        at = LoopNode(node.recorder, node, instruction.held, operands, pullback=pullback)
        return masks.plain(slot, instruction.operands, links(instruction, at))
    if instruction.op is None:  # constant and largest propagate no derivative
        return []
    local_derivatives = instruction.op.partials_at(operands[0].recorder, operands, symbols[slot])
    return masks.plain(slot, instruction.operands, local_derivatives)


def combined(recorder: Recorder, masks: Masks[int], parts: Sequence[Part]) -> Any:
    """The adjoint of a slot: the sum of the contributions of its uses. Many products are one dot,
    which backends compute for a whole layer at once.
    """
    if any([isinstance(adjoint, Bundle) for _, adjoint, _ in parts]):
        bundles = [adjoint for _, adjoint, _ in parts]
        return sum(bundles[1:], bundles[0])
    groups: dict[Any, list[Part]] = {}
    for part in parts:
        local_derivative, _, mask = part
        unmasked = mask is None or is_finite(local_derivative)
        groups.setdefault(None if unmasked else key(mask), []).append(part)
    terms: list[Any] = []
    for of_mask, group in groups.items():
        if len(group) > 2:
            local_derivatives, adjoints, own = zip(*group, strict=True)
            whole = recorder.emit("dot", [*local_derivatives, *adjoints])
            terms.append(whole if of_mask is None else masks.masked(whole, own[0]))
        else:
            terms += [product(masks, *part) for part in group]
    return sum(terms[1:], terms[0])


def product(masks: Masks[int], local_derivative: Any, adjoint: Any, mask: Any) -> Any:
    """A local derivative times an adjoint, which is 0 where the mask does not hold.

    The local derivative is masked instead of the product: what a recurrence waits for is then one
    multiplication and addition.
    """
    if not is_finite(local_derivative):
        local_derivative = masks.masked(local_derivative, mask)
    return times(local_derivative, adjoint)


def is_finite(local_derivative: Any) -> bool:
    """Whether it is a number, whose product with 0 is 0."""
    return isinstance(local_derivative, float) and isfinite(local_derivative)


def times(local_derivative: Any, adjoint: Any) -> Any:
    """The product; a factor of exactly 1 is omitted."""
    if isinstance(adjoint, float) and adjoint == 1.0:
        return local_derivative
    if isinstance(local_derivative, float) and local_derivative == 1.0:
        return adjoint
    return local_derivative * adjoint


def pullback(at: LoopNode, adjoints: Mapping[int, Derivative]) -> Derived:
    """The loop backward that gives the adjoints of a loop's operands.

    adjoints: those of results, by index, ascending.

    What is given for all steps are the adjoints of totals, for each step those of ys and of states
    as results; what a step takes over are the adjoints of the states. It gives those of the states
    before the step, its ys are those of the xs, its terms those of the captures.
    """
    loop, body = at.loop, at.loop.body
    first, history = loop.first_x, loop.first_history
    entries = {i: Entry.of(at.m, x) for i, x in adjoints.items()}
    flows = backward_flows(loop, {i: entry.flow for i, entry in entries.items()})
    widths = {i: body.width(body.outputs[i]) if i < history else 0 for i in adjoints}
    of_totals = {i: width for i, width in widths.items() if loop.is_total(i)}
    states = range(loop.states)
    of_steps = {i: widths[i] for i in adjoints if i not in of_totals and i not in states}

    def name(i: int) -> str:
        return (body.inputs[loop.captures + i] if i in states else loop.name_of(i)) + "_"

    step = DerivedStep(at, name, entries, flows, of_totals, states, of_steps, not loop.backward)
    recorder = step.recorder
    seeds = [(step.symbols[body.outputs[i]], *step.given(i)) for i in step.flowing() if i < history]
    found, masks = swept(recorder, seeds, [symbol.slot for symbol in step.inputs])
    for i in adjoints:
        if i >= history:
            slot = loop.captures + i - history
            x, mask = step.given(i)
            found[slot] = x if found[slot] is None else x + found[slot]
            masks.add(step.inputs[slot].slot, mask)
    outputs = [
        Output(i, x, body.width(i), symbol.slot)
        for i, (x, symbol) in enumerate(zip(found, step.inputs, strict=True))
    ]
    parts = outputs[loop.captures : first], outputs[first:], outputs[: loop.captures]
    return step.derived(masks, *parts)
