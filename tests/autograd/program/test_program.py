"""Programs against the engine, on both backends; and what they say of bad input."""

from __future__ import annotations

import importlib.util
import math
import pickle
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value, compile, cross_entropy, dot, gradients, log, where
from autograd.program import Program
from autograd.recording import evaluate
from autograd.tape import record_tape
from autograd.tape.passes import optimize
from autograd.tape.reverse import reverse
from tests.autograd.installed import BACKENDS
from tests.autograd.tape.running import (
    OPERATIONS,
    TABLE,
    agree,
    bound,
    bounds,
    points,
    random_graph,
)

on_each_backend = pytest.mark.parametrize("backend", BACKENDS)


def line(backend: str) -> tuple[Program, Value]:
    """(w·x - t)² with w = 3."""
    w = Value(3.0, "w")
    return compile(lambda x, t: (w * x - t) ** 2, 2, [w], backend), w


@on_each_backend
def test_a_line(backend: str) -> None:
    program, w = line(backend)
    rows = [[1.0, 2.0], [2.0, 7.0]]
    assert list(program(rows)) == [1.0, 1.0]
    assert program.value_and_grad(rows) == (1.0, [-1.0])
    assert program.value_and_grad(rows, reduction="sum") == (2.0, [-2.0])
    assert program.value_and_grad(rows, sample_weight=[3.0, 1.0]) == (1.0, [0.5])
    assert program.value_and_grad(rows, "sum", [3.0, 1.0]) == (4.0, [2.0])
    w.data = 2.0
    assert list(program(rows)) == [0.0, 9.0]
    assert (program.backend, program.parameters) == (backend, [w])
    assert repr(program).startswith("Program(2 inputs, 1 parameters, ")
    assert "w" in str(program.tape)


# While a function is traced these stand for a choice and for a cut: no derivative flows.
OPEN = {"detach", "where_less", "where_less_equal", "where_equal"}


@pytest.mark.uncovered
@on_each_backend
@pytest.mark.parametrize("name", [name for name in OPERATIONS if name not in OPEN])
def test_every_operation_over_rows(name: str, backend: str) -> None:
    """Values and slopes at ordinary and special operands, by a sum over single rows."""
    op, numbers = TABLE[name], points(name)
    count = len(numbers[0])
    leaves = [Value(1.0, f"p{i}") for i in range(count)]
    shifted = compile(lambda *x: evaluate(op, tuple(x)), count, (), backend)
    scaled = compile(
        lambda *x: evaluate(op, tuple([a * b for a, b in zip(x, leaves, strict=True)])),
        count,
        leaves,
        backend,
    )
    found = shifted(numbers)
    for point, got in zip(numbers, found, strict=True):
        y = evaluate(op, tuple([Value(x) for x in point]))
        tape, _ = record_tape([y], list(y.parents))
        assert agree(got, y.data, infinite_if_nan(bound(optimize(tape), point)))
        own = [Value(x) for x in point]
        operands = [x * p for x, p in zip(own, leaves, strict=True)]
        slopes = gradients(evaluate(op, tuple(operands)), leaves)
        value, grads = scaled.value_and_grad([point])
        assert agree(value, y.data, infinite_if_nan(bound(optimize(tape), point)))
        sweep = optimize(reverse(scaled.tape, scaled.tape.parameter_slots))
        _, *rooms = bounds(sweep, [*point, *[1.0] * count])
        for i, (want, room) in enumerate(zip(slopes, rooms, strict=True)):
            assert agree(grads[i], want, infinite_if_nan(room)), (point, i)


def infinite_if_nan(x: float) -> float:
    return math.inf if math.isnan(x) else x


@on_each_backend
@pytest.mark.parametrize("seed", range(12))
def test_random_graphs(seed: int, backend: str) -> None:
    """The leaves x1, x2 become inputs, the others parameters."""
    y, leaves = random_graph(seed)
    inputs, parameters = leaves[:2], leaves[2:]
    program = compile(y, inputs, parameters, backend)
    rows = [[0.7, -0.3], [inputs[0].data, inputs[1].data], [0.2, 0.9]]
    numbers = [parameter.data for parameter in parameters]
    tape = optimize(reverse(record_tape([y], inputs, parameters)[0]))
    room, *rooms = bounds(tape, [*rows[1], *numbers])
    assert agree(program(rows)[1], y.data, room)
    loss, grads = program.value_and_grad([rows[1]])
    assert agree(loss, y.data, room)
    for got, want, allowed in zip(grads, gradients(y, parameters), rooms, strict=True):
        assert agree(got, want, allowed)


