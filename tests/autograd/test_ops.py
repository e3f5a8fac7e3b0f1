"""The operation table. Tests run over all of it: a new entry is tested by being there."""

from __future__ import annotations

import itertools
import math
import random
import struct
from typing import Any

import pytest
from mpmath import mp

import autograd
from autograd import Value, floats, gradients, ieee, nodes, ops
from autograd.ops import FLOATS, IEEE, TABLE, Op, Shape
from tests.autograd.oracle import (
    CANCEL,
    COUNT,
    DIFFERENTIABLE,
    OPERATIONS,
    REFERENCES,
    arity,
    close,
    counts,
    directional,
    exact,
    mixed,
    moderate,
    near_zeros,
    node,
    points,
    slope_at,
    ulps,
    value_at,
)

inf, nan = math.inf, math.nan
over_the_table = pytest.mark.parametrize("name", OPERATIONS)

# Units of the last place that a value may be off where the C library's own error is more than 1.
C_LIBRARY = {"cbrt": 3.8, "erfc": 3.1}
# And a slope of many roundings; that of gelu_tanh has an exponential with a rounded cube in it.
MANY_ROUNDINGS = {"gelu": 4.5, "mish": 4.5, "gelu_tanh": 8.0}


def bits(x: float) -> bytes:
    """What tells 0.0 from -0.0 and any two floats apart, with one NaN."""
    return struct.pack("d", nan if math.isnan(x) else x)


def same(left: list[Any], right: list[Any]) -> bool:
    return [bits(float(x)) for x in left] == [bits(float(x)) for x in right]


def number(x: Any) -> float:
    return x.data if isinstance(x, Value) else float(x)


# Accuracy


def check_value(op: Op, operands: tuple[float, ...]) -> None:
    bound, got = 4.0 if op.value else C_LIBRARY.get(op.name, 2.0), op(operands)
    assert close(op, got, lambda at: value_at(op, at), operands, bound), (
        f"{op.name}{operands} gave {got!r}, expected {mp.nstr(value_at(op, operands), 20)}"
    )


def check_slope(op: Op, operands: tuple[float, ...], slot: int) -> None:
    got = node(op, operands).local_derivatives[slot]
    bound = MANY_ROUNDINGS.get(op.name, 4.0)
    assert close(op, got, lambda at: slope_at(op, at, slot), operands, bound), (
        f"slope {slot} of {op.name}{operands}: got {got!r}, "
        f"expected {mp.nstr(slope_at(op, operands, slot), 20)}"
    )


@pytest.mark.uncovered
@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_values_and_slopes_are_right_to_the_last_places(name: str) -> None:
    op = TABLE[name]
    for operands in points(op, 100, mixed):
        check_value(op, operands)
        for slot in range(len(operands)):
            check_slope(op, operands, slot)


@pytest.mark.uncovered
@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_they_are_right_around_their_zeros_too(name: str) -> None:
    """Where a formula that cancels has no digit left."""
    op = TABLE[name]
    for operands in near_zeros(op, lambda at: value_at(op, at, 400), 8):  # bits enough to look
        check_value(op, operands)
    for slot in range(min(counts(op))):  # a sequence treats its operands alike
        for operands in near_zeros(op, lambda at, slot=slot: slope_at(op, at, slot), 8):
            check_slope(op, operands, slot)
            error = ulps(node(op, operands).local_derivatives[slot], slope_at(op, operands, slot))
            if name not in CANCEL:
                assert error <= MANY_ROUNDINGS.get(name, 4.0), (operands, error)


@pytest.mark.parametrize("name", ["sin", "log", "sub", "gelu", "mish", "logsumexp"])
def test_zeros_are_found(name: str) -> None:
    """Of a value or of a slope: the test above would pass where it finds none."""
    op = TABLE[name]
    functions = [lambda at: value_at(op, at, 400), lambda at: slope_at(op, at, 0)]
    assert max([len(near_zeros(op, f, 8)) for f in functions]) > 3


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_orders_two_and_three_along_random_directions(name: str) -> None:
    """The n-th derivative along a direction holds all partial derivatives of order n at once."""
    op, rng = TABLE[name], random.Random(name)
    for operands in points(op, 10, moderate, "orders"):
        xs = [Value(x) for x in operands]
        direction = [rng.uniform(-1.0, 1.0) for _ in xs]
        y = derivative = node_of(op, xs)
        for order in (1, 2, 3):
            slopes = gradients(derivative, xs, create_graph=True)
            derivative = nodes.dot(slopes, direction)
            want = directional(op, operands, direction, order)
            scale = max(1.0, abs(y.data), abs(want))
            assert abs(derivative.data - want) <= 1e-13 * scale, (
                f"order {order} of {name}{operands}: {derivative.data!r}, "
                f"expected {mp.nstr(want, 20)}"
            )


