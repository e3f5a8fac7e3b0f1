"""Sources of data: scikit-learn's Iris flowers, and CSV files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograd.arguments import several, wrong

from ..arguments import one_of
from ..names import check_spellings, error_prefix, join_names, refuse_repeated
from ..optional import optional
from ..rows.cells import Format
from ..rows.columns import refuse_no_categories
from ..rows.labels import are_numbers
from ..rows.missing import HOW, drop_missing, python_option
from ..schema import Dialect
from .csv_table import Table, parse_csv
from .data import Data

# For `several`, with the targets of a file.
TARGET = ("load_csv", "names of columns as target", 'target=["width", "height"]')


def load_iris(seed: int = 0) -> Data:
    """Fisher's Iris flowers, from scikit-learn: 150 rows of four lengths in cm, 3 species.

    They are split into 120 rows for training and 30 for testing, 40 and 10 of each species, and
    standardized by the training part.

    Args:
        seed: the seed of the split.

    Raises:
        ImportError: if scikit-learn is not installed.

    References:
        Fisher, R. A., The use of multiple measurements in taxonomic problems (1936).

    >>> iris = load_iris(seed=0)
    >>> iris.class_names, len(iris.train), len(iris.test)
    (('setosa', 'versicolor', 'virginica'), 120, 30)
    """
    with optional("scikit-learn", "iris", "load_iris"):
        from sklearn import datasets  # type: ignore[import-untyped]  # has no stubs
    found = datasets.load_iris()
    data = Data(found.data, found.target, found.feature_names, found.target_names)
    with error_prefix("load_iris"):
        data = data.split(test=30, seed=seed)
    return data.standardized()


def load_csv(
    path: str | os.PathLike[str],
    target: str | Iterable[str],
    *,
    drop: Iterable[str] = (),
    missing: str | None = None,
    regression: bool | None = None,
    delimiter: str | None = None,
    decimal: str = ".",
    encoding: str = "utf-8",
) -> Data:
    r"""The rows of a CSV file whose first line has the names of the columns.

    Numbers are plain decimals: digits 0 to 9, with an optional sign, decimal point and exponent. A
    column of strings is one-hot encoded, with features such as `color=red`. Missing values are
    empty cells, NA, N/A, NaN, null, ? and the other marks of pandas, except None. Empty lines are
    skipped.

    Args:
        path: the file.
        target: the name of the column with the labels: classes, which are strings or few integers,
            or numbers to predict; see `regression`. Several names are those of several numbers to
            predict.
        drop: the names of columns to ignore.
        missing: what to do with missing values: "drop" and "mean" as in `Data`; with None they are
            errors.
        regression: whether labels are numbers to predict or classes, as in `Data`.
        delimiter: the separator of cells; if None comma, semicolon or tab, whichever is most
            frequent in the first line.
        decimal: the decimal separator, "." or ",".
        encoding: the encoding as Python names it; UTF-8 may have a byte order mark.

    Raises:
        ValueError: if a cell is invalid, with its line and column.
        OSError: if the file can't be read.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "flowers.csv")
    ...     _ = path.write_text("length,color,species\n5.1,red,setosa\n7.0,blue,versicolor\n")
    ...     load_csv(path, target="species")
    Data(2 rows of length, color=blue, color=red; classes setosa, versicolor)
    """
    if not isinstance(path, (str, os.PathLike)):  # an int would be a file descriptor
        call = 'as in load_csv("flowers.csv", "species")'
        raise wrong("load_csv", "the path of a file", path, call)
    targets = (target,) if isinstance(target, str) else several(target, *TARGET)
    for name in targets:
        if not isinstance(name, str):
            raise wrong("load_csv", "the name of a column as target", name)
    if not targets:
        raise ValueError("load_csv: expected at least one name of a column as target, got none")
    dropped = several(drop, "load_csv", "names of columns as drop", 'drop=["id"]')
    for name in dropped:
        if not isinstance(name, str):
            raise wrong("load_csv", "names of columns as drop", name)
    if not (regression is None or isinstance(regression, bool)):
        what = "True for numbers, False for classes, or None as regression"
        raise wrong("load_csv", what, regression)
    form = Format(
        delimiter,
        decimal,
        encoding,
        one_of(missing, HOW, "load_csv", "missing"),
    )
    check_format(form)
    return read_data(Path(path).read_bytes(), os.fspath(path), form, targets, dropped, regression)


def check_format(form: Format) -> None:
    """TypeError or ValueError for settings that are invalid for any file."""
    for name in ("delimiter", "decimal", "encoding"):
        given = getattr(form, name)
        if not isinstance(given, str) and not (given is None and name == "delimiter"):
            raise wrong("load_csv", f"a text as {name}", given)
    one_of(form.decimal, (".", ","), "load_csv", "decimal")
    with error_prefix("load_csv"):
        Dialect(form.delimiter, form.decimal, form.encoding).check()


def read_data(
    raw: bytes,
    file: str,
    form: Format,
    target: Sequence[str],
    drop: Sequence[str],
    regression: bool | None,
    named: bool = False,
) -> Data:
    """The data in a CSV file.

    Args:
        file: its name in errors.
        named: whether integer classes are names of classes, which are then numbered from 0.

    Raises:
        ValueError: if a cell is invalid, with file and line.
    """
    try:
        table = parse_csv(raw, form)
        targets = [table.named(name) for name in target]
        dropped = [table.named(name) for name in drop]
        names = feature_columns(table, targets, dropped)
        rows = [list(row) for row in zip(*read_features(table, names), strict=True)]
        labels, classes = read_targets(table, targets, rows, names, regression, named)
        with error_prefix(f"line {table.line}"):
            data = Data(
                rows,
                labels,
                names,
                classes,
                regression=regression if len(targets) == 1 else True,
                target_names=targets,
                missing=form.missing,
            )
    except ValueError as error:
        raise ValueError(f"{file}, {error}") from error.__cause__
    dialect = Dialect(form.delimiter, form.decimal, form.encoding)
    data.schema = replace(
        data.schema, ignored=tuple(dropped), dialect=None if dialect == Dialect() else dialect
    )
    return data


def feature_columns(table: Table, targets: Sequence[str], dropped: Sequence[str]) -> list[str]:
    """The names of the columns that are neither target nor dropped."""
    for name in targets:
        if name in dropped:
            raise ValueError(f"line {table.line}: {name!r:.60} can't be both target and dropped")
    refuse_repeated(targets, f"line {table.line}: targets")
    beside_features = {*targets, *dropped}
    names = [name for name in table.names if name not in beside_features]
    if not names:
        beside = (
            f"{join_names(list(map(repr, targets)))}{' and what is dropped' if dropped else ''}"
        )
        raise ValueError(
            f"line {table.line}: expected at least one column beside {beside}{table.other()}"
        )
    return names


def read_targets(
    table: Table,
    targets: Sequence[str],
    rows: Sequence[Sequence[Any]],
    names: Sequence[str],
    regression: bool | None,
    named: bool,
) -> tuple[list[Any], list[str]]:
    """The labels, rows of numbers for several targets, and names of classes as in `read_target`.

    Args:
        rows, names: those of the other columns.
    """
    if len(targets) == 1:
        return read_target(table, targets[0], rows, names, regression, named)
    if regression is False:
        raise ValueError(
            f"line {table.line}: expected one target of classes, got {join_names(targets)}"
        )
    columns = [read_target(table, name, rows, names, True, named)[0] for name in targets]
    return [list(label) for label in zip(*columns, strict=True)], []


def read_target(
    table: Table,
    target: str,
    rows: Sequence[Sequence[Any]],
    names: Sequence[str],
    regression: bool | None,
    named: bool,
) -> tuple[list[Any], list[str]]:
    """The labels, and the names of classes whose names are numbers.

    The kind of the labels is decided by the remaining rows, as in `Data`.
    """
    labels, places = table.column(target, labels=True), table.places(target)
    check_spellings(labels, places, "label")
    kept: Sequence[int] = range(len(rows))
    if table.form.missing is not None:
        with error_prefix(f"line {table.line}"):
            kept, _ = drop_missing(rows, labels, names, target, table.form.missing)
    there = table.column(target, labels=True, rows=kept)
    words = [isinstance(label, str) for label in there]
    if regression and any(words):
        raise ValueError(f"{places[kept[0]]}: expected a number to predict, got {there[0]!r:.60}")
    classes: dict[Any, str] = {}
    is_numbers = regression or (regression is None and not any(words) and are_numbers(there))
    if named and not any(words) and not is_numbers:
        classes = {label: class_name_of(label) for label in sorted(set(there))}
    for i, label in zip(kept, there, strict=True):
        labels[i] = classes.get(label, label)
    return labels, list(classes.values())


def class_name_of(label: float) -> str:
    """A number as the name of a class."""
    return str(int(label)) if label == int(label) else repr(label)


def read_features(table: Table, names: Sequence[str]) -> list[list[Any]]:
    """The cells of columns; ValueError for strings that are not categories."""
    columns = {name: table.column(name) for name in names}
    option = table.form.option

    def advice(of: list[str]) -> str:
        options = " ".join([option("drop", name) for name in of])
        options = f"drop={of!r}" if option is python_option else options
        return f"{options} leaves the column{'' if len(of) == 1 else 's'} out"

    with error_prefix(f"line {table.line}"):
        refuse_no_categories(columns, advice)
    for name, cells in columns.items():
        check_spellings(cells, table.places(name), "word")
    return list(columns.values())
