"""The native backend: a tape compiled to machine code in memory by LLVM, without a C compiler."""

from __future__ import annotations

import ctypes
import math
from _thread import LockType, allocate_lock, start_new_thread
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...cached import cached_property
from ...tape.derivatives import Wanted, derived
from ...tape.instructions import Tape
from ..numpy_backend import NumpyBackend
from ..pace import LONGEST
from ..tables import table
from .call_arguments import changed
from .code import Buffers, SumsCode, ValuesCode, address, compiled

Array = NDArray[np.float64]
NUMBER = 8  # bytes


class NativeBackend:
    """Runs a tape as machine code on the rows of an array.

    The code runs without the GIL; several threads may call one program.

    Args:
        tape: the computation.
        wanted: the derivatives that are summed over rows; None if there are none.
        threads: the number of threads for sums over a large table; the bits do not depend on it.
        longest: the limit of the estimated compile time, in seconds.
    """

    def __init__(
        self, tape: Tape, wanted: Wanted | None, threads: int = 1, longest: float = LONGEST
    ) -> None:
        self.names, self.several, self.threads = tape.inputs, tape.several, threads
        self._tape, self._wanted, self._longest = tape, wanted, longest
        self.sums_code = (
            None if wanted is None else compiled(SumsCode, tape, *wanted, longest=longest)
        )
        if self.sums_code is None:
            _ = self.values_code  # raises here if it can't be compiled

    @cached_property
    def values_code(self) -> ValuesCode:
        """Compiled at its first use: training needs the gradient only."""
        return compiled(ValuesCode, self._tape, longest=self._longest)

    @cached_property
    def careful(self) -> NumpyBackend:
        """The backend that recomputes a sum that is not finite.

        The native code factors uniform numbers out of sums over rows, and adds a layer's products
        in order. Both are valid for finite numbers; but infinity times a sum is not the sum of the
        products if one of them is 0 times infinity, and a partial sum may overflow.
        """
        return NumpyBackend(self._tape, self._wanted and derived(self._tape, self._wanted))

    @property
    def llvm(self) -> str:
        """The program in LLVM IR: that of the sums, if there is one."""
        return (self.sums_code or self.values_code).library.text

    def rows(self, X: Any) -> Array:
        """X as an array of float64."""
        return table(X, self.names)

    def values(self, rows: Array, parameters: Sequence[float]) -> Array:
        """The outputs, of shape (rows,) or, of several, (rows, outputs), in Fortran's order."""
        code = self.values_code
        if NUMBER not in rows.strides:
            rows = np.asfortranarray(rows)
        y = np.empty((code.outputs, len(rows)))
        with code.buffers(parameters) as buffers:
            buffers.fill(y, rows)
            code.values(buffers.arguments_at)
        if code.has_layers:
            doubtful = ~np.isfinite(y).all(axis=0)
            if doubtful.any():
                again = self.careful.values(rows[doubtful], parameters)
                y[:, doubtful] = again.reshape(-1, len(y)).T
        return y.T if self.several else y[0]

    def sums(
        self, rows: Array, weights: Sequence[float] | float, parameters: Sequence[float]
    ) -> list[float]:
        """The weighted sums over rows of the wanted derivatives."""
        code = self.sums_code
        assert code is not None
        rows = np.ascontiguousarray(rows)
        with code.buffers(parameters) as buffers:
            buffers.show(rows, weights)
            if self.threads > 1 and (spans := code.sizes.spans(len(rows))) > 1:
                self._share(code, buffers, spans)
            else:
                code.all_sums(buffers.arguments_at)
            found: list[float] = buffers.sums[: code.outputs].tolist()
        if not math.isfinite(sum(found)):
            return self.careful.sums(rows, weights, parameters)
        return found

    def _share(self, code: SumsCode, buffers: Buffers, spans: int) -> None:
        """Spans on several threads; their sums are added in the order of the spans."""
        partial = np.empty((spans, code.sizes.sums))
        arguments = buffers.arguments
        code.prologue(buffers.arguments_at)
        bounds = [spans * i // self.threads for i in range(self.threads + 1)]

        def run(first: int, last: int) -> None:
            with code.buffers() as own:
                room = {name: getattr(own.arguments, name) for name in ("columns", "workspace")}
                sums = {"sums": address(partial[first:]), "step": code.sizes.sums}
                shared = changed(arguments, first=first, last=last, **room, **sums)
                code.spans(ctypes.addressof(shared))

        in_threads(run, [part for part in pairwise(bounds) if part[0] < part[1]])
        arguments.partial, arguments.spans = address(partial), spans
        code.combine(buffers.arguments_at)


def in_threads(function: Callable[..., object], parts: Sequence[Sequence[int]]) -> None:
    """Call a function with the bounds of each part, in parallel; the first one in this thread.

    The threads are started for this call, by `_thread`, which takes half the time of `threading`. A
    forked child has no threads of a pool: a call there would hang.

    Raises what the function raises.
    """
    raised: list[BaseException] = []

    def run(part: Sequence[int], done: LockType | None = None) -> None:
        try:
            function(*part)
        except BaseException as error:
            raised.append(error)
        finally:
            if done is not None:
                done.release()

    running = []
    for part in parts[1:]:
        done = allocate_lock()
        done.acquire()
        try:
            start_new_thread(run, (part, done))
        except RuntimeError:  # the limit of threads is reached, or Python is shutting down
            run(part)
        else:
            running.append(done)
    run(parts[0])
    for done in running:
        done.acquire()
    if raised:
        raise raised[0]
