"""Functions of vectors that are written in NumPy, differentiated as they are.

What is expected comes from NumPy itself on floats: derivatives by complex steps (numpy's functions
of complex numbers, exact to the last digits) and by differences where there are kinks; from SciPy,
which gives the derivatives of its `rosen`.
"""

from __future__ import annotations

import math
import operator
import os
import re
import sys
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Value, compile, grad, hessian, jacobian, jvp, value_and_grad
from autograd.numpy_calls import INSTEAD
from autograd.ops import CONSTANT

np: Any = pytest.importorskip("numpy", reason="code written in NumPy: pip install numpy")
from tests.autograd import scipy_functions  # noqa: E402  it imports NumPy

rng = np.random.default_rng(0)
Function = Callable[[Any], Any]


def complex_steps(f: Function, x: Any) -> Any:
    """The gradient of an analytic f: no subtraction, so that the step may be tiny."""
    steps = 1e-200j * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([f(x + step).imag / 1e-200 for step in steps]).reshape(x.shape)


def differences(f: Function, x: Any, step: float = 1e-3) -> Any:
    """The derivatives of f by differences of fourth order, a row for each number in x."""
    rows = []
    for direction in step * np.eye(x.size).reshape(x.size, *x.shape):
        near, far = f(x + direction) - f(x - direction), f(x + 2 * direction) - f(x - 2 * direction)
        rows.append((8.0 * near - far) / (12.0 * step))
    return np.array(rows)


def values(x: Any) -> Any:
    """An array of Values."""
    return np.array([Value(number) for number in x.ravel().tolist()], dtype=object).reshape(x.shape)


def data(x: Any) -> Any:
    return np.array([v.data if isinstance(v, Value) else v for v in np.ravel(x)], dtype=float)


# Public test functions


def test_rosen_is_differentiated_unchanged() -> None:
    optimize: Any = pytest.importorskip("scipy.optimize", reason="its rosen: pip install scipy")
    x = rng.uniform(-2.0, 2.0, 30)
    y, slope = value_and_grad(optimize.rosen)(x)
    assert y == pytest.approx(optimize.rosen(x), rel=1e-15)
    np.testing.assert_allclose(slope, optimize.rosen_der(x), rtol=1e-13, atol=1e-12)
    np.testing.assert_allclose(
        hessian(optimize.rosen)(x), optimize.rosen_hess(x), rtol=1e-13, atol=1e-12
    )
    v = rng.normal(size=30)
    product = autograd.hvp(optimize.rosen)(x, v)
    np.testing.assert_allclose(product, optimize.rosen_hess_prod(x, v), rtol=1e-12, atol=1e-11)


@pytest.mark.parametrize("f", scipy_functions.ANALYTIC, ids=lambda f: f.__name__)
def test_public_functions_by_complex_steps(f: Function) -> None:
    for _ in range(3):
        x = rng.uniform(2.5, 4.5, scipy_functions.ANALYTIC[f])  # paviani: from 2 to 10
        y, slope = value_and_grad(f)(x)
        assert type(y) is float
        assert y == pytest.approx(f(x), rel=1e-12, abs=1e-12)
        expected = complex_steps(f, x)
        scale = np.max(np.abs(expected))
        np.testing.assert_allclose(slope, expected, rtol=1e-11, atol=1e-12 * scale)

        curvature = differences(lambda x: complex_steps(f, x), x, step=1e-4)
        scale = np.max(np.abs(curvature))
        np.testing.assert_allclose(hessian(f)(x), curvature, rtol=1e-5, atol=1e-6 * scale)


@pytest.mark.parametrize("f", scipy_functions.WITH_KINKS, ids=lambda f: f.__name__)
def test_public_functions_with_kinks_by_differences(f: Function) -> None:
    x = rng.uniform(0.3, 1.3, scipy_functions.WITH_KINKS[f])
    y, slope = value_and_grad(f)(x)
    assert y == pytest.approx(f(x), rel=1e-12)
    np.testing.assert_allclose(slope, differences(f, x), rtol=1e-7, atol=1e-8 * max(1.0, abs(y)))


