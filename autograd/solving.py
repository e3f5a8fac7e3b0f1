"""root and fixed_point: solutions of equations, with the derivatives of the implicit function."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Sequence
from typing import Any

from . import functions, modes
from .arguments import function as function_of
from .arguments import is_value, real, wrong
from .ops import DIV
from .recording import lift
from .scanning import described, same, scan
from .structures import ACCEPTED, Form, flatten, is_array
from .transforms import jacobian

CORRECTIONS = 3  # by which derivatives are right up to the order 2**3 - 1
NEAR = 1e-10  # how far off a solution may be, relative to its size
Residuals = Callable[[Sequence[Any]], list[Any]]
Step = Callable[[Sequence[Any]], list[Any]]


def root(f: Callable[..., Any], x0: Any, *args: Any, steps: int = 20) -> Any:
    """The x for which `f(x, *args)` is 0, by Newton's method from x0.

    Its derivatives with respect to args, and to Values that f uses, are those of the implicit
    function theorem, up to the seventh order; x0 has none. The steps stop when they change
    nothing; while a function is traced all of them are done, as a loop of the tape.

    Args:
        f: a function of x and args that returns as many numbers as x has.
        x0: where the search begins: a number, a list or an array.
        args: further arguments of f.
        steps: the number of Newton steps, at most; all of them in a traced function.

    Raises:
        TypeError: for a function that returns another form than that of x.
        ValueError: for steps that end nowhere, unless a function is traced.

    >>> from autograd import grad, root
    >>> round(root(lambda x, a: x * x - a, 1.0, 2.0), 12)
    1.414213562373
    >>> round(grad(lambda a: root(lambda x, a: x * x - a, 1.0, a))(4.0), 12)
    0.25
    """
    return solution("root", f, x0, args, steps, lambda x, y: y, newton)


def fixed_point(f: Callable[..., Any], x0: Any, *args: Any, steps: int = 100) -> Any:
    """The x that `f(x, *args)` returns, by repeating `x = f(x, *args)` from x0.

    Its derivatives are those of `root`.

    Args:
        f: a function of x and args that returns a new x.
        x0: where the repetition begins: a number, a list or an array.
        args: further arguments of f.
        steps: the number of repetitions, at most; all of them in a traced function.

    Raises:
        TypeError: for a function that returns another form than that of x.
        ValueError: for repetitions that end nowhere, unless a function is traced.

    >>> from autograd import cos, fixed_point
    >>> round(fixed_point(lambda x: cos(x), 1.0), 9)
    0.739085133
    """

    def repeated(residuals: Residuals, x: Sequence[Any]) -> list[Any]:
        return [a - b for a, b in zip(x, residuals(x), strict=True)]

    def difference(x: Any, y: Any) -> Any:
        return [a - b for a, b in zip(x, y, strict=True)]

    return solution("fixed_point", f, x0, args, steps, difference, repeated)


def solution(
    name: str,
    f: Callable[..., Any],
    x0: Any,
    args: Sequence[Any],
    steps: Any,
    residuals_of: Callable[[Sequence[Any], list[Any]], list[Any]],
    step: Callable[[Residuals, Sequence[Any]], list[Any]],
) -> Any:
    """The x whose residuals are 0, by repeated steps, then by some of Newton's with derivatives."""
    function_of(f, name)
    if not isinstance(steps, numbers.Integral) or isinstance(steps, bool):
        raise wrong(name, "a number of steps of at least 1", steps)
    if steps < 1:
        raise ValueError(f"{name}: expected a number of steps of at least 1, got {steps}")
    start, form = flatten(x0, name)
    start = [without_history(x) if is_value(x) else real(x, name) for x in start]
    if not start:
        raise ValueError(f"{name}: expected at least one number as x0, got none")

    def residuals(args: Sequence[Any]) -> Residuals:
        def of(x: Sequence[Any]) -> list[Any]:
            found, other = flatten(f(form.build(x), *args), name, f"a function of {ACCEPTED}")
            if not same_numbers(form, other):
                raise TypeError(
                    f"{name}: expected a function that returns what x is, {described(form)}; got "
                    f"{described(other)}"
                )
            for y in found:
                lift(y, name)  # raises for what is no number
            return residuals_of(x, found)

        return of

    alone = residuals([detached(x, name) for x in args])
    if modes.active and modes.tracing():
        found, _ = scan(lambda x, _: (step(alone, x), None), start, length=int(steps))
    else:
        found = repeated_until_still(name, lambda x: step(alone, x), start, int(steps))
    x: list[Any] = [*map(without_history, found)]
    attached = residuals(args)
    for _ in range(CORRECTIONS):
        x = newton(attached, x)
    return form.build(x)


def same_numbers(form: Form, other: Form) -> bool:
    """Whether two forms are equal; a list may be an array of its length."""
    return same(form, other) or (form.size == other.size and form.shape == other.shape != ())


def detached(x: Any, name: str) -> Any:
    """An argument whose numbers have no history; what is none is left as it is."""
    if is_value(x):
        return without_history(x)
    if not isinstance(x, (list, tuple)) and not is_array(x):
        return x
    found, form = flatten(x, name)
    return form.build([*map(without_history, found)])


def without_history(x: Any) -> Any:
    """A Value as a number, or detached while a function is traced; a number as it is."""
    if not is_value(x):
        return x
    return x.detach() if modes.active and modes.tracing() else x._number


def repeated_until_still(name: str, step: Step, x: Sequence[float], steps: int) -> Sequence[float]:
    """x after this number of steps, or once a step leaves it unchanged."""
    change = size = math.inf
    for _ in range(steps):
        after = [*map(without_history, step(x))]
        change = max([abs(a - b) for a, b in zip(after, x, strict=True)])
        size, x = max(map(abs, after)), after
        if change <= 2.0**-52 * size:
            break
    if not (math.isfinite(change) and change <= NEAR * max(1.0, size)):
        raise ValueError(
            f"{name}: {steps} steps do not end at a solution: the last one changed x by "
            f"{change:.3g}; begin nearer to it, or allow more steps"
        )
    return x


def newton(residuals: Residuals, x: Sequence[Any]) -> list[Any]:
    """A step of Newton's method."""
    rows = jacobian(lambda *x: residuals(x))(*x)
    changes = solved([[*row] for row in rows], residuals(x))
    return [a - b for a, b in zip(x, changes, strict=True)]


def solved(matrix: list[list[Any]], right: Sequence[Any]) -> list[Any]:
    """The solution of linear equations, by elimination with pivots, without branches."""
    rows = [[*row, y] for row, y in zip(matrix, right, strict=True)]
    size = len(rows)
    for k in range(size):
        for i in range(k + 1, size):
            larger = abs(rows[i][k]) > abs(rows[k][k])
            pairs = [*zip(rows[k], rows[i], strict=True)]
            rows[k] = [functions.where(larger, b, a) for a, b in pairs]
            rows[i] = [functions.where(larger, a, b) for a, b in pairs]
        for i in range(k + 1, size):
            factor = quotient(rows[i][k], rows[k][k])
            rows[i] = [b - factor * a for a, b in zip(rows[k], rows[i], strict=True)]
    found: list[Any] = []
    for k in reversed(range(size)):
        known = rows[k][size]
        for i, x in enumerate(reversed(found), start=k + 1):
            known = known - rows[k][i] * x
        found.append(quotient(known, rows[k][k]))
    return found[::-1]


def quotient(a: Any, b: Any) -> Any:
    """a / b, which for floats raises nothing."""
    return a / b if is_value(a) or is_value(b) else DIV((a, b))
