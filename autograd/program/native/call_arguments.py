"""The arguments of entry points: structures declared once, for ctypes and for LLVM.

An entry point takes one pointer to a structure: a call from Python with one argument takes a
seventh of the time of one with nine.
"""

from __future__ import annotations

import ctypes
from typing import TypeVar

from .llvm_ir import Function

S = TypeVar("S", bound=ctypes.Structure)
ENTRY = "ptr %arguments"


def pointers(*names: str) -> list[tuple[str, type[ctypes.c_void_p]]]:
    return [(name, ctypes.c_void_p) for name in names]


def integers(*names: str) -> list[tuple[str, type[ctypes.c_int64]]]:
    return [(name, ctypes.c_int64) for name in names]


class Arguments(ctypes.Structure):
    """The arguments of the entry points of a computation.

    Attributes:
        uniform: memory for the uniform numbers; the first ones are the parameters.
        x, index, weights, weight_step, rows: the table, the indices of its rows in the order of
            computation, the weights in that order and the distance between them (0: one for all),
            the number of rows.
        row_step, column_step: for `values`, which takes all rows of the table: the strides of rows
            and columns, in numbers, one of which is 1.
        columns, apart, new: the address of the columns of a span, the distance in numbers between
            those of consecutive spans (0: all share one buffer), and whether they have to be
            transposed first, or are there from another call.
        sums: the address of the sums; workspace: memory for the numbers of a span.
        first, last, step: for `spans`, the spans to compute, and the distance between their sums.
        partial, spans: for `combine`, the sums of the spans, and the number of spans.
        y: for `values`, the address of the outputs, the numbers of each contiguous.
    """

    _fields_ = [
        *pointers("uniform", "x", "index", "weights", "columns", "sums", "workspace"),
        *integers("weight_step", "rows", "row_step", "column_step", "apart", "new"),
        *integers("first", "last", "step", "spans"),
        *pointers("partial", "y"),
    ]


class StepArguments(ctypes.Structure):
    """The arguments of the entry point `steps`.

    Attributes:
        all_sums, call: the address of that entry point, and of its own arguments.
        index, starts, counts, weights, rates, keeps: of each step, as in descent.Steps.
        settings: the operands of the rule after the learning rate.
        before, steps: the number of steps done before, and of those to do.
        count, states: the number of updated parameters, and their states.
        found, kept: the addresses of the losses and of the kept parameters.
    """

    _fields_ = [
        *pointers("all_sums", "call", "index", "starts", "counts", "weights", "rates", "keeps"),
        *pointers("settings", "states", "found", "kept"),
        *integers("before", "steps", "count"),
    ]


def changed(arguments: S, **others: int) -> S:
    """Write a copy with other values in some fields."""
    copy = type(arguments).from_buffer_copy(arguments)
    for name, x in others.items():
        setattr(copy, name, x)
    return copy


def load_fields(f: Function, kind: type[ctypes.Structure], pointer: str, *names: str) -> None:
    """Set %name to the value of each field; of all fields if none is named."""
    for declared in kind._fields_:
        if declared[0] in names or not names:
            address, type_name = field(f, kind, declared[0], pointer)
            f.do(f"%{declared[0]} = load {type_name}, ptr {address}")


def store_fields(f: Function, kind: type[ctypes.Structure], pointer: str, **values: str) -> None:
    """Store a value into each field."""
    for name, value in values.items():
        address, type_name = field(f, kind, name, pointer)
        f.do(f"store {type_name} {value}, ptr {address}")


def field(f: Function, kind: type[ctypes.Structure], name: str, pointer: str) -> tuple[str, str]:
    """The address of a field, all of which have eight bytes, and its type in LLVM IR."""
    types = {declared[0]: declared[1] for declared in kind._fields_}
    place = f.at(pointer, [*types].index(name))
    return place, "ptr" if types[name] is ctypes.c_void_p else "i64"