# What NumPy does on objects

FORMS: dict[str, Function] = {
    "sum": np.sum,
    "sum of an axis": lambda x: np.sum(x * x, axis=0) @ np.arange(3.0),
    "prod": np.prod,
    "mean": np.mean,
    "std": np.std,
    "var": lambda x: np.var(x, ddof=1),
    "std of an axis": lambda x: np.sum(x.std(axis=1)),
    "methods": lambda x: x.sum() * x.mean() - x.prod() + x.max() * x.min() + x.std(),
    "matmul": lambda x: np.sum((x @ x.T) @ np.array([[1.0, 2.0], [3.0, 4.0]])),
    "dot": lambda x: np.dot(x[0], x[1]) + np.dot(x[0], [1.0, 2.0, 3.0]),
    "inner, outer": lambda x: np.inner(x[0], x[1]) + np.sum(np.outer(x, x)),
    "kron": lambda x: np.kron(x, x).T[0, 0] * np.linalg.matrix_power(x[:, :2], 3)[0, 1],
    "einsum": lambda x: np.einsum("ij,kj->", x, x * x),
    "norm": lambda x: np.linalg.norm(x) + np.linalg.norm(x[0], 1) + np.linalg.norm(x[1], np.inf),
    "cumsum, cumprod": lambda x: np.cumsum(x) @ np.cumprod(x),
    "diff": lambda x: np.sum(np.diff(x) ** 2) + np.ediff1d(x)[0],
    "clip": lambda x: np.sum(np.clip(x * x, 0.5, 1.0)) + np.sum(x.clip(0.3, None)),
    "maximum": lambda x: np.sum(np.maximum(x, 0.7) * np.minimum(x, x[::-1])),
    "abs, sign": lambda x: np.sum(np.abs(x - 0.7) ** 1.5) + np.sum(np.sign(x - 0.7) * x),
    "power": lambda x: np.sum(np.power(x, 3)) + np.sum(np.power(2.0, x)) + np.sum(np.square(x)),
    "hypot": lambda x: np.hypot(x[0], x[1]).sum() + np.arctan2(x[0], 2.0).sum(),
    "roll": lambda x: np.sum(np.roll(x, 1) * x) + np.sum(np.flip(x)[0]) + x[::-1, 1].prod(),
    "concatenate": lambda x: np.prod(np.concatenate([x[0], [2.0], x[1] * x[0]])),
    "stack": lambda x: np.vstack([x, x]).prod() + np.stack([x[0], x[1]])[1, 2],
    "tile": lambda x: np.hstack([x, x]).sum() * np.tile(x, 2)[0, 4] * np.repeat(x, 2)[3],
    "asarray": lambda x: np.asarray(x).ravel()[1] * np.array(x)[1, 1] * np.copy(x)[0, 0],
    "reshape": lambda x: (x.reshape(3, 2) @ x.reshape(2, 3)).trace() + x.T[2, 0] * x.flatten()[3],
    "fancy": lambda x: x[[0, 1], [2, 0]].prod() + x[x > 0.7].sum() + x[..., None].sum(),
    "where": lambda x: np.sum(np.where(x > 0.7, x * x, -x)),
    "select": lambda x: np.sum(np.select([x > 0.7], [x * x], 1.0)),
    "loops": lambda x: sum([v * v for v in x.ravel()]) + max(x[0]) + math.floor(3.0 * x[0, 0]),
    "broadcasting": lambda x: np.sum(x * x[0] / x[:, :1] - np.arange(6.0).reshape(2, 3) ** x),
    "into an array": lambda x: into(np.zeros_like(x), x) + into(np.zeros((2, 3), dtype=object), x),
    "in place": lambda x: doubled(x * x).sum(),
    "polynomials": lambda x: np.sum(np.polyval([1.0, -2.0, 3.0], x) * np.poly1d([1.0, 2.0])(x)),
    "convolve, cross": lambda x: np.sum(np.convolve(x[0], x[1])) * np.cross(x[0], x[1])[2],
    "sort": lambda x: np.sort(x)[0, 0] * np.median(x) + x[0, np.argsort(x[0])][0] + np.ptp(x[1]),
    "scalars": lambda x: np.exp(x[0, 0]) * np.float64(2.0) * np.sqrt(np.float64(2.0) + x[0, 2]),
    "angles": lambda x: np.sum(np.radians(x) * np.rad2deg(x) + np.degrees(x) * np.deg2rad(x)),
    "mod, floor, ceil": lambda x: np.sum(np.mod(x, 0.4) + np.floor(3.0 * x) * x + np.ceil(x) * x),
    "vectorize": lambda x: np.vectorize(lambda v: v * v)(x).sum() * x[0, 0],
    "along": lambda x: np.prod(np.apply_along_axis(np.sum, 0, x)) + np.add.reduce(x, axis=None),
}  # fmt: skip


