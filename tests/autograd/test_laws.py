"""Laws that hold whatever the numbers are: no oracle, but two ways to the same gradient."""

from __future__ import annotations

import itertools
import math
import operator
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

import autograd
from autograd import Value, dot, grad, gradients, jvp, vjp
from autograd.ops import TABLE
from autograd.recording import evaluate
from tests.autograd.tape.running import EPSILON, random_graph, size_of_paths

# By how many EPSILON of the sum over paths a random graph's gradients may differ; they reach 2.
STEPS = 8
seeds = pytest.mark.parametrize("seed", range(20))


def rebuilt(
    root: Value,
    leaves: list[Value],
    change: Callable[[Value, int], Value],
    fresh: Sequence[Value] = (),
) -> tuple[Value, list[Value]]:
    """The same graph on fresh leaves, where each node goes through `change` before it is used."""
    fresh = list(fresh) or [Value(leaf.data, leaf.label) for leaf in leaves]
    copies = dict(zip(leaves, fresh, strict=True))
    for number, node in enumerate(autograd.graph.topological_order(root)):
        if node in copies:
            copies[node] = change(copies[node], number)
        elif not node.parents:
            copies[node] = Value(node.data)
        else:
            operands = tuple([copies[parent] for parent in node.parents])
            copies[node] = change(evaluate(node.op, operands), number)  # type: ignore[arg-type]
    return copies[root], fresh


@seeds
@pytest.mark.parametrize(
    "change",
    [
        lambda node, number: node - 0.0,  # not + 0.0, which takes the sign of -0.0
        lambda node, number: node * 1.0,
        lambda node, number: +node,
        lambda node, number: node * -1.0 * -1.0,
        lambda node, number: node - 0.0 if number % 3 else node / 1.0,
    ],
    ids=["x - 0", "x * 1", "+x", "x * -1 * -1", "mixed"],
)
def test_what_changes_no_number_changes_no_gradient(
    seed: int, change: Callable[[Value, int], Value]
) -> None:
    y, leaves = random_graph(seed)
    plain, plain_leaves = rebuilt(y, leaves, lambda node, number: node)
    padded, padded_leaves = rebuilt(y, leaves, change)
    assert padded.data == plain.data == y.data
    assert gradients(padded, padded_leaves) == gradients(plain, plain_leaves)


@seeds
def test_the_sweep_is_linear_in_its_seed(seed: int) -> None:
    y, leaves = random_graph(seed)
    one = gradients(y, leaves)
    assert gradients(y, leaves, seed=-4.0) == tuple([-4.0 * slope for slope in one])
    assert gradients(y, leaves, seed=2.0**-30) == tuple([2.0**-30 * slope for slope in one])
    assert gradients(y, leaves, seed=0.0) == (0.0,) * len(leaves)


@seeds
def test_the_sweep_is_additive_in_its_seed(seed: int) -> None:
    y, leaves = random_graph(seed)
    one, other = gradients(y, leaves, seed=0.7), gradients(y, leaves, seed=-1.9)
    sizes = size_of_paths(y)
    for leaf, whole, a, b in zip(
        leaves, gradients(y, leaves, seed=0.7 - 1.9), one, other, strict=True
    ):
        assert abs(whole - (a + b)) <= STEPS * EPSILON * 2.6 * sizes.get(leaf, 0.0)


@seeds
def test_the_gradient_of_a_sum_is_the_sum_of_gradients(seed: int) -> None:
    y, leaves = random_graph(seed)
    parts = y.parents
    a, b = 0.75, -1.5
    combined = a * parts[0] + b * parts[1]
    sizes = size_of_paths(combined)
    apart = [gradients(part, leaves) for part in parts]
    for leaf, got, first, second in zip(leaves, gradients(combined, leaves), *apart, strict=True):
        assert abs(got - (a * first + b * second)) <= STEPS * EPSILON * sizes.get(leaf, 0.0)


@seeds
def test_forward_and_backward_are_transposes(seed: int) -> None:
    """The slope along a direction is the gradient times the direction."""
    y, leaves = random_graph(seed)

    def f(*xs: Value) -> Value:
        return rebuilt(y, leaves, lambda node, number: node, xs)[0]

    rng = random.Random(seed)
    direction = [rng.uniform(-1.0, 1.0) for _ in leaves]
    xs = [Value(leaf.data) for leaf in leaves]
    _, along = jvp(f)(tuple(xs), tuple(direction))
    slopes, sizes = gradients(y, leaves), size_of_paths(y)
    size = math.fsum(
        [sizes.get(leaf, 0.0) * abs(d) for leaf, d in zip(leaves, direction, strict=True)]
    )
    assert (
        abs(along.data - math.fsum(map(operator.mul, slopes, direction))) <= STEPS * EPSILON * size
    )


