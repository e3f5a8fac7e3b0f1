"""The DOT text: a box per node, an edge per slot."""

import re
import sys

import pytest

from autograd import Value, dot, relu, softmax, total
from autograd.drawing.dot import edge_id, node_id, to_dot
from autograd.drawing.survey import survey


def edges(source):
    """The edges of a DOT text, each with its attributes: (tail, head, attributes)."""
    return re.findall(r"^\t(n\d+) -> (n\d+(?::p\d+:w)?) \[(.*)\]$", source, re.MULTILINE)


def boxes(source):
    """The attributes of each node of a DOT text, by its name."""
    return dict(re.findall(r"^\t(n\d+) \[(.*)\]$", source, re.MULTILINE))


def texts(box):
    return re.findall(r"<FONT [^>]*>([^<]*)</FONT>", box)


def test_one_box_per_node_and_one_edge_per_slot(example):
    found = survey(example)
    source = to_dot(found)
    assert list(boxes(source)) == [node_id(number) for number in range(len(found.nodes))]
    assert [(tail, head) for tail, head, _ in edges(source)] == [
        (node_id(found.number[parent]), node_id(found.number[node]))
        for node in found.nodes
        for parent in node.parents
    ]


def test_boxes_show_name_data_and_grad(example):
    found = survey(example)
    drawn = boxes(to_dot(found))
    x, product, root = (
        drawn[node_id(found.number[node])]
        for node in (example.parents[1].parents[0], example.parents[0].parents[0], example)
    )
    assert texts(x) == ["x", "data", "0.5000", "grad", "0.7948"]
    assert texts(product) == ["×", " ", "data", "−0.6000", "grad", "0.7116"]
    assert texts(root) == ["y", "+", "data", "1.112", "grad", "1.000"]
    assert "peripheries=2" in root
    assert "peripheries" not in x + product
    assert "class=leaf" in x
    assert "class=operation" in product


def test_leaves_line_up():
    names = ["w", "weight", "한글 이름", "a name longer than the column"]
    leaves = [Value(1.0, label=label) for label in names]
    drawn = boxes(to_dot(survey(total(leaves))))
    columns = [int(re.search('WIDTH="([0-9]+)"', drawn[f"n{i}"])[1]) for i in range(4)]
    assert columns[0] == columns[1] == columns[2] == 96
    assert columns[3] > 150
    assert 'WIDTH="34"' in boxes(to_dot(survey(Value(1.0, label="x"))))["n0"]


def test_the_same_operand_twice_is_two_edges():
    a = Value(2.0, label="a")
    found = edges(to_dot(survey(a + a)))
    assert [(tail, head) for tail, head, _ in found] == [("n0", "n1"), ("n0", "n1")]
    assert [re.search('label="([^"]*)"', attributes)[1] for *_, attributes in found] == [
        *(" ∂ 1 ", " ∂ 1 ")
    ]
    assert f"id={edge_id(1, 0)}" in found[0][2]
    assert f"id={edge_id(1, 1)}" in found[1][2]


def test_past_two_operands_each_has_a_row():
    w = [Value(0.5, label="w1"), Value(-2.0, label="w2")]
    x = [Value(3.0, label="x1"), Value(1.0, label="x2")]
    neurons = dot(w, x), dot(w[::-1], x)
    found = survey(*neurons)
    source = to_dot(found)
    box = boxes(source)[node_id(found.number[neurons[0]])]
    rows = ["∂ w1", "3.000", "∂ x1", "0.5000", "∂ w2", "1.000", "∂ x2", "−2.000"]
    assert texts(box)[6:] == rows
    assert "<HR/>" in box
    assert "ordering=in" in box
    heads = [(tail, head) for tail, head, _ in edges(source) if head.startswith("n4:")]
    assert heads == [("n0", "n4:p0:w"), ("n2", "n4:p1:w"), ("n1", "n4:p2:w"), ("n3", "n4:p3:w")]
    assert all("tailport=e" in attributes for *_, attributes in edges(source))
    assert all("label=" not in attributes for *_, attributes in edges(source))
    assert all("minlen=2" in attributes for *_, attributes in edges(source))
    assert "minlen" not in to_dot(survey(neurons[0]))


