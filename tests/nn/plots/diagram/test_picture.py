"""draw_network, from a model to what a reader sees."""

import itertools
import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import pytest

import nn
from autograd import Value, gradients, paths
from autograd.drawing.palette import LIGHT
from autograd.numerals import brief, numeral, percent
from nn import MLP, Data, Layer, draw_network, mse, probabilities, train

from .conftest import ROW, SVG


def test_weights(model, texts, lines):
    picture = draw_network(model)
    assert repr(picture) == "<NetworkPicture: 44 weights>"
    shown = lines(picture)
    for name, weight in model.named_parameters():
        assert shown[f"{name} = {numeral(weight.data)}"] is (weight.data < 0)
    largest = sorted(model.named_parameters(), key=lambda pair: -abs(pair[1].data))[:3]
    for name, weight in largest:
        assert f"{name} {numeral(weight.data, 3)}" in texts(picture)
    assert {"h5", "z3", "ŷ1", "hidden 2", "tanh(Σ w·h)"} <= set(texts(picture))
    assert "data" not in " ".join(texts(picture))
    assert "data" in " ".join(texts(draw_network(model, ROW)))


def test_biases_are_named_in_the_title():
    assert "4 weights; biases are not drawn" in repr(draw_network(MLP(2, [2])))


def test_gradients_of_the_loss(model, lines, texts):
    picture = draw_network(model, ROW, edges="gradients", label=1)
    assert repr(picture) == "<NetworkPicture: 44 gradients of the loss L = −log ŷ2>"
    loss = nn.cross_entropy(model(ROW), 1)
    shown = lines(picture)
    grads = gradients(loss, model.parameters())
    for (name, _), grad in zip(model.named_parameters(), grads, strict=True):
        assert shown[f"∂L/∂{name} = {numeral(grad)}"] is (grad < 0)
    assert "gradients of ŷ2" in repr(draw_network(model, ROW, edges="gradients", output="ŷ2"))


def test_units_show_data_and_grad(model, texts):
    picture = draw_network(model, ROW)
    share = probabilities(model(ROW))[0]
    assert numeral(share.data, 3) in texts(picture)
    assert percent(share.data) not in texts(picture)  # no names, no captions
    titles = [t.text for t in ET.fromstring(picture.svg).iter(f"{SVG}title")]
    assert f"ŷ1: data {numeral(share.data)}; grad 1.000" in titles
    assert "ŷ2: data" in " ".join(titles)
    assert texts(picture).count("·") == 2  # ŷ1 does not depend on ŷ2 and ŷ3
    assert "the derivative of ŷ1." in " ".join(texts(picture))


def test_a_weight_and_its_paths(model, texts):
    picture = draw_network(model, ROW, highlight="w17")
    title = "w17 reaches ŷ1 along three paths. Multiply along each, then add."
    assert repr(picture) == f"<NetworkPicture: {title}>"
    shown = texts(picture)
    (grad,) = gradients(probabilities(model(ROW))[0], [model["w17"]])
    assert shown.count(brief(grad)) == 1
    for k in (1, 2, 3):
        assert f"w17→h5→z{k}→ŷ1" in shown
    assert {"∂s5/∂w17", "∂h5/∂s5", "∂z/∂h5", "∂ŷ1/∂z", "1 − h5²", "w33", "w37", "w41"} <= set(shown)
    assert {"ŷ1(1 − ŷ1)", "−ŷ1·ŷ2", "−ŷ1·ŷ3"} <= set(shown)
    assert [text for text in shown if text in "123"].count("1") == 2  # on z1 and in the ledger
    assert any(text.startswith("∂ŷ1/∂h5 × ∂h5/∂w17 = ") for text in shown)
    assert draw_network(model, ROW, highlight=model["w17"]).svg == picture.svg
    assert f"is {numeral(grad)}.</desc>" in picture.svg


