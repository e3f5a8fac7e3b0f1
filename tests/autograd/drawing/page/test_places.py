"""Places of nodes."""

from __future__ import annotations

import pytest

from autograd.drawing.layout import CHOICE
from autograd.drawing.page.places import HEIGHT, WIDTH, places

DIAMOND = [[], [0], [0, 0], [1, 2]]


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("program", ["graphviz-pure", "/no/such/program"])
def test_nodes_do_not_touch_and_edges_lead_on(
    direction: str, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also without a layout program."""
    monkeypatch.setenv(CHOICE, program)
    found = places(DIAMOND, direction)
    nodes = found["nodes"]
    assert len(nodes) == 4
    for x, y in nodes:
        assert WIDTH / 2 <= x + 1 <= found["width"] + 1
        assert HEIGHT / 2 <= y + 1 <= found["height"] + 1
    for i, (x1, y1) in enumerate(nodes):
        for x2, y2 in nodes[:i]:
            assert abs(x1 - x2) >= WIDTH or abs(y1 - y2) >= HEIGHT
    assert [len(edges) for edges in found["edges"]] == [0, 1, 2, 2]
    axis = 0 if direction == "LR" else 1
    for i, operands in enumerate(DIAMOND):
        for slot, parent in enumerate(operands):
            points, _ = found["edges"][i][slot]
            assert len(points) % 3 == 1, "a start and whole curves"
            assert nodes[parent][axis] < points[0][axis] <= points[-1][axis] < nodes[i][axis]


def test_two_edges_between_the_same_nodes_are_two() -> None:
    first, second = places(DIAMOND, "LR")["edges"][2]
    assert first != second
