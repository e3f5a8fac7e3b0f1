"""Cells and rows of Graphviz's HTML-like tables, in the colors of the palette."""

from __future__ import annotations

import html
from collections.abc import Iterable

from .palette import LIGHT


def cell(
    text: str,
    color: str,
    size: int = 13,
    *,
    bold: bool = False,
    room: int = 0,
    port: str = "",
    right_on: str = "",
) -> str:
    """A cell with a text, in a color of the palette.

    Args:
        room: the least width, in pixels.
        right_on: the text is right-aligned, on a background of this color. The layout program
            places it by its own estimate of the width; svg.py finds the true right edge by the
            background.
    """
    attributes = f'ALIGN="RIGHT" BGCOLOR="{LIGHT[right_on]}"' if right_on else 'ALIGN="LEFT"'
    if room:
        attributes += f' WIDTH="{room}"'
    if port:
        attributes += f' PORT="{port}"'
    # One backslash begins an escape of Graphviz's own, even here; an empty font is a syntax error.
    content = html.escape(text).replace("\\", r"\\") or " "
    # <B> would shift the baseline of the text.
    face = ' FACE="Helvetica-Bold"' if bold else ""
    font = f'<FONT COLOR="{LIGHT[color]}" POINT-SIZE="{size}"{face}>{content}</FONT>'
    return f"<TD {attributes}>{font}</TD>"


def table(*blocks: Iterable[str]) -> str:
    """Rows of cells as a table; a hairline between blocks of them."""
    rows = "<HR/>".join(["".join([f"<TR>{row}</TR>" for row in block]) for block in blocks])
    frame = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3"'
    return f'<TABLE {frame} COLOR="{LIGHT["line"]}">{rows}</TABLE>'


def html_label(*blocks: Iterable[str]) -> str:
    """The table as an HTML-like label, in angle brackets."""
    return f"<{table(*blocks)}>"
