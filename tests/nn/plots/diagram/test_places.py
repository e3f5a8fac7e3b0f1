"""Where units stand: apart, inside the picture, and in their order."""

import itertools
import math

import pytest

from nn import MLP
from nn.plots.diagram.places import MAX_UNITS, MAX_UNITS_ON_PHONE, PILL, places_of
from nn.plots.diagram.structure import network_of

ON_A_PAGE = [(size, False) for size in (1, 3, 4, 5, 6, 7, 8, 9, MAX_UNITS)]
ON_A_PHONE = [(size, True) for size in (1, 3, 4, 5, 6, MAX_UNITS_ON_PHONE)]


@pytest.mark.parametrize(("size", "phone"), ON_A_PAGE + ON_A_PHONE)
@pytest.mark.parametrize("layers", [1, 3, 7])
def test_units_are_apart_and_inside(size, layers, phone):
    network = network_of(MLP(4, [size] * layers))
    places = places_of(network, phone)
    assert len(places.points) == sum(len(column.units) for column in network.columns) >= 5
    half = (PILL[0] / 2, PILL[1] / 2) if not places.radius else (places.radius,) * 2
    for (x1, y1), (x2, y2) in itertools.combinations(places.points.values(), 2):
        assert abs(x1 - x2) >= 2 * half[0] + 4 or abs(y1 - y2) >= 2 * half[1] + 4
    for x, y in places.points.values():
        assert half[0] <= x <= places.width - half[0]
        assert y - half[1] > 0
        assert y + half[1] <= places.bottom + 1
    assert places.width == 390 if phone else places.width >= 830


def test_lines_end_at_outlines(model):
    network = network_of(model)
    page, phone = places_of(network, False), places_of(network, True)
    for line in network.connections:
        start, end = page.ends(line.tail, line.head)
        assert math.dist(start, page.points[line.tail]) == pytest.approx(page.radius)
        assert math.dist(end, page.points[line.head]) == pytest.approx(page.radius)
        start, end = phone.ends(line.tail, line.head)
        assert start[1] - phone.points[line.tail][1] == PILL[1] / 2
        assert page.between(line.tail, line.head, 0.0) == page.ends(line.tail, line.head)[0]
    assert page.across(1) == page.at("h3")[0]
    assert phone.across(1) == phone.at("h3")[1]