def node_of(op: Op, xs: list[Value]) -> Value:
    return autograd.recording.evaluate(op, tuple(xs))


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name in REFERENCES])
def test_values_follow_the_definition(name: str) -> None:
    """The value rule, in exact numbers, against a formula that was not written for the table.

    28 digits, since a rule may hold a constant as the sum of two floats, which gelu does.
    """
    op = TABLE[name]
    for operands in points(op, 25, moderate, "definition"):
        with mp.workdps(75):
            numbers = op.split([mp.mpf(x) for x in operands])
            got, want = getattr(exact, name)(*numbers), REFERENCES[name](*numbers)
            assert abs(got - want) <= 1e-28 * max(1, abs(want)), operands


@pytest.mark.parametrize("name", [name for name in OPERATIONS if TABLE[name].textbook])
def test_textbook_partials_are_the_same_function(name: str) -> None:
    op = TABLE[name]
    assert op.textbook is not None
    for operands in points(op, 100, moderate, "textbook"):
        y = op(operands)
        accurate = op.partials_at(IEEE, operands, y)
        textbook = op.textbook(IEEE, *op.split(operands), y)
        assert len(textbook) == len(accurate)
        for got, want in zip(textbook, accurate, strict=True):
            assert abs(got - want) <= 1e-12 * max(1.0, abs(want)), (name, operands)


@pytest.mark.parametrize("name", [name for name in OPERATIONS if TABLE[name].formula])
def test_the_formula_of_textbooks_has_the_same_value(name: str) -> None:
    op = TABLE[name]
    assert op.formula is not None
    for operands in points(op, 100, moderate, "formula"):
        with mp.workdps(75):
            numbers = op.split([mp.mpf(x) for x in operands])
            got, want = op.formula(exact, *numbers), getattr(exact, name)(*numbers)
            assert abs(got - want) <= 1e-15 * max(1, abs(want)), operands


@pytest.mark.parametrize("name", ["relu", "leaky_relu"])
@pytest.mark.parametrize("x", [0.0, -0.0])
def test_textbook_partials_have_the_same_slope_at_a_kink(name: str, x: float) -> None:
    op, numbers = TABLE[name], [ieee.Number(x), ieee.Number(0.25)][: 1 + (name == "leaky_relu")]
    y = op([*map(float, numbers)])
    assert op.textbook is not None
    assert op.textbook(IEEE, *numbers, y) == op.partials_at(IEEE, numbers, y)


# One rule, several arithmetics


@over_the_table
def test_float_rule_and_value_rule_give_the_same_bits(name: str) -> None:
    op = TABLE[name]
    for operands in [*points(op, 100, mixed, "bits"), *special(op)]:
        y = node(op, operands)
        again = op.partials_at(nodes, y.parents, y)
        assert same(list(y.local_derivatives), [number(d) for d in again]), (name, operands)


@over_the_table
def test_fast_and_safe_numbers_give_the_same_bits(name: str) -> None:
    """Where plain floats don't raise, the numbers that never raise agree with them."""
    op, compared = TABLE[name], 0
    for operands in [*points(op, 100, mixed, "safe"), *special(op)]:
        try:
            y = op.forward(*op.split(operands))
            local = op.partials_at(FLOATS, operands, y)
        except (ArithmeticError, ValueError):
            continue
        safe_y, safe_local = op.evaluate_ieee(operands, ArithmeticError())
        assert same([y, *local], [safe_y, *safe_local]), (name, operands)
        compared += 1
    assert compared > 50


SPECIAL = [
    *(0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, -3.0),
    *(inf, -inf, nan, 5e-324, -5e-324, 2.2e-308, 1e-300, -1e-300, 1e300, -1e300),
    *(1.7976931348623157e308, -1.7976931348623157e308, 709.0, 746.0, -746.0, 2.0**53 + 2.0),
]


def special(op: Op) -> list[tuple[float, ...]]:
    """Special operands: every one, every pair of them, and a choice of longer lists."""
    rng = random.Random(op.name)
    if op.shape is Shape.ONE:
        return [(x,) for x in SPECIAL]
    pairs = [] if COUNT.get(op.shape, 2) > 2 else [*itertools.product(SPECIAL, repeat=2)]
    drawn = [tuple(rng.choice(SPECIAL) for _ in range(arity(op, rng))) for _ in range(300)]
    return [*pairs, *drawn]


