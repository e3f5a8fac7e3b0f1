"""Derivatives of programs on every backend: against the engine, NumPy, SciPy and closed forms."""

from __future__ import annotations

import math
import pickle
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, compile, dot, exp, gradients, log, softplus, where
from autograd.program import Program, numpy_backend
from autograd.program import derivatives as module
from tests.autograd import programs
from tests.autograd.installed import BACKENDS
from tests.autograd.program.test_agreement import (
    ARITY,
    COUNTS,
    OPERATIONS,
    ORDINARY,
    SPECIAL,
    close,
    numbers,
)

on_each_backend = pytest.mark.parametrize("backend", BACKENDS)
Array = np.ndarray[Any, Any]


def second_of_engine(
    f: Callable[..., Value], row: Sequence[float], parameters: Sequence[Value], by: str
) -> tuple[list[float], list[list[float]]]:
    """The gradient of one row and its Hessian, from a graph of that row.

    Where a derivative does not exist, at 0/0, an entry and its mirror image may differ; the one
    above the diagonal is taken.
    """
    inputs = [Value(x) for x in row]
    xs = parameters if by == "parameters" else inputs
    slopes = gradients(f(*inputs), xs, create_graph=True)
    matrix = [gradients(s, xs) for s in slopes]
    places = range(len(xs))
    return (
        [s.data for s in slopes],
        [[matrix[min(i, k)][max(i, k)] for k in places] for i in places],
    )


def all_close(found: Any, wanted: Any, of_engine: bool = False) -> bool:
    """Whether numbers are the same.

    of_engine: where that is NaN, as 0·inf + inf is, a tape in which equal instructions are one may
        have the number that is right, (0 + 1)·inf.
    """
    got, want = np.asarray(found, dtype=float), np.asarray(wanted, dtype=float)
    assert got.shape == want.shape
    pairs = zip(got.ravel().tolist(), want.ravel().tolist(), strict=True)
    return all(close(a, b) or (of_engine and math.isnan(b)) for a, b in pairs)


@pytest.mark.uncovered
@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**9),
    steps=st.integers(1, 8),
    count=st.sampled_from(COUNTS),
    special=st.booleans(),
    by=st.sampled_from(["parameters", "inputs"]),
    weighted=st.booleans(),
)
def test_drawn_programs_on_drawn_tables(
    seed: int, steps: int, count: int, special: bool, by: Any, weighted: bool
) -> None:
    """Branches by `where` among them; rows with zeros of both signs, infinities and NaN."""
    program = programs.draw(random.Random(seed), 4, steps, ARITY)
    cells = numbers(SPECIAL if special else ORDINARY, 2 * count, seed + 1)
    rows = [cells[i : i + 2] for i in range(0, 2 * count, 2)]
    parameters = [Value(x, f"p{i}") for i, x in enumerate(numbers(ORDINARY, 2, seed + 2))]
    weights = [float(i % 3) for i in range(1, count + 1)] if weighted else None
    along = numbers(ORDINARY[1:], 2, seed + 3)

    def f(*x: Value) -> Value:
        result: Value = programs.run(program, [*x, *parameters], OPERATIONS)[-1]
        return result

    pairs = [second_of_engine(f, row, parameters, by) for row in rows]
    slopes, matrices = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    shares = np.array(weights or [1.0] * count)
    with np.errstate(all="ignore"):
        weighed = shares[:, None, None] * np.array(matrices)
        total = weighed.sum(axis=0)
        product = (weighed * np.array(along)).sum(axis=(0, 2))
    finite = np.isfinite(weighed).all()
    first: Any = None
    for backend in BACKENDS:
        made = compile(f, 2, parameters, backend)
        found = made.jacobian(rows, by), made.hessian(rows, None, weights, by)
        assert all_close(found[0], slopes, of_engine=True), backend
        assert all_close(found[1], weighed, of_engine=True), backend
        first = first or found
        assert all(map(all_close, found, first)), backend
        if finite:
            whole = made.hessian(rows, "sum", weights, by)
            assert all_close(whole, total), backend
            assert np.array_equal(whole, np.transpose(whole)), backend
            assert np.allclose(made.hvp(rows, along, "sum", weights, by), product), backend


def logistic(backend: str, count: int = 200) -> tuple[Program, Array, list[Value]]:
    """A regression of three parameters on `count` rows."""
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.normal(size=(count, 3)), rng.integers(0, 2, count)])
    w = [Value(0.3, "a"), Value(-0.2, "b"), Value(0.1, "c")]

    def loss(*v: Value) -> Value:
        z = dot(w, v[:3])
        return softplus(z) - v[3] * z

    return compile(loss, 4, w, backend), X, w


