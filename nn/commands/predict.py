"""`chainrule predict wine.safetensors new.csv`: the answers of a saved model for other rows."""

from __future__ import annotations

import argparse
import csv
import io
import sys
import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from autograd.files import write

from ..columns import encode_row
from ..csv_table import Table, parse_csv
from ..evaluation import predict, predict_proba
from ..files import load
from ..module import Module
from ..names import error_prefix
from ..schema import Column, Schema
from . import options, tables


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
    tables.add_reading(parser)
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
    form = replace(tables.format_of(arguments), missing="mean")  # as the model was trained
    try:
        rows = read_rows(parse_csv(raw, form), model.schema)
    except ValueError as error:
        raise ValueError(f"{file}, {error}") from error
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = answer_table(model, rows)
    for warning in caught:
        print(f"chainrule: warning: {warning.message}", file=sys.stderr)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(found)
    if out is None:
        sys.stdout.write(text.getvalue())
    else:
        write(out, text.getvalue())
    return 0


def read_rows(table: Table, schema: Schema) -> list[list[Any]]:
    """The rows of a table by the columns that a model was trained on, missing values as None.

    Raises ValueError that begins with a line.
    """
    with error_prefix(f"line {table.line}"):
        order = schema.as_read.column_order(table.names)
    names = table.names if order is None else [table.names[i] for i in order]
    columns = schema.columns or [Column(name) for name in schema.feature_names or names]
    cells = [table.column(name) for name in names]
    rows = [list(row) for row in zip(*cells, strict=True)]
    for line, row in zip(table.lines, rows, strict=True):
        encode_row(row, columns, f"line {line}")  # for its errors, which name the line
    return rows


def answer_table(model: Module, rows: list[list[Any]]) -> list[Sequence[Any]]:
    """The answers as a table with its line of names."""
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