@over_the_table
def test_nothing_raises_at_special_operands(name: str) -> None:
    """Forward, backward, and two orders through graphs of derivatives."""
    op, rng = TABLE[name], random.Random(name)
    cases = special(op)
    for operands in rng.sample(cases, min(len(cases), 250)):
        y = node(op, operands)
        y.backward()
        assert type(y.data) is float
        assert len(y.local_derivatives) == len(operands)
        assert all(type(x) is float for x in y.local_derivatives)
        leaves = y.parents
        for first in gradients(y, leaves, create_graph=True):
            assert isinstance(first, Value)
            for second in gradients(first, leaves, create_graph=True):
                assert isinstance(second, Value)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_a_nan_operand_is_not_lost(name: str) -> None:
    """Where an operand counts, that is, has a slope, a NaN in its place comes out."""
    op = TABLE[name]
    for operands in points(op, 20, moderate, "nan"):
        for slot, slope in enumerate(node(op, operands).local_derivatives):
            if slope != 0.0:
                y = node(op, [*operands[:slot], nan, *operands[slot + 1 :]])
                assert math.isnan(y.data), (name, operands, slot)


# The rules are fit for arithmetics that don't know their numbers: code, for one.


class Condition:
    """The outcome of a comparison that is not known yet."""

    def __bool__(self) -> bool:
        raise AssertionError("a rule asked for the truth of a comparison: use m.where")


class Symbol:
    """A number that is not known yet: takes + - * / abs and comparisons, and nothing else."""

    def __init__(self, *_: Any) -> None:
        pass

    def __bool__(self) -> bool:
        raise AssertionError("a rule asked for the truth of a number: use m.where")

    def __float__(self) -> float:
        raise AssertionError("a rule called a function of `math`: use the arithmetic's")

    def __eq__(self, other: object) -> bool:
        raise AssertionError("a rule compared with ==: use m.equal")

    def __ne__(self, other: object) -> bool:
        raise AssertionError("a rule compared with !=: use m.equal")

    __hash__ = None  # type: ignore[assignment]

    def _symbol(self, *_: Any) -> Symbol:
        assert all(isinstance(x, (Symbol, float, int)) for x in _), "a rule mixed in something odd"
        return Symbol()

    def _condition(self, _: Any) -> Condition:
        return Condition()

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _symbol
    __truediv__ = __rtruediv__ = __neg__ = __abs__ = _symbol
    __lt__ = __le__ = __gt__ = __ge__ = _condition


class Symbolic:
    """An arithmetic that computes nothing: it checks what it is asked, and counts it."""

    def where(self, condition: Any, a: Any, b: Any) -> Symbol:
        assert isinstance(condition, Condition), "m.where takes a comparison"
        assert all(isinstance(x, (Symbol, float, int)) for x in (a, b))
        return Symbol()

    def equal(self, a: Any, b: Any) -> Condition:
        return Condition()

    def constant(self, x: Any) -> Symbol:
        return Symbol()

    def largest(self, xs: Any) -> Symbol:
        assert len(xs) > 0
        return Symbol()

    def __getattr__(self, name: str) -> Any:
        op = TABLE.get(name)
        known = {"total"} | set(dir(floats))
        if op is None and name not in known:
            raise AssertionError(f"a rule asked for {name!r}, which no arithmetic has")
        groups = {Shape.MANY: 1, Shape.PAIRS: 2}

        def function(*operands: Any) -> Symbol:
            assert op is None or len(operands) == {**COUNT, **groups}[op.shape]
            flat = [
                x
                for operand in operands
                for x in ([operand] if isinstance(operand, (Symbol, float)) else [*operand])
            ]
            assert name == "total" or any(isinstance(x, Symbol) for x in flat), (
                f"a rule calls {name} on bare numbers alone: wrap one in m.constant"
            )
            return Symbol()

        return function


@over_the_table
def test_rules_ask_for_nothing_that_needs_the_number(name: str) -> None:
    op, m = TABLE[name], Symbolic()
    for count in counts(op):
        operands = [Symbol() for _ in range(count)]
        assert len(op.partials_at(m, operands, Symbol())) == count
        if op.textbook:
            assert len(op.textbook(m, *op.split(operands), Symbol())) == count
        if op.value:
            assert isinstance(op.value(m, *op.split(operands)), (Symbol, float))


