"""Sparse Jacobians and Hessians: the dense ones bit for bit, and as solvers take them."""

from __future__ import annotations

import builtins
import math
import pickle
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import NonlinearConstraint, minimize, rosen, rosen_der, rosen_hess
from scipy.sparse import coo_array, csr_array

import autograd
from autograd import Value, compile, grad, hessian, jacobian, jit, jvp, no_grad, sparse, where
from autograd.structures import SparseRows
from autograd.tape.pattern import Pattern
from tests.autograd import programs
from tests.autograd.program.test_agreement import ARITY, OPERATIONS, ORDINARY, SPECIAL
from tests.autograd.program.test_one_point import using
from tests.autograd.test_scanning import unrolled

TRANSFORMS: list[Callable[..., Any]] = [jacobian, hessian]


def drawn(seed: int, size: int, count: int, steps: int) -> Callable[[Any], list[Any]]:
    """A function of `size` numbers that gives `count`: programs on three of the numbers each."""
    rng = random.Random(seed)
    parts = [
        (programs.draw(rng, 3, steps, ARITY), [rng.randrange(size) for _ in range(3)])
        for _ in range(count)
    ]
    return lambda x: [
        programs.run(program, [x[i] for i in places], OPERATIONS)[-1] for program, places in parts
    ]


def alike(a: Any, b: Any) -> bool:
    return np.array_equal(a, b, equal_nan=True)


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 10**9),
    steps=st.integers(1, 6),
    size=st.integers(1, 6),
    count=st.integers(1, 5),
    special=st.booleans(),
)
def test_drawn_functions_have_the_bits_of_the_dense_matrices(
    seed: int, steps: int, size: int, count: int, special: bool
) -> None:
    """A NaN or an infinity stays where it is, and the structure is the same at every point."""
    f = drawn(seed, size, count, steps)
    rng = random.Random(seed)

    def total(x: Any) -> Any:
        return sum(f(x), 0.0)

    for transform, g in ((jacobian, f), (hessian, total)):
        exact, dense = transform(g, sparse=True), transform(g)
        code, dense_code = jit(exact), jit(dense)
        structures = set()
        for _ in range(3):
            x = np.array([rng.choice(SPECIAL if special else ORDINARY) for _ in range(size)])
            found, fast = exact(x), code(x)
            assert type(found) is type(fast) is csr_array
            assert alike(found.toarray(), dense(x))
            assert np.allclose(fast.toarray(), dense_code(x), rtol=1e-12, atol=0, equal_nan=True)
            for one in (found, fast):
                assert one.has_canonical_format
                structures.add((*one.indices.tolist(), None, *one.indptr.tolist()))
        assert len(structures) == 1


def test_chained_rosenbrock_is_the_matrix_by_hand() -> None:
    x = np.linspace(-1.0, 1.0, 100)
    for f in (hessian(rosen, sparse=True), jit(hessian(rosen, sparse=True))):
        found = f(x)
        assert found.nnz == 298  # three diagonals
        assert found.dtype == np.float64
        np.testing.assert_allclose(found.toarray(), rosen_hess(x), rtol=1e-13, atol=1e-12)


def arrow(x: Any) -> Any:
    """Its Hessian has one dense row, one dense column and the diagonal."""
    return x[0] ** 2 + sum([x[0] * x[i] ** 2 for i in range(1, len(x))])


def tree(x: Any) -> Any:
    """Pairs that are scaled by a Value from outside: the adjoints are a chain of nodes."""
    scale = Value(2.0)
    y = x[0] * x[1]
    for i in range(2, len(x), 2):
        y = y + x[i] * x[i + 1]
    return scale * y


