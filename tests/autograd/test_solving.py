"""root and fixed_point against closed forms, eager and as a loop of a tape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Value, exp, fixed_point, grad, hessian, jacobian, jit, log, root, sqrt
from autograd.tape import trace
from tests.autograd.test_scanning import flat

F = Callable[..., Any]


def square_root(a: Any) -> Any:
    return root(lambda x, a: x * x - a, 1.0, a)


def logarithm(a: Any) -> Any:
    """Of a Value from outside of f."""
    return root(lambda x: exp(x) - a, 0.0)


def crossing(a: Any) -> Any:
    """Where x + y = a and x·y = 2, x being the smaller one."""
    x, y = root(lambda p, a: [p[0] + p[1] - a, p[0] * p[1] - 2.0], [0.5, 3.0], a)
    return x * x + 3.0 * y


def crossing_solved(a: Any) -> Any:
    half, distance = a / 2.0, sqrt(a * a / 4.0 - 2.0)
    return (half - distance) ** 2 + 3.0 * (half + distance)


def babylonian(a: Any) -> Any:
    return fixed_point(lambda x, a: (x + a / x) / 2.0, 1.0, a)


def damped(a: Any) -> Any:
    """x = 0.5·x + a has the solution 2a."""
    return fixed_point(lambda x: [0.5 * x[0] + a, 0.25 * x[1] + x[0]], [0.0, 0.0])[1]


CASES: list[tuple[F, F]] = [
    (square_root, sqrt),
    (logarithm, log),
    (crossing, crossing_solved),
    (babylonian, sqrt),
    (damped, lambda a: a * 2.0 / 0.75),
]
DERIVATIVES: list[Callable[[F], F]] = [
    lambda f: f,
    grad,
    lambda f: grad(grad(f)),
    lambda f: grad(grad(grad(f))),
    hessian,
]


@pytest.mark.parametrize(("f", "closed"), CASES)
@pytest.mark.parametrize("order", range(len(DERIVATIVES)))
def test_the_derivatives_are_those_of_the_closed_form(f: F, closed: F, order: int) -> None:
    made = DERIVATIVES[order]
    want = flat(made(closed)(3.7))
    np.testing.assert_allclose(flat(made(f)(3.7)), want, 1e-10, 1e-10)
    if order < 3:
        np.testing.assert_allclose(flat(jit(made(f))(3.7)), want, 1e-10, 1e-10)


def test_a_traced_solution_is_a_loop() -> None:
    tape, _ = trace(square_root, 1)
    assert [one.held.length for _, one in tape if one.name == "loop"] == [20]


def test_arrays_and_pivots() -> None:
    """The first pivot of this matrix is 0."""
    matrix = np.array([[0.0, 2.0, 1.0], [1.0, 0.0, 3.0], [4.0, 1.0, 0.0]])

    def f(b: Any) -> Any:
        return root(lambda x, b: matrix @ x - b, np.zeros(3), b)

    b = np.array([1.0, 2.0, 3.0])
    inverse = np.linalg.inv(matrix)
    np.testing.assert_allclose(f(b), inverse @ b, 1e-13)
    np.testing.assert_allclose(jacobian(f)(b), inverse, 1e-12, 1e-13)
    np.testing.assert_allclose(jit(jacobian(f))(b), inverse, 1e-12, 1e-13)


def test_values_keep_their_graph() -> None:
    a = Value(9.0)
    x = square_root(a)
    x.backward()
    assert x.data == 3.0
    assert a.grad == pytest.approx(1.0 / 6.0, rel=1e-15)


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: root(lambda x: x * x + 1.0, 0.3), ValueError, "20 steps do not end at a solution"),
        (lambda: root(lambda x: x * x + 1.0, 0.0), ValueError, "do not end at a solution"),
        (lambda: fixed_point(lambda x: 2.0 * x, 1.0), ValueError, "100 steps do not end"),
        (lambda: root(lambda x: [x], 1.0), TypeError, "returns what x is, a number; got a list"),
        (lambda: root(lambda x: x, 1.0, steps=0), ValueError, "steps of at least 1, got 0"),
        (lambda: root(lambda x: x, 1.0, steps=1.5), TypeError, "steps of at least 1, got float"),  # type: ignore[arg-type]
        (lambda: root(lambda x: None, 1.0), TypeError, "root: .* did a function forget to return"),
        (lambda: fixed_point(lambda x: [None], [1.0]), TypeError, "fixed_point: .* NoneType"),
        (lambda: root(lambda x: x, []), ValueError, "at least one number as x0"),
        (lambda: root(lambda x: x, "1"), TypeError, "root"),
        (lambda: root(3.0, 1.0), TypeError, "root: expected a function"),
    ],
)
def test_errors_in_words(call: F, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        call()