def into(out: Any, x: Any) -> Any:
    for i in range(len(x)):
        out[i, :2] = x[i, :2] * x[i, 2]
    out += 1.0
    return np.sum(out * out)


def doubled(x: Any) -> Any:
    x *= 2.0
    x[0] -= x[1]
    return x * x


@pytest.mark.parametrize("name", FORMS)
def test_forms_of_numpy(name: str) -> None:
    f = FORMS[name]
    x = np.array([[0.31, 0.84, 1.27], [0.66, 0.53, 0.92]])
    before = x.copy()
    y, slope = value_and_grad(f)(x)
    assert y == pytest.approx(f(x), rel=1e-13)
    assert slope.shape == x.shape
    assert slope.dtype == np.float64
    expected = differences(f, x).reshape(x.shape)
    np.testing.assert_allclose(slope, expected, rtol=1e-8, atol=1e-9)
    np.testing.assert_array_equal(x, before)


def universal() -> dict[str, Any]:
    """NumPy's functions that it has for floats and for objects."""
    found = {u.__name__: u for u in vars(np).values() if isinstance(u, np.ufunc)}
    types = {"d->d": "O->O", "dd->d": "OO->O"}
    return {
        name: u
        for name, u in found.items()
        if not u.signature and any(a in u.types and b in u.types for a, b in types.items())
    }


NOT_OURS = {"rint", "trunc", "fmod", "floor_divide"}  # no entry of the table computes them