def test_lines_are_as_wide_as_the_sum_of_the_products_on_them(model):
    svg = draw_network(model, ROW, highlight="w1").svg
    share = probabilities(model(ROW))[0]
    sums = {}
    for path in paths(share, model["w1"]):
        labels = [node.label for node in path.nodes if node.label]
        for pair in pairwise(labels):
            sums[pair] = sums.get(pair, 0.0) + path.product
    lit = {pair: x for pair, x in sums.items() if pair != ("h1", "w1")}
    most = max(map(abs, lit.values()))
    found = re.findall(r'stroke-width="([\d.]+)"[^>]*><title>local derivative', svg)
    expected = [2.0 + 4.0 * abs(x) / most for x in lit.values()]
    assert sorted(map(float, found)) == pytest.approx(sorted(expected), abs=0.006)


def ledger_numbers(shown, row):
    """The numbers of a row of the ledger: from its path to the next one's."""
    start = shown.index(row) + 1
    numbers = []
    for text in shown[start:]:
        if re.fullmatch(r"\(?−?\d+\.\d+(e−\d+)?\)?", text):
            numbers.append(float(text.strip("()").replace("−", "-")))
        elif "→" in text or text.startswith(("sum", "∂")):
            break
    return numbers


@pytest.mark.parametrize("weight", ["w1", "w17", "w33"])
def test_a_reader_can_multiply_along(model, weight, texts):
    """By hand, from the printed numbers alone."""
    shown = texts(draw_network(model, ROW, highlight=weight))
    rows = [text for text in shown if text.startswith(f"{weight}→")]
    total = size = 0.0
    for row in rows:
        *factors, product = ledger_numbers(shown, row)
        assert math.prod(factors) == pytest.approx(product, rel=4e-3)  # of four digits each
        total += product
        size += abs(product)
    (grad,) = gradients(probabilities(model(ROW))[0], [model[weight]])
    assert total == pytest.approx(grad, abs=5e-3 * size)


def test_one_path_is_a_sentence(model, texts):
    picture = draw_network(model, ROW, highlight="w33")
    (sentence,) = [text for text in texts(picture) if text.startswith("∂ŷ1/∂w33 = ")]
    assert re.search(r"h5 × ŷ1\(1 − ŷ1\) [=≈] ", sentence)
    assert "sum = " not in " ".join(texts(picture))
    assert "sum = " in " ".join(texts(draw_network(model, ROW, highlight="w17")))


def test_a_path_of_one_edge_has_no_product(texts):
    shown = texts(draw_network(MLP(2, [1], seed=0), [0.5, 2.0], highlight="w1"))
    assert "∂z1/∂w1 = x1 = 0.5000" in shown


def test_many_paths(texts):
    model = MLP(3, [6, 6, 3], activation="tanh", seed=3)
    shown = texts(draw_network(model, [0.1, -0.4, 0.7], highlight="w2"))
    assert len([text for text in shown if text.startswith("w2→")]) == 18
    assert not [text for text in shown if text.startswith("…")], "all of them have room"
    big = MLP(3, [6, 6, 6, 3], activation="tanh", seed=3)
    picture = draw_network(big, [0.1, -0.4, 0.7], highlight="w2")
    assert "along 108 paths" in repr(picture)
    shown = texts(picture)
    rest = shown[shown.index("… 88 more") + 1]
    largest = paths(probabilities(big([0.1, -0.4, 0.7]))[0], big["w2"]).largest(20)
    (grad,) = gradients(probabilities(big([0.1, -0.4, 0.7]))[0], [big["w2"]])
    assert rest == brief(grad - math.fsum(path.product for path in largest))
    assert len([text for text in texts(picture) if text.startswith("w2→")]) == 20
    assert "… 88 more" in texts(draw_network(big, [0.1, -0.4, 0.7], highlight="w2", phone=True))


def test_a_weight_that_reaches_nothing(texts):
    model = MLP(2, [2, 2], output="sigmoid", activation="tanh", seed=0)
    picture = draw_network(model, [1.0, 2.0], highlight="w7")  # leads to ŷ2
    assert repr(picture) == "<NetworkPicture: w7 does not reach ŷ1>"
    assert "ŷ1 does not depend on w7." in texts(picture)
    other = draw_network(model, [1.0, 2.0], highlight="w7", output="ŷ2")
    assert "w7 reaches ŷ2 along one path. Multiply along it." in repr(other)


