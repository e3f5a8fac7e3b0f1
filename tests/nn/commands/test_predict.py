"""From a table to a saved model, and from that to the answers for other rows."""

import csv
import io
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import nn.__main__
from nn import MLP, Adam, Data, accuracy, load, load_csv, predict, predict_proba, save, train
from nn.__main__ import main
from nn.schema import Dialect

ROOT = Path(nn.__main__.__file__).parents[1]
HEADER = "id,size,color,weight,kind"


def lines(rows=48, seed=0):
    rng = random.Random(seed)
    for i in range(rows):
        size, color = round(rng.gauss(50, 9), 2), rng.choice(["red", "blue", "dark red"])
        weight = "" if i % 6 == 0 else round(rng.gauss(3, 1), 3)
        yield f"no. {i},{size},{color},{weight},{'big' if size > 50 else 'small'}"


@pytest.fixture
def file(tmp_path):
    def written(name, *rows, encoding="utf-8"):
        path = tmp_path / name
        path.write_text("\n".join(rows) + "\n", encoding=encoding)
        return str(path)

    return written


def command(capsys, *words, code=0):
    assert main(list(map(str, words))) == code
    return capsys.readouterr()


def read(text):
    return list(csv.reader(io.StringIO(text)))


@pytest.fixture
def model(capsys, file, tmp_path):
    """A model that the command has saved."""
    path = tmp_path / "kind.safetensors"
    table = file("table.csv", HEADER, *lines())
    words = ["--target", "kind", "--drop", "id", "--missing", "mean", "--engine", "numpy"]
    said = command(capsys, "train", table, *words, "--epochs", 60, "--save", path).out
    assert f"Wrote {path}: the model; chainrule predict {path} new.csv" in said
    return path


def test_the_answers_are_those_of_the_trained_model(capsys, file, model, tmp_path):
    """Of the functions in Python, from the shell and with a model that was never in a file."""
    new = file("new.csv", HEADER, *lines(seed=1))
    found = read(command(capsys, "predict", model, new).out)
    data = load_csv(tmp_path / "table.csv", "kind", drop=["id"], missing="mean")
    data = data.split(test=0.2, seed=0).standardized()
    own = MLP(5, [8, 2], activation="tanh", seed=0)
    train(
        own,
        data,
        optimizer=Adam(own.parameters(), lr=0.03),
        epochs=60,
        engine="numpy",
        progress=False,
    )
    rows = [line.split(",")[1:4] for line in lines(seed=1)]
    rows = [[float(a), word, float(b) if b else None] for a, word, b in rows]
    assert found[0] == ["kind", "kind=big", "kind=small"]
    for one in (own, load(model)):
        assert [row[0] for row in found[1:]] == predict(one, rows, raw=True)
        shares = predict_proba(one, rows, raw=True)
        assert [[float(x) for x in row[1:]] for row in found[1:]] == shares
    assert predict(load(model), rows, raw=True).count("big") > 5


def test_columns_go_by_name(capsys, file, model):
    """The target and what was left out may be there, also with nothing in it; others may not."""
    expected = command(capsys, "predict", model, file("a.csv", "size,color,weight", "51,red,")).out
    for header, row in [
        ("kind,id,weight,color,size", ",,,red,51"),
        ("weight,size,color", "NA,5.1e1,red"),
        ("size,kind,color,weight", "51,?,red,?"),
    ]:
        assert command(capsys, "predict", model, file("b.csv", header, row)).out == expected
    for header, row, message in [
        ("size,color", "1,red", "line 1: expected the columns .*: missing weight$"),
        ("size,colour,weight", "1,red,2", "missing color; unknown colour; did you mean 'color'"),
        ("size,color,weight,price", "1,red,2,3", "unknown price"),
        (
            "size,color,weight",
            "1,rd,2",
            "line 2, color: the model was not trained on the word 'rd'; did you m",
        ),
        ("size,color,weight", "1,red,2\n1,7,2", "line 3, color: expected a word, as in other l"),
        ("size,color,weight", "x,red,2", "line 2, size: expected a finite number, got 'x'"),
        ("size,color,weight", "'1,5',red,2", "expected 3 cells .*, got 4"),
    ]:
        err = command(capsys, "predict", model, file("c.csv", header, row), code=1).err
        assert err.count("\n") == 1
        with pytest.raises(AssertionError, match=rf"chainrule: error: .*c\.csv, .*{message}"):
            raise AssertionError(err)


