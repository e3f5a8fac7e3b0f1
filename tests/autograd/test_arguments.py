"""Errors about arguments: the advice that they give works when it is followed."""

import math
from fractions import Fraction

import numpy as np
import pytest

import autograd
from autograd import Value, functions, grad, operation, total
from autograd.arguments import choices, real
from autograd.ops import TABLE, Shape

xs, y, z, low, high = [0.25, 0.5], 0.5, 0.75, -1.0, 1.0
value = Value(0.5)


def numbers_of(found):
    return [x.data if isinstance(x, Value) else x for x in found]


def data_of(found):
    return numbers_of(found if isinstance(found, list) else [found])


def followed(error, names):
    """What the code after the last colon of a message gives."""
    return eval(str(error.value).rpartition(": ")[2], dict(names))


NAMES = {**{name: getattr(autograd, name) for name in autograd.__all__}, "xs": xs, "value": value}
NAMES |= {"y": y, "z": z, "low": low, "high": high}
OF_ONE = [n for n in functions.__all__ if n in TABLE and TABLE[n].shape is Shape.ONE]
OF_ONE += ["Value", "elu", "leaky_relu", "hard_tanh"]
OF_SEVERAL = [n for n in functions.__all__ if n in TABLE and TABLE[n].shape is Shape.MANY]
SEQUENCES = [list, tuple, np.array]


@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("name", OF_ONE)
def test_a_sequence_where_a_number_is_meant(name, sequence):
    function = NAMES[name]
    with pytest.raises(TypeError, match=rf"^{name}: expected a real number, got ") as error:
        function(sequence(xs))
    found, expected = numbers_of(followed(error, NAMES)), numbers_of([function(x) for x in xs])
    assert all(a == b or (math.isnan(a) and math.isnan(b)) for a, b in zip(found, expected))  # noqa: B905


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("hypot(xs, y)", [math.hypot(x, y) for x in xs]),
        ("clamp(xs, low, high)", xs),
        ("value + xs", [0.75, 1.0]),
        ("xs * value", [0.125, 0.25]),
        ("value / xs", [2.0, 1.0]),
        ("value % xs", [0.0, 0.0]),
        ("value > xs", [True, False]),
        ("pow(xs, y)", [0.5, 0.5**0.5]),
    ],
)
def test_operators_and_functions_of_several_numbers(call, expected):
    with pytest.raises(TypeError, match="expected a real number, got list") as error:
        eval(call, dict(NAMES))
    found = followed(error, NAMES)
    assert (numbers_of(found) if isinstance(found, list) else found) == expected


@pytest.mark.parametrize("name", OF_SEVERAL)
def test_several_operands_or_one_sequence_of_them(name):
    function = NAMES[name]
    a, b = xs
    for sequence in (*SEQUENCES, iter):
        assert function(a, b) == function(sequence(xs))
    x, y = Value(a), Value(b)
    for got in (function(x, y), function([x, y]), function(x, b), function((a, y))):
        assert data_of(got) == data_of(function(xs))
    assert data_of(function(x)) == data_of(function(a)) == data_of(function([a]))


@pytest.mark.parametrize("name", OF_SEVERAL)
def test_what_are_no_operands(name):
    with pytest.raises(ValueError, match=rf"^{name}: expected at least one operand, got none"):
        NAMES[name]()
    with pytest.raises(TypeError, match=rf"^{name}: expected a real number.*one flat sequence"):
        NAMES[name](xs, xs)
    for one in (None, "0.5", {"a": 0.5}):
        with pytest.raises(TypeError, match=rf"^{name}: expected a sequence.*{name}\(\[a, b\]\)$"):
            NAMES[name](one)


def test_operations_of_a_user_are_advised_as_the_others(monkeypatch):
    cube = operation("cubed", lambda x: x**3, lambda m, x, y: (3.0 * x * x,))
    with pytest.raises(TypeError, match=r"^cubed: ") as error:
        cube(xs)
    assert followed(error, {**NAMES, "cubed": cube}) == [x**3 for x in xs]
    monkeypatch.delitem(TABLE, "cubed")


def test_an_array_of_one_number():
    with pytest.raises(TypeError, match=r"use its \.item\(\)$"):
        autograd.exp(np.array(1.0))


def test_numbers_of_any_type_are_floats():
    for x in (True, np.True_, np.float32(1.0), np.int8(1), 1, Fraction(1)):
        assert type(real(x, "exp")) is float
        assert real(x, "exp") == 1.0
    assert [real(x, "exp") for x in (10**400, -(10**400))] == [math.inf, -math.inf]


def test_gradients_of_one_value():
    x = Value(3.0)
    y = x * x
    with pytest.raises(TypeError, match=r"as in gradients\(y, \[x\]\)$"):
        autograd.gradients(y, x)
    with pytest.raises(TypeError, match=r"one list: gradients\(y, \[a, b\]\)$"):
        autograd.gradients(y, [x], x)


class Model:
    def named_parameters(self):
        return []

    def __call__(self, x):
        return x


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        (3.0, r"compute with Value\(number\)$"),
        (lambda x: x, r"call it on Values: f\(x\)$"),
        (Model(), r"takes what it gives: model\(row\)$"),
        ([Value(1.0)], "give one Value of them$"),
    ],
)
@pytest.mark.parametrize("name", ["derive", "paths", "gradients", "adjoints", "draw"])
def test_what_has_no_graph(name, given, advice):
    x = Value(1.0)
    calls = {
        "derive": lambda: autograd.derive(given, x),
        "paths": lambda: autograd.paths(x, given),
        "gradients": lambda: autograd.gradients(given, [x]),
        "adjoints": lambda: autograd.adjoints(given),
        "draw": lambda: autograd.draw([given]),
    }
    with pytest.raises(TypeError, match=rf"^{name}: expected (a Value|Values), got .*{advice}"):
        calls[name]()
    if isinstance(given, Model) and name == "draw":
        with pytest.raises(TypeError, match=r"nn\.draw_network\(model\)"):
            autograd.draw(given)


def test_a_grad_that_is_none():
    a, b = Value(2.0, label="a"), Value(3.0)
    a.grad, b.grad = None, 1.0
    with pytest.raises(TypeError, match=r"backward: the grad of a is None; .* = 0\.0.*zero_grad"):
        (a * b).backward()
    assert (a.grad, b.grad) == (None, 1.0)
    a.grad = 0.0
    (a * b).backward()
    assert (a.grad, b.grad) == (3.0, 3.0)


def test_classes_are_no_functions():
    with pytest.raises(TypeError, match=r"a class; make one of it first: Model\(\.\.\.\)"):
        grad(Model)
    with pytest.raises(TypeError, match="expected a sequence of numbers"):
        total({"a": 1.0})


def test_the_nearest_name_and_all_of_them():
    assert choices("tahn", ["relu", "tanh"]) == "; did you mean 'tanh'? accepted: relu, tanh"
    assert choices("K", ["b", "k"]) == "; did you mean 'k'? accepted: b, k"
    assert choices("xyz", ["relu", "tanh"]) == "; accepted: relu, tanh"
    assert choices(3, ["relu"]) == "; accepted: relu"
    assert choices("x", []) == "; there are none"


def test_many_names_are_cut():
    names = [f"w{i}" for i in range(1, 22)]
    assert choices("b", names) == "; accepted: w1, w2, w3, ..., w21"
    assert choices("b", names[:20]).count(",") == 19
