"""The summary of a large network: a box for each column, one line for all weights between two."""

from __future__ import annotations

from collections.abc import Iterable

from autograd.drawing import Column, Network, Words, digits
from autograd.numerals import numeral

from .canvas import Canvas
from .row_graph import RowGraph
from .units import title_of

BOX = (186.0, 88.0)  # with room for two numbers such as −3.863e−4
GAP = (140.0, 76.0)  # between boxes, on a page and on a phone


def draw_summary(
    network: Network, graph: RowGraph | None, edges: str, note: str, phone: bool, words: Words
) -> tuple[str, str]:
    """The title and the SVG."""
    canvas = Canvas(words)
    wide, high = BOX
    step = (0.0, high + GAP[1]) if phone else (wide + GAP[0], 0.0)
    x, y = ((390.0 - wide) / 2, 84.0) if phone else (30.0, 84.0)
    sentences = []
    for place, column in enumerate(network.columns):
        corner = (x + step[0] * place, y + step[1] * place)
        sentences.append(draw_column_box(canvas, corner, column, graph))
        if place + 1 < len(network.columns):
            sentences.append(draw_weights(canvas, corner, network, graph, place, edges, phone))
    count = len(network.columns) - 1
    width = 390.0 if phone else 60.0 + wide + step[0] * count
    height = y + high + step[1] * count + 56.0
    count_of_weights = digits(len(network.weights))
    title = words("{} weights", count_of_weights)
    if edges == "gradients" and graph is not None:
        title = words("{} gradients of {}", count_of_weights, graph.root.label)
    canvas.text((16.0 if phone else 30.0, 44.0), title, size=16 if phone else 21, bold=True)
    canvas.text((width - 16.0, height - 18.0), note, "muted", 12, anchor="end", plain=True)
    return title, canvas.svg(width, height, title, ". ".join(filter(None, sentences)) + ".")


def draw_column_box(
    canvas: Canvas, corner: tuple[float, float], column: Column, graph: RowGraph | None
) -> str:
    """A column as a box; returns its description."""
    (x, y), (wide, _) = corner, BOX
    names = [unit.name for unit in column.units]
    span = " … ".join(dict.fromkeys([names[0], names[-1]]))
    canvas.box(corner, BOX, "panel" if column.title == "input" else "paper", "rest", round_=10)
    canvas.text((x + 10, y + 22), span, size=15, bold=True)
    canvas.text((x + wide - 10, y + 22), f"×{digits(len(names))}", "muted", 12, anchor="end")
    canvas.text(
        (x + 10, y + 41),
        f"{title_of(canvas.words, column)}  {column.formula}",
        "muted",
        12,
        plain=True,
    )
    if graph is None:
        return canvas.words("{}: {} units", span, len(names))
    data = ends([graph.value(name) for name in names])
    grads = [grad for name in names for grad in [graph.grad(name)] if grad is not None]
    largest = numeral(max(map(abs, grads))) if grads else "·"
    for row, (word, text, color) in enumerate(
        (("data", data, "data"), (canvas.words("|grad| up to"), largest, "grad"))
    ):
        canvas.text((x + 10, y + 60 + 18 * row), word, "muted", 12)
        canvas.text((x + wide - 10, y + 60 + 18 * row), text, color, 13, anchor="end")
    return canvas.words("{}: data {}, grad up to {}", span, data, largest)


def draw_weights(
    canvas: Canvas,
    corner: tuple[float, float],
    network: Network,
    graph: RowGraph | None,
    place: int,
    edges: str,
    phone: bool,
) -> str:
    """All lines between two columns as one; returns their description."""
    (x, y), (wide, high) = corner, BOX
    weights = [
        line.weight
        for line in network.connections
        if line.tail.column == place and line.weight is not None
    ]
    if phone:
        start, end = (x + wide / 2, y + high), (x + wide / 2, y + high + GAP[1])
        at, anchor = (x + wide / 2 + 10, y + high + 33.0), "start"
    else:
        start, end = (x + wide, y + high / 2), (x + wide + GAP[0], y + high / 2)
        at, anchor = (x + wide + GAP[0] / 2, y + high / 2 - 10.0), "middle"
    canvas.line(start, end, "rest", 3)
    if not weights:
        canvas.text(at, "softmax", "muted", 12, anchor=anchor)
        return ""
    span = " … ".join(dict.fromkeys([weights[0].label or "", weights[-1].label or ""]))
    sizes, color = [w.data for w in weights], "positive"
    if edges == "gradients" and graph is not None:
        sizes, color = [graph.grad_of(w) for w in weights], "grad"
    canvas.text(at, span, size=13, anchor=anchor, bold=True)
    below = at[1] + (17 if phone else 28)
    canvas.text((at[0], below), ends(sizes), color, 12, anchor=anchor)
    return f"{span}: {ends(sizes)}"


def ends(sizes: Iterable[float]) -> str:
    """The least and the largest number."""
    sizes = list(sizes)
    return " … ".join(dict.fromkeys([numeral(min(sizes)), numeral(max(sizes))]))