def test_the_loss_as_root(model, texts):
    shown = texts(draw_network(model, ROW, highlight="w17", label=0))
    assert "w17→h5→z1→L" in shown
    assert {"ŷ1 − 1", "ŷ2", "∂L/∂z"} <= set(shown)
    assert any(text.startswith("∂L/∂h5 × ∂h5/∂w17") for text in shown)


def test_a_dead_path_has_no_remark(texts):
    model = MLP(2, [2, 2], seed=0, bias=False)
    for parameter in model.parameters()[:4]:
        parameter.data = -1.0
    shown = texts(draw_network(model, [1.0, 1.0], highlight="w1"))
    assert "0" in shown
    assert not [text for text in shown if text.startswith("Path")]


def test_what_one_path_alone_would_say(model, texts):
    seen = set()
    for i in range(1, 33):
        for text in texts(draw_network(model, ROW, highlight=f"w{i}")):
            if text.startswith("Path"):
                seen.add(re.sub("[-−0-9.]+(e−[0-9]+)?", "#", text))
    assert seen == {
        "Path # alone would be #: about # times the true gradient#",
        "Path # alone would be #: with the wrong sign#",
    }


def test_a_weight_without_a_row(model, texts, lines):
    picture = draw_network(model, highlight="w17")
    assert repr(picture) == "<NetworkPicture: w17 leads from h1 to h5>"
    assert f"w17 = {numeral(model['w17'].data)}" in texts(picture)
    assert f"w17 = {numeral(model['w17'].data)}, the chosen weight" in lines(picture)


def test_a_neuron(model, texts, lines):
    picture = draw_network(model, ROW, highlight="h5")
    assert not [line for line in lines(picture) if "chosen weight" in line]
    formula = "h5 = tanh(w17·h1 + w18·h2 + w19·h3 + w20·h4)"
    assert repr(picture) == f"<NetworkPicture: {formula}>"
    shown = texts(picture)
    neuron = model.layers[1].neurons[0]
    hidden = model.layers[0](ROW)
    share = probabilities(model(ROW))[0]
    for weight, h, grad in zip(neuron.w, hidden, gradients(share, neuron.w), strict=True):
        at = shown.index(f"{weight.label}·{h.label}")
        assert shown[at + 1 : at + 5] == [
            numeral(x) for x in (weight.data, h.data, weight.data * h.data, grad)
        ]
    output = numeral(model.layers[1](hidden)[0].data)
    assert {f"h5 = tanh(s5) = {output}", f"h5 = tanh(s5) ≈ {output}"} & set(shown)
    assert "weight" in shown
    assert "weight" not in texts(draw_network(model, highlight="h5"))


def test_a_neuron_with_many_inputs_or_a_bias(texts):
    model = MLP(9, [2, 1], seed=0)
    picture = draw_network(model, [0.1] * 9, highlight="h2")
    assert "h2 = relu(w10·x1 + w11·x2 + … + w18·x9 + b)" in repr(picture)
    assert "z1 = w19·h1 + w20·h2 + b" in repr(draw_network(model, highlight="z1"))
    assert "b2" in texts(picture)
    wide = MLP(15, [2], seed=0)
    shown = texts(draw_network(wide, highlight="z1"))
    assert "z1 = w1·x1 + w2·x2 + … + w15·x15 + b" in shown
    assert not [text for text in shown if re.match(r"w\d+ [−\d]", text)], "no room for chips"


def iris_like():
    rows = [[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5], [7.0, 3.2, 4.7, 1.4]]
    names = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "weight"]
    return Data(rows, ["setosa", "virginica", "versicolor"], names).standardized()


@pytest.mark.parametrize("phone", [False, True])
def test_captions(model, texts, phone):
    data = iris_like()
    shown = texts(draw_network(model, data.rows[0], data=data, note="a <flower>", phone=phone))
    assert "sepal length" in shown  # twelve characters have room, on a phone too
    assert {"5.1 cm", "3.5 cm", "1.4 cm", "0.2", "weight", "setosa", "a <flower>"} <= set(shown)
    assert any(text.endswith(" %") for text in shown)
    assert "5.1 cm" not in texts(draw_network(model, data=data, phone=phone))


