"""Names of columns, classes and parameters: compared after normalization, joined in errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from autograd.arguments import normal, several


def join_names(names: list[str]) -> str:
    """Names for an error message: all, or the first four and the count of the others."""
    shown = ", ".join(names[:4]) or "none"
    return f"{shown} and {len(names) - 4} more" if len(names) > 4 else shown


def find_name(given: object, names: Iterable[str]) -> str | None:
    """The name that is equal, or else equal after Unicode normalization; None without one."""
    names = list(names)
    if given in names or not isinstance(given, str):
        return given if given in names else None
    return {normal(name): name for name in names}.get(normal(given))


def refuse_repeated(names: Sequence[str], what: str) -> None:
    """ValueError where two of the names are equal after Unicode normalization."""
    found: dict[str, str] = {}
    for name in names:
        if normal(name) in found:
            first = found[normal(name)]
            given = f"{name!r} twice" if name == first else f"{first!r} and {name!r}, the same"
            raise ValueError(f"{what}: expected names that differ, got {given}")
        found[normal(name)] = name


def unique_names(names: Any, name: str, what: str) -> tuple[str, ...]:
    """The given names as strings; ValueError unless all differ."""
    found = tuple([str(one) for one in several(names, name, f"names as {what}", "['a', 'b']")])
    refuse_repeated(found, f"{name}: {what}")
    return found


def default_names(count: int) -> tuple[str, ...]:
    """The names of columns without names: x1, x2, ..."""
    return tuple([f"x{i}" for i in range(1, count + 1)])


@contextmanager
def error_prefix(name: str) -> Iterator[None]:
    """Prefix the message of a ValueError with the name of the public function."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
