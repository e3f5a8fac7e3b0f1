"""The order of units: each after what it reads; straight-line code is joined up to a length."""

from __future__ import annotations

from itertools import pairwise

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import autograd
from autograd.program.native import schedule
from autograd.program.native.schedule import Straight, cost_of, operands_of
from tests.autograd.program.native.networks import network, schedule_of
from tests.autograd.tape.running import random_graph


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("longest", [1, 40, 500])
def test_each_unit_runs_after_what_it_reads(
    seed: int, longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "LONGEST_STRAIGHT", longest)
    y, found = random_graph(seed, size=60)
    ordered, computation = schedule_of(y, found[::2], found[1::2])
    known = set(computation.columns)
    for unit in ordered.units:
        assert operands_of(computation, unit) <= known
        assert known.isdisjoint(unit.results)
        known.update(unit.results)
        if isinstance(unit, Straight):
            assert len(unit.slots) == 1 or cost_of(computation, unit.slots) <= longest
    varying = {slot for slot in computation.instructions if slot in computation.varying}
    assert known == varying | set(computation.columns)


def test_straight_code_is_as_long_as_it_may_be() -> None:
    y, found = random_graph(5, size=60)
    ordered, computation = schedule_of(y, found[::2], found[1::2])
    costs = [cost_of(computation, unit.results) for unit in ordered.units]
    assert {type(unit) for unit in ordered.units} == {Straight}
    assert max(costs) <= schedule.LONGEST_STRAIGHT
    assert all([a + b > schedule.LONGEST_STRAIGHT for a, b in pairwise(costs)])
    assert len(computation.instructions) > 10 * len(costs)


def test_loops_and_layers_are_in_order_too() -> None:
    loss, parameters = network([4, 8, 8, 3], True, autograd.silu)
    ordered, computation = schedule_of(loss, 7, parameters)
    known = set(computation.columns)
    for unit in ordered.units:
        assert operands_of(computation, unit) <= known
        known.update(unit.results)