@pytest.mark.parametrize("name", universal())
def test_functions_of_numpy_by_its_own_names(name: str) -> None:
    """Each that NumPy has for objects works, or has an error with what to write in its place."""
    u = universal()[name]
    x = np.array([[0.31, 0.84], [0.66, 0.53]]) + (1.0 if name in ("arccosh", "acosh") else 0.0)
    arguments = (np.array([[0.7, 0.2], [1.5, 2.0]]),) * (u.nin - 1)

    def f(x: Any) -> Any:
        return np.sum(u(x, *arguments) * np.array([[1.0, 2.0], [3.0, 4.0]]))

    if name in NOT_OURS:
        with pytest.raises((TypeError, AttributeError)) as caught:
            grad(f)(x)
        # Value has no operator // either, of which Python's error is
        assert ("//" if name == "floor_divide" else INSTEAD[name]) in words(caught)
        return
    y, slope = value_and_grad(f)(x)
    assert y == pytest.approx(f(x), rel=1e-14)
    expected = differences(f, x).reshape(x.shape)
    np.testing.assert_allclose(slope, expected, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(data(u(values(x), *arguments)), np.ravel(u(x, *arguments)), 1e-14)


# Operators of an array and a Value

OPERATORS = [getattr(operator, name) for name in ("add", "sub", "mul", "truediv", "pow", "mod")]
COMPARISONS = [getattr(operator, name) for name in ("lt", "le", "gt", "ge", "eq", "ne")]
ARRAYS = [
    np.array([0.5, 2.0, 3.0]),
    np.array([[1, 2], [3, 4]]),
    np.array([0.5, 2.0], dtype=np.float32),
    np.array([True, False]),
    np.array(2.0),
    np.array([]),
]


@pytest.mark.parametrize("array", ARRAYS, ids=repr)
@pytest.mark.parametrize("operate", OPERATORS, ids=lambda f: f.__name__)
def test_an_array_and_a_value_give_an_array_of_values(operate: Any, array: Any) -> None:
    if not array.all() and operate in (operator.mod, operator.truediv, operator.pow):
        array = array + 1
    x, floats = Value(2.0), array.astype(float)
    for found, expected in [
        (operate(array, x), operate(floats, 2.0)),
        (operate(x, array), operate(2.0, floats)),
        (operate(values(array), x), operate(floats, 2.0)),
        (operate(x, values(array)), operate(2.0, floats)),
        (operate(array, values(array)), operate(floats, floats)),
    ]:
        assert np.shape(found) == np.shape(expected)
        assert all(isinstance(node, Value) for node in np.ravel(found))
        np.testing.assert_allclose(data(found), np.ravel(expected), rtol=1e-15)


def test_the_order_of_operands_is_kept() -> None:
    x = Value(3.0)
    (node,) = np.array([2.0]) - x
    assert node.parents[0].op is CONSTANT
    assert node.parents[1] is x
    (node,) = x - np.array([2.0])
    assert node.parents[0] is x


@pytest.mark.parametrize("compare", COMPARISONS, ids=lambda f: f.__name__)
def test_comparisons_with_an_array_are_by_number(compare: Any) -> None:
    array, x = np.array([1.0, 2.0, 3.0]), Value(2.0)
    for found, expected in [
        (compare(array, x), compare(array, 2.0)),
        (compare(x, array), compare(2.0, array)),
        (compare(values(array), 2.0), compare(array, 2.0)),
    ]:
        assert found.dtype == bool
        np.testing.assert_array_equal(found, expected)


def test_equality_membership_and_hash_are_identity_among_values() -> None:
    x, twin = Value(2.0), Value(2.0)
    array = np.array([x, twin, Value(3.0)])
    assert list(array == x) == [True, False, False]
    assert list(x == array) == [True, False, False]
    assert list(array != x) == [False, True, True]
    assert list(array == array.copy()) == [True] * 3
    assert x in array
    assert Value(2.0) not in array
    assert 3.0 in array  # a number by data
    assert 4.0 not in array
    assert len({*array}) == len({*array, x}) == 3
    assert {x: "x"}[array[0]] == "x"


def test_numpys_numbers_leave_the_operator_to_the_value() -> None:
    x = Value(3.0)
    for number in (np.float64(2.0), np.float32(2.0), np.int64(2), np.uint8(2)):
        for operate in OPERATORS:
            node = operate(number, x)
            assert type(node) is Value
            assert node.data == operate(2.0, 3.0)
            assert node.parents[0].op is CONSTANT
            assert node.parents[1] is x
        assert (bool(number < x), bool(number > x), bool(number == x)) == (True, False, False)


def test_lists_are_refused_as_before() -> None:
    x = Value(2.0)
    for call in (lambda: x * [1.0], lambda: [1.0] * x, lambda: x < [1.0], lambda: (1.0,) + x):
        with pytest.raises(TypeError, match=r"one number at a time: \[value . x for x in xs\]"):
            call()


class Tensor:
    """Several numbers that don't take Values, as a tensor of PyTorch."""

    ndim = 1

    def __rmul__(self, other: Any) -> Any:
        raise AssertionError("a tensor would try to read the Value as numbers")


class Series:
    """What takes part in NumPy's functions, as a Series of pandas."""

    ndim = 1

    def __array_ufunc__(self, *args: Any) -> Any:
        raise NotImplementedError

    def __rmul__(self, other: Any) -> Any:
        return "by itself"


def test_what_takes_part_in_numpys_functions_operates_itself_and_others_are_refused() -> None:
    with pytest.raises(TypeError, match=r"mul: expected a real number, got <.*Tensor"):
        Value(2.0) * Tensor()
    assert Value(2.0) * Series() == "by itself"


def test_functions_of_two_numbers_refuse_arrays_on_both_sides() -> None:
    """NotImplemented, which operators give for arrays, is no result."""
    x = Value(2.0)
    calls: list[Callable[[], Any]] = [
        lambda: autograd.hypot(x, np.ones(2)),
        lambda: autograd.pow(np.ones(2), x),
        lambda: x.arctan2(np.ones(2)),
        lambda: autograd.maximum(x, np.ones(2)),
    ]
    for call in calls:
        with pytest.raises(TypeError, match=r"expected a real number, got (ndarray|array)"):
            call()


# No warnings that floats don't give


CHOICES = {"maximum", "minimum", "fmax", "fmin", "sign"}  # which compare
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, math.inf, -math.inf, math.nan, 1e200, -1e200, 5e-324]


