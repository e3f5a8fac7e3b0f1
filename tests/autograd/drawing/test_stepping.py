"""The sweep, one operation at a time."""

import random
import re

import pytest

from autograd import Value, draw, gradients, total
from autograd.drawing.stepping import step_of
from autograd.drawing.survey import survey


def sweep(y, steps):
    """The textbook's loop, stopped after some operations: grads, and how many parts each got."""
    order = survey(y).nodes
    grads, parts = {y: 1.0}, {}
    for node in [node for node in reversed(order) if node.parents][:steps]:
        for parent, slope in zip(node.parents, node.local_derivatives, strict=True):
            grads[parent] = grads.get(parent, 0.0) + slope * grads[node]
            parts[parent] = parts.get(parent, 0) + 1
    return grads, parts


def random_root(seed):
    rng = random.Random(seed)
    nodes = [Value(rng.uniform(-1.0, 1.0)) for _ in range(3)]
    for _ in range(12):
        a, b, c = rng.choices(nodes, k=3)
        nodes.append(rng.choice([a * b, a - b, a.tanh(), total([a, b, c])]))
    return nodes[-1]


@pytest.mark.parametrize("seed", range(10))
def test_every_step_of_the_sweep(seed):
    y = random_root(seed)
    whole = survey(y)
    most = sum(bool(node.parents) for node in whole.nodes)
    for step in range(most + 1):
        found = step_of(step, whole)
        grads, parts = sweep(y, step)
        for node in whole.nodes:
            assert found.is_reached(node) is (node in grads)
            assert found.grad(node) == pytest.approx(grads.get(node, 0.0), rel=1e-12)
            assert found.received[node] == parts.get(node, 0)
    for node, grad in zip(whole.nodes, gradients(y, whole.nodes), strict=True):
        assert found.grad(node) == pytest.approx(grad, rel=1e-12)  # after the last step
        assert not found.so_far(node)


def test_states(example):
    add, tanh, exp = example, *example.parents
    product = tanh.parents[0]
    x, w = product.parents
    found = step_of(2, survey(example))
    assert found.current in (tanh, exp)
    other = exp if found.current is tanh else tanh
    assert found.state(add) == "reached"
    assert found.state(found.current) == "current"
    assert found.state(other) == "reached"  # it has its grad and has not handed on
    assert found.state(w) == "waiting"
    assert found.flow(add, 0) == 1.0
    assert found.flow(other, 0) == 0.0
    assert step_of(0, survey(example)).current is None
    assert {found.root(node) for node in (x, add)} == {example}


def test_the_picture_of_a_step(example):
    drawing = draw(example, step=3)
    assert "so far 1/2" in drawing.source  # x has one of its two parts
    assert "·" in re.findall(r"<FONT [^>]*>([^<]*)</FONT>", drawing.source)  # w has none
    assert (
        "step 3 of 4 of the sweep: tanh passes ∂ × grad to each of its operands" in drawing.source
    )
    assert drawing.source.count("penwidth=2.75") == 1
    assert 'class="node leaf dim"' in drawing.svg
    assert "step 0 of 4 of the sweep: the grad of y is 1" in draw(example, step=0).source
    assert "every gradient is 0" not in draw(example, step=0).source


def test_a_step_shows_every_node():
    x = Value(0.5, label="x")
    layers = x
    for i in range(12):
        layers = (layers * 2.0).tanh()
        layers.label = f"h{i}"
    assert draw(layers, step=5).source.count("->") == 36
    assert (
        draw(layers, step=5, open=["h3"]).source.count("->") == 15
    )  # of 9 closed, h3 and the root
    with pytest.raises(ValueError, match="more than 10, and is drawn in summary, without"):
        draw(layers, step=5, max_nodes=10)


@pytest.mark.parametrize("bad", [-1, 5, 1.0, True, "2"])
def test_which_steps_there_are(example, bad):
    with pytest.raises(ValueError, match=f"expected a step from 0 to 4, got {bad!r}"):
        draw(example, step=bad)


def test_a_step_is_that_of_one_root(example):
    with pytest.raises(ValueError, match="the sweep of one root, and 2 were given"):
        draw([example, example.parents[0]], step=1)
