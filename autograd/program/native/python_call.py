"""A call at one point without ctypes: a function of Python's C API, written as machine code.

It is a C function of (self, arguments) that returns an object, as in extension modules, written for
one form of arguments and results. It copies the numbers of the arguments onto its stack, runs the
code of the tape there and builds the results; so it allocates no memory, and threads share none. A
call through ctypes takes three times as long (`python -m tests.benchmarks.one_point`).

It accepts floats, lists and tuples of them, and contiguous arrays of float64, in exactly this form.
For anything else it returns NotImplemented, and the call through ctypes converts the arguments.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ...structures import NUMBER, Array, Form, Nested, Sparse
from ...value import Value
from . import llvm_jit, python_api
from .llvm_ir import Function
from .llvm_module import literal

if TYPE_CHECKING:
    from .point_code import PointCode

MOST_NUMBERS = 4096  # on the stack, which may be small in threads
MOST_OBJECTS = 100  # that the code creates or reads one by one
LONGEST = 10_000  # machine instructions, a few microseconds; longer code releases the GIL


def python_call(
    code: PointCode, leaves: Sequence[Value], arguments: Nested, form: Form
) -> Callable[[tuple[Any, ...]], Any] | None:
    """A function of a tuple of arguments, or None if the forms are not supported.

    Args:
        leaves: the Values whose data is read at each call.
        arguments: their form, that of a tuple of them; form: that of the results.
    """
    count = len(leaves) + objects(arguments) + objects(form)
    if code.size > MOST_NUMBERS or count > MOST_OBJECTS or not python_api.usable():
        return None
    writer = CallWriter(code.size)
    writer.read(arguments, "%arguments", 0)
    for place, leaf in enumerate(leaves, start=arguments.size):
        writer.read_leaf(leaf, place)
    writer.compute(code)
    writer.end(writer.made(form, code.results))
    library = llvm_jit.Library(writer.f.module.text())
    return python_api.builtin(b"call", library.address("call"), (library, code, writer.held))


def objects(form: Form) -> float:
    """The number of objects of a form that need separate code; infinity for an unsupported form."""
    if not isinstance(form, Nested):
        return math.inf if isinstance(form, Sparse) else 1
    if form.kind not in python_api.NAMES:
        return math.inf
    return 2 if form.flat else 1 + sum(map(objects, form.parts))


class CallWriter:
    """Writes the function: reading the arguments, and building the results.

    Attributes:
        held: the objects whose addresses are in the code.
    """

    def __init__(self, size: int) -> None:
        parameters = "ptr %self, ptr %arguments"
        self.f = Function(llvm_jit.new_module(), "call", parameters, 1, exported=True, result="ptr")
        self.held: list[Any] = []
        self.f.do(f"%numbers = alloca [{size} x double], align 64")
        self.f.do("%outermost = alloca ptr")  # the result under construction, or null
        self.f.do("store ptr null, ptr %outermost")

    def end(self, result: str) -> None:
        self.f.do(f"ret ptr {result}")
        self.f.label("failed")  # such as MemoryError, which is set
        self.call("Py_DecRef", self.f.set("load ptr, ptr %outermost"))
        self.f.do("ret ptr null")
        self.f.label("other")  # the arguments are of another form
        self.f.end(self.call("Py_NewRef", self.address(NotImplemented)))

    def call(self, name: str, *operands: str) -> str:
        """Call a function of python_api.API."""
        result, kinds = python_api.API[name]
        given = [f"{kind} {x}" for kind, x in zip(kinds, operands, strict=True)]
        function = f"inttoptr (i64 {python_api.addresses()[name]} to ptr)"
        code = f"call {result} {function}({', '.join(given)})"
        if result == "void":
            self.f.do(code)
            return ""
        return self.f.set(code)

    def address(self, x: object) -> str:
        """The address of an object, which is kept alive."""
        self.held.append(x)
        return f"inttoptr (i64 {id(x)} to ptr)"

    def exists(self, x: str) -> None:
        """Branch to the error exit if an object is null."""
        self.f.go_unless(self.f.set(f"icmp ne ptr {x}, null"), "failed")

    def field(self, pointer: str, offset: int, kind: str) -> str:
        """The field of an object at a byte offset."""
        place = self.f.set(f"getelementptr i8, ptr {pointer}, i64 {offset}")
        return self.f.set(f"load {kind}, ptr {place}")

    def copy(self, to: str, what: str, count: int) -> None:
        self.f.module.declarations.add("declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)")
        operands = f"ptr {to}, ptr {what}, i64 {8 * count}, i1 false"
        self.f.do(f"call void @llvm.memcpy.p0.p0.i64({operands})")

    # Arguments.

    def expect(self, kind: str, found: str, wanted: str | int) -> None:
        """Branch to the exit of unsupported arguments unless two values are equal."""
        self.f.go_unless(self.f.set(f"icmp eq {kind} {found}, {wanted}"), "other")

    def read(self, form: Form, x: str, place: int | str) -> None:
        """Copy the numbers of an argument to their place."""
        kind = form.kind if isinstance(form, Nested) else float if form is NUMBER else np.ndarray
        self.expect("ptr", self.field(x, python_api.TYPE, "ptr"), self.address(kind))
        if isinstance(form, Array):
            self.read_array(form, x, place)
        elif isinstance(form, Nested):
            name = python_api.NAMES[form.kind]
            self.expect("i64", self.call(f"{name}_Size", x), len(form.parts))
            for i, part, first in self.parts(form):
                item = self.call(f"{name}_GetItem", x, i)
                self.read(part, item, self.f.plus(place, first))
        else:
            self.f.store(self.call("PyFloat_AsDouble", x), self.f.at("%numbers", place))

    def read_leaf(self, leaf: Value, place: int) -> None:
        x = self.call("PyObject_GetAttr", self.address(leaf), self.address("_number"))
        self.exists(x)
        self.f.store(self.call("PyFloat_AsDouble", x), self.f.at("%numbers", place))
        self.call("Py_DecRef", x)

    def read_array(self, form: Array, x: str, place: int | str) -> None:
        self.expect("ptr", self.field(x, python_api.DTYPE, "ptr"), self.address(python_api.FLOATS))
        self.expect("i32", self.field(x, python_api.DIMENSIONS, "i32"), len(form.shape))
        shape = self.field(x, python_api.SHAPE, "ptr")
        for axis, length in enumerate(form.shape):
            self.expect("i64", self.field(shape, 8 * axis, "i64"), length)
        flags = self.f.set(
            f"and i32 {self.field(x, python_api.FLAGS, 'i32')}, {python_api.CONTIGUOUS}"
        )
        self.expect("i32", flags, python_api.CONTIGUOUS)
        self.copy(self.f.at("%numbers", place), self.field(x, python_api.DATA, "ptr"), form.size)

    def compute(self, code: PointCode) -> None:
        for place, x in code.constants.items():
            self.f.store(literal(x), self.f.at("%numbers", place))
        long = code.cost > LONGEST
        state = self.call("PyEval_SaveThread") if long else ""
        self.f.do(f"call void inttoptr (i64 {code.library.address('point')} to ptr)(ptr %numbers)")
        if long:
            self.call("PyEval_RestoreThread", state)

    def parts(self, form: Nested) -> Iterator[tuple[str, Form, str]]:
        """The index of each part, its form, and the start of its numbers; numbers are a loop."""
        if form.flat and form.parts:
            with self.f.loop(form.size) as (i, _):
                yield i, NUMBER, i
        else:
            for k, (part, place) in enumerate(zip(form.parts, form.slices, strict=True)):
                yield str(k), part, str(place.start)

    # Results.

    def made(self, form: Form, place: int | str, put: Callable[[str], Any] | None = None) -> str:
        """A new object of a form, of the numbers from an index on.

        Args:
            put: stores it in the enclosing object while it is empty, so that all objects can be
                released through the outermost one if an allocation fails.
        """
        name = python_api.NAMES[form.kind] if isinstance(form, Nested) else ""
        if isinstance(form, Array):
            x = self.new_array(form.shape)
        elif isinstance(form, Nested):
            x = self.call(f"{name}_New", str(len(form.parts)))
        else:
            x = self.call("PyFloat_FromDouble", self.f.load(self.f.at("%numbers", place)))
        self.exists(x)
        if put is None:
            self.f.do(f"store ptr {x}, ptr %outermost")
        else:
            put(x)
        if isinstance(form, Array):
            self.copy(
                self.field(x, python_api.DATA, "ptr"), self.f.at("%numbers", place), form.size
            )
        elif isinstance(form, Nested):
            for i, part, first in self.parts(form):
                put_here = partial(self.call, f"{name}_SetItem", x, i)
                self.made(part, self.f.plus(place, first), put_here)
        return x

    def new_array(self, shape: tuple[int, ...]) -> str:
        lengths = (ctypes.c_int64 * len(shape))(*shape)
        self.held.append(lengths)
        where = f"inttoptr (i64 {ctypes.addressof(lengths)} to ptr)"
        kind = self.address(np.ndarray), str(len(shape)), where, str(python_api.FLOATS.num)
        return self.call(python_api.NEW_ARRAY, *kind, "null", "null", "0", "0", "null")
