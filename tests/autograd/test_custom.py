"""A user's own operation: made in one call, with the rights of the built-in ones."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograd import (
    Value,
    check_gradients,
    compile,
    derive,
    functions,
    grad,
    gradients,
    nodes,
    operation,
)
from autograd.ops import FLOATS, IEEE, OF_LOOPS, REAL, STRUCTURAL, TABLE, Shape
from autograd.tape import Instruction, Tape, record_tape
from autograd.tape.passes import Simplifier
from autograd.tape.printers.c import C
from autograd.tape.printers.javascript import JAVASCRIPT
from autograd.tape.printers.latex import LATEX
from autograd.tape.printers.python import PYTHON
from autograd.tape.printers.text import TEXT
from autograd.tape.recorder import Recorder


@pytest.fixture(autouse=True)
def clean_table() -> Iterator[None]:
    before = dict(TABLE)
    yield
    TABLE.clear()
    TABLE.update(before)


def test_an_operation_of_any_order() -> None:
    bump = operation(
        "bump", lambda x: math.exp(-x * x), lambda m, x, y: (-2.0 * x * m.exp(-x * x),), symbol="∩"
    )
    x = Value(0.5)
    y = bump(x)
    assert type(bump(0.5)) is float
    assert (y.op, y.parents, y.data) == (TABLE["bump"], (x,), math.exp(-0.25))
    assert grad(grad(bump))(0.5) == pytest.approx((4 * 0.25 - 2) * math.exp(-0.25), rel=1e-14)
    assert check_gradients(bump, 0.5, order=3)
    assert pickle.loads(pickle.dumps(y)).op is TABLE["bump"]
    assert copy.deepcopy(y).data == y.data


@pytest.mark.parametrize(
    ("value", "partials", "point"),
    [
        (lambda x: 3.0 * x, (3.0,), (2.0,)),
        (lambda a, b: a * b, lambda m, a, b, y: (b, a), (2.0, 5.0)),
        (lambda a, b, c: a * b + c, lambda m, a, b, c, y: (b, a, 1.0), (2.0, 5.0, 7.0)),
        (lambda x: 7, lambda m, x, y: (0,), (2.0,)),
    ],
)
def test_shapes(value: Callable[..., float], partials: Any, point: tuple[float, ...]) -> None:
    own = operation("own", value, partials)
    y = own(*map(Value, point))
    assert y.data == value(*point) == own(*point)
    assert all(type(d) is float for d in y.local_derivatives)
    assert check_gradients(own, *point)


def test_what_is_said_of_an_operation_is_kept() -> None:
    operation("plain", lambda a, b: a - b, (1.0, -1.0))
    plain = TABLE["plain"]
    assert (plain.symbol, plain.doc, plain.domain) == ("", "", (REAL,))
    assert (plain.shape, plain.builtin) == (Shape.TWO, False)
    own = operation(
        "own", math.sqrt, lambda m, x, y: (0.5 / y,), symbol="√", domain=((0.0, 9.0),), doc="Root."
    )
    entry = TABLE["own"]
    assert (entry.symbol, entry.doc, entry.domain) == ("√", "Root.", ((0.0, 9.0),))
    assert entry.shape is Shape.ONE
    assert own.__doc__ == "Root.\n\nArgs:\n    x: a number or a Value.\n"


def test_an_operation_may_be_made_again_and_built_in_ones_may_not() -> None:
    operation("own", lambda x: x, (1.0,))
    assert operation("own", lambda x: 2.0 * x, (2.0,))(1.0) == 2.0
    for name in ("tanh", "add", "where", "not a name", "constant"):
        with pytest.raises(
            ValueError, match=f"expected an identifier that is not taken, got '{name}'"
        ):
            operation(name, lambda x: x, (1.0,))


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="'own': expected 1, 2 or 3 operands, value takes 4"):
        operation("own", lambda a, b, c, d: a, (1.0, 0.0, 0.0, 0.0))
    with pytest.raises(ValueError, match="'own': 1 operands, 2 partials"):
        operation("own", lambda x: x, (1.0, 2.0))
    with pytest.raises(ValueError, match="has no signature to count operands from"):
        operation("own", max, (1.0,))
    assert "own" not in TABLE


def test_what_its_functions_get_wrong_is_named() -> None:
    lost = operation("lost", lambda x: None, (1.0,))  # type: ignore[arg-type,return-value]
    with pytest.raises(TypeError, match="the value of operation 'lost': expected a real number"):
        lost(Value(1.0))
    for found in (1.0, (1.0, 2.0), [1.0]):
        wrong = operation("wrong", lambda x: x, lambda m, x, y: found)  # noqa: B023
        with pytest.raises(TypeError, match="'wrong': expected a tuple of 1 partials"):
            wrong(Value(1.0))
    text = operation("text", lambda x: x, lambda m, x, y: ("1",))
    with pytest.raises(TypeError, match="the partials of operation 'text': expected a real number"):
        text(Value(1.0))
    broken = operation("broken", lambda x: x, lambda m, x, y: (None + x,))
    with pytest.raises(TypeError, match="unsupported operand type") as caught:
        broken(Value(1.0))
    assert not hasattr(caught.value, "__notes__")


def test_partials_written_with_math_serve_the_first_order_and_say_so() -> None:
    flat = operation("flat", math.sin, lambda m, x, y: (math.cos(x),))
    assert grad(flat)(0.5) == math.cos(0.5)
    with pytest.raises(TypeError) as caught:
        grad(grad(flat))(0.5)
    assert any("write them with m.exp" in note for note in caught.value.__notes__)


def test_what_a_users_function_raises_is_not_caught() -> None:
    def picky(x: float) -> float:
        raise ValueError("mine")

    own = operation("own", picky, (1.0,))
    for x in (1.0, Value(1.0)):
        with pytest.raises(ValueError, match="mine"):
            own(x)


def names_of_functions() -> list[str]:
    """Names that code of this project looks up: whatever an operation may be called by chance."""
    used = [Recorder, Simplifier, FLOATS, IEEE, nodes, functions, Value, Tape, Instruction]
    found = {name for thing in used for name in dir(thing)} | {*STRUCTURAL, *TABLE, *TEXT.rows}
    return sorted(
        found | {*LATEX.rows, *PYTHON.rows, *C.rows, *JAVASCRIPT.rows, "layer", "x1", "v1"}
    )


@pytest.mark.parametrize("name", names_of_functions())
def test_an_operation_is_itself_whatever_its_name(name: str) -> None:
    """It is refused when it is made, or it computes its own number and no other, on any way."""
    try:
        cube = operation(name, lambda x: x * x * x, lambda m, x, y: (3.0 * x * x,))
    except ValueError:
        assert name in {*STRUCTURAL, *OF_LOOPS, *functions.__all__} or TABLE[name].builtin
        return
    x = Value(2.0, label="x")
    y = cube(x)
    assert (y.data, gradients(y, [x]), grad(grad(cube))(2.0)) == (8.0, (12.0,), 12.0)
    assert str(derive(y, x)).endswith("∂v1/∂x = 3 · x · x = 3 · 2 · 2 = 12")
    assert f"v1 = {name}(x) = {name}(2) = 8" in str(derive(y, x))
    tape, _ = record_tape([y], [x])
    assert [instruction.op for _, instruction in tape.check()] == [TABLE[name]]
    for parameters in ([], [x]):
        with pytest.raises(ValueError, match="can't be compiled: its value is a Python function"):
            compile([y], [] if parameters else [x], parameters, backend="python")


def test_no_built_in_operation_has_the_name_of_a_method_of_recorders() -> None:
    """In rules `m.name` is an attribute."""
    assert {*TABLE} & {name for kind in Simplifier.__mro__ for name in vars(kind)} == {"constant"}


@pytest.mark.parametrize(
    ("partials", "last"),
    [
        (lambda m, x, y: (2.0 * x,), "∂y/∂x = 2 · x = 2 · 3 = 6"),
        (
            lambda m, x, y: (m.where(x > 0.0, 2.0 * x, 1.0),),
            "∂y/∂x = (2 · x if 0 < x, else 1) = (2 · 3 if 0 < 3, else 1) = 6",
        ),
        ((6.0,), "∂y/∂x = 6"),
        (lambda m, x, y: (math.fsum([x, x]),), "∂y/∂x = 6"),  # of floats only
        (lambda m, x, y: (2.0 * x if x > 0.0 else 1.0,), "∂y/∂x = 6"),
        (lambda m, x, y: (1.0 if x == 0.0 else 2.0 * x,), "∂y/∂x = 6"),
        (lambda m, x, y: (2.0 * x.real,), "∂y/∂x = 6"),
    ],
)
def test_a_derivation_of_any_rule(partials: Any, last: str) -> None:
    square = operation("square", lambda x: x * x, partials)
    x = Value(3.0, label="x")
    y = square(x)
    y.label = "y"
    assert str(derive(y, x)).splitlines()[-1] == last
    assert r"\partial y" in derive(y, x).latex
    refused = "can't be compiled: its value is a Python function of floats"
    with pytest.raises(ValueError, match=refused):  # also of its derivative
        compile(lambda: square(x), 0, [x], backend="python")