def test_holes_are_refused_by_a_model_that_saw_none(capsys, file, tmp_path):
    path = tmp_path / "kind.safetensors"
    table = file("table.csv", HEADER, *[line for line in lines() if ",," not in line])
    words = ["--target", "kind", "--drop", "id", "--epochs", "2", "--save", path, "--quiet"]
    command(capsys, "train", table, *words)
    new = file("new.csv", "size,color,weight", "50,red,3", "50,red,")
    err = command(capsys, "predict", path, new, code=1).err
    assert "line 3, weight: expected a finite number, got an empty cell; the model was" in err
    assert "chainrule train --missing mean" in err
    word = file("word.csv", "size,color,weight", "50,NA,3")
    assert (
        "color: expected a word, got 'NA', a miss"
        in command(capsys, "predict", path, word, code=1).err
    )


def test_columns_that_the_model_was_not_trained_on(capsys, file, model):
    """The error offers what to write, which then works."""
    expected = command(capsys, "predict", model, file("a.csv", "size,color,weight", "51,red,")).out
    new = file("b.csv", "city,weight,size,color,price", "Ulm,NA,51,red,7")
    err = command(capsys, "predict", model, new, code=1).err
    assert "line 1: expected the columns" in err
    assert err.endswith(": unknown city, price; --drop city --drop price leaves them out\n")
    words = ["--drop", "city", "--drop", "price"]
    assert command(capsys, "predict", model, new, *words).out == expected
    err = command(capsys, "predict", model, new, "--drop", "citi", code=1).err
    assert "no column 'citi'; did you mean 'city'?" in err


def test_files_are_read_as_that_of_the_training(capsys, file, tmp_path):
    """From the shell and Python; options overrule what the model has."""
    german = [line.replace(",", "|").replace(".", ",") for line in [HEADER, *lines()]]
    table, path = file("t.csv", *german, encoding="utf-16"), tmp_path / "m.safetensors"
    form = ["--decimal", ",", "--delimiter", "|", "--encoding", "utf-16"]
    words = ["--target", "kind", "--drop", "id", "--missing", "mean", "--epochs", 2]
    command(capsys, "train", table, *words, *form, "--save", path)
    data = load_csv(
        table, "kind", drop=["id"], missing="mean", decimal=",", delimiter="|", encoding="utf-16"
    )
    own, other = MLP(5, [8, 2], activation="tanh", seed=0), tmp_path / "other.safetensors"
    train(own, data.split(test=0.2, seed=0).standardized(), epochs=2, progress=False)
    save(own, other)
    usual = file("new.csv", HEADER, *lines(seed=1))
    new = file("german.csv", *[line.replace(",", "|").replace(".", ",") for line in
               [HEADER, *lines(seed=1)]], encoding="utf-16")  # fmt: skip
    overruled = ["--decimal", ".", "--delimiter", ",", "--encoding", "utf-8"]
    for one in (path, other):
        expected = command(capsys, "predict", one, usual, *overruled).out
        assert command(capsys, "predict", one, new).out == expected
        assert len(read(expected)) == 49
        shown = command(capsys, "show", one).out
        assert "\nFiles: delimiter '|', decimal ',', encoding 'utf-16', unless" in shown
    assert load_csv(file("u.csv", "a,y", "1,2.5"), "y").schema.dialect is None
    for wrong in ({"delimiter": "ab"}, {"decimal": ";"}, {"encoding": "zip"}):
        with pytest.raises(ValueError, match=f"^{next(iter(wrong))}: expected"):
            Dialect(**wrong).check()


