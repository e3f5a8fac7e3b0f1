"""Colors that can be read, in light and dark."""

import re

import pytest

from autograd.drawing.palette import DARK, LIGHT, style


def luminance(color):
    """WCAG 2.2, relative luminance."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(a, b):
    """WCAG 2.2, contrast ratio."""
    dark, light = sorted([luminance(a), luminance(b)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "panel"])
@pytest.mark.parametrize("text", ["ink", "muted", "data", "grad", "positive", "negative"])
def test_text_can_be_read(palette, ground, text):
    assert contrast(palette[text], palette[ground]) >= 4.5


def test_each_color_has_one_twin():
    assert LIGHT.keys() == DARK.keys()
    assert len(set(LIGHT.values())) == len(LIGHT)
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in [*LIGHT.values(), *DARK.values()])


def test_no_rule_leaves_its_scope():
    sheet = style("scope").replace("@media (prefers-color-scheme:dark){", "")
    selectors = re.findall(r"([^{}]+)\{", sheet)
    assert len(selectors) == 4 + 2 * len(LIGHT)
    assert all(selector.startswith(".scope ") for selector in selectors)
