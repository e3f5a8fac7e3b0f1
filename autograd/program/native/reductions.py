"""Reductions over rows: decomposition of the outputs into sums, which `reduction_code.py` writes.

An output that is summed over rows is decomposed by linearity: a sum is the sum of its terms' sums;
a uniform factor is applied after the sum; a product of two varying slots is an entry of a matrix
product, for a whole layer at once. A slot that is uniform except for the weight of the row is
multiplied by the sum of the weights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...ops import halves
from ...tape.loop_products import is_product, layers_of
from .computation import Computation
from .formulas import Formula
from .runs import Held, Slots, whole
from .schedule import Outer

SMALLEST_OUTER = 4  # products; fewer are summed one by one
Factor = int | Slots  # a slot, or a run, one for each step of a loop


@dataclass
class Term:
    """A uniform factor (a slot; 1 if None) times a sum over rows: of a slot, or of a product, or
    of the products of two runs.
    """

    factor: int | None
    summed: tuple[Factor, ...]


@dataclass
class Reductions:
    """The sums over rows, and the outputs in terms of them.

    Args:
        count: the number of places; the first ones are those of the outputs.
        columns: slots that are summed, with the place of each sum.
        outers: products that are summed.
        formulas: for outputs that are more than the sum of their own place, (factor, place) pairs.
    """

    count: int
    columns: dict[int, int] = field(default_factory=dict)
    outers: list[Outer] = field(default_factory=list)
    formulas: dict[int, Formula] = field(default_factory=dict)


def find_reductions(computation: Computation) -> Reductions:
    """Decompose the outputs; instructions that are no longer needed are removed.

    An output 2·(x·a) + b·weight, where x and a vary and b is uniform, has the terms 2·sum(x, a) and
    b·sum(weight). Each sum gets a place: that of (x, a) as an entry of a matrix product if x and a
    are part of a layer, else as a column of products; of runs x and a it is the sum over all steps
    too. The output's formula is (2, first place), (b, second place). An output that is one sum has
    that sum at its own place, and no formula.
    """
    weight = computation.columns[-1]
    splitter = Splitter(computation, weight)
    terms = [list(splitter.terms(slot)) for slot in computation.outputs]
    layers = large_layers(terms)
    large = {(x, adjoint) for inputs, adjoints in layers for adjoint in adjoints for x in inputs}
    sums = Reductions(len(computation.outputs))
    place: dict[tuple[Factor, ...], int] = {}
    for output, (slot, apart) in enumerate(zip(computation.outputs, terms, strict=True)):
        simple = all([part.factor is None and part.summed not in large for part in apart])
        undivided = simple and slot in computation.varying  # decomposition has no advantage
        parts = [Term(None, (slot,))] if undivided else apart
        formula = []
        for part in parts:
            summed = part.summed
            if len(summed) == 2 and summed not in large:
                summed = (computation.add("mul", *map(slot_of, summed)),)
            if summed not in place:
                if len(parts) == 1 and part.factor is None:
                    place[summed] = output
                else:
                    place[summed] = sums.count
                    sums.count += 1
            formula.append((part.factor, place[summed]))
        if formula != [(None, output)]:
            sums.formulas[output] = formula
    sums.columns = {slot_of(summed[0]): i for summed, i in place.items() if len(summed) == 1}
    for inputs, adjoints in layers:
        places = [tuple([place[x, adjoint] for x in inputs]) for adjoint in adjoints]
        runs = [tuple([run_of(x) for x in factors]) for factors in (adjoints, inputs)]
        sums.outers.append(Outer(runs[0], runs[1], tuple(places)))
    wanted = [*sums.columns, *[slot for outer in sums.outers for slot in outer.reads]]
    wanted += [f for formula in sums.formulas.values() for f, _ in formula if f is not None]
    computation.keep(wanted)
    return sums


class Splitter:
    """Decomposes slots into terms.

    Attributes:
        rates: by slot that is uniform but for the weight of the row, its uniform factor.
    """

    def __init__(self, computation: Computation, weight: int) -> None:
        self.computation, self.weight = computation, weight
        self.uses = Counter({*computation.outputs})  # repeated outputs are summed once
        for instruction in computation.instructions.values():
            self.uses.update(instruction.operands)
        self.rates = {weight: computation.add_constant(1.0)}
        for slot, instruction in list(computation.instructions.items()):
            rate = self.rate(instruction.name, instruction.operands)
            if rate is not None:
                self.rates[slot] = rate

    def uniform(self, slot: int) -> bool:
        return slot not in self.computation.varying

    def rate(self, name: str, operands: tuple[int, ...]) -> int | None:
        """The uniform slot whose product with the row's weight is the result of an instruction;
        None if there is none.
        """
        rates, add = self.rates, self.computation.add
        if name == "mul":
            a, b = operands
            if a in rates and self.uniform(b):
                return add("mul", rates[a], b)
            return add("mul", a, rates[b]) if b in rates and self.uniform(a) else None
        if name == "div":
            a, b = operands
            return add("div", rates[a], b) if a in rates and self.uniform(b) else None
        if name in ("add", "sub", "neg", "total") and rates.keys() >= set(operands):
            return add(name, *[rates[operand] for operand in operands])
        if name == "dot":
            weights, vector = halves(operands)
            if all([x in rates for x in vector]) and all([self.uniform(w) for w in weights]):
                return add("dot", *weights, *[rates[x] for x in vector])
        return None

    def terms(self, slot: int) -> Iterator[Term]:
        """The terms of a slot's sum over rows.

        The sums and products at the end of a sweep are decomposed; all else is a term.
        """
        todo: list[tuple[int, int | None]] = [(slot, None)]
        while todo:
            slot, factor = todo.pop()
            instruction = self.computation.instructions.get(slot)
            if slot in self.rates:
                yield Term(self.times(factor, self.rates[slot]), (self.weight,))
            elif self.uniform(slot):  # a derivative of 0: all others have the weight as a factor
                zero = self.computation.add("mul", slot, self.computation.add_constant(0.0))
                yield Term(zero, (self.weight,))
            elif instruction is None or self.uses[slot] > 1:
                yield Term(factor, (slot,))
            elif instruction.name == "element" and (runs := self.runs(instruction.operands[0])):
                yield Term(factor, runs)
            elif instruction.name == "add":
                todo.extend([(operand, factor) for operand in instruction.operands])
            elif instruction.name in ("mul", "dot") and self.is_split(instruction.operands):
                for a, b in zip(*halves(instruction.operands), strict=True):
                    if self.uniform(a):
                        todo.append((b, self.times(factor, a)))
                    elif self.uniform(b):
                        todo.append((a, self.times(factor, b)))
                    else:
                        yield Term(factor, (a, b))
            else:
                yield Term(factor, (slot,))

    def runs(self, slot: int) -> tuple[Slots, ...]:
        """The runs whose products a loop sums; none if it does anything else."""
        held: Held = self.computation.instructions[slot].held
        varying = self.computation.varying
        vary = all([not varying.isdisjoint(whole(run)) for run in held.operands])
        return held.operands if vary and is_product(held.loop) else ()

    def is_split(self, operands: tuple[int, ...]) -> bool:
        """Whether products are summed one by one: not those of a layer's weights and inputs."""
        first, _ = halves(operands)
        return len(first) == 1 or not all([self.uniform(operand) for operand in first])

    def times(self, factor: int | None, other: int) -> int:
        """The product of two uniform factors; None is a factor of 1."""
        return other if factor is None else self.computation.add("mul", factor, other)


def run_of(factor: Factor) -> Slots:
    return (factor,) if isinstance(factor, int) else factor


def slot_of(factor: Factor) -> int:
    """Its slot, or of a run the first one."""
    return whole(run_of(factor))[0]


def large_layers(terms: list[list[Term]]) -> list[tuple[tuple[Factor, ...], list[Factor]]]:
    """Adjoints, grouped by equal inputs; a group is kept if it has many products, or is of runs.

    Each is (inputs, adjoints), and every product of the two is in a sum.
    """
    products = [part.summed for parts in terms for part in parts if len(part.summed) == 2]
    return [
        (inputs, adjoints)
        for inputs, adjoints in layers_of(products, slot_of).items()
        if len(inputs) * len(adjoints) >= SMALLEST_OUTER or not isinstance(inputs[0], int)
    ]
