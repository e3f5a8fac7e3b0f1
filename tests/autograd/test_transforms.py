"""grad and its relatives: nesting, mixing, and what they are given."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import (
    Value,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)
from autograd.graph import topological_order


def number(x: Any) -> float:
    """The number of a result that may be a Value."""
    return x.data if isinstance(x, Value) else x


TRANSFORMS = [grad, value_and_grad, jvp, vjp, hvp, jacobian, hessian]


def test_plain_numbers_give_plain_numbers() -> None:
    f: Callable[..., Any] = lambda a, b: a * a * b  # noqa: E731
    for found in (
        grad(f)(2.0, 5.0),
        value_and_grad(f)(2.0, 5.0)[1],
        vjp(f)(2.0, 5.0)[1](1.0),
        jacobian(f)(2.0, 5.0)[0],
    ):
        assert found == (20.0, 4.0)
        assert all(type(x) is float for x in found)
    assert grad(lambda x: x**3)(2) == 12.0
    assert value_and_grad(f)(2.0, 5.0)[0] == 20.0
    assert jvp(f)((2.0, 5.0), (1.0, 10.0)) == (20.0, 60.0)
    assert hvp(f)((2.0, 5.0), (1.0, 10.0)) == (50.0, 4.0)
    assert hessian(f)(2.0, 5.0) == [(10.0, 4.0), (4.0, 0.0)]


def test_values_give_values_that_can_be_differentiated_again() -> None:
    x = Value(2.0)
    slope = grad(lambda a: a**3)(x)
    assert isinstance(slope, Value)
    assert gradients(slope, [x]) == (12.0,)
    y, change = jvp(lambda a: a**3)((x,), (1.0,))
    assert gradients(change, [x]) == (12.0,)
    assert y.data == 8.0
    tangent = Value(3.0)
    _, change = jvp(lambda a: a**3)((2.0,), (tangent,))
    assert gradients(change, [tangent]) == (12.0,)
    (pulled,) = vjp(lambda a: a**3)(2.0)[1](tangent)
    assert gradients(pulled, [tangent]) == (12.0,)
    (product,) = hvp(lambda a: a**3)((2.0,), (tangent,))
    assert gradients(product, [tangent]) == (12.0,)


def test_the_inner_derivative_does_not_see_the_outer_variable() -> None:
    """Perturbation confusion: d/dx of x · d/dy (x + y) is 1, and 2 where the two x are one node."""
    assert grad(lambda x: x * grad(lambda y: x + y)(x))(1.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(x))(3.0) == 6.0
    assert grad(lambda x: x * jvp(lambda y: x + y)((x,), (1.0,))[1])(1.0) == 1.0


def test_a_value_from_outside_keeps_the_result_a_value() -> None:
    """d/dx of d/dy (x·y) at 2 is 1, and 0 where the inner result turns into a number."""
    assert grad(lambda x: grad(lambda y: x * y)(2.0))(3.0) == 1.0
    assert number(grad(lambda x: jvp(lambda y: x * y * y)((2.0,), (1.0,))[1])(3.0)) == 4.0
    assert number(grad(lambda x: vjp(lambda y: x * y * y)(2.0)[1](1.0)[0])(3.0)) == 4.0
    assert number(grad(lambda x: hessian(lambda y: x * y * y)(2.0)[0][0])(3.0)) == 2.0


def test_what_an_inner_call_makes_is_not_from_outside() -> None:
    assert type(grad(lambda x: value_and_grad(lambda y: x * y)(2.0)[0])(3.0)) is float


def test_a_call_within_a_call_that_uses_nothing_from_outside_gives_numbers() -> None:
    kinds: list[type] = []

    def f(x: Any) -> Any:
        closed = grad(lambda y: x + y * y)(2.0)  # a Value, since x is used; it depends on no x
        for g in (lambda y: y * y, lambda y: y * closed, lambda y: y * x):
            kinds.append(type(grad(g)(2.0)))
        return x * closed

    assert grad(f)(3.0) == 4.0
    assert kinds == [float, float, Value]


def test_any_order() -> None:
    f: Any = autograd.tanh
    t = math.tanh(0.3)
    want = [1 - t**2, -2 * t * (1 - t**2), (6 * t * t - 2) * (1 - t * t), None]
    for expected in want:
        f = grad(f)
        if expected is not None:
            assert f(0.3) == pytest.approx(expected, rel=1e-14)
    assert f(0.3) == pytest.approx(8 * t * (1 - t**2) * (2 - 3 * t**2), rel=1e-13)


def test_functions_of_several_values() -> None:
    f: Callable[..., Any] = lambda a, b: [a * b, a + b, 3.0]  # noqa: E731
    assert jacobian(f)(2.0, 5.0) == [(5.0, 2.0), (1.0, 1.0), (0.0, 0.0)]
    assert jvp(f)((2.0, 5.0), (1.0, 0.0)) == ([10.0, 7.0, 3.0], [5.0, 1.0, 0.0])
    y, pullback = vjp(f)(2.0, 5.0)
    assert y == [10.0, 7.0, 3.0]
    assert pullback([1.0, 10.0, 0.0]) == (15.0, 12.0)
    for transform in (value_and_grad, hvp, hessian):
        message = rf"^{transform.__name__}: .* function of one value, got a sequence of 3; jacobian"
        with pytest.raises(TypeError, match=message):
            transform(f)((2.0, 5.0), (1.0, 0.0)) if transform is hvp else transform(f)(2.0, 5.0)
    with pytest.raises(TypeError, match=r"function of one value, got a sequence of 3; jacobian"):
        grad(f)(2.0, 5.0)


def test_what_is_pulled_back_is_a_multiple_of_the_adjoints() -> None:
    assert vjp(lambda a, b: a * b)(2.0, 5.0)[1](10.0) == (50.0, 20.0)
    assert vjp(lambda a: [a * a])(3.0)[1]([2.0]) == (12.0,)
    s, t = Value(1.0), Value(10.0)
    pulled = vjp(lambda a, b: [a * b, a + b])(2.0, 5.0)[1]([s, t])
    assert [x.data for x in pulled] == [15.0, 12.0]
    assert [gradients(x, [s, t]) for x in pulled] == [(5.0, 1.0), (2.0, 1.0)]


def test_what_f_does_not_depend_on() -> None:
    assert grad(lambda a, b: a * a)(3.0, 1.0) == (6.0, 0.0)
    assert grad(lambda a: 5.0)(3.0) == 0.0
    assert jvp(lambda a: 5.0)((3.0,), (1.0,)) == (5.0, 0.0)
    assert hessian(lambda a, b: a)(3.0, 1.0) == [(0.0, 0.0), (0.0, 0.0)]
    assert grad(lambda a, b: b)(3.0, 1.0) == (0.0, 1.0)


@pytest.mark.parametrize(
    "slope",
    [
        lambda f, x: grad(f)(x),
        lambda f, x: value_and_grad(f)(x)[1],
        lambda f, x: jvp(f)((x,), (1.0,))[1],
        lambda f, x: vjp(f)(x)[1](1.0)[0],
        lambda f, x: hvp(f)((x,), (1.0,))[0],
        lambda f, x: jacobian(f)(x)[0][0],
        lambda f, x: hessian(f)(x)[0][0],
        lambda f, x: gradients(f(x), [x], create_graph=True)[0],
    ],
)
@pytest.mark.parametrize(
    "f",
    [
        lambda x: autograd.where(x.tanh() > 0.0, 3.0, 2.0),
        lambda x: autograd.where(x.tanh() == 0.5, 3.0, 2.0) * 4.0,
        lambda x: (x.tanh() < 0.0) * 2.0,
        lambda x: x.tanh().detach() * 2.0,
        lambda x: x.tanh().detach(),
    ],
)
def test_what_f_only_compares_or_cuts_off(
    f: Callable[[Value], Value], slope: Callable[..., Any]
) -> None:
    """The derivative is 0, also while it is traced, when all of this is in the graph."""
    assert slope(f, Value(0.25)).data == 0.0
    assert autograd.compile(lambda x: slope(f, x), 1, backend="python")([[0.25], [-1.0]]) == [0, 0]


def test_no_transform_touches_a_grad() -> None:
    x, outside = Value(2.0), Value(3.0)
    x.grad = outside.grad = 7.0
    f: Callable[..., Any] = lambda a: a * a * outside  # noqa: E731
    grad(f)(x)
    value_and_grad(f)(x)
    jvp(f)((x,), (1.0,))
    vjp(f)(x)[1](1.0)
    hvp(f)((x,), (1.0,))
    jacobian(f)(x)
    hessian(f)(x)
    assert (x.grad, outside.grad) == (7.0, 7.0)


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_what_is_no_function_is_refused(transform: Callable[..., Any]) -> None:
    name = transform.__name__
    with pytest.raises(TypeError, match=rf"{name}: .* Value.*; did you mean gradients\(y, xs\)\?"):
        transform(Value(1.0))
    with pytest.raises(TypeError, match=f"{name}: expected a function, got float"):
        transform(1.0)


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_no_arguments_are_refused(transform: Callable[..., Any]) -> None:
    call = transform(lambda *xs: Value(1.0))
    with pytest.raises(TypeError, match=f"^{transform.__name__}: expected at least one argument"):
        call((), ()) if transform in (jvp, hvp) else call()


def test_adjoints_that_follow_from_the_outputs_stand_still() -> None:
    """a² and a pulled back by themselves are a²·2a + a, not the derivative of a⁴ + a²."""

    def pulled(x: Any) -> Any:
        y, pullback = vjp(lambda a: [a * a, a])(x)
        return pullback(y)[0]

    assert pulled(Value(3.0)).data == pulled(3.0) == 57.0
    assert grad(pulled)(3.0) == 55.0


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="jvp: expected 2 tangents, got 1"):
        jvp(lambda a, b: a)((1.0, 2.0), (1.0,))
    with pytest.raises(ValueError, match="hvp: expected 1 numbers in the vector, got 2"):
        hvp(lambda a: a)((1.0,), (1.0, 2.0))
    with pytest.raises(ValueError, match="vjp: expected 2 adjoints, got 1"):
        vjp(lambda a: [a, a])(1.0)[1]([1.0])


def test_a_function_that_forgets_to_return() -> None:
    with pytest.raises(TypeError, match="did a function forget to return"):
        grad(lambda x: None)(1.0)


# Programs that nest, against SymPy


def by_sympy(f: Callable[..., Any]) -> Callable[..., Any]:
    """The derivative of a function of one symbol, as a function."""

    def derivative(at: Any) -> Any:
        u = sympy.Dummy()
        return sympy.diff(sympy.sympify(f(u)), u).subs(u, at)

    return derivative


def direction(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda at: jvp(f)((at,), (1.0,))[1]


def pulled_back(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda at: vjp(lambda u: [f(u), u])(at)[1]([1.0, 0.0])[0]


def second(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda at: hessian(f)(at)[0][0]


def twice(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda at: hvp(f)((at,), (1.0,))[0]


KINDS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "grad": (grad, by_sympy),
    "jvp": (direction, by_sympy),
    "vjp": (pulled_back, by_sympy),
    "hessian": (second, lambda f: by_sympy(by_sympy(f))),
    "hvp": (twice, lambda f: by_sympy(by_sympy(f))),
    "grad of grad": (lambda f: grad(grad(f)), lambda f: by_sympy(by_sympy(f))),
}
Step = tuple[str, int, int, int, bool]


def program(steps: list[Step], ours: bool, depth: int = 0) -> Callable[..., Any]:
    """A function that makes one number after the other out of the earlier ones.

    A step is a transform of u·u·a + u·b at c, where a, b, c were made before or are plain; every
    third step nests another program inside.
    """

    def f(x: Any) -> Any:
        made = [x, x * x + 1]
        for i, (kind, a, b, c, plain) in enumerate(steps):
            p, q = made[a % len(made)], made[b % len(made)]
            at = 2 if plain else made[c % len(made)]
            if depth == 0 and i % 3 == 2:
                inner = program(steps[:2], ours, depth + 1)
                g = lambda u, p=p, q=q, inner=inner: u * u * u * p + inner(u) * q  # noqa: E731
            else:
                g = lambda u, p=p, q=q: u * u * u * p + u * q  # noqa: E731
            made.append(KINDS[kind][0 if ours else 1](g)(at) / 4)
        return made[-1] + made[-2]

    return f


@given(
    st.lists(
        st.tuples(st.sampled_from(list(KINDS)), *[st.integers(0, 9)] * 3, st.booleans()),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=40, deadline=None)
def test_transforms_in_transforms_that_use_what_was_made_before(steps: list[Step]) -> None:
    x = sympy.Symbol("x")
    exact = sympy.expand(program(steps, ours=False)(x))
    at = sympy.Rational(3, 4)
    got = grad(program(steps, ours=True))(0.75)
    want = sympy.diff(exact, x).subs(x, at)
    assert type(got) is float
    assert got == pytest.approx(float(want), rel=1e-9, abs=1e-9)
    outer, inner = grad(grad(program(steps, ours=True)))(0.75), sympy.diff(exact, x, 2)
    assert outer == pytest.approx(float(inner.subs(x, at)), rel=1e-9, abs=1e-9)


# What is looked at


def looked_at(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> int:
    """How many nodes the sorts within act go through."""
    found = 0

    def counting(*roots: Value, **settings: Any) -> list[Value]:
        nonlocal found
        order = topological_order(*roots, **settings)
        found += len(order)
        return order

    with monkeypatch.context() as patch:
        for name in ("autograd.calls", "autograd.gradients"):
            patch.setattr(importlib.import_module(name), "topological_order", counting)
        act()
    return found


INSIDE: dict[str, Callable[[Any], Any]] = {
    "grad": grad(lambda u: u * u * u),
    "grad, a closure": lambda w: grad(lambda u: u * u * w)(1.0),
    "grad of grad": lambda w: grad(grad(lambda u: u * u * u * w))(1.0),
    "value_and_grad": lambda w: value_and_grad(lambda u: u * u * w)(w)[1],
    "jvp": lambda w: jvp(lambda u: u * u * w)((w,), (w,))[1],
    "vjp": lambda w: vjp(lambda u: [u * w, u * u])(w)[1]([w, 1.0])[0],
    "hvp": lambda w: hvp(lambda u: u * u * u * w)((w,), (w,))[0],
    "jacobian": lambda w: jacobian(lambda u: [u * u, u * w])(w)[0][0],
    "hessian": lambda w: hessian(lambda u: u * u * u * w)(w)[0][0],
    "gradients": lambda w: gradients(w * w, [w], create_graph=True)[0],
}


@pytest.mark.parametrize("inside", INSIDE)
def test_a_loop_of_calls_looks_at_each_node_a_few_times(
    monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    """Also under another derivative: twice as many steps are twice the work, not four times."""

    def steps(count: int) -> Callable[[Any], Any]:
        def f(w: Any) -> Any:
            for _ in range(count):
                w = w - 0.01 * INSIDE[inside](w)
            return w

        return f

    few, many = (
        looked_at(monkeypatch, lambda count=count: grad(steps(count))(0.5)) for count in (50, 100)
    )
    assert many < 2.2 * few


def test_a_thread_of_the_function_knows_what_is_differentiated_around_it() -> None:
    """A call in another thread depends on the outer argument all the same."""
    with ThreadPoolExecutor(1) as pool:

        def outer(a: Any) -> Any:
            return pool.submit(lambda: grad(lambda b: a * a * b)(2.0)).result()

        def middle(a: Any) -> Any:
            return grad(lambda c: pool.submit(lambda: grad(lambda b: a * b * c * c)(2.0)).result())(
                3.0
            )

        assert grad(outer)(3.0) == 6.0
        assert grad(middle)(5.0) == 6.0
        assert isinstance(grad(lambda b: 2.0 * b)(1.0), float)


@pytest.mark.parametrize("wrong", [None, "a", 1j, lambda: 1.0])
def test_what_is_no_direction_is_refused_under_the_name_of_the_transform(wrong):
    for name, call in (
        ("vjp", lambda: vjp(lambda a: a * a)(2.0)[1](wrong)),
        ("vjp", lambda: vjp(lambda a: [a * a, a])(2.0)[1]([1.0, wrong])),
        ("hvp", lambda: hvp(lambda a: a * a)((2.0,), (wrong,))),
        ("jvp", lambda: jvp(lambda a: a * a)((2.0,), (wrong,))),
    ):
        with pytest.raises(TypeError, match=f"^{name}: expected .*number"):
            call()