def by_hand(X: Array, w: Sequence[float]) -> tuple[Array, Array, Array]:
    """Of that loss: each row's value, gradient and Hessian, in NumPy."""
    z = X[:, :3] @ np.array(w)
    share = 1.0 / (1.0 + np.exp(-z))
    slopes = (share - X[:, 3])[:, None] * X[:, :3]
    bend = share * (1.0 - share)
    return (
        np.logaddexp(0.0, z) - X[:, 3] * z,
        slopes,
        bend[:, None, None] * X[:, :3, None] * X[:, None, :3],
    )


@on_each_backend
@pytest.mark.parametrize("weighted", [False, True])
def test_a_regression_against_numpy(backend: str, weighted: bool) -> None:
    program, X, _ = logistic(backend)
    weights = np.linspace(0.5, 2.0, len(X)) if weighted else None
    shares = np.ones(len(X)) if weights is None else weights
    at = np.array([0.5, -1.0, 0.25])
    values, slopes, matrices = by_hand(X, at)
    same = {"rtol": 1e-12, "atol": 1e-14}
    whole = {"sum": 1.0, "mean": shares.sum()}
    for reduction, size in whole.items():
        given: Any = {"reduction": reduction, "sample_weight": weights, "parameters": at}
        np.testing.assert_allclose(program.value(X, **given), shares @ values / size, **same)
        value, gradient = program.value_and_grad(X, **given)
        np.testing.assert_allclose(value, shares @ values / size, **same)
        np.testing.assert_allclose(gradient, shares @ slopes / size, **same)
        assert isinstance(gradient, np.ndarray)
        want = np.tensordot(shares, matrices, 1) / size
        np.testing.assert_allclose(program.hessian(X, **given), want, **same)
        vectors = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 0.5]])
        found = program.hvp(X, vectors, **given)
        np.testing.assert_allclose(found, vectors @ want, **same)
        np.testing.assert_allclose(program.hvp(X, vectors[1], **given), found[1], **same)
    np.testing.assert_allclose(program.jacobian(X, parameters=at), slopes, **same)
    found = program.vjp(X, shares, parameters=at)
    np.testing.assert_allclose(found, shares @ slopes, **same)
    found = program.vjp(X, np.array([shares, np.ones(len(X))]), parameters=at)
    np.testing.assert_allclose(found, [shares @ slopes, slopes.sum(axis=0)], **same)


@on_each_backend
def test_parameters_at_a_call_write_nothing(backend: str) -> None:
    """They stand for the program's own; what else the function uses keeps its data."""
    w, k = Value(3.0, "w"), Value(10.0, "k")
    program = compile(lambda x: w * w * x + k, 1, [w], backend)
    rows = [[1.0], [2.0]]
    for at in ([2.0], (2,), np.array([2.0]), np.array([2], dtype=np.int32)):
        assert list(program(rows, at)) == [14.0, 18.0]
        assert program.value(rows, parameters=at) == 16.0
        value, gradient = program.value_and_grad(rows, parameters=at)
        assert (value, list(gradient)) == (16.0, [6.0])
        assert isinstance(gradient, np.ndarray if isinstance(at, np.ndarray) else list)
        assert np.asarray(program.hessian(rows, parameters=at)).tolist() == [[3.0]]
        assert np.asarray(program.jacobian(rows, parameters=at)).tolist() == [[4.0], [8.0]]
        assert np.asarray(program.vjp(rows, [1.0, 1.0], parameters=at)).tolist() == [12.0]
        assert np.asarray(program.hvp(rows, [2.0], parameters=at)).tolist() == [6.0]
    assert (w.data, program.value(rows)) == (3.0, 23.5)
    k.data = 0.0
    assert program.value(rows) == 13.5


@on_each_backend
def test_kinds_of_results(backend: str) -> None:
    """Arrays from numpy and native; from python lists, unless the parameters are an array."""
    program, X, _ = logistic(backend, 4)
    kind = list if backend == "python" else np.ndarray
    rows, one = X.tolist(), [1.0] * 4
    for at, wanted in ((None, kind), ([1.0, 2.0, 3.0], kind), (np.ones(3), np.ndarray)):
        assert isinstance(program.jacobian(rows, parameters=at), wanted)
        assert isinstance(program.hessian(rows, parameters=at), wanted)
        assert isinstance(program.hessian(rows, None, parameters=at), wanted)
        assert isinstance(program.vjp(rows, one, parameters=at), wanted)
        assert isinstance(program.vjp(rows, one, "inputs", parameters=at), wanted)
        assert isinstance(program.hvp(rows, [1.0, 0.0, 0.0], parameters=at), wanted)
        assert isinstance(program.gradient_and_hessian(rows, "x4", None, at)[0], wanted)
        assert isinstance(program.value(rows, parameters=at), float)