@on_each_backend
def test_a_network_over_many_rows(backend: str) -> None:
    """Dot products in layers, with shared weights and biases, against a mean built by hand."""
    rng = random.Random(0)
    w = [[Value(rng.uniform(-1, 1), f"w{j}{i}") for i in range(3)] for j in range(4)]
    v = [[Value(rng.uniform(-1, 1), f"v{j}{i}") for i in range(4)] for j in range(2)]
    b = Value(0.1, "b")
    parameters = [p for row in [*w, *v] for p in row] + [b]

    def loss(*x: Value) -> Value:
        hidden = [(dot(row, x[:3]) + b).tanh() for row in w]
        penalty = sum([p * p for row in v for p in row], Value(0.0)) * 0.01
        return cross_entropy([dot(row, hidden) for row in v], x[3:]) + penalty

    rows = [[rng.gauss(0, 1) for _ in range(3)] + rng.choice([[0, 1], [1, 0]]) for _ in range(33)]
    by_hand = autograd.mean([loss(*[Value(x) for x in row]) for row in rows])
    program = compile(loss, 5, parameters, backend)
    got, grads = program.value_and_grad(rows)
    assert got == pytest.approx(by_hand.data, rel=1e-14)
    assert grads == pytest.approx(gradients(by_hand, parameters), rel=1e-12, abs=1e-15)


@on_each_backend
def test_two_parameters_with_the_same_slope(backend: str) -> None:
    a, b = Value(1.0), Value(2.0)
    program = compile(lambda x: (a * x + b * x) * x.exp(), 1, [a, b], backend)
    _, grads = program.value_and_grad([[2.0], [1.0]])
    assert grads[0] == grads[1] == pytest.approx((2.0 * math.e**2 + math.e) / 2.0)


@on_each_backend
def test_several_values(backend: str) -> None:
    program = compile(lambda x, y: [x * y, x + y], 2, backend=backend)
    assert np.array_equal(program([[2.0, 3.0], [4.0, 5.0]]), [[6.0, 5.0], [20.0, 9.0]])
    assert np.shape(compile(lambda x: [x], 1, backend=backend)([[1.0], [2.0]])) == (2, 1)
    with pytest.raises(ValueError, match="expected a function of one value, this program gives 2"):
        program.value_and_grad([[2.0, 3.0]])


@on_each_backend
def test_a_value_that_no_input_reaches(backend: str) -> None:
    w = Value(2.0, "w")
    program = compile(lambda x: w * w, 1, [w], backend)
    assert list(program([[1.0], [5.0]])) == [4.0, 4.0]
    assert program.value_and_grad([[1.0], [5.0]], "sum") == (8.0, [8.0])
    assert list(compile(lambda x, unused: x, 2, backend=backend)([[1.0, 9.0]])) == [1.0]


@on_each_backend
def test_leaves_that_are_not_listed_are_read_at_each_call_too(backend: str) -> None:
    hidden = Value(2.0)
    program = compile(lambda x: x * hidden, 1, backend=backend)
    assert list(program([[3.0]])) == [6.0]
    hidden.data = 5.0
    assert list(program([[3.0]])) == [15.0]


@on_each_backend
def test_where_keeps_both_branches_and_masks_the_other(backend: str) -> None:
    w = Value(1.0, "w")
    program = compile(lambda x: where(x > 0.0, log(x * w), w * x), 1, [w], backend)
    rows = [[-2.0], [0.0], [1.0]]
    assert list(program(rows)) == [-2.0, 0.0, 0.0]
    assert program.value_and_grad(rows, "sum") == (-2.0, [-1.0])


@on_each_backend
def test_rows_may_come_in_many_forms(backend: str) -> None:
    program, _ = line(backend)
    table = np.array([[1.0, 9.0, 2.0], [2.0, 9.0, 7.0]])
    for rows in (
        table[:, ::2],
        table[:, ::2].astype(np.float32),
        np.asfortranarray(table[:, ::2]),
        [[1, 2], [2, 7]],
        ((1.0, 2.0), (2.0, np.float64(7.0))),
        table[:, ::2].astype(np.int64),
    ):
        assert list(program(rows)) == [1.0, 1.0]


@on_each_backend
@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[1.0]], "2"),
        ([[1.0, 2.0, 3.0]], "2"),
        ([], "one row"),
        (np.empty((0, 2)), "one row"),
        ([["a", "b"]], "number"),
        ([[1.0, 2.0], [1.0]], "2"),
        ([1.0, 2.0], "2"),
        (3.0, "2"),
    ],
)
def test_bad_rows_are_refused_in_words(rows: Any, message: str, backend: str) -> None:
    program, _ = line(backend)
    with pytest.raises((TypeError, ValueError), match=message):
        program(rows)


