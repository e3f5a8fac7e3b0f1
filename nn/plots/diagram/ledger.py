"""The ledger of a weight: a row for each path, each factor under the line that it belongs to."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from autograd import Value, gradients
from autograd.chains import Path, Paths
from autograd.numerals import brief, in_row, numeral, relation, shown_product, shown_total

from .canvas import Canvas
from .numbers import Numbers
from .places import Places

MOST = 20  # paths that are listed; of more, the largest
MISLEADING = 0.3  # how far off a single path must be to be worth a sentence


@dataclass(frozen=True)
class Ledger:
    """The paths of a weight.

    weight: of the model; listed: the paths that have a row; total: the sum of all products.
    seen, digits: how many digits numbers have in the circles, and here.
    """

    numbers: Numbers
    weight: Value
    paths: Paths
    listed: Sequence[Path]
    seen: int
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

    def stations(self, path: Path) -> list[str]:
        """The units that a path passes, from the weight on."""
        units_of = [self.numbers.units_of.get(node) for node in reversed(path.nodes)]
        return list(dict.fromkeys([unit_name for unit_name in units_of if unit_name is not None]))

    def words(self, path: Path) -> str:
        end = [] if self.numbers.root in self.numbers.units_of else [self.root]
        return " → ".join([self.name, *self.stations(path), *end])

    def factors(self, path: Path) -> list[tuple[Value, Value, float]]:
        """(upper, lower, local derivative) of each edge, from the weight on."""
        pairs = zip(path.nodes, path.nodes[1:], path.local_derivatives, strict=False)
        return list(pairs)[::-1]

    def numbered(self) -> dict[str, int]:
        """For each path a unit that no other path passes, with the path's number."""
        routes = [self.stations(path) for path in self.listed]
        for places in zip(*routes, strict=True):
            if len(set(places)) == len(routes) > 1:
                return {name: i for i, name in enumerate(places, start=1)}
        return {}

    @property
    def others(self) -> list[float]:
        """The sum of the products that have no row, where there are any."""
        if self.paths.count == len(self.listed):
            return []
        return [self.total - math.fsum([path.product for path in self.listed])]

    def named(self, path: Path) -> list[str]:
        """The factors of a path in names, as they stand in a product."""
        found = [self.numbers.formula(upper, lower) for upper, lower, _ in self.factors(path)]
        return [
            f"({text})" if is_loose(text, first=i == 0) else text for i, text in enumerate(found)
        ]

    def multiplied(self, factors: Sequence[float]) -> str:
        """A product in numbers."""
        return " × ".join(in_row(factors, self.digits))

    def number(self, x: float) -> str:
        return brief(x, self.digits)

    def product_sign(self, factors: Sequence[float], result: float) -> str:
        """What stands between factors and their product: `=`, or `≈` where they are too short."""
        return relation(shown_product(factors, self.digits), result, self.digits)

    def sum_sign(self) -> str:
        """The same between the products and the total."""
        parts = [*[path.product for path in self.listed], *self.others]
        return relation(shown_total(parts, self.digits), self.total, self.digits)

    def grouped(self) -> tuple[str, str]:
        """The derivative through the neuron of the weight: ∂ŷ1/∂h5 × ∂h5/∂w17, and its numbers."""
        head = self.stations(self.listed[0])[0]
        outer = self.numbers.grad(head)
        (inner,) = gradients(self.numbers.nodes[head], [self.paths.x])
        assert outer is not None
        pair, sign = [outer, inner], self.product_sign([outer, inner], self.total)
        return (
            f"∂{self.root}/∂{head} × ∂{head}/∂{self.name}",
            f"= {self.multiplied(pair)} {sign} {self.number(self.total)}",
        )

    def alone(self) -> tuple[str, str]:
        """A single path in names and in numbers: ∂ŷ1/∂w33 = h5 × ŷ1(1 − ŷ1), and = ..."""
        row = self.factors(self.listed[0])
        names = " × ".join(self.named(self.listed[0]))
        seen = [
            relation(self.numbers.recomputed(upper, lower, self.seen), x, self.digits)
            for upper, lower, x in row
        ]
        slopes = [x for _, _, x in row]
        numbers = f"{'≈' if '≈' in seen else '='} {self.multiplied(slopes)}"
        if len(slopes) > 1:
            numbers += f" {self.product_sign(slopes, self.total)} {self.number(self.total)}"
        return f"∂{self.root}/∂{self.name} = {names}", numbers

    def remark(self) -> str:
        """How far the largest path alone is from the derivative, where it is far."""
        i, path = max(enumerate(self.listed, start=1), key=lambda pair: abs(pair[1].product))
        off = abs(path.product - self.total)
        if len(self.listed) < 2 or not off > MISLEADING * abs(self.total) or not self.total:
            return ""
        times = path.product / self.total
        said = f"about {numeral(times, 3)} times the true gradient"
        said = said if times > 0 else "with the wrong sign"
        return f"Path {i} alone would say {self.number(path.product)}: {said}."


