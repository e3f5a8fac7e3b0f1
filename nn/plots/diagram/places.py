"""The layout: columns from left to right, or on a phone rows from top to bottom."""

from __future__ import annotations

import math
from dataclasses import dataclass

from autograd.drawing import Network, Unit

Point = tuple[float, float]
PILL = (87.0, 42.0)  # the size of a unit on a phone
MAX_UNITS = 16  # units of a column that are drawn one by one
MAX_UNITS_ON_PHONE = 7
LEFT, RIGHT = 124.0, 108.0  # of the first and the last column: room for captions


@dataclass(frozen=True)
class Places:
    """The places of the units.

    Args:
        width, bottom: of the network; radius: of a circle, or 0 for pills.
        digits: of the numbers in a unit, and elsewhere.
    """

    network: Network
    phone: bool
    width: float
    bottom: float
    radius: float
    digits: tuple[int, int]
    points: dict[Unit, Point]

    @property
    def margin(self) -> float:
        return 16.0

    def at(self, name: str) -> Point:
        unit = self.network.unit(name)
        assert unit is not None
        return self.points[unit]

    def across(self, column: int) -> float:
        """The x of a column, or the y of a row on a phone."""
        return self.points[self.network.columns[column].units[0]][1 if self.phone else 0]

    @property
    def apart(self) -> float:
        """The distance of two columns."""
        return self.across(1) - self.across(0)

    def ends(self, tail: Unit, head: Unit) -> tuple[Point, Point]:
        """A line between two units, from outline to outline."""
        start, end = self.points[tail], self.points[head]
        if not self.radius:
            half = PILL[1] / 2
            return (start[0], start[1] + half), (end[0], end[1] - half)
        length = math.dist(start, end)
        dx, dy = ((b - a) / length * self.radius for a, b in zip(start, end, strict=True))
        return (start[0] + dx, start[1] + dy), (end[0] - dx, end[1] - dy)

    def between(self, tail: Unit, head: Unit, share: float) -> Point:
        """A point on the line between two units."""
        (x1, y1), (x2, y2) = self.ends(tail, head)
        return x1 + (x2 - x1) * share, y1 + (y2 - y1) * share


def places_of(network: Network, phone: bool) -> Places:
    return on_phone(network) if phone else on_page(network)


def on_page(network: Network) -> Places:
    """Columns from left to right."""
    tallest = network.tallest
    radius, step = next(
        (radius, step)
        for most, radius, step in (
            (4, 30.0, 88.0),
            (6, 30.0, 72.0),
            (8, 27.0, 60.0),
            (99, 23.0, 50.0),
        )
        if tallest <= most
    )
    columns = network.columns
    apart = max(149.5, 598.0 / (len(columns) - 1))  # the ledger has two factors in this width
    top = 122.0 + radius
    points = {
        unit: (
            LEFT + apart * unit.column,
            top + step * (unit.row + (tallest - len(columns[unit.column].units)) / 2),
        )
        for unit in network.units
    }
    width = LEFT + apart * (len(columns) - 1) + RIGHT
    bottom = top + step * (tallest - 1) + radius
    return Places(network, False, width, bottom, radius, (3, 4), points)


def on_phone(network: Network) -> Places:
    """Rows from top to bottom."""
    width, tallest = 390.0, network.tallest
    step = min(92.0, (width - 24.0) / tallest)
    points = {
        unit: (
            width / 2 + step * (unit.row - (len(network.columns[unit.column].units) - 1) / 2),
            148.0 + 118.0 * unit.column,
        )
        for unit in network.units
    }
    radius = 0.0 if tallest <= 4 else 22.0
    bottom = 148.0 + 118.0 * (len(network.columns) - 1) + 22.0
    return Places(network, True, width, bottom, radius, (3, 3), points)
