"""Colors that can be read, in light and dark."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd.drawing.palette import DARK, LIGHT, style

QUANTITIES = ["data", "grad", "local", "positive", "negative"]
PAGE = Path(autograd.__file__).parent / "drawing" / "page" / "web" / "page.css"
SIGHTS = {  # Machado, Oliveira and Fernandes 2009, of full severity: on linear channels
    "usual": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}  # fmt: skip
TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]


def linear(color):
    """The channels of a color as amounts of light."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def luminance(color):
    """WCAG 2.2, relative luminance."""
    parts = zip((0.2126, 0.7152, 0.0722), linear(color), strict=True)
    return sum(weight * c for weight, c in parts)


def lab(color, sight):
    """The color as it is seen, in CIELAB."""
    light = np.clip(np.array(SIGHTS[sight]) @ linear(color), 0.0, 1.0)
    t = np.array(TO_XYZ) @ light / [0.9505, 1.0, 1.089]
    x, y, z = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(a, b):
    """WCAG 2.2, contrast ratio."""
    dark, light = sorted([luminance(a), luminance(b)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "panel"])
@pytest.mark.parametrize("text", ["ink", "muted", *QUANTITIES])
def test_text_can_be_read(palette, ground, text):
    assert contrast(palette[text], palette[ground]) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_a_local_derivative_can_be_read_on_what_is_chosen(palette):
    assert contrast(palette["local"], palette["grad tint"]) >= 4.5


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_quantities_differ_in_every_sight(palette, sight):
    for one, two in itertools.combinations(QUANTITIES, 2):
        distance = np.linalg.norm(lab(palette[one], sight) - lab(palette[two], sight))
        # Data and a weight never share a kind of mark; signs differ by dashes too.
        least = 11 if {one, two} == {"data", "negative"} else 13
        assert distance >= least, (one, two, distance)


def test_the_page_has_the_same_colors():
    blocks = re.findall(r"\{([^{}]*--paper:[^{}]*)\}", PAGE.read_text("utf-8"))
    assert len(blocks) == 3
    for block, palette in zip(blocks, (LIGHT, DARK, DARK), strict=True):
        found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
        assert {*QUANTITIES, "paper", "ink", "grad-tint"} <= found.keys()
        for name, color in found.items():
            role = re.sub(r"class(\d)", lambda n: f"class {int(n[1]) + 1}", name).replace("-", " ")
            assert color == palette[role], name


def test_each_color_has_one_twin():
    assert LIGHT.keys() == DARK.keys()
    assert len(set(LIGHT.values())) == len(LIGHT)
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in [*LIGHT.values(), *DARK.values()])


def test_no_rule_leaves_its_scope():
    sheet = style("scope").replace("@media (prefers-color-scheme:dark){", "")
    selectors = re.findall(r"([^{}]+)\{", sheet)
    assert len(selectors) == 4 + 2 * len(LIGHT)
    assert all(selector.startswith(".scope ") for selector in selectors)
