"""scan: a Python loop of Values, one instruction of a tape where a function is traced."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value, compile, grad, hessian, hvp, jacobian, jit, jvp, scan, total, vjp, where
from autograd.tape import Tape, trace

Scan = Callable[..., tuple[Any, Any]]
F = Callable[..., Any]


def unrolled(step: Any, state: Any, xs: Any = None, length: int | None = None) -> tuple[Any, Any]:
    """What scan is defined by, in the words of its docstring."""
    ys = []
    for x in [None] * (length or 0) if xs is None else xs:
        state, y = step(state, x)
        ys.append(y)
    return state, ys


def one_state(loop: Scan, r: Any, a: Any) -> Any:
    s, ys = loop(lambda s, x: (r * s * autograd.sin(s) + x * a, s * x), 1.0, [1.0, 2.0, 3.0])
    return total(ys) + s


def last_y(loop: Scan, r: Any, a: Any) -> Any:
    _, ys = loop(lambda s, _: (r * s + a, s * s), a, length=6)
    return ys[-1] * ys[2]


def two_states(loop: Scan, r: Any, a: Any) -> Any:
    def step(state: Any, x: Any) -> Any:
        p, (q, _) = state
        return (p + 0.1 * q, [q - 0.1 * autograd.sin(p) * r + x[1], x[0]]), None

    (p, (q, last)), _ = loop(step, (a, [r, 0.5]), [[r * 0.1, 0.2], [a, 0.1], [0.3, a * r]])
    return p * q + last


def without_state(loop: Scan, r: Any, a: Any) -> Any:
    _, ys = loop(lambda s, x: (s, autograd.exp(x * r)), (), [a, r, 0.5, a * r])
    return total(ys)


def unchanged(loop: Scan, r: Any, a: Any) -> Any:
    """Steps of which no instruction is left."""
    s, _ = loop(lambda s, _: ((+s[0], s[1] * 1.0), None), (r * a, a), length=3)
    inner, _ = loop(
        lambda s, _: (loop(lambda u, _: (+u, None), s * r, length=2)[0], None), a, None, 4
    )
    return s[0] * s[1] + inner


def nested(loop: Scan, r: Any, a: Any) -> Any:
    weights = [r, a, r * a]

    def outer(s: Any, x: Any) -> Any:
        inner, ys = loop(lambda u, w: (u * w * 0.5 + x, u - w), s, weights)
        return inner, total(ys)

    s, ys = loop(outer, 0.3, [1.0, a, 2.0, r])
    return s + total(ys)


def nested_over_the_x(loop: Scan, r: Any, a: Any) -> Any:
    def outer(s: Any, row: Any) -> Any:
        u, ys = loop(lambda u, x: (autograd.tanh(u * r + x), u), s, row)
        return ys[0] + u, ys[1]

    s, ys = loop(outer, a, [[a, 0.1], [0.2, r]])
    return s * ys[0]


def choosing(loop: Scan, r: Any, a: Any) -> Any:
    def step(s: Any, x: Any) -> Any:
        return where(s > x, s * r, s + a), where(x < r, s, 1.0)

    s, ys = loop(step, a, [0.1, 0.9, 0.4, 1.2])
    return s * total(ys)


def ys_into_another(loop: Scan, r: Any, a: Any) -> Any:
    _, ys = loop(lambda s, _: (s * r, s + a), 1.0, length=5)
    s, _ = loop(lambda s, y: (s * y + y * a, None), r, ys)
    return s


def with_flags(loop: Scan, r: Any, a: Any) -> Any:
    """Comparisons among the states, the xs and the ys; a mask."""

    def step(state: Any, x: Any) -> Any:
        s, (done, low), number = state
        mask, above, t = x
        new = where(done, s, where(mask, s * r + t, where(above, s, s - a)))
        after = new, [done | (new > 0.9), low | (new < 0.3)], s * number
        return after, [new > s, (done, new * mask)]

    start = (a, [r > 5.0, False], True)
    xs = [(True, a > 0.1, 0.3), (False, a > 0.5, r), (True, r > a, 0.7), (True, r < a, a)]
    (s, (done, low), number), ys = loop(step, start, xs)
    return where(done | low, s, s * r) * where(ys[1][0], s, a) + number + ys[2][1][1]


def masked(loop: Scan, r: Any, a: Any) -> Any:
    """A mask as an array, whose ys are an array of numbers."""
    mask = np.array([True, False, True])
    s, ys = loop(lambda s, x: (where(x, s * r, s + a), s > 0.3), a, mask)
    return s * (ys[0] + 2.0 * ys[2])


def of_constants(loop: Scan, r: Any, a: Any) -> Any:
    s, _ = loop(lambda s, x: (s * 0.5 + x, None), 1.0, [1.0, 2.0])
    return s * r + a


FUNCTIONS = [
    one_state,
    last_y,
    two_states,
    without_state,
    unchanged,
    nested,
    nested_over_the_x,
    choosing,
    ys_into_another,
    of_constants,
    with_flags,
    masked,
]
TRANSFORMS: list[Callable[[F], F]] = [
    lambda f: f,
    grad,
    hessian,
    lambda f: lambda a, b: jvp(f)((a, b), (1.0, 2.0)),
    lambda f: lambda a, b: jvp(jvp(f))(((a, b), (1.0, 2.0)), ((b, 1.0), (a, 0.5)))[1],
    lambda f: lambda a, b: hvp(f)((a, b), (b, 2.0)),
    lambda f: lambda a, b: jvp(grad(f))((a, b), (1.0, 2.0)),
    lambda f: jacobian(lambda a, b: [f(a, b), f(b, a) * a]),
    lambda f: lambda a, b: vjp(grad(f))(a, b)[1]((1.0, a)),
    lambda f: jacobian(hessian(f)),
]
POINT = (0.7, 0.4)


def flat(x: Any) -> list[float]:
    """All numbers of a result, in their order."""
    if isinstance(x, (list, tuple, np.ndarray)):
        return [number for part in x for number in flat(part)]
    return [float(x)]


def agree(got: Any, want: Any) -> None:
    np.testing.assert_allclose(flat(got), flat(want), 1e-12, 1e-13)


@pytest.mark.parametrize("transform", range(len(TRANSFORMS)))
@pytest.mark.parametrize("f", FUNCTIONS)
def test_derivatives_are_those_of_the_unrolled_graph(f: F, transform: int) -> None:
    """Eager, as a tape whose derivative is written on Values, and in each backend."""
    made = TRANSFORMS[transform]
    want = made(lambda r, a: f(unrolled, r, a))(*POINT)
    agree(made(lambda r, a: f(scan, r, a))(*POINT), want)
    for backend in ("python", "numpy"):
        agree(compile(made(lambda r, a: f(scan, r, a)), 2, backend=backend)([POINT]), want)
    agree(jit(made(lambda r, a: f(scan, r, a)))(*POINT), want)


@pytest.mark.parametrize("backend", ["python", "numpy"])
@pytest.mark.parametrize("f", FUNCTIONS)
def test_derivatives_of_the_tape(f: F, backend: str) -> None:
    """Those of a program, written on the tape; by inputs and by a parameter."""
    rows = [POINT, (0.2, 0.9), (-0.3, 1.1)]
    w = Value(0.8, label="w")
    loops = compile(lambda r, a: f(scan, r * w, a), 2, [w], backend)
    plain = compile(lambda r, a: f(unrolled, r * w, a), 2, [w], backend)
    agree(loops(rows), plain(rows))
    for by in ("inputs", "parameters"):
        for name in ("jacobian", "hessian"):
            got = np.array(getattr(loops, name)(rows, by=by))
            np.testing.assert_allclose(got, getattr(plain, name)(rows, by=by), 1e-12, 1e-13)
    np.testing.assert_allclose(loops.value_and_grad(rows)[1], plain.value_and_grad(rows)[1], 1e-12)
    np.testing.assert_allclose(loops.hvp(rows, [2.0]), plain.hvp(rows, [2.0]), 1e-12)


def instructions(tape: Tape) -> int:
    """The number of instructions, with those of steps."""
    inside = [instructions(one.held.body) for _, one in tape if one.name == "loop"]
    return len(tape.instructions) + sum(inside)


@pytest.mark.parametrize("transform", range(7))
def test_the_tape_does_not_grow_with_the_length(transform: int) -> None:
    """Where what belongs to a step is computed in it."""

    def f(length: int) -> F:
        def loss(r: Any, a: Any) -> Any:
            def step(state: Any, _: Any) -> Any:
                s, loss = state
                return (autograd.tanh(s * r + a), loss + s * s), None

            return scan(step, (a, 0.0), length=length)[0][1]

        return loss

    sizes = [instructions(trace(TRANSFORMS[transform](f(n)), 2)[0]) for n in (10, 200)]
    assert sizes[0] == sizes[1]


def test_a_tape_with_a_loop_as_text() -> None:
    tape, _ = trace(lambda r: scan(lambda s, x: (r * s + x, s), 1.0, [3.0, 4.0])[0], 1)
    assert str(tape.check()) == (
        "inputs      x1\n"
        "constants   c1 = 1.0, c2 = 3.0, c3 = 4.0\n"
        "v1 = pack(c2, c3)\n"
        "v2 = loop(x1; c1; v1), 2 steps:\n"
        "    captures    x1\n"
        "    states      s1\n"
        "    steps       s3\n"
        "    v1 = mul(x1, s1)\n"
        "    v2 = add(v1, s3)\n"
        "    next        v2\n"
        "    ys          s1\n"
        "v3 = final1(v2)\n"
        "outputs     v3"
    )


def test_structures_come_back() -> None:
    def step(state: Any, x: Any) -> Any:
        (a, b), c = state
        return ((b, a), c + x[0] * a), [a, (b, c)]

    (pair, c), ys = scan(step, ((1.0, 2.0), 0.5), [(1.0,), (2.0,)])
    assert (pair, c) == ((1.0, 2.0), 5.5)
    assert ys == [[1.0, (2.0, 0.5)], [2.0, (1.0, 1.5)]]
    state, ys = scan(lambda s, x: (s * 0.5 + x, s.sum()), np.ones(2), np.array([[1.0, 2.0]] * 3))
    assert state.tolist() == [1.875, 3.625]
    assert ys.tolist() == [2.0, 4.0, 5.0]
    made = jit(lambda x: scan(lambda s, row: (s + row, s * 2.0), x[0], x))
    state, ys = made(np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert state.tolist() == [5.0, 8.0]
    assert ys.tolist() == [[2.0, 4.0], [4.0, 8.0]]


@pytest.mark.parametrize("length", [7, 12, 97])
@pytest.mark.parametrize("transform", range(len(TRANSFORMS)))
def test_past_the_bound_of_memory_blocks_are_computed_again(length: int, transform: int) -> None:
    xs = [0.3 + 0.1 * (i % 5) for i in range(length)]

    def f(loop: Scan, r: Any, a: Any, **options: int) -> Any:
        def step(state: Any, x: Any) -> Any:
            p, q = state
            return (p + 0.1 * q * x, q - 0.1 * autograd.sin(p) * r), p * x

        (p, q), ys = loop(step, (a, r * 0.5), [x * a for x in xs], **options)
        return p * q + total(ys) + ys[-1] * ys[2]

    made = TRANSFORMS[transform]
    want = made(lambda r, a: f(unrolled, r, a))(*POINT)
    blocks = made(lambda r, a: f(scan, r, a, most_stored=10))
    agree(blocks(*POINT), want)
    tape, _ = trace(blocks, 2)
    assert any([one.name == "loop" and one.held.body.has_loops for _, one in tape.check()])
    if transform < 3:
        agree(compile(blocks, 2, backend="numpy")([POINT]), want)
    agree(compile(blocks, 2, backend="python")([POINT]), want)


@pytest.mark.parametrize("backend", ["python", "numpy"])
def test_a_jacobian_of_many_outputs_is_a_loop_for_each_input(backend: str) -> None:
    def f(loop: Scan, r: Any, a: Any) -> Any:
        return loop(lambda s, x: (s * r + x, s * a), 1.0, [a * i for i in range(30)])[1]

    want = jacobian(lambda r, a: f(unrolled, r, a))(*POINT)
    made = compile(jacobian(lambda r, a: f(scan, r, a)), 2, backend=backend)
    agree(made([POINT]), want)
    assert sum([one.name == "loop" for _, one in made.tape]) == 3
    program = compile(lambda r, a: f(scan, r, a), 2, backend=backend)
    agree(program.jacobian([POINT], by="inputs"), want)


def test_a_derivative_inside_of_a_step() -> None:
    """Descent as a loop: its end is differentiated by where it began and by what it goes down."""

    def energy(x: Any, r: Any) -> Any:
        return autograd.cosh(x) * r + x * x

    def end(loop: Scan, r: Any, a: Any) -> Any:
        def step(x: Any, _: Any) -> Any:
            return x - 0.1 * grad(lambda x: energy(x, r))(x), jit(energy)(x, a)

        x, ys = loop(step, a, length=7)
        return x * total(ys)

    for made in TRANSFORMS[:8]:
        want = made(lambda r, a: end(unrolled, r, a))(*POINT)
        agree(made(lambda r, a: end(scan, r, a))(*POINT), want)
        agree(jit(made(lambda r, a: end(scan, r, a)))(*POINT), want)


def test_a_program_with_loops_travels() -> None:
    w = Value(0.8)
    program = compile(lambda r, a: nested(scan, r * w, a), 2, [w], "numpy")
    again = pickle.loads(pickle.dumps(program))
    assert again.value_and_grad([POINT]) == program.value_and_grad([POINT])
    assert again.tape == program.tape


def test_an_array_of_another_shape_is_described() -> None:
    with pytest.raises(
        TypeError, match=r"it takes, an array of shape \(2,\); got an array of shape \(1,\)"
    ):
        scan(lambda s, x: (s[:1], None), np.zeros(2), length=2)


def test_what_a_step_stored_can_not_be_used_outside() -> None:
    kept: list[Any] = []

    def f(a: Any) -> Any:
        def step(s: Any, x: Any) -> Any:
            kept.append(s * x)
            return s + x, None

        return scan(step, a, [1.0, 2.0])[0] + kept[0]

    with pytest.raises(TypeError, match="a Value kept from an earlier trace"):
        jit(f)(1.0)


def test_numbers_alone_stay_numbers_where_a_function_is_traced() -> None:
    """Also their derivatives, and where nothing depends on the function's arguments."""
    calls = []

    def f(a: Any) -> Any:
        def step(s: Any, x: Any) -> Any:
            calls.append(1)
            return s * x, None

        slope = grad(lambda r: scan(lambda s, _: (s * r, None), 1.0, length=3)[0])(2.0)
        return a * scan(step, 3.0, [1.0, 2.0])[0] + slope

    assert jit(f)(2.0) == 24.0
    assert trace(f, 1)[0].has_loops is False
    w = Value(2.0)  # a leaf's data may change: it is no constant
    program = compile(lambda a: a + scan(lambda s, x: (s * x, None), w, [1.0, 2.0])[0], 1)
    assert program([[1.0]])[0] == 5.0
    w.data = 3.0
    assert program([[1.0]])[0] == 7.0


