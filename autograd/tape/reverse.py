"""reverse: the reverse sweep as instructions on a tape, by the rules of the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any

from ..graph import dependents
from ..masking import Bundle, Masks, Use
from ..ops import OF_LOOPS
from .flows import Flows, all_regular, flag_names, is_regular
from .folding import Folder
from .instructions import Instruction, Tape
from .links import At, Inputs, Link, RunPart, links
from .loops import Loop
from .passes import SubexpressionSharer
from .recorder import Recorder, Symbol

# The contribution of one use of a slot: local derivative times adjoint, under a mask.
Part = tuple[Any, Any, Symbol | None]


class Merger(Folder, SubexpressionSharer):
    """Folds constants and merges equal instructions; operations and marks are kept."""


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
    return swept(recorder, [(root, 1.0)], sources)


def swept(
    recorder: Recorder,
    seeds: Sequence[tuple[Symbol, Any]],
    sources: Sequence[int],
    flows: Flows | None = None,
) -> list[Any]:
    """The adjoints of these slots, from the adjoints of some symbols.

    flows: where a derivative flows, of the step of a loop that has flags.
    """
    order = behind(recorder, *[root.slot for root, _ in seeds])
    written = {slot: Symbol(recorder, slot) for slot in order}
    between = {*dependents(order, {*sources}, recorder.numbers_of)}
    masks = Masks(recorder.where, *[root.slot for root, _ in seeds])
    parts: dict[int, list[Part]] = {}
    for root, seed in seeds:
        parts.setdefault(root.slot, []).append((1.0, seed, None))
    found: dict[int, Any] = {}
    for slot in reversed(order):
        if slot in parts and slot in between:
            adjoint = found[slot] = combined(recorder, masks, parts.pop(slot))
            if (instruction := recorder.instruction(slot)) is not None:
                found_uses = uses(instruction, slot, written, masks)
                if flows is not None:
                    found_uses = flagged(found_uses, flows, instruction, slot, masks)
                for operand, local_derivative, mask in found_uses:
                    if operand in between:
                        if flows is None:
                            masks.add(operand, mask)
                        parts.setdefault(operand, []).append((local_derivative, adjoint, mask))
    return [found.get(slot, 0.0) for slot in sources]


def flagged(
    found: Sequence[Use[int]], flows: Flows, instruction: Instruction, slot: int, masks: Masks[int]
) -> list[Use[int]]:
    """The uses of a slot, with the masks of flags where local derivatives may be infinite."""
    regular = is_regular(instruction, flows.known)
    uses_with_flags = []
    through = flows.through(instruction, slot)
    for (operand, local_derivative, mask), flow in zip(found, through[: len(found)], strict=True):
        masks.add(operand, mask)
        flows.masks.add(operand, flow)
        uses_with_flags.append((operand, local_derivative, mask if regular else flow))
    return uses_with_flags


def behind(recorder: Recorder, *roots: int) -> list[int]:
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
        at = At(node.recorder, node, instruction.held, operands, pullback=pullback)
        return masks.plain(slot, instruction.operands, links(instruction, at))
    if instruction.op is None:  # constant and largest propagate no derivative
        return []
    local_derivatives = instruction.op.partials_at(operands[0].recorder, operands, symbols[slot])
    return masks.plain(slot, instruction.operands, local_derivatives)


def combined(recorder: Recorder, masks: Masks[int], parts: Sequence[Part]) -> Any:
    """The adjoint of a slot: the sum of the contributions of its uses. Many products are one dot,
    which backends compute for a whole layer at once.
    """
    if any([isinstance(local_derivative, Link) for local_derivative, _, _ in parts]):
        parts = [part for part in map(at_link, parts) if not is_nothing(part[1])]
    if not parts:
        return 0.0
    if any([isinstance(adjoint, Bundle) for _, adjoint, _ in parts]):
        bundles = [masks.masked(adjoint, mask) for _, adjoint, mask in parts]
        return sum(bundles[1:], bundles[0])
    if len(parts) > 2 and all([mask is None for _, _, mask in parts]):
        local_derivatives, adjoints, _ = zip(*parts, strict=True)
        return recorder.emit("dot", [*local_derivatives, *adjoints])
    total: Any = None
    for local_derivative, adjoint, mask in parts:
        product = masks.masked(times(local_derivative, adjoint), mask)
        total = product if total is None else total + product
    return total


def times(local_derivative: Any, adjoint: Any) -> Any:
    """The product; a factor of exactly 1 is omitted."""
    if isinstance(local_derivative, Link):
        return local_derivative * adjoint
    if isinstance(adjoint, float) and adjoint == 1.0:
        return local_derivative
    if isinstance(local_derivative, float) and local_derivative == 1.0:
        return adjoint
    return local_derivative * adjoint


def at_link(part: Part) -> Part:
    """A part by the link that stands for its local derivative: with what that gives."""
    local_derivative, adjoint, mask = part
    if isinstance(local_derivative, Link):
        return 1.0, local_derivative * adjoint, mask
    return part


def is_nothing(adjoint: Any) -> bool:
    """Whether an adjoint is the number 0 itself, which a loop has where nothing flows."""
    return isinstance(adjoint, float) and adjoint == 0.0


def pullback(loop: Loop, known: tuple[int, ...]) -> Loop:
    """The loop backward that gives the adjoints of a loop's operands.

    known: the indices of the results that have adjoints, ascending.

    Its captures are those of the loop, and the adjoints of totals; its states the adjoints of the
    states, and flags of flows.py if there are any; its xs the states before each step, the xs, and
    the adjoints of ys and of states as results. Its next states are the adjoints of the states
    before the step, its ys those of the xs, its terms those of the captures.
    """
    body, first = loop.body, loop.first_x
    names, widths = body.inputs, [body.width(slot) for slot in range(len(body.inputs))]
    stop, history = loop.states + loop.ys, loop.first_history
    outputs = [*body.outputs]
    given = Inputs([], [])
    captures = given.add(names[: loop.captures], widths[: loop.captures])
    of_totals = [i for i in known if stop <= i < history]
    totals = given.add(
        [f"total{i}_" for i in of_totals], [body.width(outputs[i]) for i in of_totals]
    )
    adjoints = given.add([f"{name}_" for name in names[loop.captures : first]], [0] * loop.states)
    has_flags = not all_regular(body)
    flags = given.add(flag_names(names[loop.captures : first]) if has_flags else (), repeat(0))
    states = given.add(names[loop.captures : first], [0] * loop.states)
    xs = given.add(names[first:], widths[first:])
    of_ys = [i for i in known if loop.states <= i < stop]
    ys = given.add([f"y{i}_" for i in of_ys], [body.width(outputs[i]) for i in of_ys])
    of_histories = [i - history for i in known if i >= history]
    histories = given.add(
        [f"{names[loop.captures + i]}__" for i in of_histories], [0] * len(of_histories)
    )

    recorder = Merger(given.names, (), given.widths)
    inputs = [recorder.symbol(slot) for slot in (*captures, *states, *xs)]
    symbols = recorder.rewrite(body, leaves=inputs)
    seeds: list[tuple[Symbol, Any]] = []
    flows = Flows(recorder, recorder.known) if has_flags else None
    for places, slots in ((range(loop.states), adjoints), (of_ys, ys), (of_totals, totals)):
        for place, slot in zip(places, slots, strict=True):
            adjoint: Any = recorder.symbol(slot)
            if given.widths[slot]:
                adjoint = RunPart(recorder, given.widths[slot], runs=[adjoint])
            root = symbols[outputs[place]]
            seeds.append((root, adjoint))
            if flows is not None:
                own = recorder.symbol(flags[place]) if place < loop.states else None
                flows.begin(root.slot, own)
    found = swept(recorder, seeds, [symbol.slot for symbol in inputs], flows)
    for i, slot in zip(of_histories, histories, strict=True):
        found[loop.captures + i] = recorder.symbol(slot) + found[loop.captures + i]
        if flows is not None:
            flows.begin(states[i])
    runs = [x.run() if isinstance(x, RunPart) else x for x in found]
    for i, width in enumerate([given.widths[symbol.slot] for symbol in inputs]):
        if width and not isinstance(runs[i], Symbol):
            runs[i] = recorder.pack([0.0] * width)
    whole = loop.captures + loop.states
    flowing = [flows.flag(slot) for slot in states] if flows is not None else []
    results = [*runs[loop.captures : whole], *flowing, *runs[whole:], *runs[: loop.captures]]
    count = len(captures) + len(totals)
    own_states = len(adjoints) + len(flags)
    return Loop(recorder.tape(results), loop.length, count, own_states, loop.xs, not loop.backward)
