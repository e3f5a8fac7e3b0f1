"""What can be explored: graphs that were built, and models, which are called on leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ... import functions
from ...value import Value, lift
from .content import Content, Rows
from .course import Course


def roots_of(subject: Any) -> tuple[Value, ...]:
    """The roots to explore, each once."""
    if isinstance(subject, Value):
        return (subject,)
    if not isinstance(subject, Iterable) or isinstance(subject, str):
        raise TypeError(
            "explore: expected a Value, Values, or a model with rows, "
            f"got {type(subject).__name__} {subject!r:.60}"
        )
    nodes = tuple(subject)
    for node in nodes:
        if not isinstance(node, Value):
            raise TypeError(
                f"explore: expected Values, got {type(node).__name__} {node!r:.60} among them"
            )
    if not nodes:
        raise ValueError("explore: expected at least one Value, got an empty sequence")
    return tuple(dict.fromkeys(nodes))


def of_model(
    model: Callable[[Sequence[Value]], Any], rows: Any, course: Course | None = None
) -> Content:
    """The content of a model's page: its graph on the first row, and all rows to choose from."""
    if hasattr(model, "_see_"):  # a Module of nn knows columns and classes by name
        rows = model._see_(rows)
    table = [list(map(float, row)) for row in getattr(rows, "rows", rows)]
    if not table:
        raise ValueError("explore: expected at least one row, got none")
    inputs = tuple([Value(x, f"x{i}") for i, x in enumerate(table[0], start=1)])
    found = model(inputs)
    outputs = roots_of(found)
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
    )
    return Content(shown, content, loss, course)


def parts_of(rows: Any) -> list[str]:
    """Which part of the data each row is of, where it is split."""
    parts = getattr(rows, "parts", None)
    if parts is None:
        return []
    test = set(parts[1])
    return ["test" if i in test else "train" for i in range(len(rows.rows))]


def is_softmax(outputs: Sequence[Value]) -> bool:
    """Whether the outputs are shares already."""
    return all([y.op is not None and y.op.name == "softmax" for y in outputs])
