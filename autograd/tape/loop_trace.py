"""From a step on Values to a loop: the tape of its body, and the nodes of its results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

from ..graph import dependents, sources, topological_order
from ..modes import traced
from ..ops import CONSTANT
from ..recording import lift
from ..traced_inputs import Input
from ..value import Value
from .instructions import Loop
from .loop_nodes import WRITER
from .recorder import Recorder, Symbol
from .trace import symbol_of

# From the states and the xs of a step, as Values, to its next states and its ys.
Step = Callable[[Sequence[Value], Sequence[Value]], tuple[list[Any], list[Any]]]


@dataclass
class Traced:
    """A step that was traced: its loop, and the Values that this takes."""

    loop: Loop
    captures: list[Value]
    states: Sequence[Value]
    columns: Sequence[Sequence[Any]]

    @property
    def given(self) -> list[Value]:
        """All Values that it depends on."""
        columns = [lift(x, "scan") for column in self.columns for x in column]
        return [*self.captures, *self.states, *columns]

    def results(self) -> tuple[list[Value], list[Value]]:
        """The states after the last step, and the ys of all steps, step by step."""
        runs = [WRITER.pack(column) for column in self.columns]
        node = WRITER.loop(self.loop, [*self.captures, *self.states, *runs])
        finals = [WRITER.result(node, i) for i in range(self.loop.states)]
        ys = [WRITER.result(node, self.loop.states + i) for i in range(self.loop.ys)]
        return finals, [WRITER.item(run, i) for i in range(self.loop.length) for run in ys]


def trace_step(
    step: Step, states: Sequence[Value], columns: Sequence[Sequence[Any]], length: int
) -> Traced:
    """Call a step once, on inputs, and record what it computes.

    What does not depend on the inputs is computed outside of the loop, once.

    columns: for each x of a step its numbers over all steps.
    """
    leaves: list[Value] = [Input(nan, f"s{i}") for i in range(1, len(states) + 1)]
    xs = [Input(nan, f"x{i}") for i in range(1, len(columns) + 1)]
    with traced([*leaves, *xs]):
        after, ys = step(leaves, xs)
        outputs = [lift(x, "scan") for x in (*after, *ys)]
    inputs = [*leaves, *xs]
    order = dependents(topological_order(*outputs, operands=sources), {*inputs}, sources)
    inside = {*order}
    used = dict.fromkeys([*[x for node in order for x in sources(node)], *outputs])
    captures = [x for x in used if x not in inside and x.op is not CONSTANT]
    names = [x.label or f"c{i}" for i, x in enumerate(captures, start=1)]
    widths = [WRITER.width(x) for x in captures]
    given = [*captures, *inputs]
    recorder = Recorder(
        [*names, *[str(x.label) for x in inputs]], (), [*widths, *[0] * len(inputs)]
    )
    symbols: dict[Value, Symbol] = {x: recorder.symbol(i) for i, x in enumerate(given)}
    for x in used:
        if x.op is CONSTANT:
            symbols[x] = recorder.number(x._number)
    for node in order:
        if node not in symbols:
            symbols[node] = symbol_of(recorder, node, symbols)
    body = recorder.tape([symbols[y] for y in outputs])
    loop = Loop(body, length, len(captures), len(states), len(ys))
    return Traced(loop, captures, states, columns)
