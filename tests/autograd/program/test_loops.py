"""Drawn steps, some with a loop in them: loops give the numbers of the graph that is unrolled.

Operations and numbers are those of test_agreement.py: nothing rounds by much, and what is infinite
or NaN in one is so in the other. Only some of what a loop gives is taken, so that derivatives flow
in some of its steps only.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from unittest import mock

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, compile, grad, hessian, hvp, jvp, scan
from autograd.recording import lift
from autograd.tape import flows
from tests.autograd import programs
from tests.autograd.installed import BACKENDS
from tests.autograd.program import test_agreement
from tests.autograd.program.test_agreement import ORDINARY, SPECIAL, close
from tests.autograd.test_scanning import flat, unrolled

Scan = Callable[..., tuple[Any, Any]]
INPUTS = 3
CONSTANTS = (0.0, 1.0, -2.0)
OPERATIONS = {**test_agreement.OPERATIONS, "same": lambda a: +a, "one": lambda a: a * 1.0}
ARITY = {**test_agreement.ARITY, "same": 1, "one": 1}


def drawn(seed: int, arity: Mapping[str, int] = ARITY, depth: int = 2) -> Callable[..., Any]:
    """A function of a scan and some numbers, that runs loops of drawn steps on them.

    Constants are among what a step takes and gives, and among the states and the xs.
    """
    rng = random.Random(seed)
    states, xs, length = rng.randint(1, 3), rng.randint(0, 2), rng.randint(1, 4)
    fixed = INPUTS + rng.randint(0, len(CONSTANTS))
    leaves = fixed + states + xs
    program = programs.draw(rng, leaves, rng.randint(1, 6), arity)
    inner = drawn(seed + 1, arity, depth - 1) if depth > 1 and rng.random() < 0.4 else None
    after = [rng.randrange(leaves + len(program)) for _ in range(states)]
    out = [rng.randrange(leaves + len(program)) for _ in range(rng.randint(0, 2))]
    starts = [rng.randrange(fixed) for _ in range(states)]
    table = [[rng.randrange(fixed) for _ in range(xs)] for _ in range(length)]
    blocks = {"most_stored": 1} if rng.random() < 0.3 else {}
    share, starts_at_root = rng.choice([0.2, 0.6, 1.0]), rng.random() < 0.5
    taken = [rng.random() < share for _ in range(states + length * len(out))]

    def f(loop: Scan, *given: Any) -> Any:
        first = autograd.sqrt(given[0]) if starts_at_root else given[0]
        constants = [lift(x, "a test") for x in CONSTANTS]  # on which Python would raise
        inputs = [first, *given[1:], *constants][:fixed]

        def step(state: Any, x: Any) -> Any:
            found = programs.run(program, [*inputs, *state, *(x or [])], OPERATIONS)
            new = [found[i] for i in after]
            if inner is not None:
                new[0] = new[0] + inner(loop, *[found[-1 - i] for i in range(INPUTS)])
            return new, [found[i] for i in out]

        rows = [[inputs[i] for i in row] for row in table]
        steps: dict[str, Any] = {"xs": rows} if xs else {"length": length}
        if loop is scan:
            steps |= blocks
        state, ys = loop(step, [inputs[i] for i in starts], **steps)
        found = [*state, *[y for row in ys or [] for y in row]]
        return autograd.total([x for x, one in zip(found, taken, strict=True) if one] or found[:1])

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


def check(got: Any, wants: Sequence[Any], what: Any) -> None:
    """The same numbers as one of these has.

    Where numbers grow so large that the sums of which they are differ by rounding, nothing is said.
    """
    found, *others = [flat(x) for x in (got, *wants)]
    assume(all([abs(x) < 1e9 or math.isinf(x) for x in others[0] if not math.isnan(x)]))
    assert all([len(other) == len(found) for other in others])
    for mine, *theirs in zip(found, *others, strict=True):
        assert any([close(mine, other) for other in theirs]), (what, found, others)


@settings(max_examples=100, deadline=None)
@given(
    seed=st.integers(0, 10**9),
    transform=st.sampled_from([*TRANSFORMS]),
    special=st.booleans(),
    backend=st.sampled_from(BACKENDS),
    different=st.sampled_from([flows.MOST_DIFFERENT, 1]),
)
def test_loops_give_the_numbers_of_the_unrolled_graph(
    seed: int, transform: str, special: bool, backend: str, different: int
) -> None:
    """As the engine has them, or a tape, which merges equal nodes: infinity times a sum of
    adjoints, one of them 0, is no NaN there.
    """
    f, rng = drawn(seed), random.Random(seed)
    made = TRANSFORMS[transform]
    plain = made(lambda *xs: f(unrolled, *xs))
    with mock.patch.multiple(flows, MOST_DIFFERENT=different, all_regular=lambda tape: False):
        loops = compile(made(lambda *xs: f(scan, *xs)), INPUTS, backend=backend)
    on_tape = compile(plain, INPUTS, backend="python")
    for _ in range(5):
        row = [rng.choice(SPECIAL if special else ORDINARY) for _ in range(INPUTS)]
        what = (seed, transform, backend, row)
        eager = [plain(*row)] if transform != "value" else []
        check(loops([row]), [on_tape([row]), *eager], what)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**9), special=st.booleans(), backend=st.sampled_from(BACKENDS))
def test_derivatives_of_programs_with_loops(seed: int, special: bool, backend: str) -> None:
    f, rng = drawn(seed), random.Random(seed)

    def eager(*xs: Any) -> Any:
        return f(unrolled, *xs)

    plain = compile(eager, INPUTS, backend="python")
    loops = compile(lambda *xs: f(scan, *xs), INPUTS, backend=backend)
    for _ in range(5):
        row = [rng.choice(SPECIAL if special else ORDINARY) for _ in range(INPUTS)]
        what = (seed, backend, row)
        one_by_one = [grad(lambda *xs: f(unrolled, *xs))(*row)]
        check(
            loops.jacobian([row], by="inputs"),
            [plain.jacobian([row], by="inputs"), one_by_one],
            what,
        )
        curvatures = [one.hessian([row], reduction=None, by="inputs") for one in (loops, plain)]
        check(curvatures[0], [curvatures[1], hessian(lambda *xs: f(unrolled, *xs))(*row)], what)


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 10**9),
    special=st.booleans(),
    backend=st.sampled_from(BACKENDS),
    reduction=st.sampled_from(["mean", "sum"]),
)
def test_sums_over_rows_of_programs_with_loops(
    seed: int, special: bool, backend: str, reduction: Any
) -> None:
    """By parameters, with a weight for each row."""
    f, rng = drawn(seed), random.Random(seed)
    pool = SPECIAL if special else ORDINARY
    weights = [Value(rng.choice(pool)) for _ in range(INPUTS)]
    used = rng.randrange(3)

    def of(loop: Scan) -> Callable[..., Any]:
        def one(*xs: Any) -> Any:
            return f(
                loop,
                *[
                    x * w if i == used else w
                    for i, (x, w) in enumerate(zip(xs, weights, strict=True))
                ],
            )

        return one

    rows = [[rng.choice(pool) for _ in range(INPUTS)] for _ in range(rng.choice([1, 3, 19]))]
    given: dict[str, Any] = {"reduction": reduction}
    given["sample_weight"] = [float(1 + i % 3) for i in range(len(rows))]
    loops = compile(of(scan), INPUTS, weights, backend)
    plain = compile(of(unrolled), INPUTS, weights, "python")
    what = (seed, backend, rows, [w.data for w in weights])
    check(loops.value_and_grad(rows, **given), [plain.value_and_grad(rows, **given)], what)


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


@pytest.mark.parametrize("backend", BACKENDS)
def test_sums_over_rows_of_what_is_no_product_of_two_columns(backend: str) -> None:
    """A state that each step overwrites with a constant; a total of products with a constant."""
    w = Value(0.8)

    def overwritten(loop: Scan, x: Any) -> Any:
        return loop(lambda s, _: (2.0, s), x * w, length=3)[0] * x

    def scaled(loop: Scan, x: Any) -> Any:
        ys = loop(lambda s, _: (3.0, autograd.mean([s - s, 0.5, s * 1.0])), w, length=2)[1]
        return autograd.total([0.5, ys[0], 0.5, ys[1]]) * x

    rows = [[0.3], [-0.2], [1.5]]
    for f in (overwritten, scaled):
        loops, plain = [
            compile(lambda x, f=f, loop=loop: f(loop, x), 1, [w], backend)  # type: ignore[misc]
            for loop in (scan, unrolled)
        ]
        got, want = loops.value_and_grad(rows), plain.value_and_grad(rows)
        assert flat(got) == pytest.approx(flat(want), rel=1e-12, abs=1e-13)
