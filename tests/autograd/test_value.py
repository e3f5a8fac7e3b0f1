"""Value: what it takes, what it refuses and how, and how it is shown, copied and freed."""

from __future__ import annotations

import copy
import gc
import math
import pickle
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import autograd
from autograd import Value
from autograd.graph import topological_order
from autograd.ops import CONSTANT, TABLE, Shape

np: Any = pytest.importorskip("numpy", reason="NumPy's scalars and arrays: pip install numpy")

inf, nan = math.inf, math.nan


class Stranger:
    """Something that knows how to multiply itself with anything."""

    def __rmul__(self, other: object) -> str:
        return "mine"


# What is a number


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (1, 1.0),
        (True, 1.0),
        (0.5, 0.5),
        (Fraction(1, 4), 0.25),
        (10**400, inf),
        (-(10**400), -inf),
        (Fraction(10**400, 3), inf),
        (np.float64(0.1), 0.1),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3.0),
        (np.float16(0.25), 0.25),
        (nan, nan),
        (inf, inf),
    ],
)
def test_real_numbers_are_stored_as_floats(given: Any, stored: float) -> None:
    x = Value(given)
    results = [x.data, (Value(0.0) + given).data, (given + Value(0.0)).data, Value(given).item()]
    x.data = given
    for result in [*results, x.data]:
        assert type(result) is float
        assert result == stored or (math.isnan(result) and math.isnan(stored))


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        (None, "forget to return"),
        ("1", r"float\(text\)"),
        (1j, r"\.real"),
        (Decimal("0.1"), r"float\(number\)"),
        ([1.0], r"(one number|one flat sequence)"),
        ({}, "pass an int or a float"),
        pytest.param(object(), "pass an int or a float", id="object"),
    ],
    ids=repr,
)
def test_what_is_no_real_number_is_refused_with_advice(given: Any, advice: str) -> None:
    kind = type(given).__name__
    x = Value(1.0)
    uses: list[Callable[[], object]] = [
        lambda: Value(given),
        lambda: x + given,
        lambda: given * x,
        lambda: x / given,
        lambda: given**x,
        lambda: x - given,
        lambda: autograd.exp(given),
        lambda: autograd.maximum(x, given),
        lambda: autograd.dot([x], [given]),
        lambda: x.backward(given),
        lambda: setattr(x, "data", given),
        lambda: x < given,
    ]
    for use in uses:
        with pytest.raises(TypeError, match=f"expected a real number, got (<|{kind}).*{advice}"):
            use()
    assert x.data == 1.0


def test_a_value_of_a_value_is_refused() -> None:
    with pytest.raises(TypeError, match="use it as it is"):
        Value(Value(1.0))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="Value"):
        Value(1.0).data = Value(2.0)  # type: ignore[assignment]


@pytest.mark.parametrize("label", [1, b"x", Value(1.0)])
def test_a_label_is_a_string(label: Any) -> None:
    with pytest.raises(TypeError, match="expected a string or None as label"):
        Value(1.0, label=label)


def test_numpy_scalars_work_on_both_sides() -> None:
    x = Value(3.0)
    for two in (np.float64(2.0), np.float32(2.0), np.int64(2)):
        for y, want in [(x * two, 6.0), (two * x, 6.0), (two**x, 8.0), (two - x, -1.0)]:
            assert isinstance(y, Value)
            assert y.data == want
        assert x > two
        assert two < x


# Conversions that would lose the graph


def test_no_truth_value() -> None:
    x = Value(1.0)
    with pytest.raises(TypeError, match=r"no truth value: compare it .* or use value\.data"):
        bool(x)
    with pytest.raises(TypeError, match="no truth value"):
        _ = x and 1.0
    with pytest.raises(TypeError, match="no truth value"):
        _ = 1.0 if Value(0.0) else 0.0


@pytest.mark.parametrize("convert", [float, int, math.exp, math.sqrt, np.float64])
def test_no_float_and_so_no_function_of_math(convert: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError) as caught:
        convert(Value(1.0))
    assert "value.data" in str(caught.value)
    assert "autograd.exp" in str(caught.value)


def test_floor_and_ceil_of_math_are_nodes() -> None:
    for x in (2.5, -2.5):
        assert (math.floor(Value(x)).data, math.ceil(Value(x)).data) == (
            math.floor(x),
            math.ceil(x),
        )
        assert math.floor(Value(x)).op is TABLE["floor"]