@on_each_backend
def test_several_outputs(backend: str) -> None:
    a, b = Value(2.0, "a"), Value(0.5, "b")
    program = compile(lambda x, y: [a * exp(-b * x), x * y, a * b], 2, [a, b], backend)
    X = np.array([[1.0, 3.0], [2.0, -1.0], [0.0, 0.0]])
    x, e = X[:, 0], np.exp(-0.5 * X[:, 0])
    zero, one = np.zeros(3), np.ones(3)
    by_parameters = np.array([[e, -2.0 * x * e], [zero, zero], [0.5 * one, 2.0 * one]])
    by_inputs = np.array([[-e, zero], [X[:, 1], X[:, 0]], [zero, zero]])
    by_y = by_inputs[:, 1:]
    same = {"rtol": 1e-14, "atol": 1e-16}
    for by, wanted in (("parameters", by_parameters), ("inputs", by_inputs), (["x2"], by_y)):
        found = program.jacobian(X, by)
        np.testing.assert_allclose(found, wanted.transpose(2, 0, 1), **same)
    adjoints = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 0.0], [0.0, 1.0, 1.0]])
    total = np.einsum("ro,opr->p", adjoints, by_parameters)
    each = np.einsum("ro,opr->rp", adjoints, by_inputs)
    two = [adjoints, 2.0 * adjoints]
    for table in (adjoints, adjoints.tolist(), np.asfortranarray(adjoints)):
        np.testing.assert_allclose(program.vjp(X, table), total, **same)
        np.testing.assert_allclose(program.vjp(X, table, by="inputs"), each, **same)
    np.testing.assert_allclose(program.vjp(X, two), [total, 2.0 * total], **same)
    np.testing.assert_allclose(program.vjp(X, np.array(two), "inputs"), [each, 2.0 * each], **same)
    for call in (program.value, program.hessian, program.value_and_grad):
        with pytest.raises(ValueError, match="this program gives 3; jacobian and vjp take several"):
            call(X)


@on_each_backend
def test_a_structure_is_flat_in_a_jacobian(backend: str) -> None:
    a = Value(2.0, "a")
    program = compile(lambda x: {0: (a * x, [x, a * a])}[0], 1, [a], backend)
    found = program.jacobian([[3.0], [4.0]])
    assert np.asarray(found).tolist() == [[[3.0], [0.0], [4.0]], [[4.0], [0.0], [4.0]]]
    one = compile(lambda x: [a * x], 1, [a], backend).jacobian([[3.0]])
    assert np.asarray(one).tolist() == [[[3.0]]]


@on_each_backend
def test_gradient_and_hessian_of_each_row(backend: str) -> None:
    program = compile(lambda s, y: softplus(s) - y * s, ["s", "y"], (), backend)
    X = np.array([[0.5, 1.0], [-3.0, 0.0], [40.0, 1.0]])
    share = 1.0 / (1.0 + np.exp(-X[:, 0]))
    weights = [1.0, 2.0, 3.0]
    slope, bend = program.gradient_and_hessian(X, "s")
    np.testing.assert_allclose(slope, share - X[:, 1], rtol=1e-14, atol=1e-16)
    np.testing.assert_allclose(bend, share * np.exp(-X[:, 0]) * share, rtol=1e-14)
    weighed = program.gradient_and_hessian(X, "s", sample_weight=weights)
    np.testing.assert_array_equal(weighed[0], np.asarray(slope) * weights)
    np.testing.assert_array_equal(weighed[1], np.asarray(bend) * weights)


@on_each_backend
def test_the_branch_that_is_not_taken_contributes_nothing(backend: str) -> None:
    """Its derivatives are infinite or NaN at 0, of both orders."""
    w = Value(1.0, "w")
    program = compile(lambda x: where(x > 0.0, log(w * x), w * w * x), 1, [w], backend)
    rows = [[0.0], [2.0], [-1.0]]
    assert np.asarray(program.jacobian(rows)).tolist() == [[0.0], [1.0], [-2.0]]
    assert np.asarray(program.jacobian(rows, by="inputs")).tolist() == [[1.0], [0.5], [1.0]]
    assert np.asarray(program.hessian(rows, None)).tolist() == [[[0.0]], [[-1.0]], [[-2.0]]]
    assert np.asarray(program.hessian(rows, "sum")).tolist() == [[-3.0]]
    assert np.asarray(program.hvp(rows, [2.0], "sum")).tolist() == [-6.0]


