"""Engines by name: each computes losses and gradients, by which the optimizer updates."""

from __future__ import annotations

from collections.abc import Callable

from autograd.arguments import choices
from autograd.graph import topological_order
from autograd.locks import LOADING

from ..task import Task
from .compiled import Compiled, NotCompiledError
from .eager import Eager
from .engine import Engine

AUTO = "auto"
# A training of fewer edges of the graph (of one row's loss, times rows, times epochs) takes eager
# less time than LLVM needs to start.
FEW_EDGES = 500_000


def native(task: Task) -> Engine:
    """The native engine; where it can't be imported, `compile` falls back, with the reason."""
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


def engine_of(name: str, task: Task, epochs: int, before: str | None = None) -> Engine:
    """The engine of that name for a task, or the fastest one; ValueError for an unknown name.

    before: the name of the one that computed earlier epochs of the training, which is taken instead
        of the fastest one, for the same bits.
    """
    if name == AUTO:
        found = fastest(task, epochs)
        if before in (None, found.engine_and_note[0]):
            return found
        return prepared(ENGINES[before](task))
    if not isinstance(name, str) or name not in ENGINES:
        raise ValueError(f"train: unknown engine {name!r}{choices(name, [AUTO, *ENGINES])}")
    return prepared(ENGINES[name](task))


def fastest(task: Task, epochs: int) -> Engine:
    """The engine that is likely to be the fastest: eager for little work, and where others can't.

    What fails to compile is left to the engine eager, which raises where the fault is the task's.
    """
    row, label = task.pairs[0]
    loss = task.loss(task.model(row), label)
    edges = sum([len(node.parents) for node in topological_order(loss)])
    if edges * len(task.pairs) * epochs < FEW_EDGES:
        return prepared(Eager(task))
    with LOADING:
        from autograd.program import fastest_backend
    try:
        return prepared(ENGINES[fastest_backend()](task))
    except NotCompiledError as error:
        return prepared(Eager(task, error.reason))
    except (TypeError, ValueError) as error:
        return prepared(Eager(task, f"the rows can't be a table of numbers: {error}"))


def prepared(engine: Engine) -> Engine:
    """The engine, ready for the first epoch."""
    engine.prepare()
    return engine
