"""Parts of the ledger that pictures of ordinary networks don't reach."""

import math

import pytest

from nn import MLP, draw_network
from nn.plots.diagram.canvas import Canvas
from nn.plots.diagram.ledger import needs_parentheses
from nn.plots.diagram.ledger_rows import bar, heading


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
    at = shown.index("z1")
    assert shown[at : at + 3] == ["z1", "∞", "NaN"]  # 1e308·1e308, and no gradient goes through
    at = shown.index("h1")
    assert shown[at : at + 2] == ["h1", "1.00e308"]


@pytest.mark.parametrize(
    ("formula", "first", "loose"),
    [
        ("w33", False, False),
        ("1 − h5²", True, True),
        ("ŷ1(1 − ŷ1)", False, False),
        ("ŷ1 − 1", True, True),
        ("−ŷ1·ŷ2", False, True),
        ("−ŷ1·ŷ2", True, False),
        ("h5 · (1 − h5)", True, True),
        ("gelu′(s1)", False, False),
    ],
)
def test_formulas_in_products_have_the_parentheses_that_they_need(formula, first, loose):
    assert needs_parentheses(formula, first) is loose


def test_headings_drop_the_number_that_differs():
    assert heading(["z1", "z2"], ["h5", "h5"]) == "∂z/∂h5"
    assert heading(["z1"], ["h5"]) == "∂z1/∂h5"