@on_each_backend
def test_rows_that_are_not_finite(backend: str) -> None:
    """They are NaN or infinite in their own places only; a weight of 0 makes NaN of infinity."""
    program, X, _ = logistic(backend, 40)
    X[3, 0], X[5, 1] = math.nan, math.inf
    found = np.asarray(program.jacobian(X))
    with np.errstate(all="ignore"):
        wanted = by_hand(X, [0.3, -0.2, 0.1])[1]
    others = np.isfinite(X).all(axis=1)
    np.testing.assert_allclose(found[others], wanted[others], rtol=1e-12)
    assert np.isnan(found[3]).all()
    assert np.isnan(program.hessian(X)).all()
    w = Value(math.inf, "w")
    made = compile(lambda x: w * w * x, 1, [w], backend)
    assert repr(np.asarray(made.hessian([[1.0], [0.0]], "sum")).tolist()) == "[[2.0]]"
    assert repr(np.asarray(made.jacobian([[1.0], [0.0]])).tolist()) == "[[inf], [nan]]"
    assert math.isnan(made.value([[1.0], [0.0]]))


@on_each_backend
def test_layouts_of_tables(backend: str) -> None:
    program, X, _ = logistic(backend, 33)
    tables = [
        np.asfortranarray(X),
        X.astype(np.float32).astype(float),
        np.repeat(X, 2, axis=0)[::2],
    ]
    for call in (program.jacobian, program.hessian, lambda X: program.vjp(X, [1.0] * 33)):
        np.testing.assert_array_equal(call(tables[0]), call(X))
        np.testing.assert_array_equal(call(tables[2]), call(X))
        np.testing.assert_allclose(call(tables[1]), call(X), rtol=1e-5, atol=1e-6)
        np.testing.assert_array_equal(call(X.tolist()), call(X))


def test_numpy_computes_in_chunks_where_rows_would_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, X, _ = logistic("numpy", 101)
    wanted = whole.jacobian(X), whole.hessian(X), whole.hessian(X, None), whole.value_and_grad(X)
    monkeypatch.setattr(numpy_backend, "MOST_NUMBERS", 150)
    sizes = []
    run = numpy_backend.run
    monkeypatch.setattr(
        numpy_backend, "run", lambda f, rows, p: sizes.append(len(rows)) or run(f, rows, p)
    )  # type: ignore[func-returns-value]
    program, _, _ = logistic("numpy", 101)
    found = program.jacobian(X), program.hessian(X), program.hessian(X, None)
    for got, want in zip(found, wanted, strict=False):
        np.testing.assert_allclose(got, want, rtol=1e-13, atol=1e-16)
    np.testing.assert_allclose(program.value_and_grad(X)[1], wanted[3][1], rtol=1e-13)
    assert max(sizes) < 20
    assert sum(sizes) == 4 * len(X)


