"""The lines of the picture: weights or gradients, and the highlighted paths."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from autograd.drawing import Connection, Network
from autograd.numerals import numeral

from .canvas import Canvas, color_of, length
from .places import MARGIN, Places, Point
from .row_graph import RowGraph

CHIPS = 14  # highlighted lines from which on only the ledger shows their numbers
Size = Callable[[Connection], float]


def draw_lines(
    canvas: Canvas,
    places: Places,
    size: Size,
    graph: RowGraph | None,
    opacity: float,
    what: str,
) -> None:
    """Every connection: its width shows the size, its color and dash the sign."""
    widest = max([abs(size(line)) for line in places.network.connections], default=0)
    for line in places.network.connections:
        x, color, width, tooltip = 0.0, "rest", 1.0, ""
        if line.weight is not None:
            x = size(line)
            color, width = color_of(x), 0.7 + 3.6 * (abs(x) / widest if widest else 0.0)
            tooltip = f"{what}{line.name} = {numeral(x)}"
        elif graph is not None:
            x = softmax_slope(graph, line)
            width = 0.7 + 3.0 * abs(x)
            tooltip = f"∂{line.head.name}/∂{line.tail.name} = {numeral(x)}"
        ends = places.ends(line.tail, line.head)
        canvas.line(*ends, color, width, dashed=x < 0.0, opacity=opacity, tooltip=tooltip)


def softmax_slope(graph: RowGraph, line: Connection) -> float:
    """The local derivative of a softmax output with respect to a logit."""
    head, tail = graph.nodes[line.head.name], graph.nodes[line.tail.name]
    return head.local_derivatives[head.parents.index(tail)]


def draw_largest(canvas: Canvas, places: Places, size: Size, digits: int) -> list[Connection]:
    """Name and number of the largest, at most three, on their lines."""
    named = [line for line in places.network.connections if line.weight is not None]
    largest = sorted(named, key=lambda line: -abs(size(line)))[:3]
    taken: list[Point] = []
    for line in largest:
        text = f"{line.name} {numeral(size(line), digits)}"
        chip(canvas, free_place(places, line, taken), text, color_of(size(line)))
    return largest


def free_place(places: Places, line: Connection, taken: list[Point]) -> Point:
    """A place on a line at a distance from those that are taken."""
    shares = (0.36, 0.5, 0.25, 0.62, 0.75)
    points = [places.between(line.tail, line.head, share) for share in shares]
    free = [
        point
        for point in points
        if all([abs(point[0] - x) > 84 or abs(point[1] - y) > 24 for x, y in taken])
    ]
    taken.append((free or points)[0])
    return taken[-1]


def chip(
    canvas: Canvas, place: Point, text: str, color: str = "local", outline: str = "line"
) -> None:
    """A number on a line, on a ground of its own."""
    x, y = place
    wide = 6.5 * len(text) + (16 if len(text) > 7 else 9)
    canvas.box((x - wide / 2, y - 10), (wide, 20), "paper", outline, round_=10)
    canvas.text((x, y + 4.2), text, color, 12, anchor="middle", bold=outline == "line")


@dataclass
class Step:
    """An edge of the highlighted paths: the sum of their products, its slope, and its text."""

    product: float
    slope: float
    text: str


def draw_paths(canvas: Canvas, places: Places, steps: Mapping[Connection, Step]) -> None:
    """The lines of highlighted paths: a halo, then orange, in width by the products on them."""
    most = max([abs(step.product) for step in steps.values()], default=0.0) or 1.0
    for line, step in steps.items():
        ends = places.ends(line.tail, line.head)
        wide = 2.0 + 4.0 * abs(step.product) / most
        canvas.line(*ends, "halo", wide + 8)
        tooltip = canvas.words("local derivative {}", numeral(step.slope))
        canvas.line(*ends, "path", wide, dashed=step.slope < 0.0, tooltip=tooltip)
    if len(steps) < CHIPS:
        # Paths diverge and meet again: on a phone chips are where these are furthest apart.
        shares = (0.7, 0.2) if places.phone else (0.47, 0.46)
        for line, step in steps.items():
            point = places.between(line.tail, line.head, shares[line.weight is None])
            chip(canvas, point, step.text, outline="path")


def line_between(network: Network, tail: str, head: str) -> Connection:
    """The connection of two units."""
    return next(
        line for line in network.connections if (line.tail.name, line.head.name) == (tail, head)
    )


def legend(
    canvas: Canvas, places: Places, y: float, texts: Sequence[str], note: str, paths: bool
) -> float:
    """The legend of the lines, and the user's note; returns its lower edge."""
    words = canvas.words
    items: Sequence[tuple[str, str]] = [
        ("positive", words("positive")),
        ("negative", words("negative (dashed)")),
        *[("", text) for text in texts],
        *([("path", words("on a path; width: size of its products"))] if paths else []),
        *([("local", words("in a frame: local derivative"))] if paths else []),
    ]
    x = MARGIN
    for color, text in items:
        is_line = color not in ("", "local")
        room = length(text, 12) + (64 if is_line else 24)
        if x + room > places.width and x > MARGIN:
            x, y = MARGIN, y + 20
        if is_line:
            if color == "path":
                canvas.line((x, y - 4), (x + 32, y - 4), "halo", 12)
            canvas.line((x, y - 4), (x + 32, y - 4), color, 3, dashed=color == "negative")
        shade = "local" if color == "local" else "muted"
        canvas.text((x + (40 if is_line else 0), y), text, shade, 12)
        x += room
    if note:
        wide = length(note, 12)
        if x + wide > places.width - MARGIN:
            y += 20
        canvas.text((places.width - MARGIN, y), note, "muted", 12, anchor="end", plain=True)
    return y
