"""The nodes of loops: Values, while a function is traced, that are an instruction of loops each.

They have no number. What a loop gives are the `result` nodes behind it, and `item` nodes of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import nan
from typing import Any

from .. import modes, nodes
from ..masking import Link
from ..ops import DOT, MEAN, TOTAL, Op, Shape, halves
from ..recording import lift, record
from ..value import Value
from .forward import pushforward
from .instructions import Instruction
from .links import LoopNode, links, sum_of_products
from .loops import Loop
from .pattern import spread_in
from .recorder import Recorder, Symbol
from .reverse import pullback


class OpOfLoops(Op):
    """The operation of a node of loops: its instruction, without operands."""

    instruction: Instruction

    def spread(self, given: list[Any]) -> Any:
        """The set, as an int, of what a node depends on; that of each item of a run."""
        return spread_in(self.instruction, given)


def partials(m: Any, operands: Sequence[Value], y: Value) -> tuple[Link, ...]:
    """The links that take the place of local derivatives."""
    instruction = instruction_of(y)
    at = LoopNode(WRITER, y, instruction.held, operands, pullback, pushforward)
    return tuple(links(instruction, at))


def op_of(instruction: Instruction) -> OpOfLoops:
    """The operation of an instruction."""
    op = OpOfLoops(
        instruction.name, Shape.MANY, partials, lambda xs: nan, doc="Of a loop.", builtin=False
    )
    object.__setattr__(op, "instruction", instruction)
    return op


# Equal instructions have one operation, by which equal nodes are found. Not of a loop, which would
# be kept with its step.
kept_op = lru_cache(maxsize=4096)(op_of)


def instruction_of(node: Value) -> Instruction:
    assert isinstance(node.op, OpOfLoops)
    return node.op.instruction


def is_of(node: Value, name: str) -> bool:
    """Whether it is a node of loops of this name."""
    return isinstance(node.op, OpOfLoops) and node.op.name == name


def node_of(op: OpOfLoops, operands: tuple[Value, ...]) -> Value:
    node = record(op, nan, operands, (nan,) * len(operands))
    inspected: Value = modes.inspect(node)
    return inspected


def run_of(xs: Sequence[Value]) -> Value | None:
    """The run whose items, all of them in their order, these are."""
    if not xs or not is_of(xs[0], "item"):
        return None
    run = xs[0].parents[0]
    indices = [instruction_of(x).held for x in xs if is_of(x, "item") and x.parents[0] is run]
    whole = indices == [*range(WRITER.width(run))] and len(indices) == len(xs)
    return run if whole else None


def written_sum(recorder: Recorder, node: Value, symbols: Mapping[Value, Symbol]) -> Symbol | None:
    """A total, mean or dot product of runs of loops, as a loop: its size is not theirs.

    None for any other node.
    """
    assert node.op is not None
    if node.op not in (TOTAL, MEAN, DOT):
        return None
    parts = halves(node.parents) if node.op is DOT else (node.parents,)
    runs = [run_of(part) for part in parts]
    if all([run is None for run in runs]):
        return None
    packed = [
        recorder.pack([symbols[x] for x in part]) if run is None else symbols[run]
        for run, part in zip(runs, parts, strict=True)
    ]
    count = len(parts[0])
    found = recorder.result(recorder.loop(sum_of_products(count, len(parts)), packed), 0)
    return recorder.emit("div", (found, float(count))) if node.op is MEAN else found


class ValueWriter:
    """Makes nodes of loops from Values and numbers, as a Writer."""

    where = staticmethod(nodes.where)

    def loop(self, loop: Loop, operands: Iterable[Any]) -> Value:
        lifted = tuple([lift(x, "scan") for x in operands])
        return node_of(op_of(Instruction("loop", (), None, loop)), lifted)

    def result(self, loop: Value, index: int) -> Value:
        choice = instruction_of(loop).held.choice(index)
        return node_of(kept_op(Instruction("result", (), None, choice)), (loop,))

    def pack(self, xs: Iterable[Any]) -> Value:
        """The run of these numbers; of the items of a run in their order that run itself."""
        lifted = tuple([lift(x, "scan") for x in xs])
        if (run := run_of(lifted)) is not None:
            return run
        return node_of(kept_op(Instruction("pack", (0,) * len(lifted))), lifted)

    def item(self, run: Value, index: int) -> Value:
        return node_of(kept_op(Instruction("item", (), None, index)), (run,))

    def width(self, run: Value) -> int:
        """The length of the run of a node; 0 if it is none."""
        if is_of(run, "pack"):
            return len(run.parents)
        return instruction_of(run).width if isinstance(run.op, OpOfLoops) else 0


WRITER = ValueWriter()
