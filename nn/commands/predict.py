"""`chainrule predict wine.safetensors new.csv`: the answers of a saved model for other rows."""

from __future__ import annotations

import argparse
import csv
import io
import sys
import warnings
from collections.abc import Sequence
from typing import Any

from autograd.files import write

from ..data.csv_table import Table, parse_csv, with_own_decimal
from ..files import load
from ..module import Module
from ..names import error_prefix
from ..predictions import predict, predict_proba
from ..rows.cells import MISSING
from ..rows.columns import encode_row
from ..rows.tables import with_booleans
from ..schema import Column, Schema
from . import options, tables

FEW = 4  # unknown columns, up to which an error has the options that ignore them


def add_to(commands: Any) -> None:
    """Add this command, with its options, to the parser."""
    parser = commands.add_parser(
        "predict",
        help="the answers of a saved model for the rows of a CSV file",
        description="Predict the target of each row of a CSV file, in the units and with the words "
        "of the file that the model was trained on. Columns go by name; those of the target and "
        "those that training left out may be there. The answers are a CSV table: the class with "
        "the share of each class, or the number in its unit.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("model", help="a file that `chainrule train --save` or nn.save wrote")
    parser.add_argument("file", help="a CSV file with the rows; - is standard input")
    parser.add_argument(
        "--drop",
        action="append",
        default=argparse.SUPPRESS,
        metavar="COLUMN",
        help="leave out a column that the model was not trained on; may be given several times",
    )
    parser.add_argument(
        "--missing",
        choices=["empty"],
        default=argparse.SUPPRESS,
        help="answer rows with missing values, where the model takes none, by empty cells; such "
        "rows are refused if not given",
    )
    tables.add_reading(parser, "as in the file of the training")
    parser.add_argument(
        "--out",
        type=options.answers,
        default=argparse.SUPPRESS,
        metavar="FILE",
        help="where the answers go; to standard output if not given",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Predict and write."""
    out = vars(arguments).get("out")
    options.refuse_one_file({"--out": out, "the rows": arguments.file})
    options.refuse_one_file({"--out": out, "the model": arguments.model})
    model = load(arguments.model)
    raw, file = tables.read_content(arguments.file)
    form = tables.format_of(arguments, "mean", model.schema.dialect)
    given = vars(arguments)
    try:
        form = form if "decimal" in given else with_own_decimal(form, raw)
        table = parse_csv(raw, form)
        kept, rows = read_rows(table, model.schema, given.get("drop", []), "missing" in given)
    except ValueError as error:
        raise ValueError(f"{file}, {error}") from error
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = answer_table(model, rows)
    if len(kept) < len(table.rows):
        found = with_empty(found, kept, len(table.rows))
        print(f"chainrule: {described(len(table.rows) - len(kept))}", file=sys.stderr)
    for warning in caught:
        print(f"chainrule: warning: {warning.message}", file=sys.stderr)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(found)
    if out is None:
        sys.stdout.write(text.getvalue())
    else:
        write(out, text.getvalue())
    return 0


def described(count: int) -> str:
    """The number of rows without a prediction, as a text."""
    rows = "1 row has a missing value and its answer is"
    rows = rows if count == 1 else f"{count} rows have missing values and their answers are"
    return f"{rows} empty: the model was trained without missing values"


def with_empty(found: list[Sequence[Any]], kept: Sequence[int], count: int) -> list[Sequence[Any]]:
    """A table of predictions with empty cells for each row without one."""
    names, *answers = found
    every: list[Sequence[Any]] = [[""] * len(names) for _ in range(count)]
    for i, answer in zip(kept, answers, strict=True):
        every[i] = answer
    return [names, *every]


def read_rows(
    table: Table, schema: Schema, drop: Sequence[str], skips: bool
) -> tuple[list[int], list[list[Any]]]:
    """The rows of a table by the columns that a model was trained on, missing values as None.

    Args:
        drop: the names of columns to ignore.
        skips: whether rows with missing values that the model does not take are left out, which are
            refused else; the indices of the others come first.

    Raises:
        ValueError: if a row is invalid, with its line.
    """
    dropped = {table.named(name) for name in drop}
    names = [name for name in table.names if name not in dropped]
    unknown = schema.as_read.unknown_columns(names)
    advice = " ".join([table.form.option("drop", name) for name in unknown[:FEW]])
    leaves = f"{advice} leaves {'it' if len(unknown) == 1 else 'them'} out"
    leaves = leaves if len(unknown) <= FEW else "--drop leaves a column out"
    with error_prefix(f"line {table.line}"):
        order = schema.as_read.column_order(names, advice=leaves)
    names = names if order is None else [names[i] for i in order]
    columns = schema.columns or [Column(name) for name in schema.feature_names or names]
    cells = [table.column(name) for name in names]
    left_out: set[int] = set()
    for name, column in zip(names, columns, strict=False):
        if skips and not column.fill:
            left_out |= {i for i, text in enumerate(table.texts(name)) if text in MISSING}
        else:
            refuse_missing(table, name, column)
    kept = [i for i in range(len(table.rows)) if i not in left_out]
    if not kept:
        raise ValueError(
            f"line {table.line}: expected at least one row without missing values, got none of "
            f"{len(table.rows)}"
        )
    rows = with_booleans([list(row) for row in zip(*cells, strict=True)])
    for i in kept:
        encode_row(rows[i], columns, f"line {table.lines[i]}")  # for errors with its name
    return kept, [list(rows[i]) for i in kept]


def refuse_missing(table: Table, name: str, column: Column) -> None:
    """ValueError for a missing value in a column that had none in training."""
    for place, text in zip(table.places(name), table.texts(name), strict=True):
        if text in MISSING and not column.fill:
            given = f"{text!r}, a missing value" if text else "an empty cell"
            raise ValueError(
                f"{place}: expected {'a word' if column.categories else 'a finite number'}, got "
                f"{given}; the model was trained without missing values: chainrule train "
                "--missing mean makes one that takes them, --missing empty leaves the answers to "
                "such rows empty"
            )


def answer_table(model: Module, rows: list[list[Any]]) -> list[Sequence[Any]]:
    """The predictions as a table with a line of names."""
    schema, raw = model.schema, bool(model.schema.feature_scales)
    found = predict(model, rows, raw=raw)
    if model.regression:
        several = len(schema.targets) > 1
        return [schema.targets, *(found if several else [[answer] for answer in found])]
    (target,) = schema.target_names or ("class",)
    shares = predict_proba(model, rows, raw=raw)
    names = schema.class_names or [str(k) for k in range(len(shares[0]))]
    return [
        [target, *[f"{target}={name}" for name in names]],
        *[[answer, *row] for answer, row in zip(found, shares, strict=True)],
    ]
