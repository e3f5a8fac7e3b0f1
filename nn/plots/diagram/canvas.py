"""Lines, circles and texts as SVG, in the colors of the palette."""

from __future__ import annotations

import html
import re
import unicodedata

from autograd.drawing import ENGLISH, LIGHT, Words, clean, document, prefix_of, style

SCOPE = "cr-net"
SMALLEST = 11.0  # of texts, in pixels
NAME = re.compile(r"(?<![A-Za-z0-9_])([whxzsbŷ])([0-9]+)(?![A-Za-z0-9_])")


class Canvas:
    """A picture as a list of SVG elements: later ones lie above.

    Args:
        words: its texts, in the language that was chosen.
    """

    def __init__(self, words: Words = ENGLISH) -> None:
        self.words = words
        self.parts: list[str] = []

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        color: str,
        width: float,
        *,
        dashed: bool = False,
        opacity: float = 1.0,
        tooltip: str = "",
    ) -> None:
        """A line; dashed for a negative number. tooltip: shown by the pointer."""
        dash = ' stroke-dasharray="6 4"' if dashed else ""
        pale = f' opacity="{opacity:g}"' if opacity < 1.0 else ""
        (x1, y1), (x2, y2) = start, end
        self.parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{LIGHT[color]}" stroke-width="{width:.2f}"{dash}{pale}>'
            f"{title_of(tooltip)}</line>"
        )

    def circle(
        self,
        center: tuple[float, float],
        radius: float,
        fill: str,
        stroke: str,
        width: float = 1.25,
        tooltip: str = "",
    ) -> None:
        (x, y), paint = center, f'fill="{LIGHT[fill]}" stroke="{LIGHT[stroke]}"'
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" {paint} '
            f'stroke-width="{width:g}">{title_of(tooltip)}</circle>'
        )

    def ring(self, center: tuple[float, float], radius: float, share: float) -> None:
        """An arc for a share of 1, clockwise from the top."""
        (x, y), around = center, 2 * 3.141592653589793 * radius
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="none" '
            f'stroke="{LIGHT["data"]}" stroke-width="3" '
            f'stroke-dasharray="{around * share:.1f} {around:.1f}" '
            f'transform="rotate(-90 {x:.1f} {y:.1f})"/>'
        )

    def box(
        self,
        corner: tuple[float, float],
        size: tuple[float, float],
        fill: str,
        stroke: str = "",
        *,
        round_: float = 2.0,
        width: float = 1.0,
        tooltip: str = "",
    ) -> None:
        (x, y), (wide, high) = corner, size
        outline = f' stroke="{LIGHT[stroke]}" stroke-width="{width:g}"' if stroke else ""
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" '
            f'rx="{round_:g}" fill="{LIGHT[fill]}"{outline}>{title_of(tooltip)}</rect>'
        )

    def text(
        self,
        place: tuple[float, float],
        text: str,
        color: str = "ink",
        size: float = 12.0,
        *,
        anchor: str = "start",
        bold: bool = False,
        plain: bool = False,
    ) -> None:
        """A text, its names typeset (w with the subscript 17) unless it is the user's own.

        Args:
            anchor: the part of the text that is at `place`: "start", "middle" or "end".
        """
        (x, y), weight = place, ' font-weight="600"' if bold else ""
        content = html.escape(clean(text)) if plain else typeset(text, size)
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" fill="{LIGHT[color]}" font-size="{size:g}"'
            f'{weight} text-anchor="{anchor}">{content}</text>'
        )

    def svg(self, width: float, height: float, title: str, description: str) -> str:
        """The picture, with a title and a description for screen readers."""
        body = "\n".join(self.parts)
        size = f"{width:g}", f"{height:g}"
        ground = f'<rect width="{size[0]}" height="{size[1]}" fill="{LIGHT["paper"]}"/>'
        content = f"\n{ground}\n{body}\n</svg>\n"
        prefix = prefix_of(body, title, description)
        return document(
            SCOPE, prefix, size, title, description, style(SCOPE), content,
            language=self.words.language,
        )  # fmt: skip


def length(text: str, size: float) -> float:
    """The width of a text in pixels, about."""
    wide = sum([unicodedata.east_asian_width(character) in "WF" for character in text])
    return size * (0.5 * len(text) + 0.45 * wide)


def color_of(x: float) -> str:
    """The color of a number's sign."""
    return "negative" if x < 0.0 else "positive"


def title_of(tooltip: str) -> str:
    return f"<title>{html.escape(clean(tooltip))}</title>" if tooltip else ""


def typeset(text: str, size: float) -> str:
    """The text, with the numbers in names as subscripts."""

    def subscript(found: re.Match[str]) -> str:
        small = max(SMALLEST, 0.72 * size)
        # Moving back needs a character: a zero-width space.
        return (
            f'{found[1]}<tspan dy="3.5" font-size="{small:g}">{found[2]}</tspan>'
            '<tspan dy="-3.5">\u200b</tspan>'
        )

    return NAME.sub(subscript, html.escape(clean(text)))
