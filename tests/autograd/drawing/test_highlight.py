"""What stands out: nodes, a path, all paths."""

import re

import pytest

from autograd import Value, dot, draw, paths, total
from autograd.drawing.palette import LIGHT


def lit(drawing):
    """The lit edges of a picture as its titles name them, and its pale nodes."""
    edges = re.findall(r'class="edge[^"]* path"[^>]*>\s*<title>([^:]+ to [^:]+):', drawing.svg)
    pale = re.findall(r'class="node[^"]* dim"[^>]*>\s*<title>([^;]*);', drawing.svg)
    return sorted(edges), sorted(name.split(" = ")[0] for name in pale)


@pytest.fixture
def diamond():
    """y depends on x along two paths, over a and over b; c is beside them."""
    x, c = Value(0.5, label="x"), Value(3.0, label="c")
    a, b = x.tanh(), x.exp()
    y = total([a, b, c])
    for node, label in [(a, "a"), (b, "b"), (y, "y")]:
        node.label = label
    return y


def named(y, label):
    return next(node for node in [y, *y.parents, y.parents[0].parents[0]] if node.label == label)


def test_all_paths(diamond):
    drawing = draw(diamond, highlight=paths(diamond, named(diamond, "x")))
    assert lit(drawing) == (["a to y", "b to y", "x to a", "x to b"], ["c"])
    assert "2 paths from x to y; they add up to 2.435" in drawing.source
    assert "2 paths from x to y; they add up to 2.435" in drawing.svg.partition("</desc>")[0]


def test_one_path(diamond):
    (path,) = paths(diamond, named(diamond, "x"), through=named(diamond, "b"))
    drawing = draw(diamond, highlight=path)
    assert lit(drawing) == (["b to y", "x to b"], ["a", "c"])
    assert "∂y/∂b · ∂b/∂x = 1 · 1.649 = 1.649" in drawing.source


def test_paths_through_a_node(diamond):
    through = paths(diamond, named(diamond, "x"), through=named(diamond, "a"))
    assert lit(draw(diamond, highlight=through)) == (["a to y", "x to a"], ["b", "c"])


def test_several(diamond):
    first, second = paths(diamond, named(diamond, "x"))
    both = draw(diamond, highlight=[first, second])
    assert lit(both) == lit(draw(diamond, highlight=paths(diamond, named(diamond, "x"))))


def test_a_node_stands_out_with_what_touches_it(diamond):
    drawing = draw(diamond, highlight=named(diamond, "a"))
    assert lit(drawing) == (["a to y", "x to a"], ["b", "c"])
    (box,) = re.findall(r"^\tn\d+ \[.*>a<.*$", drawing.source, re.MULTILINE)
    assert f'color="{LIGHT["path"]}"' in box
    assert drawing.source.count("penwidth=2.75") == 1


def test_lit_edges_have_a_halo(diamond):
    svg = draw(diamond, highlight=named(diamond, "a")).svg
    edges = re.findall(r'<g id="[^"]*" class="edge[^"]* path".*?</g>', svg, re.DOTALL)
    assert len(edges) == 2
    for edge in edges:
        halo, line = re.findall(r"<path [^>]*>", edge)
        assert f'class="halo" fill="none" stroke="{LIGHT["halo"]}"' in halo
        wide, thin = (float(re.search('stroke-width="([^"]*)"', path)[1]) for path in (halo, line))
        assert wide == thin + 7
        assert re.search(' d="[^"]*"', halo)[0] == re.search(' d="[^"]*"', line)[0]
    assert svg.count('class="halo"') == 2


def test_no_path(diamond):
    elsewhere = Value(1.0, label="elsewhere")
    drawing = draw(diamond, highlight=paths(diamond, elsewhere))
    assert lit(drawing) == ([], [])
    assert "no path: y does not depend on elsewhere" in drawing.source
    nameless = draw(diamond, highlight=paths(diamond, Value(1.0)))
    assert "no path: y does not depend on it" in nameless.source


def test_the_same_operand_twice():
    a = Value(2.0, label="a")
    y = a * a
    first, second = paths(y, a)
    assert lit(draw(y, highlight=first))[0] == ["a to ×"] == lit(draw(y, highlight=second))[0]
    assert len(lit(draw(y, highlight=paths(y, a)))[0]) == 2


def test_of_two_edges_between_two_nodes_the_one_with_the_derivative():
    a = Value(2.0, label="a")
    y = a / a
    for slot, path in enumerate(paths(y, a)):
        line = next(
            line
            for line in draw(y, highlight=path).source.splitlines()
            if LIGHT["path"] in line and "->" in line
        )
        assert f"id=n1_{slot}" in line


def test_long_paths_are_cut_in_words():
    y = x = Value(0.5, label="x")
    for _ in range(20):
        y = y.tanh()
    (path,) = paths(y, x)
    line = next(line for line in draw(y, highlight=path).svg.split(">") if line.startswith("∂v20"))
    assert line.partition("<")[0].endswith("…")


def test_groups_open_where_a_path_goes_through():
    inputs = [Value(0.1 * i, label=f"x{i}") for i in range(3)]
    weights = [Value(1.0 - 0.2 * i, label=f"w{i}") for i in range(6)]
    neurons = [dot(weights[:3], inputs).tanh(), dot(weights[3:], inputs).tanh()]
    for i, neuron in enumerate(neurons):
        neuron.label = f"h{i}"
    y = neurons[0] * neurons[1]
    closed = draw(y, open=False, highlight=neurons[0])
    assert "w0" not in closed.source
    assert lit(closed)[0] == ["h0 to ×", "x0 to h0", "x1 to h0", "x2 to h0"]
    opened = draw(y, open=False, highlight=paths(y, weights[1]))
    assert lit(opened)[0] == ["dot to h0", "h0 to ×", "w1 to dot"]
    assert "w4" not in opened.source
    over_h1 = draw(y, open=False, highlight=paths(y, inputs[2], through=neurons[1]))
    assert "w0" not in over_h1.source
    assert "w4" in over_h1.source


@pytest.mark.parametrize("bad", [3, "h5", [3], [[Value(1.0)]]])
def test_what_can_not_stand_out(diamond, bad):
    with pytest.raises(TypeError, match=r"expected Values, a Path or paths\(...\) as highlight"):
        draw(diamond, highlight=bad)


def test_what_is_elsewhere_can_not_stand_out(diamond):
    with pytest.raises(ValueError, match=r"highlight names Value\(.*not in this graph"):
        draw(diamond, highlight=Value(1.0))


def test_a_summary_has_no_highlight(diamond):
    with pytest.raises(ValueError, match=r"has 5 nodes, more than 4, .* without highlight or step"):
        draw(diamond, highlight=diamond, max_nodes=4)