@on_each_backend
def test_bad_weights_are_refused_in_words(backend: str) -> None:
    program, _ = line(backend)
    rows = [[1.0, 2.0], [2.0, 7.0]]
    with pytest.raises(ValueError, match="one number for each of the 2 rows, got 1"):
        program.value_and_grad(rows, sample_weight=[1.0])
    with pytest.raises(ValueError, match="positive sum, got 0"):
        program.value_and_grad(rows, sample_weight=[0.0, 0.0])
    with pytest.raises(ValueError, match="'mean' or 'sum', got 'none'"):
        program.value_and_grad(rows, reduction="none")  # type: ignore[arg-type]


def test_what_can_t_be_compiled_is_refused_in_words() -> None:
    x, w = Value(1.0, "x"), Value(2.0, "w")
    with pytest.raises(ValueError, match="listed twice"):
        compile(x * w, [x], [w, w])
    with pytest.raises(ValueError, match=r"a backend of native, numpy.*got 'fast'"):
        compile(x * w, [x], backend="fast")
    with pytest.raises(TypeError, match="for a graph, expected its input leaves, got 1"):
        compile(x * w, 1)
    with pytest.raises(TypeError, match="for a function, expected the number of inputs"):
        compile(lambda t: t, [x])
    with pytest.raises(TypeError, match=r"test_program\.py, line"):
        compile(lambda t: t if t > 0 else -t, 1)


def test_counts_are_whole_numbers_of_any_type() -> None:
    assert list(compile(lambda x: x * 2.0, np.int64(1), backend="python")([[1.0]])) == [2.0]  # type: ignore[arg-type]
    for wrong in (True, -1, 1.0, 2.5, None, "x", "xy", [1], Value(1.0)):
        with pytest.raises((TypeError, ValueError), match=r"compile: .*expected .* inputs"):
            compile(lambda x: x, wrong)  # type: ignore[arg-type]
    for wrong in (2.5, True, "2", None, 0, -1, math.nan):
        with pytest.raises(ValueError, match=r"compile: expected threads=1, or more with backend="):
            compile(lambda x: x, 1, backend="native", threads=wrong)  # type: ignore[arg-type]


@on_each_backend
def test_a_function_of_no_values_is_refused(backend: str) -> None:
    for nothing in (lambda x: [], []):
        inputs: Any = 1 if callable(nothing) else [Value(1.0)]
        with pytest.raises(ValueError, match="a function of at least one value, it gives none"):
            compile(nothing, inputs, backend=backend)


@on_each_backend
def test_remainders_that_do_not_exist(backend: str) -> None:
    """Where Python's floats raise: the value, what is computed of it, and the slopes."""
    rows = [[4.0, 2.0], [1.0, 0.0], [-1.0, -0.0], [math.inf, 2.0], [7.0, math.inf]]
    for f in (
        lambda a, b: a % b,
        lambda a, b: 1.0 / (a % b),
        lambda a, b: autograd.grad(lambda b: a % b)(b) + autograd.where(a % b < 1.0, 1.0, b),
    ):
        found = [float(y) for y in compile(f, 2, backend=backend)(rows)]
        want = [f(*map(Value, row)).data for row in rows]
        assert [str(x) for x in found] == [str(x) for x in want]


@pytest.mark.parametrize(
    ("missing", "name"), [((), "native"), (("llvmlite",), "numpy"), (("numpy",), "python")]
)
def test_the_default_is_the_best_that_is_installed(
    missing: tuple[str, ...], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    find: Callable[..., Any] = importlib.util.find_spec
    if name == "native" and find("llvmlite") is None:
        name = "numpy"
    monkeypatch.setattr(
        "autograd.program.backends.find_spec", lambda name: None if name in missing else find(name)
    )
    assert compile(lambda x: x, 1).backend == name


def test_the_numpy_backend_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "autograd.program.numpy_backend", None)
    with pytest.raises(ImportError, match=r'pip install "chainrule\[numpy\]"'):
        compile(lambda x: x, 1, backend="numpy")


def test_graphs_of_several_roots() -> None:
    x = Value(2.0, "x")
    program = compile([x * x, x + 1.0], [x])
    assert np.array_equal(program([[3.0]]), [[9.0, 4.0]])


# The forms of what a function gives.


