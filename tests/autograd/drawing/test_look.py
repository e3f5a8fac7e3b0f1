"""The options of `draw` that change no number."""

import re

import pytest

from autograd import Value, draw, total


def texts(drawing):
    return re.findall(r"<FONT [^>]*>([^<]*)</FONT>", drawing.source)


def test_precision(example):
    shown = texts(draw(example, precision=2))
    assert {"0.50", "−1.2", "−0.60", "0.71", "1.6", "1.0"} <= set(shown)
    assert 'label=" ∂ 0.71 "' in draw(example, precision=2).source
    assert "local derivatives 1.0, 1.0" in draw(example, precision=2).svg


def test_show(example):
    three = draw(total([example.parents[0].parents[0].parents[i] for i in (0, 1, 1)]))
    assert "∂ x" in texts(three)
    only_data = draw(example, show="data")
    assert "grad" not in texts(only_data)
    assert "∂ " not in only_data.source.replace("size of ∂ × grad", "").replace("∂ is negative", "")
    only_grad = draw(example, show=["grad"])
    assert "data" not in texts(only_grad)
    assert "grad" in texts(only_grad)
    leaves = total([Value(1.0), Value(2.0), Value(3.0)])
    assert "∂ leaf" in texts(draw(leaves))
    assert "tailport" in draw(leaves).source
    bare = draw(leaves, show=())
    assert "∂ leaf" not in texts(bare)
    assert "tailport" not in bare.source


def test_down_instead_of_right(example):
    assert "rankdir=LR" in draw(example).source
    assert "rankdir=TB" in draw(example, direction="TB").source
    leaves = [Value(float(i), label=f"q{i}") for i in range(3)]
    drawing = draw(total(leaves), direction="TB")
    assert "n3:p0:n" in drawing.source
    assert "tailport=s" in drawing.source
    assert 'COLSPAN="2"' in drawing.source
    columns = re.search(r"<TR>(<TD [^>]*PORT.*?)</TR><TR>(.*?)</TR></TABLE></TD>", drawing.source)
    assert re.findall(">(∂ q.)<", columns[1]) == ["∂ q0", "∂ q1", "∂ q2"]
    assert re.findall(">(1.000)<", columns[2]) == ["1.000"] * 3
    assert "<title>q0 to Σ" in drawing.svg


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"direction": "RL"}, "direction 'LR' or 'TB', got 'RL'"),
        ({"precision": 0}, "a precision from 1 to 12 digits, got 0"),
        ({"precision": 13}, "a precision from 1 to 12 digits, got 13"),
        ({"precision": 2.0}, "a precision from 1 to 12 digits, got 2.0"),
        ({"precision": True}, "a precision from 1 to 12 digits, got True"),
        ({"show": "gradient"}, "some of data, grad, local_derivatives as show, got 'gradient'"),
        ({"show": 3}, "some of data, grad, local_derivatives as show, got 3"),
    ],
)
def test_what_is_accepted(example, options, message):
    with pytest.raises(ValueError, match=f"draw: expected {message}"):
        draw(example, **options)