def test_raw_data_has_no_second_number(model, texts):
    data = Data([[5.1, 3.5, 1.4, 0.2]], [0])
    shown = texts(draw_network(model, data.rows[0], data=data))
    assert "x1" in shown
    assert "standardized" not in shown
    data = iris_like()
    assert "standardized" in texts(draw_network(model, data.rows[0], data=data))


def test_captions_of_a_regression(texts):
    model = MLP(2, [1], seed=0)
    data = Data([[1.0, 2.0], [2.0, 3.0]], [0.5, 1.5], ["a very long name of it", "b"])
    train(model, data, loss=mse, epochs=1, progress=False)
    shown = texts(draw_network(model, data.rows[0], data=data, phone=True))
    assert "a. very long name of it" in shown
    model.schema = replace(model.schema, class_names=("price",))
    assert "price" in texts(draw_network(model, data.rows[0], data=data))


def test_a_model_that_was_trained_has_the_captions_of_its_data(texts):
    data, raw = (
        iris_like(),
        Data(
            [[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5], [7.0, 3.2, 4.7, 1.4]],
            ["setosa", "virginica", "versicolor"],
            iris_like().feature_names,
        ),
    )
    model = MLP(4, [3], seed=0)
    train(model, data, epochs=1, progress=False)
    expected = draw_network(model, data.rows[0], data=data).svg
    assert draw_network(model, data.rows[0]).svg == expected
    assert draw_network(model, [Value(x) for x in data.rows[0]]).svg == expected
    assert draw_network(model, raw.rows[0], data=raw).svg == expected
    numbers = Data(data.rows, [0.5, 1.5, 2.25], target_names=["price"]).standardized()
    model = MLP(4, [1], seed=0)
    train(model, numbers, epochs=1, progress=False)
    assert "price" in texts(draw_network(model, numbers.rows[0]))


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("highlight", [None, "w1", "w17", "w20", "w33", "w44", "h2", "z3"])
def test_pictures_are_whole(model, highlight, phone):
    data = iris_like()
    for x in (None, data.rows[1]):
        svg = draw_network(model, x, highlight=highlight, data=data, note="note", phone=phone).svg
        root = ET.fromstring(svg)
        width, height = float(root.get("width")), float(root.get("height"))
        assert width == (390 if phone else 830)
        for text in root.iter(f"{SVG}text"):
            assert 0 <= float(text.get("x")) <= width
            assert 0 <= float(text.get("y")) <= height
        for box in root.iter(f"{SVG}rect"):
            assert float(box.get("x", 0)) >= 0
            assert float(box.get("x", 0)) + float(box.get("width")) <= width
        used = set(re.findall(r'(?:fill|stroke)="([^"]*)"', svg.partition("</style>")[2]))
        assert {LIGHT["ink"], LIGHT["positive"], LIGHT["negative"]} <= used
        assert used <= {*LIGHT.values(), "none"}


def chips(svg):
    return [
        tuple(map(float, found))
        for found in re.findall(
            r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="(?:20|19).0"', svg
        )
    ]


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("weight", ["w17", "w21", "w33", "w40"])
def test_chips_do_not_overlap(model, weight, phone):
    found = chips(draw_network(model, ROW, highlight=weight, phone=phone).svg)
    assert len(found) >= 3
    for i, (x1, y1, w1) in enumerate(found):
        for x2, y2, w2 in found[i + 1 :]:
            apart = x1 + w1 <= x2 + 2 or x2 + w2 <= x1 + 2 or abs(y1 - y2) >= 18
            assert apart, (weight, (x1, y1, w1), (x2, y2, w2))


