"""Loss functions: each takes the outputs and the label of ONE row and returns one Value.

`mean_loss` averages over rows, as `train` does. A label may be a number or a Value, so that
a loss can be compiled; `cross_entropy` takes an index or one weight for each class.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import autograd
from autograd import Value, where
from autograd.arguments import function, real, several

from .arguments import CLASSES_BY_NAME, is_row, outputs_of
from .data import Data
from .data.matching import labeled_rows
from .names import join_names
from .rows.labels import are_weights, is_several
from .schema import Scale, schema_of
from .schema.booleans import as_python

Loss: TypeAlias = Callable[[Any, Any], Value]
Target: TypeAlias = Value | float


def cross_entropy(logits: Sequence[Value], target: Any) -> Value:
    """Minus the logarithm of the true class's softmax share, for the outputs of a network.

    It is `autograd.cross_entropy` with checks for networks.

    Args:
        logits: the outputs of a network for one row, before softmax: one for each class, at least
            two.
        target: the index of the true class, or one weight per class: [0.05, 0.9, 0.05] is class 1
            with label smoothing, PyTorch's label_smoothing=0.15.

    Raises:
        ValueError: if softmax was already applied, for a single output, and for an index out of
            range.

    >>> round(cross_entropy([Value(2.0), Value(1.0), Value(-1.0)], 0).data, 4)
    0.349
    """
    if not isinstance(logits, Value):
        logits = several(logits, "cross_entropy", call="cross_entropy(model(row), label)")
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
            "(model.probabilities(x) returns the shares)"
        )
    if type(target) is not int or target not in range(len(logits)):
        target = class_or_weights(target, len(logits))
    loss: Value = autograd.cross_entropy(logits, target)
    return loss


def class_or_weights(target: Any, classes: int) -> Any:
    """A target of cross_entropy, with weights in an array as a list; raises for anything else."""
    target = as_python(target)
    if getattr(target, "ndim", 0) == 1:  # weights in an array
        target = target.tolist()
    if isinstance(target, str):
        raise TypeError(
            f"cross_entropy: expected a class index or one weight for each class, got str "
            f"{target!r:.60}; nn.Data(X, y) numbers classes by their names"
        )
    if isinstance(target, numbers.Integral) and target not in range(classes):
        raise ValueError(
            f"cross_entropy: expected a class from 0 to {classes - 1}, got {target}; "
            f"{CLASSES_BY_NAME}"
        )
    if isinstance(target, numbers.Real) and not isinstance(target, numbers.Integral):
        raise TypeError(
            "cross_entropy: expected a class index or one weight for each class, got "
            f"{type(target).__name__} {target!r}; classes are whole numbers: "
            "Data(X, y, regression=False), or the loss nn.mse for numbers"
        )
    return target


def binary_cross_entropy(logit: Value, label: Target) -> Value:
    """Minus the logarithm of the true class's probability, for two classes and a single logit.

    It is `cross_entropy` with the logits 0 and `logit`.

    Args:
        logit: the single output of a network, before any sigmoid.
        label: 1 or 0, or the probability of 1.

    Raises:
        TypeError: for several outputs.
        ValueError: for a label that is not between 0 and 1.

    >>> round(binary_cross_entropy(Value(2.0), 1).data, 4)
    0.1269
    """
    logit = single("binary_cross_entropy", logit)
    label = as_python(label)
    if not isinstance(label, Value) and not 0.0 <= real(label, "binary_cross_entropy") <= 1.0:
        raise ValueError(
            f"binary_cross_entropy: expected a label from 0 to 1, got {label!r:.60}; "
            f"{CLASSES_BY_NAME}"
        )
    loss: Value = autograd.cross_entropy([0.0, logit], [1.0 - label, label])
    return loss


def hinge(score: Value, label: Target) -> Value:
    """max(0, 1 - label·score), the max-margin loss of support vector machines.

    The L2 penalty α·Σp² of a support vector machine is `SGD(..., weight_decay=2 * α)`, which adds
    its derivative.

    Args:
        score: the single output of a network.
        label: 1 or -1; 0 stands for -1.

    Raises:
        TypeError: for several outputs.
        ValueError: for another label.

    References:
        Cortes, C., Vapnik, V., Support-vector networks (1995).

    >>> hinge(Value(0.25), 1).data, hinge(Value(0.25), -1).data, hinge(Value(3.0), 1).data
    (0.75, 1.25, 0.0)
    """
    score = single("hinge", score)
    if not isinstance(label, Value) and label not in (-1, 0, 1):
        raise ValueError(
            f"hinge: expected 1 or -1 (or 0) as label, got {label!r:.60}; {CLASSES_BY_NAME}"
        )
    loss: Value = autograd.relu(1.0 - where(label > 0, 1.0, -1.0) * score)
    return loss


def mse(outputs: Value | Sequence[Value], target: Target | Sequence[Target]) -> Value:
    """The squared error (output - target)²; for several outputs the mean.

    Args:
        outputs: the outputs of a network for one row.
        target: the true number; for several outputs one for each.

    Raises:
        ValueError: if the number of targets is not that of the outputs.

    >>> mse(Value(3.0), 1.0).data, mse([Value(3.0), Value(1.0)], [1.0, 1.0]).data
    (4.0, 2.0)
    """
    return mean_of("mse", lambda error: error**2, outputs, target)


def huber(
    outputs: Value | Sequence[Value], target: Target | Sequence[Target], delta: float = 1.0
) -> Value:
    """Half the squared error up to `delta`, linear beyond; for several outputs the mean.

    Args:
        outputs: the outputs of a network for one row.
        target: the true number; for several outputs one for each.
        delta: the positive error at which the quadratic part ends.

    Raises:
        ValueError: if the number of targets is not that of the outputs, and for delta <= 0.

    References:
        Huber, P. J., Robust estimation of a location parameter (1964).

    >>> huber(Value(1.5), 1.0).data, huber(Value(4.0), 1.0).data
    (0.125, 2.5)
    """
    if not 0.0 < real(delta, "huber") < math.inf:
        raise ValueError(f"huber: expected a positive delta, got {delta!r:.60}")

    def of(error: Value) -> Value:
        bent: Value = where(abs(error) <= delta, 0.5 * error**2, delta * (abs(error) - 0.5 * delta))
        return bent

    return mean_of("huber", of, outputs, target)


# The losses of classifiers, for which `train` computes the accuracy, and of regressions.
OF_CLASSES: tuple[Loss, ...] = (
    cross_entropy,
    autograd.cross_entropy,
    binary_cross_entropy,
    hinge,
)
OF_NUMBERS: tuple[Loss, ...] = (mse, huber)


def loss_of(regression: bool) -> Loss:
    """The default loss for labels."""
    return mse if regression else cross_entropy


def single(name: str, output: Any) -> Value:
    """The only output of a network, also where it is in a list."""
    outputs = outputs_of(output, name)
    if len(outputs) != 1:
        raise TypeError(
            f"{name}: expected a network with a single output, got {len(outputs)}; "
            "for several classes use cross_entropy"
        )
    return outputs[0]


def mean_of(name: str, loss: Callable[[Value], Value], outputs: Any, target: Any) -> Value:
    """The loss of the error of one output, or its mean over several."""
    outputs = outputs_of(outputs, name)
    targets = list(target) if is_row(target) else [target]
    if len(targets) != len(outputs):
        raise ValueError(
            f"{name}: expected one target for each of {len(outputs)} outputs, got {len(targets)}"
        )
    targets = [t if isinstance(t, Value) else real(t, name) for t in targets]
    losses = [loss(output - target) for output, target in zip(outputs, targets, strict=True)]
    return losses[0] if len(losses) == 1 else autograd.mean(losses)


def with_own_labels(data: Any, loss: Loss) -> Any:
    """A Data with its original integer labels, if the loss is not one of classes."""
    is_of_classes = getattr(loss, "func", loss) in OF_CLASSES
    return data.by_number() if isinstance(data, Data) and not is_of_classes else data


def refuse_numbers(data: Any, loss: Loss, name: str) -> None:
    """ValueError for a loss of classes on numbers to predict."""
    if not isinstance(data, Data) or getattr(loss, "func", loss) not in OF_CLASSES:
        return
    standardized = any([scale != Scale() for scale in data.schema.target_scales])
    several = data.regression and any(map(is_several, data.labels))
    if standardized or (several and not are_weights(data.labels)):
        raise ValueError(
            f"{name}: expected classes as labels, as the loss is {getattr(loss, '__name__', loss)}"
            f", got numbers to predict, {join_names(data.schema.targets)}; nn.mse is a loss for "
            "these, Data(X, y, regression=False) makes classes of whole numbers"
        )


def mean_loss(
    model: Callable[[Any], Any], data: Iterable[tuple[Any, Any]], loss: Loss | None = None
) -> Value:
    """The mean of a model's losses over rows with labels.

    Args:
        model: a Module, or any function of a row.
        data: a Data, whose classes, columns and scale are matched with those of the model, or (row,
            label) pairs.
        loss: as in `train`; if None `mse` for a regression, in units of the standardized target,
            and `cross_entropy` for classes.

    Raises:
        ValueError: for an unknown class or column.
        TypeError: for other data.

    >>> mean_loss(lambda row: [Value(z) for z in row], [([0.0, 0.0], 1)]).data
    0.6931471805599453
    """
    function(model, "mean_loss", "a model first, as in mean_loss(model, data, loss)")
    if loss is not None:
        function(loss, "mean_loss", "a function of outputs and label as loss, such as nn.mse")
    else:
        loss = loss_of(schema_of(model).regression or getattr(data, "regression", False) is True)
    refuse_numbers(data, loss, "mean_loss")
    pairs = labeled_rows(model, with_own_labels(data, loss), "mean_loss")
    if not pairs:
        raise ValueError("mean_loss: expected at least one row, got none")
    return autograd.mean([loss(model(row), label) for row, label in pairs])
