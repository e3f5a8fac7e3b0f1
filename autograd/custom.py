"""operation: a user-defined primitive, on equal terms with the built-in ones."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any

from . import functions, nodes
from .arguments import function as function_of
from .arguments import real, wrong
from .callables import one, three, two
from .ops import FLOATS, OF_LOOPS, REAL, STRUCTURAL, TABLE, Interval, Op, Shape
from .value import Value

SHAPES: dict[int, tuple[Shape, Callable[[Op], Callable[..., Any]]]] = {
    1: (Shape.ONE, one),
    2: (Shape.TWO, two),
    3: (Shape.THREE, three),
}


def is_taken(name: str) -> bool:
    """Whether a built-in operation, a public function or an instruction of tapes has that name."""
    is_builtin = name in TABLE and TABLE[name].builtin
    return is_builtin or name in (*STRUCTURAL, *OF_LOOPS, *functions.__all__)


def operation(
    name: str,
    value: Callable[..., float],
    partials: Callable[..., tuple[Any, ...]] | tuple[float, ...],
    *,
    symbol: str = "",
    domain: tuple[Interval, ...] = (REAL,),
    doc: str = "",
) -> Callable[..., Any]:
    r"""Define an operation of one, two or three operands, and return its function.

    Args:
        name: the identifier in graphs, pictures and pickles, but not in files of `save`, which
            contain no code. It may replace an operation that was defined by this function, as when
            a notebook's cell runs again, but not a built-in one, a public function, or an
            instruction of tapes such as `less`.
        value: a function of the operands as floats that returns a float; its exceptions are
            propagated.
        partials: the rule (m, \*operands, y) -> one partial derivative per operand. Written with
            the functions of `m` (m.exp, m.where; see autograd.ops.op) it can be differentiated to
            any order; written with `math` only once. If all are constants, a tuple of numbers.
        symbol: the text in pictures; the name if empty.
        domain: for each operand an interval, from which tests draw.
        doc: a sentence for the docstring of the function.

    Returns:
        The function of floats and Values.

    Raises:
        ValueError: for a name that is taken, or a number of operands that is not 1, 2 or 3.

    >>> from autograd import Value, grad, operation
    >>> cube = operation("cube", lambda x: x * x * x, lambda m, x, y: (3.0 * x * x,))
    >>> cube(2.0), grad(cube)(2.0), grad(grad(cube))(2.0)
    (8.0, 12.0, 12.0)
    """
    if not isinstance(name, str):
        raise wrong("operation", "a name", name, 'as in operation("cube", value, partials)')
    function_of(value, "operation", "a function of floats as value")
    if not isinstance(partials, tuple):
        function_of(partials, "operation", "a rule (m, *operands, y) or a tuple as partials")
    if not name.isidentifier() or is_taken(name):
        raise ValueError(f"operation: expected an identifier that is not taken, got {name!r}")
    try:
        count = len(inspect.signature(value).parameters)
    except ValueError:
        raise ValueError(
            f"operation {name!r}: {value!r} has no signature to count operands from; "
            "wrap it, as in lambda x: f(x)"
        ) from None
    if count not in SHAPES:
        raise ValueError(f"operation {name!r}: expected 1, 2 or 3 operands, value takes {count}")
    if isinstance(partials, tuple) and len(partials) != count:
        raise ValueError(f"operation {name!r}: {count} operands, {len(partials)} partials")

    def checked_value(*operands: float) -> float:
        return real(value(*operands), f"the value of operation {name!r}")

    def checked_partials(m: Any, *operands_and_value: Any) -> tuple[Any, ...]:
        try:
            found = partials(m, *operands_and_value)  # type: ignore[operator]
        except TypeError as error:
            if m is nodes:
                error.add_note(
                    f"operation {name!r}: its partials were run on Values, for a derivative of "
                    "second or higher order; write them with m.exp, m.log, ... in place of math"
                )
            raise
        if not isinstance(found, tuple) or len(found) != count:
            raise TypeError(
                f"operation {name!r}: expected a tuple of {count} partials, got {found!r:.60}"
            )
        if m is not FLOATS and m is not nodes:  # symbols of a tape, which check their operands
            return found
        where = f"the partials of operation {name!r}"
        return tuple([d if isinstance(d, Value) else real(d, where) for d in found])

    shape, function = SHAPES[count]
    rule = tuple(map(float, partials)) if isinstance(partials, tuple) else checked_partials
    entry = Op(name, shape, rule, checked_value, None, symbol, domain, doc, builtin=False)
    TABLE[name] = entry
    made = function(entry)
    # The module of the caller, where pickle looks it up by name, as for a named tuple.
    made.__module__ = sys._getframe(1).f_globals.get("__name__", "__main__")
    return made
