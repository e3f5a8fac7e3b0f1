"""reverse: the sweep, written on the tape by the same rules that the engine runs on numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .instructions import Instruction, Tape
from .recorder import Recorder, Symbol
from .rewrite import outputs, rewrite


@dataclass(frozen=True, slots=True)
class Part:
    """What one use of a slot hands back: local derivative times adjoint, where `mask` holds."""

    local_derivative: Any
    adjoint: Any
    mask: Symbol | None


def reverse(tape: Tape, wanted: Sequence[int] | None = None, output: int = 0) -> Tape:
    """The tape of the same outputs followed by the derivatives of one of them.

    wanted: the slots to differentiate by; the parameters if None.
    output: which one of the outputs is differentiated.

    The result can be reversed again. A node that only the branch not taken of a `where` uses hands
    nothing back, also where its local derivative is infinite or NaN: it is masked, since in the
    engine's graph it would not be at all.

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
    recorder = Recorder(tape.inputs, tape.parameters)

    def write(instruction: Instruction, operands: Sequence[Symbol]) -> Symbol:
        return recorder.emit(instruction.name, operands, instruction.label)

    symbols = [symbol for symbol in rewrite(tape, recorder, write) if symbol is not None]
    root = tape.outputs[output]
    between = dependents(tape, wanted)
    parts: dict[int, list[Part]] = {root: [Part(1.0, 1.0, None)]}
    masks: dict[int, Symbol | None] = {root: None}
    found: dict[int, Any] = {}
    for slot in reversed(range(root + 1)):
        if slot in parts and slot in between:
            adjoint = found[slot] = combined(recorder, parts.pop(slot))
            if slot >= tape.first:
                instruction = tape.instructions[slot - tape.first]
                hand_back(recorder, instruction, slot, symbols, adjoint, masks, parts, between)
    results = [*outputs(tape, symbols), *[found.get(slot, 0.0) for slot in wanted]]
    return recorder.tape(results)


def dependents(tape: Tape, wanted: Sequence[int]) -> set[int]:
    """The slots that depend on any of `wanted`, those included."""
    between = set(wanted)
    for slot, instruction in tape:
        if instruction.kind == "number" and not between.isdisjoint(instruction.operands):
            between.add(slot)
    return between


def hand_back(
    recorder: Recorder,
    instruction: Instruction,
    slot: int,
    symbols: Sequence[Symbol],
    adjoint: Any,
    masks: dict[int, Symbol | None],
    parts: dict[int, list[Part]],
    between: set[int],
) -> None:
    """Add to the parts of an instruction's operands what it hands to each."""
    mask = masks[slot]
    operands = [symbols[operand] for operand in instruction.operands]
    if instruction.name == "where":
        condition, *_ = operands
        opposite = recorder.emit("opposite", (condition,))
        uses: list[tuple[int, Any, Symbol | None]] = [
            (instruction.operands[1], 1.0, both(recorder, mask, condition)),
            (instruction.operands[2], 1.0, both(recorder, mask, opposite)),
        ]
    elif instruction.op is None:  # constant and largest: no derivative flows
        uses = []
    else:
        local_derivatives = instruction.op.rule(recorder, operands, symbols[slot])
        uses = [
            (operand, local, mask)
            for operand, local in zip(instruction.operands, local_derivatives, strict=True)
        ]
    for operand, local_derivative, use_mask in uses:
        if operand in between:
            if operand not in parts:
                masks[operand] = use_mask
            else:
                masks[operand] = either(recorder, masks[operand], use_mask)
            parts.setdefault(operand, []).append(Part(local_derivative, adjoint, use_mask))


def both(recorder: Recorder, mask: Symbol | None, condition: Symbol) -> Symbol:
    return condition if mask is None else recorder.emit("both", (mask, condition))


def either(recorder: Recorder, a: Symbol | None, b: Symbol | None) -> Symbol | None:
    """The mask of a slot with two uses; None is a use that always counts."""
    if a is None or b is None or a.slot == b.slot:
        return None if a is None or b is None else a
    return recorder.emit("either", (a, b))


def combined(recorder: Recorder, parts: Sequence[Part]) -> Any:
    """The adjoint of a slot: the sum of what its uses hand back.

    Many products are one dot, which backends compute for a whole layer at once.
    """
    if len(parts) > 2 and all([part.mask is None for part in parts]):
        return recorder.emit(
            "dot", [*[part.local_derivative for part in parts], *[part.adjoint for part in parts]]
        )
    total: Any = None
    for part in parts:
        product = times(part.local_derivative, part.adjoint)
        if part.mask is not None:
            product = recorder.where(part.mask, product, 0.0)
        total = product if total is None else total + product
    return total


def times(local_derivative: Any, adjoint: Any) -> Any:
    """The product; a factor of exactly 1 changes nothing and is not written."""
    if isinstance(adjoint, float) and adjoint == 1.0:
        return local_derivative
    if isinstance(local_derivative, float) and local_derivative == 1.0:
        return adjoint
    return local_derivative * adjoint
