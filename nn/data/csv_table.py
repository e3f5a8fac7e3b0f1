"""CSV files parsed: a line of names, and rows of cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograd.arguments import choices, normal
from autograd.cached import cached_property

from ..names import find_name, join_names
from ..rows.cells import Format, parse_column

USUAL = ",;\t"
MARK = re.compile('"?sep=(.)"?')
# Files that begin with these bytes are not texts.
OTHERS = {
    b"PK\x03\x04": "a ZIP file, as workbooks of Excel (.xlsx) are",
    b"\xd0\xcf\x11\xe0": "a workbook of Excel (.xls)",
    b"\x1f\x8b": "a file that gzip compressed",
    b"PAR1": "a file of Parquet",
    b"%PDF": "a file of PDF",
    b"SQLite format 3": "a database",
}


@dataclass(frozen=True)
class Table:
    """The cells of a file.

    Args:
        line: the line of the names; names: those of the columns; lines: the first line of each row;
            rows: the cells as strings.
    """

    line: int
    names: list[str]
    lines: list[int]
    rows: list[list[str]]
    form: Format

    def column(
        self, name: str, labels: bool = False, rows: Sequence[int] | None = None
    ) -> list[Any]:
        """The parsed cells of a column: numbers or words, None for missing values.

        Args:
            rows: the indices of the rows to read; all if None.
        """
        texts, places = self.texts(name), self.places(name)
        if rows is not None:
            texts, places = [texts[i] for i in rows], [places[i] for i in rows]
        advice = "" if labels else f"{self.form.option('drop', name)} leaves the column out"
        return parse_column(texts, places, self.form, advice, labels)

    def texts(self, name: str) -> list[str]:
        """The cells of a column as they are in the file."""
        at = self.positions[name]
        return [row[at] for row in self.rows]

    @cached_property
    def positions(self) -> dict[str, int]:
        """The index of each column."""
        return {name: i for i, name in enumerate(self.names)}

    def places(self, name: str) -> list[str]:
        """The place of each cell of a column, for errors."""
        shown = f"{name:.60}" if name.isprintable() else f"{name!r:.60}"
        return [f"line {line}, {shown}" for line in self.lines]

    def named(self, given: str) -> str:
        """The name of a column as in the file; ValueError if the file has no such column."""
        found = given if given in self.positions else find_name(given, self.names)
        if found is None:
            advice = choices(given, self.names) + self.other()
            raise ValueError(f"line {self.line}: no column {given!r:.60}{advice}")
        return found

    def other(self) -> str:
        """The likely delimiter of a table that has only one column, for errors."""
        if len(self.names) > 1:
            return ""
        likely = max(USUAL + "|: ", key=self.names[0].count)
        if likely not in self.names[0]:
            return ""
        return f"; {self.form.option('delimiter', likely)} splits the line at each {likely!r}"


def parse_csv(raw: bytes, form: Format) -> Table:
    """The nonempty lines of a CSV file, with cells stripped of whitespace.

    Raises:
        ValueError: if a line is invalid, with its number.
    """
    text = decode(raw, form)
    delimiter, marked = delimiter_in(text, form)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found = [(line, row) for line, row in numbered_rows(reader) if any(row)][marked:]
    (line, names), *rows = found or [(1, [])]
    names = without_end(names, 0)
    check_names(line, names, len(rows))
    rows = [(below, without_end(row, len(names))) for below, row in rows]
    for below, row in rows:
        check_width(below, row, names)
    return Table(line, names, [below for below, _ in rows], [row for _, row in rows], form)


def delimiter_in(text: str, form: Format) -> tuple[str, bool]:
    """The delimiter of a text, and whether its first line only states it, as Excel's sep=;."""
    first = next((line.strip() for line in io.StringIO(text, newline="") if line.strip()), "")
    mark = MARK.fullmatch(first)
    likely = max(USUAL, key=lambda sign: (first.count(sign), sign != form.decimal))
    return form.delimiter or (mark[1] if mark else likely), mark is not None


def with_own_decimal(form: Format, raw: bytes) -> Format:
    """The format of another file for this one: with points where commas are between its cells.

    Raises:
        ValueError: as `parse_csv`.
    """
    delimiter, _ = delimiter_in(decode(raw, form), form)
    return replace(form, decimal=".") if delimiter == form.decimal else form


