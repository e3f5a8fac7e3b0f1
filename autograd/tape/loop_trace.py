"""From a step on Values to a loop: the tape of its body, and the nodes of its results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import isqrt, nan
from typing import Any

from ..graph import dependents, sources, topological_order
from ..modes import traced
from ..ops import CONSTANT
from ..recording import lift
from ..traced_inputs import Input
from ..value import Value
from .loop_nodes import WRITER
from .loops import Loop
from .recorder import Recorder, Symbol
from .trace import symbol_of

SHORTEST = 4  # steps of a loop that is run in blocks
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
        """All Values that the loop takes."""
        columns = [lift(x, "scan") for column in self.columns for x in column]
        return [*self.captures, *self.states, *columns]

    def results(self, most_stored: int) -> tuple[list[Value], list[Value]]:
        """The states after the last step, and the ys of all steps, step by step.

        most_stored: how many numbers the states before all steps may be; where they are more, the
            steps run in blocks, by a loop in a loop. A derivative stores the states before each
            block, and those in a block when it goes back through that.
        """
        loop, length = self.loop, self.loop.length
        if length * loop.states <= most_stored or length < SHORTEST:
            return applied(loop, self.captures, self.states, self.columns)
        size = block_size(length)
        start = length - length % size
        blocks = in_blocks(replace(loop, length=size), start // size)
        first = [column[:start] for column in self.columns]
        states, ys = applied(blocks, self.captures, self.states, first)
        if start == length:
            return states, ys
        last = [column[start:] for column in self.columns]
        rest = replace(loop, length=length - start)
        states, more = applied(rest, self.captures, states, last)
        return states, [*ys, *more]


def applied(
    loop: Loop,
    captures: Sequence[Value],
    states: Sequence[Value],
    columns: Sequence[Sequence[Any]],
) -> tuple[list[Value], list[Value]]:
    """The nodes of what a loop gives: its last states and, step by step, its ys."""
    runs = [WRITER.pack(column) for column in columns]
    node = WRITER.loop(loop, [*captures, *states, *runs])
    finals = [WRITER.result(node, i) for i in range(loop.states)]
    ys = [WRITER.result(node, loop.states + i) for i in range(loop.ys)]
    steps = range(WRITER.width(ys[0]) if ys else 0)
    return finals, [WRITER.item(run, i) for i in steps for run in ys]


def block_size(length: int) -> int:
    """A divisor of a length near its square root; the root where there is none."""
    root = isqrt(length)
    sizes = sorted(range(max(2, root // 2), 2 * root + 1), key=lambda size: abs(size - root))
    return next((size for size in sizes if length % size == 0), root)


def in_blocks(loop: Loop, count: int) -> Loop:
    """A loop that runs another one in each step, on its part of all runs."""
    inputs = range(len(loop.body.inputs))
    widths = list(loop.operand_widths)
    recorder = Recorder(loop.body.inputs, (), widths)
    inner = recorder.loop(loop, [recorder.symbol(i) for i in inputs])
    outputs = [recorder.result(inner, i) for i in range(loop.first_total)]
    return replace(loop, body=recorder.tape(outputs), length=count)


def trace_step(
    step: Step, states: Sequence[Value], columns: Sequence[Sequence[Any]], length: int
) -> Traced:
    """Call a step once, on inputs, and record what it computes.

    What does not depend on the inputs is computed outside of the loop, once.

    columns: for each x of a step its numbers over all steps.
    """
    before: list[Value] = [Input(nan, f"s{i}") for i in range(1, len(states) + 1)]
    xs = [Input(nan, f"x{i}") for i in range(1, len(columns) + 1)]
    inputs = [*before, *xs]
    with traced(inputs):
        after, ys = step(before, xs)
        outputs = [lift(x, "scan") for x in (*after, *ys)]
    order = dependents(topological_order(*outputs, operands=sources), {*inputs}, sources)
    inside = {*order}
    used = dict.fromkeys([*[x for node in order for x in sources(node)], *outputs])
    captures = [x for x in used if x not in inside and x.op is not CONSTANT]
    names = [x.label or f"c{i}" for i, x in enumerate(captures, start=1)]
    widths = [WRITER.width(x) for x in captures]
    recorder = Recorder(
        [*names, *[str(x.label) for x in inputs]], (), [*widths, *[0] * len(inputs)]
    )
    symbols: dict[Value, Symbol] = {
        x: recorder.symbol(i) for i, x in enumerate([*captures, *inputs])
    }
    for x in used:
        if x.op is CONSTANT:
            symbols[x] = recorder.number(x._number)
    for node in order:
        if node not in symbols:
            symbols[node] = symbol_of(recorder, node, symbols)
    body = recorder.tape([symbols[y] for y in outputs])
    loop = Loop(body, length, len(captures), len(states), len(ys))
    return Traced(loop, captures, states, columns)
