"""Tapes of derivatives: Jacobians, Hessians, and the products of Hessians with vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from .forward import pushed
from .instructions import Instruction, Tape, renumbered
from .passes import Merger
from .recorder import Symbol
from .reverse import derivatives, reverse


class Wanted(NamedTuple):
    """Derivatives of a tape's first output, which a backend sums over rows.

    Args:
        slots: of the inputs and parameters to differentiate with respect to.
        kind: "gradient", which comes after the outputs themselves; "hessian", all entries row by
            row; "product", the Hessian times a vector.
        vector: for a product the slots of the vector.
    """

    slots: tuple[int, ...]
    kind: str = "gradient"
    vector: tuple[int, ...] = ()


def derived(tape: Tape, wanted: Wanted) -> Tape:
    """The tape of the derivatives that are wanted."""
    if wanted.kind == "gradient":
        return reverse(tape, wanted.slots)
    if wanted.kind == "hessian":
        return hessian(tape, wanted.slots, products=True)
    return product(tape, wanted.slots, wanted.vector)


def jacobian(tape: Tape, wanted: Sequence[int]) -> Tape:
    """The tape of the derivatives of each output with respect to each of these slots.

    Equal instructions of all sweeps are merged. Of a tape with loops and more outputs than wanted
    slots, the sweeps are forward, since each of them is a loop.

    >>> from autograd.tape import trace
    >>> tape, _ = trace(lambda x, y: [x * y, x + y], inputs=2)
    >>> print(jacobian(tape, [0, 1]))
    inputs      x1 x2
    constants   c1 = 1.0
    outputs     x2 x1 c1 c1
    """
    recorder = Merger(tape.inputs, tape.parameters)
    symbols = recorder.rewrite(tape)
    if tape.has_loops and len(wanted) < len(tape.outputs):
        roots = [symbols[slot].slot for slot in tape.outputs]
        columns = [pushed(recorder, {symbols[slot].slot: 1.0}, roots) for slot in wanted]
        return recorder.tape([slope for row in zip(*columns, strict=True) for slope in row])
    rows = [derivatives(recorder, symbols[slot], wanted) for slot in tape.outputs]
    return recorder.tape([slope for row in rows for slope in row])


def hessian(tape: Tape, wanted: Sequence[int], products: bool = False) -> Tape:
    """The tape of the second derivatives of the first output, row by row.

    An entry below the diagonal is replaced by the one above it. With `products` it is kept if both
    are products, since backends compute all products of two vectors as a matrix product, but not
    those of a triangle.
    """
    recorder = Merger(tape.inputs, tape.parameters)
    root = recorder.rewrite(tape)[tape.outputs[0]]
    rows = [derivatives(recorder, g, wanted) for g in derivatives(recorder, root, wanted)]

    def is_product(entry: Any) -> bool:
        instruction = recorder.instruction(entry.slot) if isinstance(entry, Symbol) else None
        return instruction is not None and instruction.name == "mul"

    for i, row in enumerate(rows):
        for k in range(i):
            if not (products and is_product(row[k]) and is_product(rows[k][i])):
                row[k] = rows[k][i]
    return recorder.tape([entry for row in rows for entry in row])


def product(tape: Tape, wanted: Sequence[int], vector: Sequence[int]) -> Tape:
    """The tape of the Hessian of the first output times a vector: the derivatives of the dot
    product of the gradient and the vector.
    """
    recorder = Merger(tape.inputs, tape.parameters)
    symbols = recorder.rewrite(tape)
    gradient = derivatives(recorder, symbols[tape.outputs[0]], wanted)
    terms = [(g, symbols[v]) for g, v in zip(gradient, vector, strict=True)]
    varying = [term for term in terms if isinstance(term[0], Symbol)]
    sides = [part for side in zip(*varying, strict=True) for part in side]
    along = recorder.emit("dot", sides) if sides else 0.0
    return recorder.tape(derivatives(recorder, along, wanted))


def widened(tape: Tape, inputs: Sequence[str] = (), parameters: Sequence[str] = ()) -> Tape:
    """The tape with additional inputs and parameters, after the existing ones."""
    first, second = tape.parameter_slots.start, tape.constant_slots.start
    place = {
        slot: slot + len(inputs) * (slot >= first) + len(parameters) * (slot >= second)
        for slot in range(tape.size)
    }
    return replace(
        tape,
        inputs=(*tape.inputs, *inputs),
        parameters=(*tape.parameters, *parameters),
        instructions=tuple([renumbered(instruction, place) for instruction in tape.instructions]),
        outputs=tuple([place[slot] for slot in tape.outputs]),
    )


def along_adjoints(tape: Tape) -> Tape:
    """The tape of the dot product of the outputs and their adjoints, as additional inputs."""
    width, count = len(tape.inputs), len(tape.outputs)
    wide = widened(tape, inputs=[f"adjoint{i}" for i in range(1, count + 1)])
    last = Instruction("dot", (*wide.outputs, *range(width, width + count)))
    return replace(
        wide, instructions=(*wide.instructions, last), outputs=(wide.size,), several=False
    )
