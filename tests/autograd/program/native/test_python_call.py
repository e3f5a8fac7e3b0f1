"""Calls without ctypes beside those with it: every form, wrong arguments, references, threads."""

from __future__ import annotations

import ctypes
import gc
import math
import sys
import threading
from collections import namedtuple
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

from autograd import Value, jit, total, value_and_grad
from autograd.program.native import NativePoint, python_api, python_call
from autograd.structures import flatten
from tests.autograd.program.test_one_point import at_once, same

NUMBERS = st.floats(-1e3, 1e3)
ARRAYS = st.lists(st.integers(0, 3), min_size=1, max_size=3).map(
    lambda shape: np.arange(float(math.prod(shape))).reshape(shape) - 2.5
)
STRUCTURES = st.recursive(
    NUMBERS | ARRAYS,
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple),
    max_leaves=8,
)


def others(x: Any) -> Iterator[Any]:
    """What x may be taken for by mistake, and what it is not at all."""
    yield from (
        None,
        "a",
        1,
        True,
        1j,
        [],
        (),
        {},
        1.0,
        [1.0],
        (1.0,),
        np.ones(2),
        Value(1.0),
        math,
    )
    if isinstance(x, float):
        yield from (np.float64(x), np.float32(x), [x], np.array(x), np.array([x]))
    elif isinstance(x, np.ndarray):
        yield from (
            x[None],
            x.T,
            x[:-1],
            np.repeat(x, 2, axis=0),
            np.repeat(x, 2, axis=-1)[..., ::2],
        )
        yield from (x.ravel(), x.tolist(), x.view(np.ma.MaskedArray), x.view(np.recarray))
        for kind in (np.float32, np.int64, object, ">f8", np.complex128):
            yield x.astype(kind)
    else:
        yield from (list(x), tuple(x), [*x, 1.0], (*x, 1.0), x[:-1], Pair(1.0, 2.0))
        for i, item in enumerate(x):
            for other in others(item):
                yield type(x)([*x[:i], other, *x[i + 1 :]])


Pair = namedtuple("Pair", "a b")


def program_of(f: Any, *args: Any) -> NativePoint:
    run = jit(f).program(*args).run
    assert isinstance(run, NativePoint)
    assert run.enter is not None
    return run


@settings(max_examples=100, deadline=None)
@given(xs=st.lists(STRUCTURES, max_size=3), ys=STRUCTURES, other=st.lists(STRUCTURES, max_size=3))
def test_every_form_and_every_other_one(xs: list[Any], ys: Any, other: list[Any]) -> None:
    numbers, form = flatten(ys, "test")

    def f(*args: Any) -> Any:
        given = flatten(args, "test")[0]
        sums = [sum(given) * (x + 0.5) if i % 3 else x for i, x in enumerate(numbers)]
        return list(args), form.build(sums)

    run = program_of(f, *xs)
    assert run.enter is not None
    got = run.enter(tuple(xs))
    assert same(got, run(xs), exact=True), got
    assert same(got, f(*xs))
    for args in (other, *others(tuple(xs))):
        if type(args) is not tuple or kinds(args) != kinds(tuple(xs)):
            assert run.enter(args) is NotImplemented, args
        else:
            assert same(run.enter(args), run(args), exact=True)


def kinds(x: Any) -> Any:
    """What has to be equal for the code to take it."""
    if type(x) in (list, tuple):
        return type(x), [kinds(item) for item in x]
    if type(x) is np.ndarray:
        return type(x), x.dtype, x.shape, x.flags.c_contiguous
    return type(x)


def test_what_is_no_tuple_of_arguments() -> None:
    enter = program_of(lambda x: x, 1.0).enter
    assert enter is not None
    for x in (1.0, [1.0], (), (1.0, 2.0), None, Pair(1.0, 2.0)):
        assert enter(x) is NotImplemented
    with pytest.raises(TypeError):
        enter()
    with pytest.raises(TypeError):
        enter((1.0,), (2.0,))


