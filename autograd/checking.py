"""check_gradients: the recorded derivatives against extrapolated differences.

Two comparisons, because each sees what the other can't:

- Node by node, every local derivative against the differences of its own operation at its own
  operands. Steps and tolerance are relative to that operand and that derivative, so that a term of
  1e-12 beside a 1 is looked at as closely as the 1.
- The whole function, argument by argument, against its own differences: this finds a path that the
  graph lacks (a `.data` inside f, say) and a sweep that went wrong.

The differences are Ridders': central ones at a falling sequence of steps, extrapolated to step
zero, with an estimate of the error that includes rounding. That estimate, and no fixed absolute
number, is what a derivative may be off by beside the relative tolerance.

C. J. F. Ridders, Accurate computation of F'(x) and F'(x) F''(x), Advances in Engineering
Software 4 (1982).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from .arguments import function, real
from .gradients import gradients
from .graph import topological_order
from .modes import enable_grad
from .ops import CONSTANT
from .value import Value

SHRINK = 1.4
STEPS = 14


@enable_grad()
def check_gradients(
    f: Callable[..., Value], *xs: float, order: int = 1, tolerance: float = 1e-6
) -> bool:
    """Compare f's derivatives at xs with extrapolated differences; True if they agree.

    f: takes one Value per x and gives a Value.
    order: up to which order of derivatives; 2 checks the gradient's own gradient too.
    tolerance: the relative error that passes, beside the estimated error of the differences.

    At a kink any number between the slopes on both sides passes; at a jump, where the differences
    settle on nothing, everything does.

    Raises AssertionError that names the argument or the node, what the engine got and what the
    differences give; ValueError where f or a derivative is not finite.

    >>> check_gradients(lambda a, b: a / b, 1.0, 2.0)
    True
    """
    function(f, "check_gradients", "a function first, as in check_gradients(f, 0.5)")
    if not isinstance(order, int) or order < 1:
        raise ValueError(f"check_gradients: expected an order of at least 1, got {order!r}")
    inputs = [Value(real(x, "check_gradients")) for x in xs]
    if not real(tolerance, "check_gradients") > 0.0:
        raise ValueError(f"check_gradients: expected a positive tolerance, got {tolerance!r}")
    y = f(*inputs)
    if not isinstance(y, Value):
        raise TypeError(
            f"check_gradients: expected a function that gives a Value, got {type(y).__name__}"
        )
    if not math.isfinite(y.data):
        raise ValueError(f"check_gradients: f{xs} is {y.data}; choose a point where it is finite")

    for node in topological_order(y):
        check_node(node, tolerance)

    slopes = gradients(y, inputs)
    for i, (x, got) in enumerate(zip(inputs, slopes, strict=True)):

        def along(t: float, i: int = i) -> float:
            return f(*[Value(t if k == i else other.data) for k, other in enumerate(inputs)]).data

        compare(f"argument {i} = {x.data!r}", along, x.data, got, tolerance)

    if order > 1:
        for i in range(len(inputs)):

            def slope(*values: Any, i: int = i) -> Value:
                return gradients(f(*values), values, create_graph=True)[i]

            check_gradients(slope, *xs, order=order - 1, tolerance=tolerance)
    return True


def check_node(node: Value, tolerance: float) -> None:
    """Compare the local derivatives of one node with differences of its operation alone."""
    op = node.op
    if op is None or not node.parents:
        return
    operands = [parent.data for parent in node.parents]
    for slot, (parent, got) in enumerate(zip(node.parents, node.local_derivatives, strict=True)):
        if parent.op is CONSTANT:  # nobody asks for it: the exponent of x**2, say
            continue

        def along(t: float, slot: int = slot) -> float:
            return op([*operands[:slot], t, *operands[slot + 1 :]])

        name = f"operand {slot} = {parent.data!r} of {op!r}"
        compare(
            name + (f" {node.label!r}" if node.label else ""), along, parent.data, got, tolerance
        )


def compare(name: str, f: Callable[[float], float], x: float, got: float, tolerance: float) -> None:
    """Raise AssertionError unless got is the slope of f at x."""
    if not math.isfinite(got):
        raise ValueError(
            f"check_gradients: the derivative for {name} is {got}; choose another point"
        )
    central, central_error = slope_of(lambda h: (f(x + h) - f(x - h)) / (2 * h), x, SHRINK**2)
    if agrees(got, central, central_error, tolerance):
        return
    here = f(x)
    left, left_error = slope_of(lambda h: (here - f(x - h)) / h, x, SHRINK)
    right, right_error = slope_of(lambda h: (f(x + h) - here) / h, x, SHRINK)
    error = max(left_error, right_error)
    if not agrees(left, right, error, tolerance):  # a kink: any slope in between
        low, high = min(left, right), max(left, right)
        if low - error - tolerance * abs(low) <= got <= high + error + tolerance * abs(high):
            return
    raise AssertionError(
        f"check_gradients: the derivative for {name}: got {got!r}, "
        f"expected {central!r} ± {central_error:.1e}"
    )


def agrees(got: float, want: float, error: float, tolerance: float) -> bool:
    return abs(got - want) <= tolerance * abs(want) + 2 * error


def slope_of(quotient: Callable[[float], float], x: float, factor: float) -> tuple[float, float]:
    """The limit of a difference quotient at step zero and an estimate of its error.

    factor: by how much a quotient's leading error falls from one step to the next.
    """
    steps = {0.1 * max(abs(x), 1.0), 0.1 * (abs(x) or 1.0)}
    return min([ridders(quotient, step, factor) for step in steps], key=lambda found: found[1])


def ridders(quotient: Callable[[float], float], step: float, factor: float) -> tuple[float, float]:
    best, best_error = quotient(step), math.inf
    row: list[float] = []
    for _ in range(STEPS):
        current, power = [quotient(step)], 1.0
        for before in row:
            power *= factor
            current.append((current[-1] * power - before) / (power - 1.0))
            error = max(abs(current[-1] - current[-2]), abs(current[-1] - before))
            if error < best_error:
                best, best_error = current[-1], error
        row = current
        step /= SHRINK
    return best, best_error
