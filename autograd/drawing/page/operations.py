"""The operations of a graph as JavaScript: a function for each kind, by the tape's printer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...ops import TABLE, Op
from ...tape.instructions import Tape
from ...tape.passes import optimize
from ...tape.printers.javascript import HELPERS, javascript_source
from ...tape.recorder import Recorder


@dataclass(frozen=True)
class Kind:
    """An operation on a number of operands: what the page needs one function for."""

    op: Op
    count: int

    def tape(self) -> Tape:
        """The value and the local derivatives at the operands.

        The same rules that the engine runs on floats, run on symbols.

        Raises:
            ValueError: for a user's own operation, whose value only Python computes.
        """
        recorder = Recorder([""] * self.count)
        operands = [recorder.symbol(i) for i in range(self.count)]
        y = recorder.emit(self.op.name, operands)
        return optimize(recorder.tape([y, *self.op.partials_at(recorder, operands, y)]))

    def javascript(self, name: str) -> str:
        """`function name(x)`: what the tape computes, at the operands x."""
        return javascript_source(self.tape(), name)

    @property
    def printable(self) -> bool:
        """Whether the page can compute it; otherwise the page shows the recorded numbers."""
        return self.op.builtin and TABLE.get(self.op.name) is self.op


def printed(kinds: Iterable[Kind]) -> str:
    """`const OPERATIONS = [...]`, one function for each kind or null, with what they call."""
    helpers: dict[str, None] = {}
    functions: list[str] = []
    names: list[str] = []
    for i, kind in enumerate(kinds):
        if not kind.printable:
            names.append("null")
            continue
        names.append(f"operation{i}")
        source = kind.javascript(names[-1])
        start = source.index(f"function {names[-1]}(")
        helpers |= dict.fromkeys(code for code, _ in HELPERS.values() if code in source[:start])
        functions.append(source[start:])
    return "\n".join([*helpers, *functions, f"const OPERATIONS = [{', '.join(names)}];"])
