"""Whose derivative each grad is, and where a graph broke."""

import math
import random

import pytest

from autograd import Value, dot, gradients, sqrt, total
from autograd.drawing.survey import operand_order, survey
from autograd.gradients import sweep


def random_graph(seed):
    """Nodes of a random graph with sharing, oldest first."""
    rng = random.Random(seed)
    nodes = [Value(rng.uniform(-1.0, 1.0)) for _ in range(4)]
    for _ in range(20):
        a, b, c = rng.choices(nodes, k=3)
        nodes.append(rng.choice([a * b, a - b, a.tanh(), total([a, b, c])]))
    return nodes


@pytest.mark.parametrize("seed", range(20))
def test_grads_are_of_the_first_root_that_depends_on_the_node(seed):
    roots = random.Random(seed).sample(random_graph(seed), 3)
    found = survey(*roots)
    below = [set(survey(root).nodes) for root in roots]
    for node in found.nodes:
        first = next(root for root, nodes in zip(roots, below, strict=True) if node in nodes)
        assert found.root(node) is first
        assert found.grad(node) == gradients(first, [node])[0]


@pytest.mark.parametrize("seed", range(20))
def test_what_flows_into_a_node_is_its_grad(seed):
    roots = random.Random(seed).sample(random_graph(seed), 3)
    found = survey(*roots)
    sums = {node: 1.0 if found.root(node) is node else 0.0 for node in found.nodes}
    for node in found.nodes:
        for slot, parent in enumerate(node.parents):
            sums[parent] += found.flow(node, slot)
    for node in found.nodes:
        assert sums[node] == pytest.approx(found.grad(node), rel=1e-12, abs=1e-12)


def test_two_roots_by_hand():
    x, y, z = Value(2.0), Value(3.0), Value(5.0)
    product, total_ = x * y, x * z
    found = survey(product, total_)
    assert [found.grad(node) for node in (x, y, z, product, total_)] == [3.0, 2.0, 2.0, 1.0, 1.0]
    assert found.root(z) is total_
    assert found.flow(total_, 0) == 0.0  # 5 of the second root, nothing of the first one's 3
    assert found.flow(total_, 1) == 2.0


def test_nothing_flows_to_constants():
    x = Value(2.0)
    y = x * 7.0
    found = survey(y)
    assert [found.flow(y, slot) for slot in (0, 1)] == [7.0, 0.0]
    assert found.grad(y.parents[1]) == 2.0


def test_uses_counts_nodes_and_not_slots():
    x = Value(2.0)
    assert survey(x + x).uses[x] == 1
    assert survey((x + x) * x).uses[x] == 2


def test_operands_of_pairs_alternate():
    w, x = [Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]
    assert operand_order(dot(w, x)) == [0, 2, 1, 3]
    assert operand_order(total([*w, *x])) == [0, 1, 2, 3]
    assert operand_order(x[0]) == []


def test_where_it_broke():
    x, c = Value(1.0), Value(1.0)
    difference = x - c
    logarithm = difference.log()
    y = logarithm + x.exp()
    found = survey(y)
    assert list(found.origins) == [logarithm]
    unhurt = [node for node in found.nodes if found.is_finite(node)]
    assert unhurt == [y.parents[1]]  # exp(x); all others have an infinite value or gradient


def test_a_local_derivative_can_be_what_broke():
    root = sqrt(Value(0.0))
    assert list(survey(root + 1.0).origins) == [root]


def test_the_exponents_slot_does_not_count():
    assert not survey(Value(-1.0) ** 2).origins  # its local derivative is NaN


def test_constants_can_break_and_their_grads_can_not():
    y = Value(0.0) * math.inf
    found = survey(y)
    assert list(found.origins) == [y.parents[1]]
    assert not found.is_finite(y.parents[1])
    big = Value(1e308) * 10.0 * 1e-300
    assert survey(big).is_finite(big.parents[1])


def test_many_roots_over_each_other_are_swept_once(monkeypatch):
    swept = 0

    def counting(order, *rest):
        nonlocal swept
        swept += len(order)
        return sweep(order, *rest)

    monkeypatch.setattr("autograd.drawing.survey.sweep", counting)
    x = y = Value(0.5)
    roots = []
    for _ in range(50):
        y = y * x
        roots.append(y)
    found = survey(*roots)
    assert [found.belongs[root] for root in roots] == [(root, 1.0) for root in roots]
    assert found.belongs[x] == (roots[0], 1.0)
    assert swept == len(found.nodes)
