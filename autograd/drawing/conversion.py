"""SVG as PNG, by the package resvg-py, and as PDF, by the package typst: in light colors."""

from __future__ import annotations

from .palette import FONTS

# Fonts that are installed under these names; a browser would substitute similar ones by itself.
FIRST = "'Segoe UI','Helvetica Neue',Arial,'Liberation Sans','DejaVu Sans',"
# A page of the picture's own size. Without a date, so that one picture is always the same bytes.
PAGE = b"""
#set document(title: sys.inputs.title, date: none)
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg", alt: sys.inputs.title)
"""


def png(svg: str, scale: float) -> bytes:
    """The picture on white.

    Raises:
        ImportError: if resvg-py is missing.
    """
    try:
        import resvg_py
    except ImportError as error:
        raise ImportError(
            'PNG needs the package resvg-py: pip install "chainrule[draw]"'
        ) from error
    named = with_found_fonts(svg)
    return bytes(resvg_py.svg_to_bytes(svg_string=named, zoom=scale, background="#ffffff"))


def pdf(svg: str, title: str) -> bytes:
    """The picture as vector graphics with searchable text.

    Raises:
        ImportError: if typst is missing.
    """
    try:
        import typst
    except ImportError as error:
        raise ImportError('PDF needs the package typst: pip install "chainrule[pdf]"') from error
    inputs = {"svg": with_found_fonts(svg), "title": title}
    return bytes(typst.compile(PAGE, sys_inputs=inputs, format="pdf"))


def with_found_fonts(svg: str) -> str:
    """The picture for a program that looks up fonts by name only."""
    return svg.replace(FONTS, FIRST + FONTS)
