"""The decompositions against mpmath and, at zeros, infinities and NaN, against C."""

from __future__ import annotations

import math
import random
from types import ModuleType
from typing import Any

import mpmath
import pytest

from autograd import ieee
from autograd.exporting.decompositions import DECOMPOSITIONS
from autograd.ops import IEEE, TABLE

ORACLES = {
    "expm1": mpmath.expm1,
    "log1p": mpmath.log1p,
    "log2": lambda x: mpmath.log(x, 2),
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "copysign": math.copysign,
}
FLOOR = {"cos": 1.0, "tan": 5.0}  # near the zeros of cos the error is one of cos, not of itself
SPECIAL = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 5e-324, -1e308, 2.5, -0.5, 1e-300]


def arithmetic() -> Any:
    """Plain numbers that never raise, with the decompositions in the place of C's functions."""
    made = ModuleType("decomposed")
    vars(made).update(vars(IEEE))
    for name, rule in DECOMPOSITIONS.items():
        setattr(made, name, lambda *operands, rule=rule: rule(made, *map(ieee.Number, operands)))
    gaussian = TABLE["gaussian"].value
    assert gaussian is not None
    made.gaussian = lambda *operands: gaussian(made, *operands)  # type: ignore[attr-defined]
    return made


DECOMPOSED = arithmetic()


def drawn(name: str, count: int) -> list[list[float]]:
    rng = random.Random(name)
    sizes = {"tan": 1.5, "expm1": 300.0, "sinh": 300.0, "cosh": 300.0, "erfc": 26.0}
    inside = TABLE[name].domain
    points = []
    for i in range(count):
        point = []
        for slot in range(TABLE[name].shape.value.count("two") + 1):
            low, high = inside[min(slot, len(inside) - 1)]
            if i % 2:
                x = 10.0 ** rng.uniform(-300.0, math.log10(min(sizes.get(name, 1e300), high)))
                x = max(low, x * rng.choice([1.0, -1.0]))
            else:
                x = rng.uniform(max(low, -1.5), min(high, 1.5)) * rng.choice([1.0, 0.1])
            point.append(min(high, max(low, x)))
        points.append(point)
    return points


@pytest.mark.parametrize("name", DECOMPOSITIONS)
def test_accuracy(name: str) -> None:
    """Relative, up to some units in the last place, but of cos near its zeros."""
    truth = ORACLES.get(name) or getattr(mpmath, name)
    with mpmath.workprec(2200):
        for operands in drawn(name, 400):
            want = truth(*map(mpmath.mpf, operands))
            got = float(getattr(DECOMPOSED, name)(*operands))
            if abs(want) > 1e308 or not math.isfinite(float(want)):
                assert got == float(want), operands
            else:
                allowed = 2e-15 * max(abs(want), FLOOR.get(name, 0.0)) + 1e-323
                assert abs(got - want) <= allowed, (operands, got, float(want))


@pytest.mark.parametrize("name", DECOMPOSITIONS)
def test_special_operands(name: str) -> None:
    count = TABLE[name].shape.value.count("two") + 1
    for x in SPECIAL:
        for s in SPECIAL if count == 2 else [0.0]:
            operands = [x, s][:count]
            want = float(getattr(IEEE, name)(*operands))
            got = float(getattr(DECOMPOSED, name)(*operands))
            if math.isfinite(want):
                assert got == pytest.approx(want, rel=2e-15, abs=5e-324), operands
                assert math.copysign(1.0, got) == math.copysign(1.0, want), operands
            else:
                assert got == want or (math.isnan(got) and math.isnan(want)), operands
