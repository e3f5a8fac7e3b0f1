"""Checks of arguments that several modules share; errors show the nearest correct call."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Set
from typing import Any

from autograd import Value
from autograd.arguments import choices, real, several, unset, wrong

from .rows.tables import finite

# The advice for labels such as 1, 2, 3.
CLASSES_BY_NAME = (
    "classes are numbered from 0: Data(X, [str(label) for label in y]) treats labels as names and "
    "numbers them; or subtract the smallest"
)
# Calls of the functions that take a model first, for errors.
CALLS = {
    "train": "train(model, data)",
    "predict": "predict(model, rows)",
    "predict_proba": "predict_proba(model, rows)",
    "score": "score(model, data)",
    "accuracy": "accuracy(model, data)",
    "mean_absolute_error": "mean_absolute_error(model, data)",
    "confusion_matrix": "confusion_matrix(model, data)",
    "classification_report": "classification_report(model, data)",
    "mean_loss": "mean_loss(model, data, loss)",
    "save": "save(model, 'model.safetensors')",
    "export": "export(model, 'model.c')",
    "load": "load('model.safetensors', into=model)",
}


def whole(size: Any, name: str, least: int = 1) -> int:
    """A size as an int; ValueError unless it is an integer of at least 1, or of another minimum."""
    try:
        found = operator.index(size)
    except TypeError:
        found = least - 1
    if found < least:
        raise ValueError(f"{name}: expected a whole number of at least {least}, got {size!r:.60}")
    return found


def one_of(given: Any, accepted: tuple[str, ...], name: str, what: str) -> Any:
    """One of the accepted words, or None; else TypeError or ValueError with the nearest word."""
    if given is None or given in accepted:
        return given
    if not isinstance(given, str):
        raise wrong(name, f"{' or '.join(map(repr, accepted))}, or None as {what}", given)
    raise ValueError(f"{name}: {what}: no {given!r:.60}{choices(given, accepted)}")


def at_least_zero(x: Any, name: str) -> float:
    """A number as a float; ValueError unless it is finite and at least 0."""
    found = finite(x)
    if found is None or found < 0.0:
        raise ValueError(f"{name}: expected a finite number of at least 0, got {x!r:.60}")
    return found


def is_row(row: Any) -> bool:
    """Whether it can be a row: it has a length, and is not a string, mapping or set."""
    return hasattr(row, "__len__") and not isinstance(row, (str, bytes, Mapping, Set))


def row_of(row: Any, count: int, name: str) -> list[Any]:
    """A row of `count` numbers or Values."""
    call = "model([5.1, 3.5, 1.4, 0.2])"
    found = several(row, name, f"{count} numbers or Values", call)
    if len(found) != count:
        raise ValueError(f"{name}: expected a row of {count} numbers, got {len(found)}")
    return [x if isinstance(x, Value) else real(x, name) for x in found]


def parameters_of(parameters: Any, name: str) -> list[Value]:
    """The leaf Values as a list; TypeError for anything else."""
    call = f"{name}(model.parameters(), ...)"
    if hasattr(parameters, "named_parameters"):
        raise wrong(name, "the parameters of the model", parameters, f"as in {call}")
    found = several(parameters, name, "leaf Values", call)
    for i, parameter in enumerate(found):
        if not isinstance(parameter, Value) or parameter.parents:
            raise wrong(name, f"leaf Values as number {i}", parameter, f"as in {call}")
    return list(found)


def grads_of(parameters: Iterable[Value], name: str) -> list[float]:
    """The grads of parameters; TypeError if one is not a number."""
    grads = [parameter.grad for parameter in parameters]
    for parameter, grad in zip(parameters, grads, strict=True):
        if not isinstance(grad, (float, int)):
            raise unset(name, parameter)
    return grads


def outputs_of(output: Any, name: str) -> list[Value]:
    """The outputs of a network for one row, always as a list."""
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
