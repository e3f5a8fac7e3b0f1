"""Names of columns, classes and parameters: compared after normalization, joined in errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from autograd.arguments import normal, several


def join_names(names: Iterable[str]) -> str:
    """Names for an error message: all, or the first four and the count of the others, each cut."""
    names = list(names)
    shown = ", ".join([f"{name:.60}" for name in names[:4]]) or "none"
    return f"{shown} and {len(names) - 4} more" if len(names) > 4 else shown


def find_name(given: object, names: Iterable[str]) -> str | None:
    """The name that is equal, or else equal after Unicode normalization; None without one."""
    names = list(names)
    if given in names or not isinstance(given, str):
        return given if given in names else None
    return {normal(name): name for name in names}.get(normal(given))


def find_names(given: Iterable[object], names: Sequence[str]) -> list[str | None]:
    """`find_name` of each, in time linear in the number of both."""
    exact, alike = set(names), {normal(name): name for name in names}
    return [
        (one if one in exact else alike.get(normal(one))) if isinstance(one, str) else None
        for one in given
    ]


def refuse_repeated(names: Sequence[str], what: str) -> None:
    """ValueError where two of the names are equal after Unicode normalization."""
    found: dict[str, str] = {}
    for name in names:
        if normal(name) in found:
            first = found[normal(name)]
            both = f"{first!r:.60} and {name!r:.60}, the same"
            given = f"{name!r:.60} twice" if name == first else both
            raise ValueError(f"{what}: expected distinct names, got {given}")
        found[normal(name)] = name


def check_spellings(cells: Sequence[Any], places: Sequence[str], what: str) -> None:
    """ValueError if a word has two spellings of its characters, which would be two words."""
    spelt: dict[str, str] = {}
    for cell, place in zip(cells, places, strict=True):
        if isinstance(cell, str):
            first = spelt.setdefault(normal(cell), cell)
            if first != cell:
                raise ValueError(
                    f"{place}: expected one spelling of each {what}, got {cell!r:.60} after "
                    f"{first!r:.60}, the same letters"
                )


def unique_names(names: Any, name: str, what: str) -> tuple[str, ...]:
    """The given names as strings; ValueError unless all differ."""
    found = tuple([str(one) for one in several(names, name, f"names as {what}", "['a', 'b']")])
    refuse_repeated(found, f"{name}: {what}")
    return found


def check_feature_names(
    given: Sequence[str] | None, names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """ValueError unless the given names are those of the columns."""
    if given and len(given) not in map(len, rows):  # else a row is invalid, and `float_rows` raises
        raise ValueError(
            f"Data: expected {len(rows[0])} names as feature_names, one for each number of a "
            f"row, got {len(given)}: {join_names(given)}"
        )
    for name, own, found in zip(given or (), names, find_names(given or (), names), strict=False):
        if found not in (own, None):
            choice = f"choose columns in the frame: frame[{list(given or ())!r:.60}]"
            raise ValueError(
                f"Data: the columns have names, {join_names(names)}, and feature_names gives "
                f"{name!r:.60} to another; {choice}"
            )


def default_names(count: int, letter: str = "x") -> tuple[str, ...]:
    """The names of columns without names: x1, x2, ...; with the letter y, of targets."""
    return tuple([f"{letter}{i}" for i in range(1, count + 1)])


@contextmanager
def error_prefix(name: str) -> Iterator[None]:
    """Prefix the message of a ValueError with the name of the public function."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
