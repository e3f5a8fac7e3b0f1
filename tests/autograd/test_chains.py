"""paths: counted exactly, listed lazily, ranked without listing, and their sum is the gradient."""

from __future__ import annotations

import itertools
import math
import random

import pytest

import autograd.chains
from autograd import Value, adjoints, paths, softmax
from autograd.chains import Path, size_of, times
from tests.autograd.tape.running import EPSILON, random_graph


def diamond() -> tuple[Value, Value, Value]:
    """y = (x·2)·(x·3): two paths through a, b."""
    x = Value(5.0, "x")
    a, b = x * 2.0, x * 3.0
    a.label, b.label = "a", "b"
    y = a * b
    y.label = "y"
    return y, x, a


def test_each_path_with_its_factors() -> None:
    y, x, a = diamond()
    first, second = paths(y, x)
    assert [node.label for node in first.nodes] == ["y", "a", "x"]
    assert first.local_derivatives == (15.0, 2.0)
    assert (first.product, second.product) == (30.0, 30.0)
    assert str(second) == "∂y/∂b · ∂b/∂x = 10 · 3 = 30"
    assert first._repr_latex_() == (
        r"$\frac{\partial y}{\partial a} \cdot \frac{\partial a}{\partial x} = 15 \cdot 2 = 30$"
    )
    assert repr(paths(y, x)) == "2 paths from x to y; they add up to 60"
    through = paths(y, x, through=a)
    assert (through.count, through.total, len(list(through))) == (1, 30.0, 1)
    assert repr(through) == "1 path from x to y through a; they add up to 30"
    assert [path.product for path in through.largest(5)] == [30.0]


def test_a_negative_factor_stands_in_parentheses_but_for_the_first() -> None:
    x = Value(2.0, "x")
    y = -(x * -3.0)
    (path,) = paths(y, x)
    assert str(path) == "∂v2/∂v1 · ∂v1/∂x = −1 · (−3) = 3"


def test_two_slots_of_one_node_are_two_paths() -> None:
    x = Value(3.0, "x")
    assert [path.product for path in paths(x * x, x)] == [3.0, 3.0]


