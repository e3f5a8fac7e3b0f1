"""draw and its Drawing, from the Values to the bytes of the SVG."""

import base64
import hashlib
import html
import os
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, cross_entropy, dot, draw, softmax, total
from autograd.drawing import Drawing, layout, svg
from autograd.drawing.labels import clean, short
from autograd.drawing.palette import LIGHT
from autograd.drawing.survey import survey
from autograd.drawing.words import name
from autograd.ops import CONSTANT

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>alert(1)</script>",
    "</title></svg><image href='x'/>",
    "a & b \"quoted\" 'single' &amp; &#x41; &nbsp;",
    r"\N \G \n \L \ ",
    "nul\0 tab\t newline\n del\x7f c1\x85",
    "\u202eevil\u2066 \u200f",
    "\ud800 surrogate \ufffe",
    "한글 이름표가 아주 아주 아주 아주 아주 아주 깁니다",
    "👩\u200d🔬 😀 שלום",
    "x" * 100_000,
    "--> <!-- ]]> <![CDATA[",
    "{a|b} [c] %s ${d} `e`",
    "<<B>bold</B>>",
    "",
    " ",
]


@pytest.fixture
def iris_roots():
    """The loss and ŷ1..ŷ3 of a 4-4-4-3 network, by hand."""
    count = iter(range(1, 45))

    def layer(inputs, names):
        for label in names:
            numbers = [next(count) for _ in inputs]
            weights = [Value(((7 * n) % 11 - 5) / 5.0, label=f"w{n}") for n in numbers]
            z = dot(weights, inputs)
            node = z if label.startswith("z") else z.tanh()
            node.label = label
            yield node

    x = [Value(v, label=f"x{i + 1}") for i, v in enumerate([-0.9, 1.0, -1.3, -1.3])]
    h = list(layer(x, ["h1", "h2", "h3", "h4"]))
    h = list(layer(h, ["h5", "h6", "h7", "h8"]))
    z = list(layer(h, ["z1", "z2", "z3"]))
    loss, probabilities = cross_entropy(z, 0), softmax(z)
    for label, node in zip(["loss", "ŷ1", "ŷ2", "ŷ3"], [loss, *probabilities], strict=True):
        node.label = label
    return [loss, *probabilities]


def hostile_graph(labels):
    """A graph in which each label is that of a leaf, an operand in a row, and a root."""
    leaves = [Value(i / 3.0, label=label) for i, label in enumerate(labels)]
    roots = [total([leaf, *leaves[:3]]) for leaf in leaves]
    for root, label in zip(roots, labels, strict=True):
        root.label = label
    return roots


def test_draw_is_a_function_of_autograd():
    assert autograd.draw is draw
    assert not isinstance(draw, type(sys))


def test_the_readme_example(example, elements):
    drawing = draw(example)
    groups = elements(drawing.svg)
    nodes = [texts for name, texts in groups.items() if "_" not in name]
    edges = [texts for name, texts in groups.items() if "_" in name]
    assert sorted(nodes) == sorted(
        [
            ["x", "data", "0.5000", "grad", "0.7948"],
            ["w", "data", "−1.200", "grad", "0.3558"],
            ["×", " ", "data", "−0.6000", "grad", "0.7116"],
            ["tanh", " ", "data", "−0.5370", "grad", "1.000"],
            ["exp", " ", "data", "1.649", "grad", "1.000"],
            ["y", "+", "data", "1.112", "grad", "1.000"],
        ]
    )
    assert sorted(text.strip() for (text,) in edges) == sorted(
        ["∂ −1.200", "∂ 0.5000", "∂ 0.7116", "∂ 1.649", "∂ 1", "∂ 1"]
    )
    assert repr(drawing) == "<Drawing: computation graph of y>"


def test_the_whole_iris_graph(iris_roots, elements):
    drawing = draw(iris_roots, open=True)
    groups = elements(drawing.svg)
    assert len([name for name in groups if "_" not in name]) == 4 + 44 + 8 * 2 + 3 + 3 + 4
    assert len([name for name in groups if "_" in name]) == 11 * 8 + 8 + 6 + 9
    root = next(texts for texts in groups.values() if texts[:1] == ["ŷ2"])
    assert root[:6] == ["ŷ2", "softmax", "data", root[3], "grad of ŷ2", "1.000"]