def ledger_of(numbers: Numbers, weight: Value, digits: tuple[int, int]) -> Ledger:
    paths = numbers.paths(weight)
    listed = list(paths) if paths.count <= MOST else paths.largest(MOST)
    return Ledger(numbers, weight, paths, listed, *digits)


def is_loose(formula: str, first: bool) -> bool:
    """Whether a formula needs parentheses in a product: a sum, and a sign that does not lead."""
    outside = re.sub(r"\([^()]*\)", "", formula)
    return " " in outside or (outside.startswith("−") and not first)


def draw_ledger(canvas: Canvas, places: Places, ledger: Ledger) -> float:
    """The ledger below the picture; returns its lower edge."""
    return (on_phone if places.phone else on_page)(canvas, places, ledger)


def column_of(places: Places, ledger: Ledger, upper: Value, lower: Value) -> float:
    """Where a factor stands: under its line, or, within a neuron, under the neuron."""
    units_of = ledger.numbers.units_of
    network = places.network
    high, low = (network.unit(units_of.get(node, "")) for node in (upper, lower))
    if high is None:  # the loss
        assert low is not None
        return places.across(low.column) + 94.0
    if low is high:
        return places.across(high.column)
    return (places.across(high.column) + places.across(high.column - 1)) / 2


def heading(uppers: Sequence[str], lowers: Sequence[str]) -> str:
    """∂z/∂h5 for several z: what differs loses its number."""
    names = [
        group[0] if len(set(group)) == 1 else group[0].rstrip("0123456789")
        for group in (uppers, lowers)
    ]
    return f"∂{names[0]}/∂{names[1]}"


def on_page(canvas: Canvas, places: Places, ledger: Ledger) -> float:
    top = places.bottom + 76.0
    canvas.line((40, top - 46), (places.width - 40, top - 46), "line", 1)
    rows = [ledger.factors(path) for path in ledger.listed]
    columns = [column_of(places, ledger, upper, lower) for upper, lower, _ in rows[0]]
    result, zero = places.width - 166.0, places.width - 74.0
    canvas.text((40, top - 14), "path", size=14, bold=True)
    for i, x in enumerate(columns):
        uppers = [row[i][0].label or "" for row in rows]
        lowers = [row[i][1].label or "" for row in rows]
        canvas.text((x + 26, top - 14), heading(uppers, lowers), size=14, bold=True, anchor="end")
    canvas.text((result + 26, top - 14), "product", size=14, bold=True, anchor="end")
    products = [path.product for path in ledger.listed]
    unit = 38.0 / (
        max([abs(x) for x in [*products, ledger.total] if math.isfinite(x)], default=0.0) or 1.0
    )

    def amount(x: float, y: float, colour: str = "path", size: float = 14) -> None:
        """A number in the last column, and its bar."""
        bold = size > 14
        canvas.text((result + 26, y), ledger.number(x), "grad", size, anchor="end", bold=bold)
        bar(canvas, zero, y, x * unit, colour)

    y = top + 14.0
    for i, (path, row) in enumerate(zip(ledger.listed, rows, strict=True), start=1):
        badge(canvas, (50, y - 4.5), i)
        canvas.text((68, y), ledger.words(path), size=12.5)
        slopes = [slope for _, _, slope in row]
        texts = in_row(slopes, ledger.digits)
        for j, ((upper, lower, _), text, x) in enumerate(zip(row, texts, columns, strict=True)):
            hang = 4.0 if text.endswith(")") else 0.0
            canvas.text((x + 26 + hang, y), text, size=13, anchor="end")
            formula = ledger.numbers.formula(upper, lower)
            canvas.text((x + 26, y + 15), formula, "muted", 11.5, anchor="end")
            if j + 1 < len(row):
                canvas.text((x + 38, y), "×", "muted", 13, anchor="middle")
        sign = ledger.product_sign(slopes, path.product)
        canvas.text((result - 60, y), sign, "muted", 13, anchor="middle")
        amount(path.product, y)
        y += 40.0
    for others in ledger.others:
        canvas.text((68, y), f"… {ledger.paths.count - len(rows)} more", "muted", 12.5)
        amount(others, y)
        y += 40.0
    if len(rows) > 1:
        canvas.line((result - 172, y - 20), (places.width - 40, y - 20), "line", 1)
        y += 6.0
        label = f"sum  =  ∂{ledger.root}/∂{ledger.name}"
        canvas.text((result - 74, y), label, size=15, bold=True, anchor="end")
        canvas.text((result - 60, y), ledger.sum_sign(), "muted", 13, anchor="middle")
        amount(ledger.total, y, "grad", 15)
        canvas.text((40, y), " ".join(ledger.grouped()), size=14)
        if remark := ledger.remark():
            y += 24.0
            canvas.text((40, y), remark, size=14)
    else:
        canvas.text((40, y + 2), " ".join(ledger.alone()), size=15, bold=True)
    canvas.text((zero, top - 14), "− 0 +", "muted", 12, anchor="middle")
    canvas.line((zero, top - 4), (zero, y + 8), "muted", 1)
    return y + 20.0


