"""How the words of a command line become values; a word that can't is an error in words."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path


def whole(low: int, high: int | None = None) -> Callable[[str], int]:
    """The reader of a whole number from low to high."""
    accepted = f"of at least {low}" if high is None else f"from {low} to {high}"

    def read(word: str) -> int:
        try:
            number = int(word)
        except ValueError:
            number = low - 1
        if number < low or (high is not None and number > high):
            raise ArgumentTypeError(f"expected a whole number {accepted}, got {word!r}")
        return number

    return read


def positive(word: str) -> float:
    """A positive finite number."""
    try:
        number = float(word)
    except ValueError:
        number = 0.0
    if not 0.0 < number < float("inf"):
        raise ArgumentTypeError(f"expected a positive number, got {word!r}")
    return number


def picture(word: str) -> Path:
    """A file to draw to; that its folder is there is seen before any work is done."""
    path = Path(word)
    if path.suffix.lower() != ".svg":
        raise ArgumentTypeError(f"expected a name that ends in .svg, got {word!r}")
    if not path.parent.is_dir():
        raise ArgumentTypeError(f"there is no folder {str(path.parent)!r} to write {word!r} to")
    return path
