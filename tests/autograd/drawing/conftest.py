"""What the tests of the pictures share."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from autograd import Value, exp
from autograd.drawing.layout import CHOICE, PACKAGED

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def packaged_program(monkeypatch):
    """The same layout program everywhere, whatever the machine has."""
    monkeypatch.setenv(CHOICE, PACKAGED)


@pytest.fixture
def example():
    """The README's example: x feeds two nodes."""
    x, w = Value(0.5, label="x"), Value(-1.2, label="w")
    y = (x * w).tanh() + exp(x)
    y.label = "y"
    return y


@pytest.fixture
def elements():
    """A function: the groups of a picture by id (without the prefix), each a list of its texts."""

    def read(svg):
        groups = {}
        for group in ET.fromstring(svg).iter(f"{SVG}g"):
            name = re.sub(r"^cr[0-9a-f]+-", "", group.get("id"))
            if name != "graph0":
                groups[name] = [text.text for text in group.iter(f"{SVG}text")]
        return groups

    return read
