"""The native backend at one point: scalar code, without rows, blocks or lanes."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...arguments import real
from ...cached import cached_property
from ...structures import NUMBER, Array, Form, Nested, Sparse, flatten
from ...tape.instructions import Tape
from ...value import Value
from ..pace import LONGEST
from . import llvm_jit
from .c_functions import c_functions
from .code import address, aligned, compiled
from .point_code import PointCode
from .python_call import python_call

Numbers = NDArray[np.float64]


class NativePoint:
    """Runs a tape as machine code at one point, on arguments of one form.

    Several threads may call it: each call has its own memory, which later calls reuse.

    Attributes:
        leaves: the Values whose data it reads.
        arguments: their form, that of a tuple of them; form: that of the results.
        enter: the whole call as machine code, without ctypes; it returns NotImplemented for
            arguments that it does not support; None if the form is not supported.
    """

    def __init__(
        self,
        tape: Tape,
        leaves: Sequence[Value],
        arguments: Nested,
        form: Form,
        longest: float = LONGEST,
    ) -> None:
        self.leaves, self.arguments, self.form = leaves, arguments, form
        self.code = compiled(PointCode, tape, longest=longest)
        self.free: list[Memory] = []
        self.compute = self.code.compute
        self.enter = python_call(self.code, leaves, arguments, form)

    def __call__(self, args: Sequence[Any]) -> Any:
        try:
            memory = self.free.pop()
        except IndexError:
            memory = Memory(self.code, self.arguments, self.form)
        memory.write(*args)
        if self.leaves:
            memory.parameters[:] = [leaf._number for leaf in self.leaves]
        self.compute(memory.at)
        found = memory.read()
        self.free.append(memory)
        return found

    @cached_property
    def c_functions(self) -> llvm_jit.Library:
        """The functions that C can call, made at the first use of an address."""
        return c_functions(self.code, self.arguments.size)

    def address(self, name: str) -> int:
        """The address of a C function: "values" or, for one result, "number"."""
        return self.c_functions.address(name)

    @property
    def llvm(self) -> str:
        """The code in LLVM IR."""
        return self.code.library.text


class Memory:
    """The numbers of one call.

    Attributes:
        at: their address.
        write: copies the arguments there; read: builds the results from there.
        parameters: those of the leaves that are not arguments.
    """

    def __init__(self, code: PointCode, arguments: Nested, form: Form) -> None:
        numbers = aligned(code.size + 1)
        for place, x in code.constants.items():
            numbers[place] = x
        self.at = address(numbers)
        self.parameters = numbers[arguments.size : code.results]
        self.write = writer(arguments, numbers)
        self.read = reader(form, numbers[code.results : code.results + code.count])


def writer(arguments: Nested, numbers: Numbers) -> Callable[..., None]:
    """A function that copies arguments of a form into memory."""
    pairs = zip(arguments.parts, arguments.slices, strict=True)
    parts = [part_writer(part, numbers[place]) for part, place in pairs]
    if len(parts) == 1:
        return parts[0]
    if arguments.flat:
        write_flat = part_writer(arguments, numbers[: arguments.size])
        return lambda *args: write_flat(args)

    def write(*args: Any) -> None:
        for write_part, x in zip(parts, args, strict=True):
            write_part(x)

    return write


def part_writer(form: Form, numbers: Any) -> Callable[[Any], None]:
    if isinstance(form, Array):
        array = numbers.reshape(form.shape)

        def write_array(x: Any) -> None:
            try:
                array[...] = x
            except OverflowError:  # integers, as objects, beyond the range of floats
                numbers[:] = [real(number, "jit") for number in x.ravel().tolist()]

        return write_array
    if form is NUMBER:

        def write_number(x: Any) -> None:
            numbers[0] = x if type(x) is float else real(flatten(x, "jit")[0][0], "jit")

        return write_number

    pack = struct.Struct(f"{len(numbers)}d").pack_into  # the fastest conversion of a list

    def write_all(x: Any) -> None:
        pack(numbers, 0, *[y if type(y) is float else real(y, "jit") for y in flatten(x, "jit")[0]])

    def write_flat(x: Any) -> None:
        try:
            pack(numbers, 0, *x)
        except struct.error:  # an integer beyond the range of floats
            write_all(x)

    return write_flat if isinstance(form, Nested) and form.flat else write_all


def reader(form: Form, numbers: Numbers) -> Callable[[], Any]:
    """A function that builds a structure from the present numbers in memory.

    The views of its parts are created in advance, so that a call only copies.
    """
    if isinstance(form, Array):
        return numbers.reshape(form.shape).copy
    if isinstance(form, Sparse):
        return lambda: form.matrix(numbers.copy())
    if isinstance(form, Nested):
        if form.flat:
            rebuild = form.rebuild
            return numbers.tolist if form.kind is list else lambda: rebuild(numbers.tolist())
        pairs = zip(form.parts, form.slices, strict=True)
        parts = [reader(part, numbers[place]) for part, place in pairs]
        if form.kind is tuple and len(parts) == 2:  # such as a value and its gradient
            first, second = parts
            return lambda: (first(), second())
        return lambda: form.rebuild([part() for part in parts])
    item = numbers.item
    return lambda: item(0)
