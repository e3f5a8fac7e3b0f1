"""Graphs too large to draw node by node."""

import math
import re
import sys

import pytest

from autograd import Value, cross_entropy, dot, draw, exp, gradients, mean, total
from autograd.drawing.summary import MOST, Range, summarize
from autograd.drawing.summary_dot import digits, summary_to_dot
from autograd.drawing.survey import survey


def batch(rows):
    """The mean loss of a neuron layer over several rows."""
    weights = [[Value(0.1 * i - 0.2 * k, label=f"w{i + 3 * k}") for i in range(3)] for k in (0, 1)]
    losses = []
    for row in range(rows):
        x = [Value(0.3 * i - 0.01 * row, label=f"x{i}") for i in range(3)]
        z = [dot(own, x).tanh() for own in weights]
        losses.append(cross_entropy(z, row % 2))
    loss = mean(losses)
    loss.label = "loss"
    return loss


def test_one_box_for_each_operation_at_each_distance():
    found = summarize(survey(batch(20)))
    counts = {
        (box.first.op.name if box.first.op else box.first.label[0]): box.count
        for box in found.boxes.values()
    }
    assert counts == {
        "x": 60,
        "w": 6,
        "dot": 40,
        "tanh": 40,
        "constant": 40,
        "cross_entropy": 20,
        "mean": 1,
    }
    assert found.band == 1
    edges = {
        (tail[1][0] or tail[1][1], head[1][0]): bundle.count
        for (tail, head), bundle in found.bundles.items()
    }
    assert edges == {
        ("x", "dot"): 120,
        ("w", "dot"): 120,
        ("dot", "tanh"): 40,
        ("tanh", "cross_entropy"): 40,
        ("constant", "cross_entropy"): 40,
        ("cross_entropy", "mean"): 20,
    }
    assert found.edges == 380


def test_ranges_are_those_of_the_nodes():
    loss = batch(20)
    whole = survey(loss)
    found = summarize(whole)
    box = next(box for box in found.boxes.values() if box.first.label == "x0")
    inputs = [node for node in whole.nodes if (node.label or "").startswith("x")]
    data, grads = [node.data for node in inputs], gradients(loss, inputs)
    assert (box.data.least, box.data.largest) == (min(data), max(data))
    assert box.grad.size == pytest.approx(max(map(abs, grads)), rel=1e-12)


def test_spine_and_side():
    found = summarize(survey(batch(20)))
    kinds = {(tail[1][0] or tail[1][1], head[1][0]) for tail, head in found.spine()}
    assert kinds == {
        *[("x", "dot"), ("dot", "tanh"), ("tanh", "cross_entropy"), ("cross_entropy", "mean")]
    }
    assert {tail[1][:2] for tail in found.beside()} == {("", "w"), ("constant", "")}


def test_the_picture(elements):
    loss = batch(30)
    drawing = draw(loss)
    texts = {name: words for name, words in elements(drawing.svg).items() if "_" not in name}
    assert len(texts) == 7
    (inputs,) = [words for words in texts.values() if words[0] == "x0 … x2"]
    assert inputs[1] == "×90"
    assert "data" in inputs
    assert "|grad| up to" in inputs
    (end,) = [words for words in texts.values() if words[0] == "loss"]
    assert end[1:3] == ["mean \u00a0×1", "data"]
    assert end[3] == f"{loss.data:.4f}"
    assert repr(drawing) == "<Drawing: computation graph of loss, in summary>"
    assert "307 nodes, 570 edges, drawn as 7 groups" in drawing.source
    assert "x0 … x2 ×90; data" in drawing.svg
    assert "rank=same" in drawing.source


def test_what_is_shown_can_be_chosen():
    source = draw(batch(30), show=["data"], precision=2).source
    assert "|grad|" not in source
    assert "0.60" in source
    assert "|grad| up to" in draw(batch(30), show=["grad"]).source
    assert ">data<" not in draw(batch(30), show=["grad"]).source


def test_what_is_not_finite_is_counted():
    x = [Value(1.0 if i else -1.0, label=f"x{i}") for i in range(100)]
    y = total([v.log() for v in x])
    drawing = draw(y)
    assert "1 not finite" in drawing.source
    assert "penwidth=2.2" in drawing.source
    every = total([Value(math.inf) for i in range(100)])
    assert "100 not finite" in draw(every).source


def deep(nodes):
    y = Value(1.0, label="x")
    while nodes > 1:
        y = -y
        nodes -= 1
    return y


def test_deep_graphs_have_few_boxes():
    found = summarize(survey(deep(1000)))
    assert len(found.boxes) <= MOST
    assert sum(box.count for box in found.boxes.values()) == 1000
    assert found.band == 64
    written = summary_to_dot(found)
    assert "one for each operation at each 64 distances" in written.source
    assert "∂ within ×62" in written.source
    drawn = set(re.findall(r"^\t(n\d+) \[", written.source, re.MULTILINE))
    edges = re.findall(r"^\t(n\d+) -> (n\d+)", written.source, re.MULTILINE)
    assert len(drawn) == len(found.boxes)
    assert {end for edge in edges for end in edge} == drawn  # no box stands alone, none is missing


def test_many_names_tell_nothing():
    y = total([Value(float(i), label=f"{chr(0x4E00 + i)}1") for i in range(100)])
    found = summarize(survey(y))
    assert sorted(box.count for box in found.boxes.values()) == [1, 100]


def test_many_kinds_of_roots_are_all_drawn():
    x = Value(0.5, label="x")
    ys = [exp(x * float(i)) for i in range(40)]
    found = summarize(survey(*ys))
    assert sum(box.count for box in found.boxes.values()) == 1 + 40 * 3


def test_a_hundred_thousand_nodes():
    """Nothing recurses."""
    drawing = draw(deep(100_000))
    assert drawing.svg.count("<title>") > 20


def test_twice_the_nodes_are_twice_the_work():
    """Counted in calls of functions, Python's own among them; quadratic would be four times."""

    def calls(count):
        root, found = deep(count), 0

        def counting(frame, event, argument):
            nonlocal found
            found += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(counting)
        try:
            summary_to_dot(summarize(survey(root)))
        finally:
            sys.setprofile(before)
        return found

    few, many = calls(4_000), calls(8_000)
    assert many < 2.2 * few


@pytest.mark.parametrize(
    ("number", "text"), [(7, "7"), (1920, "1\u202f920"), (10**6, "1\u202f000\u202f000")]
)
def test_digits(number, text):
    assert digits(number) == text


def test_an_empty_range_has_no_size():
    numbers = Range()
    numbers.add(math.nan)
    assert numbers.size == 0.0
    assert numbers.odd == 1