@pytest.mark.parametrize("form", ["german", "english", "quoted", "tabs", "one column"])
def test_decimals_are_points_where_commas_are_between_cells(capsys, file, tmp_path, form):
    """A model of a table with decimal commas takes tables of either kind."""
    columns = ["size"] if form == "one column" else ["size", "weight"]
    header = ";".join([*columns, "kind"])
    rows = [[f"{i / 4}".replace(".", ",") for _ in columns] for i in range(1, 41)]
    table = file("t.csv", header, *[";".join([*row, "ab"[i % 2]]) for i, row in enumerate(rows)])
    path = tmp_path / "m.safetensors"
    words = ["--target", "kind", "--decimal", ",", "--epochs", 1, "--quiet"]
    command(capsys, "train", table, *words, "--save", path)
    expected = command(capsys, "predict", path, table).out
    sign = {"english": ",", "quoted": ",", "tabs": "\t"}.get(form, ";")
    options = ["--decimal", ","] if form == "quoted" else []
    wanted = [f'"{x}"' if form == "quoted" else x for row in rows for x in row]
    wanted = [x.replace(",", ".") if form == "english" else x for x in wanted]
    count = len(columns)
    lines = [sign.join(wanted[i : i + count]) for i in range(0, len(wanted), count)]
    new = file("new.csv", sign.join(columns), *lines)
    assert command(capsys, "predict", path, new, *options).out == expected


def test_other_ways_to_write_a_table(capsys, file, model, tmp_path, monkeypatch):
    rows = ["51.5,red,2.5", "48,dark red,"]
    expected = command(capsys, "predict", model, file("a.csv", "size,color,weight", *rows)).out
    german = [row.replace(",", ";").replace(".", ",") for row in ["size,color,weight", *rows]]
    other = file("b.csv", *german, encoding="utf-16")
    words = ["--decimal", ",", "--encoding", "utf-16"]
    assert command(capsys, "predict", model, other, *words).out == expected
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(other).read_bytes())))
    out = tmp_path / "answers.csv"
    assert command(capsys, "predict", model, "-", *words, "--out", out).out == ""
    assert out.read_text(encoding="utf-8") == expected
    assert "--out" in command(capsys, "predict", model, out, "--out", out, code=2).err
    with pytest.raises(SystemExit):
        main(["predict", str(model), other, "--out", "answers.txt"])
    assert "expected a name that ends in .csv" in capsys.readouterr().err


def test_numbers_come_back_in_their_unit(capsys, file, tmp_path):
    rng = random.Random(0)
    rows = [f"{x},{1000 + 50 * x}" for x in [round(rng.uniform(-2, 2), 3) for _ in range(60)]]
    path = tmp_path / "line.safetensors"
    words = ["--target", "y", "--save", path, "--json", "--engine", "numpy"]
    found = json.loads(command(capsys, "train", file("t.csv", "x,y", *rows), *words).out)
    assert found["files"] == [str(path)]
    assert found["r2"]["test"] > 0.95
    answers = read(command(capsys, "predict", path, file("n.csv", "x", "1", "-1")).out)
    assert answers[0] == ["y"]
    assert [float(row[0]) for row in answers[1:]] == predict(load(path), [[1], [-1]], raw=True)
    assert float(answers[1][0]) == pytest.approx(1050, abs=15)


def test_models_that_were_saved_in_python(capsys, file, tmp_path):
    rows = [[float(i), float(-i)] for i in range(12)]
    path = tmp_path / "model.safetensors"
    several = MLP(2, [4, 2], seed=0)
    data = Data(rows, [[3.0 * a, b] for a, b in rows], ["a", "b"], target_names=["u", "v"])
    train(several, data.standardized(), epochs=3, progress=False)
    unnamed = MLP(2, [4, 2], seed=0)
    train(unnamed, Data(rows, [0, 1] * 6).standardized(), epochs=3, progress=False)
    raw = MLP(2, [4, 2], seed=0)
    train(raw, [(row, i % 2) for i, row in enumerate(rows)], epochs=3, progress=False)
    new = file("n.csv", "a,b", "1,2", "3,4.5")
    for model, names in [
        (several, ["u", "v"]),
        (unnamed, ["class", "class=0", "class=1"]),
        (raw, ["class", "class=0", "class=1"]),
    ]:
        save(model, path)
        found = read(command(capsys, "predict", path, new).out)
        assert found[0] == names
        answers = predict(model, [[1, 2], [3, 4.5]], raw=model is not raw)
        if model is several:
            assert [[float(x) for x in row] for row in found[1:]] == answers
        else:
            assert [int(row[0]) for row in found[1:]] == answers
    three = file("n.csv", "a,b,c", "1,2,3")
    assert "a row of 2 numbers, got 3" in command(capsys, "predict", path, three, code=1).err


