"""Derivatives of functions of vectors, in the form of the argument; against SymPy."""

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import (
    Value,
    check_gradients,
    exp,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    sin,
    value_and_grad,
    vjp,
)

POINT = [0.3, -0.7, 1.1]
AS = {"list": list, "tuple": tuple, "array": np.array}


def f(x, e=exp, s=sin):
    return x[0] * x[0] * s(x[1]) + e(x[2]) * x[1] * x[0]


SYMBOLS = sympy.symbols("a b c")
FORMULA = f(SYMBOLS, sympy.exp, sympy.sin)
SLOPES = [FORMULA.diff(symbol) for symbol in SYMBOLS]
BENDS = [[slope.diff(symbol) for symbol in SYMBOLS] for slope in SLOPES]


def evaluated(formulas, point=POINT):
    return np.array(
        [float(x.subs(dict(zip(SYMBOLS, point, strict=True)))) for x in np.ravel(formulas)]
    ).reshape(np.shape(formulas))


def close(found, wanted):
    np.testing.assert_allclose(np.array(found, dtype=float), wanted, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("kind", AS)
def test_derivatives_have_the_form_of_the_argument(kind):
    x, direction = AS[kind](POINT), AS[kind]([0.5, 2.0, -1.0])
    y, slopes = value_and_grad(f)(x)
    assert isinstance(y, float)
    assert type(slopes) is type(x)
    close(y, evaluated([FORMULA])[0])
    close(slopes, evaluated(SLOPES))
    close(grad(f)(x), evaluated(SLOPES))
    bends = hessian(f)(x)
    assert type(bends) is type(x)
    close(bends, evaluated(BENDS))
    close(jacobian(f)(x), evaluated(SLOPES))
    close(jacobian(grad(f))(x), evaluated(BENDS))
    close(vjp(f)(x)[1](2.0)[0], 2.0 * evaluated(SLOPES))
    if kind != "tuple":  # which is several arguments there
        along = evaluated(BENDS) @ np.array(direction)
        product = hvp(f)(x, direction)
        assert type(product) is type(x)
        close(product, along)
        close(jvp(f)(x, direction)[1], evaluated(SLOPES) @ np.array(direction))
        close(jvp(grad(f))(x, direction)[1], along)
    assert check_gradients(f, x, order=2)


def test_an_array_has_an_array_of_second_derivatives():
    found = hessian(f)(np.array(POINT))
    assert (found.dtype, found.shape) == (np.float64, (3, 3))
    outputs = jacobian(lambda x: np.array([x[0] * x[1], x[2]], dtype=object))(np.array(POINT))
    assert outputs.shape == (2, 3)
    assert jacobian(lambda x: x * 1.0)(np.ones((2, 2))).shape == (2, 2, 2, 2)


def test_several_arguments_nest_as_in_jax():
    def g(x, y, z):
        return x[0] * x[1] * y + z[0][0] * y * y

    x, y, z = np.array([2.0, 3.0]), 5.0, ([7.0],)
    dx, dy, dz = grad(g)(x, y, z)
    assert (dx.tolist(), dy, dz) == ([15.0, 10.0], 6.0 + 70.0, ([25.0],))
    second = hessian(g)(x, y, z)
    assert second[0][0].tolist() == [[0.0, 5.0], [5.0, 0.0]]
    assert second[0][1].tolist() == [3.0, 2.0]
    assert second[1][0].tolist() == [3.0, 2.0]
    assert second[1][1:] == (14.0, ([10.0],))
    assert second[2][0][0][1:] == (10.0, ([0.0],))
    rows = jacobian(lambda x, y: [x[0] * y, (x[1],)])(x, y)
    assert [rows[0][0].tolist(), rows[0][1]] == [[5.0, 0.0], 2.0]
    assert rows[1][0][0].tolist() == [0.0, 1.0]
    value, change = jvp(lambda x, y: [x[0] * y, x])((x, y), (np.array([1.0, 0.0]), 2.0))
    assert (value[0], change[0]) == (10.0, 9.0)
    assert (value[1].tolist(), change[1].tolist()) == ([2.0, 3.0], [1.0, 0.0])
    first, second = hvp(lambda x, y: x[0] * x[1] * y)((x, y), (np.array([1.0, 0.0]), 0.0))
    assert (first.tolist(), second) == ([0.0, 5.0], 3.0)
    _, pullback = vjp(lambda x, y: [x[0] * y, x])(x, y)
    back = pullback([1.0, np.array([0.0, 1.0])])
    assert (back[0].tolist(), back[1]) == ([5.0, 1.0], 2.0)


def test_argnums():
    def g(a, x, name="product"):
        return a * x[0] * (x[1] if name == "product" else 1.0)

    assert grad(g, argnums=0)(2.0, [3.0, 4.0]) == 12.0
    assert grad(g, argnums=(0,))(2.0, [3.0, 4.0]) == (12.0,)
    assert grad(g, argnums=1)(2.0, [3.0, 4.0], "first") == [2.0, 0.0]  # the others stay as they are
    assert grad(g, argnums=-1)(2.0, [3.0, 4.0]) == [8.0, 6.0]
    assert grad(g, argnums=[1, 0])(2.0, [3.0, 4.0]) == ([8.0, 6.0], 12.0)
    assert value_and_grad(g, argnums=0)(2.0, [3.0, 4.0]) == (24.0, 12.0)
    assert hessian(g, argnums=1)(2.0, [3.0, 4.0]) == [[0.0, 2.0], [2.0, 0.0]]
    assert jacobian(g, argnums=0)(2.0, [3.0, 4.0]) == 12.0
    for wrong in (2, -3, (0, 0), (0, 5)):
        with pytest.raises(ValueError, match="argnums to be different indices of the 2 arguments"):
            grad(g, argnums=wrong)(2.0, [3.0, 4.0])
    for wrong in ("a", 0.5, ("a",), ()):
        with pytest.raises(TypeError, match="as argnums"):
            grad(g, argnums=wrong)


def test_arguments_by_keyword_reach_the_function():
    def g(x, power=1):
        return x**power

    assert value_and_grad(g)(2.0, power=3) == (8.0, 12.0)
    assert grad(g)(2.0, power=3) == 12.0
    assert grad(grad(g))(2.0, power=3) == 12.0
    assert jacobian(g)(2.0, power=3) == [(12.0,)]
    assert hessian(g)(2.0, power=3) == [(12.0,)]
    with pytest.raises(TypeError, match="unexpected keyword argument 'color'"):
        grad(g)(2.0, color=3)


def test_further_arguments_of_a_function_follow_the_vector():
    def g(x, y, a, name="product"):
        return a * x[0] * x[1] * y if name == "product" else x[0]

    x, along = np.array([2.0, 3.0]), np.array([1.0, 0.0])
    first, second = hvp(g)((x, 5.0), (along, 0.0), 2.0)
    assert (first.tolist(), second) == ([0.0, 10.0], 6.0)
    assert hvp(g)(x, along, 5.0, 2.0, "product").tolist() == [0.0, 10.0]
    assert hvp(g)([2.0, 3.0], [1.0, 0.0], 5.0, 2.0, "first") == [0.0, 0.0]
    (only,) = hvp(g)((x,), (along,), 5.0, 2.0)
    assert only.tolist() == [0.0, 10.0]
    assert hvp(g)((x, 5.0, 2.0), (along, 0.0, 1.0))[0].tolist() == [15.0, 10.0 + 10.0]


def test_plain_numbers_give_rows_as_ever():
    assert hessian(lambda a, b: a * a * b)(2.0, 5.0) == [(10.0, 4.0), (4.0, 0.0)]
    assert jacobian(lambda a, b: a * b)(2.0, 5.0) == [(5.0, 2.0)]
    assert jacobian(lambda a: a * a)(2.0) == [(4.0,)]


@given(st.integers(1, 3), st.integers(1, 3), st.data())
@settings(max_examples=40)
def test_a_linear_map_is_its_own_derivative(rows, columns, data):
    numbers = st.lists(st.integers(-9, 9).map(float), min_size=columns, max_size=columns)
    matrix = [data.draw(numbers) for _ in range(rows)]
    x = data.draw(numbers)

    def apply(x):
        return [sum([a * b for a, b in zip(row, x, strict=True)]) for row in matrix]

    assert jacobian(apply)(x) == matrix
    adjoint = data.draw(st.lists(st.integers(-9, 9).map(float), min_size=rows, max_size=rows))
    transposed = [
        sum(m[j] * a for m, a in zip(matrix, adjoint, strict=True)) for j in range(columns)
    ]
    assert vjp(apply)(x)[1](adjoint) == (transposed,)
    assert jvp(apply)(x, x)[1] == apply(x)


def test_values_in_arguments_are_differentiated_through():
    w = Value(3.0)
    dx = grad(lambda x: w * x[0] * x[1])([2.0, 5.0])
    assert [d.data for d in dx] == [15.0, 6.0]
    outer = grad(lambda w: grad(lambda x: w * w * x[0] * x[1])(np.array([2.0, 5.0]))[0])(3.0)
    assert outer == 30.0
    inside = np.array([Value(2.0), Value(5.0)])
    assert [d.data for d in grad(lambda x: x[0] * x[1])(inside)] == [5.0, 2.0]
    with no_grad():
        (dx,) = grad(lambda x: [w * x[0]][0])(np.array([2.0])).tolist()
        assert (dx.data, dx.parents) == (3.0, ())


def test_empty_and_numpy_numbers():
    assert grad(lambda x, y: y * y)(np.array([]), 2.0)[0].shape == (0,)
    assert grad(lambda x: x * x)(np.float64(3.0)) == 6.0
    assert grad(lambda x: x * x)(np.int64(3)) == 6.0
    assert grad(lambda x: x[0] * x[0])(np.array([3])).tolist() == [6.0]
    assert grad(lambda x: x * x)(np.array(3.0)) == 6.0
    assert hvp(lambda x: x[0] ** 3)(np.array([2.0]), np.array([1.0])).tolist() == [12.0]
    assert vjp(lambda x: [])([1.0])[1]([]) == ([0.0],)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: grad(f)("abc"), "grad: expected numbers, lists or tuples of numbers"),
        (lambda: grad(f)([1.0, "b", 2.0]), "grad: expected numbers, lists or tuples"),
        (lambda: grad(f)(np.array([1j, 0, 0])), "grad: expected a real number"),
        (lambda: grad(lambda x: [x[0]])([1.0]), "expected a function of one value"),
        (lambda: grad(lambda x: {"a": x})(1.0), "grad: expected a function of numbers"),
        (lambda: jvp(f)(np.array(POINT), [1.0]), "jvp: expected 3 tangents, got 1"),
        (
            lambda: jvp(lambda x: x[0][0])(np.ones((2, 2)), np.ones(4)),
            r"tangents of shape \(2, 2\), got \(4,\)",
        ),
        (lambda: hvp(f)((POINT,), (POINT, POINT)), "hvp: expected 1 numbers in the vector, got 2"),
        (lambda: vjp(lambda x: x)([1.0, 2.0])[1]([1.0]), "vjp: expected 2 adjoints, got 1"),
        (lambda: check_gradients(f, ["a"]), "check_gradients: expected numbers, lists"),
    ],
)
def test_what_is_wrong_is_named(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()


def test_a_wrong_derivative_names_the_place():
    def wrong(x):
        return x[0][1] * x[0][1].data + x[0][0]

    with pytest.raises(AssertionError, match=r"argument 0\[0\]\[1\] = 2\.0"):
        check_gradients(wrong, [[1.0, 2.0]])
    with pytest.raises(AssertionError, match=r"argument 1\[0, 1\] = 2\.0"):
        check_gradients(lambda a, x: a * wrong(x), 1.0, np.array([[1.0, 2.0]]))