def test_item_and_format_give_the_number() -> None:
    x = Value(2.0 / 3.0, label="x")
    assert x.item() == x.data
    assert f"{x:.4f}" == "0.6667"
    assert f"{x:+.1e}" == "+6.7e-01"
    assert f"{x}" == str(x) == repr(x) == "Value(data=0.6666666666666666, grad=0.0, label='x')"
    assert repr(Value(1.0)) == "Value(data=1.0, grad=0.0)"
    assert repr(Value(nan)) == "Value(data=nan, grad=0.0)"
    assert repr(Value(-0.0)) == "Value(data=-0.0, grad=0.0)"


# Comparison and identity


def test_order_is_that_of_the_numbers() -> None:
    one, two = Value(1.0), Value(2.0)
    assert one < two
    assert one < 2
    assert two > 1
    assert not two < one
    assert one <= 1.0
    assert one <= Value(1.0)
    assert not two <= one
    assert two > one
    assert one < 2
    assert not one > two
    assert two >= 2
    assert not one >= two
    assert max([one, two]) is two
    assert min([one, two]) is one
    assert sorted([two, one]) == [one, two]
    assert not Value(nan) < one
    assert not Value(nan) >= one


def test_equality_and_hash_are_identity() -> None:
    a, b = Value(1.0), Value(1.0)
    assert a == a  # noqa: PLR0124
    assert a != b
    assert a == 1.0  # by data
    assert a != 2.0
    assert len({a, b, a}) == 2
    assert {a: "a"}[a] == "a"


# Data


def test_the_data_of_leaves_can_be_set_and_of_other_nodes_not() -> None:
    x = Value(3.0, label="x")
    y = x * x
    x.data = 4
    assert type(x.data) is float
    assert (x.data, y.data) == (4.0, 9.0)
    with pytest.raises(AttributeError, match=r"can't be set: it was computed by <operation mul>"):
        y.data = 1.0
    assert y.data == 9.0


def test_a_graph_keeps_the_local_derivatives_of_when_it_was_recorded() -> None:
    x = Value(3.0)
    y = x * x
    x.data = 100.0
    y.backward()
    assert x.grad == 6.0


def test_nodes_have_no_room_for_anything_else() -> None:
    with pytest.raises(AttributeError):
        Value(1.0).gard = 0.0  # type: ignore[attr-defined]
    assert not hasattr(Value(1.0), "__dict__")


# What a node records


def test_a_node_knows_its_operation_parents_and_local_derivatives() -> None:
    a, b = Value(2.0), Value(5.0)
    y = a * b
    assert y.op is TABLE["mul"]
    assert y.parents == (a, b)
    assert y.local_derivatives == (5.0, 2.0)
    assert (a.op, a.parents, a.local_derivatives, a.label) == (None, (), (), None)
    assert (a + a).parents == (a, a)


def test_plain_numbers_become_constants() -> None:
    x = Value(2.0)
    for y, slot in [
        (x * 3, 1),
        (3 * x, 0),
        (x**3, 1),
        (3**x, 0),
        (3 - x, 0),
        (3 / x, 0),
        (3 % x, 0),
    ]:
        constant = y.parents[slot]
        assert constant.op is CONSTANT
        assert constant.data == 3.0
        assert y.parents[1 - slot] is x


OPERATORS = [
    ("x + y", 3.0, -2.0),
    ("x - y", 3.0, -2.0),
    ("x * y", 3.0, -2.0),
    ("x / y", 3.0, -2.0),
    ("x % y", 7.5, -2.0),
    ("x ** y", 3.0, -2.0),
    ("x ** y", 0.5, 1.5),
]


@pytest.mark.parametrize(("expression", "a", "b"), OPERATORS)
def test_operators_agree_with_those_of_floats_whatever_the_sides_are(
    expression: str, a: float, b: float
) -> None:
    want = eval(expression, {"x": a, "y": b})
    for x, y in [(Value(a), Value(b)), (Value(a), b), (a, Value(b))]:
        got = eval(expression, {"x": x, "y": y})
        assert isinstance(got, Value)
        assert got.data == want
    x = z = Value(a)
    z = eval(f"{expression.replace('x ', 'z ')}", {"z": z, "y": b})
    assert x.data == a  # z += y makes a new node


