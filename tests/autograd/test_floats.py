"""Plain float arithmetic: C's functions under the names that rules use."""

from __future__ import annotations

import math

import pytest

from autograd import floats, ieee
from autograd.ops import FLOATS, TABLE


@pytest.mark.parametrize("x", [0.0, 1.0, 1.5, -1.5, 2.0**52 - 0.5, 2.0**52, 1e300, -1e300])
def test_floor_and_ceil_are_whole_floats_around_x(x: float) -> None:
    assert floats.floor(x) == math.floor(x)
    assert floats.ceil(x) == math.ceil(x)
    assert type(floats.floor(x)) is type(floats.ceil(x)) is float


def test_floor_and_ceil_keep_what_is_not_a_number() -> None:
    assert floats.floor(math.inf) == floats.ceil(math.inf) == math.inf
    assert floats.floor(-math.inf) == floats.ceil(-math.inf) == -math.inf
    assert math.isnan(floats.floor(math.nan))
    assert math.isnan(floats.ceil(math.nan))


def test_where_picks_and_constant_keeps() -> None:
    assert floats.where(True, 1.0, 2.0) == 1.0
    assert floats.where(False, 1.0, 2.0) == 2.0
    assert floats.constant(3.0) == 3.0


def test_the_two_float_arithmetics_have_the_same_functions() -> None:
    """What a rule may call, both have: by its own name, or made from an entry."""

    def functions(module: object) -> set[str]:
        own = {n for n, f in vars(module).items() if callable(f) and n[0] != "_" and n[0].islower()}
        return own - {"guarded", "both_ways", "divide", "power", "remainder", "exact_sum"}

    assert functions(floats) == functions(ieee)


@pytest.mark.parametrize("name", [name for name, op in TABLE.items() if op.value and op.builtin])
def test_an_entrys_value_is_found_by_its_name(name: str) -> None:
    assert TABLE[name].forward is getattr(FLOATS, name)
    assert not hasattr(floats, name)  # making an entry changes no other module


@pytest.mark.parametrize("module", [floats, ieee])
def test_the_largest_is_nan_if_any_is_wherever_it_stands(module):
    nan, inf = math.nan, math.inf
    for xs in ([1.0, nan], [nan, 1.0], [inf, nan, -inf], [nan, inf]):
        assert math.isnan(module.largest(xs))
    assert module.largest([-inf, inf]) == inf
    assert module.largest([-inf, 3.0, 2.0]) == 3.0
