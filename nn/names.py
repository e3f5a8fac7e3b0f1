"""Names that are given: which is meant, and what an error says about one that does not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from autograd.arguments import normal

SHOWN = 20  # more names than that are cut short


def choices(given: object, accepted: Iterable[str]) -> str:
    """The end of an error about an unknown name: the nearest one, and all of them if few."""
    accepted = list(accepted)
    if not accepted:
        return "; there are none"
    near = [name for name in accepted if name.casefold() == str(given).casefold()]
    near = near or difflib.get_close_matches(str(given), accepted, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ";"
    shown = accepted if len(accepted) <= SHOWN else [*accepted[:3], "...", accepted[-1]]
    return f"{hint} accepted: {', '.join(shown)}"


def listed(names: list[str]) -> str:
    """Names as an error shows them: all, or the first ones of many."""
    shown = ", ".join(names[:4]) or "none"
    return f"{shown} and {len(names) - 4} more" if len(names) > 4 else shown


def known(given: object, names: Iterable[str]) -> str | None:
    """The one of the names that is meant: as it is written, or another spelling of its letters."""
    names = list(names)
    if given in names or not isinstance(given, str):
        return given if given in names else None
    return {normal(name): name for name in names}.get(normal(given))


@contextmanager
def said_by(name: str) -> Iterator[None]:
    """A ValueError that is raised in here begins with the name of what was called."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