def bar(canvas: Canvas, zero: float, y: float, length: float, colour: str) -> None:
    if math.isfinite(length):
        canvas.box((zero + min(0.0, length), y - 11), (abs(length), 13), colour)


def badge(canvas: Canvas, centre: tuple[float, float], number: int) -> None:
    """The number of a path in a disc."""
    x, y = centre
    canvas.circle(centre, 9.5, "grad", "grad")
    canvas.text((x, y + 4), str(number), "paper", 11.5, anchor="middle", bold=True)


def on_phone(canvas: Canvas, places: Places, ledger: Ledger) -> float:
    def amount(x: float, y: float, size: float = 14) -> None:
        text = ledger.number(x)
        canvas.text((places.width - 16, y), text, "grad", size, anchor="end", bold=True)

    y = places.bottom + 76.0
    for i, path in enumerate(ledger.listed, start=1):
        badge(canvas, (26, y - 4.5), i)
        canvas.text((44, y), ledger.words(path), size=13)
        amount(path.product, y)
        slopes = [slope for _, _, slope in ledger.factors(path)]
        first, *rest = in_row(slopes, ledger.digits)
        numbers = [f"{ledger.product_sign(slopes, path.product)} {first}", *rest]
        named = ledger.named(path)
        y = wrapped(canvas, places, y + 19, numbers)
        y = wrapped(canvas, places, y + 17, named) + 30
    for others in ledger.others:
        canvas.text((44, y), f"… {ledger.paths.count - len(ledger.listed)} more", "muted", 13)
        amount(others, y)
        y += 30.0
    if len(ledger.listed) > 1:
        canvas.line((16, y - 18), (places.width - 16, y - 18), "line", 1)
        label = f"sum = ∂{ledger.root}/∂{ledger.name} {ledger.sum_sign()}"
        canvas.text((44, y + 2), label, size=15, bold=True)
        amount(ledger.total, y + 2, 15)
        y += 26.0
        for text in (*ledger.grouped(), ledger.remark()):
            for line in textwrap.wrap(text, 52):
                canvas.text((16, y), line, size=13)
                y += 20.0
    else:
        for text in ledger.alone():
            canvas.text((16, y), text, size=14, bold=True)
            y += 21.0
    return y + 10.0


def wrapped(canvas: Canvas, places: Places, y: float, parts: Sequence[str]) -> float:
    """A product in as many lines as it needs; returns the last one's place."""
    line = ""
    for part in parts:
        longer = f"{line} × {part}" if line else part
        if line and 6.6 * len(longer) > places.width - 60:
            canvas.text((44, y), f"{line} ×", "muted", 12)
            line, y = part, y + 16
        else:
            line = longer
    canvas.text((44, y), line, "muted", 12)
    return y
