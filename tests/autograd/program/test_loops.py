"""Drawn steps, some with a loop in them: loops give the numbers of the graph that is unrolled.

Operations and numbers are those of test_agreement.py: nothing rounds by much.

A state that nothing takes after the last step has the adjoint 0 there, where in the unrolled graph
it has none. So one thing differs: where a local derivative is infinite or NaN, 0 times it is NaN.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, compile, grad, hessian, hvp, jvp, scan
from tests.autograd import programs
from tests.autograd.program.test_agreement import ARITY, OPERATIONS, ORDINARY, SPECIAL
from tests.autograd.test_scanning import flat, unrolled

REGULAR = {name: n for name, n in ARITY.items() if name not in ("div", "sqrt", "root", "remainder")}
Scan = Callable[..., tuple[Any, Any]]
BACKENDS = ["python", "numpy"]
INPUTS = 3


def drawn(seed: int, arity: Mapping[str, int] = ARITY, depth: int = 2) -> Callable[..., Any]:
    """A function of a scan and some numbers, that runs loops of drawn steps on them."""
    rng = random.Random(seed)
    states, xs, length = rng.randint(1, 3), rng.randint(0, 2), rng.randint(1, 4)
    leaves = INPUTS + states + xs
    program = programs.draw(rng, leaves, rng.randint(1, 6), arity)
    inner = drawn(seed + 1, arity, depth - 1) if depth > 1 and rng.random() < 0.4 else None
    after = [rng.randrange(leaves + len(program)) for _ in range(states)]
    out = [rng.randrange(leaves + len(program)) for _ in range(rng.randint(0, 2))]
    starts = [rng.randrange(INPUTS) for _ in range(states)]
    table = [[rng.randrange(INPUTS) for _ in range(xs)] for _ in range(length)]
    blocks = {"most_stored": 1} if rng.random() < 0.3 else {}

    def f(loop: Scan, *inputs: Any) -> Any:
        def step(state: Any, x: Any) -> Any:
            found = programs.run(program, [*inputs, *state, *(x or [])], OPERATIONS)
            new = [found[i] for i in after]
            if inner is not None:
                new[0] = new[0] + inner(loop, *[found[-1 - i] for i in range(INPUTS)])
            return new, [found[i] for i in out]

        rows = [[inputs[i] for i in row] for row in table]
        given: dict[str, Any] = {"xs": rows} if xs else {"length": length}
        if loop is scan:
            given |= blocks
        state, ys = loop(step, [inputs[i] for i in starts], **given)
        return autograd.total([*state, *[y for row in ys or [] for y in row]])

    return f


def along(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *xs: jvp(f)(xs, xs[::-1])


def second_along(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *xs: hvp(f)(xs, xs[::-1])


TRANSFORMS = {
    "value": lambda f: f,
    "grad": grad,
    "hessian": hessian,
    "jvp": along,
    "hvp": second_along,
    "jvp of grad": lambda f: along(grad(f)),
    "grad of jvp": lambda f: grad(lambda *xs: along(f)(*xs)[1]),
}


def close(got: float, want: float) -> bool:
    if math.isfinite(got) and math.isfinite(want):
        return abs(got - want) <= 1e-9 * max(abs(got), abs(want), 1e-3)
    return got == want or (math.isnan(got) and math.isnan(want))


def check(got: Sequence[float], want: Sequence[float], missing: bool, what: Any) -> None:
    """The same numbers; where some are `missing`, NaN may stand for any.

    Where numbers grow so large that the sums of which they are differ by rounding, nothing is said.
    """
    assume(missing or all([abs(x) < 1e9 for x in want]))
    assert len(got) == len(want)
    for mine, other in zip(got, want, strict=True):
        assert close(mine, other) or (missing and math.isnan(mine)), (what, got, want)


@settings(max_examples=100, deadline=None)
@given(
    seed=st.integers(0, 10**9),
    transform=st.sampled_from([*TRANSFORMS]),
    special=st.booleans(),
    backend=st.sampled_from(BACKENDS),
)
def test_loops_give_the_numbers_of_the_unrolled_graph(
    seed: int, transform: str, special: bool, backend: str
) -> None:
    f, rng = drawn(seed, ARITY if special else REGULAR), random.Random(seed)
    pool = SPECIAL if special else ORDINARY
    rows = [[rng.choice(pool) for _ in range(INPUTS)] for _ in range(5)]
    made = TRANSFORMS[transform]
    want = flat(compile(made(lambda *xs: f(unrolled, *xs)), INPUTS, backend="python")(rows))
    program = compile(made(lambda *xs: f(scan, *xs)), INPUTS, backend=backend)
    missing = special and transform != "value"
    check(flat(program(rows)), want, missing, (seed, transform, backend, rows))


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**9), special=st.booleans(), backend=st.sampled_from(BACKENDS))
def test_derivatives_of_programs_with_loops(seed: int, special: bool, backend: str) -> None:
    f, rng = drawn(seed, ARITY if special else REGULAR), random.Random(seed)
    rows = [[rng.choice(SPECIAL if special else ORDINARY) for _ in range(INPUTS)] for _ in range(5)]
    plain = compile(lambda *xs: f(unrolled, *xs), INPUTS, backend="python")
    loops = compile(lambda *xs: f(scan, *xs), INPUTS, backend=backend)
    what = (seed, backend, rows)
    got, want = [flat(program.jacobian(rows, by="inputs")) for program in (loops, plain)]
    check(got, want, special, what)
    both = [flat(one.hessian(rows, reduction=None, by="inputs")) for one in (loops, plain)]
    check(*both, special, what)


def test_numpy_sums_weights_that_are_used_in_every_step_as_one_layer() -> None:
    """Of all inputs and all adjoints, of all rows and all steps, there is one matrix product."""
    weights = [[Value(0.3 * (i - k) + 0.1) for i in range(3)] for k in range(3)]
    leaves = [w for row in weights for w in row]

    def f(loop: Scan, *row: Any) -> Any:
        def step(state: Any, x: Any) -> Any:
            return [autograd.tanh(autograd.dot(row, state) + x) for row in weights], None

        state, _ = loop(step, [0.0, *row[:2]], [[*row][i] for i in range(4)])
        return autograd.total(state)

    rng = random.Random(0)
    rows = [[rng.uniform(-1.0, 1.0) for _ in range(4)] for _ in range(7)]
    loops = compile(lambda *x: f(scan, *x), 4, leaves, "numpy")
    plain = compile(lambda *x: f(unrolled, *x), 4, leaves, "python")
    (layer,) = loops._backend.summed.layers  # type: ignore[attr-defined]
    assert layer[0] == 3
    assert len(layer[1][0]) == 3
    shares = [float(i) for i in range(7)]
    for one in ({}, {"sample_weight": shares}, {"reduction": "sum"}):
        got, want = loops.value_and_grad(rows, **one), plain.value_and_grad(rows, **one)
        assert flat(got) == pytest.approx(flat(want), rel=1e-12, abs=1e-13)
