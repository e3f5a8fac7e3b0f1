"""Derivatives as sparse matrices: a reverse sweep for each row, over the ancestors of its output.

A coloring of the matrix, with one sweep for several outputs, would save nothing: rows without a
common column have no common node either, so that one sweep visits the nodes that two would visit.
Each row is computed separately, with the bits of the row of the dense matrix; a NaN or an infinity
affects its entry only. Where many rows depend on few numbers through one long computation, each
sweep visits it again, as for the dense matrix.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from .calls import Arguments, Call
from .conditions import branches
from .gradients import adjoints_between
from .graph import dependents, topological_order
from .recording import lift
from .structures import Form, array_of, scipy_sparse, sparse_form
from .value import Value


def refuse_others(arguments: Arguments, name: str) -> None:
    """Raise for arguments that are not a vector, and where SciPy is missing."""
    refuse_no_vector(arguments.form, f"{name}: for sparse=True, expected", "as argument")
    scipy_sparse()


def refuse_no_vector(form: Form, start: str, end: str) -> None:
    """TypeError for anything but a flat sequence of numbers."""
    if len(form.shape) != 1:
        raise TypeError(
            f"{start} a flat list or a one-dimensional array {end}, got shape {form.shape}; "
            "x.ravel() makes one of an array"
        )


def sparse_derivatives(call: Call, ys: Sequence[Value]) -> Any:
    """The derivatives of ys, a row for each, with respect to the inputs: a column for each.

    There is an entry wherever a derivative can flow, also through a branch that is not taken: so
    the sparsity structure of a function is constant, and explicit zeros are possible.
    """
    columns = {x: column for column, x in enumerate(call.inputs)}
    xs = set(columns)
    order = topological_order(*ys, seen=set(call.boundary), operands=branches)
    between = set(dependents(order, xs, branches))

    def inside(node: Value) -> tuple[Value, ...]:
        return tuple([operand for operand in branches(node) if operand in between])

    reached_by = columns_of(ys, [node for node in order if node in between], columns)
    data: list[Any] = []
    indices: list[int] = []
    starts = [0]
    for y in ys:
        part = topological_order(y, operands=inside) if y in between else []
        table = adjoints_between(y, part, xs, call.keep, 1.0)
        if y in reached_by:
            reached = reached_by[y]
        else:
            reached = sorted([columns[node] for node in part if node in columns])
        data += [table.get(call.inputs[column], 0.0) for column in reached]
        indices += reached
        starts.append(len(indices))
    form = sparse_form(indices, starts, len(columns))
    if not call.keep:
        return form.matrix(array_of(data, (form.size,)))
    return form.rows(array_of([lift(x, "sparse") for x in data], (form.size,)))


def columns_of(
    ys: Sequence[Value], order: Sequence[Value], columns: Mapping[Value, int]
) -> dict[Value, list[int]]:
    """By y the columns that it depends on, where loops are nodes: step by step through them.

    Nothing where there are none: they are those that its graph leads to.
    """
    if not any([hasattr(node.op, "spread") for node in order]):
        return {}
    sets: dict[Value, Any] = {}  # an int with a bit for each column
    for node in order:
        given = [sets.get(operand, 0) for operand in branches(node)]
        spread = getattr(node.op, "spread", lambda given: reduce(or_, given, 0))
        sets[node] = 1 << columns[node] if node in columns else spread(given)
    return {
        y: [place for place, bit in enumerate(f"{sets[y]:b}"[::-1]) if bit == "1"]
        for y in ys
        if y in sets
    }
