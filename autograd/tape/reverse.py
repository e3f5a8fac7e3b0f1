"""reverse: the reverse sweep as instructions on a tape, by the rules of the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..graph import dependents
from ..masking import Masks, Use
from .folding import Folder
from .instructions import Instruction, Tape
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
    visits each of them once. A node that only the branch not taken of a `where` uses propagates
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
    order = behind(recorder, root.slot)
    written = {slot: Symbol(recorder, slot) for slot in order}
    between = {*dependents(order, {*sources}, recorder.numbers_of)}
    masks = Masks(recorder.where, root.slot)
    parts: dict[int, list[Part]] = {root.slot: [(1.0, 1.0, None)]}
    found: dict[int, Any] = {}
    for slot in reversed(order):
        if slot in parts and slot in between:
            adjoint = found[slot] = combined(recorder, masks, parts.pop(slot))
            if (instruction := recorder.instruction(slot)) is not None:
                for operand, local_derivative, mask in uses(instruction, slot, written, masks):
                    if operand in between:
                        masks.add(operand, mask)
                        parts.setdefault(operand, []).append((local_derivative, adjoint, mask))
    return [found.get(slot, 0.0) for slot in sources]


def behind(recorder: Recorder, root: int) -> list[int]:
    """The slots that a slot depends on, each after its operands, and itself."""
    found, todo = {root}, [root]
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
    if instruction.op is None:  # constant and largest propagate no derivative
        return []
    operands = [symbols[operand] for operand in instruction.operands]
    local_derivatives = instruction.op.partials_at(operands[0].recorder, operands, symbols[slot])
    return masks.plain(slot, instruction.operands, local_derivatives)


def combined(recorder: Recorder, masks: Masks[int], parts: Sequence[Part]) -> Any:
    """The adjoint of a slot: the sum of the contributions of its uses. Many products are one dot,
    which backends compute for a whole layer at once.
    """
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
    if isinstance(adjoint, float) and adjoint == 1.0:
        return local_derivative
    if isinstance(local_derivative, float) and local_derivative == 1.0:
        return adjoint
    return local_derivative * adjoint
