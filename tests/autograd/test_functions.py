"""The functions of autograd: floats give floats, any Value gives a Value, bad input an error."""

from __future__ import annotations

import inspect
import math
import pickle
import random
from typing import Any

import pytest

import autograd
from autograd import Value, functions, gradients, nodes
from autograd.ops import CONSTANT, TABLE, Shape

SINGLE = [name for name in functions.__all__ if name in TABLE and TABLE[name].shape is Shape.ONE]
DOUBLE = [name for name in functions.__all__ if name in TABLE and TABLE[name].shape is Shape.TWO]
LISTS = [
    name
    for name in functions.__all__
    if name in TABLE and TABLE[name].shape is Shape.MANY and name not in {"softmax", "log_softmax"}
]


@pytest.mark.parametrize("name", SINGLE)
def test_one_operand(name: str) -> None:
    function = getattr(autograd, name)
    low, high = TABLE[name].domain[0]
    at = min(max(0.5, low + 0.5), high)
    number, value = function(at), function(Value(at))
    assert type(number) is float
    assert isinstance(value, Value)
    assert value.data == number
    assert value.op is TABLE[name]
    assert function.__name__ == name
    assert inspect.getdoc(function).startswith(f"{TABLE[name].doc}\n\nArgs:\n    x: ")
    with pytest.raises(TypeError, match=f"{name}: expected a real number, got str"):
        function("0.5")
    with pytest.raises(TypeError):
        function()


@pytest.mark.parametrize("name", DOUBLE)
def test_two_operands(name: str) -> None:
    function = getattr(autograd, name)
    number = function(1.5, 0.75)
    assert type(number) is float
    for a, b in [(Value(1.5), 0.75), (1.5, Value(0.75)), (Value(1.5), Value(0.75))]:
        value = function(a, b)
        assert isinstance(value, Value)
        assert value.data == number
    with pytest.raises(TypeError, match=f"{name}: expected a real number, got NoneType"):
        function(None, 1.0)
    with pytest.raises(TypeError, match=f"{name}: expected a real number, got NoneType"):
        function(Value(1.0), None)


@pytest.mark.parametrize("name", LISTS)
def test_lists_of_operands(name: str) -> None:
    function = getattr(autograd, name)
    number = function([1.0, 2.0, 4.0])
    assert type(number) is float
    for xs in ([Value(1.0), 2, 4.0], (1.0, Value(2.0), Value(4.0)), iter([1.0, 2.0, Value(4.0)])):
        value = function(xs)
        assert isinstance(value, Value)
        assert value.data == number
        assert len(value.parents) == 3
    assert inspect.getdoc(function).startswith(f"{TABLE[name].doc}\n\nArgs:\n    *xs: ")
    with pytest.raises(ValueError, match=f"{name}: expected at least one operand, got none"):
        function([])
    with pytest.raises(TypeError, match=f"{name}: expected a real number, got str"):
        function([Value(1.0), "2"])


@pytest.mark.parametrize("name", functions.__all__)
def test_functions_are_pickled_by_name(name: str) -> None:
    function = getattr(functions, name)
    assert pickle.loads(pickle.dumps(function)) is function


def test_the_largest_and_the_smallest() -> None:
    x, y = Value(2.0), Value(5.0)
    assert autograd.maximum(x, y, 3).data == 5.0
    assert autograd.minimum(x, y, 3).data == 2.0
    assert autograd.maximum(2.0, 5.0) == 5.0
    assert autograd.minimum(x).data == 2.0
    tie = autograd.maximum(x, x)
    assert gradients(tie, [x]) == (1.0,)
    for function in (autograd.maximum, autograd.minimum):
        with pytest.raises(ValueError, match="at least one operand"):
            function()


def test_leaky_relu_has_a_slope_that_can_be_given_or_learned() -> None:
    x, slope = Value(-2.0), Value(0.25)
    assert autograd.leaky_relu(-2.0) == -0.02
    assert autograd.leaky_relu(x).data == -0.02
    y = autograd.leaky_relu(x, slope)
    assert gradients(y, [x, slope]) == (0.25, -2.0)


def test_dot() -> None:
    w, x = [Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]
    y = autograd.dot(w, x)
    assert y.data == 11.0
    assert y.parents == (*w, *x)
    assert y.local_derivatives == (3.0, 4.0, 1.0, 2.0)
    assert autograd.dot([1.0, 2.0], [3.0, 4.0]) == 11.0
    mixed = autograd.dot(w, [3, 4.0])
    assert mixed.local_derivatives == y.local_derivatives
    assert [p.op for p in mixed.parents[2:]] == [CONSTANT, CONSTANT]
    same = autograd.dot(x, x)
    assert gradients(same, x) == (6.0, 8.0)
    with pytest.raises(ValueError, match="dot: expected two sequences of one length, got 2 and 1"):
        autograd.dot(w, [1.0])
    odd = autograd.dot([Value(math.inf), Value(math.inf)], [Value(1.0), Value(-1.0)])
    assert math.isnan(odd.data)
    big = autograd.dot([Value(1e200)], [Value(1e200)])
    assert big.data == math.inf


