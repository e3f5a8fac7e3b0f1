"""Splitting of rows into a training and a test part, and into batches."""

from __future__ import annotations

import math
import numbers
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ..arguments import whole
from ..optional import optional
from ..rows.tables import finite
from ..seeds import Seed, generator


def parts_of(
    count: int, labels: Sequence[Any] | None, names: Sequence[str], test: Any, seed: Any
) -> tuple[list[int], list[int]]:
    """The indices of the training rows and of the test rows, of `count` rows.

    Args:
        labels: the classes, for a stratified split; None if there are none.
        names: the names of the classes; test, seed: as in `Data.split`.
    """
    if isinstance(test, numbers.Integral) and not isinstance(test, bool):
        accepted = test in range(1, count)
    else:
        share = finite(test)  # a float, also of one of NumPy's
        test, accepted = share or test, 0.0 < (share or 0.0) < 1.0
    if not accepted:
        raise ValueError(
            "split: expected test as a share between 0 and 1, or a number of rows from 1 to "
            f"{count - 1}, got {test!r:.60}"
        )
    if not isinstance(seed, numbers.Integral) or seed not in range(2**32):
        raise ValueError(
            f"split: expected a whole number from 0 to 4294967295 as seed, got {seed!r:.60}"
        )
    seed = int(seed)
    with optional("scikit-learn", "iris", "split"):
        from sklearn.model_selection import train_test_split  # type: ignore[import-untyped]  # has no stubs
    (label, fewest) = Counter(labels).most_common()[-1] if labels else (0, 0)
    if names and fewest < 2:
        raise ValueError(
            f"split: expected at least two rows of each class, got {fewest} of {names[label]!r}"
        )
    classes = len(set(labels or ())) if fewest > 1 else 1
    tested = int(test) if isinstance(test, numbers.Integral) else math.ceil(test * count)
    if min(tested, count - tested) < classes:
        each = f", one of each of the {classes} classes" if classes > 1 else ""
        raise ValueError(
            f"split: expected at least {classes} rows in each part{each}, got {tested} to test on "
            f"and {count - tested} to train on of {count}"
        )
    train, held_out = train_test_split(
        range(count),
        test_size=test,
        stratify=labels if fewest > 1 else None,
        random_state=seed,
    )
    return train, held_out


def shuffled(count: int, size: int, seed: Seed) -> Iterator[list[int]]:
    """The indices below count, shuffled, in parts of `size`."""
    size, order = whole(size, "batches: size"), list(range(count))
    (generator(seed, "batches") or random).shuffle(order)
    for start in range(0, count, size):
        yield order[start : start + size]
