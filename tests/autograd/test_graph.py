"""Graphs: order, paths, and the chain rule through values that are used again."""

from __future__ import annotations

import random

import pytest

from autograd import Value
from autograd.graph import count_paths, dependents, topological_order
from tests.autograd.tape.running import random_graph


class Plain:
    """Anything with parents is a node."""

    def __init__(self, *parents: Plain) -> None:
        self.parents = parents


def positions(order: list[Plain]) -> dict[Plain, int]:
    assert len(order) == len(set(order))
    return {node: i for i, node in enumerate(order)}


def test_a_leaf_alone() -> None:
    leaf = Plain()
    assert topological_order(leaf) == [leaf]
    assert topological_order() == []


def test_parents_come_before_children_and_from_first_to_last() -> None:
    a, b = Plain(), Plain()
    c = Plain(a, b)
    d = Plain(c, a, c)
    assert topological_order(d) == [a, b, c, d]
    assert topological_order(Plain(b, a))[:2] == [b, a]


def test_other_operands_may_be_followed_than_the_parents() -> None:
    a, b = Plain(), Plain()
    c, others = Plain(a), {a: (b,)}
    order = topological_order(c, operands=lambda node: others.get(node, node.parents))
    assert order == [b, a, c]


def test_several_roots_share_one_order() -> None:
    a = Plain()
    b, c = Plain(a), Plain(a)
    assert topological_order(b, c) == [a, b, c]
    assert topological_order(c, b) == [a, c, b]
    assert topological_order(b, a, b) == [a, b]


@pytest.mark.parametrize("seed", range(10))
def test_random_graphs_are_sorted(seed: int) -> None:
    rng = random.Random(seed)
    nodes = [Plain() for _ in range(5)]
    for _ in range(200):
        nodes.append(Plain(*rng.choices(nodes, k=rng.randint(0, 4))))
    roots = rng.sample(nodes, 3)
    at = positions(topological_order(*roots))
    assert set(roots) <= set(at)
    for node, i in at.items():
        assert all(at[parent] < i for parent in node.parents)
    reached = {parent for node in at for parent in node.parents} | set(roots)
    assert set(at) == reached


def test_order_does_not_depend_on_hashes() -> None:
    def shape(order: list[Plain]) -> list[list[int]]:
        at = positions(order)
        return [[at[parent] for parent in node.parents] for node in order]

    def build() -> Plain:
        rng, nodes = random.Random(1), [Plain() for _ in range(4)]
        keep = [Plain() for _ in range(rng.randint(0, 9))]
        for _ in range(100):
            nodes.append(Plain(*rng.choices(nodes, k=2)))
        return Plain(*nodes, *keep[:0])

    assert shape(topological_order(build())) == shape(topological_order(build()))


def test_paths_are_counted_once_for_each_edge() -> None:
    a, b = Plain(), Plain()
    twice = Plain(a, a)
    assert count_paths(twice, a) == 2
    assert count_paths(twice, b) == 0
    assert count_paths(a, a) == 1
    assert count_paths(Plain(twice, a, b), a) == 3
    assert count_paths(Plain(twice, twice), twice) == 2


def test_sixty_doublings_at_once() -> None:
    """2**60 paths, which no walk along each of them would finish."""
    x = y = Value(1.0)
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.grad == y.data == 2.0**60
    assert count_paths(y, x) == 2**60
    assert len(topological_order(y)) == 61


@pytest.mark.parametrize("seed", range(20))
def test_what_depends_on_a_node_has_a_path_to_it(seed: int) -> None:
    y, leaves = random_graph(seed, size=12)
    order = topological_order(y)
    for x in [*order, *leaves]:
        want = [node for node in order if count_paths(node, x)]
        assert dependents(order, {x}) == want
        place = {node: i for i, node in enumerate(order)}
        slots = dependents(
            range(len(order)),
            {place.get(x, -1)},
            lambda slot, place=place: [place[parent] for parent in order[slot].parents],
        )
        assert [order[slot] for slot in slots] == want
