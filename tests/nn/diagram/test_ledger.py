"""Parts of the ledger that pictures of ordinary networks don't reach."""

import math

import pytest

from nn import MLP, draw_network
from nn.diagram.canvas import Canvas
from nn.diagram.ledger import bar, heading, number


def test_what_has_no_length_has_no_bar():
    canvas = Canvas()
    for length in (math.nan, math.inf):
        bar(canvas, 0.0, 0.0, length, "path")
    assert canvas.parts == []
    bar(canvas, 100.0, 20.0, -30.0, "path")
    assert 'x="70.0"' in canvas.parts[0]
    assert 'width="30.0"' in canvas.parts[0]


def test_numbers_that_are_not_finite_are_printed(texts):
    model = MLP(2, [2, 2], bias=False, activation="linear", seed=0)
    model["w5"].data = 1e308
    model["w1"].data = 1e308
    shown = texts(draw_network(model, [1.0, 1.0], highlight="w2"))
    assert {"NaN", "∞"} & set(shown)


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.5, "0.5000"),
        (-0.5, "(−0.5000)"),
        (0.01, "0.0100"),
        (0.008380, "0.00838"),
        (-1.704e-4, "(−1.70e−4)"),
        (5e-324, "4.94e−324"),
        (-math.inf, "(−∞)"),
        (math.nan, "NaN"),
        (-0.0, "0.0000"),
    ],
)
def test_numbers_have_three_digits_and_negative_factors_parentheses(x, text):
    assert number(x, first=False) == text
    assert number(x) == text.strip("()")


def test_headings_drop_the_number_that_differs():
    assert heading(["z1", "z2"], ["h5", "h5"]) == "∂z/∂h5"
    assert heading(["z1"], ["h5"]) == "∂z1/∂h5"