def test_what_a_screen_reader_hears(example):
    root = ET.fromstring(draw(example).svg)
    assert root.get("role") == "img"
    title, description = root.get("aria-labelledby").split()
    by_id = {element.get("id"): element for element in root.iter()}
    assert by_id[title].text == "Computation graph of y"
    assert by_id[description].text.startswith("y is 1.112. 4 operations on 2 leaves.")
    titles = [element.text for element in root.iter(f"{SVG}title")]
    assert "y = add(tanh, exp); data 1.112; grad 1.000; local derivatives 1.000, 1.000" in titles
    assert "x to exp: local derivative 1.649; times grad 1.000" in titles
    groups = [group for group in root.iter(f"{SVG}g") if not group.get("id").endswith("graph0")]
    assert [group[0].tag for group in groups] == [f"{SVG}title"] * (6 + 6)  # nodes and edges


def test_every_color_has_a_dark_twin(iris_roots, example):
    for drawing in (draw(iris_roots), draw(example), draw((example - example).log())):
        used = set(re.findall(r'(?:fill|stroke)="([^"]*)"', drawing.svg.partition("</style>")[2]))
        assert {LIGHT["ink"], LIGHT["data"], LIGHT["grad"]} <= used <= {*LIGHT.values(), "none"}


def test_right_aligned_texts_end_in_line(iris_roots):
    root = ET.fromstring(draw(iris_roots).svg)
    operations = [group for group in root.iter(f"{SVG}g") if "operation" in group.get("class")]
    assert operations
    for group in operations:
        ends = [
            text.get("x") for text in group.iter(f"{SVG}text") if text.get("text-anchor") == "end"
        ]
        assert len(ends) >= 3
        assert len(set(ends)) == 1


def test_ids_are_those_of_one_picture(example, iris_roots):
    def ids(picture):
        return re.findall(r' id="([^"]*)"', picture)

    first, second = draw(example).svg, draw(iris_roots).svg
    assert len(set(ids(first))) == len(ids(first))
    assert not set(ids(first)) & set(ids(second))
    assert draw(example).svg == first


def test_pictures_that_differ_in_words_alone_share_no_ids():
    first, second = (
        set(re.findall(r' id="([^"]*)"', draw(Value(1.0, label="a" * 30 + end)).svg))
        for end in "bc"
    )
    assert len(first) == len(second) > 2
    assert not first & second


def check_is_harmless(picture):
    root = ET.fromstring(picture)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "g", "polygon", "path", "polyline", "text"}
    for element in root.iter():
        names = {name.rpartition("}")[2] for name in element.attrib}
        assert not names & {"href", "src", "style"}
        assert not [name for name in names if name.startswith("on")]
    assert picture.count("<style>") == 1


@pytest.fixture(params=[layout.PACKAGED, "dot"])
def each_program(request, monkeypatch):
    """Each layout program in turn."""
    if layout.find(request.param) is None:
        pytest.skip(f"no {request.param} on this machine: install Graphviz")
    monkeypatch.setenv(layout.CHOICE, request.param)


@pytest.mark.usefixtures("each_program")
def test_hostile_labels_are_text(elements):
    drawing = draw(hostile_graph(HOSTILE), max_nodes=None)
    check_is_harmless(drawing.svg)
    shown = {texts[0] for name, texts in elements(drawing.svg).items() if "_" not in name}
    assert {short(clean(label)) for label in HOSTILE} - {""} <= shown
    check_is_harmless(draw(hostile_graph(HOSTILE), max_nodes=5).svg)
    assert drawing.svg.count("x" * 100_000) == 2  # the tooltips of a leaf and of a root


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=30), min_size=1, max_size=4))
def test_any_labels_are_text(labels):
    check_is_harmless(draw(hostile_graph(labels)).svg)


def test_no_grad_is_read_or_changed(example):
    nodes = [example, *example.parents, *example.parents[0].parents[0].parents]
    before = draw(example).source
    for node in nodes:
        node.grad = 777.25
    assert draw(example).source == before
    assert {node.grad for node in nodes} == {777.25}


def test_a_drawing_is_a_snapshot(example):
    drawing = draw(example)
    leaf = example.parents[1].parents[0]
    leaf.data, leaf.label = 99.0, "changed"
    assert "changed" not in drawing.source + drawing.svg
    assert "99.00" not in drawing.source + drawing.svg


