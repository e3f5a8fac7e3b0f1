"""Masking: nothing flows back into the branch that is not taken, in derivatives of any order."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pytest

from autograd import (
    Value,
    compile,
    exp,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    log,
    maximum,
    sqrt,
    tanh,
    value_and_grad,
    vjp,
    where,
)
from autograd.masking import Masks
from tests.autograd.installed import BACKENDS

# Values and slopes of these are infinite or NaN at some of the points.
SINGULAR: list[Callable[[Any], Any]] = [
    *(log, sqrt, lambda x: 1.0 / x, lambda x: x**-1.5, lambda x: exp(500.0 * x), tanh),
    *(lambda x: log(x) * x, lambda x: sqrt(x - 1.0) / x, lambda x: abs(x) ** 0.5),
]
POINTS = [-2.0, -1.0, -0.0, 0.0, 0.5, 1.0, 3.0, math.inf]


def drawn(seed: int) -> Callable[[Any], Any]:
    """A random function of one variable with choices between singular branches, also nested."""
    rng = random.Random(seed)

    def branch(depth: int) -> Callable[[Any], Any]:
        kind = rng.choice(["plain", "choice", "choice", "sum", "inside"]) if depth else "plain"
        if kind == "plain":
            f, scale = rng.choice(SINGULAR), rng.choice([1.0, -1.0, 0.5])
            return rng.choice([lambda x: f(scale * x), lambda x: scale * x, lambda x: x * x])
        left, right = branch(depth - 1), branch(depth - 1)
        if kind == "sum":
            return lambda x: left(x) + right(x)
        if kind == "inside":
            return lambda x: left(where(x > 0.5, x, right(x)))
        bound, test = rng.choice([0.0, 0.5, 1.0]), rng.randrange(5)
        conditions: list[Callable[[Any], Any]] = [
            *(lambda x: x > bound, lambda x: x <= bound, lambda x: x == bound),
            *(lambda x: (x > bound) & (x < 2.0), lambda x: ~((x < bound) | (x > 2.0))),
        ]
        return lambda x: where(conditions[test](x), left(x), right(x))

    return branch(3)


def with_a_gradient(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A loss that contains a derivative, as those of physics do."""

    def loss(x: Any) -> Any:
        if not isinstance(x, Value):
            return loss(Value(x)).data
        x = +x
        (slope,) = gradients(f(x), [x], create_graph=True)
        return slope * slope + f(x)

    return loss


FORMS: dict[str, Callable[[Callable[[Any], Any]], Callable[[Any], Any]]] = {
    "grad": grad,
    "value_and_grad": lambda f: lambda x: list(value_and_grad(f)(x)),
    "second": lambda f: grad(grad(f)),
    "hessian": lambda f: lambda x: hessian(f)(x)[0][0],
    "jacobian": lambda f: lambda x: jacobian(f)(x)[0][0],
    "jvp": lambda f: lambda x: jvp(f)((x,), (1.0,))[1],
    "jvp of grad": lambda f: lambda x: jvp(grad(f))((x,), (2.0,))[1],
    "vjp": lambda f: lambda x: vjp(f)(x)[1](3.0)[0],
    "hvp": lambda f: lambda x: hvp(f)((x,), (2.0,))[0],
    "loss": with_a_gradient,
    "slope of the loss": lambda f: grad(with_a_gradient(f)),
}


def numbers(results: Any) -> list[float]:
    """Results as floats; a NaN of any sign is one NaN."""
    listed = list(results) if hasattr(results, "__len__") else [results]
    return [float(y.data if isinstance(y, Value) else y) for y in listed]


def agree(got: list[float], want: list[float]) -> bool:
    """Within what another order of sums changes, which may cancel.

    A program passes equal nodes as one: twice a slope less that slope, where it is infinite, is
    NaN in the engine and infinite in a program.
    """
    return all(
        (math.isnan(b) and not math.isfinite(a))
        or a == b
        or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-13)
        for a, b in zip(got, want, strict=True)
    )


