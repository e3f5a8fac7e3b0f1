"""What arguments must be: checks that several modules share, with the nearest right call."""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Iterable
from typing import Any

from autograd import Value
from autograd.arguments import real, several, unset, wrong

from .module import Module

# How functions of a model and of rows with labels are called.
CALLS = {
    "train": "train(model, data)",
    "predict": "predict(model, rows)",
    "predict_proba": "predict_proba(model, rows)",
    "accuracy": "accuracy(model, data)",
    "confusion_matrix": "confusion_matrix(model, data)",
    "classification_report": "classification_report(model, data)",
    "mean_loss": "mean_loss(model, data, loss)",
}


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
    if not isinstance(x, numbers.Real) or not 0.0 <= float(x) < math.inf:
        raise ValueError(f"{name}: expected a finite number of at least 0, got {x!r:.60}")
    return float(x)


def model_of(model: Any, name: str) -> Any:
    """The model that a function was given first, where one belongs."""
    if not isinstance(model, Module):
        raise wrong(name, "a model first, an MLP or another Module", model, f"as in {CALLS[name]}")
    return model


def pairs_of(data: Any, name: str, what: str = "data") -> list[tuple[Any, Any]]:
    """Rows with their labels, of a Data or of pairs."""
    advice = f"as in {CALLS[name]}; nn.Data(X, y) makes pairs of rows and labels"
    if what == "validation":
        advice = "as in data = data.split(test=0.2); train(model, data.train, validation=data.test)"
    if isinstance(data, (str, dict)) or not isinstance(data, Iterable):
        raise wrong(name, f"a Data or (row, label) pairs as {what}", data, advice)
    pairs = list(data)
    for i, pair in enumerate(pairs):
        # A model of one's own may take a single number as its row; a list of two is a row itself.
        alike = isinstance(pair, (tuple, list)) and len(pair) == 2
        if not alike or not (is_row(pair[0]) or isinstance(pair, tuple)):
            raise wrong(name, f"(row, label) pairs as {what}", pair, f"number {i}: {advice}")
    return pairs


def rows_of(rows: Any, name: str) -> list[Any]:
    """Rows without labels, of a Data or of rows."""
    call = f"for one row write {name}(model, [row])"
    found = several(getattr(rows, "rows", rows), name, "rows of numbers", CALLS[name])
    for row in found:
        if not is_row(row):
            raise wrong(name, "rows of numbers", row, call)
        if isinstance(row, tuple) and len(row) == 2 and is_row(row[0]):
            advice = f"{name}(model, [row for row, _ in pairs])"
            raise wrong(name, "rows without labels", row, advice)
    return list(found)


def table_of(X: Any, name: str) -> list[list[Any]]:
    """Rows as lists, of whatever they are given as."""
    call = f"{name}([[5.1, 3.5], [7.0, 3.2]], [0, 1])"
    found = several(X, name, "rows of numbers", call)
    for row in found:
        if not is_row(row):
            raise wrong(name, "rows of numbers", row, f"as in {call}; one feature: [[1.0], [2.0]]")
    return [list(row) for row in found]


def is_row(row: Any) -> bool:
    """Whether it can be a row: a sequence, and no word."""
    return hasattr(row, "__len__") and not isinstance(row, (str, dict))


def row_of(row: Any, count: int, name: str) -> list[Any]:
    """One row of so many numbers or Values."""
    call = "model([5.1, 3.5, 1.4, 0.2])"
    found = several(row, name, f"{count} numbers or Values", call)
    if len(found) != count:
        raise ValueError(f"{name}: expected a row of {count} numbers, got {len(found)}")
    return [x if isinstance(x, Value) else real(x, name) for x in found]


def parameters_of(parameters: Any, name: str) -> list[Value]:
    """Leaf Values, whose numbers or grads a function changes."""
    call = f"{name}(model.parameters(), ...)"
    if isinstance(parameters, Module):
        raise wrong(name, "the parameters of the model", parameters, f"as in {call}")
    found = several(parameters, name, "leaf Values", call)
    for i, parameter in enumerate(found):
        if not isinstance(parameter, Value) or parameter.parents:
            raise wrong(name, f"leaf Values as number {i}", parameter, f"as in {call}")
    return list(found)


def grads_of(parameters: Iterable[Value], name: str) -> list[float]:
    """The grads of parameters; TypeError where one is none."""
    grads = [parameter.grad for parameter in parameters]
    for parameter, grad in zip(parameters, grads, strict=True):
        if not isinstance(grad, (float, int)):
            raise unset(name, parameter)
    return grads


def outputs_of(output: Any, name: str) -> list[Value]:
    """The outputs of a network for one row, also where there is a single one."""
    call = f"{name}(model(row), label); of a plain number, {name}(Value(3.0), 1.0)"
    if name == "probabilities":
        call = "probabilities(model(row))"
    found = (output,) if isinstance(output, Value) else several(output, name, "outputs", call)
    for one in found:
        if not isinstance(one, Value):
            raise wrong(name, "Values, the outputs of a network", one, f"as in {call}")
    if not found:
        raise ValueError(f"{name}: expected at least one output, got none; as in {call}")
    return list(found)
