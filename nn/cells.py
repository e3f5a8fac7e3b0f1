"""Cells of a text: numbers, words and holes, one column at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .holes import Option, missing_advice, python_option
from .tables import finite, minority_index

NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
WHOLE = re.compile(r"[+-]?[0-9]+")
# What somebody may have meant as a number: decimal commas, groups of digits, digits of other
# scripts, per cent. As a word it would be taken in silence.
MEANT = re.compile(r"[+\-−]?[.,]?\d[\d.,_'’\s]*([eE][+\-−]?\d+)?%?|[+-]?(nan|inf|infinity)", re.I)
# As spreadsheets, R, pandas, databases and old collections of data write what is not there.
HOLES = {"", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "?"}


def is_meant_as_number(word: str) -> bool:
    """Whether a text may have been meant as a number."""
    return MEANT.fullmatch(word.strip()) is not None


@dataclass(frozen=True)
class Format:
    """How a text holds a table.

    delimiter: what parts the cells; the one of comma, semicolon and tab that the first line has
        most of if None.
    decimal: what stands before decimals, "." or ",".
    encoding: how the text is bytes; of UTF-8, a byte order mark is left out.
    missing: what is done with holes, "drop" or "mean"; None refuses them.
    option: an option, by its name and its value, as who reads the errors would write it.
    """

    delimiter: str | None = None
    decimal: str = "."
    encoding: str = "utf-8"
    missing: str | None = None
    option: Option = python_option

    def plain(self, text: str) -> str:
        """A text as Python writes numbers; nothing for what has a point that is no decimal one."""
        if self.decimal == ".":
            return text
        return "" if "." in text else text.replace(self.decimal, ".")

    def numbers_written(self, text: str) -> str:
        """How numbers are written, and what would read this one that is written otherwise."""
        other = Format(decimal="," if self.decimal == "." else ".")
        advice = f"numbers are written as -1{self.decimal}5, 20 or 2e-3"
        if NUMBER.fullmatch(other.plain(text)):
            advice += f"; {self.option('decimal', other.decimal)} reads such ones"
        return advice


def parse_column(
    texts: Sequence[str],
    places: Sequence[str],
    form: Format,
    advice: str = "",
    labels: bool = False,
) -> list[Any]:
    """The cells of a column, all numbers or all words, None for holes; ValueError that names one.

    places: where the cells stand.
    advice: what to do where they are of both kinds.
    labels: whether it is the column of the target: numbers are whole ones where all are written so.
    """
    plain = [form.plain(text) for text in texts]
    there = [i for i, text in enumerate(texts) if text not in HOLES]
    kinds = [NUMBER.fullmatch(plain[i]) is not None for i in there]
    odd = minority_index(kinds)
    numeric = not kinds or (kinds[0] if odd is None else not kinds[odd])
    kind, as_label = "number" if numeric else "word", " as label" if labels else ""
    for i, text in enumerate(texts):
        if text in HOLES and form.missing is None:
            expected = "a label" if labels else f"a {kind}"
            given = f"{text!r}, a hole" if text else "an empty cell"
            raise ValueError(
                f"{places[i]}: expected {expected}, got {given}; {missing_advice(form.option)}"
            )
    for i, is_number in zip(there, kinds, strict=True):
        if not is_number and MEANT.fullmatch(texts[i]):
            expected = "a finite number" if any(kinds) and numeric else "a number or a word"
            raise ValueError(
                f"{places[i]}: expected {expected}{as_label}, got {texts[i]!r:.60}; "
                f"{form.numbers_written(texts[i])}"
            )
    if odd is not None:
        i = there[odd]
        raise ValueError(
            f"{places[i]}: expected a {kind}{as_label}, as in other lines, got {texts[i]!r:.60}"
            f"{advice and '; '}{advice}"
        )
    whole = labels and all([WHOLE.fullmatch(plain[i]) for i in there])
    found: list[Any] = [None] * len(texts)
    for i in there:
        found[i] = parse_number(plain[i], places[i], whole) if numeric else texts[i]
    return found


def parse_number(text: str, place: str, whole: bool) -> float:
    """A number as a finite float, or an int."""
    number = finite(float(text))
    if number is None:
        raise ValueError(f"{place}: expected a finite number, got {text!r:.60}")
    # Not int(text), which refuses thousands of digits, be they zeros.
    return int(Decimal(text)) if whole else number
