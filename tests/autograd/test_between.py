"""What lies between two nodes, against the numbers of paths and the sweep."""

from __future__ import annotations

import pytest

from autograd import gradients
from autograd.between import dominators, tangents, with_several_paths
from autograd.graph import count_paths, dependents, topological_order
from tests.autograd.tape.running import random_graph


@pytest.mark.parametrize("seed", range(30))
def test_stops_are_what_every_path_passes(seed: int) -> None:
    y, leaves = random_graph(seed, size=12)
    reached = 0
    for x in leaves:
        between = dependents(topological_order(y), {x})
        want = [
            node
            for node in between[1:-1]
            if count_paths(y, node) * count_paths(node, x) == count_paths(y, x)
        ]
        if between:
            reached += 1
            assert dominators(between, most=100) == want[::-1]
        operands = [parent for parent in y.parents if parent in between]
        twice = {parent for parent in operands if count_paths(y, parent) > 1}
        assert with_several_paths(operands, set(between)).intersection(operands) == twice
    assert reached


@pytest.mark.parametrize("seed", range(30))
def test_one_pass_gives_the_slopes_of_all(seed: int) -> None:
    y, leaves = random_graph(seed, size=12)
    compared = 0
    for x in leaves:
        if between := dependents(topological_order(y), {x}):
            for node, slope in tangents(between).items():
                assert slope == pytest.approx(gradients(node, [x])[0], rel=1e-12)
                compared += 1
    assert compared
