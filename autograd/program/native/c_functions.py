"""Functions for C: the code of a tape at one point, called by its address, without Python.

    void values(const double *x, const double *parameters, double *y);
    double number(int n, double *x, void *parameters);

Each copies x and the parameters into memory of its own, runs the code there and copies the results,
so that several threads may call it at the same time. x has all numbers of the arguments. The code
exists as long as its program:

>>> import ctypes
>>> from autograd import Value, exp, jit
>>> program = jit(lambda x: [x[0] * x[1], x[0] + x[1]]).program([0.0, 0.0])
>>> numbers = ctypes.POINTER(ctypes.c_double)
>>> f = ctypes.CFUNCTYPE(None, numbers, numbers, numbers)(program.address)
>>> x, y = (ctypes.c_double * 2)(2.0, 5.0), (ctypes.c_double * 2)()
>>> f(x, None, y)
>>> list(y)
[10.0, 7.0]

The second one is for a function with one result, in the form that SciPy's integrators call without
Python; further arguments are their `args`, the data of Values their `user_data`:

>>> from scipy import LowLevelCallable
>>> from scipy.integrate import quad
>>> rate = Value(2.0)
>>> program = jit(lambda t, a: a * exp(-rate * t)).program(0.0, 0.0)
>>> Scalar = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_int, numbers, ctypes.c_void_p)
>>> rates = (ctypes.c_double * 1)(rate.data)
>>> pointer = ctypes.cast(rates, ctypes.c_void_p)
>>> f = LowLevelCallable(Scalar(program.scalar_address), pointer)
>>> round(quad(f, 0.0, float("inf"), args=(6.0,))[0], 9)
3.0

Code compiled by Numba can call such ctypes functions. If their pointers are declared as
`ctypes.c_void_p`, `x.ctypes` of an array can be passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import llvm_jit, python_api
from .llvm_ir import Function
from .llvm_module import literal

if TYPE_CHECKING:
    from .point_code import PointCode

MOST_ON_STACK = 500  # numbers: less than a page, since Windows requires a stack probe for more
NOT_A_NUMBER = float("nan")


def c_functions(code: PointCode, inputs: int) -> llvm_jit.Library:
    """The C functions of point code, of whose numbers the first `inputs` are inputs and the others
    parameters.
    """
    module = llvm_jit.new_module()
    values = Function(module, "values", "ptr %x, ptr %parameters, ptr %y", 1, exported=True)
    numbers = computed(values, code, inputs, "ret void")
    copy(values, "%y", values.at(numbers, code.results), code.count)
    release(values, code, numbers)
    values.end()
    if code.count == 1:
        parameters = "i32 %n, ptr %x, ptr %parameters"
        number = Function(module, "number", parameters, 1, exported=True, result="double")
        numbers = computed(number, code, inputs, f"ret double {literal(NOT_A_NUMBER)}")
        result = number.load(number.at(numbers, code.results))
        release(number, code, numbers)
        number.end(result)
    return llvm_jit.Library(module.text())


def computed(f: Function, code: PointCode, inputs: int, without_memory: str) -> str:
    """The numbers of a call, including the computed results.

    Args:
        without_memory: ends the function if memory for them can't be allocated.
    """
    if code.size <= MOST_ON_STACK:
        numbers = f.set(f"alloca [{code.size} x double], align 64")
    else:
        numbers = call(f, "PyMem_RawMalloc", f"i64 {8 * code.size}")
        f.do(f"br i1 {f.set(f'icmp ne ptr {numbers}, null')}, label %room, label %none")
        f.label("none")
        f.do(without_memory)
        f.label("room")
    copy(f, numbers, "%x", inputs)
    copy(f, f.at(numbers, inputs), "%parameters", code.results - inputs)
    for place, x in code.constants.items():
        f.store(literal(x), f.at(numbers, place))
    f.do(f"call void inttoptr (i64 {code.library.address('point')} to ptr)(ptr {numbers})")
    return numbers


def release(f: Function, code: PointCode, numbers: str) -> None:
    if code.size > MOST_ON_STACK:
        call(f, "PyMem_RawFree", f"ptr {numbers}")


def copy(f: Function, to: str, what: str, count: int) -> None:
    """Copy numbers; if there are none, the addresses may be null."""
    if count:
        f.module.declarations.add("declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)")
        operands = f"ptr {to}, ptr {what}, i64 {8 * count}, i1 false"
        f.do(f"call void @llvm.memcpy.p0.p0.i64({operands})")


def call(f: Function, name: str, operand: str) -> str:
    """Call a memory function of the C API that needs no GIL."""
    result, _ = python_api.API[name]
    code = f"call {result} inttoptr (i64 {python_api.addresses()[name]} to ptr)({operand})"
    if result == "void":
        f.do(code)
        return ""
    return f.set(code)