def numbers_of(found: Any, row: int) -> Any:
    """What a program's results in a nested form have for a row."""
    if isinstance(found, (list, tuple)) and isinstance(found[0], (list, tuple, np.ndarray)):
        return type(found)([numbers_of(part, row) for part in found])
    return found[row]


def lists_of(y: Any) -> Any:
    """Structures as lists: arrays too, and numbers as floats."""
    if isinstance(y, (list, tuple, np.ndarray)):
        return [lists_of(part) for part in y]
    return float(y)


CURVES: dict[str, Callable[..., Any]] = {
    "value_and_grad": autograd.value_and_grad,
    "hessian": autograd.hessian,
    "jacobian of several": lambda f: autograd.jacobian(lambda a, b: [f(a, b), a * b, a]),
    "jacobian of one": autograd.jacobian,
    "jvp": lambda f: lambda a, b: autograd.jvp(f)((a, b), (b, a)),
    "hvp": lambda f: lambda a, b: [autograd.hvp(f)((a, b), (1.0, 2.0)), (a,)],
    "vjp": lambda f: lambda a, b: (autograd.vjp(f)(a, b)[1](2.0), [a]),
    "hessian of a slope": lambda f: autograd.hessian(lambda a, b: autograd.grad(f)(a, b)[0]),
    "value_and_grad of value_and_grad": lambda f: autograd.value_and_grad(
        lambda a, b: autograd.total(autograd.value_and_grad(f)(a, b)[1])
    ),
}


@on_each_backend
@pytest.mark.parametrize("name", CURVES)
def test_transforms_over_rows(name: str, backend: str) -> None:
    f = CURVES[name](lambda a, b: autograd.exp(a * b) * a + where(a < b, a * a * b, b.tanh()))
    rows = [[0.5, 0.25], [0.25, 0.5], [-1.0, 2.0], [0.0, 1.0], *[[0.1 * i, 0.3] for i in range(20)]]
    found = compile(f, 2, backend=backend)(rows)
    for i, row in enumerate(rows):
        want = f(*row)
        is_table = not any([isinstance(part, (list, tuple)) for part in want])
        got = tuple(found[i]) if is_table else numbers_of(found, i)
        assert type(got) is type(want)
        assert np.allclose(np.hstack(flat(got)), np.hstack(flat(want)), rtol=1e-12, atol=1e-14)
        assert np.shape(flat(got)) == np.shape(flat(want))


def flat(y: Any) -> list[Any]:
    return [x for part in y for x in flat(part)] if isinstance(y, (list, tuple)) else [y]


@on_each_backend
def test_forms_over_rows(backend: str) -> None:
    X = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]

    def found(f: Callable[..., Any]) -> Any:
        return compile(f, 2, backend=backend)(X)

    assert lists_of(found(lambda a, b: a)) == [1.0, 3.0, 5.0]
    assert lists_of(found(lambda a, b: [a])) == [[1.0], [3.0], [5.0]]
    assert lists_of(found(lambda a, b: (a, b))) == X
    nested = found(lambda a, b: [a, (b, 7.0)])
    assert (type(nested), type(nested[1])) == (list, tuple)
    assert lists_of(nested) == [[1.0, 3.0, 5.0], [[2.0, 4.0, 6.0], [7.0] * 3]]
    array = found(lambda a, b: np.array([[a, b, a + b]]))
    assert isinstance(array, np.ndarray)
    assert array.tolist() == [[[a, b, a + b]] for a, b in X]
    vector = found(lambda a, b: np.array([b, a]))
    assert vector.tolist() == [[b, a] for a, b in X]
    mixed = found(lambda a, b: {"found": (a, np.array([a, b]))}["found"])
    assert lists_of(mixed) == [[1.0, 3.0, 5.0], X]
    assert lists_of(found(lambda a, b: ([], a))) == [[], [1.0, 3.0, 5.0]]
    assert found(lambda a, b: (a, np.array([])))[1].shape == (3, 0)


@on_each_backend
def test_a_program_with_a_form_pickles(backend: str) -> None:
    w = Value(2.0, "w")
    program = compile(autograd.value_and_grad(lambda x, y: w * x * y), 2, [w], backend)
    again = pickle.loads(pickle.dumps(program))
    assert (
        lists_of(again([[3.0, 1.0]])) == lists_of(program([[3.0, 1.0]])) == [[6.0], [[2.0], [6.0]]]
    )


def test_a_structure_of_no_numbers_is_refused() -> None:
    for f in (lambda x: [x, "a"], lambda x: (x, [None]), lambda x: {"a": x}):
        with pytest.raises(TypeError, match="compile: expected a function"):
            compile(f, 1)
