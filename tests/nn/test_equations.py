"""What a reader is shown of Iris, before and after training, can be done again from that alone."""

import re
import xml.etree.ElementTree as ET
from itertools import groupby

import pytest

from autograd import cross_entropy, derive, paths
from nn import MLP, Adam, draw_network, load_iris, probabilities, train
from nn.__main__ import main
from tests.autograd.reader import NUMBER, agrees, check, evaluated

SVG = "{http://www.w3.org/2000/svg}"
ACTIVATIONS = ["tanh", "sigmoid", "relu", "gelu"]


@pytest.fixture(scope="module")
def iris():
    return load_iris(seed=0)


@pytest.fixture(scope="module", params=[(0, "tanh"), *[(200, name) for name in ACTIVATIONS]])
def model(request, iris):
    """The reference network, or one with other activations and biases."""
    epochs, activation = request.param
    made = MLP(4, [4, 4, 3], activation=activation, bias=activation != "tanh", seed=0)
    if epochs:
        optimizer = Adam(made.parameters(), lr=0.03)
        train(made, iris.train, optimizer=optimizer, epochs=epochs, engine="numpy", progress=False)
    return made


@pytest.fixture
def roots(model, iris):
    """The first share of a flower, and its loss."""
    z = model(iris.test.rows[0])
    loss = cross_entropy(z, iris.test.labels[0])
    loss.label = "loss"
    return probabilities(z)[0], loss


def weights(model):
    """One of each layer."""
    return [layer.neurons[0].w[0] for layer in model.layers]


def signs(text):
    return re.findall(r"≈|=", text.replace(r"\approx", "≈"))


def test_derive(model, roots):
    for root in roots:
        for weight in weights(model):
            found = derive(root, weight)
            counts = [check(line) for line in str(found).splitlines()]
            assert sum(counts) >= 4
            assert signs(str(found)) == signs(found.latex) == signs(found.markdown)


def test_paths(model, roots):
    for root in roots:
        for weight in weights(model):
            for path in paths(root, weight):
                assert check(str(path)) == 1
                assert signs(str(path)) == signs(path._repr_latex_())


def test_the_command(capsys, tmp_path):
    for epochs, least in (("1", 3), ("200", 3)):
        out = str(tmp_path / "iris.svg")
        assert main(["iris", "--quiet", "--epochs", epochs, "--out", out]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert sum([check(line) for line in lines]) == least


class Shown:
    """The texts of a picture, as a reader finds them."""

    def __init__(self, picture, digits):
        self.digits = digits
        root = ET.fromstring(picture.svg)
        found = [
            (float(t.get("y")), float(t.get("x")), "".join(t.itertext()).replace("\u200b", ""))
            for t in root.iter(f"{SVG}text")
        ]
        self.texts = [text for _, _, text in found]
        self.rows = [
            [text for _, _, text in row] for _, row in groupby(sorted(found), lambda t: t[0])
        ]
        self.units = {}  # the upper number in each circle
        for name, data in zip(self.texts, self.texts[1:], strict=False):
            if re.fullmatch(r"[xhzŷ]\d+", name) and re.fullmatch(NUMBER, data):
                self.units.setdefault(name, data)

    def check(self, line, names=None):
        return check(line, self.digits, names)

    def check_sum(self, parts, sign, whole):
        recomputed = sum(map(evaluated, parts))
        assert agrees(recomputed, whole, self.digits) == (sign == "="), (parts, sign, whole)

    def row(self, beginning):
        (found,) = [row for row in self.rows for text in row if text.startswith(beginning)]
        return found


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("label", [None, 0])
def test_the_paths_of_a_weight(model, iris, phone, label):
    for weight in weights(model):
        picture = draw_network(
            model, iris.test.rows[0], highlight=weight, data=iris, label=label, phone=phone
        )
        shown = Shown(picture, 3 if phone else 4)
        products = [row[-1] for row in shown.rows if any("→" in text for text in row)]
        assert len(products) in (1, 3, 12)
        found = 0
        if phone:
            for i, row in enumerate(shown.rows):
                if any("→" in text for text in row):
                    sign, _, factors = whole_line(shown.rows[i + 1 :]).partition(" ")
                    found += shown.check(f"{factors} {sign} {row[-1]}")
        else:
            lines = [" ".join(row) for row in shown.rows if any("→" in text for text in row)]
            found = sum(map(shown.check, lines))
        assert found == len(products)
        # The chip of the slope, and the derivative through the neuron or along the only path.
        others = sum([shown.check(text, shown.units) for text in shown.texts])
        if len(products) > 1:
            assert others >= 1 + (not phone and "tanh" in picture.svg)
            row = shown.row("sum")
            sign = row[-1 if not phone else 0].split()[-1] if phone else row[-2]
            shown.check_sum(products, sign, row[-1])
        else:
            left, right = named(shown)
            check_names(shown, left, right)


def whole_line(rows):
    """The first row, and those that go on with it."""
    line = ""
    for (text,) in rows:
        line += f" {text}" if line else text
        if not text.endswith("×"):
            break
    return line


def named(shown):
    """The names of a product, then the sign and the numbers of its factors."""
    lines = [text for text in shown.texts if text.startswith(("∂", "= ", "≈ "))]
    (text,) = re.findall(r"∂\S+/∂\S+ = (.* [=≈] .*) [=≈]", " ".join(lines[-2:]))
    return re.fullmatch(r"(.*?)( [=≈] .*)", text).groups()


def check_names(shown, left, right):
    """Each formula gives its number, from the numbers in the circles, or the sign is ≈."""
    _, sign, *_ = right.split(" ")
    numbers = right[3:].split(" × ")
    formulas = left.split(" × ")
    assert len(formulas) == len(numbers)
    same = []
    for formula, number in zip(formulas, numbers, strict=True):
        if re.search(r"[\W]", formula) and (x := evaluated(formula, shown.units)) is not None:
            same.append(agrees(x, number.strip("()"), shown.digits))
    assert all(same) == (sign == "=")


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("name", ["h1", "h5", "z2"])
def test_a_neuron(model, iris, phone, name):
    picture = draw_network(model, iris.test.rows[0], highlight=name, data=iris, phone=phone)
    shown = Shown(picture, 3 if phone else 4)
    parts = []
    for row in shown.rows:
        if re.fullmatch(r"w\d+·[xh]\d+", row[0]):
            _, w, x, sign, product, _ = row
            assert shown.check(f"{w} × ({x}) {sign} {product}") == 1
            parts.append(product)
        elif re.fullmatch(r"b\d+", row[0]):
            parts.append(row[1])
    assert len(parts) == (4 if model.layers[0].neurons[0].b is None else 5)
    (total, sign, whole) = next(
        row for row in shown.rows if row[0] in (f"s{name[1:]}", name) and row[1] in ("=", "≈")
    )
    shown.check_sum(parts, sign, whole)
    if name != "z2":
        (text,) = [text for text in shown.texts if text.startswith(f"{name} = ") and total in text]
        assert shown.check(text, {total: whole}) == 1
