"""Columns of words, and holes, as numbers of a row: found in one table, kept for others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from autograd.arguments import choices

from .cells import is_meant_as_number
from .holes import Blank, Holes, drop_holes, fill_as_trained, is_hole, missing_advice, python_option
from .names import check_spellings, find_name, join_names, refuse_repeated
from .schema import Column, Scale, Schema
from .tables import Row, check_width, finite, float_rows, minority_index

# More different words than MOST name things, and so do more than FEW and than half of the rows.
MOST, FEW = 200, 10


class Encoded(NamedTuple):
    """A table as rows of numbers.

    columns: none where every cell is a number.
    blanks: the places of holes in each row, which hold 0.0 yet; none where holes are refused.
    holes: what was done with them.
    """

    rows: list[Row]
    labels: list[Any]
    columns: tuple[Column, ...] = ()
    blanks: Sequence[Blank] = ()
    holes: Holes | None = None


def encode_table(
    rows: Sequence[Sequence[Any]],
    labels: list[Any],
    names: Sequence[str],
    target: str,
    missing: str | None,
) -> Encoded:
    """Rows of numbers, words and holes as rows of numbers.

    Raises ValueError that names the row and the column.
    """
    cells = [cell for row in rows for cell in row]
    if missing is None and not any([isinstance(cell, str) or is_hole(cell) for cell in cells]):
        return Encoded(float_rows(rows, names), labels)
    for i, row in enumerate(rows):
        check_width(i, row, names)
    kept, holes = list(range(len(rows))), None
    if missing is not None:
        kept, holes = drop_holes(rows, labels, names, target, missing)
        rows, labels = [rows[i] for i in kept], [labels[i] for i in kept]
    places = [f"row {i}" for i in kept]
    columns = find_columns(rows, names, places)
    fills = missing == "mean"
    found = [
        encode_row(row, columns, place, missing_advice(python_option), fills)
        for row, place in zip(rows, places, strict=True)
    ]
    numeric = not fills and not any([column.categories for column in columns])
    return Encoded(
        [row for row, _ in found],
        labels,
        () if numeric else columns,
        [blank for _, blank in found] if fills else (),
        holes,
    )


def find_columns(
    rows: Sequence[Sequence[Any]], names: Sequence[str], places: Sequence[str]
) -> tuple[Column, ...]:
    """The columns of a table, each of numbers or of words.

    Raises ValueError for a word among numbers, a number among words, words that are written as
    numbers, and more words than categories are.
    """
    found = []
    for name, cells in zip(names, zip(*rows, strict=True), strict=True):
        check_kinds(name, cells, places)
        check_spellings(cells, [f"{place}, {name}" for place in places], "word")
        found.append(Column(name, find_categories(name, cells, f"leave column {name!r} out")))
    refuse_repeated([one for column in found for one in column.feature_names], "columns")
    return tuple(found)


def check_kinds(name: str, cells: Sequence[Any], places: Sequence[str]) -> None:
    """ValueError where a column has words and others, or words that are written as numbers."""
    there = [i for i, cell in enumerate(cells) if not is_hole(cell)]
    kinds = [isinstance(cells[i], str) for i in there]
    for i, is_word in zip(there, kinds, strict=True):
        if is_word and is_meant_as_number(cells[i]):
            raise ValueError(
                f"{places[i]}, {name}: expected a finite number, got {cells[i]!r:.60}, a text"
            )
    odd = minority_index(kinds)
    if odd is not None:
        expected = "a finite number" if kinds[odd] else "a word"
        given = cells[there[odd]]
        raise ValueError(
            f"{places[there[odd]]}, {name}: expected {expected}, got {given!r:.60}; other rows "
            f"have {'numbers' if kinds[odd] else 'words'}"
        )


def find_categories(name: str, cells: Sequence[Any], advice: str) -> tuple[str, ...]:
    """The different words of a column in alphabetical order.

    advice: what to do where they are no categories.

    Raises ValueError for more words than categories are.
    """
    there = [cell for cell in cells if isinstance(cell, str)]
    words = sorted(set(there))
    if len(words) > min(MOST, max(FEW, len(there) // 2)):
        raise ValueError(
            f"column {name!r}: {len(words)} different words in {len(there)} rows, "
            f"{join_names(words)}, are names and no categories; {advice}"
        )
    return tuple(words)


def encode_row(
    row: Sequence[Any],
    columns: Sequence[Column],
    place: str,
    advice: str = "the model was trained on a table without holes",
    fills: bool = False,
) -> tuple[Row, Blank]:
    """The numbers of a row, and the places of those that stand for holes.

    advice: what to do with a hole that is refused.
    fills: whether holes are taken that have no fill yet, as 0.0.
    """
    found: Row = []
    blank: list[int] = []
    for cell, column in zip(row, columns, strict=True):
        if is_hole(cell) and (fills or column.fill):
            fill = column.fill or (0.0,) * len(column.feature_names)
            blank += range(len(found), len(found) + len(fill))
            found += fill
        else:
            found += encode_cell(cell, column, f"{place}, {column.name}", advice)
    return found, tuple(blank)


def encode_cell(cell: Any, column: Column, place: str, advice: str) -> Row:
    """The numbers of a cell that no fill stands for; ValueError, which begins with its place."""
    if is_hole(cell):
        expected = "a word" if column.categories else "a finite number"
        raise ValueError(f"{place}: expected {expected}, got {cell!r:.60}, a hole; {advice}")
    if not column.categories:
        x = finite(cell)
        if x is None:
            raise ValueError(f"{place}: expected a finite number, got {cell!r:.60}")
        return [x]
    word = find_name(cell, column.categories)
    if word is None:
        accepted = choices(cell, column.categories)
        raise ValueError(f"{place}: the model was not trained on the word {cell!r:.60}{accepted}")
    return [float(word == one) for one in column.categories]


def encode_raw_rows(
    rows: Sequence[Sequence[Any]], names: Sequence[str], schema: Schema
) -> list[Row]:
    """Raw rows, in the units and with the words of the table that was read, as rows of numbers.

    Raises ValueError that names the row and the column.
    """
    order = schema.as_read.column_order(names)
    if order is not None:
        rows = [[row[i] for i in order] for row in rows]
    if not schema.columns:
        return float_rows(rows, schema.feature_names)
    known_as = [column.name for column in schema.columns]
    found = []
    for i, row in enumerate(rows):
        check_width(i, row, known_as)
        found.append(encode_row(row, schema.columns, f"row {i}")[0])
    return found


def match_categories(
    rows: list[Row], blanks: Sequence[Blank], own: Schema, model: Schema
) -> tuple[list[Row], Sequence[Blank], Schema]:
    """Rows of a table with the words and the fill that a model's columns have; their schema.

    A word that the table lacks is a feature of 0.0.

    Raises ValueError for a column or a word that the model does not have.
    """
    mine = {column.name: column for column in own.columns}
    model.as_read.column_order(list(mine))
    for column in model.columns:
        given = mine[find_name(column.name, mine) or ""]
        if bool(given.categories) != bool(column.categories):
            kinds = ("numbers", "words") if column.categories else ("words", "numbers")
            raise ValueError(
                f"column {column.name!r}: here it holds {kinds[0]}, and {kinds[1]} where the model "
                "was trained"
            )
        for word in given.categories:
            if find_name(word, column.categories) is None:
                raise ValueError(
                    f"column {column.name!r}: the model was not trained on the word {word!r}"
                    f"{choices(word, column.categories)}"
                )
    names = list(own.feature_names)
    found = [find_name(name, names) for name in model.feature_names]
    places = [None if name is None else names.index(name) for name in found]
    own = replace(
        own,
        feature_names=model.feature_names,
        feature_scales=tuple([Scale() if j is None else own.feature_scales[j] for j in places]),
        lowest=tuple([0.0 if j is None else own.lowest[j] for j in places if own.lowest]),
        highest=tuple([0.0 if j is None else own.highest[j] for j in places if own.highest]),
        columns=model.columns,
    )
    rows = [[0.0 if j is None else row[j] for j in places] for row in rows]
    blanks = [tuple([k for k, j in enumerate(places) if j in blank]) for blank in blanks]
    return fill_as_trained(rows, blanks, own), blanks, own
