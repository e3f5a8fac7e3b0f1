"""The ledger of a weight: a row for each path, with each factor below its line."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from autograd import Value, gradients
from autograd.chains import Path, Paths
from autograd.drawing import Words
from autograd.numerals import brief, in_row, numeral, relation, shown_product, shown_total

from .numbers import Numbers

MAX_PATHS = 20  # paths that have a row; of more, the largest
MISLEADING = 0.3  # the relative error of a single path that is worth a sentence


@dataclass(frozen=True)
class Ledger:
    """The paths of a weight.

    Args:
        weight: of the model; listed: the paths that have a row; total: the sum of all products.
        unit_digits, digits: the digits of numbers in the circles, and here.
    """

    numbers: Numbers
    words: Words
    weight: Value
    paths: Paths
    listed: Sequence[Path]
    unit_digits: int
    digits: int

    @property
    def total(self) -> float:
        return self.paths.total

    @property
    def name(self) -> str:
        return self.weight.label or ""

    @property
    def root(self) -> str:
        return self.numbers.root.label or ""

    def units(self, path: Path) -> list[str]:
        """The units on a path, from the weight on."""
        units_of = [self.numbers.units_of.get(node) for node in reversed(path.nodes)]
        return list(dict.fromkeys([unit_name for unit_name in units_of if unit_name is not None]))

    def route(self, path: Path) -> str:
        end = [] if self.numbers.root in self.numbers.units_of else [self.root]
        return " → ".join([self.name, *self.units(path), *end])

    def factors(self, path: Path) -> list[tuple[Value, Value, float]]:
        """(upper, lower, local derivative) of each edge, from the weight on."""
        pairs = zip(path.nodes, path.nodes[1:], path.local_derivatives, strict=False)
        return list(pairs)[::-1]

    def texts(self, path: Path) -> list[str]:
        """The numbers of the factors, as they stand in a product."""
        return in_row([slope for _, _, slope in self.factors(path)], self.digits)

    def badges(self) -> dict[str, int]:
        """For each path a unit that is on no other path, with the number of the path."""
        routes = [self.units(path) for path in self.listed]
        for places in zip(*routes, strict=True):
            if len(set(places)) == len(routes) > 1:
                return {name: i for i, name in enumerate(places, start=1)}
        return {}

    @property
    def remainder(self) -> list[float]:
        """The sum of the products that have no row; empty where all have one."""
        if self.paths.count == len(self.listed):
            return []
        return [self.total - math.fsum([path.product for path in self.listed])]

    def formulas(self, path: Path) -> list[str]:
        """The factors of a path as formulas, in parentheses where a product needs them."""
        found = [self.numbers.formula(upper, lower) for upper, lower, _ in self.factors(path)]
        return [
            f"({text})" if needs_parentheses(text, first=i == 0) else text
            for i, text in enumerate(found)
        ]

    def product(self, factors: Sequence[float]) -> str:
        """A product in numbers."""
        return " × ".join(in_row(factors, self.digits))

    def number(self, x: float) -> str:
        return brief(x, self.digits)

    def product_sign(self, factors: Sequence[float], result: float) -> str:
        """The sign between factors and their product: `=`, or `≈` where its digits differ."""
        return relation(shown_product(factors, self.digits), result, self.digits)

    def sum_sign(self) -> str:
        """The same between the products and the total."""
        parts = [*[path.product for path in self.listed], *self.remainder]
        return relation(shown_total(parts, self.digits), self.total, self.digits)

    def through_neuron(self) -> tuple[str, str]:
        """The chain rule at the weight's neuron: ∂ŷ1/∂h5 × ∂h5/∂w17, and its numbers."""
        head = self.units(self.listed[0])[0]
        outer = self.numbers.grad(head)
        (inner,) = gradients(self.numbers.nodes[head], [self.paths.x])
        assert outer is not None
        pair, sign = [outer, inner], self.product_sign([outer, inner], self.total)
        return (
            f"∂{self.root}/∂{head} × ∂{head}/∂{self.name}",
            f"= {self.product(pair)} {sign} {self.number(self.total)}",
        )

    def single_path(self) -> tuple[str, str]:
        """The only path in names and in numbers: ∂ŷ1/∂w33 = h5 × ŷ1(1 − ŷ1), and = ..."""
        row = self.factors(self.listed[0])
        names = " × ".join(self.formulas(self.listed[0]))
        signs = [
            relation(self.numbers.recomputed(upper, lower, self.unit_digits), x, self.digits)
            for upper, lower, x in row
        ]
        slopes = [x for _, _, x in row]
        numbers = f"{'≈' if '≈' in signs else '='} {self.product(slopes)}"
        if len(slopes) > 1:
            numbers += f" {self.product_sign(slopes, self.total)} {self.number(self.total)}"
        return f"∂{self.root}/∂{self.name} = {names}", numbers

    def remark(self) -> str:
        """The error of the largest path alone; empty where it is small."""
        i, path = max(enumerate(self.listed, start=1), key=lambda pair: abs(pair[1].product))
        off = abs(path.product - self.total)
        if len(self.listed) < 2 or not off > MISLEADING * abs(self.total) or not self.total:
            return ""
        times = path.product / self.total
        alone = i, self.number(path.product)
        if times < 0:
            return self.words("Path {} alone would be {}: with the wrong sign.", *alone)
        larger = "Path {} alone would be {}: about {} times the true gradient."
        return self.words(larger, *alone, numeral(times, 3))


def ledger_of(numbers: Numbers, words: Words, weight: Value, digits: tuple[int, int]) -> Ledger:
    paths = numbers.paths(weight)
    listed = list(paths) if paths.count <= MAX_PATHS else paths.largest(MAX_PATHS)
    return Ledger(numbers, words, weight, paths, listed, *digits)


def needs_parentheses(formula: str, first: bool) -> bool:
    """Whether a factor needs parentheses: a sum, or a negative one that is not the first."""
    outside = re.sub(r"\([^()]*\)", "", formula)
    return " " in outside or (outside.startswith("−") and not first)
