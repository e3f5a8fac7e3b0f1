"""Machine code that C calls: through ctypes, by threads, and by SciPy's integrals."""

from __future__ import annotations

import ctypes
import math
import threading
from typing import Any

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from scipy import LowLevelCallable
from scipy.integrate import dblquad, quad

from autograd import Value, exp, jit, sin, value_and_grad
from autograd.program import PointProgram
from autograd.program.native import c_functions
from tests.autograd.program.test_one_point import using

NUMBERS = ctypes.POINTER(ctypes.c_double)
Values = ctypes.CFUNCTYPE(None, NUMBERS, NUMBERS, NUMBERS)
Scalar = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_int, NUMBERS, ctypes.c_void_p)


def called(program: PointProgram, x: Any, parameters: Any = None) -> Any:
    y = np.full(len(program.tape.outputs) + 1, -1.0)
    given = None if parameters is None else np.array(parameters).ctypes.data_as(NUMBERS)
    Values(program.address)(np.array(x).ctypes.data_as(NUMBERS), given, y.ctypes.data_as(NUMBERS))
    assert y[-1] == -1.0  # nothing is written past the results
    return y[:-1]


@pytest.mark.parametrize("size", [1, 7, 300, 3000], ids="{} numbers".format)
def test_all_numbers_go_where_they_belong(size: int) -> None:
    """Inputs, a parameter, results that are constants; on the stack and past it."""
    w = Value(3.0, "w")

    def f(x: Any, t: Any) -> Any:
        return [w * y * y + t for y in x] + [2.0, w, t]

    program = jit(f).program(np.zeros(size), 0.0)
    x = np.arange(float(size))
    wanted = [*5.0 * x * x + 0.25, 2.0, 5.0, 0.25]
    np.testing.assert_array_equal(called(program, [*x, 0.25], [5.0]), wanted)
    np.testing.assert_array_equal(jit(f)(x, 0.25), [*3.0 * x * x + 0.25, 2.0, 3.0, 0.25])


def test_a_gradient() -> None:
    def f(x: Any) -> Any:
        return exp(x[0]) * sin(x[1])

    program = jit(value_and_grad(f)).program([0.0, 0.0])
    a, b = 0.5, 0.25
    wanted = [math.exp(a) * math.sin(b), math.exp(a) * math.sin(b), math.exp(a) * math.cos(b)]
    np.testing.assert_allclose(called(program, [a, b]), wanted, rtol=1e-15)


@pytest.mark.parametrize("size", [3, 3000])
def test_threads_have_nothing_in_common(size: int) -> None:
    program = jit(lambda x: np.cumsum(np.exp(x) * 0.5)).program(np.zeros(size))
    wrong = []

    def run(shift: float) -> None:
        x = np.linspace(-1.0, 1.0, size) + shift
        wanted = np.cumsum(np.exp(x) * 0.5)
        for _ in range(50):
            if not np.allclose(called(program, x), wanted, rtol=1e-13):
                wrong.append(shift)

    threads = [threading.Thread(target=run, args=(0.1 * i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("terms", [1, 600], ids=["on the stack", "past it"])
def test_integrals_by_quad_without_python(terms: int) -> None:
    """∫ a e^(-bt) sin² t, for which there is a formula; b is a Value whose data C is given."""
    b = Value(1.0, "b")

    def f(t: Any, a: Any) -> Any:
        powers = [exp(-b * t) for _ in range(terms)]
        for i in range(1, terms):  # steps that need each other's results
            powers[i] = powers[i - 1] * exp(0.0 * sin(powers[i - 1] + i))
        return a * powers[-1] * sin(t) ** 2

    program = jit(f).program(0.0, 0.0)
    rate = (ctypes.c_double * 1)(0.5)
    function = Scalar(program.scalar_address)
    low_level = LowLevelCallable(function, ctypes.cast(rate, ctypes.c_void_p))
    assert low_level.signature == "double (int, double *, void *)"
    for factor in (1.0, 6.0):
        found, error = quad(low_level, 0.0, np.inf, args=(factor,))
        assert found == pytest.approx(factor * 2.0 / (0.5 * (0.25 + 4.0)), abs=1e-8)
        assert error < 1e-6


def test_integrals_over_two_variables() -> None:
    program = jit(lambda y, x: x * y * y).program(0.0, 0.0)
    low_level = LowLevelCallable(Scalar(program.scalar_address))
    assert dblquad(low_level, 0.0, 2.0, 0.0, 1.0)[0] == pytest.approx(2.0 / 3.0, rel=1e-13)


def test_without_memory_there_is_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def f(x: Any) -> Any:
        return np.sum(np.cumsum(np.exp(x)))

    monkeypatch.setattr(c_functions, "MOST_ON_STACK", 0)
    none = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_int64)(lambda count: 0)
    known = c_functions.python_api.addresses()
    pointer = c_functions.python_api.pointer(none)
    monkeypatch.setitem(known, "PyMem_RawMalloc", pointer)
    program = jit(f).program(np.zeros(3))
    x = np.zeros(3)
    assert math.isnan(Scalar(program.scalar_address)(3, x.ctypes.data_as(NUMBERS), None))
    assert called(program, x).tolist() == [-1.0]


def test_what_has_no_address() -> None:
    several = jit(lambda x: [x, x]).program(1.0)
    with pytest.raises(AttributeError, match=r"^scalar_address: expected a function of one result"):
        _ = several.scalar_address
    assert several.address == several.address
    with using("python"):
        program = jit(lambda x: x * x).program(1.0)
        for name in ("address", "scalar_address"):
            assert not hasattr(program, name)
            with pytest.raises(AttributeError, match=rf"^{name}: .* runs on 'python'; llvmlite"):
                getattr(program, name)
