"""What is shown of a saved model: all of it is in the file, and comes from there alone."""

import json
import re

import pytest

from nn import MLP, Adam, Data, Module, Neuron, save, train
from nn.__main__ import main


def shown(capsys, *words):
    assert main(["show", *map(str, words)]) == 0
    return capsys.readouterr().out


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "wine.csv"
    rows = [f"{i},{10 + i % 5},{'red' if i % 2 else 'white'},{'ab'[i % 2]}" for i in range(40)]
    path.write_text("\n".join(["id,alcohol,color,grape", *rows]))
    return path


def test_a_model_of_the_command(capsys, table, tmp_path):
    path = tmp_path / "wine.safetensors"
    words = ["train", str(table), "--target", "grape", "--drop", "id", "--epochs", "20", "--json"]
    assert main([*words, "--missing", "mean", "--save", str(path), "--hidden", "3", "2"]) == 0
    found = json.loads(capsys.readouterr().out)
    lines = shown(capsys, path).splitlines()
    assert lines[:7] == [
        "wine.safetensors: MLP(3, [3, 2, 2], activation='tanh', bias=True, output='linear'), "
        "26 parameters.",
        "Predicts classes of grape: a, b.",
        "Columns:",
        "  alcohol: a number, mean 12.09, deviation 1.331, or missing",
        "  color: one of red, white, or missing",
        "Columns that were left out: id.",
        lines[6],
    ]
    assert re.fullmatch(
        r"Trained \d{4}-\d\d-\d\d \d\d:\d\d UTC on wine\.csv: 32 rows to train, 8 to test; "
        r"epochs 20, lr 0\.03, batch_size auto, seed 0, engine \w+, hidden 3 2\.",
        lines[6],
    )
    assert lines[7].startswith("Loss: ")
    assert lines[8] == "Accuracy: 100.0 % (train), 100.0 % (test)."
    assert len(lines) == 9
    kept = json.loads(shown(capsys, path, "--json"))
    assert kept["outcome"]["scores"]["accuracy"] == found["accuracy"]
    assert kept["outcome"]["rows"] == found["rows"]
    assert kept["parameters"] == found["parameters"] == 26
    assert kept["schema"]["columns"][1]["categories"] == ["red", "white"]
    assert kept["tensors"]["layers.0.weight"] == [3, 3]


def test_a_regression(capsys, tmp_path):
    table, path = tmp_path / "t.csv", tmp_path / "m.safetensors"
    table.write_text("\n".join(["x,y", *[f"{i},{i * 2.5}" for i in range(40)]]))
    words = ["train", str(table), "--target", "y", "--epochs", "2", "--save", str(path), "--quiet"]
    assert main(words) == 0
    capsys.readouterr()
    text = shown(capsys, path)
    assert re.search(r"^Predicts numbers: y \(a number, mean \d\d\.\d+, dev.*\)\.$", text, re.M)
    assert re.search(r"^R²: .* \(train\), .* \(test\)\.$", text, re.M)
    assert re.search(r"^Mean absolute error: .* \(test\)\.$", text, re.M)


class Own(Module):
    def __init__(self):
        self.neuron = Neuron(2, seed=0)

    def __call__(self, row):
        return self.neuron(row)


def test_models_that_were_saved_in_python(capsys, tmp_path):
    path = tmp_path / "m.safetensors"
    save(Own(), path)
    assert shown(capsys, path).splitlines() == [
        "m.safetensors: Own, 3 parameters.",
        "Predicts classes: by number.",
    ]
    model = MLP(2, [2], seed=0)
    data = Data([[1.0, 2.0], [3.0, 5.0]], ["p", "q"], ["a", "b"])
    optimizer = Adam(model.parameters(), lr=0.5)
    train(model, data, optimizer=optimizer, epochs=3, progress=False)
    save(model, path, optimizer)
    assert shown(capsys, path).splitlines()[1:] == [
        "Predicts classes: p, q.",
        "Columns:",
        "  a: a number as it is",
        "  b: a number as it is",
        "Optimizer Adam, learning rate 0.5000, after 3 steps.",
    ]
    train(model, data, epochs=4, progress=False, checkpoint=tmp_path / "run.safetensors")
    assert "A checkpoint after epoch 4, " in shown(capsys, tmp_path / "run.safetensors")
    assert json.loads(shown(capsys, tmp_path / "run.safetensors", "--json"))["epochs"] == 4


def test_a_file_of_another_program(capsys, tmp_path):
    numpy = pytest.importorskip("safetensors.numpy", exc_type=ImportError)
    import numpy as np

    path = tmp_path / "other.safetensors"
    numpy.save_file({"fc.weight": np.ones((2, 3)), "fc.bias": np.zeros(2)}, path)
    lines = shown(capsys, path).splitlines()
    assert lines[0] == "other.safetensors: of another program, 8 numbers in tensors:"
    assert sorted(lines[1:]) == ["  fc.bias [2]", "  fc.weight [2, 3]"]
    assert json.loads(shown(capsys, path, "--json"))["parameters"] == 8


def test_what_is_no_such_file(capsys, table, tmp_path):
    for path, message in [(table, "wine.csv"), (tmp_path / "none", "No such file")]:
        assert main(["show", str(path)]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("chainrule: error: ")
        assert message in err
