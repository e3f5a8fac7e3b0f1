"""The units of the picture, their captions, and the heads of their columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from autograd.drawing import Column, Unit, Words
from autograd.numerals import numeral, percent

from .canvas import Canvas
from .places import PILL, Places
from .row_graph import RowGraph

ROOMY = 30.0  # the radius from which on a circle has room for two numbers, and for a chip


@dataclass(frozen=True)
class Captions:
    """The names of inputs and outputs, and standardized inputs in their original units."""

    inputs: Sequence[str] = ()
    raw: Sequence[str] = ()
    outputs: Sequence[str] = ()


def draw_units(
    canvas: Canvas,
    places: Places,
    graph: RowGraph | None,
    captions: Captions,
    lit: set[str],
) -> None:
    """Every unit with its numbers; those in lit have an orange outline."""
    for unit in places.network.units:
        draw_unit(canvas, places, graph, unit, unit.name in lit)
    draw_captions(canvas, places, graph, captions)
    if not places.phone:
        draw_heads(canvas, places, captions)


def tooltip_of(unit: Unit, graph: RowGraph | None) -> str:
    """The name and the numbers of a unit in one line."""
    if graph is None:
        return unit.name
    grad = graph.grad(unit.name)
    text = f"{unit.name}: data {numeral(graph.value(unit.name))}"
    return text if grad is None else f"{text}; grad {numeral(grad)}"


def draw_unit(
    canvas: Canvas, places: Places, graph: RowGraph | None, unit: Unit, lit: bool
) -> None:
    """One unit: its name, data and grad."""
    x, y = places.points[unit]
    radius, digits = places.radius, places.digits[0]
    stroke, width = ("path", 2.75) if lit else ("rest", 1.25)
    tooltip = tooltip_of(unit, graph)
    data = grad = None
    if graph is not None:
        data = numeral(graph.value(unit.name), digits)
        slope = graph.grad(unit.name)
        grad = None if slope is None else numeral(slope, digits)
    if not radius:
        wide, high = PILL
        canvas.box(
            (x - wide / 2, y - high / 2),
            PILL,
            "paper",
            stroke,
            round_=15,
            width=width,
            tooltip=tooltip,
        )
        left = x - wide / 2 + 7 if data else x
        canvas.text(
            (left, y + 5), unit.name, size=14.5, bold=True, anchor="start" if data else "middle"
        )
        if data:
            canvas.text((x + wide / 2 - 7, y - 3), data, "data", 11, anchor="end")
            canvas.text((x + wide / 2 - 7, y + 13), grad or "·", "grad", 11, anchor="end")
        return
    canvas.circle((x, y), radius, "paper", stroke, width, tooltip)
    if unit.name.startswith("ŷ") and graph is not None and 0.0 <= graph.value(unit.name) <= 1.0:
        canvas.ring((x, y), radius - 4 if radius >= ROOMY else radius, graph.value(unit.name))
    if data is None:
        canvas.text((x, y + 5), unit.name, size=15, bold=True, anchor="middle")
    elif radius >= ROOMY:
        canvas.text((x, y - 12), unit.name, size=15, bold=True, anchor="middle")
        inside(canvas, (x, y), radius, 4.5, data, "data", 12)
        inside(canvas, (x, y), radius, 18.0, grad or "·", "grad", 11)
    else:
        canvas.text((x, y - 5), unit.name, size=12, bold=True, anchor="middle")
        inside(canvas, (x, y), radius, 0.38 * radius, data, "data", 11)


def inside(
    canvas: Canvas,
    center: tuple[float, float],
    radius: float,
    below: float,
    text: str,
    color: str,
    size: float,
) -> None:
    """A number in a circle, `below` its center; a wide one interrupts the outline."""
    (x, y), wide = center, 0.56 * size * len(text)
    if wide > 2 * math.sqrt(radius**2 - below**2):
        canvas.box((x - wide / 2 - 1, y + below - size + 2), (wide + 2, size), "paper")
    canvas.text((x, y + below), text, color, size, anchor="middle")


def draw_captions(
    canvas: Canvas, places: Places, graph: RowGraph | None, captions: Captions
) -> None:
    """The names of inputs and outputs, beside them or, on a phone, above and below."""
    first, last = places.network.columns[0], places.network.columns[-1]
    for unit, name in zip(first.units, captions.inputs, strict=False):
        number = captions.raw[unit.row] if captions.raw else ""
        draw_caption(canvas, places, unit, shorter(name) if places.phone else name, number, -1)
    for unit, name in zip(last.units, captions.outputs, strict=False):
        is_probability = graph is not None and unit.name.startswith("ŷ")
        number = percent(graph.value(unit.name)) if graph and is_probability else ""
        draw_caption(canvas, places, unit, name, number, 1)


def draw_caption(
    canvas: Canvas, places: Places, unit: Unit, name: str, number: str, side: int
) -> None:
    """A name and a number: to the left or above for side -1, to the right or below for 1."""
    x, y = places.points[unit]
    if places.phone:
        y += 37 if side > 0 else -42
        canvas.text((x, y), name, "muted", 11, anchor="middle", plain=True)
        canvas.text((x, y + 14), number, "muted", 11, anchor="middle", plain=True)
    else:
        x, anchor = x + side * (places.radius + 10), "start" if side > 0 else "end"
        canvas.text((x, y - 2), name, "ink", 12.5, anchor=anchor, plain=True)
        canvas.text((x, y + 13), number, "muted", 12, anchor=anchor, plain=True)


def shorter(name: str) -> str:
    """A caption with little room: the first word is abbreviated to its initial."""
    first, _, rest = name.partition(" ")
    return f"{first[0]}. {rest}" if rest and len(name) > 12 else name


def title_of(words: Words, column: Column) -> str:
    """The title of a column: hidden 1."""
    kind, _, number = column.title.partition(" ")
    return f"{words(kind)} {number}".strip()


def draw_heads(canvas: Canvas, places: Places, captions: Captions) -> None:
    """The titles and formulas of the columns."""
    for place, column in enumerate(places.network.columns):
        x = places.across(place)
        formula = column.formula
        if place == 0 and captions.raw:
            formula = canvas.words("standardized")
        canvas.text((x, 88), title_of(canvas.words, column), size=13, bold=True, anchor="middle")
        canvas.text((x, 104), formula, "muted", 12, anchor="middle", plain=True)
