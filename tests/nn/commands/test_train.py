import io
import json
import random
import re
import sys
from pathlib import Path

import pytest

from nn import (
    MLP,
    Adam,
    accuracy,
    confusion_matrix,
    load_csv,
    mean_absolute_error,
    mean_loss,
    score,
    train,
)
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
    assert lines[0] == f"{path}: 48 rows to train, 12 to test, 2 features."
    assert lines[1] == "Target kind: 2 classes."
    assert lines[3].startswith("epoch 2/2  loss")
    assert lines[4] == "Network 2-3-2-2, tanh, 23 parameters, seed 0, engine eager."
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
    assert ": No such file" in capsys.readouterr().err


def test_words_that_make_no_sense(capsys):
    for words, message in [
        ([], "the following arguments are required: file, --target"),
        (["x.csv", "--target", "y", "--test", "1.5"], "a number between 0 and 1, got '1.5'"),
        (["x.csv", "--target", "y", "--test", "x"], "a number between 0 and 1, got 'x'"),
        (["x.csv", "--target", "y", "--engine", "gpu"], "no 'gpu'; accepted: auto, eager"),
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


@pytest.fixture
def table(tmp_path):
    def written(*lines, encoding="utf-8"):
        path = tmp_path / "table.csv"
        path.write_text("\n".join(lines) + "\n", encoding=encoding)
        return str(path)

    return written


def people(rows=40):
    """A table as people have them: words, holes, identifiers, decimal commas."""
    rng = random.Random(1)
    yield "id;name;sex;age;income;bought"
    for i in range(rows):
        sex, age = rng.choice(["f", "m"]), rng.randint(18, 80)
        income = f"{rng.uniform(1, 9):.2f}".replace(".", ",")
        hole = {0: "", 1: "NA"}.get(i % 10, str(age))
        yield f"{i};Person {i};{'?' if i % 8 == 3 else sex};{hole};{income};{int(sex == 'f')}"


PEOPLE = ["--target", "bought", "--drop", "id", "--drop", "name", "--decimal", ","]


@pytest.mark.parametrize("how", ["drop", "mean"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_table_as_people_have_them(capsys, table, how, encoding):
    path = table(*people(), encoding=encoding)
    words = [path, *PEOPLE, "--missing", how, "--epochs", "3", "--encoding", encoding]
    found = results(capsys, *words)
    names = ["sex=f", "sex=m", "age", "income"]
    assert found["features"] == names
    assert found["class_names"] == ["0", "1"]
    cells = {"sex": 5, "age": 8}
    left_out = 12 if how == "drop" else 0
    assert found["missing"] == {"how": how, "cells": cells, "rows_dropped": left_out}
    assert found["rows"]["train"] + found["rows"]["test"] == 40 - left_out
    data = load_csv(
        path, "bought", drop=["id", "name"], missing=how, decimal=",", encoding=encoding
    )
    data = data.split(test=0.2, seed=0).standardized()
    model = MLP(4, [8, 2], activation="tanh", seed=0)
    train(model, data, optimizer=Adam(model.parameters(), lr=0.03), epochs=3, progress=False)
    assert found["accuracy"]["test"] == accuracy(model, data.test)


def test_columns_of_words_are_counted(capsys, table):
    """Also numbers with a unit, which are words: in silence they would be taken for such."""
    rows = [f"{'ab'[i % 2]},{i % 5} cm,{i},{'pq'[i % 2]}" for i in range(20)]
    words = ["--target", "y", "--epochs", "1"]
    assert main(["train", table("c,size,n,y", *rows), *words]) == 0
    said = "Columns of words, a feature for each word: c 2, size 5."
    assert capsys.readouterr().out.splitlines()[2] == said
    assert main(["train", table("n,y", *[row.split(",", 2)[2] for row in rows]), *words]) == 0
    assert "Columns of words" not in capsys.readouterr().out


def test_what_was_done_with_missing_values_is_said(capsys, table):
    path = table(*people())
    said = {
        "drop": "Missing values: 13 (sex 5, age 8); 12 rows dropped.",
        "mean": "Missing values: 13 (sex 5, age 8); replaced by the means of the training rows.",
    }
    for how, line in said.items():
        assert main(["train", path, *PEOPLE, "--missing", how, "--epochs", "1"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[1] == "Target bought: 2 classes (if it is a number: --regression)."
        assert lines[3] == line
    path = table("x,y", "1,a", "2,b", "3,a", "4,b", "5,a", "6,b", "7,", "8,")
    assert main(["train", path, "--target", "y", "--missing", "mean", "--epochs", "1"]) == 0
    assert "Missing values: 2 (y 2); 2 rows dropped." in capsys.readouterr().out
    path = table("x,y", "1,a", "2,b", "3,a", ",b", "5,a", "6,b", "7,")
    assert main(["train", path, "--target", "y", "--missing", "mean", "--epochs", "1"]) == 0
    done = "replaced by the means of the training rows, 1 row dropped"
    assert f"Missing values: 2 (x 1, y 1); {done}." in capsys.readouterr().out
    path = table("x,y", "1,a", "2,b", "3,a", "4,b", "5,a", "6,b")
    assert main(["train", path, "--target", "y", "--missing", "mean", "--epochs", "1"]) == 0
    assert "Missing values: none." in capsys.readouterr().out


@pytest.mark.parametrize("option", [[], ["--regression"]])
def test_a_number_to_predict(capsys, table, option):
    rng = random.Random(2)
    rows = [(rng.gauss(0, 1), rng.gauss(50, 9)) for _ in range(60)]
    path = table("a,b,y", *[f"{a},{b},{100 + 20 * a - b}" for a, b in rows])
    words = [path, "--target", "y", "--epochs", "40", *option]
    found = results(capsys, *words)
    data = load_csv(path, "y").split(test=0.2, seed=0).standardized()
    model = MLP(2, [8, 1], activation="relu", seed=0)
    train(model, data, optimizer=Adam(model.parameters(), lr=0.03), epochs=40, progress=False)
    assert found["activation"] == "relu"
    assert results(capsys, *words, "--activation", "tanh")["activation"] == "tanh"
    assert found["r2"] == {"train": score(model, data.train), "test": score(model, data.test)}
    assert found["mean_absolute_error"]["test"] == mean_absolute_error(model, data.test)
    assert found["network"] == "2-8-1"
    assert "accuracy" not in found
    assert main(["train", *words]) == 0
    said = capsys.readouterr().out
    assert ("a number to predict (if these are classes: --classes)." in said) == (not option)
    assert re.search(r"^R²: 0\.\d+ on the training rows, 0\.\d+ on the test rows\.$", said, re.M)
    assert re.search(r"^Mean absolute error: .* test rows, in units of y\.$", said, re.M)
    assert "by column" not in said


def test_what_the_target_is_can_be_overruled(capsys, table):
    rows = [f"{i % 7},{i % 3}" for i in range(60)]
    path = table("x,y", *rows)
    words = [path, "--target", "y", "--epochs", "1"]
    assert results(capsys, *words)["class_names"] == ["0", "1", "2"]
    assert results(capsys, *words, "--classes")["class_names"] == ["0", "1", "2"]
    assert "r2" in results(capsys, *words, "--regression")
    many = table("x,y", *[f"{i % 7},{i % 10 + 0.5}" for i in range(120)])
    words[0] = many
    assert "r2" in results(capsys, *words)
    assert results(capsys, *words, "--classes")["class_names"][:2] == ["0.5", "1.5"]
    with pytest.raises(SystemExit):
        main(["train", *words, "--classes", "--regression"])
    assert "not allowed with argument" in capsys.readouterr().err
    assert main(["train", table("x,y", "1,a", "2,b"), "--target", "y", "--regression"]) == 1
    assert "line 2, y: expected a number to predict, got 'a'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lines", "options", "message"),
    [
        (["x,c,y", "1,a,p", ",b,q"], [], "line 3, x: .*--missing drop drops .*--missing mean"),
        (
            ["x,c,y", "1,a,p", "1,?,q"],
            [],
            "line 3, c: expected a word, got '\\?', a missing value;",
        ),
        (["x,c,y", "1,a,p", "1,b,"], [], "line 3, y: expected a label, got an empty cell; --missi"),
        (["x;y", '"1,5";p', '"2,5";q'], [], "line 2, x: .* got '1,5'; .* --decimal , reads such"),
        (["x,y", "1.5,p"], ["--decimal", ","], "got '1.5'; numbers .* -1,5, .* --decimal . reads"),
        (["x|y", "1|p"], [], "no column 'y'.*--delimiter '\\|' splits the line at each '\\|'"),
        (["x\ty", "1\tp"], ["--delimiter", ";"], "no column 'y'.*; --delimiter tab splits"),
        (["x,y", "1,p"], ["--drop", "z"], "no column 'z'; accepted: x, y"),
        (["x,y", "1,p"], ["--drop", "y"], "'y' can't be both target and dropped"),
        (["x,y", "1,p"], ["--drop", "x"], "at least one column beside 'y' and what is dropped"),
        (["ü,y", "1,p"], [], r"line 1: expected a text in UTF-8: .*; --encoding cp1252 reads"),
        (["x y,y", *[f"no. {i},p" for i in range(20)]], [], r"--drop 'x y' leaves the column out"),
        (["x,y", "1,p", "2,q", "a,q"], [], r"line 4, x: expected a number, .*; --drop x leaves"),
        (["x,y", "1,p", "2,q"], ["--test", "0.5"], r"column 'y': .* got one of p, q; --test 0 tr"),
        (["x,y", "1,p", "2,p", "3,q", "4,q"], [], r"split: expected at least 2 rows in each part"),
        (["x,y", "1,p"], [], r"column 'y': expected at least two classes, got \['p'\]"),
    ],
)
def test_errors_say_what_to_write(capsys, table, lines, options, message):
    path = table(*lines, encoding="latin-1" if "ü" in lines[0] else "utf-8")
    assert main(["train", path, "--target", "y", *options]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(rf"chainrule: error: .*table\.csv[,:] .*{message}.*\n", err), err


def test_options_that_no_text_can_have(capsys, table):
    for option, message in [
        (["--delimiter", ";;"], "--delimiter: expected one sign, or tab, got ';;'"),
        (["--encoding", "utf-9"], "--encoding: expected the name of an encoding, such as utf-8"),
        (["--encoding", "zip"], "--encoding: expected the name of an encoding"),
        (["--decimal", "x"], "--decimal: invalid choice: 'x'"),
        (["--missing", "median"], "--missing: no 'median'; did you mean 'mean'?"),
    ]:
        with pytest.raises(SystemExit) as exit_:
            main(["train", "x.csv", "--target", "y", *option])
        assert exit_.value.code == 2
        assert message in capsys.readouterr().err


def test_standard_input(capsys, table, monkeypatch):
    path = Path(table(*people()))
    words = [*PEOPLE, "--missing", "mean", "--epochs", "2"]
    expected = results(capsys, str(path), *words)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes())))
    found = results(capsys, "-", *words)
    for name in ("seconds", "file"):
        del found[name], expected[name]
    assert found == expected
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x,y\n1\n")))
    assert main(["train", "-", "--target", "y"]) == 1
    assert "error: standard input, line 2: expected 2 cells" in capsys.readouterr().err


def test_tabs_by_name(capsys, table):
    path = table("x\ty", *[f"{i}\t{'ab'[i % 2]},;" for i in range(10)])
    for sign in ("tab", "\\t", "\t"):
        words = [path, "--target", "y", "--epochs", "1", "--delimiter", sign]
        assert results(capsys, *words)["class_names"] == ["a,;", "b,;"]


@pytest.mark.parametrize(("label", "kind"), [(lambda i: "ab"[i % 2], "accuracy"), (float, "r2")])
def test_nothing_is_held_out_where_that_is_said(capsys, tmp_path, label, kind):
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["x,y", *[f"{i % 2},{label(i)}" for i in range(30)]]))
    words = ["train", str(path), "--target", "y", "--test", "0", "--engine", "numpy"]
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rows"] == {"train": 30, "test": 0}
    assert list(found[kind]) == ["train"]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "30 rows to train, 0 to test" in said
    assert " the training rows" in said
    assert " the test rows" not in said


def test_many_different_numbers_are_no_classes(capsys, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["x,y", *[f"1,{i}" for i in range(300)]]))
    assert main(["train", str(path), "--target", "y", "--classes"]) == 1
    said = capsys.readouterr().err
    assert "column 'y': 300 classes in 300 rows are too many to learn; if it holds numbers" in said
