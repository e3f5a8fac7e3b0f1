"""Labels, the user's strings: sanitized, shortened for pictures, and measured."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 24

# Not allowed in XML (surrogates, noncharacters), invisible (control characters), or reversing the
# direction of the text around them.
HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
SPACE = re.compile(r"[ \t\n\r\u2028\u2029]+")


def clean(text: str) -> str:
    r"""The text on one line, without what could harm a picture.

    >>> clean("two\nlines"), clean("nul\0")
    ('two lines', 'nul�')
    """
    return HARMFUL.sub("\ufffd", SPACE.sub(" ", text).strip(" "))


def short(text: str) -> str:
    """The text, or its first 24 characters and `…`."""
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def width(text: str, size: float) -> int:
    """An upper bound of the width of a text in pixels.

    Layout programs misjudge Korean, and the browser's font is another one.
    """
    return round(size * sum(map(ems, text)))


def ems(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF" or character in "mwMW@%…⚠":
        return 1.0
    return 0.75 if character.isupper() else 0.6
