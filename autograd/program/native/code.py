"""Machine code of a tape: of its values, and of its sums over rows; and the memory that it uses."""

from __future__ import annotations

import ctypes
import hashlib
import marshal
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ...tape.instructions import Tape
from . import jit
from .computation import of_sums, of_values
from .entries import Entries, Sizes
from .grouping import group
from .memory import assign
from .sums import find_sums

Array = NDArray[np.float64]
POINTER, WHOLE, TRUTH = ctypes.c_void_p, ctypes.c_int64, ctypes.c_bool
TABLE = [POINTER, POINTER, POINTER, POINTER, WHOLE, WHOLE]  # as in unpacking.py


def aligned(count: int) -> Array:
    """Room for numbers that begins where a line of the cache does."""
    raw = np.zeros(count + 8)
    return raw[-raw.ctypes.data // 8 % 8 :][:count]


class Buffers:
    """The memory that one call works in, with its addresses."""

    def __init__(self, sizes: Sizes) -> None:
        self.uniform, self.workspace = aligned(sizes.uniform + 1), aligned(sizes.workspace)
        self.sums, self.weight = aligned(sizes.sums + 1), np.ones(1)
        self.uniform_at, self.workspace_at = self.uniform.ctypes.data, self.workspace.ctypes.data
        self.sums_at, self.weight_at = self.sums.ctypes.data, self.weight.ctypes.data
        self._index = np.arange(0)
        self._index_at = self._index.ctypes.data
        self._weights = self.weight

    def shown(self, rows: Array, weights: Sequence[float] | float) -> tuple[int, ...]:
        """What an entry is told of the rows: all of them in order, and their weights."""
        if len(self._index) < len(rows):
            self._index = np.arange(len(rows))
            self._index_at = self._index.ctypes.data
        if isinstance(weights, float):
            self.weight[0] = weights
            weights_at, step = self.weight_at, 0
        else:
            self._weights = np.array(weights, dtype=np.float64)
            weights_at, step = self._weights.ctypes.data, 1
        rows_at = rows.ctypes.data
        return self.uniform_at, rows_at, self._index_at, weights_at, step, len(rows)


class Code:
    """Machine code, and buffers for as many calls as run at the same time."""

    def __init__(self, text: str, sizes: Sizes) -> None:
        self.library, self.sizes = jit.Library(text), sizes
        self.prologue = self.library.function("prologue", POINTER)
        self._free: list[Buffers] = []

    @contextmanager
    def buffers(self, parameters: Sequence[float]) -> Iterator[Buffers]:
        """Buffers that no other call uses meanwhile, with the parameters in them."""
        try:
            found = self._free.pop()
        except IndexError:
            found = Buffers(self.sizes)
        found.uniform[: len(parameters)] = array("d", parameters)  # faster than from a list
        try:
            yield found
        finally:
            self._free.append(found)


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
        super().__init__(module.text(), entries.sizes(0))
        self.values = self.library.function("values", *TABLE, POINTER, POINTER)


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
        self.outputs = 1 + self.others + len(wanted)
        super().__init__(module.text(), entries.sizes(sums.count))
        function = self.library.function
        self.all_sums = function("all_sums", *TABLE, POINTER, TRUTH, POINTER)
        self.spans = function("spans", *TABLE, WHOLE, WHOLE, POINTER, WHOLE, TRUTH, POINTER)
        self.combine = function("combine", POINTER, POINTER, WHOLE, POINTER)


C = TypeVar("C", ValuesCode, SumsCode)
_known: dict[bytes, Any] = {}
_lock = Lock()


def compiled(kind: type[C], tape: Tape, *wanted: tuple[int, ...]) -> C:
    """Code for a tape, made once in a process for all programs whose tapes say the same."""
    key = fingerprint(kind.__name__, tape, wanted)
    with _lock:
        if key not in _known:
            _known[key] = kind(tape, *wanted)
        found: C = _known[key]
    return found


def fingerprint(kind: str, tape: Tape, wanted: Sequence[tuple[int, ...]]) -> bytes:
    """A hash of all that the code depends on; names and labels are not in it."""
    instructions = tuple([(i.name, i.operands) for i in tape.instructions])
    said = (len(tape.inputs), len(tape.parameters), tape.constants, instructions, tape.outputs)
    return hashlib.sha256(marshal.dumps((kind, said, tuple(wanted)))).digest()