def test_augmented_assignment_makes_a_new_node() -> None:
    x = y = Value(2.0)
    y += 1
    y *= x
    assert (x.data, y.data) == (2.0, 6.0)
    y.backward()
    assert x.grad == 5.0


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in autograd.functions.__all__
        if callable(getattr(Value, name, None)) and TABLE[name].shape is Shape.ONE
    ],
)
def test_methods_are_the_functions(name: str) -> None:
    x = Value(0.75)
    method, function = getattr(x, name)(), getattr(autograd, name)(Value(0.75))
    assert (method.data, method.local_derivatives) == (function.data, function.local_derivatives)
    assert method.op is function.op is TABLE[name]
    assert method.parents == (x,)
    assert getattr(Value, name).__doc__ == TABLE[name].doc
    assert getattr(Value, name).__qualname__ == f"Value.{name}"


def test_signs() -> None:
    x = Value(-3.0)
    assert ((-x).data, (+x).data, abs(x).data) == (3.0, -3.0, 3.0)
    assert ((-x).op, (+x).op, abs(x).op) == (TABLE["neg"], TABLE["pos"], TABLE["abs"])


# The sweep


def test_a_plus_a() -> None:
    a = Value(3.0)
    y = a + a
    y.backward()
    assert (y.data, a.grad) == (6.0, 2.0)


def test_a_value_used_along_many_paths() -> None:
    x = Value(2.0)
    y = x * x
    z = y * x + y + x  # x³ + x² + x
    z.backward()
    assert (z.grad, y.grad, x.grad) == (1.0, 3.0, 17.0)


def test_backward_twice_adds_to_leaves_and_not_on_the_way() -> None:
    """54 on x³ at 3; where adjoints of the first sweep leak into the second it is 72."""
    x = Value(3.0)
    square = x * x
    y = square * x
    y.backward()
    assert (x.grad, square.grad, y.grad) == (27.0, 3.0, 1.0)
    y.backward()
    assert (x.grad, square.grad, y.grad) == (54.0, 3.0, 1.0)
    x.grad = 0.0
    y.backward()
    assert x.grad == 27.0


def test_two_losses_that_share_nodes() -> None:
    x, w = Value(2.0), Value(5.0)
    shared = x * w
    one, two = shared + x, shared * 3.0
    one.backward()
    two.backward()
    assert (x.grad, w.grad) == ((5.0 + 1.0) + 15.0, 2.0 + 6.0)
    assert shared.grad == 3.0  # of the last sweep
    assert (one.grad, two.grad) == (1.0, 1.0)


def test_a_seed_is_the_adjoint_of_the_root() -> None:
    x = Value(3.0)
    y = x * x
    y.backward(0.5)
    assert (y.grad, x.grad) == (0.5, 3.0)
    y.backward(seed=-2)
    assert (y.grad, x.grad) == (-2.0, -9.0)


def test_a_leaf_as_root() -> None:
    x = Value(3.0)
    x.backward()
    assert x.grad == 1.0
    x.backward(2.5)
    assert x.grad == 3.5
    assert x.parents == ()


def test_a_node_on_the_way_can_be_a_root_too() -> None:
    x = Value(3.0)
    y = x * x
    z = y * 2.0
    z.backward()
    y.backward()
    assert (x.grad, y.grad, z.grad) == (12.0 + 6.0, 1.0, 1.0)


def test_a_bad_seed_loses_no_gradient() -> None:
    x = Value(3.0)
    y = x * x
    y.backward()
    with pytest.raises(TypeError, match="backward: expected a real number"):
        y.backward("1")  # type: ignore[arg-type]
    assert (x.grad, y.grad) == (6.0, 1.0)


def test_zero_times_infinity_is_nan_as_ieee_has_it() -> None:
    x = Value(0.0)
    (x.sqrt() * 0.0).backward()
    assert math.isnan(x.grad)


# Copies


def graph() -> tuple[Value, Value, Value]:
    x, w = Value(0.5, label="x"), Value(-1.2, label="w")
    y = (x * w).tanh() + x * x + 2.0
    y.label = "y"
    y.backward()
    return x, w, y


