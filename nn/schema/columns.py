"""Columns of a table before encoding, with their features, and scales of columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """The scale of a column: x in its unit is mean + deviation·z.

    >>> Scale(5.0, 2.0)
    Scale(mean=5.0, deviation=2.0)
    """

    mean: float = 0.0
    deviation: float = 1.0


@dataclass(frozen=True)
class Column:
    """A column of a table before encoding: one feature, or one for each category (one-hot).

    Args:
        name: that in the table.
        categories: the words of a categorical column; none of a numeric one.
        fill: the means that replace missing values, one for each feature; empty if these are
            errors.

    >>> Column("color", ("blue", "red")).feature_names
    ('color=blue', 'color=red')
    """

    name: str
    categories: tuple[str, ...] = ()
    fill: tuple[float, ...] = ()

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of its features."""
        return tuple(self.each_feature())

    @property
    def width(self) -> int:
        """The number of its features."""
        return len(self.categories) or 1

    def each_feature(self) -> Iterator[str]:
        """The names of its features, lazily: a damaged file may declare too many."""
        if not self.categories:
            yield self.name
        for word in self.categories:
            yield f"{self.name}={word}"
