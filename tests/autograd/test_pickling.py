"""Pickles and copies keep who is who: whatever is dumped together, in any order, at any depth."""

from __future__ import annotations

import copy
import io
import pickle
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, dot, gradients, maximum
from autograd.graph import topological_order


def by_python(thing: Any, protocol: int) -> Any:
    """There and back with the picklers that are written in Python."""
    file = io.BytesIO()
    pickle._Pickler(file, protocol).dump(thing)  # type: ignore[attr-defined]
    return pickle._Unpickler(io.BytesIO(file.getvalue())).load()  # type: ignore[attr-defined]


def by_c(thing: Any, protocol: int) -> Any:
    return pickle.loads(pickle.dumps(thing, protocol))


def by_copy(thing: Any, protocol: int) -> Any:
    return copy.deepcopy(thing)


CLONES = [by_c, by_python, by_copy]
PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


@st.composite
def graphs(draw: st.DrawFn) -> list[Value]:
    """The nodes of a random graph: several leaves, nodes used often or never."""
    numbers = st.floats(-2.0, 2.0)
    nodes = [Value(draw(numbers), label=f"x{i}") for i in range(draw(st.integers(1, 4)))]
    for _ in range(draw(st.integers(0, 25))):
        a, b, c = (draw(st.sampled_from(nodes)) for _ in range(3))
        make = draw(
            st.sampled_from(
                [
                    lambda a, b, c: a * b,
                    lambda a, b, c: a + 1.5,
                    lambda a, b, c: c.tanh(),
                    maximum,
                    lambda a, b, c: dot([a, b], [b, c]),
                ]
            )
        )
        nodes.append(make(a, b, c))
    return nodes


def things(nodes: list[Value]) -> st.SearchStrategy[Any]:
    """Lists, tuples and tables, one in the other, of some of the nodes, in any order."""
    return st.recursive(
        st.sampled_from(nodes),
        lambda inner: st.one_of(
            st.lists(inner, max_size=6),
            st.tuples(inner, inner),
            st.dictionaries(st.sampled_from(nodes), inner, max_size=4),
        ),
        max_leaves=12,
    )


def match(a: Any, b: Any, twins: dict[int, Any]) -> None:
    """Assert that b is built as a is and that one thing in a is one thing in b, and no other."""
    todo = [(a, b)]
    while todo:
        one, other = todo.pop()
        assert type(one) is type(other)
        if isinstance(one, Value):
            if id(one) in twins:
                assert twins[id(one)] is other
                continue
            twins[id(one)] = other
            assert (one.op, one.data, one.grad, one.label) == (
                *(other.op, other.data, other.grad, other.label),
            )
            assert one.local_derivatives == other.local_derivatives
            todo.append((one.parents, other.parents))
        elif isinstance(one, dict):
            todo.append((list(one.items()), list(other.items())))
        else:
            assert len(one) == len(other)
            todo += zip(one, other, strict=True)


@pytest.mark.parametrize("clone", CLONES)
@given(data=st.data(), protocol=st.sampled_from(PROTOCOLS))
def test_who_is_who_in_whatever_is_pickled_together(
    clone: Callable[[Any, int], Any], data: st.DataObject, protocol: int
) -> None:
    nodes = data.draw(graphs())
    thing = data.draw(things(nodes))
    again = clone(thing, protocol)
    twins: dict[int, Any] = {}
    match(thing, again, twins)
    assert len({id(twin) for twin in twins.values()}) == len(twins)
    assert not {id(node) for node in nodes} & {id(twin) for twin in twins.values()}


@pytest.mark.parametrize("clone", CLONES)
def test_a_graph_beside_its_leaf_can_be_differentiated_by_it(
    clone: Callable[[Any, int], Any],
) -> None:
    x = Value(3.0)
    y = x * x
    for thing in ((y, x), [x, y]):
        again = sorted(clone(thing, 5), key=lambda node: len(node.parents))
        assert gradients(again[1], [again[0]]) == (6.0,)


def chain(count: int) -> tuple[Value, Value]:
    x = y = Value(1.0)
    for _ in range(count):
        y = y * x
    return x, y


DEEP = 3 * sys.getrecursionlimit()