def test_where_there_is_no_such_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def enter(f: Any, *args: Any) -> Any:
        return jit(f).program(*args).run.enter  # type: ignore[attr-defined]

    assert enter(lambda x: x, Pair(1.0, 2.0)) is None
    assert enter(lambda x: Pair(x, x), 1.0) is None
    assert enter(lambda x: [(y,) for y in x], np.ones(python_call.MOST_OBJECTS)) is None
    assert enter(lambda x: x * 2.0, np.ones(python_call.MOST_NUMBERS)) is None
    monkeypatch.setattr(python_api, "usable", lambda: False)
    f = jit(value_and_grad(lambda x: (x * x).sum()))
    for _ in range(2):
        assert same(f(np.ones(2)), (2.0, np.full(2, 2.0)))
    assert f.program(np.ones(2)).run.enter is None  # type: ignore[attr-defined]


def test_data_of_leaves_is_read() -> None:
    w, v = Value(2.0), Value(3.0)
    f = jit(lambda x: [w * x, x, v])
    assert [f(5.0) for _ in "ab"] == [[10.0, 5.0, 3.0]] * 2
    w.data, v.data = 4.0, 0.5
    assert f(5.0) == [20.0, 5.0, 0.5]


def test_no_reference_is_lost_or_left() -> None:
    w = Value(1.5)
    f = program_of(
        lambda x, y: [(x[0] * y[0], [1.0]), y, np.array([x[1] * w])], [1.0, 2.0], np.ones(2)
    )
    enter, args, wrong = f.enter, ([1.5, 2.5], np.ones(2)), ([1.5, 2.5], np.ones(3))
    assert enter is not None
    watched = [
        float,
        list,
        tuple,
        np.ndarray,
        np.dtype(float),
        NotImplemented,
        *args,
        args[0][0],
        w._number,
    ]

    def references() -> list[int]:
        gc.collect()
        return [sys.getrefcount(x) for x in watched]

    before = references()
    for _ in range(1000):
        enter(args)
        enter(wrong)
    assert all([abs(a - b) < 10 for a, b in zip(before, references(), strict=True)])
    y = enter(args)
    parts = [y, y[0], y[0][1], y[1], y[2]]
    counts = [sys.getrefcount(x) for x in parts]
    assert len({*counts}) == 1, counts  # the list `parts`, and the place in y or `y`


def test_where_the_memory_does_not_suffice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The array can't be made: what was made before it is given back."""
    failing = python_api.pointer(ctypes.pythonapi.PyErr_NoMemory)
    places = python_api.addresses() | {python_api.NEW_ARRAY: failing}
    with monkeypatch.context() as patch:
        patch.setattr(python_api, "addresses", lambda: places)
        inner = program_of(lambda x: [[x, x], (x, [np.array([x, x])])], 1.0)
        outer = program_of(lambda x: np.array([x, x]), 1.0)
    for run in (inner, outer):
        assert run.enter is not None
        before = len(gc.get_objects())
        for _ in range(100):
            with pytest.raises(MemoryError):
                run.enter((1.0,))
        assert len(gc.get_objects()) - before < 50


def test_it_lives_as_long_as_it_is_held() -> None:
    f = jit(lambda x: [x * 3.0, np.array([x])])
    f(1.0)
    enter = f.program(1.0).run.enter  # type: ignore[attr-defined]
    del f
    for i in range(40):  # more than are cached
        jit(lambda x, i=i: x + float(i))(1.0)
    gc.collect()
    assert same(enter((2.0,)), [6.0, np.array([2.0])])


@pytest.mark.parametrize("longest", [0, 1_000_000], ids=["without the GIL", "with it"])
def test_threads_have_numbers_of_their_own(longest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    w = Value(0.5)
    f = jit(value_and_grad(lambda x: total([y * y for y in x]) * w))
    monkeypatch.setattr(python_call, "LONGEST", longest)
    f(np.ones(50))

    def calling(i: int) -> None:
        for k in range(2000):
            x = np.full(50, float(i + k))
            value, slopes = f(x)
            assert value == 25.0 * (i + k) ** 2
            assert slopes.tolist() == x.tolist()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        at_once(calling)
    finally:
        sys.setswitchinterval(interval)


def test_a_thread_with_little_stack() -> None:
    f = jit(value_and_grad(lambda x: (x * x * x).sum()))
    x = np.ones(1200)
    want = f(x)
    assert f.program(x).run.enter is not None  # type: ignore[attr-defined]
    found: list[Any] = []
    before = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=lambda: found.append(f(x)))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert same(found[0], want)