def test_a_root_that_is_given_twice_is_drawn_once(example):
    assert draw([example, example]).svg == draw(example).svg
    assert draw(iter([example])).svg == draw(example).svg


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_the_bytes_do_not_depend_on_the_hash_seed(seed, example):
    code = (
        "from autograd import *\n"
        "x, w = Value(0.5, label='x'), Value(-1.2, label='w')\n"
        "y = (x * w).tanh() + exp(x)\n"
        "y.label = 'y'\n"
        "print(draw(y).svg, end='')"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
    root = Path(autograd.__file__).parents[1]
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, env=environment, cwd=root, capture_output=True, check=True)
    digest = hashlib.sha256(draw(example).svg.encode()).hexdigest()
    assert hashlib.sha256(result.stdout.replace(b"\r\n", b"\n")).hexdigest() == digest


def test_importing_autograd_imports_nothing_else():
    code = "import sys, autograd; print([m for m in ('graphviz', 'numpy') if m in sys.modules])"
    root = Path(autograd.__file__).parents[1]
    result = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True)
    assert result.stdout.strip() == b"[]"


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (3, "expected a Value or a sequence of Values, got int 3"),
        (None, "expected a Value or a sequence of Values, got NoneType None"),
        ("y", "expected a Value or a sequence of Values, got str 'y'"),
        ([Value(1.0), 2.0], "expected Values, got float 2.0; a plain number has no graph"),
        ([[Value(1.0)]], "expected Values, got list .*; give one Value of them"),
    ],
)
def test_what_is_no_value_is_refused(y, message):
    with pytest.raises(TypeError, match=f"draw: {message}"):
        draw(y)


def test_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one Value, got an empty sequence"):
        draw([])


@pytest.mark.parametrize("max_nodes", [0, -1, 2.5, "80"])
def test_max_nodes_is_a_positive_number(example, max_nodes):
    with pytest.raises(
        ValueError, match=f"positive whole number or None as max_nodes, got {max_nodes!r}"
    ):
        draw(example, max_nodes=max_nodes)


def test_nothing_recurses():
    y = Value(1.0)
    for _ in range(5_000):
        y = -y
    assert draw(y, max_nodes=5_001).source.count("->") == 5_000


def test_max_nodes_none_draws_all(elements):
    y = total([Value(float(i)) for i in range(100)])
    assert len(elements(draw(y, max_nodes=None).svg)) == 201


def test_save(tmp_path, example):
    drawing = draw(example)
    path = drawing.save(tmp_path / "graph.svg")
    assert path == tmp_path / "graph.svg"
    assert path.read_bytes().decode() == drawing.svg
    assert drawing.save(str(tmp_path / "GRAPH.DOT")).read_bytes().decode() == drawing.source
    assert sorted(file.name for file in tmp_path.iterdir()) == ["GRAPH.DOT", "graph.svg"]


