"""Data from elsewhere: scikit-learn's Iris flowers, and files of comma-separated values."""

from __future__ import annotations

import csv
import math
import os
from typing import Any

from autograd.arguments import wrong

from .data import Data
from .initialization import generator
from .names import choices, known


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
    if generator(seed, "load_iris") and not 0 <= seed < 2**32:
        raise ValueError(f"load_iris: expected a seed from 0 to {2**32 - 1}, got {seed!r:.60}")
    data = Data(found.data, found.target, found.feature_names, found.target_names)
    return data.split(test=30, seed=seed).standardized()


def load_csv(path: str | os.PathLike[str], target: str) -> Data:
    r"""The rows of a CSV file whose first line names the columns.

    Commas, semicolons or tabs part the cells, whichever the first line has most of; the text is
    UTF-8. Empty lines are left out.

    path: the file.
    target: the name of the column with the labels: whole numbers, other numbers, or the names of
        classes. All other columns are features and hold numbers.

    Raises ValueError that names line and column, or OSError where the file can't be read.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "flowers.csv")
    ...     _ = path.write_text("length,width,species\n5.1,3.5,setosa\n7.0,3.2,versicolor\n")
    ...     load_csv(path, target="species")
    Data(2 rows of length, width; classes setosa, versicolor)
    """
    if not isinstance(path, (str, os.PathLike)):  # a whole number would be an open file's
        raise wrong(
            "load_csv", "the path of a file", path, 'as in load_csv("flowers.csv", "species")'
        )
    if not isinstance(target, str):
        raise wrong("load_csv", "the name of a column as target", target)
    lines, rows = read(path)
    header = rows[0]
    column = known(target, header)
    if column is None:
        raise ValueError(f"{path}: no column {target!r}{choices(target, header)}")
    at, target = header.index(column), column
    names = [name for name in header if name != target]
    table, labels = [], []
    for line, row in zip(lines[1:], rows[1:], strict=True):
        if len(row) != len(header):
            raise ValueError(
                f"{path}, line {line}: expected {len(header)} cells ({', '.join(header)}), "
                f"got {len(row)}"
            )
        labels.append(row.pop(at))
        if not labels[-1]:
            raise ValueError(f"{path}, line {line}, {target}: expected a label, got an empty cell")
        cells = zip(names, row, strict=True)
        table.append([finite(cell, f"{path}, line {line}, {name}") for name, cell in cells])
    places = [f"{path}, line {line}, {target}" for line in lines[1:]]
    return Data(table, read_labels(labels, places), names)


def read(path: str | os.PathLike[str]) -> tuple[list[int], list[list[str]]]:
    """The numbers of the lines of a CSV file that are not empty, and their cells; the header first.

    Cells have no space around them.
    """
    try:
        # utf-8-sig: spreadsheets begin their files with a mark.
        with open(path, encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=max(",;\t", key=first.count), strict=True)
            rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: expected a text in UTF-8: {error}") from error
    except csv.Error as error:
        raise ValueError(f"{path}: no CSV file: {error}") from error
    found = [(line, row) for line, row in rows if any(row)]
    if len(found) < 2:
        raise ValueError(f"{path}: expected a line of names and at least one row, got {len(found)}")
    header = found[0][1]
    for i, name in enumerate(header, start=1):
        if not name or header.index(name) != i - 1:
            raise ValueError(
                f"{path}: expected a name for each column in the first line, all different; "
                f"column {i} is {name!r}"
            )
    return [line for line, _ in found], [row for _, row in found]


def finite(cell: str, where: str) -> float:
    """A cell as a finite number."""
    try:
        number = float(cell)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        advice = "" if cell else "; leave out lines without a number, or fill one in"
        raise ValueError(f"{where}: expected a finite number, got {cell!r:.60}{advice}")
    return number


def read_labels(labels: list[str], places: list[str]) -> list[Any]:
    """Labels as whole numbers where all are, as numbers where any has decimals; else the words."""
    try:
        return [int(label) for label in labels]
    except ValueError:
        pass
    if any([has_decimals(label) for label in labels]):
        return [finite(label, place) for label, place in zip(labels, places, strict=True)]
    return list(labels)


def has_decimals(label: str) -> bool:
    """Whether a label is a finite number that is not written as a whole one."""
    try:
        return math.isfinite(float(label)) and not label.lstrip("+-").isdecimal()
    except ValueError:
        return False
