"""Sparsity patterns: which entries of the derivatives of a tape can be nonzero."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from ..cached import cached_property
from ..ops import OF_LOOPS
from ..structures import scipy_sparse
from .instructions import Instruction, Tape
from .loops import Loop
from .recorder import Recorder
from .reverse import reverse


@dataclass(frozen=True)
class Pattern:
    """The entries of a matrix that can be nonzero; all others are zero at every point.

    Args:
        shape: of the matrix.
        columns: for each row the columns of such entries, ascending.

    >>> from autograd import compile
    >>> program = compile(lambda a, b: [a * 2.0, a * b], 2, backend="python")
    >>> program.pattern.inputs
    Pattern(shape=(2, 2), columns=((0,), (0, 1)))
    >>> list(program.pattern.inputs)
    [(0, 0), (1, 0), (1, 1)]
    """

    shape: tuple[int, int]
    columns: tuple[tuple[int, ...], ...]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """The entries, each as (row, column), in the order of the rows."""
        for row, columns in enumerate(self.columns):
            for column in columns:
                yield row, column

    def __len__(self) -> int:
        """The number of entries."""
        return sum(map(len, self.columns))

    def matrix(self) -> Any:
        """A `scipy.sparse.csr_array` of bools, True in these entries."""
        sparse = scipy_sparse()
        starts = [0]
        for columns in self.columns:
            starts.append(starts[-1] + len(columns))
        indices = [column for columns in self.columns for column in columns]
        return sparse.csr_array(([True] * len(indices), indices, starts), self.shape, dtype=bool)


class Patterns:
    """The sparsity patterns of the derivatives of a program, with respect to its inputs and
    parameters.

    Columns are the inputs, or the parameters. Rows are the outputs, or for second derivatives the
    same as the columns; with several outputs that is the pattern of any weighted sum of them, such
    as a Lagrangian. No derivative flows through a condition or a detached number.

    >>> from autograd import jit
    >>> program = jit(lambda x: x[0] * x[1] + x[2]).program([1.0, 1.0, 1.0])
    >>> program.pattern.inputs.columns, program.pattern.hessian_by_inputs.columns
    (((0, 1, 2),), ((1,), (0,), ()))
    """

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    @cached_property
    def inputs(self) -> Pattern:
        """Which output depends on which input."""
        return dependencies(self._tape, range(len(self._tape.inputs)))

    @cached_property
    def parameters(self) -> Pattern:
        """Which output depends on which parameter."""
        return dependencies(self._tape, self._tape.parameter_slots)

    @cached_property
    def hessian_by_inputs(self) -> Pattern:
        """Which second derivatives with respect to two inputs can be nonzero."""
        return second(self._tape, range(len(self._tape.inputs)))

    @cached_property
    def hessian_by_parameters(self) -> Pattern:
        """Which second derivatives with respect to two parameters can be nonzero."""
        return second(self._tape, self._tape.parameter_slots)


def dependencies(tape: Tape, wanted: Sequence[int]) -> Pattern:
    """Which outputs depend on which of the wanted slots."""
    rows = map(bits_of, spread(tape, {slot: 1 << column for column, slot in enumerate(wanted)}))
    return Pattern((len(tape.outputs), len(wanted)), tuple(rows))


def spread(tape: Tape, sets: dict[int, Any]) -> list[Any]:
    """The sets of inputs and parameters that each output depends on, from the sets of these.

    A set is an int with a bit for each member, so that a union is one operation; that of a run is a
    list of them. Sets that no later instruction reads are deleted.
    """
    last = {operand: slot for slot, each in tape for operand in operands_of(each)}
    last |= dict.fromkeys(tape.outputs, tape.size)
    for slot, instruction in tape:
        operands = operands_of(instruction)
        given = [sets.get(operand, 0) for operand in operands]
        for operand in operands:
            if last[operand] == slot:
                sets.pop(operand, None)
        if found := spread_in(instruction, given):
            sets[slot] = found
    return [sets.get(output, 0) for output in tape.outputs]


def spread_in(instruction: Instruction, given: list[Any]) -> Any:
    """The set, or that of each item of a run, of what an instruction gives from these operands."""
    if instruction.name == "pack":
        return given
    if instruction.name == "item":
        return given[0] and given[0][instruction.held]
    if instruction.name == "loop":
        return spread_in_steps(instruction.held, given)
    if instruction.name == "result":
        return given[0][instruction.held.place]
    return reduce(or_, given, 0)


def spread_in_steps(loop: Loop, operands: Sequence[Any]) -> list[Any]:
    """The sets of the results of a loop, from those of its operands, step by step."""
    first, body, length = loop.first_x, loop.body, loop.length
    widths = [body.width(slot) for slot in range(len(body.inputs))]
    captures, states = operands[: loop.captures], [*operands[loop.captures : first]]
    results: list[Any] = [[0] * width if width else 0 for width in loop.result_widths]
    for t in reversed(range(length)) if loop.backward else range(length):
        xs = [
            part(run, t, width) for run, width in zip(operands[first:], widths[first:], strict=True)
        ]
        for i, state in enumerate(states, start=loop.first_history):
            results[i][t] = state
        outputs = spread(body, dict(enumerate([*captures, *states, *xs])))
        states = outputs[: loop.states]
        for i, found in enumerate(outputs[loop.states :], start=loop.states):
            width = body.width(body.outputs[i])
            if i >= loop.states + loop.ys:
                results[i] = [*map(or_, results[i], found)] if width else results[i] | found
            elif width:
                results[i][t * width : (t + 1) * width] = found
            else:
                results[i][t] = found
    return [*states, *results[loop.states :]]


def part(run: Any, t: int, width: int) -> Any:
    """The set of what a step takes of a run; 0 for a run of which nothing is known to be in it."""
    if not run:
        return [0] * width if width else 0
    return run[t * width : (t + 1) * width] if width else run[t]


def operands_of(instruction: Instruction) -> tuple[int, ...]:
    """The operands to which a derivative can flow."""
    if instruction.name == "where":
        return instruction.operands[1:]
    if instruction.name in OF_LOOPS:
        return instruction.operands
    return () if instruction.op is None else instruction.operands


def bits_of(number: int) -> tuple[int, ...]:
    """The indices of the bits that are set, ascending."""
    found, place = [], -1
    while number:
        step = (number & -number).bit_length()
        place += step
        number >>= step
        found.append(place)
    return tuple(found)


def second(tape: Tape, wanted: Sequence[int]) -> Pattern:
    """Which second derivatives with respect to two of the wanted slots can be nonzero."""
    if not tape.outputs:
        return Pattern((len(wanted), len(wanted)), ((),) * len(wanted))
    if len(tape.outputs) > 1:
        tape = weighted(tape)
    gradient = reverse(tape, wanted)
    return dependencies(gradient.with_outputs(gradient.outputs[1:]), wanted)


def weighted(tape: Tape) -> Tape:
    """The sum of all outputs, each times an additional parameter."""
    first = tape.parameter_slots.stop
    names = [f"weight{i}" for i in range(1, len(tape.outputs) + 1)]
    recorder = Recorder(tape.inputs, [*tape.parameters, *names])
    symbols = recorder.rewrite(tape)
    weights = [recorder.symbol(first + i) for i in range(len(names))]
    total = recorder.emit("dot", [*weights, *[symbols[output] for output in tape.outputs]])
    return recorder.tape([total])