@pytest.mark.parametrize("name", sorted({*universal()} - NOT_OURS))
def test_no_warning_of_numpys_in_a_transform(name: str) -> None:
    """Warnings are errors in these tests."""
    u = universal()[name]
    for number in SPECIAL:
        for other in SPECIAL if u.nin == 2 else [0.0]:
            if name in CHOICES and (math.isnan(number) or math.isnan(other)):
                continue  # it compares: an error, in test_comparisons.py
            operands = [other] * (u.nin - 1)
            grad(lambda x, u=u, operands=operands: np.sum(u(x, *operands)))(np.array([number]))


@pytest.mark.parametrize(
    ("f", "points"),
    [
        (lambda x: np.arctan2(x, 0.0), (0.0, 5e-324)),
        (lambda x: np.hypot(x, 0.0), (math.inf, math.nan)),
        (np.cbrt, (math.inf,)),
        (lambda x: np.power(x, 1.5), (math.inf, math.nan)),
    ],
)
@pytest.mark.parametrize("transform", [grad, hessian])
def test_no_warning_of_numpys_for_a_single_number(f: Any, points: Any, transform: Any) -> None:
    """Warnings are errors in these tests."""
    for x in points:
        transform(f)(x)


def test_no_warning_where_a_power_has_a_negative_base() -> None:
    x = values(np.array([-1.5, -1e-3, 3.0]))
    for exponent in (2, 2.0, 3, -1, np.array([2.0, 3.0, 0.5])):
        np.testing.assert_allclose(data(x**exponent), data(x) ** exponent)
    assert math.isnan((x[0] ** 2).local_derivatives[1])


# What NumPy can't do on objects


def words(caught: pytest.ExceptionInfo[BaseException]) -> str:
    """What a traceback prints of an error."""
    return "\n".join([str(caught.value), *getattr(caught.value, "__notes__", ())])


