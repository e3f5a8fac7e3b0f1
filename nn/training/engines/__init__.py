"""Engines by name: each computes losses and gradients, by which the optimizer updates."""

from __future__ import annotations

from collections.abc import Callable

from autograd.arguments import choices
from autograd.locks import LOADING

from ..task import Task
from .automatic import CHANGES, Automatic, Probe
from .compiled import Compiled, NotCompiledError, described
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

    Args:
        before: the name of the one that computed earlier epochs of the training, which is taken
            instead of the fastest one, for the same bits.
    """
    if name == AUTO:
        found = automatic(task, epochs, before)
        return found if isinstance(found, Eager) else Automatic(task, found)
    if not isinstance(name, str) or name not in ENGINES:
        raise ValueError(f"train: unknown engine {name!r}{choices(name, [AUTO, *ENGINES])}")
    return prepared(ENGINES[name](task))


def automatic(task: Task, epochs: int, before: str | None) -> Engine:
    """The engine that is likely to be the fastest: eager for little work, and where others can't.

    What fails to compile is left to the engine eager, which raises where the fault is the task's.
    It finds the model as it was, whatever was called to find that out.
    """
    probe = Probe(task)
    is_compiled = before not in (None, "eager")
    if not is_compiled and probe.edges * len(task.pairs) * epochs < FEW_EDGES:
        found, reason = None, ""
    else:
        found, reason = compiled(task, probe, before if is_compiled else None)
    if found is not None and before != "eager":
        return found
    probe.before.restore()
    return prepared(Eager(task, reason))


def compiled(task: Task, probe: Probe, name: str | None) -> tuple[Engine | None, str]:
    """The engine of that name, or the fastest one that is compiled; or None, and why."""
    if not probe.is_steady:
        return None, CHANGES
    with LOADING:
        from autograd.program import fastest_backend
    try:
        found = prepared(ENGINES[name or fastest_backend()](task))
        return (found, "") if probe.is_same() else (None, CHANGES)
    except NotCompiledError as error:
        return None, error.reason
    except Exception as error:  # what code of the user's raises for Values
        return None, f"the rows can't be a table of numbers: {described(error)}"


def prepared(engine: Engine) -> Engine:
    """The engine, ready for the first epoch."""
    engine.prepare()
    return engine
