"""The lines of the picture: weights or gradients, and the paths that were chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from autograd.drawing import Connection, Network
from autograd.numerals import numeral

from .canvas import Canvas, colour_of
from .numbers import Numbers
from .places import Places, Point

CHIPS = 14  # lit lines from which on their numbers are left to the ledger
Of = Callable[[Connection], float]


def draw_lines(
    canvas: Canvas,
    places: Places,
    size: Of,
    numbers: Numbers | None,
    opacity: float,
    what: str,
) -> None:
    """Every connection: its width shows the size, its colour and dash the sign."""
    widest = max([abs(size(line)) for line in places.network.connections], default=0)
    for line in places.network.connections:
        ends = places.ends(line.tail, line.head)
        if line.weight is None:
            slope = None if numbers is None else share_slope(numbers, line)
            said = (
                "" if slope is None else f"∂{line.head.name}/∂{line.tail.name} = {numeral(slope)}"
            )
            thick = 1.0 if slope is None else 0.7 + 3.0 * abs(slope)
            dashed = slope is not None and slope < 0.0
            canvas.line(*ends, "rest", thick, dashed=dashed, opacity=opacity, words=said)
            continue
        x = size(line)
        canvas.line(
            *ends,
            colour_of(x),
            0.7 + 3.6 * (abs(x) / widest if widest else 0.0),
            dashed=x < 0.0,
            opacity=opacity,
            words=f"{what}{line.name} = {numeral(x)}",
        )


def share_slope(numbers: Numbers, line: Connection) -> float:
    """The local derivative of a share by a sum."""
    head, tail = numbers.nodes[line.head.name], numbers.nodes[line.tail.name]
    return head.local_derivatives[head.parents.index(tail)]


def draw_largest(canvas: Canvas, places: Places, size: Of, digits: int) -> list[Connection]:
    """The names of the three largest, on their lines."""
    named = [line for line in places.network.connections if line.weight is not None]
    largest = sorted(named, key=lambda line: -abs(size(line)))[:3]
    taken: list[Point] = []
    for line in largest:
        text = f"{line.name} {numeral(size(line), digits)}"
        chip(canvas, free_place(places, line, taken), text, colour_of(size(line)))
    return largest


def free_place(places: Places, line: Connection, taken: list[Point]) -> Point:
    """A place on a line that is not near one that is taken."""
    shares = (0.36, 0.5, 0.25, 0.62, 0.75)
    points = [places.between(line.tail, line.head, share) for share in shares]
    spot = next(
        (
            point
            for point in points
            if all([abs(point[0] - x) > 84 or abs(point[1] - y) > 24 for x, y in taken])
        ),
        points[0],
    )
    taken.append(spot)
    return spot


def chip(
    canvas: Canvas, place: Point, text: str, colour: str = "grad", outline: str = "line"
) -> None:
    """A number on a line, on paper."""
    x, y = place
    wide = 6.5 * len(text) + (16 if len(text) > 7 else 9)
    canvas.box((x - wide / 2, y - 10), (wide, 20), "paper", outline, round_=10)
    canvas.text((x, y + 4.2), text, colour, 12, anchor="middle", bold=outline == "line")


def draw_lit(
    canvas: Canvas,
    places: Places,
    lit: Mapping[Connection, float],
    slopes: Mapping[Connection, float],
    texts: Mapping[Connection, str],
) -> None:
    """The lines of chosen paths: a halo, then orange, as wide as the products on them are large."""
    most = max([abs(x) for x in lit.values()], default=0.0) or 1.0
    for line, product in lit.items():
        ends = places.ends(line.tail, line.head)
        wide = 2.0 + 4.0 * abs(product) / most
        canvas.line(*ends, "halo", wide + 8)
        said = f"local derivative {numeral(slopes[line])}"
        canvas.line(*ends, "path", wide, dashed=slopes[line] < 0.0, words=said)
    if len(lit) < CHIPS:
        for line in lit:
            # Paths part and meet again: on a phone chips stand where they are furthest apart.
            shares = (0.7, 0.2) if places.phone else (0.53, 0.46)
            share = shares[line.weight is None]
            chip(canvas, places.between(line.tail, line.head, share), texts[line], outline="path")


def lines_between(network: Network, tail: str, head: str) -> Connection:
    """The connection of two units."""
    return next(
        line for line in network.connections if (line.tail.name, line.head.name) == (tail, head)
    )


def legend(canvas: Canvas, places: Places, y: float, what: str, note: str, paths: bool) -> float:
    """What the lines mean, and the user's own note; returns its lower edge."""
    margin = 16.0 if places.phone else 40.0
    items: Sequence[tuple[str, str]] = [
        ("positive", "positive"),
        ("negative", "negative (dashed)"),
        ("", f"width: size of the {what}"),
        *([("path", "on a path; width: size of its products")] if paths else []),
    ]
    x = margin
    for colour, text in items:
        room = 6.0 * len(text) + (64 if colour else 24)
        if x + room > places.width and x > margin:
            x, y = margin, y + 20
        if colour:
            if colour == "path":
                canvas.line((x, y - 4), (x + 32, y - 4), "halo", 12)
            canvas.line((x, y - 4), (x + 32, y - 4), colour, 3, dashed=colour == "negative")
        canvas.text((x + (40 if colour else 0), y), text, "muted", 12)
        x += room
    if note:
        wide = 5.8 * len(note)
        if x + wide > places.width - margin:
            y += 20
        canvas.text((places.width - margin, y), note, "muted", 12, anchor="end", plain=True)
    return y
