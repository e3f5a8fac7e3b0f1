"""The numpy backend: the printed code of a tape, run on whole columns.

A slot that depends on an input is *varying*, an array with a number for each row; all others are
*uniform*, one number. Dot products over the same varying operands are one matrix product.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..tape.instructions import Tape
from ..tape.loop_passes import pruned
from ..tape.loop_products import Pair, is_product, products_apart
from ..tape.passes import eliminate_dead_code, optimize
from ..tape.varying import varying_slots
from .numpy_code import compiled
from .tables import table

Array = NDArray[np.float64]
MOST_NUMBERS = 2**25  # numbers in memory at a time, 256 MB: all slots of some rows


class NumpyBackend:
    """Runs a tape on the columns of an array, for chunks of rows if memory is limited.

    Args:
        summed: the tape whose outputs are summed over rows, such as a gradient.
    """

    def __init__(self, tape: Tape, summed: Tape | None) -> None:
        self.several = tape.several
        self.names = tape.inputs
        optimized = optimize(tape, keep=["dot"])
        self.function, self.at_once = compiled(optimized), rows_at_once(optimized)
        self.summed = Sums(optimize(summed, keep=["dot"])) if summed else None

    def rows(self, X: Any) -> Array:
        """X as an array of float64 with a column for each input."""
        return table(X, self.names)

    def values(self, rows: Array, parameters: Sequence[float]) -> Array:
        """The outputs, of shape (rows,) or, of several, (rows, outputs)."""
        parts = []
        for part in chunks(rows, self.at_once):
            columns = run(self.function, part, parameters)
            parts.append(np.stack([np.broadcast_to(y, len(part)) for y in columns], axis=1))
        found = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return found if self.several else found[:, 0]

    def sums(
        self, rows: Array, weights: Sequence[float] | float, parameters: Sequence[float]
    ) -> list[float]:
        """The weighted sums over rows."""
        assert self.summed is not None
        given = np.full(len(rows), weights) if isinstance(weights, float) else np.array(weights)
        return self.summed(rows, given, parameters)


class Sums:
    """The weighted sums over rows of a tape's outputs.

    Most are derivatives with respect to a weight: the product of an input of a layer and the
    adjoint of one of its sums. For a whole layer, these are one matrix product.
    """

    def __init__(self, tape: Tape) -> None:
        rows = range(len(tape.inputs))
        if tape.has_loops:
            tape = products_apart(tape, rows, {*tape.outputs})
        varying = varying_slots(tape, rows)
        self.count = len(tape.outputs)
        self.plain: list[int] = []  # places in the outputs
        factors: dict[int, dict[int, int]] = {}  # by adjoint: by input, the place of their product
        for place, slot in enumerate(tape.outputs):
            pairs = pairs_of(tape, slot, varying)
            if not pairs or any([factor in factors.get(adjoint, {}) for factor, adjoint in pairs]):
                self.plain.append(place)
            else:
                for factor, adjoint in pairs:
                    factors.setdefault(adjoint, {})[factor] = place
        layers: dict[tuple[int, ...], list[int]] = {}  # by inputs: the adjoints
        for adjoint, places in factors.items():
            layers.setdefault(tuple(sorted(places)), []).append(adjoint)
        self.layers = [
            (len(inputs), [[factors[adjoint][i] for adjoint in adjoints] for i in inputs])
            for inputs, adjoints in layers.items()
        ]
        needed = [slot for inputs, adjoints in layers.items() for slot in (*inputs, *adjoints)]
        outputs = [*[tape.outputs[place] for place in self.plain], *needed]
        kept = tape.with_outputs(outputs)
        kept = pruned(kept) if kept.has_loops else eliminate_dead_code(kept)
        self.function, self.at_once = compiled(kept), rows_at_once(kept)

    def __call__(self, rows: Array, weights: Array, parameters: Sequence[float]) -> list[float]:
        sums: Any = None
        for part, own in zip(
            chunks(rows, self.at_once), chunks(weights, self.at_once), strict=True
        ):
            found = run(self.function, part, parameters)
            with np.errstate(all="ignore"):
                more = self._summed(found, own)
                sums = more if sums is None else sums + more
        summed: list[float] = sums.tolist()
        return summed

    def _summed(self, found: Sequence[Any], weights: Array) -> Array:
        sums = np.full(self.count, -0.0)  # the identity of addition
        for place, y in zip(self.plain, found, strict=False):
            # A uniform output has the same value in every row. The weights are not added first:
            # infinity times a weight of 0 is NaN.
            sums[place] = weights @ y if np.ndim(y) else (weights * y).sum()
        start = len(self.plain)
        for width, places in self.layers:
            stop = start + width + len(places[0])
            inputs, adjoints = found[start : start + width], found[start + width : stop]
            shares = weights
            if isinstance(inputs[0], (list, tuple)):  # runs: the columns of all steps
                shares = np.tile(weights, len(inputs[0]))
                inputs, adjoints = [[in_one(run, weights) for run in x] for x in (inputs, adjoints)]
            else:  # they depend on an input, and may be one number all the same
                inputs, adjoints = [[each(y, weights) for y in x] for x in (inputs, adjoints)]
            np.add.at(sums, places, np.stack(inputs) @ (np.stack(adjoints) * shares).T)
            start = stop
        return sums


def in_one(run: Sequence[Any], rows: Array) -> Array:
    """The columns of a run, one after the other; some may be numbers, the same for all rows."""
    return np.concatenate([each(column, rows) for column in run])


def each(column: Any, rows: Array) -> Array:
    """A column, of a number as often as there are rows."""
    found: Array = column if np.ndim(column) else np.broadcast_to(column, rows.shape)
    return found


def rows_at_once(tape: Tape) -> int:
    """The number of rows whose slots fit into memory."""
    return max(1, MOST_NUMBERS // numbers_of(tape))


def numbers_of(tape: Tape) -> int:
    """How many numbers a row has in all slots, with those of runs."""
    found = tape.size + sum([instruction.width for _, instruction in tape])
    return found + sum([numbers_of(each.held.body) for _, each in tape if each.name == "loop"])


def chunks(rows: Array, size: int) -> Iterator[Array]:
    """The rows in chunks of this size; the last one has the remainder."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def pairs_of(tape: Tape, slot: int, varying: set[int]) -> list[Pair]:
    """The factors of the products whose sum a slot is: of one, or of those of all steps of a loop;
    none if it is no such sum.
    """
    found: list[Pair] = []
    todo = [slot]
    while todo:
        slot = todo.pop()
        if slot < tape.first:
            return []
        instruction = tape.instructions[slot - tape.first]
        if instruction.name == "add":
            todo += instruction.operands
            continue
        if instruction.name == "result":
            instruction = tape.instructions[instruction.operands[0] - tape.first]
            if not is_product(instruction.held):
                return []
        elif instruction.name != "mul" or found or todo:
            return []
        pair = instruction.operands[0], instruction.operands[1]
        if pair in found or not varying.issuperset(pair):
            return []
        found.append(pair)
    return found


def run(function: Any, rows: Array, parameters: Sequence[float]) -> tuple[Any, ...]:
    """The results of a compiled tape on the columns of a table."""
    with np.errstate(all="ignore"):  # NaN and infinity are results, by IEEE 754
        columns = np.ascontiguousarray(rows.T)
        found: tuple[Any, ...] = function(*columns, *map(np.float64, parameters))
    return found
