"""The weighted sum of a neuron as a table: weights, inputs, products, gradients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograd.drawing import Connection, Network, Unit
from autograd.numerals import numeral, relation, shown_product, shown_total

from .canvas import Canvas
from .numbers import Numbers
from .places import Places

TERMS = 5  # that a title has room for
NUMBER = {3: 64.0, 4: 76.0}  # the width of a product, before which its sign stands, by digits


@dataclass(frozen=True)
class WeightedSum:
    """The weighted sum of a neuron: the lines into it."""

    unit: Unit
    formula: str
    lines: tuple[Connection, ...]
    numbers: Numbers | None

    @property
    def title(self) -> str:
        """h5 = tanh(w17·h1 + w18·h2 + w19·h3 + w20·h4)."""
        terms = [f"{line.name}·{line.tail.name}" for line in self.lines]
        if len(terms) > TERMS:
            terms[2:-1] = ["…"]
        function, opened, _ = self.formula.partition("(")
        inner = " + ".join([*terms, *(["b"] if self.formula.rstrip(")").endswith("b") else [])])
        return (
            f"{self.unit.name} = {function}({inner})" if opened else f"{self.unit.name} = {inner}"
        )

    @property
    def words(self) -> str:
        named = [
            f"{line.name} = {numeral(line.weight.data)}"
            for line in self.lines
            if line.weight is not None
        ]
        return f"The weights: {', '.join(named)}."


def weighted_sum(network: Network, unit: Unit, numbers: Numbers | None) -> WeightedSum:
    into = tuple([line for line in network.connections if line.head is unit])
    return WeightedSum(unit, network.columns[unit.column].formula, into, numbers)


def draw_neuron(canvas: Canvas, places: Places, neuron: WeightedSum, root: str) -> float:
    """The terms of the sum as a table; returns its lower edge."""
    numbers = neuron.numbers
    if numbers is None:
        return places.bottom + (66.0 if places.phone else 34.0)
    margin = places.margin
    y = places.bottom + (84.0 if places.phone else 70.0)
    room = places.width - 2 * margin
    columns = [
        margin + room * share
        for share in ((0.3, 0.52, 0.76, 1.0) if places.phone else (0.24, 0.36, 0.48, 0.64))
    ]
    digits = places.digits[1]
    heads = ["weight", "input", "product", f"∂{root}/∂w"]
    for x, text in zip(columns, heads, strict=True):
        canvas.text((x, y), text, size=13, bold=True, anchor="end")
    y += 24.0
    parts = []
    for line in neuron.lines:
        assert line.weight is not None
        w, x = line.weight.data, numbers.value(line.tail.name)
        parts.append(w * x)
        row(
            canvas, [margin, *columns], y, f"{line.name}·{line.tail.name}",
            [w, x, w * x, numbers.grad_of(line.weight)], digits,
        )  # fmt: skip
        sign = relation(shown_product([w, x], digits), w * x, digits)
        canvas.text((columns[2] - NUMBER[digits], y), sign, "muted", 13, anchor="middle")
        y += 22.0
    if (bias := neuron.unit.bias) is not None:
        grad = numbers.grad_of(bias)
        row(canvas, [margin, *columns], y, bias.label or "", [None, None, bias.data, grad], digits)
        parts.append(bias.data)
        y += 22.0
    whole = numbers.sum_of(neuron.unit.name)
    canvas.line((margin, y - 14), (columns[2], y - 14), "line", 1)
    y += 4.0
    canvas.text((margin, y), whole.label or "", size=13.5, bold=True)
    sign = relation(shown_total(parts, digits), whole.data, digits)
    canvas.text((columns[2] - NUMBER[digits], y), sign, "muted", 13, anchor="middle")
    canvas.text((columns[2], y), numeral(whole.data, digits), size=13.5, anchor="end", bold=True)
    if whole is not numbers.nodes[neuron.unit.name]:
        y += 22.0
        output = numbers.value(neuron.unit.name)
        sign = relation(numbers.outcome(neuron.unit.name, digits), output, digits)
        function = neuron.formula.partition("(")[0]
        text = f"{neuron.unit.name} = {function}({whole.label}) {sign} {numeral(output, digits)}"
        canvas.text((margin, y), text, size=13.5, bold=True)
    return y + 16.0


def row(
    canvas: Canvas,
    columns: Sequence[float],
    y: float,
    name: str,
    numbers: Sequence[float | None],
    digits: int,
) -> None:
    """A term: its name, then weight, input, product and gradient."""
    canvas.text((columns[0], y), name, size=13)
    colours = ("ink", "data", "ink", "grad")
    for x, number, colour in zip(columns[1:], numbers, colours, strict=True):
        if number is not None:
            canvas.text((x, y), numeral(number, digits), colour, 13.5, anchor="end")