@pytest.mark.parametrize("clone", CLONES)
@pytest.mark.parametrize(
    "arrange",
    [
        lambda order: order,
        lambda order: order[::-1],
        lambda order: order[len(order) // 2 :: 7] + order[::5],
        lambda order: dict.fromkeys(order[::2], order[0]),
    ],
)
def test_all_nodes_of_a_deep_graph(
    clone: Callable[[Any, int], Any], arrange: Callable[[list[Value]], Any]
) -> None:
    thing = arrange(topological_order(chain(DEEP)[1]))
    match(thing, clone(thing, 5), {})


def visited(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> int:
    """How many nodes the sorts within act go through."""
    from autograd import pickling, value

    found = 0

    def counting(*roots: Value, **settings: Any) -> list[Value]:
        nonlocal found
        order = topological_order(*roots, **settings)
        found += len(order)
        return order

    with monkeypatch.context() as patch:
        patch.setattr(pickling, "topological_order", counting)
        patch.setattr(value, "topological_order", counting)
        act()
    return found


@pytest.mark.parametrize("clone", CLONES)
def test_a_list_of_all_nodes_goes_through_each_of_them_once(
    monkeypatch: pytest.MonkeyPatch, clone: Callable[[Any, int], Any]
) -> None:
    order = topological_order(chain(500)[1])
    for thing in (order, order[::-1]):
        count = visited(monkeypatch, lambda thing=thing: clone(thing, 5))
        assert len(order) <= count <= 2 * len(order)


def test_a_pickler_that_is_kept_and_others_in_between() -> None:
    """One pickler knows what it has met, another doesn't: no mix-up, no deep recursion."""
    x, y = chain(DEEP)
    file = io.BytesIO()
    kept = pickle.Pickler(file)
    kept.dump(y)
    match(y, by_c(y, 5), {})
    above = y
    for _ in range(DEEP):
        above = above + x
        above = above * y
    kept.dump(above)
    match(above, by_c(above, 5), {})
    half = topological_order(y)[DEEP // 2]
    match(half, by_python(half, 5), {})
    kept.dump((above, half * x, x))
    reader = pickle.Unpickler(io.BytesIO(file.getvalue()))
    match((y, above, (above, half * x, x))[:2], (reader.load(), reader.load()), {})
    again = reader.load()
    assert again[1].parents[1] is again[2]
    assert again[1].parents[0] in topological_order(again[0])


class SecretError(Exception):
    """What a label that can't be pickled raises."""


class Secret(str):
    """A label that can't be pickled."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise SecretError


@pytest.mark.parametrize("pickler", [pickle.Pickler, pickle._Pickler])  # type: ignore[attr-defined]
def test_after_a_pickler_that_gave_up_and_is_still_there(pickler: Any) -> None:
    x, y = chain(DEEP)
    order = topological_order(y)
    given_up = pickler(io.BytesIO(), 5)
    order[DEEP // 2].label = Secret("s")
    with pytest.raises(SecretError):
        given_up.dump(y)
    order[DEEP // 2].label = None
    for node in order[:: DEEP // 9]:
        match((node, x), by_c((node, x), 5), {})
    match((y, x), by_c((y, x), 5), {})
    given_up.dump((x, y))


class Nested:
    """Something whose state is pickled on its own while it is pickled."""

    def __init__(self, y: Value) -> None:
        self.y = y

    def __reduce__(self) -> tuple[Any, ...]:
        return pickle.loads, (pickle.dumps(self.y),)


def test_a_pickle_within_a_pickle() -> None:
    x, y = chain(DEEP)
    first, inside, second, leaf = by_c((y, Nested(y), y * x, x), 5)
    assert second.parents[0] is first
    assert second.parents[1] is leaf
    assert inside is not first
    match(y, inside, {})


def test_a_deep_copy_takes_what_its_table_has() -> None:
    x, other = Value(3.0), Value(4.0)
    again = copy.deepcopy(x * x, {id(x): other})
    assert again.parents == (other, other)


class Named(Value):
    """A class of a user's, whose objects have attributes of their own."""

    unit: str


def test_what_a_class_of_the_user_adds_stays() -> None:
    x = Named(2.0, "x")
    x.unit = "cm"
    y = x * x
    for again in (pickle.loads(pickle.dumps(x)), copy.copy(x), copy.deepcopy(y).parents[0]):
        assert (type(again), again.data, again.unit) == (Named, 2.0, "cm")
        again.unit = "m"
    assert x.unit == "cm"
