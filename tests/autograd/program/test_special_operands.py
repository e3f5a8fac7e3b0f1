"""Every entry of the table where floats end: the engine, the backends and mpmath agree."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable
from typing import Any

import pytest
from mpmath import mp, mpf

from autograd import Value, compile, grad
from autograd.ops import TABLE, Shape
from autograd.recording import evaluate
from tests.autograd import oracle
from tests.autograd.installed import BACKENDS
from tests.autograd.tape.running import COUNT, OPERATIONS

inf, nan = math.inf, math.nan
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 20.0, -40.0, inf, -inf, nan]
SPECIAL += [5e-324, -1e-310, 2.3e-308, 1e-200, -1e-154, 1.4e154, -1e200, 9e307, -9e307, 1e308]
SPECIAL += [-1e308, 64.0, -65.0, 710.0, -746.0, 2000.0, -1e16, 0.9999999999999999]
# While a function is traced these stand for a choice and for a cut: no derivative flows.
OPEN = {"detach", "where_less", "where_less_equal", "where_equal"}
NAMES = [name for name in OPERATIONS if name not in OPEN]
ONE = [name for name in NAMES if TABLE[name].shape is Shape.ONE]
Function = Callable[..., Any]


def slope(f: Function, slot: int, count: int) -> Function:
    """The derivative of a function of so many operands by one of them."""
    return grad(f) if count == 1 else lambda *xs: grad(f)(*xs)[slot]


def derivatives(name: str, order: int) -> list[tuple[int, Function]]:
    """Of an entry, by all its operands; with the number of them."""
    op = TABLE[name]
    count = COUNT[op.shape] if op.shape in (Shape.ONE, Shape.TWO, Shape.THREE) else 2

    def f(*xs: Any) -> Value:
        return evaluate(op, tuple([x if isinstance(x, Value) else Value(x) for x in xs]))

    found = []
    for slots in itertools.combinations_with_replacement(range(count), order):
        g: Function = f
        for slot in slots:
            g = slope(g, slot, count)
        found.append((count, g))
    return found


def operands(name: str, count: int) -> list[list[float]]:
    if count == 1:
        return [[x] for x in SPECIAL]
    rng = random.Random(name)
    return [[rng.choice(SPECIAL) for _ in range(count)] for _ in range(200)]


def close(got: float, want: float, smallest: float = 1e-310) -> bool:
    if math.isfinite(got) and math.isfinite(want):
        return abs(got - want) <= 1e-9 * max(abs(got), abs(want)) + smallest
    return got == want or (math.isnan(got) and math.isnan(want))


@pytest.mark.uncovered
@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("name", NAMES)
def test_backends_give_what_the_engine_gives(name: str, order: int) -> None:
    for count, f in derivatives(name, order):
        rows = operands(name, count)
        found = [f(*row) for row in rows]
        want = [y.data if isinstance(y, Value) else y for y in found]
        for backend in BACKENDS:
            got = [float(y) for y in compile(f, count, backend=backend)(rows)]
            wrong = [
                row
                for row, a, b in zip(rows, got, want, strict=True)
                if not close(a, b) and not (order == 2 and cancels(row, b))
            ]
            assert not wrong, (backend, wrong)


def cancels(row: list[float], want: float) -> bool:
    """Whether it is NaN in the engine next to 0, where factors overflow: inf - inf.

    A program passes equal nodes as one, and adds up before such a factor.
    """
    return math.isnan(want) and any([0.0 < abs(x) < 1e-300 for x in row])


@pytest.mark.uncovered
@pytest.mark.parametrize("name", ONE)
def test_backends_give_what_the_engine_gives_for_third_derivatives(name: str) -> None:
    ((_, f),) = derivatives(name, 3)
    want = [f(x) for x in SPECIAL]
    for backend in BACKENDS:
        found = compile(f, 1, backend=backend)([[x] for x in SPECIAL])
        # Of third order what is beyond the digits of a 1 may cancel.
        assert all([close(got, y, 1e-13) for got, y in zip(found, want, strict=True)])


@pytest.mark.parametrize("exponent", [0.5, 2.0, -0.5, 1.0, -1.0, 3.0, 0.0, 1 / 3, 2, -2.5])
def test_constant_exponents(exponent: float) -> None:
    """Values to the sign of zero, and slopes to the second."""
    rows = [[x] for x in SPECIAL]
    f: Function = lambda x: x**exponent  # noqa: E731  short
    values = [(Value(x) ** exponent).data for (x,) in rows]
    for backend in BACKENDS:
        found = [float(y) for y in compile(f, 1, backend=backend)(rows)]
        assert all(map(close, found, values))
        signs = [math.copysign(1.0, y) for y in values if not math.isnan(y)]
        assert [math.copysign(1.0, y) for y in found if not math.isnan(y)] == signs
        slopes = [float(y) for y in compile(grad(f), 1, backend=backend)(rows)]
        assert all(map(close, slopes, [grad(f)(x) for (x,) in rows]))


@pytest.mark.parametrize("name", ONE)
def test_nan_stays_at_every_order(name: str) -> None:
    """Outside the domain, and where the operand is NaN, no derivative is a number.

    Where the slope is a number whatever x is, as that of -x, so it is here.
    """
    if name in ("neg", "pos", "branch"):
        assert grad(lambda x: evaluate(TABLE[name], (x,)))(nan) in (1.0, -1.0)
        return
    f = derivatives(name, 0)[0][1]
    for x in SPECIAL:
        if math.isnan(f(x).data):
            g = f
            for _ in range(3):
                g = grad(g)
                assert math.isnan(g(x)), x


FAR = [1e-310, 1e-200, 0.3, 40.0, 63.0, 65.0, 710.0, 1e16, 1.4e154, 1e200, 9e307, 1e308]
STEPPED = {"floor", "ceil", "sign", "branch", "gelu_tanh", "softsign"}  # by choices of size


def exact(name: str, x: float, order: int) -> Any:
    """The derivative of an entry, by central differences at as many digits as it takes.

    To 80 bits, or to 1e-14 where it is nothing: far out erf has no digits that change.
    """
    op, bits = TABLE[name], 400 + order * max(0, int(mp.mag(mpf(x))))
    while True:
        with mp.workprec(bits):
            h = mp.ldexp(min(abs(mpf(x)), mpf(1)), -100)
            ys = [oracle.value(op, [x + (order - 2 * k) * h]) for k in range(order + 1)]
            change = mp.fsum([(-1) ** k * mp.binomial(order, k) * y for k, y in enumerate(ys)])
            rounding = mp.ldexp(max(map(abs, ys)), 80 - bits)
            if abs(change) > rounding or rounding < 1e-14 * (2 * h) ** order or bits > 5000:
                return change / (2 * h) ** order
        bits *= 2


@pytest.mark.uncovered
@pytest.mark.parametrize("name", [name for name in ONE if name not in STEPPED])
def test_a_derivative_that_is_a_number_is_not_nan(name: str) -> None:
    """Where the exact one is within range; how many digits are right, others measure."""
    low, high = TABLE[name].domain[0]
    compared = 0
    for order in (1, 2):
        ((_, f),) = derivatives(name, order)
        for x in [*FAR, *[-x for x in FAR]]:
            if low < x < high:
                want = exact(name, x, order)
                if abs(want) < 1e300:
                    assert abs(f(x) - want) <= 1e-6 * abs(want) + 1e-12, (order, x, float(want))
                    compared += 1
    assert compared >= 6


def test_the_slope_of_a_power_in_its_exponent_at_0() -> None:
    """d/db of b·a**(b - 1) is 1/a at b = 0; both orders of differentiating agree."""
    for a in (0.3, 2.0, -1.5, 1e90):
        by_exponent = grad(lambda b, a=a: grad(lambda x: x**b)(a))
        by_base = grad(lambda x: grad(lambda b: x**b)(0.0))
        assert by_exponent(0.0) == pytest.approx(1.0 / a, rel=1e-15)
        if a > 0.0:
            assert by_base(a) == pytest.approx(1.0 / a, rel=1e-15)
    assert [grad(lambda x: x**0.0)(x) for x in (0.0, 5e-324, inf, nan)] == [0.0] * 4
