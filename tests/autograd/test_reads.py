"""The warning that a number left the graph of the function that is differentiated."""

from __future__ import annotations

import copy
import math
import pickle
import threading
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from autograd import (
    Value,
    anomaly,
    check_gradients,
    compile,
    derive,
    draw,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    paths,
    reads,
    value_and_grad,
    vjp,
)

TRANSFORMS: dict[str, Callable[[Callable[..., Any]], Any]] = {
    "grad": lambda f: grad(f)(3.0),
    "value_and_grad": lambda f: value_and_grad(f)(3.0)[1],
    "jvp": lambda f: jvp(f)((3.0,), (1.0,))[1],
    "vjp": lambda f: vjp(f)(3.0)[1](1.0)[0],
    "hvp": lambda f: hvp(f)((3.0,), (1.0,))[0],
    "jacobian": lambda f: jacobian(f)(3.0)[0][0],
    "hessian": lambda f: hessian(f)(3.0)[0][0],
}


def warned(act: Callable[[], Any]) -> tuple[Any, list[str]]:
    """What act gives, and the warnings on the way, which must point into this file."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = act()
    assert all(warning.filename == __file__ for warning in caught)
    assert all(f"{__file__}, line {warning.lineno}:" in str(warning.message) for warning in caught)
    return found, [str(warning.message) for warning in caught]


def square_of_data(a: Any) -> float:
    return a.data**2  # type: ignore[no-any-return]


def square_of_text(a: Any) -> float:
    return float(f"{a:.3f}") ** 2


def swept(a: Any) -> float:
    a = a + 0.0
    (a**3).backward()
    return a.grad  # type: ignore[no-any-return]


def assigned(a: Any) -> Any:
    w = Value(1.0)
    w.data = a.item()
    return w * w


LEAVING: dict[str, Callable[[Any], Any]] = {
    "a program": lambda a: compile(lambda x: x * a, 1, backend="python")([[2.0]])[0],
    "a program of a graph": lambda a: compile([a * a], [], backend="python")([[]])[0][0],
    "data": square_of_data,
    "text": square_of_text,
    "item": lambda a: a.item() * 2,
    "the number of a result": lambda a: math.sqrt((a * a).data),
    "a branch by data": lambda a: 1.0 if a.data > 0 else 0.0,
    "backward": swept,
    "gradients": lambda a: gradients(a**3, [a])[0] * 2,
    "paths": lambda a: paths(a**3, a).total,
    "set in another Value": assigned,
    "copy": lambda a: copy.copy(a) * 2,
    "deepcopy": lambda a: copy.deepcopy(a) * 2,
    "pickle": lambda a: pickle.loads(pickle.dumps(a)) * 2,
}


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_a_number_that_left_is_named_with_its_line(transform: str) -> None:
    found, messages = warned(lambda: TRANSFORMS[transform](square_of_data))
    line = square_of_data.__code__.co_firstlineno + 1
    assert found == 0.0
    assert len(messages) == 1
    assert messages[0].startswith(f"{transform}: the result does not depend on")
    assert "argument 1, so that its derivative is 0.0, but a number" in messages[0]
    assert f"line {line}: compute with the Value itself" in messages[0]


@pytest.mark.parametrize("way", LEAVING)
def test_every_way_out_of_the_graph(way: str) -> None:
    found, messages = warned(lambda: value_and_grad(LEAVING[way])(3.0)[1])
    assert getattr(found, "data", found) == 0.0
    assert len(messages) == 1


def under_anomaly(a: Any) -> float:
    with anomaly():
        a * a
    return 1.0


def explained(a: Any) -> float:
    return float(len(draw(a**3).source) + len(str(derive(a**3, a))) > 0)


STAYING: dict[str, Callable[[Any], Any]] = {
    "a constant": lambda a: 5.0,
    "a comparison": lambda a: 1.0 if a > 0 else 0.0,
    "the larger": lambda a: max(a, 5.0),
    "detach": lambda a: a.detach() * 2,
    "the number of what was detached": lambda a: a.detach().data * 2,
    "print": lambda a: float(len(f"{a} {a!r}") > 0),
    "anomaly": under_anomaly,
    "a picture": explained,
    "read and used": lambda a: a * a.data,
    "a read of another Value": lambda a: Value(2.0).data,
    "the checker": lambda a: float(check_gradients(lambda b: b * b, 3.0)),
}


@pytest.mark.parametrize("way", STAYING)
def test_what_stays_in_the_graph_or_never_was_in_it(way: str) -> None:
    assert warned(lambda: grad(STAYING[way])(3.0))[1] == []


def test_each_argument_is_looked_at_alone() -> None:
    slopes, messages = warned(lambda: grad(lambda a, b: a * b.data)(3.0, 2.0))
    assert slopes == (2.0, 0.0)
    assert len(messages) == 1
    assert "argument 2" in messages[0]
    assert warned(lambda: grad(lambda a, b: a * b + b.data)(3.0, 2.0)) == ((2.0, 3.0), [])


def test_the_outer_of_two_derivatives_loses_the_number_too() -> None:
    slope, messages = warned(lambda: grad(grad(lambda a: a.data * a))(3.0))
    assert slope == 0.0
    assert len(messages) == 1
    lost: Callable[[Any], Any] = grad(lambda y: y.data**2)
    assert len(warned(lambda: grad(lost)(3.0))[1]) == 2


def test_the_checker_reads_numbers_of_its_own() -> None:
    with pytest.raises(AssertionError, match="argument 0"):
        check_gradients(lambda b: b * b.data, 3.0)
    assert check_gradients(lambda b: grad(lambda c: c * b * b)(2.0), 3.0, order=2)


def test_the_same_line_is_shown_once() -> None:
    def loud(a: Any) -> float:
        return a.data**3  # type: ignore[no-any-return]

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(3):
            grad(loud)(3.0)
    assert len(caught) == 1


def test_what_is_kept_of_reads_is_bounded_and_dropped() -> None:
    kept: list[int] = []

    def f(a: Any) -> Any:
        for _ in range(2 * reads.MOST):
            a = a + a.data
        kept.append(len(reads._reads.get() or []))
        return a

    grad(f)(1.0)
    assert kept == [reads.MOST]
    assert (reads.watching, reads._reads.get()) == (set(), None)
    with pytest.raises(ZeroDivisionError):
        grad(lambda a: 1 / 0)(1.0)
    assert (reads.watching, reads._reads.get()) == (set(), None)


def test_another_thread_is_not_watched() -> None:
    def f(a: Any) -> float:
        thread = threading.Thread(target=lambda: a.data)
        thread.start()
        thread.join()
        return 1.0

    assert warned(lambda: grad(f)(3.0)) == (0.0, [])


# Values that are kept from an earlier call.


@pytest.mark.parametrize("transform", [grad, value_and_grad, jacobian, hessian])
def test_a_cache_of_values_warns_at_the_second_call(transform: Any) -> None:
    kept: dict[str, Any] = {}

    def f(x: Any) -> Any:
        square = kept.setdefault("square", x * x)
        return square * x

    assert warned(lambda: transform(f)(2.0)) == (transform(lambda x: x**3)(2.0), [])
    found, (warning,) = warned(lambda: transform(f)(3.0))
    assert found == transform(lambda x: 4.0 * x)(3.0)
    assert "earlier call" in warning


def test_what_is_kept_on_purpose_does_not_warn() -> None:
    kept: list[Any] = []

    def f(x: Any, w: Any = 1.0) -> Any:
        kept.append(x * w)
        return x * x * (kept[0] if isinstance(kept[0], float) else kept[-1])

    assert warned(lambda: grad(f)(2.0)) == (12.0, [])
    kept[0] = kept[0].data  # a number
    assert warned(lambda: grad(f)(3.0)) == (12.0, [])
    seen: list[Any] = []

    def inner(y: Any) -> Any:
        seen.append(y * y)
        return y * y

    def outer(x: Any) -> Any:  # what the inner call gave is in use, and so is what it kept
        return grad(inner)(x) * seen[-1]

    assert warned(lambda: grad(outer)(3.0)) == (54.0, [])
    assert warned(lambda: grad(grad(outer))(3.0)) == (36.0, [])
    assert warned(lambda: grad(lambda x: x * Value(3.0))(2.0))[1] == []
