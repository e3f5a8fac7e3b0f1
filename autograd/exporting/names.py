"""Identifiers and comments in exported code, made from labels."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence

WORD = re.compile("[A-Za-z][A-Za-z0-9_]*")
LONGEST_NAME, LONGEST_REMARK = 40, 200
# Replacements of what would end a comment or a script element, or is a backslash in C.
ENDS = {"*/": "* /", "/*": "/ *", "</": "< /", "<!": "< !", "??/": "? ?/"}


def word(label: str) -> str:
    """A label as an identifier: letters without accents, digits, underscores; empty if letters
    would be lost.

    >>> word("ŷ1"), word("sepal length (cm)"), word("길이"), word("2nd")
    ('y1', 'sepal_length_cm', '', '')
    """
    apart = unicodedata.normalize("NFKD", label[: 2 * LONGEST_NAME])
    letters = "".join([sign for sign in apart if not unicodedata.combining(sign)])
    if any([sign.isalnum() and not sign.isascii() for sign in letters]):
        return ""
    found = re.sub("[^A-Za-z0-9]+", "_", letters).strip("_")[:LONGEST_NAME].strip("_")
    return found if WORD.fullmatch(found) else ""


def named(
    labels: Iterable[str | None], fallbacks: Sequence[str], reserved: Collection[str]
) -> list[str]:
    """A name for each label that no other has and that is not reserved.

    Args:
        fallbacks: for labels that are None or no words.
    """
    words = [word(label) if label else "" for label in labels]
    taken = {*reserved}

    def free(stem: str) -> str:
        name, number = stem, 2
        while name in taken:
            name = f"{stem}_{number}"
            number += 1
        taken.add(name)
        return name

    found = [free(stem) if stem else "" for stem in words]
    return [name or free(stem) for name, stem in zip(found, fallbacks, strict=True)]


def function_name_for(name: str, reserved: Collection[str]) -> str:
    """The name of the function that is exported."""
    found = word(name) or "program"
    found = found.lower() if found.isupper() else found
    return f"{found}_program" if found in reserved else found


def remark(text: str) -> str:
    """A text for a comment of any language: one line that ends no comment and no script.

    >>> remark("a */ b </script>")
    'a * / b < /script>'
    """
    shown = "".join([sign if sign.isprintable() else escaped(sign) for sign in text])
    for end, harmless in ENDS.items():
        shown = shown.replace(end, harmless)
    return shown if len(shown) <= LONGEST_REMARK else f"{shown[: LONGEST_REMARK - 1]}…"


def escaped(sign: str) -> str:
    """The escape of an invisible character, such as one that reverses the direction of text."""
    number = ord(sign)
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"