@pytest.mark.parametrize("name", ["graph.gif", "graph", ".svg", "svg"])
def test_save_names_what_it_accepts(tmp_path, example, name):
    with pytest.raises(ValueError, match=rf"ends in \.svg, \.png, \.pdf or \.dot, got '{name}'"):
        draw(example).save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def size_of(png):
    """Width and height, as a PNG's header says them."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def test_save_as_png_is_at_twice_the_size(tmp_path, example):
    drawing = draw(example)
    width, height = size_of(drawing.png())
    assert f'width="{width}' in drawing.svg
    big = size_of(drawing.save(tmp_path / "graph.png").read_bytes())
    assert big == (2 * width, 2 * height)


def test_save_as_pdf(tmp_path, example, monkeypatch):
    example.label = "ŷ1 ∂"
    path = draw(example).save(tmp_path / "graph.pdf")
    found = path.read_bytes()
    assert found.startswith(b"%PDF")
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", found, re.DOTALL)
    text = b"".join([zlib.decompressobj().decompress(part) for part in parts if part[:1] == b"x"])
    assert b"<0177>" in text  # ŷ and ∂ are letters that can be searched, and no outlines
    assert b"<2202>" in text
    assert draw(example).save(tmp_path / "again.pdf").read_bytes() == path.read_bytes()
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(ImportError, match=r'PDF needs .* pip install "chainrule\[pdf\]"'):
        draw(example).save(tmp_path / "other.pdf")
    assert not (tmp_path / "other.pdf").exists()


def test_save_says_that_a_folder_is_missing(tmp_path, example):
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*nowhere"):
        draw(example).save(tmp_path / "nowhere" / "graph.svg")


def test_save_puts_a_whole_file_in_place(tmp_path, example, monkeypatch):
    seen = []
    replace = os.replace

    def watched(source, target):
        seen.append((source.read_text(encoding="utf-8"), source.parent, target))
        replace(source, target)

    monkeypatch.setattr(os, "replace", watched)
    drawing = draw(example)
    path = drawing.save(tmp_path / "graph.svg")
    assert seen == [(drawing.svg, tmp_path, path)]


@pytest.mark.parametrize("stage", ["layout", "write"])
def test_what_fails_leaves_the_old_file(tmp_path, example, monkeypatch, stage):
    (tmp_path / "graph.svg").write_text("old")
    drawing = draw(example)
    if stage == "layout":
        monkeypatch.setenv(layout.CHOICE, "/no/such/dot")
    else:
        monkeypatch.setattr(os, "fsync", lambda number: os.stat("/no/such/disk"))
    # The error of writing names the file that was asked for, and no temporary one.
    named = "/no/such/dot" if stage == "layout" else str(tmp_path / "graph.svg")
    with pytest.raises((RuntimeError, FileNotFoundError), match=named):
        drawing.save(tmp_path / "graph.svg")
    assert (tmp_path / "graph.svg").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_notebook_shows_the_picture(example):
    drawing = draw(example)
    assert isinstance(drawing, Drawing)
    shown = drawing._repr_mimebundle_()
    assert shown.keys() == {"image/svg+xml", "image/png", "text/plain"}
    assert shown["image/svg+xml"] == drawing.svg
    assert shown["text/plain"] == "<Drawing: computation graph of y>"
    assert base64.b64decode(shown["image/png"]) == drawing.png()


def test_without_the_extra_a_notebook_shows_svg(example, monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    assert draw(example)._repr_mimebundle_().keys() == {"image/svg+xml", "text/plain"}
    with pytest.raises(ImportError, match=r'resvg-py: pip install "chainrule\[draw\]"'):
        draw(example).png()


def test_a_picture_of_no_graphviz_is_refused():
    with pytest.raises(RuntimeError, match="output is not Graphviz SVG: '<svg></svg>'"):
        svg.finish("<svg></svg>", "title", "description", {})


def test_old_graphviz_is_finished_too():
    """Graphviz 2.43 names the graph, and its cells' grounds have the stroke `transparent`."""
    old = (
        '<?xml version="1.0"?>\n<!-- Generated by graphviz -->\n'
        '<svg width="10pt" height="20pt"\n viewBox="0.00 0.00 10.00 20.00" xmlns="x">\n'
        '<g id="graph0" class="graph">\n<title>%3</title>\n'
        '<polygon fill="#ffffff" stroke="transparent" points="-4,4 -4,-9 9,-9 9,4 -4,4"/>\n'
        '<text text-anchor="start" x="1" y="2">caption</text>\n'
        '<!-- n0 -->\n<g id="n0" class="node leaf">\n<title>n0</title>\n'
        '<polygon fill="#ffffff" stroke="transparent" points="5,-1 5,-9 75.5,-9 75.5,-1 5,-1"/>\n'
        '<text text-anchor="start" x="33" y="2">1.000</text>\n</g>\n</g>\n</svg>'
    )
    picture = svg.finish(old, "t", "d", {"n0": "a < b"})
    ET.fromstring(picture)
    assert '<text text-anchor="end" x="72.50" y="2">1.000</text>' in picture
    assert '<text text-anchor="start" x="1" y="2">caption</text>' in picture
    assert (
        picture.count("<polygon") == 1
    )  # the ground of the cell is gone, that of the picture stays
    assert "<title>a &lt; b</title>" in picture
    assert "%3" not in picture
    assert "<!--" not in picture


def colored(svg, role):
    """The texts of a color, in order."""
    pattern = rf'<text [^>]*fill="{LIGHT[role]}"[^>]*>([^<]*)</text>'
    return [html.unescape(text).strip("\xa0 ") for text in re.findall(pattern, svg)]


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_local_derivatives_and_gradients_have_two_colors(example, direction):
    """On edges and in rows: each ∂ in one, each grad in the other."""
    w = [Value(i - 2.5, label=f"w{i}") for i in range(6)]
    for y in (example, dot(w[:3], w[3:]), total([softmax(w[:3])[0], *w])):
        graph = survey(y)
        slopes, grads = [], []
        for node in graph.nodes:
            grads += [graph.numeral(graph.grad(node))] if node.op is not CONSTANT else []
            for parent, slope in zip(node.parents, node.local_derivatives, strict=True):
                rows = len(node.parents) > 2
                slopes += [f"∂ {name(parent)}", graph.numeral(slope)] if rows else []
                slopes += [] if rows else [f"∂ {graph.brief(slope)}"]
        svg = draw(y, direction=direction).svg
        assert sorted(colored(svg, "local")) == sorted(slopes)
        assert sorted(colored(svg, "grad")) == sorted(grads)
