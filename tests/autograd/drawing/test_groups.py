"""Groups: what a labeled node owns, and what it is to its operands when closed."""

import random
import re

import pytest

from autograd import Value, adjoints, dot, draw, exp, gradients, total
from autograd.drawing.groups import Group, closed, owners
from autograd.graph import topological_order


def network(seed=0):
    """A network of two layers of labeled neurons, its loss and its weights."""
    rng = random.Random(seed)
    layer = [Value(rng.uniform(-1.0, 1.0), label=f"x{i}") for i in range(3)]
    for names in (["h1", "h2", "h3"], ["h4", "h5", "h6"], ["z1", "z2"]):
        outputs = []
        for name in names:
            weights = [Value(rng.uniform(-1.0, 1.0), label=f"{name}w{i}") for i in range(3)]
            y = (dot(weights, layer) + Value(0.1, label=f"{name}b")).tanh()
            y.label = name
            outputs.append(y)
        layer = outputs
    loss = exp(layer[0] * layer[1])
    loss.label = "loss"
    return loss


def test_a_labeled_node_owns_what_only_it_reaches():
    loss = network()
    order = topological_order(loss)
    owner = owners([loss], order)
    neurons = [node for node in order if node.label and node.parents and node is not loss]
    assert len(neurons) == 8
    assert owner[loss] is loss
    for node in neurons:
        assert owner[node] is node
        addition = node.parents[0]
        bias, dot_ = addition.parents[1], addition.parents[0]
        weights = dot_.parents[:3]
        assert {owner[own] for own in (addition, bias, dot_, *weights)} == {node}
    for shared in ("x0", "x1", "x2"):
        node = next(node for node in order if node.label == shared)
        assert owner[node] is node
    assert owner[loss.parents[0]] is loss.parents[0]  # a root owns nothing


def test_what_two_nodes_reach_belongs_to_none():
    x = Value(0.3, label="x")
    shared = x.exp()
    below = [shared * 2.0, shared + x]
    for i, node in enumerate(below):
        node.label = f"n{i}"
    y = below[0] * below[1]
    owner = owners([y], topological_order(y))
    assert owner[shared] is shared
    assert owner[x] is x
    assert owner[below[0].parents[1]] is below[0]  # its own constant 2


@pytest.mark.parametrize("seed", range(5))
def test_closing_changes_no_derivative(seed):
    loss = network(seed)
    order = topological_order(loss)
    twins = closed(order, owners([loss], order), set())
    assert len(twins) == 3 + 8 + 2  # inputs, neurons, the product and the loss
    table, before = adjoints(twins[loss]), adjoints(loss)
    for node, twin in twins.items():
        assert table[twin] == pytest.approx(before[node], rel=1e-12)
        assert (twin.data, twin.label) == (node.data, node.label)
    assert sum(isinstance(twin.op, Group) for twin in twins.values()) == 8
    for node, twin in twins.items():
        if isinstance(twin.op, Group):
            outside = [next(n for n, t in twins.items() if t is p) for p in twin.parents]
            assert twin.local_derivatives == pytest.approx(gradients(node, outside), rel=1e-12)
            assert len(twin.op.inside) == 6  # three weights, dot, bias, sum


def test_a_closed_group_says_what_it_does():
    loss = network()
    order = topological_order(loss)
    ops = {twin.op.name for twin in closed(order, owners([loss], order), set()).values() if twin.op}
    assert ops == {"tanh ∘ + ∘ dot", "mul", "exp"}


def test_a_group_that_is_no_chain_counts_its_operations():
    x, y = Value(0.5, label="x"), Value(2.0, label="y")
    inner = (x.exp() * y.log() + x) * y
    inner.label = "inner"
    root = inner + x + y
    order = topological_order(root)
    twins = closed(order, owners([root], order), set())
    assert twins[inner].op.name == "× ∘ … 4 more"
    assert twins[inner].local_derivatives == pytest.approx(gradients(inner, [x, y]), rel=1e-15)
    deep = x
    for _ in range(6):
        deep = deep.tanh()
    deep.label = "deep"
    root = deep + x
    order = topological_order(root)
    assert closed(order, owners([root], order), set())[deep].op.name == "tanh ∘ … 5 more"


def names(drawing):
    return set(re.findall(r'Helvetica-Bold">([^<]*)<', drawing.source))


def test_small_graphs_are_open_and_larger_ones_closed():
    loss = network()
    assert len(topological_order(loss)) > 30
    shown = names(draw(loss))
    assert shown == {f"x{i}" for i in range(3)} | {f"h{i}" for i in range(1, 7)} | {
        *("z1", "z2", "×", "loss")
    }
    h1 = next(node for node in topological_order(loss) if node.label == "h1")
    small = h1 * 2.0
    assert "h1b" in names(draw(small))
    assert names(draw(small, open=False)) == {"h1", "×"}  # x only it reaches


def test_open_names_the_groups_to_open():
    loss = network()
    opened = names(draw(loss, open=["h5"]))
    assert {"h5w0", "h5w1", "h5w2", "h5b", "dot", "+"} <= opened
    assert "h4b" not in opened
    assert names(draw(loss, open="h5")) == opened
    node = next(node for node in topological_order(loss) if node.label == "h5")
    assert names(draw(loss, open=[node])) == opened
    assert names(draw(loss, open=[])) == names(draw(loss))
    assert "h4b" in names(draw(loss, open=True))


def test_all_groups_of_a_label_are_opened():
    x = Value(0.5, label="x")
    twice = []
    for _ in range(2):
        node = (x * Value(2.0, label="w")).tanh()
        node.label = "h"
        twice.append(node)
    source = draw(total(twice), open=["h"]).source
    assert source.count(">w<") == 2


@pytest.mark.parametrize("bad", [["h9"], "h9", [Value(1.0)]])
def test_open_says_which_groups_there_are(bad):
    with pytest.raises(ValueError, match=r"no group .* to open; there are: .*h1"):
        draw(network(), open=bad)


def test_open_must_be_names():
    with pytest.raises(TypeError, match="expected True, False or labels as open, got 3"):
        draw(network(), open=3)


def test_a_closed_group_in_words():
    words = draw(network()).svg
    assert "h4 = tanh ∘ + ∘ dot(h1, h2, h3) with h4w0, h4w1, h4w2, dot, h4b, + inside" in words
    assert "tanh ∘ + ∘ dot …" in words
    assert "…: more is inside, which open=[name] shows" in words


def test_where_it_broke_in_a_closed_group():
    x = Value(1000.0, label="x")
    inner = (x.exp() * Value(1.0, label="w")).tanh()
    inner.label = "h"
    root = inner + x
    drawing = draw(root, open=False)
    assert "⚠ h" in drawing.source
