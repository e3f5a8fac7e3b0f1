"""Machine code of a tape, for values and for sums over rows, and the buffers of its calls."""

from __future__ import annotations

import ctypes
import hashlib
import marshal
import struct
from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ...tape.derivatives import Wanted
from ...tape.instructions import Choice, Tape
from ...tape.loops import Loop
from ..pace import LONGEST
from . import llvm_jit
from .call_arguments import ENTRY, Arguments
from .compile_time import check_duration
from .computation import Computation, of_sums, of_values
from .entry_points import FIRST_CACHE, EntryPoints, Sizes
from .grouping import group
from .kernels import block_rows
from .layout import memory_layout
from .recurrence_code import write_recurrence
from .reductions import find_reductions
from .runs import whole
from .schedule import Layer, Outer, Recurrence, Schedule
from .units import Units

Array = NDArray[np.float64]
NOTHING = ctypes.c_char * 0
LONGEST_INDEX = 100_000  # largest number of rows whose buffers are kept between calls
MOST_KNOWN = 32  # compiled codes in the cache, those of the most recently used tapes


def aligned(count: int) -> Array:
    """An array that begins at a cache line."""
    raw = np.zeros(count + 8)
    return raw[-raw.ctypes.data // 8 % 8 :][:count]


def address(array: Any) -> int:
    """The address of an array; if possible in a third of the time of `array.ctypes.data`."""
    try:
        return ctypes.addressof(NOTHING.from_buffer(array))
    except TypeError:  # it is read-only
        found: int = array.ctypes.data
        return found


class Buffers:
    """The memory of one call, and its arguments, which point into it.

    It is reused by later calls, except after an exception, such as Ctrl-C during a wait for
    threads, which continue to write into it.
    """

    def __init__(self, code: Code) -> None:
        sizes = code.sizes
        self.code = code
        self.uniform: Any = aligned(sizes.uniform + 1)
        self.workspace = aligned(sizes.workspace)
        self.columns = aligned(sizes.columns)
        self.sums = aligned(sizes.sums + 8)[-code.leading % 8 :]
        self.weight = array("d", [1.0])
        self.weights: Any = self.weight
        self.table: Array | None = None  # the arrays that the arguments point to while a call runs
        self.index = np.arange(0, dtype=np.int64)
        self.weight_at = self.weight.buffer_info()[0]
        self.arguments = Arguments(new=True)
        self.arguments_at = ctypes.addressof(self.arguments)
        for name in ("uniform", "index", "columns", "sums", "workspace"):
            setattr(self.arguments, name, address(getattr(self, name)))

    def show(self, rows: Array, weights: Sequence[float] | float) -> None:
        """Set the arguments to all rows of a table in order, and their weights."""
        arguments, count = self.arguments, len(rows)
        if len(self.index) < count:
            self.index = np.arange(count, dtype=np.int64)
            arguments.index = address(self.index)
        self.table = rows
        arguments.x, arguments.rows = address(rows), count
        if isinstance(weights, float):
            self.weight[0] = weights
            arguments.weights, arguments.weight_step = self.weight_at, 0
        else:
            self.weights = np.array(weights, dtype=np.float64)
            arguments.weights, arguments.weight_step = address(self.weights), 1

    def fill(self, y: Array, rows: Array) -> None:
        """Set the arguments to all rows of a table, whose rows or columns are contiguous, and to
        the array of their outputs.
        """
        arguments = self.arguments
        self.table = rows
        arguments.x = address(rows if rows.flags.c_contiguous else rows.T)
        arguments.rows, arguments.y = len(rows), address(y)
        arguments.row_step, arguments.column_step = [stride // 8 for stride in rows.strides]

    def __enter__(self) -> Buffers:
        return self

    def __exit__(self, kind: object, *raised: object) -> None:
        if kind is not None:
            return
        self.weights, self.table = self.weight, None
        if len(self.index) > LONGEST_INDEX:
            self.index = np.arange(0, dtype=np.int64)
            self.arguments.index = address(self.index)
        self.code.free.append(self)


class Code:
    """Machine code, and buffers for the calls that run at the same time.

    Args:
        parameters: their number on the tape.
        longest: the seconds that compiling may take, by an estimate.
    """

    leading = 0  # the sums before the largest group, which begins at a cache line

    def __init__(self, text: str, sizes: Sizes, parameters: int, longest: float) -> None:
        check_duration(text, longest)
        self.library, self.sizes = llvm_jit.Library(text), sizes
        self.free: list[Buffers] = []
        self._pack = struct.Struct(f"{parameters}d").pack_into  # the fastest conversion of a list

    def entry(self, name: str) -> Any:
        """An entry point, as a function of the address of its arguments."""
        return self.library.function(name, ENTRY)

    def buffers(self, parameters: Sequence[float] | None = None) -> Buffers:
        """Buffers for exclusive use by one call, with the parameters in them."""
        try:
            found = self.free.pop()
        except IndexError:
            found = Buffers(self)
        if parameters is not None:
            self._pack(found.uniform, 0, *parameters)
        return found


class ValuesCode(Code):
    """The outputs of a tape for each row."""

    def __init__(self, tape: Tape, longest: float = LONGEST) -> None:
        computation = of_values(tape)
        outputs = [computation.apart(slot) for slot in computation.outputs]
        varying = [slot for slot in outputs if slot in computation.varying]
        module = llvm_jit.new_module()
        schedule = group(computation, block_rows(module), varying)
        self.has_layers = has_layers(schedule)
        layout = memory_layout(computation, schedule, block_rows(module), varying)
        entries = EntryPoints(
            Units(module, computation, layout, schedule, write_recurrence), FIRST_CACHE
        )
        entries.for_values(outputs)
        self.outputs = len(computation.outputs)
        entries.prologue()
        super().__init__(module.text(), entries.sizes(0), len(tape.parameters), longest)
        self.values = self.entry("values")


class SumsCode(Code):
    """The weighted sums over rows of derivatives of a tape's output: the fields of `Wanted`.

    Attributes:
        outputs: the number of the sums that are results; those from which they are computed follow.
        others: the number of results between the first one and a gradient: the plain sums of the
            tape's other outputs.
    """

    def __init__(self, tape: Tape, *wanted: Any, longest: float = LONGEST) -> None:
        computation = of_sums(tape, *wanted)
        sums = find_reductions(computation)
        module = llvm_jit.new_module()
        sums.columns = {computation.apart(slot): place for slot, place in sums.columns.items()}
        sums.outers = [apart(computation, outer) for outer in sums.outers]
        schedule = group(computation, block_rows(module), sums.columns, sums.outers)
        kept = [*sums.columns]
        kept += [slot for outer in schedule.outers for slot in outer.reads]
        layout = memory_layout(computation, schedule, block_rows(module), kept)
        entries = EntryPoints(Units(module, computation, layout, schedule, write_recurrence))
        entries.for_sums(sums)
        entries.prologue()
        self.others = len(tape.outputs) - 1
        self.outputs = len(computation.outputs)
        derivatives = Wanted(*wanted)
        self.leading = (
            self.outputs - len(derivatives.slots) if derivatives.kind == "gradient" else 0
        )
        super().__init__(module.text(), entries.sizes(sums.count), len(tape.parameters), longest)
        self.all_sums, self.prologue = self.entry("all_sums"), self.entry("prologue")
        self.spans, self.combine = self.entry("spans"), self.entry("combine")


def apart(computation: Computation, outer: Outer) -> Outer:
    """The outer product of numbers that may be kept; runs of several are where they are."""
    if outer.steps > 1:
        return outer
    single = [
        tuple([(computation.apart(whole(run)[0]),) for run in runs])
        for runs in (outer.adjoints, outer.inputs)
    ]
    return replace(outer, adjoints=single[0], inputs=single[1])


def has_layers(schedule: Schedule) -> bool:
    """Whether there are layers in it, or in the steps of its loops."""
    steps = [unit.body.schedule for unit in schedule.units if isinstance(unit, Recurrence)]
    return any([isinstance(unit, Layer) for unit in schedule.units]) or any(map(has_layers, steps))


C = TypeVar("C")
_known: OrderedDict[bytes, Any] = OrderedDict()


def compiled(kind: Callable[..., C], tape: Tape, *wanted: Any, **settings: float) -> C:
    """Code for a tape, compiled once in a process for all programs with equal tapes."""
    key = fingerprint(kind.__name__, tape, wanted)
    with llvm_jit.LOCK:
        found: C = _known.pop(key) if key in _known else kind(tape, *wanted, **settings)
        _known[key] = found
        while len(_known) > MOST_KNOWN:
            _known.popitem(last=False)
    return found


def fingerprint(kind: str, tape: Tape, wanted: Sequence[Any]) -> bytes:
    """A hash of all that the code depends on; names and labels are not in it."""
    # In version 2 equal objects have equal bytes; later ones also encode which are identical.
    return hashlib.sha256(marshal.dumps((kind, content(tape), tuple(wanted)), 2)).digest()


def content(tape: Tape) -> tuple[Any, ...]:
    """What a tape computes, as plain tuples."""
    instructions = tuple([(i.name, i.operands, content_of(i.held)) for i in tape.instructions])
    leaves = (len(tape.inputs), len(tape.parameters), tape.constants, tape.widths)
    return (*leaves, instructions, tape.outputs)


def content_of(held: Any) -> Any:
    """What an instruction holds, as plain tuples."""
    if isinstance(held, Loop):
        counts = (held.length, held.captures, held.states, held.ys, held.backward)
        return (*counts, content(held.body))
    return tuple(held) if isinstance(held, Choice) else held
