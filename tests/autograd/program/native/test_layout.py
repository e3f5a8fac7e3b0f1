"""Where slots are: no two that are live at one time share a place; runs are contiguous."""

from __future__ import annotations

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import autograd
from autograd.program.native.computation import Computation
from autograd.program.native.layout import Allocator, Layout, Region, memory_layout, strides
from autograd.program.native.schedule import Schedule, operands_of
from tests.autograd.program.native.networks import network, schedule_of
from tests.autograd.tape.running import random_graph


def test_a_gap_is_used_again_and_neighbors_are_joined() -> None:
    allocator = Allocator()
    assert [allocator.allocate(2, 0, end) for end in (3, 3, 9)] == [0, 2, 4]
    assert allocator.allocate(4, 4, 9) == 0
    assert allocator.allocate(1, 4, 9) == 6
    assert allocator.size == 7


def test_a_place_that_is_read_at_a_time_is_not_free_then() -> None:
    allocator = Allocator()
    assert allocator.allocate(1, 0, 3) == 0
    assert allocator.allocate(1, 3, 4) == 1
    assert allocator.allocate(1, 4, 5) == 0


def test_long_runs_begin_at_a_cache_line_and_short_ones_fill_the_gaps() -> None:
    allocator = Allocator(by_lines=True)
    assert [allocator.allocate(count, 0, 1) for count in (1, 20, 9, 2, 4, 5)] == [
        0,
        8,
        32,
        1,
        3,
        41,
    ]
    assert allocator.size == 46
    assert allocator.allocate(8, 2, 3) == 0
    assert allocator.allocate(30, 2, 3) == 8
    assert [allocator.allocate(count, 2, 3) for count in (3, 8)] == [38, 48]


@pytest.mark.parametrize("seed", range(20))
def test_no_two_live_slots_share_a_place(seed: int) -> None:
    y, found = random_graph(seed, size=60)
    check(*schedule_of(y, found[::2], found[1::2]))


def test_slots_of_layers_share_places_in_turn() -> None:
    loss, parameters = network([5, 9, 9, 9, 2], True, autograd.tanh)
    check(*schedule_of(loss, 7, parameters))


def check(schedule: Schedule, computation: Computation) -> None:
    layout = memory_layout(computation, schedule, 16, kept=[])
    for run in schedule.runs:
        places = [layout.places[slot] for slot in run if slot in layout.places]
        if places:
            region, first = places[0]
            assert places == [(region, first + i) for i in range(len(run))]
    holder: dict[tuple[int, int], int] = {}  # by region and place: the slot whose numbers are there
    for i, slot in enumerate(computation.columns):
        assert layout.offset(slot) == (layout.columns, 16 * i)
        holder[id(layout.columns), i] = slot
    for unit in schedule.units:
        for slot in operands_of(computation, unit):
            region, place = layout.places[slot]
            assert holder[id(region), place] == slot
            assert place < region.slots
        for slot in unit.results:
            if slot in layout.places:
                region, place = layout.places[slot]
                holder[id(region), place] = slot


def test_uniform_slots_get_places_when_they_are_needed() -> None:
    layout = Layout(16, {7: 0, 8: 1})
    assert [layout.uniform_place(slot) for slot in (8, 3, 7, 3)] == [1, 2, 0, 2]
    assert layout.pack([7, 3]) == 3
    assert layout.uniform_place(5) == 5
    assert layout.uniform_size == 6
    assert layout.block_size(Region("kept", 3)) == 48


def test_strides() -> None:
    assert strides([[5, 7, 9], [15, 17, 19]]) == (5, 10, 2)
    assert strides([[4], [4]]) == (4, 0, 1)
    assert strides([[5, 7, 9], [15, 17, 18]]) is None
    assert strides([[0, 1], [2, 4]]) is None
