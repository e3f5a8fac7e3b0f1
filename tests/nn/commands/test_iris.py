import json
import re
import xml.etree.ElementTree as ET

import pytest

import autograd
from autograd.numerals import factor, numeral, percent
from nn import MLP, Adam, accuracy, cross_entropy, load_iris, mean_loss, train
from nn.__main__ import main

SHORT = ["--epochs", "3"]


@pytest.fixture
def out(tmp_path):
    return str(tmp_path / "iris.svg")


def results(capsys, out, *words):
    assert main(["iris", "--json", "--out", out, *words]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_results_are_those_of_the_public_functions(capsys, out):
    found = results(capsys, out, "--seed", "3", "--epochs", "5", "--lr", "0.1")
    iris = load_iris(3)
    model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=3)
    optimizer = Adam(model.parameters(), lr=0.1)
    start = mean_loss(model, iris.train).data
    train(model, iris.train, optimizer=optimizer, epochs=5, progress=False)
    assert found["loss"] == {"start": start, "end": mean_loss(model, iris.train).data}
    assert found["accuracy"] == {
        "train": accuracy(model, iris.train),
        "test": accuracy(model, iris.test),
    }
    matrix = found["confusion_matrix"]
    assert [sum(row) for row in matrix] == [10, 10, 10]
    assert sum(matrix[k][k] for k in range(3)) / 30 == found["accuracy"]["test"]
    assert found["class_names"] == ["setosa", "versicolor", "virginica"]
    flower = found["flower"]
    row = iris.standardize([list(flower["measures"].values())])[0]
    assert row == pytest.approx(iris.test.rows[0], abs=1e-12)
    assert flower["species"] == iris.class_names[iris.test.labels[0]]
    y = model.probabilities(iris.test.rows[0])
    assert flower["probabilities"] == [share.data for share in y]
    w17, w33 = autograd.gradients(y[0], [model["w17"], model["w33"]])
    assert (found["gradients"]["∂ŷ1/∂w17"], found["gradients"]["∂ŷ1/∂w33"]) == (w17, w33)


def test_the_derivatives_are_those_of_finite_differences_and_multiply(capsys, out):
    found = results(capsys, out, *SHORT)["gradients"]
    assert list(found) == ["∂ŷ1/∂w33", "∂ŷ1/∂w17", "∂ŷ1/∂h5", "∂h5/∂w17"]
    assert found["∂ŷ1/∂h5"] * found["∂h5/∂w17"] == pytest.approx(found["∂ŷ1/∂w17"], rel=1e-14)
    iris = load_iris(0)
    model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0)
    train(model, iris.train, optimizer=Adam(model.parameters(), lr=0.03), epochs=3, progress=False)

    def moved(name, step):
        before = model[name].data
        model[name].data = before + step
        y = model.probabilities(iris.test.rows[0])[0]
        model[name].data = before
        nodes = {node.label: node.data for node in autograd.adjoints(y)}
        return nodes["ŷ1"], nodes["h5"]

    for name in ("w17", "w33"):
        high, low = moved(name, 1e-5), moved(name, -1e-5)
        slopes = [(a - b) / 2e-5 for a, b in zip(high, low, strict=True)]
        assert found[f"∂ŷ1/∂{name}"] == pytest.approx(slopes[0], rel=1e-6)
        if name == "w17":
            assert found["∂h5/∂w17"] == pytest.approx(slopes[1], rel=1e-6)


@pytest.mark.parametrize(
    ("hidden", "weights"),
    [
        (["8"], {"w33": ["h1", "z1"], "w1": ["x1", "h1"]}),
        (["3", "2"], {"w19": ["h4", "z1"], "w13": ["h1", "h4"]}),
        (["2", "2", "2"], {"w17": ["h5", "z1"], "w13": ["h3", "h5"]}),
    ],
)
def test_other_shapes_show_the_first_weights_of_the_last_two_layers(capsys, out, hidden, weights):
    found = results(capsys, out, *SHORT, "--hidden", *hidden, "--activation", "sigmoid")
    assert found["weights"] == weights
    (_, whole, first, second) = found["gradients"].values()
    assert first * second == pytest.approx(whole, rel=1e-14)
    assert found["network"] == "-".join(["4", *hidden, "3"])


def test_the_text_says_the_same_in_words(capsys, out):
    found = results(capsys, out, *SHORT)
    assert main([*SHORT, "--out", out]) == 0
    text, err = capsys.readouterr()
    assert err == ""
    lines = text.splitlines()
    assert lines[0] == "Iris: 120 flowers to train, 30 to test."
    assert lines[1] == "Network 4-4-4-3, tanh, 44 weights, seed 0, engine eager."
    assert [line for line in lines if line.startswith("epoch ")][-1].startswith("epoch 3/3  loss")
    loss = found["loss"]
    assert f"Loss: {numeral(loss['start'])} at the start, {numeral(loss['end'])} at the end" in text
    assert f"Accuracy: {percent(found['accuracy']['train'])} of the training flowers" in text
    for name, row in zip(found["class_names"], found["confusion_matrix"], strict=True):
        assert re.search(rf"^ *{name} +{row[0]} +{row[1]} +{row[2]}$", text, re.MULTILINE)
    for name, number in found["gradients"].items():
        assert f"{name} {'is a sum over' if name == '∂ŷ1/∂h5' else f'= {numeral(number)}'}" in text
    assert "= ∂ŷ1/∂h5 · ∂h5/∂w17" in text
    first, second = list(found["gradients"].values())[2:]
    whole = re.escape(numeral(found["gradients"]["∂ŷ1/∂w17"]))
    product = re.escape(f"= {numeral(first)} · {factor(second)}")
    assert re.search(rf"{product} [=≈] {whole}\n", text)
    assert f"Wrote {out}" in text
    assert re.search(r"^\d+\.\d+ seconds\.$", text, re.MULTILINE)


def test_quiet_shows_the_results_only(capsys, out):
    assert main(["--quiet", *SHORT, "--out", out]) == 0
    text = capsys.readouterr().out
    assert text.startswith("Loss: ")
    assert "epoch 1/3" not in text


def test_the_picture_has_the_loss_and_every_share_as_roots(capsys, out):
    assert results(capsys, out, *SHORT)["files"] == [out]
    tree = ET.parse(out)
    text = " ".join(tree.getroot().itertext())
    for name in ("loss", "ŷ1", "ŷ2", "ŷ3", "z1", "h8", "w1", "w44", "x4"):
        assert re.search(rf"\b{name}\b", text), name


def test_what_was_computed_is_printed_even_if_the_picture_fails(capsys, out, monkeypatch):
    def no_draw(*_, **__):
        raise RuntimeError("no layout program")

    monkeypatch.setattr(autograd, "draw", no_draw)
    assert main(["--json", *SHORT, "--out", out]) == 1
    text, err = capsys.readouterr()
    assert json.loads(text)["files"] == []
    assert "no picture: no layout program" in err


def test_cross_entropy_of_the_flower_is_a_root(capsys, out, monkeypatch):
    drawn = []
    real = autograd.draw
    monkeypatch.setattr(
        autograd, "draw", lambda roots, **kw: drawn.extend(roots) or real(roots, **kw)
    )
    results(capsys, out, *SHORT)
    loss, *shares = drawn
    z = shares[0].parents
    assert loss.data == cross_entropy(z, 0).data
    assert [node.label for node in drawn] == ["loss", "ŷ1", "ŷ2", "ŷ3"]
    assert set(z) <= set(loss.parents)  # the loss and the shares are of one graph