def test_any_number_of_operands_stand_in_the_order_of_the_graph():
    logits = [Value(float(i), label=f"z{i}") for i in range(3)]
    shares = softmax(logits)
    found = survey(*shares)
    for share in shares:
        rows = texts(boxes(to_dot(found))[node_id(found.number[share])])
        assert [text for text in rows if text.startswith("∂")] == ["∂ z0", "∂ z1", "∂ z2"]


def test_of_many_operands_ten_have_a_row_and_all_have_an_edge():
    y = total([Value(float(i), label=f"q{i}") for i in range(40)])
    source = to_dot(survey(y))
    box = boxes(source)[node_id(40)]
    assert "… 30 more" in texts(box)
    assert [text for text in texts(box) if text.startswith("∂")] == [
        f"∂ q{i}" for i in (*range(8), 38, 39)
    ]
    heads = [head for _, head, _ in edges(source)]
    assert len(heads) == 40
    assert heads.count("n40:p8:w") == 30


def test_constants_are_small():
    found = survey(Value(2.0, label="a") * 3.0)
    constant = boxes(to_dot(found))["n1"]
    assert texts(constant) == ["3"]
    assert "class=constant" in constant
    found.nodes[1].label = "three"
    assert texts(boxes(to_dot(found))["n1"]) == ["three", "3"]


def test_widths_and_dashes():
    a, b = Value(2.0), Value(-8.0)
    drawn = {tail: attributes for tail, _, attributes in edges(to_dot(survey(a * b)))}
    assert "penwidth=4.00" in drawn["n0"]  # the derivative for a is b = -8, the largest
    assert "penwidth=1.60" in drawn["n1"]  # for b it is a = 2, a quarter: 0.8 + 3.2/4
    for attributes, negative in [(drawn["n0"], True), (drawn["n1"], False)]:
        assert ("style=dashed" in attributes) is negative
        assert ("class=negative" in attributes) is negative


def test_edges_where_nothing_flows():
    for *_, attributes in edges(to_dot(survey(relu(-Value(1.0))))):
        assert "penwidth=0.80" in attributes
    assert 'label=" ∂ 0 "' in attributes
    assert "dashed" not in attributes


def test_an_edge_between_two_roots_is_thin():
    x = Value(2.0)
    first = x * 3.0
    source = to_dot(survey(first, x * 50.0))
    widths = [re.search("penwidth=([0-9.]+)", attributes)[1] for *_, attributes in edges(source)]
    assert widths == ["4.00", "0.80", "0.80", "0.80"]


def test_where_it_broke_is_marked():
    x, c = Value(1.0, label="x"), Value(1.0, label="c")
    source = to_dot(survey((x - c).log()))
    x_box, _, difference, logarithm = boxes(source).values()
    assert texts(logarithm)[0] == "⚠ log"
    assert 'fillcolor="#1a1f26"' in logarithm
    assert 'fillcolor="#ffffff"' in difference
    for box, ground in [(x_box, "#f6f7f9"), (difference, "#ffffff"), (logarithm, "#1a1f26")]:
        assert set(re.findall('BGCOLOR="([^"]*)"', box)) == {ground}
    for hurt in (x_box, difference, logarithm):
        assert "penwidth=2.2" in hurt
    assert "∂ ∞" in source
    assert "penwidth=4.00" in source


def test_labels_are_data():
    hostile = r'</TD></TABLE>>];<B>\N\G"&amp;'
    found = survey(Value(1.0, label=hostile) * 2.0)
    (label,) = [text for text in texts(boxes(to_dot(found))["n0"]) if "TD" in text]
    assert label == r"&lt;/TD&gt;&lt;/TABLE&gt;&gt;];&lt;B&gt;\\N\\G&quot;…"


def test_the_graphviz_package_is_named_where_it_is_missing(monkeypatch, example):
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(ImportError, match=r'graphviz.*pip install "chainrule\[draw\]"'):
        to_dot(survey(example))
