"""Booleans: true and false, as words in any case or as Booleans, are 1 and 0."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from ..names import find_name, find_names

NAMES = ("False", "True")  # of the two classes, in the order of their indices
WORDS = {name.casefold(): bool(k) for k, name in enumerate(NAMES)}


def as_python(x: Any) -> Any:
    """A Boolean of NumPy or a Decimal, which are not numbers.Real, as bool or float.

    Anything else is returned as it is, also a signaling NaN. Databases have Decimals.
    """
    kind = type(x)
    if kind is Decimal and not x.is_snan():
        return float(x)
    return bool(x) if kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_") else x


def truth_of(cell: Any) -> bool | None:
    """A Boolean, or the word for one in any case; None for anything else."""
    cell = as_python(cell)
    if isinstance(cell, str):
        return WORDS.get(cell.casefold())
    return cell if isinstance(cell, bool) else None


def find_word(given: Any, names: Sequence[str]) -> str | None:
    """The name that is equal, or that is a word for the same Boolean; None without one."""
    name = find_name(given, names)
    truth = truth_of(given) if name is None else None
    return name if truth is None else {truth_of(one): one for one in names}.get(truth)


def find_words(given: Iterable[Any], names: Sequence[str]) -> list[str | None]:
    """`find_word` of each, in time linear in the number of both."""
    given = list(given)
    truths = {truth_of(one): one for one in names}
    return [
        truths.get(truth_of(one)) if name is None and truth_of(one) is not None else name
        for one, name in zip(given, find_names(given, names), strict=True)
    ]


def is_whole(name: str) -> bool:
    """Whether a name is an integer in Python's notation."""
    return name.lstrip("-").isdecimal() and str(int(name)) == name
