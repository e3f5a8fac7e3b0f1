"""SVG as PDF, by the package typst."""

from __future__ import annotations

from .raster import with_found_fonts

# A page of the picture's own size. Without a date, so that one picture is always the same bytes.
SOURCE = b"""
#set document(title: sys.inputs.title, date: none)
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg", alt: sys.inputs.title)
"""


def pdf(svg: str, title: str) -> bytes:
    """The picture in light colours, as lines and letters that can be searched and enlarged.

    Raises ImportError where typst is missing.
    """
    try:
        import typst
    except ImportError as error:
        raise ImportError('PDF needs the package typst: pip install "chainrule[pdf]"') from error
    inputs = {"svg": with_found_fonts(svg), "title": title}
    return bytes(typst.compile(SOURCE, sys_inputs=inputs, format="pdf"))
