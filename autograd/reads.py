"""Detection of numbers that leave the graph while a transform runs its function.

`grad(lambda a: a.data**2)` is 0.0: a plain number has no history. Whether that is intended can't be
decided while f runs, only when its result does not depend on the argument. So reads are recorded
until then, with their source lines. The reverse, a Value kept from an earlier call and used as if
it depended on the argument, is detected when the graph is traversed.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from .callers import user_frame
from .graph import dependents, topological_order

MOST = 1000  # the number of recorded reads: each keeps the ancestors of its node alive

Read = tuple[Any, str, int]  # the node, the file and the line
watching: set[object] = set()  # the watched calls of all threads
_reads: ContextVar[list[Read] | None] = ContextVar("reads", default=None)
OWN = re.compile(r"autograd\.(?!value$)")  # Value.item reads on behalf of the user
_shown: dict[Any, Any] = {}  # the registry of warnings, by which each is shown once


@contextmanager
def watched() -> Iterator[list[Read]]:
    """Record reads during a call; a nested call adds to the list of the outer one."""
    mark = object()
    watching.add(mark)
    outer = _reads.get()
    found: list[Read] = [] if outer is None else outer
    token = _reads.set(found)
    try:
        yield found
    finally:
        _reads.reset(token)
        watching.discard(mark)


def note(node: Any) -> None:
    """Record that the number of a node was read, and where; reads by this package are ignored. It
    must be called in the reading method itself: the frame two above this one is that of the
    method's caller, which shows whether the user reads.
    """
    if watching and not OWN.match(sys._getframe(2).f_globals.get("__name__", "")):
        keep(node)


def keep(node: Any) -> None:
    """Record that the number of a node was read, by any caller."""
    found = _reads.get()
    if found is None or len(found) == MOST:
        return
    frame = user_frame()
    found.append((node, frame.f_code.co_filename, frame.f_lineno))


def warn(name: str, inputs: Sequence[Any], reached: set[Any], reads: Sequence[Read]) -> None:
    """Warn of each input that is an ancestor not of the result, but of a node that was read."""
    for i, x in enumerate(inputs):
        if x not in reached:
            order = topological_order(*[node for node, _, _ in reads], seen={*x.parents})
            depends = {*dependents(order, {x})}
            for node, file, line in reads:
                if node in depends:
                    text = (
                        f"{name}: the result does not depend on argument {i + 1}, so that its "
                        "derivative is 0.0, but a number computed from it left the graph in "
                        f"{file}, line {line}: compute with the Value itself, without .data, "
                        ".item(), .grad or a copy; if 0.0 is meant, use .detach()"
                    )
                    warnings.warn_explicit(text, UserWarning, file, line, registry=_shown)
                    break


def warn_of_memory() -> None:
    """Warn that a result depends on the arguments of a finished call."""
    frame = user_frame()
    file, line = frame.f_code.co_filename, frame.f_lineno
    text = (
        "the result uses a Value that an earlier call computed from its own arguments, as a cache "
        f"keeps it; here it is a constant, without a derivative, in {file}, line {line}: compute "
        "it again, or keep its number, .data, if a constant is meant"
    )
    warnings.warn_explicit(text, UserWarning, file, line, registry=_shown)
