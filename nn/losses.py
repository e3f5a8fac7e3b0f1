"""Loss functions: each takes the outputs and the label of ONE row and gives one Value.

Averaging over rows is `mean_loss`; `train` does it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import autograd
from autograd import Value

Loss: TypeAlias = Callable[[Any, Any], Value]


def cross_entropy(logits: Sequence[Value], target: Any) -> Value:
    """`autograd.cross_entropy`, minus the log of the true class's softmax share, for a network.

    logits: the outputs of a network for one row, before softmax: one for each class, at least two.
    target: the index of the true class, or one weight per class.

    Raises ValueError where softmax was applied before, for a single output, and for an index out of
    range.

    >>> round(cross_entropy([Value(2.0), Value(1.0), Value(-1.0)], 0).data, 4)
    0.349
    """
    if isinstance(logits, Value) or len(logits) < 2:
        raise ValueError(
            "cross_entropy: expected one logit for each class, at least two, got one; "
            "give the network as many outputs as there are classes"
        )
    op = getattr(logits[0], "op", None)
    if op is not None and op.name == "softmax":
        raise ValueError(
            "cross_entropy: double softmax: these outputs went through softmax, which "
            'cross_entropy applies itself; leave out output="softmax" '
            "(model.probabilities(x) still gives the shares)"
        )
    loss: Value = autograd.cross_entropy(logits, target)
    return loss


def mean_loss(
    model: Callable[[Any], Any], data: Iterable[tuple[Any, Any]], loss: Loss = cross_entropy
) -> Value:
    """The mean of a model's losses over rows with labels.

    >>> mean_loss(lambda row: [Value(z) for z in row], [([0.0, 0.0], 1)]).data
    0.6931471805599453
    """
    return autograd.mean([loss(model(row), label) for row, label in data])