def test_a_warning_is_a_line_and_no_error(capsys, file, tmp_path):
    table = file("t.csv", "a,b,kind", *[f"{i},{i % 7},{'xy'[i % 2]}" for i in range(40)])
    path = tmp_path / "m.safetensors"
    command(capsys, "train", table, "--target", "kind", "--epochs", 1, "--save", path)
    out, err = command(capsys, "predict", path, file("far.csv", "a,b", *["5e7,3e6"] * 5))
    assert len(read(out)) == 6
    assert err.startswith("chainrule: warning: predict: the")
    assert err.count("\n") == 1


def test_files_that_are_no_models(capsys, file, tmp_path):
    new = file("n.csv", "a", "1")
    absent = command(capsys, "predict", tmp_path / "x", new, code=1).err
    assert absent.endswith("x: No such file or directory\n")
    for given in ((tmp_path / "x", new), (new, tmp_path / "x")):
        assert "Errno" not in command(capsys, "predict", *given, code=1).err
    assert command(capsys, "predict", new, new, code=1).err.startswith("chainrule: error: ")
    words = ["train", "t.csv", "--target", "y"]
    for name, message in [
        ("model.csv", "expected a name that ends in .safetensors, got"),
        ("none/model.safetensors", "there is no folder"),
    ]:
        for option in ("--save", "--checkpoint"):
            with pytest.raises(SystemExit):
                main([*words, option, str(tmp_path / name)])
            assert message in capsys.readouterr().err


def test_one_file_for_two_things_is_an_error_before_it_is_overwritten(capsys, file, tmp_path):
    table = file("t.safetensors", HEADER, *lines())  # whatever its name, a table
    kept = (tmp_path / "t.safetensors").read_bytes()
    run, folder = tmp_path / "run.safetensors", tmp_path / "folder"
    folder.mkdir()
    words = ["train", table, "--target", "kind", "--drop", "id", "--missing", "drop"]
    for given, message in [
        (["--save", run, "--checkpoint", run], "is the file of --checkpoint too"),
        (["--save", run, "--checkpoint", folder / ".." / run.name], "is the file of --checkpoint"),
        (["--save", table], "is the file of the rows too; give another name"),
        (["--checkpoint", table], "is the file of the rows too"),
    ]:
        assert message in command(capsys, *words, *given, code=2).err
    assert not run.exists()
    assert (tmp_path / "t.safetensors").read_bytes() == kept
    command(capsys, *words, "--epochs", 1, "--save", run)
    model = run.rename(tmp_path / "model.csv")
    before = model.read_bytes()
    for given, message in [([model, table], "of the model too"), ([run, model], "of the rows too")]:
        assert message in command(capsys, "predict", *given, "--out", model, code=2).err
    assert model.read_bytes() == before


def test_a_model_that_cannot_be_written_leaves_the_results(capsys, file, tmp_path, monkeypatch):
    from nn.commands import train as command_train

    def full(*_):
        raise OSError(28, "No space left on device", "m.safetensors")

    monkeypatch.setattr(command_train, "save_with", full)
    words = ["train", file("t.csv", HEADER, *lines()), "--target", "kind", "--drop", "id"]
    words += ["--missing", "drop", "--epochs", "1", "--json"]
    out, err = command(capsys, *words, "--save", tmp_path / "m.safetensors", code=1)
    assert json.loads(out)["files"] == []
    assert err.startswith("chainrule: error: the model is not saved: [Errno 28] No space left")


def test_ctrl_c_saves_what_was_reached(capsys, file, tmp_path, monkeypatch):
    from nn import optimizers

    step = optimizers.Optimizer.step

    def interrupted(self):
        if self.steps == 3:
            raise KeyboardInterrupt
        step(self)

    monkeypatch.setattr(optimizers.Optimizer, "step", interrupted)
    path = tmp_path / "m.safetensors"
    words = ["train", file("t.csv", HEADER, *lines()), "--target", "kind", "--drop", "id"]
    words += ["--missing", "drop", "--json", "--save", path, "--engine", "eager"]
    assert json.loads(command(capsys, *words, code=130).out)["epochs"] == 3
    monkeypatch.undo()
    short = tmp_path / "short.safetensors"
    command(capsys, *words[:-3], short, "--engine", "eager", "--epochs", "3")
    assert load(path).state_dict() == load(short).state_dict()


