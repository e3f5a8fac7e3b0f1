"""Sources of data: scikit-learn's Iris flowers, and CSV files."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from autograd.arguments import choices, normal, wrong

from .data import Data
from .names import error_prefix, find_name
from .tables import finite, minority_index

NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
WHOLE = re.compile(r"[+-]?[0-9]+")
# What may have been meant as a number: decimal commas, groups of digits, digits of other scripts,
# per cent. As a label it would silently become the name of a class.
MEANT = re.compile(r"[+\-−]?[.,]?\d[\d.,_'’\s]*([eE][+\-−]?\d+)?%?|[+-]?(nan|inf|infinity)", re.I)
PLAIN = "numbers are written as -1.5, 20 or 2e-3"


def load_iris(seed: int = 0) -> Data:
    """Fisher's Iris flowers, as scikit-learn has them: 150 rows of four lengths in cm, 3 species.

    Split by seed into 120 to train and 30 to test, 40 and 10 of each species, and standardised by
    the training part.

    Raises ImportError where scikit-learn is not installed.

    >>> iris = load_iris(seed=0)
    >>> iris.class_names, len(iris.train), len(iris.test)
    (('setosa', 'versicolor', 'virginica'), 120, 30)
    """
    try:
        from sklearn import datasets  # type: ignore[import-untyped]  # has no stubs
    except ImportError as error:
        raise ImportError('load_iris needs scikit-learn: pip install "chainrule[iris]"') from error
    found = datasets.load_iris()
    data = Data(found.data, found.target, found.feature_names, found.target_names)
    with error_prefix("load_iris"):
        data = data.split(test=30, seed=seed)
    return data.standardized()


def load_csv(path: str | os.PathLike[str], target: str) -> Data:
    r"""The rows of a CSV file whose first line names the columns.

    The delimiter is the comma, semicolon or tab, whichever is most frequent in the first line; the
    encoding is UTF-8. Empty lines are skipped. Numbers are plain decimals: digits 0 to 9, with a
    sign, a decimal point and an exponent where there is one.

    path: the file.
    target: the name of the column with the labels: whole numbers, other numbers, or the names of
        classes, which are words. All other columns are features and hold numbers.

    Raises ValueError that names line and column, or OSError where the file can't be read.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "flowers.csv")
    ...     _ = path.write_text("length,width,species\n5.1,3.5,setosa\n7.0,3.2,versicolor\n")
    ...     load_csv(path, target="species")
    Data(2 rows of length, width; classes setosa, versicolor)
    """
    if not isinstance(path, (str, os.PathLike)):  # a whole number would be a file descriptor
        call = 'as in load_csv("flowers.csv", "species")'
        raise wrong("load_csv", "the path of a file", path, call)
    if not isinstance(target, str):
        raise wrong("load_csv", "the name of a column as target", target)
    try:
        (first, header), *rows = lines_of(Path(path).read_bytes())
        at = column_of(first, header, target, len(rows))
        target, names = header[at], [*header[:at], *header[at + 1 :]]
        table, labels = [], []
        for line, row in rows:
            check_width(line, row, header)
            labels.append(row.pop(at))
            cells = zip(names, row, strict=True)
            table.append([number_in(cell, place(line, name)) for name, cell in cells])
        places = [place(line, target) for line, _ in rows]
        return Data(table, read_labels(labels, places), names)
    except CSVError as error:
        raise ValueError(f"{os.fspath(path)}, {error}") from error.__cause__


class CSVError(ValueError):
    """An error in a file; the message begins with the line."""


def lines_of(raw: bytes) -> list[tuple[int, list[str]]]:
    """The cells of the lines of a CSV file that are not empty, each with the number of its line.

    Cells have no space around them.
    """
    try:
        text = raw.decode("utf-8-sig")  # spreadsheets write a byte order mark
    except UnicodeDecodeError as error:
        line = 1 + error.object[: error.start].count(b"\n")
        raise CSVError(f"line {line}: expected a text in UTF-8: {error}") from error
    first = next((line for line in io.StringIO(text, newline="") if line.strip()), "")
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True
    )
    found = [(line, row) for line, row in numbered(reader) if any(row)]
    return found or [(1, [])]


def numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Rows, each with the number of its first line."""
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise CSVError(f"line {line}: no CSV file: {error}") from error
        if row is None:
            return
        yield line, [cell.strip() for cell in row]