def test_the_graph_of_an_eager_scan_is_that_of_the_loop() -> None:
    r = Value(0.5, label="r")
    y, ys = scan(lambda s, x: (s * r + x, s), 1.0, [1.0, 2.0, 3.0])
    assert len(list(autograd.paths(y, r))) == 3
    y.backward()
    assert r.grad == 3 * 0.25 + 2 * 0.5 * 1.0 + 2.0
    assert ys[1].data == 1.5


@pytest.mark.parametrize("kind", ["int8", "uint8", "float16", "float32", "longdouble", "bool"])
def test_steps_of_any_array_have_64_bits(kind: str) -> None:
    """Narrower numbers would overflow, or be rounded, in a step that is run as it is."""
    for xs in (np.array([100, 100, 0.1]).astype(kind), np.array([[0.1], [90.0], [90.0]], kind)):

        def f(a: Any, xs: Any = xs) -> Any:
            return scan(lambda s, x: (s + np.sum(x) * 3, x * 1), 0 * a, xs)

        for g in (f, jit(f)):
            state, ys = g(1.0)
            assert float(state) == pytest.approx(3.0 * xs.astype(float).sum(), rel=1e-15)
            assert ys.astype(float).tolist() == xs.astype(float).tolist()


class Column:
    """A column of a table: it has items, and is no array."""

    def __array__(self) -> Any:
        return np.ones(3)

    def __iter__(self) -> Any:
        return iter(np.ones(3))