@pytest.mark.parametrize("f", [rosen, arrow, tree])
def test_sweeps_pass_a_number_of_nodes_in_proportion_to_the_size(
    f: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a row or a column is dense."""
    passed = [0]
    order, between = sparse.topological_order, sparse.adjoints_between

    def counted(*roots: Value, **named: Any) -> Any:
        found = order(*roots, **named)
        passed[0] += len(found)
        return found

    def counted_sweep(y: Value, nodes: Any, *others: Any) -> Any:
        passed[0] += len(nodes)
        return between(y, nodes, *others)

    monkeypatch.setattr(sparse, "topological_order", counted)
    monkeypatch.setattr(sparse, "adjoints_between", counted_sweep)
    counts = []
    for size in (100, 200, 400):
        passed[0] = 0
        assert len(hessian(f, sparse=True)(np.full(size, 0.5)).indices) < 4 * size
        counts.append(passed[0])
    assert counts[2] - counts[1] == pytest.approx(2 * (counts[1] - counts[0]), rel=0.01)


def test_what_is_accepted() -> None:
    by_both, f = hessian(arrow, sparse=True), [[2.0, 4.0, 6.0], [4.0, 2.0, 0.0], [6.0, 0.0, 2.0]]
    for x in ([1.0, 2.0, 3.0], (1, 2, 3), np.array([1.0, 2.0, 3.0])):
        assert by_both(x).toarray().tolist() == f
    assert hessian(lambda a, b: a * a * b, sparse=True)(2.0, 5.0).toarray().tolist() == [
        [10.0, 4.0],
        [4.0, 0.0],
    ]
    one_row = jacobian(lambda x: x[0] * x[2], sparse=True)(np.array([2.0, 3.0, 5.0]))
    assert one_row.toarray().tolist() == [[5.0, 0.0, 2.0]]
    assert one_row.nnz == 2
    scaled = jacobian(lambda x, v: [v[0] * x[0], x[1]], argnums=0, sparse=True)
    assert scaled(np.ones(2), v=[3.0]).toarray().tolist() == [[3.0, 0.0], [0.0, 1.0]]
    for empty in (jacobian(lambda x: [], sparse=True), jacobian(lambda x: [1.0], sparse=True)):
        assert empty([1.0]).nnz == jit(empty)([1.0]).nnz == 0


def test_what_is_refused() -> None:
    square = np.ones((2, 2))
    for transform in TRANSFORMS:
        name = transform.__name__
        with pytest.raises(TypeError, match=rf"^{name}: .* got shape \(2, 2\); x.ravel\(\)"):
            transform(arrow, sparse=True)(square)
        with pytest.raises(TypeError, match=rf"^{name}: expected True or False as sparse, got int"):
            transform(arrow, None, 1)
    with pytest.raises(TypeError, match=r"^jacobian: .* from f, got shape \(2, 1\)"):
        jacobian(lambda x: [[x[0]], [x[1]]], sparse=True)([1.0, 2.0])
    with pytest.raises(TypeError, match=r"a sparse matrix; give its entries, \.data of it"):
        jacobian(hessian(arrow, sparse=True))(np.ones(3))


def test_without_scipy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def missing(name: str, *others: Any, **named: Any) -> Any:
        if name == "scipy.sparse":
            raise ImportError(name)
        return imported(name, *others, **named)

    monkeypatch.setattr(builtins, "__import__", missing)
    for f in (hessian(arrow, sparse=True), jit(hessian(arrow, sparse=True))):
        with pytest.raises(ImportError, match=r'SciPy: pip install "chainrule\[scipy\]"'):
            f(np.ones(3))


def test_entries_that_are_values() -> None:
    """They can be differentiated again; a matrix with the fields of SciPy's holds them."""
    x = [Value(2.0), Value(5.0)]
    found = hessian(lambda x: x[0] ** 3 * x[1], sparse=True)(x)
    assert isinstance(found, SparseRows)
    assert found.shape == (2, 2)
    numbers = csr_array(([y.data for y in found.data], found.indices, found.indptr), found.shape)
    assert numbers.toarray().tolist() == [[60.0, 12.0], [12.0, 0.0]]
    assert autograd.gradients(found.data[0], x) == (30.0, 12.0)
    third = grad(lambda a: hessian(lambda x: x[0] ** 3 * x[1], sparse=True)([a, 5.0]).data[0])
    assert third(2.0) == 30.0
    value, change = jvp(hessian(arrow, sparse=True))(np.ones(3), np.array([1.0, 0.0, 2.0]))
    assert type(value) is type(change) is csr_array
    assert change.toarray().tolist() == [[0.0, 0.0, 4.0], [0.0, 2.0, 0.0], [4.0, 0.0, 2.0]]
    with no_grad():
        leaf = hessian(lambda x: x[0] ** 3, sparse=True)(x).data[0]
    assert leaf.data == 12.0
    assert not leaf.parents


@pytest.mark.parametrize("backend", ["native", "python"])
def test_matrices_of_machine_code_own_their_arrays(backend: str) -> None:
    if backend == "native":
        pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')
    with using(backend):
        second = jit(hessian(arrow, sparse=True))
        first = second(np.ones(4))
        assert second.program(np.ones(4)).backend == backend
        again = second(np.ones(4))
        for array in (first.data, first.indices, first.indptr):
            array[:] = 0
        assert alike(again.toarray(), hessian(arrow)(np.ones(4)))
        assert alike(second(np.ones(4)).toarray(), hessian(arrow)(np.ones(4)))
        program = pickle.loads(pickle.dumps(second.program(np.ones(4))))
        assert alike(program.run((np.ones(4),)).toarray(), hessian(arrow)(np.ones(4)))
        both = jit(lambda x: (arrow(x), hessian(arrow, sparse=True)(x)))(np.ones(4))
        assert both[0] == 4.0
        assert alike(both[1].toarray(), again.toarray())


@pytest.mark.parametrize("backend", ["native", "numpy", "python"])
def test_matrices_over_rows(backend: str) -> None:
    if backend == "native":
        pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')
    rows = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    found = compile(lambda *x: hessian(arrow, sparse=True)(x), 3, backend=backend)(rows)
    for data, row in zip(found.data, rows, strict=True):
        matrix = csr_array((data, found.indices, found.indptr), found.shape)
        assert alike(matrix.toarray(), hessian(arrow)(np.array(row)))


def test_a_branch_that_is_not_taken_has_its_entries() -> None:
    def f(x: Any) -> Any:
        return where(x[0] > 0.0, x[0] * x[1], x[1] * x[2])

    for second in (hessian(f, sparse=True), jit(hessian(f, sparse=True))):
        one, other = second([1.0, 1.0, 1.0]), second([-1.0, 1.0, 1.0])
        assert one.nnz == other.nnz == 4
        assert one.toarray().tolist() == [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
        assert other.toarray().tolist() == [[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]]


def test_they_show_and_pickle_as_their_call() -> None:
    second = pickle.loads(pickle.dumps(hessian(rosen, sparse=True)))
    assert repr(second) == "hessian(rosen, None, True)"
    np.testing.assert_allclose(second(np.ones(3)).toarray(), rosen_hess(np.ones(3)))


# Solvers.


def neighbors(x: Any) -> Any:
    return x[:-1] ** 2 + x[1:] ** 2


@pytest.mark.parametrize("transform", [lambda f: f, jit], ids=["traced anew", "jit"])
def test_trust_constr_takes_both(transform: Callable[..., Any]) -> None:
    start = np.full(20, 0.5)
    second = transform(hessian(rosen, sparse=True))
    free = minimize(
        rosen, start, jac=rosen_der, hess=second, method="trust-constr", options={"gtol": 1e-9}
    )
    np.testing.assert_allclose(free.x, 1.0, atol=1e-6)
    solutions = []
    for jac, curvature in (
        (
            transform(jacobian(neighbors, sparse=True)),
            transform(hessian(lambda x, v: v @ neighbors(x), argnums=0, sparse=True)),
        ),
        ("cs", lambda x, v: 2.0 * np.diag(np.append(v, 0.0) + np.append(0.0, v))),
    ):
        within = NonlinearConstraint(neighbors, -np.inf, 1.0, jac=jac, hess=curvature)
        found = minimize(
            rosen,
            start,
            jac=rosen_der,
            hess=second,
            constraints=within,
            method="trust-constr",
            options={"gtol": 1e-8, "xtol": 1e-10},
        )
        assert neighbors(found.x).max() < 1.0 + 1e-8
        solutions.append(found.x)
    np.testing.assert_allclose(*solutions, atol=1e-4)


class Problem:
    """In the form of cyipopt: structures once, then values; of the Hessian the lower triangle."""

    def __init__(self, start: Any) -> None:
        self.slopes = jit(jacobian(neighbors, sparse=True))
        self.curvature = jit(hessian(self.lagrangian, argnums=0, sparse=True))
        self.start, self.multipliers = start, np.ones(len(start) - 1)
        whole = self.curvature(start, self.multipliers, 1.0).tocoo()
        self.lower = whole.row >= whole.col
        self.pairs = whole.row[self.lower], whole.col[self.lower]

    @staticmethod
    def lagrangian(x: Any, multipliers: Any, factor: Any) -> Any:
        return factor * rosen(x) + multipliers @ neighbors(x)

    def jacobianstructure(self) -> Any:
        found = self.slopes(self.start).tocoo()
        return found.row, found.col

    def jacobian(self, x: Any) -> Any:
        return self.slopes(x).data

    def hessianstructure(self) -> Any:
        return self.pairs

    def hessian(self, x: Any, multipliers: Any, factor: float) -> Any:
        return self.curvature(x, multipliers, factor).data[self.lower]


def test_rows_columns_and_values_as_cyipopt_takes_them() -> None:
    size = 12
    problem = Problem(np.zeros(size))
    rng = np.random.default_rng(0)
    x, multipliers = rng.normal(size=size), rng.normal(size=size - 1)
    slopes = coo_array((problem.jacobian(x), problem.jacobianstructure()), (size - 1, size))
    wanted = np.zeros((size - 1, size))
    for i in range(size - 1):
        wanted[i, i : i + 2] = 2.0 * x[i : i + 2]
    np.testing.assert_allclose(slopes.toarray(), wanted, rtol=1e-14)
    values, pairs = problem.hessian(x, multipliers, 0.5), problem.hessianstructure()
    assert len(values) == 2 * size - 1
    whole = 0.5 * rosen_hess(x)
    whole += 2.0 * np.diag(np.append(multipliers, 0.0) + np.append(0.0, multipliers))
    found = coo_array((values, pairs), (size, size)).toarray()
    np.testing.assert_allclose(found, np.tril(whole), rtol=1e-12)


def test_the_structure_is_that_of_the_pattern() -> None:
    """As far as the tape does not know more: it computes constants."""
    x = np.linspace(0.0, 1.0, 8)
    for f in (rosen, arrow):
        pattern: Pattern = jit(f).program(x).pattern.hessian_by_inputs
        found = hessian(f, sparse=True)(x).tocoo()
        assert {*pattern} == {*zip(found.row.tolist(), found.col.tolist(), strict=True)}
    assert not math.isnan(hessian(rosen, sparse=True)(x).sum())


def of_neighbors(loop: Callable[..., Any], x: Any) -> Any:
    """Each y is of two numbers that are side by side."""
    return loop(lambda s, x: (x, autograd.sin(s * x)), 0.1, x)[1]


def of_neighbors_again(loop: Callable[..., Any], x: Any) -> Any:
    """A loop over what two loops give."""
    ys = of_neighbors(loop, x)
    return loop(lambda s, x: (x[1], s * x[0]), x[-1], list(zip(ys, x, strict=True)))[1]


def of_rows(loop: Callable[..., Any], x: Any) -> Any:
    """A loop in a loop, each on two numbers of its own."""
    rows = [[x[i], x[i + 1]] for i in range(0, len(x), 2)]
    return loop(lambda s, row: (s, loop(lambda s, x: (s * x, None), x[0], row)[0]), (), rows)[1]


@pytest.mark.parametrize("f", [of_neighbors, of_neighbors_again, of_rows])
def test_loops_have_the_entries_of_the_unrolled_graph(f: Callable[..., Any]) -> None:
    x = [0.1 + 0.2 * i for i in range(8)]
    for transform, of in ((jacobian, list), (hessian, autograd.total)):
        want = transform(lambda x, of=of: of(f(unrolled, x)), sparse=True)(x)
        assert want.nnz < 64
        loops = transform(lambda x, of=of: of(f(autograd.scan, x)), sparse=True)
        for got in (loops(x), jit(loops)(x)):
            assert got.indices.tolist() == want.indices.tolist()
            assert got.indptr.tolist() == want.indptr.tolist()
            np.testing.assert_allclose(got.data, want.data, 1e-12, 1e-13)
