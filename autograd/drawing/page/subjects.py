"""The subjects of a page: graphs, and models, which are called on leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ... import functions
from ...arguments import distinct, real, several, wrong
from ...recording import lift
from ...value import Value
from .content import Content, Rows, Targets
from .course import Course


def of_model(
    model: Callable[[Sequence[Value]], Any], rows: Any, course: Course | None = None
) -> Content:
    """The content of a model's page: its graph on the first row, and all rows to choose from."""
    if hasattr(model, "_match_rows_"):  # a Module of nn matches columns and classes by name
        rows = model._match_rows_(rows)
    call = "explore(model, rows=iris.test) or explore(model, rows=[[5.1, 3.5]])"
    table = [
        [real(x, "explore") for x in row_of(row, call)]
        for row in several(getattr(rows, "rows", rows), "explore", "rows of numbers", call)
    ]
    if not table:
        raise ValueError("explore: expected at least one row, got none")
    inputs = tuple([Value(x, f"x{i}") for i, x in enumerate(table[0], start=1)])
    outputs = distinct(model(inputs), "explore")
    class_names = tuple(getattr(rows, "class_names", ()))
    labels: list[Any] = list(getattr(rows, "labels", ()))
    classes = max(2, len(outputs))
    shown: tuple[Value, ...] = outputs
    loss: Value | None = None
    targets: tuple[Value, ...] = ()
    of_classes = bool(labels) and all(
        [isinstance(label, int) and 0 <= label < classes for label in labels]
    )
    if of_classes and not is_softmax(outputs):
        logits = outputs if len(outputs) > 1 else (lift(0.0, "explore"), *outputs)
        loss = functions.cross_entropy(logits, labels[0])
        loss.label = "loss"
        targets = loss.parents[len(logits) :]
        shares = functions.softmax(logits)
        for i, share in enumerate(shares, start=1):
            share.label = f"ŷ{i}"
        shown = (*shares, loss)
    numbers = [
        [*row, *[float(k == labels[i]) for k in range(len(targets))]] for i, row in enumerate(table)
    ]
    content = Rows(
        (*inputs, *targets),
        numbers,
        labels if of_classes else None,
        parts_of(rows),
        tuple(getattr(rows, "feature_names", ())),
        class_names,
        (tuple(getattr(rows, "mean", ())), tuple(getattr(rows, "deviation", ()))),
        targets_of(rows, len(outputs)),
        training_of(rows),
    )
    seed = getattr(model, "seed", None)
    return Content(shown, content, loss, course, seed if type(seed) is int else None)


def targets_of(rows: Any, outputs: int) -> Targets | None:
    """The true numbers of a regression; None of other rows, or for other outputs."""
    if not getattr(rows, "regression", False):
        return None
    numbers = [list(x) if hasattr(x, "__len__") else [x] for x in rows.targets]
    schema = rows.schema
    scales = schema.target_scales
    if any([len(row) != outputs for row in numbers]) or len(scales) != outputs:
        return None
    means, deviations = [s.mean for s in scales], [s.deviation for s in scales]
    return Targets(schema.targets, numbers, (tuple(means), tuple(deviations)))


def row_of(row: Any, call: str) -> tuple[Any, ...]:
    """One row of numbers; a (row, label) pair is refused with the remedy."""
    if isinstance(row, tuple) and len(row) == 2 and hasattr(row[0], "__len__"):
        advice = "with labels: nn.Data([row for row, _ in pairs], [label for _, label in pairs])"
        raise wrong("explore", "rows of numbers", row, advice)
    return several(row, "explore", "numbers as each row", call)


def parts_of(rows: Any) -> list[str]:
    """The part of the data that each row belongs to, where it is split."""
    parts = getattr(rows, "parts", None)
    if parts is None:
        return []
    test = set(parts[1])
    return ["test" if i in test else "train" for i in range(len(rows.rows))]


def training_of(rows: Any) -> list[int] | None:
    """The rows of the part `train`, in its order, where the data is split."""
    parts = getattr(rows, "parts", None)
    return None if parts is None else list(parts[0])


def is_softmax(outputs: Sequence[Value]) -> bool:
    """Whether the outputs are probabilities already."""
    return all([y.op is not None and y.op.name == "softmax" for y in outputs])
