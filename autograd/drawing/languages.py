"""The languages of pictures: a text is a template in English, which a table translates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LANGUAGES = ("en", "ko")


@dataclass(frozen=True)
class Words:
    """The texts of a picture in a language.

    Args:
        table: for each English template the translated one; None in English.
    """

    language: str = "en"
    table: Mapping[str, str] | None = None

    def __call__(self, template: str, *things: object) -> str:
        """The text of a template, with the things in the places of its braces."""
        text = template if self.table is None else self.table[template]
        return text.format(*things)


ENGLISH = Words()


def words_of(language: Any, korean: Mapping[str, str], function: str) -> Words:
    """The texts in a language, with the table of a part of the pictures.

    Raises:
        ValueError: for another language.
    """
    if not (isinstance(language, str) and language in LANGUAGES):
        raise ValueError(f"{function}: expected the language 'en' or 'ko', got {language!r:.60}")
    return ENGLISH if language == "en" else Words(language, korean)
