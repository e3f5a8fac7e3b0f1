"""Encoding of tables: categorical columns one-hot, missing values imputed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from autograd.arguments import choices

from ..names import check_spellings, join_names, refuse_repeated
from ..schema import Column, Schema
from ..schema.booleans import find_word
from .cells import are_dates, is_meant_as_number
from .missing import (
    Indices,
    MissingValues,
    drop_missing,
    missing_advice,
    python_option,
)
from .tables import (
    Row,
    check_width,
    finite,
    float_rows,
    is_missing,
    minority_index,
    with_booleans,
)

# Columns with more categories than these, or than FEW and half of the rows, are identifiers.
MAX_CATEGORIES, FEW = 200, 10


class Encoded(NamedTuple):
    """An encoded table.

    Args:
        columns: empty where every cell is a number.
        imputed: the indices of missing features in each row, which are 0.0 here; empty unless
            missing values are imputed.
        missing: the treatment of missing values.
    """

    rows: list[Row]
    labels: list[Any]
    columns: tuple[Column, ...] = ()
    imputed: Sequence[Indices] = ()
    missing: MissingValues | None = None


def encode_table(
    rows: Sequence[Sequence[Any]],
    labels: list[Any],
    names: Sequence[str],
    target: str,
    missing: str | None,
) -> Encoded:
    """Encode a table of numbers, words and missing values.

    Raises:
        ValueError: if a value is invalid, with its row and column.
    """
    cells = [cell for row in rows for cell in row]
    if missing is None and not any([is_no_number(cell) for cell in cells]):
        return Encoded(float_rows(rows, names), labels)
    for i, row in enumerate(rows):
        check_width(i, row, names)
    kept, done = list(range(len(rows))), None
    if missing is not None:
        kept, done = drop_missing(rows, labels, names, target, missing)
        rows, labels = [rows[i] for i in kept], [labels[i] for i in kept]
    rows = with_booleans(rows)
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
        [indices for _, indices in found] if fills else (),
        done,
    )


def is_no_number(cell: Any) -> bool:
    """Whether a cell is a string, a missing value or a date."""
    return isinstance(cell, str) or is_missing(cell) or hasattr(cell, "isoformat")


def find_columns(
    rows: Sequence[Sequence[Any]], names: Sequence[str], places: Sequence[str]
) -> tuple[Column, ...]:
    """The columns of a table, each numeric or categorical.

    Raises:
        ValueError: for a column of both kinds, for numbers as strings, and for identifiers.
    """
    found = []
    table = dict(zip(names, zip(*rows, strict=True), strict=True))
    refuse_no_categories(table, leave_out)
    for name, cells in table.items():
        check_kinds(name, cells, places)
        check_spellings(cells, [f"{place}, {name:.60}" for place in places], "word")
        found.append(Column(name, find_categories(cells)))
    refuse_repeated([one for column in found for one in column.feature_names], "columns")
    return tuple(found)


def leave_out(names: list[str]) -> str:
    return f"leave {'column' if len(names) == 1 else 'columns'} {join_names(names)} out"


def check_kinds(name: str, cells: Sequence[Any], places: Sequence[str]) -> None:
    """ValueError if a column has strings and other cells, or numbers as strings."""
    there = [i for i, cell in enumerate(cells) if not is_missing(cell)]
    kinds = [isinstance(cells[i], str) for i in there]
    for i, is_word in zip(there, kinds, strict=True):
        if is_word and is_meant_as_number(cells[i]):
            raise ValueError(
                f"{places[i]}, {name:.60}: expected a finite number, got {cells[i]!r:.60}, a text"
            )
    odd = minority_index(kinds)
    if odd is not None:
        expected = "a finite number" if kinds[odd] else "a word"
        given = cells[there[odd]]
        raise ValueError(
            f"{places[there[odd]]}, {name:.60}: expected {expected}, got {given!r:.60}; other rows "
            f"have {'numbers' if kinds[odd] else 'words'}"
        )


def find_categories(cells: Sequence[Any]) -> tuple[str, ...]:
    """The categories of a column in alphabetical order; empty for a numeric column."""
    return tuple(sorted({cell for cell in cells if isinstance(cell, str)}))


def refuse_no_categories(
    columns: Mapping[str, Sequence[Any]], advice: Callable[[list[str]], str]
) -> None:
    """ValueError for columns of identifiers, dates and times, with all of them.

    Args:
        advice: the remedy for columns of these names.
    """
    faults = {name: fault for name, cells in columns.items() if (fault := fault_in(cells))}
    if faults:
        each = "; ".join([f"column {name!r}: {fault}" for name, fault in faults.items()])
        raise ValueError(f"{each}; {advice(list(faults))}")


def fault_in(cells: Sequence[Any]) -> str:
    """The reason why cells of a column are neither categories nor numbers; empty if they are."""
    there = [cell for cell in cells if isinstance(cell, str)]
    words = sorted(set(there))
    if any([hasattr(cell, "isoformat") for cell in cells if not is_missing(cell)]):
        return "dates or times are no numbers; the year, or the days since a first one, is one"
    if words and are_dates(words):
        return (
            f"{join_names(words)} are dates, of which the year, or the days since one, is a number"
        )
    if len(words) > min(MAX_CATEGORIES, max(FEW, len(there) // 2)):
        return (
            f"{len(words)} different words in {len(there)} rows, {join_names(words)}, are "
            "identifiers and no categories"
        )
    return ""


def encode_row(
    row: Sequence[Any],
    columns: Sequence[Column],
    place: str,
    advice: str = "the model was trained without missing values; a Data with missing='mean' trains "
    "one that takes them",
    fills: bool = False,
) -> tuple[Row, Indices]:
    """The features of a row, and the indices of those that are imputed.

    Args:
        advice: the remedy for a missing value, for errors.
        fills: whether missing values without a fill are accepted, as 0.0.
    """
    found: Row = []
    indices: list[int] = []
    for cell, column in zip(row, columns, strict=True):
        if is_missing(cell) and (fills or column.fill):
            fill = column.fill or (0.0,) * column.width
            indices += range(len(found), len(found) + len(fill))
            found += fill
        else:
            found += encode_cell(cell, column, f"{place}, {column.name:.60}", advice)
    return found, frozenset(indices)


def encode_cell(cell: Any, column: Column, place: str, advice: str) -> Row:
    """The features of a cell that is not imputed; ValueError that begins with its place."""
    if is_missing(cell):
        expected = "a word" if column.categories else "a finite number"
        raise ValueError(
            f"{place}: expected {expected}, got {cell!r:.60}, a missing value; {advice}"
        )
    if not column.categories:
        x = finite(cell)
        if x is None:
            raise ValueError(f"{place}: expected a finite number, got {cell!r:.60}")
        return [x]
    word = find_word(cell, column.categories)
    if word is None:
        accepted = choices(cell, column.categories)
        raise ValueError(f"{place}: the model was not trained on the word {cell!r:.60}{accepted}")
    return [float(word == one) for one in column.categories]


def encode_raw_rows(
    rows: Sequence[Sequence[Any]], names: Sequence[str], schema: Schema
) -> list[Row]:
    """Encode raw rows, in the units and with the categories of the training table.

    Raises:
        ValueError: if a value is invalid, with its row and column.
    """
    order = schema.as_read.column_order(names)
    if order is not None:
        rows = [[row[i] for i in order] for row in rows]
    if not schema.columns:
        return float_rows(with_booleans(rows), schema.feature_names)
    own_names = [column.name for column in schema.columns]
    for i, row in enumerate(rows):
        check_width(i, row, own_names)
    return [
        encode_row(row, schema.columns, f"row {i}")[0] for i, row in enumerate(with_booleans(rows))
    ]