def test_a_training_goes_on_from_its_checkpoint(capsys, file, tmp_path):
    run, whole = tmp_path / "run.safetensors", tmp_path / "whole.safetensors"
    words = ["train", file("t.csv", HEADER, *lines()), "--target", "kind", "--drop", "id"]
    words += ["--missing", "mean", "--engine", "numpy", "--batch-size", "8"]
    command(capsys, *words, "--epochs", 7, "--checkpoint", run)
    said = command(capsys, *words, "--epochs", 20, "--checkpoint", run, "--save", whole).out
    assert f"\n7 of 20 epochs are in {run}\n" in said
    unbroken = tmp_path / "unbroken.safetensors"
    command(capsys, *words, "--epochs", 20, "--save", unbroken)
    assert load(whole).state_dict() == load(unbroken).state_dict() == load(run).state_dict()
    err = command(capsys, *words, "--epochs", 20, "--checkpoint", run, "--lr", 0.5, code=1).err
    assert err.startswith("chainrule: error: train: checkpoint: ")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_a_training_that_was_killed_goes_on(file, tmp_path):
    """As a user would: one process is killed, the next goes on, a third one answers."""
    run, model = tmp_path / "run.safetensors", tmp_path / "model.safetensors"
    table = file("t.csv", HEADER, *lines())
    words = [table, "--target", "kind", "--drop", "id", "--missing", "mean", "--engine", "python"]

    def process(*words):
        return [sys.executable, "-W", "error", "-m", "nn", *map(str, words)]

    first = process("train", *words, "--checkpoint", run, "--epochs", 100_000)
    with subprocess.Popen(first, cwd=ROOT, stdout=subprocess.DEVNULL) as running:
        while not run.exists() and running.poll() is None:
            pass
        running.send_signal(signal.SIGKILL)
    assert running.returncode == -signal.SIGKILL
    done = load_epochs(run)
    second = process(
        "train", *words, "--checkpoint", run, "--epochs", done + 30, "--save", model, "--json"
    )
    found = subprocess.run(second, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert json.loads(found.stdout)["epochs"] == done + 30
    third = process("predict", model, table)
    found = subprocess.run(third, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert len(read(found.stdout)) == 49


def load_epochs(path):
    from nn.files.models import stored_in

    return stored_in(path).description.training.done


@pytest.mark.parametrize("labels", [[1, 2, 3], [0, 1], [0, 1, 2], [-1, 1], [5, 7]])
def test_a_saved_model_takes_its_own_table_in_python(capsys, file, tmp_path, labels):
    """Whole numbers as classes are the same classes from the shell and in Python."""
    rng = random.Random(0)
    rows = [f"{rng.gauss(i % len(labels), 1)},{labels[i % len(labels)]}" for i in range(40)]
    table, path = file("t.csv", "a,y", *rows), tmp_path / "m.safetensors"
    command(capsys, "train", table, "--target", "y", "--engine", "numpy", "--save", path)
    model, data = load(path), load_csv(table, "y")
    true = [row.split(",")[1] for row in rows]
    right = [a == b for a, b in zip(predict(model, data), true, strict=True)]
    assert accuracy(model, data) == sum(right) / len(right) > 0.4


def test_rows_with_missing_values_can_have_empty_answers(capsys, file, tmp_path):
    """Answers stand in the lines of their rows, where the model takes no missing values."""
    path = tmp_path / "m.safetensors"
    table = file("t.csv", HEADER, *lines())
    words = ["--target", "kind", "--drop", "id", "--missing", "drop", "--engine", "numpy"]
    command(capsys, "train", table, *words, "--save", path)
    new = file("new.csv", "size,color,weight", "51,red,2", "51,,2", "40,blue,NA", "40,blue,3")
    err = command(capsys, "predict", path, new, code=1).err
    assert "line 3, color: expected a word, got an empty cell" in err
    assert "--missing empty" in err
    said = command(capsys, "predict", path, new, "--missing", "empty")
    names, *found = read(said.out)
    whole = file("whole.csv", "size,color,weight", "51,red,2", "40,blue,3")
    first, last = read(command(capsys, "predict", path, whole).out)[1:]
    assert found == [first, [""] * len(names), [""] * len(names), last]
    assert "2 rows have missing values and their answers are empty" in said.err
    none = file("none.csv", "size,color,weight", ",red,2")
    err = command(capsys, "predict", path, none, "--missing", "empty", code=1).err
    assert "expected at least one row without missing values, got none of 1" in err
