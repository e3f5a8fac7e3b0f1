"""Names typeset, users' texts harmless, colors in light and dark."""

import re
import xml.etree.ElementTree as ET

import pytest

from autograd.drawing.palette import LIGHT
from nn.plots.diagram.canvas import Canvas, typeset


@pytest.mark.parametrize(
    ("text", "lowered"),
    [
        ("w17", ["17"]),
        ("ŷ1(1 − ŷ1)", ["1", "1"]),
        ("1 − h5²", ["5"]),
        ("∂s5/∂w17", ["5", "17"]),
        ("h2o2 row1 ab12 w", []),
    ],
)
def test_names_are_typeset(text, lowered):
    found = ET.fromstring(f"<a>{typeset(text, 14)}</a>")
    assert [span.text for span in found if span.get("dy") == "3.5"] == lowered
    assert "".join(found.itertext()).replace("\u200b", "") == text


def test_small_text_keeps_legible_numbers():
    assert 'font-size="11"' in typeset("w1", 11)
    assert 'font-size="15.12"' in typeset("w1", 21)


def test_what_is_the_users_own_stays_as_it_is_and_harmless():
    canvas = Canvas()
    canvas.text((1, 2), "<script>w17 & \0\u202e", plain=True)
    canvas.line((0, 0), (1, 1), "rest", 1, tooltip="<b>")
    canvas.circle((0, 0), 2, "paper", "rest", tooltip='"')
    canvas.box((0, 0), (1, 1), "paper")
    canvas.ring((5, 5), 4, 0.25)
    svg = canvas.svg(10, 10, "<title>", "a & b")
    root = ET.fromstring(svg)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags == {"svg", "title", "desc", "style", "rect", "text", "line", "circle"}
    (text,) = root.iter("{http://www.w3.org/2000/svg}text")
    assert text.text == "<script>w17 & \ufffd\ufffd"
    used = set(re.findall(r'(?:fill|stroke)="([^"]*)"', svg.partition("</style>")[2]))
    assert {LIGHT["paper"], LIGHT["rest"]} <= used <= {*LIGHT.values(), "none"}


def test_two_pictures_share_no_ids():
    first, second = Canvas(), Canvas()
    second.line((0, 0), (1, 1), "rest", 1)
    ids = [re.findall(r' id="([^"]*)"', c.svg(9, 9, "t", "d")) for c in (first, second)]
    assert not set(ids[0]) & set(ids[1])
    assert first.svg(9, 9, "t", "d") == Canvas().svg(9, 9, "t", "d")