def wrong_calls() -> list[tuple[Callable[[], Any], type[Exception], str]]:
    def add(s: Any, x: Any) -> Any:
        return s + x, None

    return [
        (lambda: scan(add, 0.0), ValueError, "expected xs or length, got neither"),
        (lambda: scan(add, 0.0, []), ValueError, "expected at least one x, got none"),
        (lambda: scan(add, 0.0, np.zeros(0)), ValueError, "expected at least one x, got none"),
        (
            lambda: scan(add, 0.0, [1.0], 2),
            ValueError,
            "expected length to be that of xs, 1, got 2",
        ),
        (lambda: scan(add, 0.0, length=0), ValueError, "at least 1 as length, got 0"),
        (lambda: scan(add, 0.0, length=2.0), TypeError, "at least 1 as length, got 2.0"),  # type: ignore[arg-type]
        (lambda: scan(add, 0.0, (x for x in (1.0,))), TypeError, r"list\(xs\) makes a list of it"),
        (lambda: scan(add, 0.0, 3.0), TypeError, "a list, a tuple or an array as xs"),
        (lambda: scan(add, 0.0, range(3)), TypeError, r"list\(xs\) makes a list of it"),
        (lambda: scan(add, 0.0, {"x": [1.0]}), TypeError, r"\}; scan\(step, state, xs\)"),  # type: ignore[arg-type]
        (lambda: scan(add, 0.0, np.array(1.0)), TypeError, r"; scan\(step, state, xs\)"),
        (lambda: scan(add, 0.0, memoryview(b"x")), TypeError, r"; scan\(step, state, xs\)"),
        (lambda: scan(add, 0.0, Column()), TypeError, r"numpy.asarray\(xs\) makes an array"),
        (lambda: scan(add, None, [1.0]), TypeError, r"\(\) is a state of no numbers"),
        (lambda: scan(add, 0.0, [1j]), TypeError, "expected a real number, got complex"),
        (lambda: scan(add, 0.0, np.array([1j])), TypeError, "got complex"),
        (lambda: scan(add, "0", [1.0]), TypeError, "str"),
        (lambda: scan(2.0, 0.0, [1.0]), TypeError, "a function of a state and an x"),  # type: ignore[arg-type]
        (lambda: scan(lambda s, x: s, 0.0, [1.0]), TypeError, "a step that gives"),  # type: ignore[arg-type, return-value]
        (lambda: scan(lambda s, x: (None, s), 0.0, [1.0]), TypeError, "a state from the step"),
        (
            lambda: scan(lambda s, x: ((s, s), None), 0.0, [1.0]),
            TypeError,
            "in the form it takes, a number; got a tuple of 2 numbers",
        ),
        (
            lambda: scan(lambda s, x: (s + 1.0, [s] * int(x)), 0.0, [1, 2]),
            TypeError,
            "ys of one form, got a list of 1 number in step 0 and a list of 2 numbers in step 1",
        ),
    ]