def test_dot_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="dot: expected at least one operand, got none"):
        autograd.dot([], [])


def test_the_order_of_terms_changes_no_bit() -> None:
    rng = random.Random(5)
    xs = [rng.uniform(-1, 1) * 10.0 ** rng.randint(-8, 8) for _ in range(50)]
    ys = [rng.uniform(-1, 1) for _ in range(50)]
    for _ in range(20):
        order = rng.sample(range(50), 50)
        for function in (autograd.total, autograd.mean):
            assert function([xs[i] for i in order]) == function(xs)
        assert autograd.dot([xs[i] for i in order], [ys[i] for i in order]) == autograd.dot(xs, ys)


def test_softmax_is_one_node_for_each_share() -> None:
    z = [Value(1.0), Value(2.0), Value(-1.0)]
    y = autograd.softmax(z)
    whole = sum(math.exp(x.data) for x in z)
    for share, own in zip(y, z, strict=True):
        assert share.op is TABLE["softmax"]
        assert share.parents[0] is own
        assert sorted(map(id, share.parents)) == sorted(map(id, z))
        assert share.data == pytest.approx(math.exp(own.data) / whole, rel=1e-15)
    for i, share in enumerate(y):
        want = [share.data * ((i == k) - y[k].data) for k in range(3)]
        assert gradients(share, z) == pytest.approx(want, rel=1e-14)
    assert autograd.softmax([1.0, 2.0, -1.0]) == [share.data for share in y]
    assert all(type(share) is float for share in autograd.softmax([1, 2]))
    assert autograd.softmax(iter([0.0, 0.0])) == [0.5, 0.5]
    assert autograd.softmax([3.0]) == [1.0]


def test_log_softmax_is_the_logarithm_of_softmax() -> None:
    z = [1.0, 2.0, -1.0]
    for log_share, share in zip(autograd.log_softmax(z), autograd.softmax(z), strict=True):
        assert log_share == pytest.approx(math.log(share), rel=1e-14)
    assert autograd.log_softmax([1000.0, 0.0]) == [0.0, -1000.0]


def test_cross_entropy_of_a_class() -> None:
    z = [Value(2.0), Value(1.0), Value(-1.0)]
    shares = autograd.softmax([x.data for x in z])
    for k in range(3):
        loss = autograd.cross_entropy(z, k)
        assert loss.data == pytest.approx(-math.log(shares[k]), rel=1e-14)
        want = [share - (i == k) for i, share in enumerate(shares)]
        assert gradients(loss, z) == pytest.approx(want, rel=1e-14)
        assert autograd.cross_entropy([x.data for x in z], k) == loss.data


def test_cross_entropy_of_weights() -> None:
    z = [2.0, 1.0, -1.0]
    parts = [autograd.cross_entropy(z, k) for k in range(3)]
    smoothed = autograd.cross_entropy(z, [0.9, 0.05, 0.05])
    assert smoothed == pytest.approx(0.9 * parts[0] + 0.05 * (parts[1] + parts[2]), rel=1e-14)
    weight = Value(2.0)
    loss = autograd.cross_entropy([Value(x) for x in z], [weight, 0.0, 0.0])
    assert gradients(loss, [weight]) == pytest.approx((parts[0],), rel=1e-14)


@pytest.mark.parametrize(
    ("target", "error", "message"),
    [
        (3, ValueError, r"expected a class from 0 to 2, got 3"),
        (-1, ValueError, r"expected a class from 0 to 2, got -1"),
        ([1.0, 0.0], ValueError, "one length, got 3 and 2"),
        ("setosa", TypeError, "class index or one weight per class as target, got str 'setosa'"),
        (1.0, TypeError, "class index or one weight per class as target, got float 1.0"),
        (None, TypeError, "class index or one weight per class as target, got NoneType"),
        (["a", "b", "c"], TypeError, "expected a real number, got str"),
    ],
)
def test_cross_entropy_of_a_wrong_target(target: Any, error: type[Exception], message: str) -> None:
    for logits in ([Value(2.0), Value(1.0), Value(-1.0)], [2.0, 1.0, -1.0]):
        with pytest.raises(error, match=f"cross_entropy: .*{message}"):
            autograd.cross_entropy(logits, target)


@pytest.mark.parametrize("condition", [True, False])
def test_where_of_a_bool_is_its_branch_where_a_function_is_traced(condition: bool) -> None:
    f = autograd.compile(lambda x: functions.where(condition, x, 3.0) * 2.0, 1, backend="python")
    assert f([[5.0]]) == [10.0 if condition else 6.0]
    with pytest.raises(TypeError, match="used as a key"):
        autograd.compile(lambda x: {5.0: x}[functions.where(True, x, 3.0)], 1)