def without_end(row: list[str], count: int) -> list[str]:
    """A row without the empty cells at its end after the first `count` ones.

    Spreadsheets and R write such, of columns that have no name.
    """
    end = len(row)
    while end > count and not row[end - 1]:
        end -= 1
    return row[:end]


def decode(raw: bytes, form: Format) -> str:
    """Bytes as a text."""
    for beginning, what in OTHERS.items():
        if raw.startswith(beginning):
            raise ValueError(f"line 1: expected a text, got {what}: write it as CSV before")
    plain = form.encoding.lower().replace("_", "-") in ("utf-8", "utf8")
    if is_wide(form.encoding) and b"\0" not in raw:  # as in its commas and line ends
        raise ValueError(
            f"line 1: expected a text in {form.encoding}, got one of single bytes; "
            f"{form.option('encoding', 'utf-8')} reads the usual ones"
        )
    try:  # files of spreadsheets begin with a byte order mark
        return without_zeros(raw.decode("utf-8-sig" if plain else form.encoding), form)
    except LookupError as error:
        raise ValueError(
            f"line 1: expected the name of an encoding, such as utf-8 or cp1252: {error}"
        ) from error
    except UnicodeDecodeError as error:
        line = 1 + error.object[: error.start].count(b"\n")
        name = "UTF-8" if plain else form.encoding
        raise ValueError(
            f"line {line}: expected a text in {name}: {error}{encoding_advice(raw, form)}"
        ) from error


def encoding_advice(raw: bytes, form: Format) -> str:
    """The option for the likely encoding of a text that is in another one than was given."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        likely, of = "utf-16", "a file with this mark"
    elif decodes(raw, "utf-8"):
        likely, of = "utf-8", "this file"
    elif is_korean(raw):
        likely, of = "cp949", "older programs of Windows in Korean"
    else:
        likely, of = "cp1252", "older programs of Windows"
    same = likely == form.encoding.lower().replace("_", "-")
    return "" if same else f"; {form.option('encoding', likely)} reads the text of {of}"


def decodes(raw: bytes, encoding: str) -> bool:
    """Whether bytes are a text in this encoding."""
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def is_korean(raw: bytes) -> bool:
    """Whether most of the letters are Hangul in cp949, where those of Western texts are others."""
    letters = [letter for letter in raw.decode("cp949", errors="replace") if not letter.isascii()]
    return 2 * sum(["가" <= letter <= "힣" for letter in letters]) > len(letters)


def without_zeros(text: str, form: Format) -> str:
    """The text; ValueError where it has zero characters, of another encoding or a lost end."""
    if "\0" not in text:
        return text
    line = 1 + text[: text.index("\0")].count("\n")
    other = form.option("encoding", "utf-16-le")
    advice = f"; {other} reads a text of two bytes for each letter" if line == 1 else ""
    raise ValueError(f"line {line}: expected a text, got a zero character{advice}")


def is_wide(encoding: str) -> bool:
    """Whether an encoding has at least two bytes per character."""
    try:
        return "aa".encode(encoding).count(b"\0") > 1
    except LookupError:  # raised where it is read
        return False


def numbered_rows(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Rows with the numbers of the lines that they begin in."""
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise ValueError(f"line {line}: no CSV file: {error}") from error
        if row is None:
            return
        yield line, [cell.strip() for cell in row]


def check_names(line: int, names: Sequence[str], rows: int) -> None:
    """ValueError unless there is a name for each column, all different, and a row below."""
    if not names or not rows:
        raise ValueError(
            f"line {line}: expected a line of names and at least one row below it, got "
            f"{min(len(names), 1)} and {rows}"
        )
    earlier: set[str] = set()
    for i, name in enumerate(names, start=1):
        if not name or normal(name) in earlier:
            index = "; pandas leaves out its row numbers in to_csv(path, index=False)"
            raise ValueError(
                f"line {line}: expected a name for each column, all different; "
                f"column {i} is {name!r:.60}{'' if name or i > 1 else index}"
            )
        earlier.add(normal(name))


def check_width(line: int, row: Sequence[str], names: Sequence[str]) -> None:
    """ValueError unless a row has a cell for each name."""
    if len(row) == len(names):
        return
    expected = f"line {line}: expected {len(names)} cells ({join_names(names)}), got {len(row)}"
    if len(row) < len(names):
        raise ValueError(f"{expected}; there is none for {names[len(row)]:.60}")
    raise ValueError(
        f"{expected}; column {len(names) + 1} has no name, and numbers have no commas in them"
    )