@pytest.mark.parametrize("form", FORMS)
def test_compiled_derivatives_are_those_of_the_branch_taken(form: str) -> None:
    transform, finite = FORMS[form], 0
    for seed in range(24):
        f = transform(drawn(seed))
        eager = [numbers(f(x)) for x in POINTS]
        finite += sum([math.isfinite(y) for row in eager for y in row])
        for backend in BACKENDS[: 3 if seed < 3 else 1 + seed % 2]:
            found = compile(f, 1, backend=backend)([[x] for x in POINTS])
            for x, got, want in zip(POINTS, found, eager, strict=True):
                assert agree(numbers(got), want), f"{form}, seed {seed}, {backend}, at {x}"
    assert finite > 60  # the points are not all beyond what can be compared


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_gradient_of_a_program_that_holds_a_gradient(backend: str) -> None:
    def loss(x: Value, w: Value) -> Value:
        (slope,) = gradients(where(x > 0.0, log(w * x), w * x), [w], create_graph=True)
        return slope * slope * w

    w = Value(2.0, "w")
    program = compile(lambda x: loss(x, w), 1, [w], backend)
    for x in (0.0, -1.0, 3.0):
        fresh = Value(2.0)
        want = gradients(loss(Value(x), fresh), [fresh])
        assert agree(program.value_and_grad([[x]])[1], list(want)), x


def test_a_maximum_of_derivatives_is_masked_too() -> None:
    f = grad(lambda x: where(x > 0.0, log(x), x) * maximum(x, 0.0))
    for backend in BACKENDS:
        found = compile(f, 1, backend=backend)([[x] for x in (-1.0, 0.0, 2.0)])
        assert agree(numbers(found), [f(-1.0), f(0.0), f(2.0)])


class Table:
    """A condition, by whether it holds in each of 16 cases."""

    def __init__(self, holds: int) -> None:
        self.holds = holds

    def __and__(self, other: Table) -> Table:
        return Table(self.holds & other.holds)

    def __or__(self, other: Table) -> Table:
        return Table(self.holds | other.holds)

    def __invert__(self) -> Table:
        return Table(0xFFFF & ~self.holds)


CONDITIONS = [0xFF00, 0xF0F0, 0xCCCC, 0xAAAA]  # four that are independent


@pytest.mark.parametrize("seed", range(40))
def test_masks_hold_where_the_branches_that_are_taken_use_a_node(seed: int) -> None:
    """Of drawn graphs of choices and sums, in both directions; in each case by itself."""
    rng = random.Random(seed)
    nodes: list[tuple[int | None, int, int]] = [(None, 0, 0)] * 2  # by condition, or of none a sum
    for i in range(2, 12):
        last = [rng.randrange(max(0, i - 3), i) for _ in range(2)]
        nodes.append((rng.choice([None, *CONDITIONS]), *last))

    def branches_of(i: int, case: int) -> list[int]:
        condition, a, b = nodes[i]
        return [a, b] if condition is None else [a] if condition >> case & 1 else [b]

    back: Masks[int] = Masks(where, len(nodes) - 1)
    forward: Masks[int] = Masks(where, 0)
    for i in range(len(nodes) - 1, 1, -1):
        condition, a, b = nodes[i]
        if i in back.of:
            uses = back.plain(i, (a, b), (1.0, 1.0))
            if condition is not None:
                uses = back.choice(i, Table(condition), a, b)
            for operand, _, mask in uses:
                back.add(operand, mask)
    for i, (condition, a, b) in enumerate(nodes[2:], start=2):
        if condition is not None:
            forward.add_choice(i, Table(condition), a, b)
        else:
            for operand in (a, b):
                if operand in forward.of:
                    forward.add(i, forward.of[operand])
    used, reached = [0] * len(nodes), [0] * len(nodes)
    for case in range(16):
        used_now, reached_now = {len(nodes) - 1}, {0}
        for i in range(len(nodes) - 1, 1, -1):
            if i in used_now:
                used_now.update(branches_of(i, case))
        for i in range(2, len(nodes)):
            if not reached_now.isdisjoint(branches_of(i, case)):
                reached_now.add(i)
        for i in used_now:
            used[i] |= 1 << case
        for i in reached_now:
            reached[i] |= 1 << case
    for masks, want in ((back, used), (forward, reached)):
        for i in range(len(nodes)):
            mask = masks.of.get(i, Table(0))
            assert (0xFFFF if mask is None else mask.holds) == want[i]
