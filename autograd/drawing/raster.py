"""SVG as PNG, by the package resvg-py."""

from __future__ import annotations

from .palette import FONTS

# Found by name in the system's fonts, where a browser would substitute a similar one.
FIRST = "'Segoe UI','Helvetica Neue',Arial,'Liberation Sans','DejaVu Sans',"


def png(svg: str, scale: float) -> bytes:
    """The picture in light colours, on white.

    Raises ImportError where resvg-py is missing.
    """
    try:
        import resvg_py
    except ImportError as error:
        raise ImportError(
            'PNG needs the package resvg-py: pip install "chainrule[draw]"'
        ) from error
    named = with_found_fonts(svg)
    return bytes(resvg_py.svg_to_bytes(svg_string=named, zoom=scale, background="#ffffff"))


def with_found_fonts(svg: str) -> str:
    """The picture for a program that finds fonts by their names alone."""
    return svg.replace(FONTS, FIRST + FONTS)