def spans(svg):
    """Of each text its height, its left and right end in a font of middling width, and itself."""
    for text in ET.fromstring(svg).iter(f"{SVG}text"):
        shown = "".join(text.itertext()).replace("\u200b", "")
        wide = 0.53 * float(text.get("font-size")) * len(shown)
        x = (
            float(text.get("x"))
            - {"start": 0, "middle": wide / 2, "end": wide}[text.get("text-anchor")]
        )
        yield float(text.get("y")), x, x + wide, shown


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("highlight", ["w1", "w17", "w33", "h5"])
@pytest.mark.parametrize("size", [0.003, 1.0, 6.0])
@pytest.mark.parametrize("label", [None, 2])
def test_texts_are_apart(model, highlight, phone, size, label):
    """Also numbers of nine characters, as −3.863e−4."""
    for parameter in model.parameters():
        parameter.data *= size
    found = [*spans(draw_network(model, ROW, highlight=highlight, label=label, phone=phone).svg)]
    assert len(found) > 60
    for (y1, a1, b1, one), (y2, a2, b2, two) in itertools.combinations(found, 2):
        assert abs(y1 - y2) > 9 or b1 <= a2 or b2 <= a1, (one, two)


@pytest.mark.parametrize("phone", [False, True])
def test_a_large_network_is_drawn_in_summary(phone, texts):
    model = MLP(20, [17, 2], seed=0)
    row = [0.1 * i for i in range(20)]
    picture = draw_network(model, row, phone=phone, note="note")
    shown = texts(picture)
    assert {"x1 … x20", "h1 … h17", "×17", "w1 … w340", "z1 … z2", "softmax", "note"} <= set(shown)
    assert f"{numeral(0.0)} … {numeral(row[-1])}" in shown
    assert "374 weights" in repr(picture)
    weights = [w.data for w in model.layers[0].parameters() if w.label.startswith("w")]
    assert f"{numeral(min(weights))} … {numeral(max(weights))}" in shown
    assert "data" in shown
    assert "data" not in texts(draw_network(model, phone=phone))
    graded = draw_network(model, row, edges="gradients", phone=phone)
    assert "374 gradients of ŷ1" in repr(graded)
    with pytest.raises(ValueError, match="no highlight where a layer of 20 units is summarized"):
        draw_network(model, row, highlight="w1", phone=phone)


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("size", [0.003, 1.0])
def test_texts_of_a_summary_are_apart(phone, size):
    model = MLP(20, [17, 2], activation="tanh", seed=0)
    for parameter in model.parameters():
        parameter.data *= size
    row = [2e-4 * (i - 9) for i in range(20)]
    found = [*spans(draw_network(model, row, edges="gradients", phone=phone).svg)]
    assert len(found) > 30
    for (y1, a1, b1, one), (y2, a2, b2, two) in itertools.combinations(found, 2):
        assert abs(y1 - y2) > 9 or b1 <= a2 or b2 <= a1, (one, two)


@pytest.mark.parametrize("size", [5, 8, 16])
def test_sixteen_units_are_drawn_one_by_one(size, texts):
    model = MLP(4, [size, 3], seed=0)
    assert f"h{size}" in texts(draw_network(model, ROW))
    assert f"h{size}" in texts(draw_network(model, ROW, highlight="w1"))


def test_a_phone_has_room_for_seven(texts):
    model = MLP(4, [7, 3], seed=0)
    assert "h7" in texts(draw_network(model, ROW, highlight="w1", phone=True))
    assert "h1 … h8" in texts(draw_network(MLP(4, [8, 3], seed=0), ROW, phone=True))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"edges": "grads"}, "edges 'weights' or 'gradients', got 'grads'"),
        ({"edges": "gradients"}, "gradients need a row: pass it as x"),
        ({"label": 0}, "gradients need a row: pass it as x"),
        ({"output": "ŷ1"}, "gradients need a row: pass it as x"),
        ({"x": ROW, "output": "ŷ4"}, "no output 'ŷ4'; accepted: ŷ1, ŷ2, ŷ3"),
        ({"x": ROW, "label": 3}, "no class 3"),
        ({"x": ROW, "label": "rose"}, "no class 'rose'"),
        (
            {"x": ROW, "label": 0, "output": "ŷ1"},
            "expected a label, for the loss, or an output, got both",
        ),
        ({"x": ROW[:3]}, "a row of 4 numbers, got 3"),
        ({"highlight": "w45"}, "no weight or neuron 'w45' to highlight; did you mean"),
        ({"highlight": "ŷ1"}, "no weight or neuron 'ŷ1' to highlight"),
        ({"highlight": "x1"}, "no weight or neuron 'x1' to highlight"),
    ],
)
def test_what_is_accepted(model, options, message):
    with pytest.raises(ValueError, match=f"draw_network: .*{message}"):
        draw_network(model, **options)