@pytest.mark.parametrize(
    "name", ["total", "mean", "maximum", "minimum", "logsumexp", "softmax", "log_softmax"]
)
def test_the_order_of_operands_changes_no_bit(name: str) -> None:
    rng = random.Random(name)
    kept = 1 if "softmax" in name else 0  # the first operand is the one whose share it is
    for _ in range(20):
        numbers = [rng.uniform(-3.0, 3.0) for _ in range(5)]
        xs = [Value(x) for x in numbers]
        y = evaluate(TABLE[name], tuple(xs))
        slopes = dict(zip(numbers, gradients(y, xs), strict=True))
        for _ in range(5):
            shuffled = numbers[:kept] + rng.sample(numbers[kept:], 5 - kept)
            others = [Value(x) for x in shuffled]
            z = evaluate(TABLE[name], tuple(others))
            assert z.data == y.data
            assert dict(zip(shuffled, gradients(z, others), strict=True)) == slopes


def test_the_order_of_factors_changes_a_product_by_its_roundings_alone() -> None:
    """A product of five is rounded four times, and two differ by at most the roundings of both."""
    rng = random.Random(5)
    for _ in range(50):
        numbers = [rng.uniform(-3.0, 3.0) for _ in range(5)]
        shuffled = rng.sample(numbers, 5)
        xs, others = [Value(x) for x in numbers], [Value(x) for x in shuffled]
        y, z = autograd.product(xs), autograd.product(others)
        assert z.data == pytest.approx(y.data, rel=4 * EPSILON, abs=0.0)
        slopes = dict(zip(shuffled, gradients(z, others), strict=True))
        for x, slope in zip(numbers, gradients(y, xs), strict=True):
            assert slopes[x] == pytest.approx(slope, rel=4 * EPSILON, abs=0.0)


def test_the_order_of_pairs_changes_no_bit_of_a_dot() -> None:
    rng = random.Random(1)
    pairs = [(Value(rng.uniform(-9, 9)), Value(10.0 ** rng.randint(-9, 9))) for _ in range(6)]
    leaves = [x for pair in pairs for x in pair]
    first, second = zip(*pairs, strict=True)
    want = dot(first, second)
    slopes = gradients(want, leaves)
    for some in itertools.islice(itertools.permutations(pairs), 60):
        first, second = zip(*some, strict=True)
        for got in (dot(first, second), dot(second, first)):
            assert got.data == want.data
            assert gradients(got, leaves) == slopes


@seeds
def test_a_graph_cut_in_two_is_joined_by_vjp(seed: int) -> None:
    """y = g(f(x)): the pullback of g gives the adjoints that the pullback of f carries on."""
    y, leaves = random_graph(seed)
    inner = [node for node in autograd.graph.topological_order(y) if node.parents]
    cut = inner[len(inner) // 2 :][:1] + inner[len(inner) // 2 - 1 :][:1]

    def upper(*numbers: Any) -> Value:
        copies = dict(zip([*cut, *leaves], numbers, strict=True))
        for node in autograd.graph.topological_order(y):
            if node not in copies:
                operands = [copies.get(parent) for parent in node.parents]
                copies[node] = (
                    evaluate(node.op, tuple(operands)) if node.parents else Value(node.data)  # type: ignore[arg-type]
                )
        return copies[y]

    _, pullback = vjp(upper)(*[node.data for node in (*cut, *leaves)])
    handed = pullback(1.0)
    through = [gradients(node, leaves) for node in cut]
    sizes = size_of_paths(y)
    # What reaches a leaf past the cut, and what comes through it; one cut node may lie below the
    # other, and then has only the part that does not go through that one.
    for i, (leaf, want) in enumerate(zip(leaves, gradients(y, leaves), strict=True)):
        got = handed[len(cut) + i] + sum(
            [adjoint * slopes[i] for adjoint, slopes in zip(handed, through, strict=False)]
        )
        assert abs(got - want) <= STEPS * EPSILON * sizes.get(leaf, 0.0), leaf


@pytest.mark.parametrize("scale", [2.0**-40, 0.5, 2.0**60])
def test_homogeneous_functions_scale(scale: float) -> None:
    a, b = 0.7, -1.9
    for f in (autograd.hypot, autograd.maximum, autograd.minimum, lambda x, y: abs(x) + y.relu()):
        near, far = [Value(a), Value(b)], [Value(scale * a), Value(scale * b)]
        y, z = f(*near), f(*far)
        assert z.data == scale * y.data
        assert gradients(z, far) == gradients(y, near)


def test_the_slope_of_a_composition_is_the_product_of_slopes() -> None:
    functions = [autograd.tanh, autograd.exp, autograd.sin, autograd.softplus, autograd.atan]
    for f, g in itertools.product(functions, functions):
        for x in (-1.2, 0.0, 0.4):
            whole = grad(lambda t, f=f, g=g: f(g(t)))(x)
            assert whole == grad(f)(g(x)) * grad(g)(x)


@seeds
def test_the_order_in_which_gradients_are_asked_for_does_not_matter(seed: int) -> None:
    y, leaves = random_graph(seed)
    order = random.Random(seed).sample(range(len(leaves)), len(leaves))
    found = gradients(y, [leaves[i] for i in order])
    assert [gradients(y, [leaves[i]])[0] for i in order] == list(found)
    assert math.isfinite(sum(found))