@on_each_backend
def test_what_is_wrong_is_refused_in_words(backend: str) -> None:
    program, X, _ = logistic(backend, 4)
    for call, message in (
        (lambda: program.jacobian(X, by="weights"), r"jacobian: expected by=.*got 'weights'"),
        (lambda: program.jacobian(X, by="x1"), r"jacobian: .*got 'x1'; by=\[\"x1\"\]"),
        (lambda: program.jacobian(X, by=[]), "jacobian: expected by="),
        (lambda: program.jacobian(X, by=3), "jacobian: expected by=.*got int 3"),
        (lambda: program.jacobian(X, by=["x9"]), "jacobian: no input 'x9'.*accepted: x1"),
        (lambda: program.hessian(X, by=[1]), "hessian: expected the name of an input"),
        (lambda: program.hessian(X, "all"), "hessian: expected reduction='mean' or 'sum', got"),
        (lambda: program.value(X, [1.0]), "value: expected reduction='mean' or 'sum', got"),
        (lambda: program.value(X, parameters=[1.0]), "value: parameters: .* 3 param.*, got 1"),
        (lambda: program.value(X, parameters="abc"), "value: expected a sequence of numbers"),
        (lambda: program.value(X, parameters=[1.0, "x", 2.0]), "value: parameters: expected a"),
        (lambda: program(X, [1.0]), "Program: parameters: .*, got 1"),
        (lambda: program.value(X, "mean", [1.0]), "value: sample_weight: .* 4 rows, got 1"),
        (lambda: program.value(X, "mean", [0.0] * 4), "sample_weight: expected a positive sum"),
        (lambda: program.value(X, "mean", np.zeros(4)), "sample_weight: expected a positive sum"),
        (lambda: program.hvp(X, [1.0]), "hvp: vector: .* 3 derivatives, got 1"),
        (lambda: program.hvp(X, 1.0), "hvp: expected a sequence of numbers as vector"),
        (lambda: program.vjp(X, 1.0), "vjp: expected a sequence of numbers as adjoints"),
        (lambda: program.vjp(X, [1.0]), "vjp: adjoints: .* 4 rows, got 1"),
        (lambda: program.gradient_and_hessian(X, "x9"), "gradient_and_hessian: no input 'x9'"),
        (lambda: program.gradient_and_hessian(X, 4), "gradient_and_hessian: expected the name"),
        (lambda: program.jacobian([[1.0]]), "expected 4 columns"),
        (lambda: program.hessian([]), "expected at least one row"),
    ):
        with pytest.raises((TypeError, ValueError), match=message):
            call()
    none = compile(lambda x: [x, x], 1, (), backend)
    with pytest.raises(ValueError, match='jacobian: this program has no parameters; by="inputs"'):
        none.jacobian([[1.0]])
    with pytest.raises(ValueError, match=r"vjp: adjoints: .*expected 2 columns"):
        none.vjp([[1.0]], [[1.0]], by="inputs")
    with pytest.raises(ValueError, match="vjp: adjoints: expected 1 rows, got 2"):
        none.vjp([[1.0]], [[1.0, 2.0], [3.0, 4.0]], by="inputs")
    w = Value(1.0)
    with pytest.raises(ValueError, match='no inputs; by="parameters"'):
        compile(lambda: w * w, 0, [w], backend).jacobian([[]], by="inputs")


def test_matrices_that_would_be_too_much_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ENTRIES", 8)
    program, X, _ = logistic("python", 4)
    with pytest.raises(ValueError, match=r"hessian: 9 entries.*hvp computes products with vectors"):
        program.hessian(X)
    assert len(program.hvp(X, [1.0, 0.0, 0.0])) == 3


@pytest.mark.skipif("native" not in BACKENDS, reason='pip install "chainrule[native]"')
def test_what_is_too_much_machine_code_runs_on_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program itself stays native, and the note has the reason."""
    from autograd.program.native import code

    program, X, _ = logistic("native")
    at = [0.5, -1.0, 0.125]
    wanted = program.hessian(X, parameters=at)
    monkeypatch.setattr(code, "_known", type(code._known)())
    monkeypatch.setattr(program, "_longest", 0.0)
    program._backends.clear()
    np.testing.assert_allclose(program.hessian(X, parameters=at), wanted, rtol=1e-13)
    assert (program.backend, "longer than longest=0" in program.note) == ("native", True)


@pytest.mark.skipif("native" not in BACKENDS, reason='pip install "chainrule[native]"')
def test_the_bits_do_not_depend_on_threads() -> None:
    one, X, _ = logistic("native", 30_000)
    two = Program(one.tape, one.parameters, one.parameters, "native", threads=2)
    np.testing.assert_array_equal(two.hessian(X), one.hessian(X))


@on_each_backend
def test_a_pickled_program_has_its_derivatives(backend: str) -> None:
    program, X, _ = logistic(backend, 5)
    before = program.hessian(X)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(program)).hessian(X), before)


@on_each_backend
def test_solvers_take_them_as_they_are(backend: str) -> None:
    """By SciPy's own differences, and to the same minimum without writing into Values."""
    from scipy.optimize import approx_fprime, minimize

    program, X, w = logistic(backend)
    f = program.value

    def loss(at: Array) -> Any:
        return f(X, parameters=at)

    at = np.array([0.1, 0.2, 0.3])
    _, gradient = program.value_and_grad(X, parameters=at)
    np.testing.assert_allclose(gradient, approx_fprime(at, loss), rtol=1e-5, atol=1e-7)
    found = minimize(
        lambda at: program.value_and_grad(X, parameters=at),
        at,
        jac=True,
        hess=lambda at: program.hessian(X, parameters=at),
        method="trust-exact",
    )
    assert found.success
    assert np.abs(program.value_and_grad(X, parameters=found.x)[1]).max() < 1e-4
    assert [v.data for v in w] == [0.3, -0.2, 0.1]
