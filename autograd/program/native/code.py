"""Machine code of a tape: of its values, and of its sums over rows; and the memory that it uses."""

from __future__ import annotations

import ctypes
import hashlib
import marshal
import struct
from array import array
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ...tape.instructions import Tape
from . import jit
from .computation import of_sums, of_values
from .entries import ALL_SUMS, CALL, COMBINE, PROLOGUE, SPANS, VALUES, Entries, Sizes
from .grouping import group
from .memory import assign
from .plan import Layer
from .sums import find_sums

Array = NDArray[np.float64]
PLACE = {name: i for i, (_, name) in enumerate(ALL_SUMS)}
X, INDEX, WEIGHTS = PLACE["x"], PLACE["index"], PLACE["weights"]
WEIGHT_STEP, ROWS = PLACE["weight_step"], PLACE["rows"]
NOTHING = ctypes.c_char * 0
LONGEST_INDEX = 100_000  # numbers of rows that are kept from call to call
MOST_KNOWN = 32  # codes that are kept, those of the last tapes that were asked for


def aligned(count: int) -> Array:
    """Room for numbers that begins where a line of the cache does."""
    raw = np.zeros(count + 8)
    return raw[-raw.ctypes.data // 8 % 8 :][:count]


def address(array: Any) -> int:
    """Where an array begins; a third of the time that `array.ctypes.data` takes, if it can be."""
    try:
        return ctypes.addressof(NOTHING.from_buffer(array))
    except TypeError:  # it is read-only
        found: int = array.ctypes.data
        return found


class Buffers:
    """The memory that one call works in, and the operands of `call`, which lie in memory too.

    operands: those of entries.ALL_SUMS, addresses and numbers.

    The next call gets what an earlier one has left. Not after an exception, such as Ctrl-C while
    threads are waited for: those go on and write into it.
    """

    def __init__(self, code: Code) -> None:
        sizes = code.sizes
        self.code = code
        self.uniform: Any = aligned(sizes.uniform + 1)
        self.workspace = aligned(sizes.workspace)
        self.columns, self.sums = (
            aligned(sizes.columns),
            aligned(sizes.sums + 8)[-code.leading % 8 :],
        )
        self.weight = array("d", [1.0])
        self.weights: Any = self.weight
        self.table: Array | None = None  # where the operands point while a call runs
        self.index = np.arange(0, dtype=np.int64)
        self.weight_at = self.weight.buffer_info()[0]
        self.operands = array("q", [0] * len(ALL_SUMS))
        self.operands_at = self.operands.buffer_info()[0]
        for name in ("uniform", "index", "columns", "sums", "workspace"):
            self.operands[PLACE[name]] = address(getattr(self, name))
        self.operands[PLACE["new"]] = True

    def show(self, rows: Array, weights: Sequence[float] | float) -> None:
        """Let the operands be all rows of a table in order, and their weights."""
        operands, count = self.operands, len(rows)
        if len(self.index) < count:
            self.index = np.arange(count, dtype=np.int64)
            operands[INDEX] = address(self.index)
        self.table = rows
        operands[X], operands[ROWS] = address(rows), count
        if isinstance(weights, float):
            self.weight[0] = weights
            operands[WEIGHTS], operands[WEIGHT_STEP] = self.weight_at, 0
        else:
            self.weights = np.array(weights, dtype=np.float64)
            operands[WEIGHTS], operands[WEIGHT_STEP] = address(self.weights), 1

    def given(self, parameters: Sequence[tuple[str, str]], **others: int) -> list[int]:
        """The operands of an entry, by the names of its parameters."""
        return [
            others[name] if name in others else self.operands[PLACE[name]] for _, name in parameters
        ]

    def __enter__(self) -> Buffers:
        return self

    def __exit__(self, kind: object, *raised: object) -> None:
        if kind is not None:
            return
        self.weights, self.table = self.weight, None
        if len(self.index) > LONGEST_INDEX:
            self.index = np.arange(0, dtype=np.int64)
            self.operands[INDEX] = address(self.index)
        self.code.free.append(self)


class Code:
    """Machine code, and buffers for as many calls as run at the same time.

    parameters: how many the tape has.
    """

    leading = 0  # sums before those that are most: these begin where a line of the cache does

    def __init__(self, text: str, sizes: Sizes, parameters: int) -> None:
        self.library, self.sizes = jit.Library(text), sizes
        self.prologue = self.library.function("prologue", PROLOGUE)
        self.free: list[Buffers] = []
        self._pack = struct.Struct(f"{parameters}d").pack_into  # the fastest way from a list

    def buffers(self, parameters: Sequence[float] | None = None) -> Buffers:
        """Buffers that no other call uses until they are left, with the parameters in them."""
        try:
            found = self.free.pop()
        except IndexError:
            found = Buffers(self)
        if parameters is not None:
            self._pack(found.uniform, 0, *parameters)
        return found


@dataclass(frozen=True)
class Output:
    """Where an output is found: a column of the results, or a uniform number."""

    varies: bool
    place: int


class ValuesCode(Code):
    """The outputs of a tape for each row."""

    def __init__(self, tape: Tape) -> None:
        computation = of_values(tape)
        distinct = dict.fromkeys(computation.outputs)
        self.varying = [slot for slot in distinct if slot in computation.varying]
        plan = group(computation, None)
        self.has_layers = any([isinstance(unit, Layer) for unit in plan.units])
        module = jit.new_module()
        entries = Entries(module, computation, plan, assign(computation, plan, self.varying))
        entries.for_values(self.varying)
        self.outputs = [
            Output(True, self.varying.index(slot))
            if slot in computation.varying
            else Output(False, entries.units.uniform_place(slot))
            for slot in computation.outputs
        ]
        entries.prologue()
        super().__init__(module.text(), entries.sizes(0), len(tape.parameters))
        self.values = self.library.function("values", VALUES)


class SumsCode(Code):
    """The weighted sums over rows of the output of a tape and of its derivatives by `wanted`.

    outputs: how many of the sums are results; those that they are made of come after.
    others: how many of these stand between the first one and the derivatives: the plain sums of
        the tape's other outputs.
    """

    def __init__(self, tape: Tape, wanted: Sequence[int]) -> None:
        computation = of_sums(tape, wanted)
        sums = find_sums(computation)
        plan = group(computation, sums)
        kept = [*sums.columns, *[slot for a, x, _ in plan.outers for slot in (*a, *x)]]
        module = jit.new_module()
        entries = Entries(module, computation, plan, assign(computation, plan, kept))
        entries.for_sums(sums)
        entries.prologue()
        self.others = len(tape.outputs) - 1
        self.leading = 1 + self.others
        self.outputs = self.leading + len(wanted)
        super().__init__(module.text(), entries.sizes(sums.count), len(tape.parameters))
        function = self.library.function
        self.call, self.all_sums = function("call", CALL), function("all_sums", ALL_SUMS)
        self.spans, self.combine = function("spans", SPANS), function("combine", COMBINE)


C = TypeVar("C", ValuesCode, SumsCode)
_known: OrderedDict[bytes, Any] = OrderedDict()


def compiled(kind: type[C], tape: Tape, *wanted: tuple[int, ...]) -> C:
    """Code for a tape, made once in a process for all programs whose tapes say the same."""
    key = fingerprint(kind.__name__, tape, wanted)
    with jit.LOCK:
        found: C = _known.pop(key) if key in _known else kind(tape, *wanted)
        _known[key] = found
        while len(_known) > MOST_KNOWN:
            _known.popitem(last=False)
    return found


def fingerprint(kind: str, tape: Tape, wanted: Sequence[tuple[int, ...]]) -> bytes:
    """A hash of all that the code depends on; names and labels are not in it."""
    instructions = tuple([(i.name, i.operands) for i in tape.instructions])
    said = (len(tape.inputs), len(tape.parameters), tape.constants, instructions, tape.outputs)
    # Version 2 says the same of equal things; later ones also which of them are one object.
    return hashlib.sha256(marshal.dumps((kind, said, tuple(wanted)), 2)).digest()
