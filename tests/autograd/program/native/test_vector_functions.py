"""The vector functions, measured against mpmath."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import autograd
from autograd.program.native import NativeBackend, vector_functions
from autograd.tape import trace
from autograd.tape.reverse import reverse
from tests.autograd.program.native.processors import become, narrower

SPECIAL = [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 2.2e-308, 1e308, -1e308]
SPECIAL += [1.0, -1.0, 0.5, 709.8, -745.2, -746.0, 354.0, -354.0, 372.5, 2.0**-54, 1.0 + 2.0**-52]
COUNT = 1500
SLOPES: dict[str, Callable[[Any], Any]] = {
    "exp": mpmath.exp,
    "expm1": mpmath.exp,
    "tanh": lambda x: mpmath.sech(x) ** 2,
    "log": lambda x: 1 / x,
    "log1p": lambda x: 1 / (1 + x),
}


def signed(rng: np.random.Generator, low: float, high: float) -> np.ndarray[Any, Any]:
    """Numbers of all sizes, as powers of ten between bounds, of both signs."""
    return rng.choice([-1.0, 1.0], COUNT) * 10.0 ** rng.uniform(low, high, COUNT)


def points(name: str) -> np.ndarray[Any, Any]:
    rng = np.random.default_rng(len(name))
    uniform = rng.uniform
    drawn: dict[str, list[np.ndarray[Any, Any]]] = {
        "exp": [uniform(-1, 1, COUNT), uniform(-745, 709.7, COUNT), signed(rng, -18, 2.8)],
        "expm1": [uniform(-2, 2, COUNT), uniform(-50, 709.7, COUNT), signed(rng, -310, 2.8)],
        "tanh": [uniform(-4, 4, COUNT), uniform(-372, 372, COUNT), signed(rng, -310, 2.5)]
        + [uniform(350, 374, COUNT // 3)],
        "log": [uniform(0.5, 2, COUNT), 10.0 ** uniform(-323, 308, COUNT)]
        + [1.0 + signed(rng, -15, -1)],
        "log1p": [uniform(-0.9, 2, COUNT), 10.0 ** uniform(-320, 308, COUNT)]
        + [signed(rng, -18, -0.01)],
    }
    return np.concatenate([*drawn[name], np.array(SPECIAL)])


def ulps(got: float, exact: Any) -> float:
    """The distance in units of the last place of the exact number, subnormal ones included."""
    nearest = float(exact)
    if math.isinf(nearest) or math.isinf(got):
        return 0.0 if got == nearest else math.inf
    return float(abs(mpmath.mpf(got) - exact) / mpmath.mpf(math.ulp(nearest)))


@pytest.mark.parametrize("name", list(SLOPES))
def test_values_to_2_ulp_and_slopes_to_4(name: str) -> None:
    check(name, points(name))


@narrower
@pytest.mark.parametrize("name", list(SLOPES))
def test_on_narrower_processors_too(
    name: str, processor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(processor, monkeypatch)
    check(name, np.concatenate([points(name)[::7], np.array(SPECIAL)]))


def check(name: str, xs: np.ndarray[Any, Any]) -> None:
    tape, _ = trace(getattr(autograd, name), 1)
    backend = NativeBackend(reverse(tape, [0]), None)
    found = backend.values(xs[:, None], [])
    with mpmath.workprec(200):
        for x, (value, slope) in zip(xs.tolist(), found.tolist(), strict=True):
            eager, eager_slope = autograd.value_and_grad(getattr(autograd, name))(x)
            if not math.isfinite(x) or not math.isfinite(eager):
                assert same_special(value, eager), x
                assert same_special(
                    slope, eager_slope[0] if isinstance(eager_slope, tuple) else eager_slope
                ), x
                continue
            exact = mpmath.mpf(x)
            assert ulps(value, getattr(mpmath, name)(exact)) <= 2.0, x
            assert math.copysign(1.0, value) == math.copysign(1.0, eager), x
            if math.isfinite(eager_slope):
                assert ulps(slope, SLOPES[name](exact)) <= 4.0, x


def same_special(got: float, want: float) -> bool:
    return got == want or (math.isnan(got) and math.isnan(want))


def test_the_coefficients_are_the_fit() -> None:
    """(expm1(r) - r)/r² on |r| <= log(2)/2, by Chebyshev's approximation of degree 9."""
    with mpmath.workdps(60):
        half = mpmath.log(2) / 2 * mpmath.mpf("1.0001")

        def q(r: Any) -> Any:
            if abs(r) < mpmath.mpf(10) ** -12:
                return mpmath.mpf(1) / 2 + r / 6 + r * r / 24 + r**3 / 120
            return (mpmath.expm1(r) - r) / r**2

        fitted, error = mpmath.chebyfit(q, [-half, half], 10, error=True)
        assert error < 2e-16
        assert [0.5, *[float(c) for c in fitted[::-1][1:]]] == list(vector_functions.EXPM1_Q)
        high = mpmath.floor(mpmath.log(2) * 2**42) / 2**42
        assert float(high) == vector_functions.LN2_HIGH
        assert float(mpmath.log(2) - high) == vector_functions.LN2_LOW
