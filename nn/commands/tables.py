"""CSV files of the command line: the options of their format, and their content."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from ..cells import Format


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add the options of the format of a CSV file."""
    add = parser.add_argument
    left_out = argparse.SUPPRESS  # no default to show
    add(
        "--delimiter",
        type=delimiter,
        default=left_out,
        metavar="SIGN",
        help="between cells, or the word tab; if not given comma, semicolon or tab, whichever is "
        "most frequent in the first line",
    )
    add("--decimal", choices=[".", ","], default=".", help="the decimal separator")
    add("--encoding", type=encoding, default="utf-8", metavar="NAME", help="as Python names it")


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


def format_of(arguments: argparse.Namespace, missing: str | None = None) -> Format:
    """The format that the options describe."""
    sign = vars(arguments).get("delimiter")
    return Format(sign, arguments.decimal, arguments.encoding, missing, shell_option)


def shell_option(name: str, value: str) -> str:
    """An option as it is written on the command line."""
    return f"--{name} {'tab' if value == chr(9) else shlex.quote(value)}"


def read_content(file: str) -> tuple[bytes, str]:
    """The content of a file, of standard input for -, and its name in errors."""
    if file == "-":
        return sys.stdin.buffer.read(), "standard input"
    return Path(file).read_bytes(), file
