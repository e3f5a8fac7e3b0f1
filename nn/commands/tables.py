"""CSV files as the shell names them: the options that say how a file is written, and its bytes."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from ..cells import Format


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how a CSV file is written."""
    add = parser.add_argument
    left_out = argparse.SUPPRESS  # no default to show
    add(
        "--delimiter",
        type=delimiter,
        default=left_out,
        metavar="SIGN",
        help="what parts the cells, or tab; if not given comma, semicolon or tab, whichever the "
        "first line has most of",
    )
    add("--decimal", choices=[".", ","], default=".", help="what stands before decimals")
    add("--encoding", type=encoding, default="utf-8", metavar="NAME", help="of the text")


def delimiter(word: str) -> str:
    """A sign between cells."""
    sign = "\t" if word in ("tab", "\\t") else word
    if len(sign) != 1 or sign in '\r\n"':
        raise argparse.ArgumentTypeError(f"expected one sign, or tab, got {word!r}")
    return sign


def encoding(word: str) -> str:
    """The name of an encoding of texts."""
    try:
        "a".encode(word)  # zip is one too, but none of texts
    except (LookupError, ValueError) as error:
        raise argparse.ArgumentTypeError(
            f"expected the name of an encoding, such as utf-8, cp1252 or utf-16, got {word!r}"
        ) from error
    return word


def format_of(arguments: argparse.Namespace, missing: str | None = None) -> Format:
    """How the file is written, by the options."""
    sign = vars(arguments).get("delimiter")
    return Format(sign, arguments.decimal, arguments.encoding, missing, shell_option)


def shell_option(name: str, value: str) -> str:
    """An option as it is written in a shell."""
    return f"--{name} {'tab' if value == chr(9) else shlex.quote(value)}"


def read_content(file: str) -> tuple[bytes, str]:
    """The bytes of a file, those of standard input for -, and what it is called in errors."""
    if file == "-":
        return sys.stdin.buffer.read(), "standard input"
    return Path(file).read_bytes(), file
