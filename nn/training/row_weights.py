"""Weights of rows in the loss: class weights and sample weights."""

from __future__ import annotations

import math
import numbers
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from autograd.arguments import choices

from ..arguments import at_least_zero
from ..names import find_name
from ..rows.tables import as_list
from ..schema.booleans import is_whole

ClassWeight = Mapping[Any, float] | str | None


def weighted(
    pairs: list[tuple[Any, Any]],
    names: Sequence[str],
    class_weight: ClassWeight,
    sample_weight: Sequence[float] | None,
    own: Sequence[str] = (),
) -> tuple[list[tuple[Any, Any]], list[float] | None]:
    """The rows of nonzero weight, and their weights; None if all are equal.

    Args:
        names: the model's classes; own: the data's classes, in the order of their indices.
    """
    if class_weight is None and sample_weight is None:
        return pairs, None
    weights = [1.0] * len(pairs)
    if sample_weight is not None:
        given = as_list(sample_weight, "train: sample_weight", "one weight for each row")
        weights = [at_least_zero(w, f"train: sample_weight {i}") for i, w in enumerate(given)]
        if len(weights) != len(pairs):
            raise ValueError(
                f"train: sample_weight: expected one weight for each of the {len(pairs)} rows, "
                f"got {len(weights)}"
            )
    if class_weight is not None:
        by_class = by_index(class_weight, [label for _, label in pairs], names, own)
        weights = [
            weight * by_class.get(label, 1.0)
            for weight, (_, label) in zip(weights, pairs, strict=True)
        ]
    if not math.isfinite(sum(weights)):
        raise ValueError("train: class_weight, sample_weight: the sum of all weights overflows")
    counting = [i for i, weight in enumerate(weights) if weight > 0.0]
    return [pairs[i] for i in counting], [weights[i] for i in counting]


def by_index(
    class_weight: Any, labels: list[Any], names: Sequence[str], own: Sequence[str]
) -> dict[Any, float]:
    """A weight for each class index."""
    for label in labels:
        if not isinstance(label, numbers.Integral):
            raise ValueError(
                f"train: class_weight: expected classes 0, 1, ... as labels, got {label!r:.60}"
            )
    counts = Counter(labels)
    if class_weight == "balanced":  # as in scikit-learn
        return {k: len(labels) / (len(counts) * count) for k, count in counts.items()}
    if not isinstance(class_weight, Mapping):
        raise ValueError(
            "train: class_weight: expected a weight for each class or 'balanced', "
            f"got {class_weight!r:.60}"
        )
    accepted = [*names, *([] if own else range(len(names)))] if names else list(counts)
    renumbered = [name for k, name in enumerate(names) if is_whole(name) and int(name) != k]
    found: dict[Any, float] = {}
    for key, weight in class_weight.items():
        if renumbered and isinstance(key, numbers.Integral):
            raise ValueError(
                f"train: class_weight: {key!r} may be the index of a class or its name, as the "
                f"classes are called {', '.join(names)}; give names: {{{renumbered[0]!r}: 2.0}}"
            )
        name = own[key] if key in range(len(own)) else key
        name = find_name(name, names) or name
        if name not in accepted:
            raise ValueError(
                f"train: class_weight: no class {key!r}{choices(key, names or map(str, counts))}"
            )
        k = names.index(name) if name in names else name
        if k in found:
            raise ValueError(
                f"train: class_weight: expected one weight for each class, got two for {key!r}, "
                "by name and number"
            )
        found[k] = at_least_zero(weight, f"train: class_weight of {key!r}")
    return found
