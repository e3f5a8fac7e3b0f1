import json
import xml.etree.ElementTree as ET

import pytest

import autograd
from nn.__main__ import main


def drawn(capsys, tmp_path, *words):
    out = tmp_path / "g.svg"
    assert main(["draw", *words, "-o", str(out)]) == 0
    return capsys.readouterr().out, "".join(ET.parse(out).getroot().itertext())


def test_the_example(capsys, tmp_path):
    text, picture = drawn(capsys, tmp_path, "tanh(w*x + b)", "--at", "w=0.5,x=2,b=-1")
    assert text.splitlines() == [
        "y = tanh(w*x + b)",
        "y = 0",
        "∂y/∂w = 2",
        "∂y/∂x = 0.5000",
        "∂y/∂b = 1",
        f"Wrote {tmp_path / 'g.svg'}.",
    ]
    for word in ("tanh", "w", "x", "b", "0.5"):
        assert word in picture


def test_the_form_is_that_of_the_name(capsys, tmp_path):
    out = tmp_path / "g.png"
    assert main(["draw", "a*a", "--at", "a=3", "-o", str(out)]) == 0
    assert out.read_bytes().startswith(b"\x89PNG")


def test_json_and_several_roots(capsys, tmp_path):
    words = ("softmax([a, b])", "--at", "a=1, b=1")
    text, _ = drawn(capsys, tmp_path, *words, "--json")
    found = json.loads(text)
    assert found["expression"] == "softmax([a, b])"
    assert found["values"] == [0.5, 0.5]
    assert found["gradients"] == [{"a": 0.25, "b": -0.25}, {"a": -0.25, "b": 0.25}]
    assert found["files"] == [str(tmp_path / "g.svg")]
    text, _ = drawn(capsys, tmp_path, *words)
    assert "y2 = 0.5000\n∂y2/∂a = −0.2500\n" in text


def test_an_expression_that_begins_with_a_minus(capsys, tmp_path):
    out = str(tmp_path / "g.svg")
    assert main(["draw", "--at", "x=2", "-o", out, "--", "-x**2"]) == 0
    assert "∂y/∂x = −4" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["tahn(x)", "--at", "x=1"], "chainrule: error: unknown function 'tahn'; did you mean"),
        (["w*x", "--at", "x=1"], "no number for w: give --at w=1"),
        (["x"], "no number for x: give --at x=1"),
        (["x", "--at", "x"], "expected names with a number each, such as w=0.5,x=2, got 'x'"),
        (["x", "--at", "x=1,x=2"], "got 'x=2'"),
        (["x", "--at", "x=1", "-o", "g.gif"], "ends in .svg, .png or .pdf"),
        ([], "the following arguments are required: expression"),
    ],
)
def test_words_that_make_no_sense(words, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        code = main(["draw", *words])
    except SystemExit as exit_:
        code = exit_.code
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert message in err
    assert list(tmp_path.iterdir()) == []


def test_json_of_what_is_not_finite(capsys, tmp_path):
    def refused(name):
        raise AssertionError(f"{name} is no JSON")

    text, _ = drawn(capsys, tmp_path, "log(x)", "--at", "x=0", "--json")
    found = json.loads(text, parse_constant=refused)
    assert (found["values"], found["gradients"]) == (["-inf"], [{"x": "inf"}])


def test_the_numbers_are_printed_even_if_the_picture_fails(capsys, tmp_path, monkeypatch):
    def no_draw(*_):
        raise RuntimeError("no layout program")

    monkeypatch.setattr(autograd, "draw", no_draw)
    assert main(["draw", "x*x", "--at", "x=3", "-o", str(tmp_path / "g.svg")]) == 1
    out, err = capsys.readouterr()
    assert out == "y = x*x\ny = 9\n∂y/∂x = 6\n"
    assert err == "chainrule: error: no picture: no layout program\n"


def test_help_has_the_signs_of_all_operations(capsys):
    with pytest.raises(SystemExit):
        main(["draw", "--help"])
    assert "+ - * / ** % and" in " ".join(capsys.readouterr().out.split())
