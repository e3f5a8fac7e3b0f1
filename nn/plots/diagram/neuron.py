"""The weighted sum of a neuron as a table: weights, inputs, products, gradients."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.drawing import Connection, Unit
from autograd.numerals import numeral, relation, shown_product, shown_total

from .canvas import Canvas
from .places import MARGIN, Places
from .row_graph import RowGraph

TERMS = 5  # the most that a title shows
NUMBER = {3: 64.0, 4: 76.0}  # the width of a product, to the left of which is its sign, by digits


def equation(unit: Unit, terms: Sequence[str], formula: str) -> str:
    """h5 = tanh(w17·h1 + w18·h2 + w19·h3 + w20·h4); the formula is that of its column."""
    if len(terms) > TERMS:
        terms = [*terms[:2], "…", terms[-1]]
    function, opened, _ = formula.partition("(")
    total = " + ".join([*terms, *(["b"] if unit.bias is not None else [])])
    return f"{unit.name} = {function}({total})" if opened else f"{unit.name} = {total}"


def draw_terms(
    canvas: Canvas, places: Places, unit: Unit, lines: Sequence[Connection], graph: RowGraph | None
) -> float:
    """The terms of a neuron's sum as a table, where there is a row; returns its lower edge."""
    if graph is None:
        return places.bottom + (66.0 if places.phone else 34.0)
    y = places.bottom + (84.0 if places.phone else 70.0)
    room = places.width - 2 * MARGIN
    columns = [
        MARGIN + room * share
        for share in ((0.3, 0.52, 0.76, 1.0) if places.phone else (0.24, 0.36, 0.48, 0.64))
    ]
    digits = places.digits[1]
    heads = [*map(canvas.words, ("weight", "input", "product")), f"∂{graph.root.label}/∂w"]
    for x, text in zip(columns, heads, strict=True):
        canvas.text((x, y), text, size=13, bold=True, anchor="end")
    y += 24.0
    parts = []
    for line in lines:
        assert line.weight is not None
        w, x = line.weight.data, graph.value(line.tail.name)
        parts.append(w * x)
        draw_row(
            canvas, [MARGIN, *columns], y, f"{line.name}·{line.tail.name}",
            [w, x, w * x, graph.grad_of(line.weight)], digits,
        )  # fmt: skip
        sign = relation(shown_product([w, x], digits), w * x, digits)
        canvas.text((columns[2] - NUMBER[digits], y), sign, "muted", 13, anchor="middle")
        y += 22.0
    if (bias := unit.bias) is not None:
        grad = graph.grad_of(bias)
        draw_row(
            canvas, [MARGIN, *columns], y, bias.label or "", [None, None, bias.data, grad], digits
        )
        parts.append(bias.data)
        y += 22.0
    total = graph.sum_of(unit.name)
    canvas.line((MARGIN, y - 14), (columns[2], y - 14), "line", 1)
    y += 4.0
    canvas.text((MARGIN, y), total.label or "", size=13.5, bold=True)
    sign = relation(shown_total(parts, digits), total.data, digits)
    canvas.text((columns[2] - NUMBER[digits], y), sign, "muted", 13, anchor="middle")
    canvas.text((columns[2], y), numeral(total.data, digits), size=13.5, anchor="end", bold=True)
    if total is not graph.nodes[unit.name]:
        y += 22.0
        output = graph.value(unit.name)
        sign = relation(graph.outcome(unit.name, digits), output, digits)
        function = places.network.columns[unit.column].formula.partition("(")[0]
        text = f"{unit.name} = {function}({total.label}) {sign} {numeral(output, digits)}"
        canvas.text((MARGIN, y), text, size=13.5, bold=True)
    return y + 16.0


def draw_row(
    canvas: Canvas,
    columns: Sequence[float],
    y: float,
    name: str,
    numbers: Sequence[float | None],
    digits: int,
) -> None:
    """A term: its name, then weight, input, product and gradient."""
    canvas.text((columns[0], y), name, size=13)
    colors = ("ink", "data", "ink", "grad")
    for x, number, color in zip(columns[1:], numbers, colors, strict=True):
        if number is not None:
            canvas.text((x, y), numeral(number, digits), color, 13.5, anchor="end")
