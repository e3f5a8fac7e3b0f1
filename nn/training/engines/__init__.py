"""Engines by name: each computes losses and gradients and updates the parameters."""

from __future__ import annotations

from collections.abc import Callable

from autograd.arguments import choices
from autograd.locks import LOADING

from ..task import Task
from .compiled import Compiled
from .eager import Eager
from .engine import Engine


def native(task: Task) -> Engine:
    """The native engine; where it can't be imported, `compile` falls back and gives the reason."""
    try:
        with LOADING:
            from .native import Native
    except ImportError:
        return Compiled(task, "native")
    return Native(task, "native")


ENGINES: dict[str, Callable[[Task], Engine]] = {
    "eager": Eager,
    "python": lambda task: Compiled(task, "python"),
    "numpy": lambda task: Compiled(task, "numpy"),
    "native": native,
}


def engine_of(name: str, task: Task) -> Engine:
    """The engine of that name for a task; ValueError for an unknown one."""
    if not isinstance(name, str) or name not in ENGINES:
        raise ValueError(f"train: unknown engine {name!r}{choices(name, ENGINES)}")
    return ENGINES[name](task)
