"""CSV files of the command line: the options of their format, and their content."""

from __future__ import annotations

import argparse
import shlex
import sys
from dataclasses import fields, replace
from pathlib import Path

from ..rows.cells import Format
from ..schema import Dialect

FIELDS = [field.name for field in fields(Dialect)]


def add_reading(parser: argparse.ArgumentParser, usual: str = "") -> None:
    """Add the options of the format of a CSV file.

    Args:
        usual: the defaults; else `Dialect()`.
    """
    add = parser.add_argument
    left_out = argparse.SUPPRESS  # no default to show
    add(
        "--delimiter",
        type=delimiter,
        default=left_out,
        metavar="SIGN",
        help="between cells, or the word tab; if not given "
        + (usual or "comma, semicolon or tab, whichever is most frequent in the first line"),
    )
    add(
        "--decimal",
        choices=[".", ","],
        default=left_out,
        help=f"the decimal separator; if not given {usual or 'a point'}",
    )
    add(
        "--encoding",
        type=encoding,
        default=left_out,
        metavar="NAME",
        help=f"as Python names it; if not given {usual or 'utf-8'}",
    )


def delimiter(word: str) -> str:
    """The parser of a delimiter."""
    sign = "\t" if word in ("tab", "\\t") else word
    if len(sign) != 1 or sign in '\r\n"':
        raise argparse.ArgumentTypeError(f"expected one sign, or tab, got {word!r}")
    return sign


def encoding(word: str) -> str:
    """The parser of the name of an encoding."""
    try:
        "a".encode(word)  # zip is one too, but none of texts
    except (LookupError, ValueError) as error:
        raise argparse.ArgumentTypeError(
            f"expected the name of an encoding, such as utf-8, cp1252 or utf-16, got {word!r}"
        ) from error
    return word


def format_of(
    arguments: argparse.Namespace, missing: str | None, usual: Dialect | None = None
) -> Format:
    """The format that the options describe.

    Args:
        usual: the defaults.
    """
    given = {name: part for name, part in vars(arguments).items() if name in FIELDS}
    dialect = replace(usual or Dialect(), **given)
    return Format(dialect.delimiter, dialect.decimal, dialect.encoding, missing, shell_option)


def shell_option(name: str, value: str) -> str:
    """An option in the notation of the command line."""
    return f"--{name} {'tab' if value == chr(9) else shlex.quote(value)}"


def read_content(file: str) -> tuple[bytes, str]:
    """The content of a file, of standard input for -, and its name in errors."""
    if file == "-":
        return sys.stdin.buffer.read(), "standard input"
    return Path(file).read_bytes(), file
