"""The style of a drawing: the options of `draw` that change no number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..chains import Edge
from ..value import Value
from .korean import KOREAN
from .languages import ENGLISH, Words, words_of

DIRECTIONS = ("LR", "TB")
NUMBERS = ("data", "grad", "local_derivatives")
DIGITS = 12  # more are noise


@dataclass(frozen=True)
class Look:
    """The style of a drawing.

    Args:
        direction: "LR", time runs to the right, or "TB", down.
        precision: how many significant digits.
        show: which numbers.
        words: the texts, in the language that was chosen.
    """

    direction: str = "LR"
    precision: int = 4
    show: frozenset[str] = frozenset(NUMBERS)
    words: Words = ENGLISH


def look_of(direction: Any, precision: Any, show: Any, language: Any) -> Look:
    """The options, checked.

    Raises:
        ValueError: if an option is not one of the accepted ones, which the error lists.
    """
    if direction not in DIRECTIONS:
        raise ValueError(f"draw: expected direction 'LR' or 'TB', got {direction!r}")
    whole = isinstance(precision, int) and not isinstance(precision, bool)
    if not (whole and 1 <= precision <= DIGITS):
        raise ValueError(f"draw: expected a precision from 1 to {DIGITS} digits, got {precision!r}")
    names = [show] if isinstance(show, str) else show
    names = list(names) if isinstance(names, Iterable) else [names]
    if not all([name in NUMBERS for name in names]):
        raise ValueError(f"draw: expected some of {', '.join(NUMBERS)} as show, got {show!r:.80}")
    return Look(direction, precision, frozenset(names), words_of(language, KOREAN, "draw"))


@dataclass(frozen=True)
class Highlight:
    """The emphasized parts of a drawing.

    Args:
        nodes, edges: those of paths, and nodes that were chosen themselves.
        alone: the nodes that were chosen themselves, which are emphasized with all their edges.
        words: what that is, a line for each path or set of paths.
    """

    nodes: frozenset[Value] = frozenset()
    edges: frozenset[Edge] = frozenset()
    alone: frozenset[Value] = frozenset()
    words: tuple[str, ...] = ()


PLAIN, NOTHING = Look(), Highlight()
