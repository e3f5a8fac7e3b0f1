"""jit against the engine: drawn programs, every transform, every form; and how it behaves."""

from __future__ import annotations

import collections
import copy
import dataclasses
import functools
import gc
import importlib.util
import inspect
import math
import os
import pickle
import random
import re
import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import (
    Value,
    anomaly,
    compile,
    grad,
    hessian,
    hvp,
    jacobian,
    jit,
    jvp,
    no_grad,
    operation,
    value_and_grad,
    vjp,
    where,
)
from autograd.ops import TABLE
from autograd.program import PointProgram, backends, one_point
from autograd.recording import lift
from tests.autograd import programs
from tests.autograd.isolated import forked, isolated
from tests.autograd.program.test_agreement import ARITY, OPERATIONS, ORDINARY, SPECIAL, close

HAS_LLVMLITE = importlib.util.find_spec("llvmlite") is not None
BACKENDS = ["python", *(["native"] if HAS_LLVMLITE else [])]
on_each_backend = pytest.mark.parametrize("backend", BACKENDS)
Pair = collections.namedtuple("Pair", "a b")
Function = Callable[..., Any]


@pytest.fixture
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    name: str = request.param
    with using(name):
        yield name


class using:  # noqa: N801  as the other context managers
    """Let jit use this backend, as where llvmlite is missing."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        self.patch = pytest.MonkeyPatch()
        if self.name == "python" and HAS_LLVMLITE:
            from autograd.program import native

            self.patch.delattr(native, "NativePoint")

    def __exit__(self, *raised: object) -> None:
        self.patch.undo()


def same(got: Any, want: Any, exact: bool = False) -> bool:
    """Whether two structures have the same types and forms, and close numbers."""
    if isinstance(want, (list, tuple)):
        pairs = zip(got, want, strict=True) if type(got) is type(want) else [(0.0, 1.0)]
        return all([same(a, b, exact) for a, b in pairs])
    if isinstance(want, np.ndarray):
        if type(got) is not np.ndarray or (got.shape, got.dtype) != (want.shape, np.float64):
            return False
        return all(map(close, got.ravel().tolist(), want.ravel().tolist()))
    return type(got) is float and close(got, want)


# Of two numbers: how they are given as arguments, and how f has them from there.
FORMS: dict[str, tuple[Function, Function]] = {
    "numbers": (lambda a, b: (a, b), lambda *xs: xs),
    "a list": (lambda a, b: ([a, b],), lambda x: x),
    "a tuple": (lambda a, b: ((a, b),), lambda x: x),
    "a named tuple": (lambda a, b: (Pair(a, b),), lambda x: (x.a, x.b)),
    "nested": (lambda a, b: ([a, (b,)],), lambda x: (x[0], x[1][0])),
    "an array": (lambda a, b: (np.array([a, b]),), lambda x: (x[0], x[1])),
    "a matrix": (lambda a, b: (np.array([[a, b]]),), lambda x: (x[0, 0], x[0, 1])),
    "an array and a number": (lambda a, b: (np.array([a]), b), lambda x, b: (x[0], b)),
    "a list with an array": (lambda a, b: ([np.array([b]), a],), lambda x: (x[1], x[0][0])),
}


def along(transform: Function) -> Function:
    """A transform that takes a direction, here the point itself."""

    def made(f: Function) -> Function:
        moved = transform(f)
        return lambda *xs: moved(xs, xs)

    return made


def pulled(f: Function) -> Function:
    def function(*xs: Any) -> Any:
        y, pullback = vjp(f)(*xs)
        return y, pullback(0.5)

    return function


TRANSFORMS: dict[str, Function] = {
    "grad": grad,
    "value_and_grad": value_and_grad,
    "jacobian": jacobian,
    "hessian": hessian,
    "jvp": along(jvp),
    "hvp": along(hvp),
    "vjp": pulled,
    "jacobian of grad": lambda f: jacobian(grad(f)),
    "jacobian of hvp": lambda f: jacobian(along(hvp)(f)),
    "hessian of a slope": lambda f: hessian(lambda *xs: along(jvp)(f)(*xs)[1]),
    "gradient of a slope": lambda f: value_and_grad(lambda *xs: along(jvp)(f)(*xs)[1]),
}


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 10**9),
    steps=st.integers(1, 6),
    form=st.sampled_from([*FORMS]),
    transform=st.sampled_from([*TRANSFORMS]),
    special=st.booleans(),
)
def test_drawn_programs_in_every_form_through_every_transform(
    seed: int, steps: int, form: str, transform: str, special: bool
) -> None:
    program = programs.draw(random.Random(seed), 3, steps, ARITY)
    rng = random.Random(seed + 1)
    w = Value(rng.choice(ORDINARY), "w")
    given_as, numbers_of = FORMS[form]

    def function(w: Any) -> Function:
        def f(*xs: Any) -> Any:
            return programs.run(program, [*numbers_of(*xs), w], OPERATIONS)[-1]

        return TRANSFORMS[transform](f)

    compiled = {name: jit(function(w)) for name in BACKENDS}
    for _ in range(3):
        xs = given_as(*[rng.choice(SPECIAL if special else ORDINARY) for _ in "ab"])
        w.data = rng.choice(ORDINARY)
        want = function(lift(w.data, "w"))(*xs)  # by the engine, with the number of the leaf
        for name, f in compiled.items():
            with using(name):
                got = f(*xs)
                assert f.program(*xs).backend == name
            assert same(got, want), (name, got, want)


@pytest.mark.parametrize("backend", BACKENDS, indirect=True)
@pytest.mark.parametrize(
    ("f", "xs"),
    [
        (lambda x: x * 2.0, (3.0,)),
        (lambda x: x * 2.0, (3,)),
        (lambda x: x * 2.0, (np.float32(3.0),)),
        (lambda x: [x, 1.0, -x], (3.0,)),
        (lambda x: (x,), (3.0,)),
        (lambda x: Pair(x, [x * x]), (3.0,)),
        (lambda x: np.array([[x, 2.0], [x * x, x]]), (3.0,)),
        (lambda x: {"list": [x]}["list"], (3.0,)),
        (lambda x: x, (np.arange(6.0).reshape(2, 3),)),
        (lambda x: x, (np.arange(12.0).reshape(3, 4).T[::2],)),
        (lambda x: x[1:] * x[:-1], (np.arange(5),)),
        (lambda x: x + x, (np.arange(5, dtype=np.float32),)),
        (lambda x: x, (np.array([True, False]),)),
        (lambda x: [x, x], (np.zeros((0, 3)),)),
        (lambda x: x, (np.array(2.0),)),
        (lambda x: x[0], (np.array([1, 2.5], dtype=object),)),
        (lambda x, y: [x[0][0], y], ([(1, 2.0)], np.ones(3))),
        (lambda x: x, ([1, 2.0, np.float32(0.5), np.array(3), True, Fraction(1, 2)],)),
        (lambda x, y: x * y, (2, np.int64(3))),
        (lambda *xs: [*xs], ()),
        (lambda x: 1.0, (3.0,)),
        (lambda x: [2, (True, 0.5)], ([3.0],)),
        (lambda x: [np.ones(2), 3], (np.ones(3),)),
    ],
)
def test_the_form_of_results(f: Function, xs: tuple[Any, ...], backend: str) -> None:
    as_floats = jit(f)(*xs)
    y = f(*[x.astype(float) if isinstance(x, np.ndarray) and x.ndim else x for x in xs])

    def floats(y: Any) -> Any:
        if isinstance(y, (list, tuple)):
            return type(y)(*map(floats, y)) if hasattr(y, "_fields") else type(y)(map(floats, y))
        return y.astype(float) if isinstance(y, np.ndarray) and y.ndim else float(y)

    assert same(as_floats, floats(y)), as_floats


@pytest.mark.parametrize("backend", BACKENDS, indirect=True)
def test_a_whole_number_past_the_range_of_floats_is_infinite(backend: str) -> None:
    for f, xs in ((jit(lambda x: x[0]), ([10**400, 1],)), (jit(lambda x, y: x * y), (10**400, 1))):
        assert f(*xs) == math.inf
    array = np.array([[10**400, 1], [2, -(10**400)]], dtype=object)
    found = jit(lambda x: x * 2.0)(array)
    assert found.tolist() == [[math.inf, 2.0], [4.0, -math.inf]]


@pytest.mark.parametrize("backend", BACKENDS, indirect=True)
def test_results_are_the_caller_s_own(backend: str) -> None:
    f = jit(lambda x: (x, [x * 2.0]))
    first = f(np.ones(3))
    second = f(np.zeros(3))
    assert first[0].tolist() == [1.0] * 3
    first[0][:] = 7.0
    assert second[0].tolist() == [0.0] * 3
    assert f(np.ones(3))[0].tolist() == [1.0] * 3


@pytest.mark.parametrize("backend", BACKENDS, indirect=True)
def test_data_of_leaves_is_read_at_each_call_and_numbers_are_frozen(backend: str) -> None:
    w, v, factor = Value(2.0, "w"), Value(3.0), [5.0]
    f = jit(value_and_grad(lambda x: w * x * factor[0] + v))
    assert f(1.0) == (13.0, 10.0)
    w.data, v.data, factor[0] = 4.0, 1.0, 7.0
    assert f(1.0) == (21.0, 20.0)
    assert set(f.program(1.0).parameters) == {w, v}


def rosenbrock(x: Any) -> Any:
    return (100.0 * (x[1:] - x[:-1] * x[:-1]) ** 2 + (1.0 - x[:-1]) ** 2).sum()


def test_large_code_is_many_functions() -> None:
    x = np.linspace(-1.0, 1.0, 200)
    f = jit(value_and_grad(rosenbrock))
    got, want = f(x), value_and_grad(rosenbrock)(x)
    assert got[0] == pytest.approx(want[0], rel=1e-13)
    assert got[1] == pytest.approx(want[1], rel=1e-12, abs=1e-12)
    assert jit(hessian(rosenbrock))(x[:20]) == pytest.approx(hessian(rosenbrock)(x[:20]), rel=1e-12)


@pytest.mark.parametrize("backend", BACKENDS, indirect=True)
def test_directions_and_chosen_arguments(backend: str) -> None:
    def f(x: Any, y: Any) -> Any:
        return autograd.exp(x[0] * y) * x[1]

    point, vector = ([0.5, 2.0], 0.25), ([1.0, -1.0], 2.0)
    for transform in (jvp, hvp):
        assert same(jit(transform(f))(point, vector), transform(f)(point, vector))
        one = transform(rosenbrock)
        x, v = np.array([0.5, 2.0, -1.0]), np.array([1.0, 0.0, -1.0])
        assert same(jit(one)(x, v), one(x, v))
    for transform in (grad, value_and_grad, jacobian, hessian):
        for argnums in (0, 1, (1, 0)):
            made = transform(f, argnums)
            assert same(jit(made)(*point), made(*point))


# What is called with Values, and where the function itself runs.


def calls_of(f: Function) -> tuple[Function, list[Any]]:
    seen: list[Any] = []

    def counted(*xs: Any, **named: Any) -> Any:
        seen.append(xs)
        return f(*xs, **named)

    return counted, seen


def test_it_is_traced_once_for_each_form() -> None:
    counted, seen = calls_of(lambda x: autograd.total([y * y for y in x]))
    f = jit(counted)
    for x in ([1.0, 2.0], [3.0, 4.0], [1, 2], (1.0, 2.0), np.ones(2), np.ones(2, int), np.ones(3)):
        f(x)
    assert len(seen) == 4  # a list, a tuple, two shapes
    assert f([1.0, 2.0, 3.0]) == 14.0


def test_the_number_of_kept_forms_is_bounded_and_the_latest_stay() -> None:
    counted, seen = calls_of(lambda *xs: xs[0])
    f = jit(counted)
    most = one_point.MOST_KEPT
    for n in range(1, most + 20):
        f(*[1.0] * n)
        f(2.0)
    assert len(f._programs) == most
    traced = len(seen)
    assert traced == most + 19  # that of one number, which is always in use, was never left out
    f(*[1.0] * (most + 19))
    f(2.0)
    assert len(seen) == traced
    f(1.0, 1.0)
    assert len(seen) == traced + 1


def test_transforms_of_it_are_those_of_the_function() -> None:
    def f(x: Any, y: Any) -> Any:
        return autograd.exp(x) * y

    for transform in (grad, value_and_grad, jacobian, hessian):
        assert transform(jit(f))(0.5, 2.0) == transform(f)(0.5, 2.0)
    assert grad(lambda x: x * jit(grad(f))(x, x)[0])(0.5) == grad(lambda x: x * grad(f)(x, x)[0])(
        0.5
    )
    x = Value(0.5)
    y = jit(f)(x, 2.0)
    y.backward()
    assert x.grad == pytest.approx(2.0 * math.exp(0.5))
    assert isinstance(jit(lambda x: x[0] * 2.0)([Value(1.0), 2.0]), Value)
    assert isinstance(jit(lambda x: x[0] * 2.0)(np.array([Value(1.0), 2.0])), Value)


def test_inside_a_transform_no_number_is_frozen() -> None:
    """Though no argument of the inner function is a Value, it uses one that is."""
    held: list[Any] = []
    inner = jit(lambda x: x * held[-1])

    def outer(w: Value) -> Any:
        held.append(w)
        return inner(3.0) * w

    assert grad(outer)(2.0) == 12.0
    assert grad(outer)(5.0) == 30.0
    program = compile(lambda x: inner(2.0) * x + jit(autograd.exp)(x), 1, backend="python")
    held.append(Value(10.0))
    assert program([[1.0]]) == [2.0 * 5.0 + math.e]


def test_modes() -> None:
    w = Value(2.0)
    f = jit(value_and_grad(lambda x: autograd.log(x) * w))
    with no_grad():
        assert f(1.0) == (0.0, 2.0)
        assert f(Value(1.0))[1].parents == ()
    with anomaly(), pytest.raises(FloatingPointError, match="log"):
        f(0.0)
    assert f(0.0) == (-math.inf, math.inf)


def test_calls_of_jit_itself() -> None:
    f = jit(jit(lambda x: x * x))
    assert f(3.0) == 9.0
    assert jit(grad(jit(grad(jit(lambda x: x**3)))))(2.0) == 12.0
    assert repr(jit(grad(math_free))) == "jit(grad(math_free))"


def math_free(x: Any) -> Any:
    return x * x * 3.0


def test_pickles_and_copies() -> None:
    f = jit(value_and_grad(math_free))
    assert f(2.0) == (12.0, 12.0)
    for again in (pickle.loads(pickle.dumps(f)), copy.deepcopy(f)):
        assert again(2.0) == (12.0, 12.0)
    program = f.program(2.0)
    again = pickle.loads(pickle.dumps(program))
    assert (again.tape, again.backend) == (program.tape, program.backend)
    assert again.run((2.0,)) == (12.0, 12.0)


def described(x: Any, power: int = 2, scale: Any = 1.0, form: Any = None) -> Any:
    """A sum of powers."""
    y = autograd.total([value**power for value in x])
    y = y * autograd.total(scale) if isinstance(scale, (list, tuple)) else y * scale
    return [y] if form == "list" else y


@pytest.mark.parametrize("backend", BACKENDS, indirect=True)
def test_arguments_by_keyword(backend: str) -> None:
    counted, seen = calls_of(described)
    f, x = jit(counted), [2.0, 3.0]
    for named in (
        {"scale": 3.0},
        {"scale": [1.0, 2.0]},
        {"scale": (1.0, 2.0), "power": 3},
        {"power": 3, "scale": 0.5, "form": "list"},
        {"form": "list", "scale": np.float32(0.5), "power": 3},
    ):
        assert same(f(x, **named), described(x, **named)), named
    assert f(x=x, scale=2.0) == described(x, scale=2.0)
    traced = len(seen)
    assert f([4.0, 5.0], scale=0.25) == described([4.0, 5.0], scale=0.25)
    assert f(x, form="list", power=3, scale=0.25) == described(x, 3, 0.25, "list")
    assert len(seen) == traced  # numbers are arguments, not constants
    assert (f(x, power=1), f(x, power=True), f(x, power=1.0)) == (5.0, 5.0, 5.0)
    assert len(seen) == traced + 3  # equal, but not the same
    assert isinstance(f(x, scale=Value(2.0)), Value)
    assert grad(f)(x, scale=2.0) == [8.0, 12.0]
    assert jit(grad(described))(x, power=3) == [12.0, 27.0]
    assert f.program(x, scale=1.0).tape.inputs == ("x1", "x2", "x3")
    with pytest.raises(TypeError, match="a Value goes to the function itself"):
        f.program(x, scale=Value(1.0))
    for wrong in ({}, {1.0}):
        with pytest.raises(TypeError, match="hashable option, as form"):
            f(x, form=wrong)
    with pytest.raises(TypeError, match="jit: expected"):
        f(x, scale=["a"])


def test_positions_and_keywords_of_one_form_are_not_confused() -> None:
    f = jit(lambda a, b: [a, b])
    for _ in range(2):
        assert f(1.0, 2.0) == f(b=2.0, a=1.0) == f(1.0, b=2.0) == f(a=1.0, b=2.0) == [1.0, 2.0]


def test_it_has_the_name_of_its_function() -> None:
    for made in (jit, grad, value_and_grad, jacobian, hessian, vjp):
        f = made(described)
        assert (f.__name__, f.__doc__, f.__wrapped__) == (
            "described",
            "A sum of powers.",
            described,
        )
        assert inspect.signature(f) == inspect.signature(described)
        assert repr(f) == f"{made.__name__}(described)"
    assert jit(functools.partial(described, power=3))([2.0]) == 8.0


@jit
@value_and_grad
def decorated(x: Any) -> Any:
    return x * x


@dataclasses.dataclass
class Model:
    """Its instances have no hash."""

    weight: Value
    power: int

    @jit
    @value_and_grad
    def loss(self, x: Any, scale: float = 1.0) -> Any:
        return self.weight * x**self.power * scale

    other = jit(jacobian(described))
    exponential = jit(math.exp)


def test_methods() -> None:
    a, b = Model(Value(3.0), 2), Model(Value(5.0), 3)
    for _ in range(2):
        assert (a.loss(2.0), b.loss(2.0)) == ((12.0, 12.0), (40.0, 60.0))
    assert a.loss(2.0, scale=0.5) == (6.0, 6.0)
    a.weight.data = 1.0
    assert a.loss(2.0) == (4.0, 4.0)
    assert a.loss.program(2.0) is a.loss.program(3.0)
    assert Model.loss._made_by[1][0]._made_by[1][0].__name__ == "loss"
    assert Model.exponential is a.exponential  # a builtin function is no method of a class either
    with pytest.raises(TypeError, match="jit: expected"):
        Model.loss(2, None)


def test_code_of_methods_is_kept_as_long_as_the_instance() -> None:
    a = Model(Value(3.0), 2)
    method, known = a.loss, Model.loss._of_instances
    before = len(known)
    assert method(2.0) == (12.0, 12.0)
    del a
    gc.collect()
    assert len(known) == before
    assert method(2.0) == (12.0, 12.0)
    del method
    gc.collect()
    assert len(known) == before - 1

    class Bare:
        __slots__ = ()

        @jit
        def f(self, x: Any) -> Any:
            return x

    with pytest.raises(TypeError, match="__weakref__"):
        Bare().f(1.0)


def test_what_is_decorated_pickles_by_its_name() -> None:
    for again in (pickle.loads(pickle.dumps(decorated)), copy.deepcopy(decorated)):
        assert again is decorated
    a = Model(Value(3.0), 2)
    for again in (pickle.loads(pickle.dumps(a.loss)), copy.deepcopy(a.loss)):
        a.weight.data = 7.0  # another one's
        assert again(2.0) == (12.0, 12.0)
        a.weight.data = 3.0


# What is refused.


def test_branches_are_refused_with_file_and_line() -> None:
    def branching(x: Any) -> Any:
        return x if x > 0.0 else -x

    def reading(x: Any) -> Any:
        return x * math.exp(x.data)

    for f in (branching, reading):
        with pytest.raises(TypeError, match=rf"{re.escape(__file__)}, line \d+"):
            jit(f)(1.0)
    with pytest.raises(TypeError, match=r"autograd\.where"):
        jit(grad(branching))(1.0)
    f = jit(lambda x: where(x > 0.0, x, -x))
    assert (f(2.0), f(-3.0)) == (2.0, 3.0)


@pytest.mark.parametrize(
    "x", ["a", None, math.exp, 1j, {"a": 1.0}, [None], [[1.0, "a"]], np.array(["a"]), {1.0}, b"1"]
)
@pytest.mark.parametrize("backend", BACKENDS, indirect=True)
def test_what_is_no_number_is_refused(x: Any, backend: str) -> None:
    for f in (jit(lambda x: 1.0), jit(lambda x, y: y)):
        f_args = (x,) if f._function.__code__.co_argcount == 1 else (x, 1.0)
        with pytest.raises(TypeError, match="jit: expected"):
            f(*f_args)
    known = jit(lambda x: x[0] if isinstance(x, (list, np.ndarray)) else x)
    for right in (1.0, [1.0], np.ones(1)):
        known(right)
    with pytest.raises(TypeError, match="jit: expected"):
        known(x)


def test_what_gives_no_numbers_is_refused() -> None:
    for f in (lambda x: "a", lambda x: [x, None], vjp(math_free)):
        with pytest.raises(TypeError, match="jit: expected a function"):
            jit(f)(1.0)
    with pytest.raises(TypeError, match=r"program: expected numbers.* without Values|Value"):
        jit(math_free).program(Value(1.0))


def test_a_user_s_own_operation_is_refused() -> None:
    cube = operation("cube", lambda x: x * x * x, lambda m, x, y: (3.0 * x * x,))
    for f in (jit(cube), jit(value_and_grad(cube))):
        with pytest.raises(ValueError, match="cube"):
            f(2.0)
    TABLE.pop("cube")


def test_arrays_of_other_types_are_no_arrays_of_numbers() -> None:
    f = jit(lambda x: x[0] * 2.0)
    assert f(np.ones(2)) == 2.0
    masked = np.ma.array([1.0, 2.0], mask=[True, False])
    with pytest.raises(TypeError, match="jit: expected"):
        f(masked)
    assert f(np.ma.array([3.0, 2.0])) == 6.0
    pandas = pytest.importorskip("pandas")
    with pytest.raises(TypeError, match=r"numpy\.asarray"):
        f(pandas.Series([1.0, 2.0]))


def test_errors_of_tracing_name_jit() -> None:
    a, kept = Value(1.0, "a"), []
    chosen = autograd.where(a > 0.0, a, 2.0 * a)
    with pytest.raises(ValueError, match=r"^jit: .* is a choice that was made"):
        jit(lambda x: x * chosen)(1.0)
    jit(lambda x: kept.append(x) or x * 2.0)(1.0)
    with pytest.raises(TypeError, match=r"^jit: the function uses a Value kept from an earlier"):
        jit(lambda x: x * kept[-1])(1.0)


# What runs it.


def test_notes() -> None:
    f = jit(math_free)
    program = f.program(1.0)
    assert isinstance(program, PointProgram)
    if HAS_LLVMLITE:
        assert (program.backend, program.note) == ("native", "")
        assert "define" in program.llvm
        assert repr(program).startswith("PointProgram(1 numbers, 1 results, 2 instructions, back")
    with using("python"):
        program = jit(math_free).program(1.0)
    assert program.backend == "python"
    assert "llvmlite" in program.note
    assert not hasattr(program, "llvm")
    assert "mul" in str(program.tape)


@pytest.mark.skipif(not HAS_LLVMLITE, reason='needs llvmlite: pip install "chainrule[native]"')
def test_what_is_too_large_runs_as_python_code(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograd.program.native import compile_time

    monkeypatch.setattr(compile_time, "SECONDS", 10.0)
    f = jit(lambda x: x * x * x * x * 0.125 + x)
    assert f(2.0) == 4.0
    assert f.program(2.0).backend == "python"
    assert "lines of LLVM IR take about" in f.program(2.0).note


def test_without_llvmlite_on_its_platforms(monkeypatch: pytest.MonkeyPatch) -> None:
    for known, words in ((True, "pip install"), (False, "not available for this platform")):
        monkeypatch.setattr(backends, "has_llvmlite", lambda known=known: known)
        with using("python"):
            assert words in jit(math_free).program(1.0).note


# Threads and processes.


def at_once(function: Callable[[int], Any], count: int = 8) -> None:
    failed: list[BaseException] = []
    ready = threading.Barrier(count)

    def run(i: int) -> None:
        ready.wait()
        try:
            function(i)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed


@pytest.mark.parametrize("backend", BACKENDS, indirect=True)
def test_many_threads_also_at_the_first_call(backend: str) -> None:
    w = Value(0.5)
    f = jit(value_and_grad(lambda x: autograd.total([y * autograd.exp(x[0]) for y in x]) * w))

    def calling(i: int) -> None:
        for n in (2, 3, 5):
            for k in range(50):
                x = np.linspace(0.0, 0.1 * i + 0.01 * k, n)
                value, slopes = f(x)
                assert value == pytest.approx(0.5 * math.fsum(np.exp(x[0]) * x), rel=1e-13)
                assert slopes[1:] == pytest.approx(0.5 * np.exp(x[0]) * np.ones(n - 1))

    at_once(calling)
    assert len(f._programs) == 3


def in_children() -> None:
    f, fresh = (jit(value_and_grad(rosenbrock)) for _ in "ab")
    x = np.array([0.5, -0.5, 0.25])
    want = f(x)

    def child() -> None:
        for g in (f, fresh):
            assert same(g(x), want)
        assert same(f(x[:2]), value_and_grad(rosenbrock)(x[:2]))

    forked(child)
    forked(lambda: forked(child))
    stop = threading.Event()

    def compiling() -> None:
        while not stop.is_set():
            factor = random.random()
            jit(value_and_grad(lambda x, factor=factor: rosenbrock(x) * factor))(x)

    threads = [threading.Thread(target=compiling) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(5):
            forked(child)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_forked_children() -> None:
    isolated(in_children)


def test_solvers_of_scipy() -> None:
    optimize = pytest.importorskip("scipy.optimize", reason="needs SciPy: pip install scipy")
    x = np.array([-1.2, 1.0, 0.5])
    f, slopes = jit(value_and_grad(rosenbrock)), jit(hessian(rosenbrock))
    for method, more in (
        ("BFGS", {}),
        ("trust-exact", {"hess": slopes}),
        ("Newton-CG", {"hessp": jit(hvp(rosenbrock))}),
    ):
        found = optimize.minimize(f, x, jac=True, method=method, tol=1e-10, **more)
        assert found.x == pytest.approx(np.ones(3), abs=1e-5)


def test_a_thread_of_a_running_call_freezes_none_of_its_numbers() -> None:
    """No mode shows there that a call is running, but what the result depends on does."""
    held: list[Any] = []
    f = jit(lambda x: x * held[-1])
    programs: list[int] = []

    def outer(w: Value) -> Any:
        held.append(w)
        found: list[Any] = []
        thread = threading.Thread(target=lambda: found.append(f(3.0)))
        thread.start()
        thread.join()
        programs.append(len(f._programs))
        return found[0] * w

    assert grad(outer)(2.0) == 12.0
    assert grad(outer)(5.0) == 30.0
    assert programs == [0, 0]
