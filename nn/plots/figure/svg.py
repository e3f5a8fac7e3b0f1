"""Matplotlib's SVG, finished: title, dark colours, fonts of the reader's system."""

from __future__ import annotations

import hashlib
import html
import re

from autograd.drawing import DARK, FONTS, LIGHT

SCOPE = "cr-train"
HEAD = re.compile(r'<svg [^>]*width="([\d.]+)pt" height="([\d.]+)pt"[^>]*>')


def finish(svg: str, title: str, description: str) -> str:
    """The figure for a page, a notebook or a file."""
    svg = svg[svg.index("<svg") :]
    for noise in (r"<metadata>.*?</metadata>", r"<!--.*?-->", r"<style.*?</style>"):
        svg = re.sub(noise, "", svg, flags=re.DOTALL)
    svg = re.sub(r"\n\s*", "\n", svg)
    # Marks are defined once and used many times: each use must give its colour, or dark can't.
    svg = re.sub(
        r"<defs>.*?</defs>",
        lambda found: re.sub(r"stroke: #[0-9a-f]{6};? ?", "", found[0]),
        svg,
        flags=re.DOTALL,
    )
    # Two decimals of a pixel are enough; in a text every decimal stays.
    svg = re.sub(r"(\d+\.\d\d)\d+(?![^<>]*</text>)", r"\1", svg).replace("'DejaVu Sans'", FONTS)
    prefix = "cr" + hashlib.sha256(svg.encode()).hexdigest()[:10]
    svg = re.sub(r'(\sid="|url\(#|href="#)', rf"\1{prefix}-", svg)
    twins = "".join(
        f'.{SCOPE} [style*="{paint}: {light}"]{{{paint}:{DARK[role]}!important}}'
        for role, light in LIGHT.items()
        for paint in ("fill", "stroke")
    )
    head = HEAD.search(svg)
    assert head is not None
    width, height = head.groups()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'class="{SCOPE}" role="img" aria-labelledby="{prefix}-title {prefix}-desc" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
        f'<title id="{prefix}-title">{html.escape(title[0].upper() + title[1:])}</title>\n'
        f'<desc id="{prefix}-desc">{html.escape(description)}</desc>\n'
        f"<style>.{SCOPE} *{{stroke-linejoin:round;stroke-linecap:butt}}"
        f".{SCOPE} text{{font-variant-numeric:tabular-nums}}"
        f"@media (prefers-color-scheme:dark){{{twins}}}</style>\n{svg[head.end() :]}"
    )