def test_other_models_are_refused():
    with pytest.raises(TypeError, match=r"expected an MLP, got Layer.*; autograd\.draw\(y\) shows"):
        draw_network(Layer(2, 2))
    with pytest.raises(ValueError, match="no weight or neuron 'z2'"):
        draw_network(MLP(2, [1]), highlight="z2")
    with pytest.raises(ValueError, match="no label for a network without probabilities, got 0"):
        draw_network(MLP(2, [1]), [1.0, 2.0], label=0)


def test_a_class_by_name(model):
    model.schema = replace(model.schema, class_names=("setosa", "versicolor", "virginica"))
    by_name = draw_network(model, ROW, edges="gradients", label="virginica")
    assert by_name.svg == draw_network(model, ROW, edges="gradients", label=2).svg


def test_no_grad_is_touched_and_nothing_moves(model):
    weights = [parameter.data for parameter in model.parameters()]
    for parameter in model.parameters():
        parameter.grad = 777.25
    picture = draw_network(model, ROW, highlight="w17")
    assert {parameter.grad for parameter in model.parameters()} == {777.25}
    assert [parameter.data for parameter in model.parameters()] == weights
    model["w17"].data = 5.0
    assert "5.000" not in picture.svg
    assert "5.000" in draw_network(model, ROW, highlight="w17").svg


def test_saving(model, tmp_path):
    picture = draw_network(model)
    assert picture.save(tmp_path / "net.svg").read_text("utf-8") == picture.svg
    assert picture.save(tmp_path / "net.png").read_bytes().startswith(b"\x89PNG")
    assert picture.save(tmp_path / "net.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(ValueError, match=r"ends in \.svg, \.png or \.pdf, got 'net\.dot'"):
        picture.save(tmp_path / "net.dot")
    assert picture._repr_mimebundle_().keys() == {"image/svg+xml", "image/png", "text/plain"}


def test_a_row_of_values(model):
    from autograd import Value

    row = [Value(x) for x in ROW]
    assert draw_network(model, row).svg == draw_network(model, ROW).svg


def test_names_in_each_spelling_of_their_letters(model):
    one, two = "\u0177 1".replace(" ", ""), "y\u0302 1".replace(" ", "")
    row = [1.0] * model.nin
    assert draw_network(model, row, output=two).svg == draw_network(model, row, output=one).svg


@pytest.mark.parametrize("phone", [False, True])
def test_local_derivatives_and_gradients_have_two_colors(model, phone):
    svg = draw_network(model, ROW, highlight="w17", phone=phone).svg
    found = {role: [] for role in ("local", "grad")}
    for role, shown in found.items():
        for text in ET.fromstring(svg).iter(f"{SVG}text"):
            if text.get("fill") == LIGHT[role]:
                shown.append("".join(text.itertext()).replace("\u200b", ""))
    share = probabilities(model(ROW))[0]
    digits = 3 if phone else 4
    for path in paths(share, model["w17"]):
        for slope in path.local_derivatives:
            assert any(brief(slope, digits) in text for text in found["local"])
        assert brief(path.product, digits) in found["grad"]
    names = {"h1", "w33", "w37", "w41", "1 − h5²", "in a frame: local derivative"}
    if not phone:
        assert all(any(name in text for text in found["local"]) for name in names)
    (grad,) = gradients(share, [model["w17"]])
    assert brief(grad, digits) in found["grad"]
    assert brief(grad, digits) not in found["local"]
