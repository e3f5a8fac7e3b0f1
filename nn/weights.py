"""How much each row counts in training: class and sample weights."""

from __future__ import annotations

import numbers
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from autograd.arguments import several

from .checks import at_least_zero
from .names import choices

ClassWeight = Mapping[Any, float] | str | None


def weighted(
    pairs: list[tuple[Any, Any]],
    names: Sequence[str],
    class_weight: ClassWeight,
    sample_weight: Sequence[float] | None,
) -> tuple[list[tuple[Any, Any]], list[float] | None]:
    """The rows that count, with a weight for each; None in its place where all count the same."""
    if class_weight is None and sample_weight is None:
        return pairs, None
    weights = [1.0] * len(pairs)
    if sample_weight is not None:
        weights = [
            at_least_zero(w, f"train: sample_weight {i}")
            for i, w in enumerate(several(sample_weight, "train", "weights as sample_weight"))
        ]
        if len(weights) != len(pairs):
            raise ValueError(
                f"train: sample_weight: expected one weight for each of the {len(pairs)} rows, "
                f"got {len(weights)}"
            )
    if class_weight is not None:
        by_class = by_index(class_weight, [label for _, label in pairs], names)
        weights = [
            weight * by_class.get(label, 1.0)
            for weight, (_, label) in zip(weights, pairs, strict=True)
        ]
    counting = [i for i, weight in enumerate(weights) if weight > 0.0]
    return [pairs[i] for i in counting], [weights[i] for i in counting]


def by_index(class_weight: Any, labels: list[Any], names: Sequence[str]) -> dict[Any, float]:
    """A weight for each class index."""
    for label in labels:
        if not isinstance(label, numbers.Integral):
            raise ValueError(
                f"train: class_weight: expected classes 0, 1, ... as labels, got {label!r:.60}"
            )
    counts = Counter(labels)
    if class_weight == "balanced":  # as scikit-learn has it
        return {k: len(labels) / (len(counts) * count) for k, count in counts.items()}
    if not isinstance(class_weight, Mapping):
        raise ValueError(
            "train: class_weight: expected a weight for each class or 'balanced', "
            f"got {class_weight!r:.60}"
        )
    found = {}
    for key, weight in class_weight.items():
        k = names.index(key) if key in names else key
        if k not in counts:
            raise ValueError(
                f"train: class_weight: no class {key!r}{choices(key, names or map(str, counts))}"
            )
        found[k] = at_least_zero(weight, f"train: class_weight of {key!r}")
    return found
