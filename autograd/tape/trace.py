"""Tracing: the tape of a recorded graph, or of a function called on leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan
from numbers import Real
from typing import Any

from ..conditions import Decided
from ..graph import sources, topological_order
from ..modes import described, traced
from ..numpy_calls import called
from ..ops import CONSTANT, OPEN_CHOICES
from ..reads import keep, watching
from ..recording import lift
from ..structures import ACCEPTED, NUMBER, Form, Nested, flatten
from ..traced_inputs import Input
from ..value import Value
from .instructions import Tape
from .loop_nodes import OpOfLoops, written_sum
from .recorder import Recorder, Symbol

ADVICE = {  # where a function gives no Values, but one of these
    "NoneType": "; without None, as in scan(...)[0]",
    "Condition": "; autograd.where(condition, 1.0, 0.0) is a number",
}


def trace(
    f: Callable[..., Any], inputs: int | Sequence[str], parameters: Sequence[Value] = ()
) -> tuple[Tape, list[Value]]:
    """The tape of a function, and the leaves that are its parameters.

    Args:
        f: a function of one Value for each input that returns a structure of Values.
        inputs: their number, or their names; x1, x2, ... if a number is given.
        parameters: leaves that f uses. Other leaves follow them on the tape, as parameters too.

    Raises:
        TypeError: if f uses a comparison of Values as a bool, an input as a key or as text, or
            reads a Value's data, with file and line: `autograd.where` keeps both branches.
    """
    names = [f"x{i}" for i in range(1, inputs + 1)] if isinstance(inputs, int) else inputs
    return trace_in_form(f, Nested(tuple, [NUMBER] * len(names)), names, parameters)[:2]


def trace_in_form(
    f: Callable[..., Any],
    arguments: Form,
    names: Sequence[str],
    parameters: Sequence[Value] = (),
    where: str = "compile",
) -> tuple[Tape, list[Value], Form]:
    """As `trace`, for a function of arguments in this form; and the form of its result.

    Args:
        names: of the numbers in the arguments.
        where: the name that was called, for errors.
    """
    leaves: list[Value] = [Input(nan, name) for name in names]
    with traced(leaves):
        y = called(f, arguments.build(leaves))
    found, form = flatten(y, where, f"a function of {ACCEPTED}")
    for x in found:
        if not isinstance(x, (Value, Real)):
            advice = ADVICE.get(type(x).__name__, "")
            raise TypeError(
                f"{where}: expected a function that gives Values, got {type(x).__name__} {x!r:.60}"
                f"{advice}"
            )
    outputs = [lift(x, where) for x in found]
    several = form is not NUMBER
    return *record_tape(outputs, leaves, parameters, several, where), form


def record_tape(
    outputs: Sequence[Value],
    inputs: Sequence[Value],
    parameters: Sequence[Value] = (),
    several: bool = False,
    where: str = "compile",
) -> tuple[Tape, list[Value]]:
    """The tape of a graph, and the leaves that are its parameters.

    Leaves that are neither inputs nor constants are parameters, first those given, then the others
    in the order of the graph.

    Raises:
        ValueError: for an input or parameter that is listed twice or is no leaf, and for a choice
            that was made while the graph was built: a tape of one branch would be silently wrong.
    """
    for what, leaves in (("input", inputs), ("parameter", parameters)):
        for i, leaf in enumerate(leaves):
            if not isinstance(leaf, Value) or leaf.parents:
                raise ValueError(f"{where}: expected a leaf as {what} {i}, got {leaf!r:.80}")
    if watching:  # a program returns numbers, independent of recording
        for output in outputs:
            keep(output)
    listed = [*inputs, *parameters]
    if len(set(listed)) < len(listed):
        twice = next(leaf for i, leaf in enumerate(listed) if leaf in listed[:i])
        raise ValueError(f"{where}: {twice!r} is listed twice among inputs and parameters")
    order = topological_order(*outputs, operands=sources)
    known = set(listed)
    captured = [
        node for node in order if not node.parents and node.op is None and node not in known
    ]
    if any([isinstance(node, Input) for node in captured]):
        raise TypeError(
            f"{where}: the function uses a Value kept from an earlier trace, which has no number; "
            "store numbers, or give the Value as an argument"
        )
    leaves = [*parameters, *captured]
    recorder = Recorder(
        [leaf.label or f"x{i}" for i, leaf in enumerate(inputs, start=1)],
        [leaf.label or f"p{i}" for i, leaf in enumerate(leaves, start=1)],
    )
    symbols = {leaf: recorder.symbol(i) for i, leaf in enumerate([*inputs, *leaves])}
    for node in order:
        if node not in symbols:
            symbols[node] = symbol_of(recorder, node, symbols, where)
    return recorder.tape([symbols[y] for y in outputs], several), leaves


def symbol_of(
    recorder: Recorder, node: Value, symbols: dict[Value, Symbol], where: str = "compile"
) -> Symbol:
    """Write one node."""
    op = node.op
    if op is None or op is CONSTANT:
        return recorder.number(node._number)
    operands = [symbols[operand] for operand in sources(node)]
    if isinstance(op, OpOfLoops):
        return recorder.hold(op.instruction._replace(label=node.label), operands)
    if (found := written_sum(recorder, node, symbols)) is not None:
        return found
    if isinstance(node, Decided) and node.traceable:
        op = node.traced_op
    elif op.name == "branch":
        call = "compile(f, inputs=...)" if where == "compile" else f"{where}(f)"
        raise ValueError(
            f"{where}: {described(node)} is a choice that was made when this graph was built, by "
            "where(condition, a, b) or by a comparison in arithmetic: the other branch is not in "
            f"the graph; build it inside f, in {call}, which keeps both"
        )
    if op in OPEN_CHOICES:
        left, right, a, b = operands
        condition = recorder.emit(OPEN_CHOICES[op], (left, right))
        return recorder.emit("where", (condition, a, b), node.label)
    if op.name == "detach":
        return recorder.emit("constant", operands, node.label)
    return recorder.emit(op.name, operands, node.label)
