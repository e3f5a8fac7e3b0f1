"""A column of Booleans is the same in lists, frames and files, as a feature and as a target."""

import importlib
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest

from nn import MLP, Data, accuracy, load_csv, predict, save, train
from nn.__main__ import main
from nn.schema.booleans import find_word, is_whole, truth_of

TRUTHS = [True, False, True, True, False, False] * 4
SIZES = [float(i) for i in range(24)]


def tables(tmp_path):
    """The same table, of a size, a Boolean and a Boolean target, in many forms."""
    plain = {"size": SIZES, "active": TRUTHS, "left": TRUTHS[::-1]}
    yield pd.DataFrame(plain)
    if find_spec("polars"):
        yield importlib.import_module("polars").DataFrame(plain)
    yield pd.DataFrame(plain).astype({"active": "boolean", "left": object})
    for write in (str, str.lower, str.upper):
        words = {
            **plain,
            **{name: [write(str(x)) for x in plain[name]] for name in list(plain)[1:]},
        }
        yield pd.DataFrame(words)
        path = tmp_path / "table.csv"
        pd.DataFrame(words).to_csv(path, index=False)
        yield path


def test_every_form_is_one_data(tmp_path):
    for table in tables(tmp_path):
        is_file = hasattr(table, "read_text")
        data = load_csv(table, "left") if is_file else Data(table, "left")
        assert data.feature_names == ("size", "active")
        assert data.rows == [[a, float(b)] for a, b in zip(SIZES, TRUTHS, strict=True)]
        assert data.class_names == ("False", "True")
        assert data.labels == [int(x) for x in TRUTHS[::-1]]
    rows = [[a, b] for a, b in zip(SIZES, TRUTHS, strict=True)]
    for labels in (TRUTHS[::-1], np.array(TRUTHS[::-1])):
        found = Data(rows, labels, ["size", "active"])
        assert (found.rows, found.labels, found.class_names) == (
            data.rows,
            data.labels,
            data.class_names,
        )
    assert Data(rows, [float(x) for x in TRUTHS]).class_names == ()
    assert Data(rows, TRUTHS, regression=True).labels == [float(x) for x in TRUTHS]
    assert Data(rows, [int(x) for x in TRUTHS], class_names=["no", "yes"]).labels[:2] == [1, 0]


def test_a_model_takes_every_form(tmp_path, capsys):
    """Trained on one of them, in Python or the shell, it takes all others."""
    forms = list(tables(tmp_path))
    model = MLP(2, [4, 2], seed=0)
    train(model, Data(forms[0], "left").standardized(), epochs=30, progress=False)
    expected = predict(model, forms[0], raw=True)
    assert set(expected) == {"False", "True"}
    for table in forms:
        if hasattr(table, "read_text"):
            assert predict(model, load_csv(table, "left")) == expected
            assert accuracy(model, load_csv(table, "left")) == accuracy(
                model, Data(forms[0], "left")
            )
        else:
            assert predict(model, table, raw=True) == expected
    for truth in (True, 1, 1.0, "true", "TRUE", np.True_):
        assert predict(model, [[3.0, truth]], raw=True) == predict(model, [[3.0, 1.0]], raw=True)
    save(model, tmp_path / "m.safetensors")
    answers = []
    for cell in ("true", "True", "1"):
        (tmp_path / "new.csv").write_text(f"size,active\n3,{cell}\n")
        assert main(["predict", str(tmp_path / "m.safetensors"), str(tmp_path / "new.csv")]) == 0
        answers.append(capsys.readouterr().out)
    assert len(set(answers)) == 1


def test_words_beside_true_and_false_are_categories():
    data = Data([["true"], ["false"], ["unknown"]], [0.5, 1.5, 2.5], ["x1"])
    assert data.feature_names == ("x1=false", "x1=true", "x1=unknown")
    for cell in (True, "TRUE", np.True_):
        assert data.standardize([[cell]]) == [[0.0, 1.0, 0.0]]
    numbers = Data([[True], [False]], [0.5, 1.5], ["x1"]).matched(data.schema)
    assert numbers.rows == [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    with pytest.raises(ValueError, match="'x1': here it holds numbers, and words where the model"):
        Data([[2.0], [0.0]], [0.5, 1.5], ["x1"]).matched(data.schema)


def test_words():
    assert [truth_of(x) for x in ("tRuE", "False", False, np.True_, 1, "yes", None)] == [
        True, False, False, True, None, None, None,
    ]  # fmt: skip
    assert find_word("TRUE", ("false", "true")) == "true"
    assert find_word("yes", ("false", "true")) is None
    assert find_word(True, ("no", "yes")) is None
    assert [is_whole(name) for name in ("6", "-2", "06", "a", "1.0", "")] == [
        True, True, False, False, False, False,
    ]  # fmt: skip
