"""Totals of products as loops of their own, for backends that make matrix products of them.

The derivative with respect to a weight that is used in every step of a loop is a total: over all
steps, an input of a layer times an adjoint. Summed over rows, those of a layer are one matrix
product of all its inputs and all its adjoints, of all rows and all steps. Therefore the factors of
such a total become runs, and the total that of another loop, which only multiplies them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, TypeVar

from ..ops import halves
from .instructions import Tape
from .links import sum_of_products
from .loop_passes import pruned
from .loop_writing import Written, taken_results, with_loops
from .loops import Loop
from .recorder import Recorder, Symbol
from .varying import depending, varying_slots

F = TypeVar("F", bound=Hashable)
Pair = tuple[int, int]  # the slots of an input of a layer and of an adjoint
MOST_STORED = 2**20  # numbers of new runs, for each row: as many as `scan` stores of states


def products_apart(
    tape: Tape, given: Iterable[int], totals: Collection[int], fewest: int = 1
) -> Tape:
    """The tape with totals of products, or of sums of products, as loops of their own.

    Args:
        given: the slots that are there for each row; both factors of a product have to vary.
        totals: the slots of those that may be changed.
        fewest: of products with the same inputs and adjoints; fewer stay in the step.
    """
    varying = varying_slots(tape, given)
    layers: dict[int, dict[int, list[Pair]]] = {}
    for slot, taken in taken_results(tape).items():
        if slot in varying.steps:
            loop, step = varying.steps[slot]
            uses = uses_of(loop.body, loop.body.outputs)
            pairs = {
                place: products(loop.body, loop.body.outputs[place], step, uses)
                for place, result in taken.items()
                if loop.is_total(place) and result in totals
            }
            found = in_layers(pairs, fewest)
            stored = loop.length * len(new_runs(loop, found))
            layers[slot] = found if stored <= MOST_STORED else {}
    if not any(layers.values()):
        return tape

    def write(
        recorder: Recorder, slot: int, operands: Sequence[Symbol], _: Mapping[int, int]
    ) -> Written:
        loop: Loop = tape.instructions[slot - tape.first].held
        return Apart(recorder, loop, operands, layers.get(slot, {}))

    return pruned(with_loops(tape, write))


def uses_of(tape: Tape, outputs: Iterable[int]) -> Counter[int]:
    """By slot how many operands and outputs it is."""
    uses = Counter(outputs)
    for instruction in tape.instructions:
        uses.update(instruction.operands)
    return uses


def products(body: Tape, slot: int, varying: set[int], uses: Mapping[int, int]) -> list[Pair]:
    """The products of two slots that vary, whose sum a slot is; none if it is more than that."""
    found: list[Pair] = []
    todo = [slot]
    while todo:
        slot = todo.pop()
        if slot < body.first or uses[slot] > 1:
            return []
        instruction = body.instructions[slot - body.first]
        if instruction.name == "add":
            todo += instruction.operands
        elif instruction.name in ("mul", "dot") and varying.issuperset(instruction.operands):
            found += zip(*halves(instruction.operands), strict=True)
        else:
            return []
    squares = any([a == b for a, b in found])
    return [] if squares or len({*found}) < len(found) else found


def layers_of(
    pairs: Iterable[tuple[F, F]], slot_of: Callable[[Any], int] = int
) -> dict[tuple[F, ...], list[F]]:
    """By their inputs, in the order of slots, the adjoints of layers: those that have the same
    inputs in these products.
    """
    inputs: dict[F, set[F]] = {}
    for x, adjoint in pairs:
        inputs.setdefault(adjoint, set()).add(x)
    layers: dict[tuple[F, ...], list[F]] = {}
    for adjoint, xs in inputs.items():
        layers.setdefault(tuple(sorted(xs, key=slot_of)), []).append(adjoint)
    return layers


def in_layers(pairs: Mapping[int, list[Pair]], fewest: int) -> dict[int, list[Pair]]:
    """The totals all of whose products belong to layers that are large enough."""
    layers = layers_of(chain.from_iterable(pairs.values())).items()
    large = {a for xs, adjoints in layers if len(xs) * len(adjoints) >= fewest for a in adjoints}
    return {
        place: own
        for place, own in pairs.items()
        if own and all([adjoint in large for _, adjoint in own])
    }


def new_runs(loop: Loop, pairs: Mapping[int, Iterable[Pair]]) -> list[int]:
    """The factors that are neither xs nor states, which are runs; those of a layer side by side."""
    layers = layers_of(chain.from_iterable(pairs.values()))
    factors = [x for xs, adjoints in layers.items() for x in (*xs, *adjoints)]
    return [x for x in dict.fromkeys(factors) if x < loop.captures or x >= len(loop.body.inputs)]


class Apart:
    """A loop that gives the factors of products as runs.

    Args:
        recorder: writes it.
        loop, operands: what is changed.
        pairs: the factors of the products, by the places of their totals.
    """

    def __init__(
        self,
        recorder: Recorder,
        loop: Loop,
        operands: Sequence[Symbol],
        pairs: Mapping[int, Sequence[Pair]],
    ) -> None:
        self.recorder, self.operands, self.pairs = recorder, operands, pairs
        self.new, self.stop, own = new_runs(loop, pairs), loop.first_total, loop.body.outputs
        body = loop.body.with_outputs((*own[: self.stop], *self.new, *own[self.stop :]))
        self.loop = replace(loop, body=body, ys=loop.ys + len(self.new))
        self.product = sum_of_products(loop.length, 2)
        self.node = recorder.loop(self.loop, operands)

    def result(self, place: int) -> Symbol:
        """A result of the loop as it was."""
        recorder = self.recorder
        if place not in self.pairs:
            moved = place + len(self.new) if place >= self.stop else place
            return recorder.result(self.node, moved)
        parts = [
            recorder.result(recorder.loop(self.product, [*map(self.run, pair)]), 0)
            for pair in self.pairs[place]
        ]
        found = parts[0]
        for part in parts[1:]:
            found = recorder.emit("add", (found, part))
        return found

    def run(self, factor: int) -> Symbol:
        """The run of a factor in all steps: an x or a state, where it is, or a y."""
        loop = self.loop
        if factor in self.new:
            return self.recorder.result(self.node, self.stop + self.new.index(factor))
        if factor < loop.first_x:
            return self.recorder.result(self.node, loop.first_history + factor - loop.captures)
        return self.operands[factor]


def is_product(loop: Loop) -> bool:
    """Whether a loop only sums the products of two runs."""
    body = loop.body
    is_plain = loop.xs == 2 == len(body.inputs) and not (loop.ys or any(body.widths))
    written = [(each.name, each.operands) for each in body.instructions]
    return is_plain and written == [("mul", (0, 1))] and body.outputs == (2,)


def summands(tape: Tape, given: Iterable[int]) -> set[int]:
    """The slots whose sum an output is, also times a factor that does not depend on the given ones,
    and that nothing else takes.
    """
    rows = depending(tape, given)
    uses = uses_of(tape, {*tape.outputs})
    found: set[int] = set()
    todo = [*{*tape.outputs}]
    while todo:
        slot = todo.pop()
        if uses[slot] > 1 or slot not in rows or slot < tape.first:
            continue
        found.add(slot)
        name, operands = tape.instructions[slot - tape.first][:2]
        if name == "add":
            todo += operands
        elif name == "mul" and len(rows.intersection(operands)) == 1:
            todo += rows.intersection(operands)
    return found
