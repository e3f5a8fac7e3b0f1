"""check_gradients: recorded derivatives compared with extrapolated finite differences.

There are two comparisons, because each finds errors that the other can't:

- Node by node, every local derivative against the differences of its own operation at its own
operands. So a term of 1e-12 beside a 1 is checked as closely as the 1. - The whole function,
argument by argument, against its own differences: this finds a path that the graph lacks (such as a
`.data` inside f) and an error in the sweep.

A difference quotient is taken at all steps, from an eighth of the argument (of 1, if it is smaller)
down to its last digits, since the scale on which a function changes is unknown: exp at 1e-20
on that of 1, log there on that of 1e-20, sin at 1e6 on that of 1. From each of a sequence of steps
the quotients are extrapolated to step zero; the estimated error includes the last change of the
extrapolation and the roundings inside f, so it is never 0. Where two results contradict
each other, the smaller step is right: the larger one missed something, a kink for example. What
didn't settle is no result, nor is what only one step shows, or what is far off at the last digits.

What passes is what is within the tolerance and twice that error. So a wrong derivative passes where
finite differences of floats carry no information, as for tanh at 20, which rounds to 1.0.

C. J. F. Ridders, Accurate computation of F'(x) and F'(x) F''(x), Advances in Engineering
Software 4 (1982).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from .arguments import function, real
from .gradients import gradients
from .graph import topological_order
from .modes import enable_grad
from .numpy_calls import called
from .ops import CONSTANT
from .structures import flatten, is_array
from .value import Value

Quotient = Callable[[float], tuple[float, float]]  # step -> the quotient, what roundings do to it
Estimate = tuple[float, float]  # a slope and its error

ROWS = 10  # steps from which one result is extrapolated, each half of the one before
VERIFYING = 2  # the number of the smallest steps, which only have to agree
OFFSET = 4  # the number of steps that the next result leaves out
SETTLED = 1e-5  # the last change of an extrapolation, at most, relative to the quotients
SMALLEST = 5e-324
ULPS = 4.0  # relative error of a value or a derivative
CONTRADICTS = 30.0  # a result replaces the one before if they differ by this multiple of its error


@enable_grad()
def check_gradients(
    f: Callable[..., Value], *xs: Any, order: int = 1, tolerance: float = 1e-7
) -> bool:
    """Compare f's derivatives at xs with extrapolated finite differences; True if they agree.

    At a kink any number between the one-sided derivatives passes. Where the differences do not
    converge, or rounding errors dominate them, more or everything passes: True means that no error
    was found.

    Args:
        f: a function of as many arguments as there are xs that returns a Value.
        *xs: numbers, lists, tuples or arrays of numbers.
        order: the highest order of derivatives to check; 2 checks the gradient of the gradient too.
        tolerance: the accepted relative error, in addition to the estimated error of the
            differences.

    Raises:
        AssertionError: if they disagree, with the argument or the node and both numbers.
        ValueError: if f or a derivative is not finite.

    References:
        Ridders, C. J. F., Accurate computation of F'(x) and F'(x) F''(x), Advances in Engineering
        Software 4 (1982).

    >>> check_gradients(lambda a, b: a / b, 1.0, 2.0)
    True
    """
    function(f, "check_gradients", "a function first, as in check_gradients(f, 0.5)")
    if not isinstance(order, int) or order < 1:
        raise ValueError(f"check_gradients: expected an order of at least 1, got {order!r}")
    numbers, form = flatten(xs, "check_gradients")
    inputs = [Value(real(x, "check_gradients")) for x in numbers]
    if not real(tolerance, "check_gradients") > 0.0:
        raise ValueError(f"check_gradients: expected a positive tolerance, got {tolerance!r}")

    def at(values: Sequence[Any]) -> Any:
        y = called(f, form.build(values))
        return y.item() if is_array(y) and not y.ndim else y

    y = at(inputs)
    if not isinstance(y, Value):
        raise TypeError(
            f"check_gradients: expected a function that gives a Value, got {type(y).__name__}"
        )
    if not math.isfinite(y.data):
        raise ValueError(f"check_gradients: f{xs} is {y.data}; choose a point where it is finite")

    nodes = topological_order(y)
    for node in nodes:
        check_node(node, tolerance)

    reaches = absolute_adjoints(nodes)
    noise = sum([reaches[node] * ULPS * math.ulp(node.data) for node in nodes if node.parents])
    slopes = gradients(y, inputs)
    for i, (x, got, place) in enumerate(zip(inputs, slopes, form.places(), strict=True)):

        def along(t: float, i: int = i) -> float:
            found: Value = at([Value(t if k == i else v.data) for k, v in enumerate(inputs)])
            return found.data

        argument, _, within = place[1:].partition("]")
        name = f"argument {argument}{within} = {x.data!r}"
        compare(name, along, x.data, got, tolerance, noise, reaches.get(x, 0.0))

    if order > 1:
        for i in range(len(inputs)):

            def slope(*values: Any, i: int = i) -> Value:
                return gradients(at(values), values, create_graph=True)[i]

            check_gradients(slope, *numbers, order=order - 1, tolerance=tolerance)
    return True


def check_node(node: Value, tolerance: float) -> None:
    """Compare the local derivatives of one node with differences of its operation alone."""
    op = node.op
    if op is None or not node.parents:
        return
    operands = [parent.data for parent in node.parents]
    for slot, (parent, got) in enumerate(zip(node.parents, node.local_derivatives, strict=True)):
        if parent.op is CONSTANT:  # a constant, such as the exponent of x**2
            continue

        def along(t: float, slot: int = slot) -> float:
            return op([*operands[:slot], t, *operands[slot + 1 :]])

        name = f"operand {slot} = {parent.data!r} of {op!r}"
        name += f" {node.label!r}" if node.label else ""
        compare(name, along, parent.data, got, tolerance, 0.0, 0.0)


def absolute_adjoints(nodes: list[Value]) -> dict[Value, float]:
    """For each node the sum of |product of local derivatives| over its paths, where that is finite.

    Times a rounding error, it bounds the error of the last node and of derivatives.
    """
    sums = dict.fromkeys(nodes, 0.0)
    sums[nodes[-1]] = 1.0
    for node in reversed(nodes):
        for parent, local in zip(node.parents, node.local_derivatives, strict=True):
            more = sums[node] * abs(local)
            sums[parent] += more if math.isfinite(more) else 0.0
    return sums


def compare(
    name: str,
    f: Callable[[float], float],
    x: float,
    got: float,
    tolerance: float,
    noise: float,
    reach: float,
) -> None:
    """Raise AssertionError unless got is the slope of f at x.

    Args:
        noise: a bound of the rounding error of f's value.
        reach: the size of the terms whose sum is `got`, which scales its rounding error.
    """
    if not math.isfinite(got):
        raise ValueError(
            f"check_gradients: the derivative for {name} is {got}; choose another point"
        )

    step = 2.0 ** largest_power(x)
    if noise > max(abs(f(x - step)), abs(f(x)), abs(f(x + step))):
        return  # f consists of rounding errors only

    def agrees(slope: float, found: Estimate) -> bool:
        want, error = found
        doubt = 2.0 * error + ULPS * math.ulp(reach)
        return abs(slope - want) <= tolerance * abs(want) + doubt

    def enough(found: Estimate) -> bool:
        return 4.0 * found[1] <= tolerance * abs(found[0]) and agrees(got, found)

    central = slope_of(between(f, x, -1.0, 1.0, noise), x, 4.0, enough)
    if central is not None and agrees(got, central):
        return
    ends = ((-1.0, 0.0), (0.0, 1.0))
    sides = [slope_of(between(f, x, *end, noise), x, 2.0, enough) for end in ends]
    found = [side for side in sides if side is not None]
    kink = central is None or any(
        [not (agrees(side[0], central) or agrees(central[0], side)) for side in found]
    )
    if kink or (len(found) == 2 and not agrees(found[0][0], found[1])):
        low, high = min(found, default=None), max(found, default=None)
        if low is None or high is None or agrees(got, low) or agrees(got, high):
            return
        if low[0] <= got <= high[0]:  # a kink: any number between the one-sided derivatives
            return
    want, error = central or found[0]
    raise AssertionError(
        f"check_gradients: the derivative for {name}: got {got!r}, expected {want!r} ± {error:.1e}"
    )


def between(
    f: Callable[[float], float], x: float, left: float, right: float, noise: float
) -> Quotient:
    """The difference quotient between x + left·step and x + right·step."""

    def quotient(step: float) -> Estimate:
        a, b = f(x + left * step), f(x + right * step)
        width = (right - left) * step
        rounding = 2.0 * (noise + ULPS * max(math.ulp(a), math.ulp(b)))
        return (b - a) / width, rounding / width + SMALLEST

    return quotient


def slope_of(
    quotient: Quotient, x: float, factor: float, enough: Callable[[Estimate], bool]
) -> Estimate | None:
    """The limit of a difference quotient at step zero, and an estimate of its error, if it
    converges.

    Args:
        factor: the factor by which a quotient's leading error falls when the step is halved.
        enough: whether a result ends the search.
    """
    best, confirmed = None, False
    for found in estimates(quotient, x, factor):
        if enough(found):
            return found
        if best is None:
            best = found
            continue
        slope, error = found
        distance = abs(slope - best[0])
        if distance > 2.0 * best[1] + CONTRADICTS * error:  # the smaller step is right
            best, confirmed = found, False
        elif distance <= 2.0 * (error + best[1]):
            best, confirmed = min(best, found, key=lambda estimate: estimate[1]), True
    if best is None or not confirmed:
        return None
    step = 2.0 ** exponent(math.ulp(x)) if x else 2.0**-1060
    at_last, rounding = quotient(step)  # far off where f changes on a scale below that of floats
    return best if abs(at_last - best[0]) <= 4.0 * rounding + abs(best[0]) else None


def estimates(quotient: Quotient, x: float, factor: float) -> Iterator[Estimate]:
    """The limits of the quotients, from large steps to small ones, where they converge."""
    starts: Iterable[int] = range(-4, -1060, -64)  # at 0 floats have all scales
    if x:
        starts = range(largest_power(x), exponent(math.ulp(x)) + ROWS - 1, -OFFSET)
    known: dict[int, Estimate] = {}
    for start in starts:
        powers = range(start, start - ROWS, -1)
        for power in powers:
            if power not in known:
                known[power] = quotient(2.0**power)  # a power of two: x + step is not rounded
        found = extrapolated([known[power] for power in powers], factor)
        if found is not None:
            yield found


def largest_power(x: float) -> int:
    """The power of two that is the largest step."""
    return exponent(max(abs(x), 1.0)) - 4


def exponent(x: float) -> int:
    return math.frexp(x)[1]


def extrapolated(quotients: list[Estimate], factor: float) -> Estimate | None:
    """The entry of the extrapolation table with the smallest error; None if none has converged."""
    best: Estimate | None = None
    row: list[float] = []
    size = 0.0
    for i, (quotient, rounding) in enumerate(quotients[:-VERIFYING]):
        if not math.isfinite(quotient):  # beyond the domain: smaller steps may be within
            row = []
            continue
        size = max(size, abs(quotient))
        current, power = [quotient], 1.0
        for before in row:
            power *= factor
            current.append(current[-1] + (current[-1] - before) / (power - 1.0))
            slope = current[-1]
            change = max(abs(slope - current[-2]), abs(slope - before))
            error = change + 2.0 * rounding
            if (
                len(current) > 2
                and change <= max(SETTLED * size, 4.0 * rounding)
                and (best is None or error < best[1])
                and stays(slope, abs(quotient - slope) + 0.1 * abs(slope), quotients[i + 1 :])
            ):
                best = slope, error
        row = current
    return best


def stays(slope: float, distance: float, quotients: list[Estimate]) -> bool:
    """Whether the quotients at smaller steps are within a distance of the slope."""
    return all([abs(other - slope) <= distance + 4.0 * rounding for other, rounding in quotients])
