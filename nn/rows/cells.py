"""Parsing of text cells, column by column: numbers, words and missing values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .missing import Option, missing_advice, python_option
from .tables import finite, minority_index

NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
WHOLE = re.compile(r"[+-]?[0-9]+")
GROUPS = re.compile(r"[+-]?[0-9]{1,3}([.,][0-9]{3})+")  # of thousands, or decimals
# Texts that may be meant as numbers: decimal commas, groups of digits, digits of other scripts, per
# cent, money. As strings they would be accepted silently.
MEANT = re.compile(
    r"[+\-−]?\s*[$€£¥₩₹]?\s*[+\-−]?[.,]?\d[\d.,_'’\s]*([eE][+\-−]?\d+)?[%$€£¥₩₹]?"
    r"|[+-]?(nan|inf|infinity)",
    re.I,
)
# Missing values as spreadsheets, R, databases and the UCI repository write them, and as pandas
# reads them but for None, which is a word of many tables.
MISSING = {
    *("", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "?"),
    *("#NA", "#N/A N/A", "<NA>", "-NaN", "-nan", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"),
}
MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
DAY = "[0-9]{1,2}(st|nd|rd|th)?"
TIME = r"([ T,]+\d{1,2}:.*)?"
DATE = re.compile(
    rf"((mon|tue|wed|thu|fri|sat|sun)[a-z]*[., ]+)?"
    rf"(\d{{1,4}}([-/.] ?)\d{{1,2}}\4\d{{1,4}}\.?|\d{{2,4}}년( ?\d{{1,2}}월( ?\d{{1,2}}일)?)?"
    rf"|({DAY}[-/., ]*)?{MONTH}[-/., ]*({DAY}[-/, ]+)?[0-9]{{2,4}}){TIME}",
    re.I,
)


def are_dates(words: Iterable[str]) -> bool:
    """Whether all words look like dates, as 2024-05-31, 31.5.2024, May 31, 2024 or 2024년 5월."""
    return all([DATE.fullmatch(word) is not None for word in words])


def is_meant_as_number(word: str) -> bool:
    """Whether a text may have been meant as a number."""
    return MEANT.fullmatch(word.strip()) is not None


@dataclass(frozen=True)
class Format:
    """The format of a CSV file.

    Args:
        delimiter: if None comma, semicolon or tab, whichever is most frequent in the first line.
        decimal: the decimal separator, "." or ",".
        encoding: as Python names it; UTF-8 may have a byte order mark.
        missing: what to do with missing values, "drop" or "mean"; None refuses them.
        option: the notation of an option with its value, for errors.
    """

    delimiter: str | None = None
    decimal: str = "."
    encoding: str = "utf-8"
    missing: str | None = None
    option: Option = python_option

    def plain(self, text: str) -> str:
        """A text with a decimal point; empty if it contains another decimal separator."""
        if self.decimal == ".":
            return text
        return "" if "." in text else text.replace(self.decimal, ".")

    def numbers_written(self, text: str) -> str:
        """The accepted notation of numbers, and the option that would accept this one."""
        other = Format(decimal="," if self.decimal == "." else ".")
        advice = f"numbers are written as -1{self.decimal}5, 20 or 2e-3"
        if GROUPS.fullmatch(text):
            whole = re.sub("[.,]", "", text)
            decimals = f"decimals, which {self.option('decimal', other.decimal)} reads"
            return (
                f"{advice}; {text} may be {whole} with separators of thousands, to be written "
                f"without these, or a number with {decimals}"
            )
        if NUMBER.fullmatch(other.plain(text)):
            advice += f"; {self.option('decimal', other.decimal)} reads such numbers"
        return advice


def parse_column(
    texts: Sequence[str],
    places: Sequence[str],
    form: Format,
    advice: str = "",
    labels: bool = False,
) -> list[Any]:
    """The cells of a column, all numbers or all words, None for missing values.

    Args:
        places: the line and column of each cell, for errors.
        advice: the remedy for a column of both kinds, for errors.
        labels: whether it is the target; its numbers are int where all are written so.

    Raises:
        ValueError: if a cell is invalid, with its place.
    """
    plain = [form.plain(text) for text in texts]
    there = [i for i, text in enumerate(texts) if text not in MISSING]
    kinds = [NUMBER.fullmatch(plain[i]) is not None for i in there]
    odd = minority_index(kinds)
    numeric = not kinds or (kinds[0] if odd is None else not kinds[odd])
    kind, as_label = "number" if numeric else "word", " as label" if labels else ""
    for i, text in enumerate(texts):
        if text in MISSING and form.missing is None:
            expected = "a label" if labels else f"a {kind}"
            given = f"{text!r}, a missing value" if text else "an empty cell"
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
        holes = "missing values are empty cells or NA" if numeric else ""
        raise ValueError(
            f"{places[i]}: expected a {kind}{as_label}, as in other lines, got {texts[i]!r:.60}"
            f"{'; '.join(['', *filter(None, [holes, advice])])}"
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
