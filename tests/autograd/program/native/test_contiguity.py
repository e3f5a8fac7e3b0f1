"""Which slots are contiguous, and which parts of scattered ones are."""

from __future__ import annotations

import random

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd.program.native.computation import Computation
from autograd.program.native.contiguity import Places, Runs


def places(columns: int, parameters: int = 0) -> Places:
    own = tuple(range(columns, columns + parameters))
    computation = Computation(tuple(range(columns)), own, {}, {}, (), columns + parameters, False)
    return Places(computation, Runs(computation))


def test_strides_in_a_run_and_among_parameters() -> None:
    found = places(8, 4)
    assert found.stride((1, 3, 5)) == 2
    assert found.stride((2, 2, 2)) == 0
    assert found.stride((11, 10, 9)) == -1
    assert found.stride((6, 7, 8)) is None  # a column, then a parameter
    assert found.stride((1, 2, 99)) is None
    assert found.are_flat([(1, 2, 3), (8, 8, 8)])
    assert not found.are_flat([(1, 2, 3), (8, 10, 8)])


def test_all_neighbors_but_at_the_ends() -> None:
    wraps = [9, *range(9)]
    assert places(10).even_parts([tuple(wraps), tuple(range(10))], 4) == [range(1, 10)]
    assert places(10).even_parts([tuple(range(10))], 4) == []  # the whole is even


@pytest.mark.parametrize("seed", range(20))
def test_parts_are_even_and_apart(seed: int) -> None:
    rng = random.Random(seed)
    jumps = [rng.choice([1, 1, 1, 1, 2]) for _ in range(60)]
    column = tuple([sum(jumps[:i]) for i in range(60)])
    found = places(column[-1] + 1)
    parts = found.even_parts([column, column[::-1]], 3)
    own = [i for part in parts for i in part]
    assert own == sorted({*own})
    for part in parts:
        assert len(part) >= 3
        for each in (column, column[::-1]):
            assert found.stride(each[part.start : part.stop]) is not None