def rows(root: Value) -> list[tuple[Any, ...]]:
    """All that a graph is, apart from the identity of its nodes."""
    order = topological_order(root)
    at = {node: i for i, node in enumerate(order)}
    return [
        (n.op, n.data, n.grad, n.local_derivatives, n.label, [at[p] for p in n.parents])
        for n in order
    ]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickled_graph_is_the_same_graph(protocol: int) -> None:
    _, _, y = graph()
    again = pickle.loads(pickle.dumps(y, protocol))
    assert rows(again) == rows(y)
    before = [node.grad for node in topological_order(y)]
    again.backward()
    assert [node.grad for node in topological_order(y)] == before


@pytest.mark.parametrize("data", [0.1, -0.0, 5e-324, inf, -inf, nan])
def test_leaves_are_pickled_bit_for_bit(data: float) -> None:
    x = Value(data, label="x")
    x.grad = 3.5
    again = pickle.loads(pickle.dumps(x))
    assert repr(again) == repr(x)
    assert (again.op, again.parents, again.local_derivatives) == (None, (), ())


def test_a_pickle_of_an_unknown_operation_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    text = pickle.dumps(Value(1.0).tanh())
    monkeypatch.delitem(TABLE, "tanh")
    with pytest.raises(ValueError, match="needs the operation 'tanh'"):
        pickle.loads(text)


def test_a_deep_copy_shares_what_was_shared_and_nothing_with_the_original() -> None:
    x, w, y = graph()
    x2, w2, y2, again = copy.deepcopy([x, w, y, y])
    assert rows(y2) == rows(y)
    assert again is y2
    leaves = [node for node in topological_order(y2) if node.op is None]
    assert leaves == [x2, w2]
    assert not set(topological_order(y)) & set(topological_order(y2))
    y2.backward()
    assert (x2.grad, x.grad) == (2 * x.grad, x.grad)


def test_a_shallow_copy_is_another_node_over_the_same_parents() -> None:
    _, _, y = graph()
    again = copy.copy(y)
    assert again is not y
    assert again.parents is y.parents
    assert (again.data, again.grad, again.label, again.op) == (y.data, y.grad, y.label, y.op)


# No recursion, no cycles


@pytest.mark.uncovered
def test_a_chain_of_many_nodes() -> None:
    """Built, swept, deep-copied, pickled and freed without recursion and without the collector."""
    count = 2 * 10**5
    assert sys.getrecursionlimit() < count // 2

    def alive() -> int:
        return [*map(type, gc.get_objects())].count(Value)

    gc.collect()
    gc.disable()
    try:
        before = alive()
        x = y = Value(1.0)
        for _ in range(count):
            y = -y
        assert alive() == before + count + 1
        y.backward()
        assert (y.data, x.grad, x.parents) == (1.0, 1.0, ())

        twin = copy.deepcopy(y)
        assert alive() == before + 2 * (count + 1)
        twin.backward()
        assert x.grad == 1.0
        del twin
        assert alive() == before + count + 1

        text = pickle.dumps(y)
        del y
        assert alive() == before + 1
        again = pickle.loads(text)
        assert alive() == before + count + 2
        again.backward()
        assert sum(1 for _ in topological_order(again)) == count + 1
        del again
        assert alive() == before + 1
    finally:
        gc.enable()


def test_a_wide_graph_is_freed_without_the_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        x = Value(1.0)
        before = sys.getrefcount(x)
        loss = autograd.total([x.tanh() * x + autograd.logsumexp([x, x * 2]) for _ in range(100)])
        loss.backward()
        assert sys.getrefcount(x) > before
        del loss
        assert sys.getrefcount(x) == before
    finally:
        gc.enable()


@pytest.mark.parametrize("wrong", [("one",), (None,), None])
def test_backward_names_no_leaf_where_a_local_derivative_is_wrong(wrong: Any) -> None:
    x = Value(2.0, label="x")
    x.grad = 5.0
    y = x.exp()
    y.local_derivatives = wrong
    with pytest.raises(TypeError, match=r"unsupported operand|multiply|subscriptable"):
        y.backward()
    assert x.grad == 5.0


def test_methods_have_the_names_of_their_operators() -> None:
    for name in ("lt", "le", "gt", "ge"):
        method = getattr(Value, f"__{name}__")
        assert (method.__name__, method.__qualname__) == (name, f"Value.{name}")
        assert method.__doc__
