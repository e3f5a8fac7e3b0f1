"""What numbers must be: checks that several modules share."""

from __future__ import annotations

import operator
from typing import Any

from .tables import finite

# What to do with labels such as 1, 2, 3.
CLASSES_BY_NAME = (
    "classes are numbered from 0: Data(X, [str(label) for label in y]) takes labels for names and "
    "numbers them itself; or subtract the smallest"
)


def whole(size: Any, name: str) -> int:
    """A size as an int; ValueError if it is not a whole number of at least 1."""
    try:
        found = operator.index(size)
    except TypeError:
        found = 0
    if found < 1:
        raise ValueError(f"{name}: expected a whole number of at least 1, got {size!r:.60}")
    return found


def at_least_zero(x: Any, name: str) -> float:
    """A finite number of at least 0 as a float; ValueError if it is none."""
    found = finite(x)
    if found is None or found < 0.0:
        raise ValueError(f"{name}: expected a finite number of at least 0, got {x!r:.60}")
    return found
