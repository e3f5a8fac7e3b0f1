"""SVG documents: the root element of every picture, and the post-processing of a layout program's
SVG.

A layout program's drawing is changed only in the anchors of right-aligned texts: the browser's font
has other widths than those it assumed, and only texts anchored at their ends stay aligned.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping

from .palette import LIGHT, style

SCOPE = "cr-graph"
PADDING = 3.0  # of the cells in boxes.py

HEAD = re.compile(r'<svg width="([\d.]+)pt" height="([\d.]+)pt"\s+viewBox="([^"]+)"[^>]*>')
COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
GROUP = re.compile(r'<g id="(\w+)"([^>]*)>(?:\s*<title>[^<]*</title>)?')
# A cell's ground (it alone has no stroke), its right edge among its corners, and the text on it.
RIGHT = re.compile(
    r'<polygon fill="[^"]*" stroke="(?:none|transparent)" points="([^"]*)"/>\s*'
    r'<text ([^>]*)text-anchor="start" x="[^"]*"'
)
LIT = re.compile(r'<g id="n\d+_\d+" class="edge[^"]* path".*?</g>', re.DOTALL)
CURVE = re.compile(r'<path [^>]*stroke-width="([^"]*)"[^>]*( d="[^"]*"/>)')
NODE = re.compile(r'<g id="n\d+" class="node.*?</g>', re.DOTALL)


def document(
    scope: str,
    prefix: str,
    size: tuple[str, str],
    title: str,
    description: str,
    rules: str,
    content: str,
    *,
    view: str = "",
    linked: bool = False,
    language: str = "en",
) -> str:
    """A picture as a whole: `content` ends it, up to `</svg>`.

    Args:
        scope: its class, with which the rules of its style sheet begin; prefix: of its ids.
        title, description: for screen readers; view: its viewBox, if not from 0 on.
        linked: whether its content refers to itself by `xlink:href`.
        language: of its texts.
    """
    width, height = size
    lang = "" if language == "en" else f' lang="{language}"'
    xlink = ' xmlns:xlink="http://www.w3.org/1999/xlink"' if linked else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg"{xlink} class="{scope}"{lang} role="img" '
        f'aria-labelledby="{prefix}-title {prefix}-desc" '
        f'width="{width}" height="{height}" viewBox="{view or f"0 0 {width} {height}"}">\n'
        f'<title id="{prefix}-title">{html.escape(title)}</title>\n'
        f'<desc id="{prefix}-desc">{html.escape(description)}</desc>\n'
        f"<style>{rules}</style>{content}"
    )


def prefix_of(*content: str) -> str:
    """The prefix of the ids in a picture.

    Two pictures in one page must not share ids, and the same picture must have the same bytes.
    """
    return "cr" + hashlib.sha256("\0".join(content).encode()).hexdigest()[:10]


def capitalized(text: str) -> str:
    return text[0].upper() + text[1:]


def finish(
    svg: str, title: str, description: str, titles: Mapping[str, str], language: str = "en"
) -> str:
    """The picture for a page, a notebook or a file.

    Args:
        titles: the tooltip of each element, by its id.
    """
    svg = COMMENT.sub("", svg)
    head = HEAD.search(svg)
    if head is None:
        raise RuntimeError(f"the layout program's output is not Graphviz SVG: {svg[:80]!r}")
    width, height, view = head.groups()
    body = NODE.sub(lambda node: RIGHT.sub(anchor, node[0]), svg[head.end() :])
    body = LIT.sub(lambda edge: CURVE.sub(halo, edge[0]), body)
    prefix = prefix_of(body, title, description, *titles.values())

    def group(found: re.Match[str]) -> str:
        name, rest = found.groups()
        words = f"\n<title>{html.escape(titles[name])}</title>" if name in titles else ""
        return f'<g id="{prefix}-{name}"{rest}>{words}'

    content, size = GROUP.sub(group, body), (width, height)
    title = capitalized(title)
    return document(
        SCOPE, prefix, size, title, description, style(SCOPE), content, view=view, language=language
    )


def anchor(found: re.Match[str]) -> str:
    """The text of a right-aligned cell, anchored at its end."""
    corners, attributes = found.groups()
    right = max(float(corner.split(",")[0]) for corner in corners.split()) - PADDING
    return f'<text {attributes}text-anchor="end" x="{right:.2f}"'


def halo(found: re.Match[str]) -> str:
    """The edge of a chosen path, with a wide pale line below it."""
    wide = f'class="halo" fill="none" stroke="{LIGHT["halo"]}" stroke-width="{float(found[1]) + 7}"'
    return f"<path {wide}{found[2]}\n{found[0]}"