# What an entry must have, and the ways to call one


@over_the_table
def test_entries_are_described(name: str) -> None:
    op = TABLE[name]
    assert op.name == name
    assert op.doc.endswith(".")
    assert op.doc.split() == op.doc.split(" ")  # one line, with nothing around it
    assert name in repr(op)
    assert all(low <= high for low, high in op.domain)
    assert op.builtin


def test_a_users_error_is_not_swallowed() -> None:
    """Our rules run again where floats raise; what a user's function raises is shown."""

    def picky(x: float) -> float:
        raise ValueError("mine")

    own = Op("picky", Shape.ONE, lambda m, x, y: (1.0,), value=picky, builtin=False)
    with pytest.raises(ValueError, match="mine"):
        own((1.0,))
    with pytest.raises(ValueError, match="mine"):
        node(own, (1.0,))


def test_a_users_operation_computes() -> None:
    cube = Op(
        "cube", Shape.ONE, lambda m, x, y: (3.0 * x * x,), value=lambda x: x * x * x, builtin=False
    )
    y = node(cube, (2.0,))
    assert (y.data, y.local_derivatives, cube((2.0,))) == (8.0, (12.0,), 8.0)
    assert "cube" not in TABLE  # making an operation registers nothing


# Conventions (DESIGN, section 5): value and local derivatives at the odd places.

ROOT = math.sqrt(0.5)
CONVENTIONS = [
    ("relu", (0.0,), 0.0, (0.0,)),
    ("relu", (-0.0,), 0.0, (0.0,)),
    ("relu", (nan,), nan, (nan,)),
    ("relu", (inf,), inf, (1.0,)),
    ("relu", (-inf,), 0.0, (0.0,)),
    ("abs", (0.0,), 0.0, (0.0,)),
    ("abs", (-0.0,), 0.0, (0.0,)),
    ("abs", (-inf,), inf, (-1.0,)),
    ("leaky_relu", (0.0, 0.1), 0.0, (0.1, 0.0)),
    ("leaky_relu", (-2.0, 0.1), -0.2, (0.1, -2.0)),
    ("leaky_relu", (nan, 0.1), nan, (nan, nan)),
    ("clamp", (1.0, -1.0, 1.0), 1.0, (0.0, 0.0, 0.0)),
    ("clamp", (-1.0, -1.0, 1.0), -1.0, (0.0, 0.0, 0.0)),
    ("elu", (0.0, 0.5), 0.0, (0.5, 0.0)),
    ("elu", (0.0, 1.0), 0.0, (1.0, 0.0)),
    ("elu", (0.0, 2.0), 0.0, (1.0, 0.0)),
    ("selu", (0.0,), 0.0, (1.0507009873554805,)),
    ("maximum", (2.0, 2.0, 1.0), 2.0, (0.5, 0.5, 0.0)),
    ("maximum", (2.0,) * 4, 2.0, (0.25,) * 4),
    ("maximum", (2.0, nan, 3.0), nan, (0.0, nan, 0.0)),
    ("maximum", (nan, 2.0), nan, (nan, 0.0)),
    ("maximum", (-inf, -inf), -inf, (0.5, 0.5)),
    ("minimum", (1.0, 1.0), 1.0, (0.5, 0.5)),
    ("minimum", (1.0, nan), nan, (0.0, nan)),
    ("minimum", (3.0, 1.0), 1.0, (0.0, 1.0)),
    ("sqrt", (0.0,), 0.0, (inf,)),
    ("sqrt", (-0.0,), -0.0, (inf,)),
    ("sqrt", (-1.0,), nan, (nan,)),
    ("sqrt", (inf,), inf, (0.0,)),
    ("pow", (-1.0, 0.5), nan, (nan, nan)),
    ("log", (-1.0,), nan, (nan,)),
    ("log", (0.0,), -inf, (inf,)),
    ("log", (-0.0,), -inf, (-inf,)),
    ("log1p", (-1.0,), -inf, (inf,)),
    ("log1p", (-2.0,), nan, (nan,)),
    ("atanh", (2.0,), nan, (nan,)),
    ("exp", (1000.0,), inf, (inf,)),
    ("exp", (-1000.0,), 0.0, (0.0,)),
    ("exp", (-inf,), 0.0, (0.0,)),
    ("sin", (inf,), nan, (nan,)),
    ("cos", (inf,), nan, (nan,)),
    ("tanh", (inf,), 1.0, (0.0,)),
    ("tanh", (-inf,), -1.0, (0.0,)),
    ("sigmoid", (-inf,), 0.0, (0.0,)),
    ("softplus", (inf,), inf, (1.0,)),
    ("pow", (0.0, 0.0), 1.0, (0.0, 0.0)),
    ("pow", (5.0, 0.0), 1.0, (0.0, math.log(5.0))),
    ("pow", (0.0, 1.0), 0.0, (1.0, 0.0)),
    ("pow", (0.0, 2.0), 0.0, (0.0, 0.0)),
    ("pow", (0.0, -1.0), inf, (-inf, -inf)),
    ("pow", (-2.0, 3.0), -8.0, (12.0, nan)),
    ("pow", (1e200, 2.0), inf, (2e200, inf)),
    ("div", (1.0, 0.0), inf, (inf, -inf)),
    ("div", (-1.0, 0.0), -inf, (inf, inf)),
    ("div", (0.0, 0.0), nan, (inf, nan)),
    ("div", (1e-300, 1e-300), 1.0, (1e300, -1e300)),
    ("hypot", (1e200, 1e200), math.hypot(1e200, 1e200), (ROOT, ROOT)),
    ("hypot", (0.0, 0.0), 0.0, (0.0, 0.0)),
    ("logsumexp", (1e308, 1e308), 1e308, (0.5, 0.5)),
    ("logsumexp", (-inf, -inf), -inf, (nan, nan)),
    ("logsumexp", (0.0, -inf), 0.0, (1.0, 0.0)),
    ("logsumexp", (inf, 0.0), inf, (nan, nan)),
    ("total", (1e308, 1e308, -1e308), 1e308, (1.0, 1.0, 1.0)),
    ("total", (inf, -inf), nan, (1.0, 1.0)),
    ("dot", (1e200, 1e200, 1e200, -1e200), nan, (1e200, -1e200, 1e200, 1e200)),
    ("softmax", (1e308, 1e308), 0.5, (0.25, -0.25)),
    ("softmax", (1000.0, -1000.0), 1.0, (0.0, -0.0)),
    ("cross_entropy", (1000.0, -1000.0, 1.0, 0.0), 0.0, (0.0, 0.0, 0.0, 2000.0)),
    ("cross_entropy", (0.0, -inf, 1.0, 0.0), 0.0, (0.0, 0.0, 0.0, inf)),
]


