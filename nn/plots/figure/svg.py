"""Postprocessing of Matplotlib's SVG: title, dark colors, fonts of the reader's system."""

from __future__ import annotations

import re

from autograd.drawing import FONTS, capitalized, dark, document, prefix_of

SCOPE = "cr-train"
HEAD = re.compile(r'<svg [^>]*width="([\d.]+)pt" height="([\d.]+)pt"[^>]*>')


def finish(svg: str, title: str, description: str, language: str = "en") -> str:
    """The figure for a page, a notebook or a file."""
    svg = svg[svg.index("<svg") :]
    for noise in (r"<metadata>.*?</metadata>", r"<!--.*?-->", r"<style.*?</style>"):
        svg = re.sub(noise, "", svg, flags=re.DOTALL)
    svg = re.sub(r"\n\s*", "\n", svg)
    # Marks are defined once and used many times: the color must be in each use, for dark mode.
    svg = re.sub(
        r"<defs>.*?</defs>",
        lambda found: re.sub(r"stroke: #[0-9a-f]{6};? ?", "", found[0]),
        svg,
        flags=re.DOTALL,
    )
    # Coordinates are rounded to two decimals; numbers in texts are not.
    svg = re.sub(r"(\d+\.\d\d)\d+(?![^<>]*</text>)", r"\1", svg).replace("'DejaVu Sans'", FONTS)
    prefix = prefix_of(svg)
    svg = re.sub(r'(\sid="|url\(#|href="#)', rf"\1{prefix}-", svg)
    rules = (
        f".{SCOPE} *{{stroke-linejoin:round;stroke-linecap:butt}}"
        f".{SCOPE} text{{font-variant-numeric:tabular-nums}}{dark(SCOPE, inline=True)}"
    )
    head = HEAD.search(svg)
    assert head is not None
    width, height = head.groups()
    return document(
        SCOPE, prefix, (width, height), capitalized(title), description, rules,
        f"\n{svg[head.end() :]}", linked=True, language=language,
    )  # fmt: skip
