"""`chainrule explore`."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from nn import History
from nn.__main__ import main
from nn.commands import network


def test_an_expression_becomes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "page.html"
    words = ["explore", "tanh(w*x + b)", "--at", "w=0.5,x=2,b=-1", "-o", str(file)]
    assert main(words) == 0
    assert capsys.readouterr().out == f"Wrote {file}.\n"
    assert '"names":["w","x","v1","b","v2","v3"]' in file.read_text(encoding="utf-8")


def test_without_one_iris_is_trained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "page.html"
    assert main(["explore", "--epochs", "2", "--json", "--out", str(file)]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "files": [str(file)],
        "epochs": 2,
        "ended_by": "epochs",
    }
    text = file.read_text(encoding="utf-8")
    assert '"epochs":[0,1,2]' in text
    found = re.search(r'"parts":(\[[^]]*\])', text)
    assert found
    assert Counter(json.loads(found[1])) == {"train": 120, "test": 30}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["w*x", "--at", "w=1"], "no number for x: give --at x=1"),
        (["--at", "w=1"], "--at: expected an expression with these names, got none"),
    ],
)
def test_words_that_make_no_sense(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explore", *words, "-o", str(tmp_path / "a.html")]) == 2
    assert message in capsys.readouterr().err


def test_an_interrupted_training_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted = History()
    interrupted.ended_by = "interrupt"
    monkeypatch.setattr(network, "train", lambda *arguments, **options: interrupted)
    assert main(["explore", "-o", str(tmp_path / "a.html")]) == 130
    assert list(tmp_path.iterdir()) == []


def test_only_html_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["explore", "x", "--at", "x=1", "-o", "a.svg"])
    assert stop.value.code == 2
    assert "ends in .html, got 'a.svg'" in capsys.readouterr().err
