"""What the tests of the network's picture share."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from nn import MLP

SVG = "{http://www.w3.org/2000/svg}"
ROW = [-0.9, 1.0, -1.3, -1.3]


@pytest.fixture
def model():
    """The reference network."""
    return MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=4)


@pytest.fixture
def texts():
    """A function: the texts of a picture in the order of drawing, names as in `w17`."""

    def read(picture):
        root = ET.fromstring(picture.svg)
        return ["".join(t.itertext()).replace("\u200b", "") for t in root.iter(f"{SVG}text")]

    return read


@pytest.fixture
def lines():
    """A function: what each line with a tooltip says, and whether it is dashed."""

    def read(picture):
        found = re.findall(r"<line ([^>]*)><title>([^<]*)</title>", picture.svg)
        return {words: ("dasharray" in attributes) for attributes, words in found}

    return read