A = np.array([[2.0, 1.0], [1.0, 3.0]])
REFUSED: list[tuple[Function, str]] = [
    (lambda x: np.logaddexp(x[0], x[1]), r"autograd\.logsumexp\(a, b\)"),
    (lambda x: np.heaviside(x, 0.0), r"autograd\.where\(x > 0\.0, 1\.0, 0\.0\)"),
    (np.round, r"autograd\.floor\(x \+ 0\.5\)"),
    (np.trunc, r"autograd\.sign\(x\) \* autograd\.floor"),
    (lambda x: np.fmod(x, 2.0), r"x % y"),
    (lambda x: np.float_power(x, 2.0), r"x \*\* y"),
    (np.isnan, r"math\.isnan\(v\.data\)"),
    (lambda x: np.linalg.solve(A * x, x), "elimination"),
    (lambda x: np.linalg.inv(A * x), "elimination"),
    (lambda x: np.linalg.det(A * x), "elimination"),
    (lambda x: np.linalg.cholesky(A * x), "elimination"),
    (np.fft.fft, "autograd"),
    (lambda x: np.interp(x, [0.0, 1.0], [0.0, 1.0]), r"interp .*autograd\.where\(x < b"),
    (lambda x: np.bincount([0, 1], weights=x), "autograd's functions of each number"),
    (lambda x: np.linalg.norm(x, 3), r"norm .*autograd\.total"),
    (lambda x: np.cov(x, x), r"x\.mean\(\)"),
    (np.sinc, r"autograd\.where\(x == 0\.0, 1\.0"),
    (np.gradient, r"y\[2:\] - y\[:-2\]"),
    (lambda x: list(np.nditer(x)), r"x\.flat"),
    (lambda x: np.savetxt(os.devnull, x), r"value\.data"),
    (lambda x: x // 2, r"autograd\.floor\(x / y\)"),
    (lambda x: 2.0 // x, r"autograd\.floor\(x / y\)"),
    (lambda x: divmod(x[0], 2), r"autograd\.floor\(x / y\)"),
    (lambda x: round(x[0], 1), r"autograd\.floor\(x \+ 0\.5\)"),
    (lambda x: math.trunc(x[0]), r"autograd\.sign\(x\) \*"),
    (lambda x: np.logical_xor(x, x), r"\(x > 0\.0\) \^ \(y > 0\.0\)"),
    (lambda x: np.add.at(np.zeros(2), [0, 1], x), r"numpy\.zeros_like\(x\)"),
    (lambda x: np.exp(np.concatenate([x, [1j]])), "Values are real"),
    (lambda x: np.exp(np.concatenate([[0.0], x])), r"beside Values: use autograd\.exp\(x\)"),
    (lambda x: np.arctan2(1.0, x), r"beside Values: use autograd\.atan2\(a, b\)"),
    (lambda x: np.zeros(2).__setitem__(0, x[0]), r"numpy\.zeros_like\(x\)"),
    (lambda x: np.zeros(2).__setitem__(slice(None), x), r"numpy\.zeros_like\(x\)"),
    (lambda x: np.add(np.zeros(2), x, out=np.zeros(2)), r"numpy\.zeros_like\(x\)"),
    (lambda x: np.zeros(2).__iadd__(x), r"numpy\.zeros_like\(x\)"),
    (lambda x: np.asarray(x, dtype=float), "would drop the graph"),
    (lambda x: np.zeros(2, dtype=int).__setitem__(0, x[0]), "would drop the graph"),
    (np.any, "no truth value"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "advice"), REFUSED, ids=[advice for _, advice in REFUSED])
def test_what_numpy_does_on_floats_only_is_an_error_that_names_ours(
    f: Function, advice: str
) -> None:
    for transform in (grad, hessian, jacobian, lambda f: lambda x: jvp(f)(x, x)):
        with pytest.raises((TypeError, AttributeError, SystemError)) as caught:
            transform(f)(np.array([0.5, 0.25]))
        assert re.search(advice, words(caught))
        assert len(getattr(caught.value, "__notes__", ())) <= 1


def test_advice_is_given_once_by_transforms_in_transforms() -> None:
    with pytest.raises(TypeError, match="logaddexp") as caught:
        grad(lambda x: np.sum(grad(lambda x: np.logaddexp(x[0], x[1]))(x)))(np.ones(2))
    assert len(caught.value.__notes__) == 1


def test_functions_of_scipy_on_floats_only_name_ours() -> None:
    special: Any = pytest.importorskip("scipy.special", reason="pip install scipy")
    x = np.array([0.5, 0.25])
    for name, ours in [
        ("expit", "sigmoid"),
        ("erf", "erf"),
        ("ndtr", "erfc"),
        ("gammaln", "operation"),
    ]:
        with pytest.raises(TypeError) as caught:
            grad(lambda x, name=name: np.sum(getattr(special, name)(x)))(x)
        assert f"{name} takes no Values" in words(caught)
        assert f"autograd.{ours}(" in words(caught)


def test_functions_of_scipy_in_python_name_ours() -> None:
    special: Any = pytest.importorskip("scipy.special", reason="pip install scipy")
    with pytest.raises(TypeError) as caught:
        grad(special.logsumexp)(np.ones(2))
    assert "autograd.logsumexp(xs)" in words(caught)


def test_masked_arrays_take_values() -> None:
    """They look for the attribute `_data`, so that no Value may have one."""
    masked = np.ma.array([1.0, 2.0, 3.0], mask=[False, True, False])
    assert grad(lambda x: np.sum(masked * x))(2.0) == 4.0
    assert grad(lambda x: np.ma.sum(x * masked - x))(2.0) == 2.0
    assert list(grad(lambda x: np.sum(masked * x))(np.ones(3))) == [1.0, 0.0, 3.0]
    assert not hasattr(Value(1.0), "_data")


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_matrices_take_values_or_name_an_array() -> None:
    matrix = np.asmatrix([[1.0, 2.0]])
    assert grad(lambda x: np.sum(x * matrix))(2.0) == 3.0
    x = Value(2.0)
    calls: list[Callable[[], Any]] = [
        lambda: matrix * x,
        lambda: np.asmatrix([[x, x]]) * x,
        lambda: grad(np.sum)(matrix),
        lambda: jacobian(np.asmatrix)(np.ones(2)),
    ]
    for call in calls:
        with pytest.raises(TypeError, match=r"numpy\.asarray\(x\) makes an array of it"):
            call()
    for call in (
        lambda: grad(np.sum)(np.ma.array([1.0], mask=[1])),
        lambda: grad(lambda x: np.ma.masked)(x),
    ):
        with pytest.raises(TypeError, match=r"x\.filled\(0\.0\) or x\.compressed\(\)"):
            call()


def test_an_error_of_the_users_own_has_no_advice() -> None:
    for error in (TypeError("mine"), AttributeError("'float' object has no attribute 'name'")):

        def f(x: Any, error: Exception = error) -> Any:
            raise error

        with pytest.raises(type(error)) as caught:
            grad(f)(np.ones(2))
        assert caught.value is error
        assert not hasattr(error, "__notes__")


@pytest.mark.parametrize(
    "choose",
    [
        lambda x: np.where(x > 0.0, x, -x)[0],
        lambda x: np.where(x == 0.5, x, -x)[0],
        lambda x: np.where(x[0] > 0.0, x[0], x[1]),
        lambda x: np.maximum(x[0], x[1]),
        lambda x: np.clip(x, 0.0, 1.0)[0],
        lambda x: np.sort(x)[0],
        np.max,
        max,
        lambda x: np.sign(x)[0] * x[0],
        lambda x: x[x > 0.0][0],
        lambda x: np.select([x > 0.0], [x])[0],
        lambda x: x[0] if 0.5 in x else x[1],
    ],
)
def test_a_choice_of_numpys_while_a_function_is_traced_names_where(choose: Function) -> None:
    """Eagerly it is right at its point, by data; a tape of it would be wrong at others."""
    with pytest.raises(TypeError, match=r"autograd\.where\(condition, a, b\)"):
        compile(lambda a, b: choose(np.array([a, b])), 2, backend="python")


def test_numpy_code_is_compiled() -> None:
    def f(a: Any, b: Any, c: Any) -> Any:
        x = np.array([a, b, c])
        return np.sum(np.exp(-x) * np.arctan(x)) + np.std(x) + np.linalg.norm(x[1:] ** 2)

    rows = rng.uniform(0.5, 2.0, (4, 3))
    for backend in ("python", "numpy"):
        program = compile(f, 3, backend=backend)
        np.testing.assert_allclose(program(rows), [f(*row) for row in rows], rtol=1e-13)


def test_points_of_numpys_choices_have_the_slope_of_the_branch_taken() -> None:
    """At a tie NumPy takes one operand, where autograd.maximum shares the slope."""
    x = np.array([0.5, 0.5])
    assert list(grad(lambda x: np.maximum(x[0], x[1]))(x)) in ([1.0, 0.0], [0.0, 1.0])
    assert list(grad(autograd.maximum)(x)) == [0.5, 0.5]
    second = hessian(lambda x: np.sum(np.where(x > 0.0, x**3, -x)))(np.array([2.0, -1.0]))
    np.testing.assert_array_equal(second, [[12.0, 0.0], [0.0, 0.0]])


def test_a_call_without_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "numpy")
    assert grad(lambda x: x**3)(2.0) == 12.0