@pytest.mark.parametrize("case", range(len(wrong_calls())))
def test_errors_in_words(case: int) -> None:
    call, kind, text = wrong_calls()[case]
    with pytest.raises(kind, match=text):
        call()


def test_errors_while_traced() -> None:
    with pytest.raises(TypeError, match=r"got Condition .*; autograd.where\(condition, 1.0, 0.0\)"):
        jit(lambda a: scan(lambda s, x: (s * a, s > x), a, [1.0])[1])(1.0)
    with pytest.raises(TypeError, match="in the form it takes, a number; got a list of 1 number"):
        jit(lambda a: scan(lambda s, x: ([s], None), a, [1.0])[0])(1.0)
    with pytest.raises(TypeError, match=r"a comparison of Values was used as a bool.*where"):
        jit(lambda a: scan(lambda s, x: (s if s > x else x, None), a, [1.0])[0])(1.0)
    with pytest.raises(TypeError, match=r"got NoneType None; without None, as in scan\(...\)\[0\]"):
        jit(lambda a: scan(lambda s, x: (s * a, None), a, [1.0]))(1.0)
    with pytest.raises(TypeError, match="xs of one form"):
        jit(lambda a: scan(lambda s, x: (s * a, None), a, [1.0, [1.0]])[0])(1.0)
    with pytest.raises(TypeError, match="array, as each x, got NoneType None; in step 1"):
        jit(lambda a: scan(lambda s, x: (s * a, None), a, [1.0, None])[0])(1.0)
    for table in ([1.0, 2.0], np.array([1.0, 2.0])):
        with pytest.raises((TypeError, IndexError), match=r"not Input|valid indices") as caught:
            jit(lambda a, table=table: scan(lambda s, i: (s + table[i], None), a, [0, 1])[0])(1.0)
        assert any(["put what it would pick into xs" in note for note in caught.value.__notes__])
