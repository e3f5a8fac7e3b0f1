"""Engines by name, and the choice of the fastest one."""

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
# Below this number of edges (of the graph of one row's loss, times rows, times epochs) eager
# training takes less time than the start of LLVM.
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
    """The engine of that name for a task, or the fastest engine; ValueError for an unknown name.

    Args:
        before: the name of the engine of earlier epochs of the training, which replaces the fastest
            one, for the same bits.
    """
    if name == AUTO:
        found = automatic(task, epochs, before)
        return found if isinstance(found, Eager) else Automatic(task, found)
    if not isinstance(name, str) or name not in ENGINES:
        raise ValueError(f"train: unknown engine {name!r}{choices(name, [AUTO, *ENGINES])}")
    return prepared(ENGINES[name](task))


def automatic(task: Task, epochs: int, before: str | None) -> Engine:
    """The engine that is likely the fastest: eager for little work, and where compilation fails.

    If compilation fails the engine is eager, which raises if the task itself is invalid. The state
    of the model is restored before, whatever was called for the decision.
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
    """The engine of that name, or the fastest compiled one; or None and the reason."""
    if not probe.is_steady:
        return None, CHANGES
    with LOADING:
        from autograd.program import fastest_backend
    try:
        found = prepared(ENGINES[name or fastest_backend()](task))
        return (found, "") if probe.is_same() else (None, CHANGES)
    except NotCompiledError as error:
        return None, error.reason
    except Exception as error:  # exceptions of user code for Values
        return None, f"the rows can't be a table of numbers: {described(error)}"


def prepared(engine: Engine) -> Engine:
    """The engine, ready for the first epoch."""
    engine.prepare()
    return engine
