"""Labels: reading, and the decision between classes and numbers to predict."""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from autograd.arguments import normal

from ..names import join_names, unique_names
from ..schema.booleans import NAMES, as_python, truth_of
from .tables import as_list, finite, is_frame, minority_index, read_table

# More different integers than this, and than this fraction of the rows, are not classes.
MANY, SHARE = 20, 0.1


class Labels(NamedTuple):
    """Labels as a Data has them: indices of classes, numbers, or lists of numbers.

    Args:
        class_numbers: the original classes, if these are integers or Booleans.
    """

    found: list[Any]
    class_names: tuple[str, ...]
    regression: bool
    class_numbers: tuple[int, ...] = ()


def is_several(label: Any) -> bool:
    """Whether a label is several numbers: several targets, or the weights of the classes."""
    return hasattr(label, "__len__") and not isinstance(label, (str, bytes))


def are_weights(labels: Sequence[Any]) -> bool:
    """Whether labels are weights of classes: in each row nonnegative numbers that sum to 1."""
    rows = [[finite(x) for x in label] for label in labels if is_several(label)]
    return len(rows) == len(labels) > 0 and all(
        [len(row) > 1 and None not in row and is_weights(row) for row in rows]
    )


def is_weights(row: Sequence[Any]) -> bool:
    return bool(min(row) >= 0.0 and abs(sum(row) - 1.0) < 1e-9)


def are_numbers(labels: Iterable[Any]) -> bool:
    """Whether labels are numbers to predict and not classes.

    Fractions are, and integral floats, unless they are indices of classes: 0.0, 1.0, 2.0, ... or
    -1.0 and 1.0. Integers are if there are more than 20 different ones and more than a tenth of the
    rows, or negative ones other than -1. Several numbers for each row are, unless they are weights
    of classes.
    """
    found = [as_python(label) for label in labels]
    if any([is_several(label) for label in found]):
        return not are_weights(found)
    if not all([isinstance(label, numbers.Real) for label in found]):
        return False
    values = set(found)
    if values <= {-1, 0, 1}:
        return False
    if not all([isinstance(label, numbers.Integral) for label in found]):
        return len(values) > MANY or values != set(range(len(values)))
    return bool(min(values) < 0) or len(values) > max(MANY, SHARE * len(found))


def labels_in(y: Any) -> tuple[tuple[str, ...], list[Any]]:
    """The names of the targets, if they have names, and one label for each row."""
    if is_frame(y):
        names, rows, _ = read_table(y, "Data")
        return names, [row[0] for row in rows] if len(names) == 1 else rows
    name = getattr(y, "name", None)  # of a column of a data frame
    return (name,) if isinstance(name, str) and name else (), as_list(
        y, "Data", "one label for each row"
    )


def read_labels(labels: list[Any], class_names: Any, regression: bool | None) -> Labels:
    """Labels checked: as indices of classes with their names, or as numbers.

    Args:
        regression: whether they are numbers; None decides by `are_numbers`, strings being classes.

    Raises:
        ValueError: if a label is invalid, with its row.
    """
    names = unique_names(class_names, "Data", "class_names")
    if regression and names:
        raise ValueError(
            "Data: expected no class_names with regression=True, whose labels are numbers, got "
            f"{join_names(names)}"
        )
    texts = [isinstance(label, str) for label in labels]
    odd = minority_index(texts)
    if odd is not None:
        accepted = "a finite number" if texts[odd] else "the name of a class"
        raise ValueError(
            f"row {odd}: expected {accepted} as label, as in other rows, got {labels[odd]!r:.60}"
        )
    if texts[0] and regression:
        raise ValueError(f"row 0: expected a number to predict as label, got {labels[0]!r:.60}")
    if not names and regression is not True and all([truth_of(x) is not None for x in labels]):
        return Labels([int(truth_of(label) or 0) for label in labels], NAMES, False, (0, 1))
    if texts[0]:
        names = names or unique_names(sorted(set(map(str, labels))), "Data", "class_names")
        indices = {normal(name): i for i, name in enumerate(names)}
        labels = [indices.get(normal(label), label) for label in labels]
    if regression is None:
        regression = not names and are_numbers(labels)
    if any([is_several(label) for label in labels]):
        return Labels(several_of(labels, regression), (), True)
    if regression:
        return Labels([number_of(label, i) for i, label in enumerate(labels)], (), True)
    numbered = [class_of(label, i, names) for i, label in enumerate(labels)]
    if names or are_indices(numbered):
        return Labels(numbered, names, False)
    values = sorted(set(numbered))
    place = {k: i for i, k in enumerate(values)}
    return Labels([place[k] for k in numbered], tuple(map(str, values)), False, tuple(values))


def are_indices(labels: Iterable[int]) -> bool:
    """Whether integers can be the indices of classes: all of 0, 1, ..., or -1 and 1."""
    values = set(labels)
    return values <= {-1, 0, 1} or values == set(range(len(values)))


def class_of(label: Any, i: int, names: Sequence[str]) -> int:
    """A label as the index of a class."""
    label = as_python(label)
    x = finite(label)
    if x is None or not x.is_integer() or (names and not isinstance(label, numbers.Integral)):
        accepted = f"one of the classes {join_names(names)}" if names else "a finite number"
        if x is not None and not names:
            accepted = "a class, a whole number or a name,"
        raise ValueError(f"row {i}: expected {accepted} as label, got {label!r:.60}")
    if names and int(x) not in range(len(names)):  # a float would be searched linearly
        raise ValueError(
            f"row {i}: expected a class from 0 to {len(names) - 1} as label, got {label}"
        )
    return int(label)


def number_of(label: Any, i: int) -> float:
    """A label as a number to predict."""
    x = finite(label)
    if x is None:
        raise ValueError(f"row {i}: expected a finite number as label, got {label!r:.60}")
    return x


def several_of(labels: list[Any], regression: bool) -> list[list[float]]:
    """Rows of numbers as labels, one for each of several targets."""
    if not regression:
        raise ValueError(
            "Data: expected a class as label of each row, got several numbers, the weights of the "
            "classes: Data(X, [list(row).index(max(row)) for row in y]) takes the largest, (row, "
            "weights) pairs can be trained on, and Data(X, y, regression=True) has several targets"
        )
    found: list[list[float]] = []
    for i, label in enumerate(labels):
        row = [finite(x) for x in label] if is_several(label) else []
        if len(row) == 1 and not found:
            raise ValueError(
                f"row {i}: expected one label, got {type(label).__name__} {label!r:.60}; "
                "a column of labels is y.ravel()"
            )
        if not row or None in row or (found and len(row) != len(found[0])):
            count = len(found[0]) if found else "several"
            raise ValueError(
                f"row {i}: expected {count} finite numbers as label, one for each target, "
                f"got {label!r:.60}"
            )
        found.append([x for x in row if x is not None])
    return found