def column_of(line: int, header: list[str], target: str, rows: int) -> int:
    """The index of the target; CSVError unless it is among the names, and rows follow."""
    if not header or not rows:
        raise CSVError(
            f"line {line}: expected a line of names and at least one row below it, got "
            f"{min(len(header), 1)} and {rows}"
        )
    letters = [normal(name) for name in header]
    for i, name in enumerate(header, start=1):
        if not name or letters.index(normal(name)) != i - 1:
            index = "; pandas leaves out its row numbers in to_csv(path, index=False)"
            raise CSVError(
                f"line {line}: expected a name for each column, all different; "
                f"column {i} is {name!r:.60}{'' if name or i > 1 else index}"
            )
    found = find_name(target, header)
    if found is None:
        raise CSVError(f"line {line}: no column {target!r}{choices(target, header)}")
    if len(header) == 1:
        raise CSVError(f"line {line}: expected at least one column of numbers beside {found!r}")
    return header.index(found)


def check_width(line: int, row: list[str], header: list[str]) -> None:
    """CSVError unless a row has a cell for each name."""
    expected = f"line {line}: expected {len(header)} cells ({', '.join(header)}), got {len(row)}"
    if len(row) < len(header):
        raise CSVError(f"{expected}; there is none for {header[len(row)]}")
    if len(row) > len(header):
        raise CSVError(
            f"{expected}; column {len(header) + 1} has no name, and numbers have no commas in them"
        )


def place(line: int, name: str) -> str:
    """The line and the column of a cell, for errors."""
    return f"line {line}, {name if name.isprintable() else repr(name)}"


def number_in(cell: str, place: str) -> float:
    """A cell as a finite number."""
    number = finite(float(cell)) if NUMBER.fullmatch(cell) else None
    if number is None:
        advice = f"; {PLAIN}" if cell else "; leave out lines without a number, or fill one in"
        raise CSVError(f"{place}: expected a finite number, got {cell!r:.60}{advice}")
    return number


def read_labels(labels: list[str], places: list[str]) -> list[Any]:
    """Labels as whole numbers where all are, as floats where any has decimals; else as strings."""
    numbers = []
    for label, place in zip(labels, places, strict=True):
        if not label:
            raise CSVError(f"{place}: expected a label, got an empty cell")
        numbers.append(NUMBER.fullmatch(label) is not None)
        if not numbers[-1] and MEANT.fullmatch(label):
            raise CSVError(
                f"{place}: expected a number or a word as label, got {label!r:.60}; {PLAIN}"
            )
    odd = minority_index(numbers)
    if odd is not None:
        expected = "a word" if numbers[odd] else "a number"
        raise CSVError(
            f"{places[odd]}: expected {expected} as label, as in other lines, "
            f"got {labels[odd]!r:.60}"
        )
    if not numbers[0]:
        spelt: dict[str, str] = {}
        for label, place in zip(labels, places, strict=True):
            first = spelt.setdefault(normal(label), label)
            if first != label:
                raise CSVError(
                    f"{place}: expected one spelling of each label, got {label!r:.60} after "
                    f"{first!r:.60}, the same letters"
                )
        return labels
    found = [number_in(label, place) for label, place in zip(labels, places, strict=True)]
    whole = all([WHOLE.fullmatch(label) for label in labels])
    # Not int(label), which refuses thousands of digits, be they zeros.
    return [int(Decimal(label)) for label in labels] if whole else found