@pytest.mark.parametrize(("name", "operands", "value", "local"), CONVENTIONS)
def test_conventions(
    name: str, operands: tuple[float, ...], value: float, local: tuple[float, ...]
) -> None:
    y = node(TABLE[name], operands)
    got, want = [y.data, *y.local_derivatives], [value, *local]
    for a, b in zip(got, want, strict=True):
        assert a == b or math.isclose(a, b, rel_tol=1e-15) or (math.isnan(a) and math.isnan(b)), (
            got,
            want,
        )
    assert math.copysign(1.0, y.data) == math.copysign(1.0, value) or math.isnan(value)


@pytest.mark.parametrize(
    ("name", "point", "derivative"),
    [
        ("tanh", 0.0, -2.0),
        ("sigmoid", 0.0, -0.125),
        ("softplus", 0.0, 0.0),
        ("sin", 0.0, -1.0),
        ("exp", 0.0, 1.0),
        ("sin", math.pi / 2, 0.0),
    ],
)
def test_third_derivatives_where_a_shortcut_in_the_rule_would_show(
    name: str, point: float, derivative: float
) -> None:
    """At 0, where abs in place of copysign would make the third derivative of tanh vanish."""
    third = autograd.grad(autograd.grad(autograd.grad(getattr(autograd, name))))
    assert third(point) == pytest.approx(derivative, abs=1e-15)


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("point", [0.0, 2.0, -2.0])
def test_derivatives_of_a_cube(order: int, point: float) -> None:
    """A whole power has derivatives everywhere, at zero and below it, and none past its degree."""
    f: Any = lambda x: x**3  # noqa: E731
    for _ in range(order):
        f = autograd.grad(f)
    want = [3 * point**2, 6 * point, 6.0, 0.0, 0.0][order - 1]
    assert f(point) == want


def test_table_is_the_library_of_the_entries() -> None:
    """Every Op of the ops modules is in the table, under its own name, once."""
    found = {op.name: op for op in vars(ops).values() if isinstance(op, Op)}
    assert found == TABLE
