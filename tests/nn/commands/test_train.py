import json
import random

import pytest

from nn import MLP, Adam, accuracy, confusion_matrix, load_csv, mean_loss, train
from nn.__main__ import main

RNG = random.Random(0)


@pytest.fixture
def file(tmp_path):
    def written(label, rows=60):
        path = tmp_path / "data.csv"
        lines = ["a,b,kind"]
        for _ in range(rows):
            a, b = RNG.gauss(0, 5), RNG.gauss(100, 20)
            lines.append(f"{a},{b},{label(a, b)}")
        path.write_text("\n".join(lines), encoding="utf-8")
        return str(path)

    return written


def results(capsys, *words):
    assert main(["train", "--json", *words]) == 0
    return json.loads(capsys.readouterr().out)


def by_sign(a, b):
    return "left" if a < 0 else "right"


@pytest.mark.parametrize("engine", ["eager", "numpy"])
def test_the_results_are_those_of_the_public_functions(capsys, file, engine):
    path = file(by_sign)
    options = [
        "--seed",
        "3",
        "--epochs",
        "5",
        "--lr",
        "0.1",
        "--batch-size",
        "16",
        "--test",
        "0.25",
    ]
    found = results(capsys, path, "--target", "kind", *options, "--engine", engine)
    data = load_csv(path, "kind").split(test=0.25, seed=3).standardized()
    model = MLP(2, [8, 2], activation="tanh", seed=3)
    start = train(
        model,
        data.train,
        optimizer=Adam(model.parameters(), lr=0.1),
        epochs=5,
        batch_size=16,
        seed=3,
        engine=engine,
        progress=False,
    )["loss"][0]
    assert found["loss"] == {"start": start, "end": mean_loss(model, data.train).data}
    assert found["accuracy"] == {
        "train": accuracy(model, data.train),
        "test": accuracy(model, data.test),
    }
    assert found["confusion_matrix"] == confusion_matrix(model, data.test)
    assert found["rows"] == {"train": 45, "test": 15}
    assert (found["network"], found["parameters"], found["engine"]) == ("2-8-2", 42, engine)
    assert found["class_names"] == ["left", "right"]


def test_the_text(capsys, file):
    path = file(by_sign)
    words = ["train", path, "--target", "kind", "--epochs", "2", "--hidden", "3", "2"]
    assert main(words) == 0
    text, err = capsys.readouterr()
    assert err == ""
    lines = text.splitlines()
    assert lines[0] == f"{path}: 48 rows to train, 12 to test."
    assert lines[2].startswith("epoch 2/2  loss")
    assert lines[3] == "Network 2-3-2-2, tanh, 23 parameters, seed 0, engine eager."
    assert "Test rows, the true kind by row, the network's answers by column:" in lines
    assert main([*words, "--quiet"]) == 0
    assert capsys.readouterr().out.startswith("Network 2-3-2-2")


def test_whole_numbers_are_classes_in_their_order(capsys, file):
    path = file(lambda a, b: 10 if a < 0 else 9)
    assert results(capsys, path, "--target", "kind", "--epochs", "1")["class_names"] == ["9", "10"]


@pytest.mark.parametrize(
    ("label", "target", "message"),
    [
        (by_sign, "kidn", "no column 'kidn'; did you mean 'kind'"),
        (by_sign, "a", "line 2, kind: expected a finite number, got"),
        (lambda a, b: a * b, "kind", "column 'kind' holds numbers with decimals, .* nn.train with"),
        (lambda a, b: "same", "kind", "column 'kind': expected at least two classes, got"),
    ],
)
def test_data_that_is_none_of_classes(capsys, file, label, target, message):
    assert main(["train", file(label), "--target", target]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(err)


def test_a_file_that_is_not_there(capsys, tmp_path):
    assert main(["train", str(tmp_path / "none.csv"), "--target", "kind"]) == 1
    assert "No such file" in capsys.readouterr().err


def test_words_that_make_no_sense(capsys):
    for words, message in [
        ([], "the following arguments are required: file, --target"),
        (["x.csv", "--target", "y", "--test", "1.5"], "a number between 0 and 1, got '1.5'"),
        (["x.csv", "--target", "y", "--test", "x"], "a number between 0 and 1, got 'x'"),
        (["x.csv", "--target", "y", "--engine", "gpu"], "invalid choice: 'gpu'"),
        (["x.csv", "--target", "y", "--batch-size", "0"], "whole number of at least 1, got '0'"),
    ]:
        with pytest.raises(SystemExit) as exit_:
            main(["train", *words])
        assert exit_.value.code == 2
        assert message in capsys.readouterr().err


@pytest.mark.parametrize("words", [["train", "FILE", "--target", "kind"], ["iris"]])
def test_ctrl_c_ends_quietly(capsys, file, words, monkeypatch):
    from nn import optimizers

    def interrupt(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(optimizers.Optimizer, "step", interrupt)
    path = file(by_sign)
    assert main([path if word == "FILE" else word for word in words] + ["--quiet"]) == 130
    said = "chainrule: ended by Ctrl-C, before there was anything to show\n"
    assert capsys.readouterr() == ("", said)


def test_ctrl_c_keeps_what_was_reached(capsys, file, monkeypatch):
    from nn import optimizers

    step = optimizers.Optimizer.step

    def interrupted(self):
        if self.steps == 3:
            raise KeyboardInterrupt
        step(self)

    monkeypatch.setattr(optimizers.Optimizer, "step", interrupted)
    words = ["train", file(by_sign), "--target", "kind", "--json"]
    assert main(words) == 130
    found = json.loads(capsys.readouterr().out)
    assert (found["epochs"], found["ended_by"]) == (3, "interrupt")