def test_ends() -> None:
    x, stranger = Value(1.0, "x"), Value(2.0)
    (path,) = paths(x, x)
    assert (path.product, path.nodes, str(path)) == (1.0, (x,), "∂x/∂x = 1")
    assert path._repr_latex_() == "$1 = 1 = 1$"
    assert paths(x, x).largest(2)[0].nodes == (x,)
    none = paths(x * 2.0, stranger)
    assert (none.count, list(none), none.largest(3), none.total) == (0, [], [], 0.0)
    assert repr(none) == "0 paths from v2 to v1; they add up to 0"
    assert paths(x * 2.0, x, through=stranger).total == 0.0
    with pytest.raises(TypeError, match=r"paths: expected Values, got float 2\.0"):
        paths(x, 2.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least 0, got -1"):
        paths(x, x).largest(-1)
    assert paths(x, x).largest(0) == []


def doublings(n: int) -> tuple[Value, Value]:
    x = y = Value(1.0, "x")
    for _ in range(n):
        y = y * 0.75 + y * 0.5
    return y, x


def test_two_to_the_sixtieth_at_once() -> None:
    y, x = doublings(60)
    everything = paths(y, x)
    assert everything.count == 2**60
    assert next(iter(everything)).product == pytest.approx(0.75**60)
    assert everything.total == pytest.approx(1.25**60)


def test_the_largest_are_found_without_listing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work is k for each edge, whatever the number of paths."""
    y, x = doublings(50)
    visits = itertools.count()
    original = autograd.chains.times
    monkeypatch.setattr(autograd.chains, "times", lambda a, b: (next(visits), original(a, b))[1])
    found = paths(y, x).largest(52)
    assert next(visits) <= 52 * 4 * 50
    assert found[0].product == pytest.approx(0.75**50)
    for path in found[1:51]:
        assert path.product == pytest.approx(0.75**49 * 0.5)
    assert found[51].product == pytest.approx(0.75**48 * 0.5**2)
    assert len({path.nodes for path in found}) == 52


@pytest.mark.parametrize("seed", range(25))
def test_the_sum_over_paths_is_the_gradient(seed: int) -> None:
    y, leaves = random_graph(seed, size=14)
    for x in leaves:
        listed = list(paths(y, x))
        assert len(listed) == paths(y, x).count
        products = [path.product for path in listed]
        allowed = 16 * EPSILON * math.fsum(map(abs, products))
        assert abs(math.fsum(products) - adjoints(y).get(x, 0.0)) <= allowed
        ranked = sorted(map(abs, products), reverse=True)
        largest = [abs(path.product) for path in paths(y, x).largest(7)]
        assert largest == pytest.approx(ranked[:7], rel=1e-14)


@pytest.mark.parametrize("seed", range(10))
def test_paths_through_a_node(seed: int) -> None:
    y, leaves = random_graph(seed, size=14)
    node = y.parents[1]
    for x in leaves:
        among = [path for path in paths(y, x) if node in path.nodes]
        through = paths(y, x, through=node)
        assert through.count == len(among)
        assert [path.nodes for path in through] == [path.nodes for path in among]
        assert through.total == pytest.approx(math.fsum([path.product for path in among]))
        ranked = sorted([abs(path.product) for path in among], reverse=True)
        largest = [abs(path.product) for path in through.largest(3)]
        assert largest == pytest.approx(ranked[:3], rel=1e-14)


@pytest.mark.uncovered
def test_a_million_edges_are_one_path() -> None:
    x = y = Value(1.0, "x")
    for _ in range(100_000):
        y = y * 1.0
    (path,) = paths(y, x)
    assert (path.product, len(path.nodes)) == (1.0, 100_001)
    assert paths(y, x).largest(1)[0].product == 1.0


def test_the_order_is_that_of_the_parents() -> None:
    z = [Value(float(i), f"z{i}") for i in range(3)]
    x = Value(1.0, "x")
    shares = softmax([logit * x for logit in z])
    names = [path.names[1:-1] for path in paths(shares[0], x)]
    assert names == [("v1",), ("v2",), ("v3",)]


def test_sizes_compare_and_multiply_as_the_numbers_do() -> None:
    rng = random.Random(0)
    drawn = [rng.uniform(-1, 1) * 10 ** rng.uniform(-99, 99) for _ in range(50)]
    numbers = [0.0, 1.0, 5e-324, 1e308, *drawn]
    for a, b in itertools.product(numbers, numbers):
        assert (size_of(a) < size_of(b)) == (abs(a) < abs(b))
        if 1e-300 < abs(a * b) < 1e300 or a * b == 0.0 == min(abs(a), abs(b)):
            assert times(size_of(a), size_of(b)) == size_of(a * b)
    infinite, undefined, zero = map(size_of, (math.inf, math.nan, 0.0))
    assert size_of(1e308) < infinite < undefined
    assert times(infinite, size_of(2.0)) == infinite
    assert times(infinite, zero) == times(undefined, size_of(2.0)) == undefined
    assert times(size_of(1e308), size_of(1e308)) < infinite
    assert times(zero, zero) == zero


def test_a_path_can_be_made_by_hand() -> None:
    x = Value(1.0)
    assert Path((x, x), (0.5,), ("y", "x")).product == 0.5


def test_more_paths_than_python_prints() -> None:
    x = y = Value(1.0, label="x")
    for _ in range(20_000):
        y = y + y
    found = paths(y, x)
    assert found.count == 2**20_000
    assert repr(found).startswith("about 10^6020 paths from x to ")


def test_an_end_that_is_not_behind_the_other_has_its_own_name() -> None:
    x = Value(2.0, label="x")
    assert repr(paths(x, x * x)) == "0 paths from v1 to x; they add up to 0"