def test_where_is_a_node_with_the_branch_taken() -> None:
    a, b = Value(1.0), Value(2.0)
    taken = autograd.where(a > 0, a, b)
    assert (taken.data, taken.parents, taken.op) == (1.0, (a,), TABLE["branch"])
    assert autograd.where(a < 0, a, b).parents == (b,)
    assert autograd.where(True, 1, 2) == 1.0
    assert type(autograd.where(True, 1, 2)) is float
    plain = autograd.where(False, a, 2)
    assert isinstance(plain, Value)
    assert plain.parents[0].op is CONSTANT
    assert gradients(taken * a, [a, b]) == (2.0, 0.0)
    with pytest.raises(TypeError, match="where: expected a real number, got str"):
        autograd.where(True, "1", 2.0)
    with pytest.raises(TypeError, match="no truth value"):
        autograd.where(a, 1.0, 2.0)  # type: ignore[arg-type]


def test_what_rules_use_besides_the_operations() -> None:
    x, y = Value(2.0), Value(2.0)
    loose = nodes.constant(x)
    assert (loose.data, loose.parents, loose.op) == (2.0, (), TABLE["detach"])
    assert nodes.constant(3).data == 3.0
    assert nodes.equal(x, y)
    assert nodes.equal(x, 2)
    assert not nodes.equal(x, math.nan)
    top = nodes.largest([Value(1.0), 3.0, Value(2.0)])
    assert (top.data, top.parents) == (3.0, ())


def test_gelu_has_two_forms() -> None:
    x = Value(1.0)
    assert autograd.gelu(1.0) == pytest.approx(0.8413447460685429, rel=1e-15)
    assert autograd.gelu(x).op is TABLE["gelu"]
    assert autograd.gelu(x, approximate="tanh").op is TABLE["gelu_tanh"]
    assert autograd.gelu(1.0, "tanh") == pytest.approx(0.8411919906082768, rel=1e-15)
    with pytest.raises(ValueError, match="approximate must be 'none' or 'tanh', got 'erf'"):
        autograd.gelu(1.0, "erf")  # type: ignore[call-overload]


def test_clamp_hard_tanh_and_elu() -> None:
    x = Value(3.0)
    assert autograd.clamp(x, -1, 2).data == 2.0
    assert autograd.clamp(0.5, -1, 2) == 0.5
    assert autograd.hard_tanh(x).data == 1.0
    assert autograd.hard_tanh(-0.25) == -0.25
    bounds = Value(1.0), Value(-1.0)
    assert [gradients(autograd.hard_tanh(bound), [bound]) for bound in bounds] == [(0.0,), (0.0,)]
    assert autograd.elu(-1.0) == math.expm1(-1.0)
    assert autograd.elu(Value(-1.0), 2.0).data == 2.0 * math.expm1(-1.0)
    with pytest.raises(ValueError, match="clamp: expected low <= high, got 2 and 1"):
        autograd.clamp(x, 2, 1)


@pytest.mark.parametrize("name", LISTS)
def test_permuted_operands_permute_the_derivatives(name: str) -> None:
    function = getattr(autograd, name)
    rng = random.Random(name)
    xs = [Value(rng.uniform(-2, 2)) for _ in range(6)]
    order = rng.sample(range(6), 6)
    y, z = function(xs), function([xs[i] for i in order])
    assert y.data == pytest.approx(z.data, rel=1e-14)
    assert gradients(y, xs) == pytest.approx(gradients(z, xs), rel=1e-14)


def test_at_a_bound_clamp_has_no_slope_in_anything() -> None:
    for x in (-1.0, 1.0):
        xs = [Value(x), Value(-1.0), Value(1.0)]
        assert gradients(autograd.clamp(*xs), xs) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("condition", [[False], (), [Value(1.0) > 2.0], "no"])
def test_where_takes_one_condition(condition: Any) -> None:
    """What Python takes for true, because there is something in it, decides nothing."""
    for a in (1.0, Value(1.0)):
        with pytest.raises(TypeError, match="where: expected one condition, such as x > 0, got"):
            functions.where(condition, a, 2.0)


def test_dot_takes_iterators() -> None:
    assert autograd.dot(iter([1.0, 2.0]), iter([3.0, 4.0])) == 11.0  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="dot: expected two sequences of one length, got 1 and 2"):
        autograd.dot(iter([1.0]), iter([3.0, 4.0]))  # type: ignore[call-overload]


def test_two_sequences_may_be_arrays() -> None:
    """An array has no truth value, so whether it is empty is its length."""
    np = pytest.importorskip("numpy")
    x = [Value(1.0), Value(2.0)]
    for function in (autograd.dot, autograd.cross_entropy):
        y = function(np.array(x), np.array([0.25, 0.75]))
        assert y.data == function(x, [0.25, 0.75]).data
        assert function(np.array([1.0, 2.0]), np.array([0.25, 0.75])) == y.data
        assert gradients(y, x) == gradients(function(x, [0.25, 0.75]), x)
        with pytest.raises(ValueError, match="expected at least one operand, got none"):
            function(np.array([]), np.array([]))
