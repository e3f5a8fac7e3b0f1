"""Tables in every layout and type, against the numpy backend."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import Value, compile
from tests.autograd.program.native.processors import become, narrower

W = Value(0.5, "w")
WIDTHS = (1, 2, 3, 8, 11)


def outputs(*x: Value) -> list[Any]:
    """Computed ones, inputs as they are, one that is there twice, and those of no row."""
    product = x[0] * x[-1] + W
    return [product, x[-1], W * W, *[a * b for a, b in zip(x[1:], x, strict=False)], product, 3.0]


PROGRAMS = {
    (width, backend): compile(outputs, width, backend=backend)
    for width in WIDTHS
    for backend in ("native", "numpy")
}
ONE = {backend: compile(lambda a, b: a - b, 2, backend=backend) for backend in ("native", "numpy")}


def same_bits(table: Any, programs: tuple[Any, Any]) -> None:
    found, wanted = [program(table) for program in programs]
    assert found.shape == wanted.shape
    assert found.dtype == np.float64
    assert found.tobytes() == wanted.tobytes()  # in C's order both
    assert found.flags.writeable
    assert not np.shares_memory(found, table)


@st.composite
def tables(draw: st.DrawFn, width: int) -> Any:
    """Views into a larger array: steps, reversed axes, Fortran's order, repeated rows."""
    kind = draw(st.sampled_from(["d", "d", "d", ">f8", "f", "e", "g", "i4", ">i2", "u8", "?"]))
    count = draw(st.sampled_from([1, 2, 7, 8, 15, 16, 17, 31, 48, 77, 300]))
    steps = [draw(st.sampled_from([1, 1, 1, 2, 3, -1, -2])) for _ in range(2)]
    margins = [draw(st.integers(0, 2)) for _ in range(2)]
    shape = [
        margin + size * abs(step)
        for margin, size, step in zip(margins, (count, width), steps, strict=True)
    ]
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    whole = np.array(rng.normal(size=shape) * 100, order=draw(st.sampled_from(["C", "F"])))
    whole = np.abs(whole).astype(kind) if kind == "u8" else whole.astype(kind)
    slices = []
    for margin, size, step in zip(margins, (count, width), steps, strict=True):
        part = slice(margin, margin + size * abs(step))
        slices.append(part)
    view = whole[tuple(slices)][:: steps[0], :: steps[1]]
    if draw(st.integers(0, 9)) == 0:
        view = np.broadcast_to(view[:1] if draw(st.booleans()) else view[:, :1], view.shape)
    if draw(st.integers(0, 9)) == 0:  # not aligned
        raw = np.frombuffer(b"x" + view.tobytes(), dtype="b")[1:]
        view = raw.view(view.dtype).reshape(view.shape)
    view = view.view()
    view.flags.writeable = draw(st.booleans()) and view.flags.writeable
    assert view.shape == (count, width)
    return view


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_layouts(data: st.DataObject) -> None:
    width = data.draw(st.sampled_from(WIDTHS))
    table = data.draw(tables(width))
    same_bits(table, (PROGRAMS[width, "native"], PROGRAMS[width, "numpy"]))
    if width == 2:
        same_bits(table, (ONE["native"], ONE["numpy"]))


@narrower
@pytest.mark.parametrize("order", ["C", "F"])
def test_layouts_on_narrower_processors(
    order: Any, processor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(processor, monkeypatch)
    for width in (1, 3, 9):
        programs = [compile(outputs, width, backend=backend) for backend in ("native", "numpy")]
        for count in (1, 4, 9, 33):
            table = np.random.default_rng(count).normal(size=(count, width)).copy(order)
            same_bits(table, (programs[0], programs[1]))


@pytest.mark.parametrize("order", ["C", "F"])
def test_losses_of_every_layout(order: Any) -> None:
    """Sums over rows have the same bits whatever the order of the table."""
    program = compile(lambda a, b: (W * a - b) ** 2, 2, [W], "native")
    table = np.random.default_rng(0).normal(size=(333, 2))
    wanted = program.value_and_grad(table)
    wider = np.zeros((666, 4), order=order)
    wider[::2, 1:3] = table
    for same in (table.copy(order), wider[::2, 1:3], table[::-1].copy(order)[::-1]):
        assert program.value_and_grad(same) == wanted


def test_forms_are_views_of_one_array() -> None:
    """What is nested costs nothing per row: each part is a column of what was computed."""
    table = np.random.default_rng(0).normal(size=(40, 3))
    program = compile(lambda *x: (x[0] * x[1], [2.0 * x[0], x[2]], np.array(x)), 3)
    value, slopes, array = program(table)
    assert array.shape == (40, 3)
    assert np.array_equal(array, table)
    assert {id(part.base) for part in (value, *slopes)} == {id(value.base)}
    assert np.shares_memory(array, value.base)
    assert all([part.flags.c_contiguous for part in (value, *slopes, array.T)])


def test_many_outputs_in_several_threads() -> None:
    """Calls at the same time work in memory of their own."""
    from concurrent.futures import ThreadPoolExecutor

    program = PROGRAMS[11, "native"]
    given = [np.random.default_rng(i).normal(size=(50 + i, 11)) for i in range(20)]
    wanted = [program(table).tobytes() for table in given]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            assert [found.tobytes() for found in pool.map(program, given)] == wanted


def test_a_large_table() -> None:
    """Many spans, of a view that takes no room."""
    row = np.arange(2.0)
    table = np.broadcast_to(row, (2**20 + 5, 2))
    found = ONE["native"](table)
    assert len(found) == len(table)
    assert (found == -1.0).all()
