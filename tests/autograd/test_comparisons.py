"""NaN and equality where NumPy compares Values to choose: errors in place of other numbers."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Value, compile, grad

np: Any = pytest.importorskip("numpy", reason="its functions choose: pip install numpy")
from tests.autograd.test_numpy_code import data, values  # noqa: E402

Function = Callable[[Any], Any]
NUMBERS = np.array([1.5, math.nan, -2.0, 0.5])

CHOICES: dict[str, Function] = {
    "maximum": lambda x: np.maximum(x, 0.0),
    "float first": lambda x: np.minimum(0.0, x),
    "fmax": lambda x: np.fmax(x, 0.0),
    "max": np.max,
    "method": lambda x: x.min(),
    "along an axis": lambda x: np.max(x, axis=0),
    "accumulate": np.maximum.accumulate,
    "clip": lambda x: np.clip(x, -1.0, 1.0),
    "clip, method": lambda x: x.clip(-1.0, 1.0),
    "norm": lambda x: np.linalg.norm(x, np.inf),
    "ptp": np.ptp,
    "sort": np.sort,
    "argsort": np.argsort,
    "argmax": np.argmax,
    "median": np.median,
    "percentile": lambda x: np.percentile(x, 50),
    "partition": lambda x: np.partition(x, 1),
}


@pytest.mark.parametrize("choose", CHOICES.values(), ids=CHOICES)
def test_a_nan_in_a_choice_of_numpys_is_an_error(choose: Function) -> None:
    for _ in range(20):  # code of Python's that was run before is changed by it
        with pytest.raises(FloatingPointError, match=r"autograd\.maximum, minimum or clamp"):
            choose(values(NUMBERS))
    with pytest.raises(FloatingPointError, match=r"test_comparisons\.py, line \d+"):
        grad(lambda x: np.sum(choose(x)))(NUMBERS)
    choose(values(NUMBERS[[0, 2, 3]]))


@pytest.mark.parametrize("order", [max, sorted, lambda x: x.sort(), lambda x: x.argmax()])
def test_an_order_that_may_be_pythons_own_is_a_warning(order: Function) -> None:
    with pytest.warns(UserWarning, match=r"NaN decides in a call, in .*test_comparisons\.py"):
        order(values(NUMBERS))


def test_the_sign_of_a_nan_names_ours() -> None:
    """NumPy compares with 0 and then raises."""
    with (
        pytest.warns(UserWarning, match="NaN decides"),
        pytest.raises(TypeError, match="unorderable") as caught,
    ):
        grad(lambda x: np.sum(np.sign(x)))(NUMBERS)
    assert "autograd.sign(x)" in caught.value.__notes__[0]


def test_comparisons_with_nan_in_code_are_those_of_floats() -> None:
    x = values(NUMBERS)
    assert list(x > 0.0) == list(NUMBERS > 0.0)
    assert list(x <= 0.0) == list(NUMBERS <= 0.0)
    zeros = np.zeros(4)
    assert list(zeros < x) == list(zeros < NUMBERS)
    assert not all([v > -9.0 for v in x])
    assert any(v >= 0.0 for v in x)
    assert [v for v in x if v < 1.0] == [x[2], x[3]]
    np.testing.assert_array_equal(data(np.where(x > 0.0, x, 0.0)), [1.5, 0.0, 0.0, 0.5])
    assert math.isnan(autograd.maximum(list(x)).data)


NAMES = ("sum", "prod", "mean", "var", "std", "max", "min", "median", "cumsum", "cumprod")
NAN_FUNCTIONS = [f"nan{name}" for name in (*NAMES, "argmax", "argmin")]


@pytest.mark.parametrize("name", NAN_FUNCTIONS)
def test_functions_that_leave_out_nan(name: str) -> None:
    f = getattr(np, name)
    np.testing.assert_allclose(data(f(values(NUMBERS))), np.ravel(f(NUMBERS)), rtol=1e-14)
    if "arg" not in name:
        found = grad(lambda x: np.sum(f(x)))(NUMBERS)
        rest = grad(lambda x: np.sum(f(x)))(NUMBERS[[0, 2, 3]])
        if "cum" not in name:
            np.testing.assert_allclose(found[[0, 2, 3]], rest, rtol=1e-14)
            assert found[1] == 0.0
        with pytest.raises(TypeError, match=r"autograd\.where"):
            compile(lambda a, b: np.sum(f(np.array([a, b]))), 2, backend="python")


def test_a_nan_is_not_equal_to_itself_and_all_others_are() -> None:
    for number in (2.0, math.nan):
        x = Value(number)
        equal, unequal = (operate(x, x) for operate in (operator.eq, operator.ne))
        assert bool(equal) == (number == 2.0)
        assert bool(unequal) != bool(equal)
        assert x in [x]
        assert {x: 1}[x] == 1
    x = values(NUMBERS)
    assert list(data(x[operator.eq(x, x)])) == [1.5, -2.0, 0.5]


@pytest.mark.parametrize(
    "f",
    [
        np.unique,
        lambda x: np.isin(x, values(np.array([2.0]))),
        lambda x: np.array_equal(x, values(np.array([2.0, 1.0, 2.0]))),
        lambda x: np.union1d(x, x + 0.0),
        lambda x: np.setdiff1d(x, x + 0.0),
        lambda x: np.unique([autograd.where(v > 0.0, v, 0.0) for v in x]),
    ],
)
def test_equality_in_functions_of_numpys_is_an_error(f: Function) -> None:
    with pytest.raises(TypeError, match=r"only if they are one node.*\[v\.data for v in x\]"):
        f(values(np.array([2.0, 1.0, 2.0])))


def test_equality_in_code_stays_identity() -> None:
    x = values(np.array([2.0, 1.0, 2.0]))
    assert list(x == x[::-1]) == [False, True, False]
    assert list(x != x[::-1]) == [True, False, True]
    assert np.array_equal(x, x)
    assert list(np.equal(x, x[::-1])) == [False, True, False]
    assert x.tolist().index(x[2]) == 2
