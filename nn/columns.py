"""Columns of a table as people have it: words and holes as numbers of a row, kept for other rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.arguments import choices, normal

from .cells import is_meant_as_number
from .holes import Blank, is_hole
from .names import known, listed, refuse_repeated
from .schema import Column
from .tables import Row, finite, odd_one

# More different words than MOST name things, as do more than FEW that differ in half of the rows.
MOST, FEW = 200, 10
Option = Callable[[str, str], str]  # how an option is written, by its name and its value
Place = Callable[[int], str]  # of a row, by its number


def in_python(name: str, value: str) -> str:
    """How an option is written in a call."""
    return f"{name}={value!r}"


def of_row(i: int) -> str:
    return f"row {i}"


def columns_in(
    rows: Sequence[Sequence[Any]],
    names: Sequence[str],
    place: Place = of_row,
    option: Option = in_python,
) -> tuple[Column, ...]:
    """The columns of a table, each of numbers or of words.

    Raises ValueError for a word among numbers, a number among words, words that are written as
    numbers, and more words than categories are.
    """
    found = []
    for name, cells in zip(names, zip(*rows, strict=True), strict=True):
        words = are_words(name, cells, place, option)
        categories = categories_of(name, cells, place, option) if words else ()
        found.append(Column(name, categories))
    refuse_repeated([one for column in found for one in column.feature_names], "columns")
    return tuple(found)


def are_words(name: str, cells: Sequence[Any], place: Place, option: Option) -> bool:
    """Whether a column is one of words; ValueError where it is of both kinds."""
    there = [i for i, cell in enumerate(cells) if not is_hole(cell)]
    kinds = [isinstance(cells[i], str) for i in there]
    for i in there:
        if isinstance(cells[i], str) and is_meant_as_number(cells[i]):
            raise ValueError(
                f"{place(i)}, {name}: expected a finite number, got {cells[i]!r:.60}, a text"
            )
    odd = odd_one(kinds)
    if odd is not None:
        expected = "a finite number" if kinds[odd] else "a word, as in other rows"
        raise ValueError(
            f"{place(there[odd])}, {name}: expected {expected}, got {cells[there[odd]]!r:.60}; "
            f"{option('drop', name)} leaves the column out"
        )
    return kinds[:1] == [True]


def categories_of(
    name: str, cells: Sequence[Any], place: Place, option: Option
) -> tuple[str, ...]:
    """The different words of a column in alphabetical order."""
    spelt: dict[str, str] = {}
    count = 0
    for i, cell in enumerate(cells):
        if is_hole(cell):
            continue
        count += 1
        first = spelt.setdefault(normal(cell), cell)
        if first != cell:
            raise ValueError(
                f"{place(i)}, {name}: expected one spelling of each word, got {cell!r:.60} after "
                f"{first!r:.60}, the same letters"
            )
    words = sorted(spelt.values())
    if len(words) > min(MOST, max(FEW, count // 2)):
        raise ValueError(
            f"column {name!r}: {len(words)} different words in {count} rows ({listed(words)}) are "
            f"names of things and no categories; {option('drop', name)} leaves the column out"
        )
    return tuple(words)


def numbers_in(
    row: Sequence[Any], columns: Sequence[Column], place: str, fills: bool, option: Option
) -> tuple[Row, Blank]:
    """The numbers of a row, and which of them stand for a hole: 0.0 where there is no fill yet.

    fills: whether holes are taken that have no fill yet.
    """
    found: Row = []
    blank: list[int] = []
    for cell, column in zip(row, columns, strict=True):
        width = len(column.feature_names)
        if is_hole(cell) and (fills or column.fill):
            blank += range(len(found), len(found) + width)
            found += column.fill or [0.0] * width
        else:
            found += numbers_of(cell, column, f"{place}, {column.name}", option)
    return found, tuple(blank)


def numbers_of(cell: Any, column: Column, place: str, option: Option) -> Row:
    """The numbers of a cell that is no hole; ValueError, which begins with its place."""
    if is_hole(cell):
        expected = "a word" if column.categories else "a finite number"
        raise ValueError(f"{place}: expected {expected}, got {cell!r}, a hole; {fillings(option)}")
    if not column.categories:
        x = finite(cell)
        if x is None:
            raise ValueError(f"{place}: expected a finite number, got {cell!r:.60}")
        return [x]
    word = known(cell, column.categories)
    if word is None:
        raise ValueError(
            f"{place}: the model knows no word {cell!r:.60}{choices(cell, column.categories)}"
        )
    return [float(word == one) for one in column.categories]


def fillings(option: Option) -> str:
    """What can be done with holes, for an error."""
    return (
        f"{option('missing', 'drop')} leaves such rows out, {option('missing', 'mean')} fills "
        "holes with the mean of the column"
    )
