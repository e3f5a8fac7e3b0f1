"""NumPy's names: the methods that NumPy calls on the numbers of an array of Values.

`numpy.arctan(x)` of an object array calls the method `arctan()` of each item. Methods whose names
are those of functions here, such as `exp`, are in the body of `Value`. For operators, `abs`, sums,
products and comparisons NumPy uses Python's operators. Functions without an operation are refused
here, with a replacement in the error.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from . import ops
from .recording import binary, documented, lift, reflected, unary

if TYPE_CHECKING:
    from .ops import Op
    from .value import Value

# Replacements of functions of whole numbers and remainders.
INSTEAD = {
    "fmod": "x % y, which has the sign of y",
    **dict.fromkeys(("divmod", "floor_divide"), "autograd.floor(x / y) of each number, for x // y"),
    **dict.fromkeys(("rint", "round"), "autograd.floor(x + 0.5) of each number"),
    "trunc": "autograd.sign(x) * autograd.floor(abs(x)) of each number",
}


def of_two(op: Op) -> Callable[[Value, Value | float], Value]:
    """The method of a function of two operands."""
    method = binary(op)
    return documented(lambda self, other: method(self, lift(other, op.name)), op.name, op.doc)


def by(
    number: float, operate: Callable[[Value, float], Value], name: str, doc: str
) -> Callable[[Value], Value]:
    """The method of an operation with a fixed number."""
    return documented(lambda self: operate(self, number), name, doc)


def refused(name: str) -> Callable[..., Any]:
    """The method, by NumPy's or Python's name, of a function without an operation."""

    def method(self: Value, *others: Any) -> Any:
        raise TypeError(f"there is no {name} of Values: use {INSTEAD[name]}")

    return documented(method, name, f"Refused: use {INSTEAD[name]}.")


class NumPyMethods:
    """The methods of Value that have NumPy's names."""

    __slots__ = ()

    arcsin, arccos, arctan = unary(ops.ASIN), unary(ops.ACOS), unary(ops.ATAN)
    arcsinh, arccosh, arctanh = unary(ops.ASINH), unary(ops.ACOSH), unary(ops.ATANH)
    arctan2, hypot = of_two(ops.ATAN2), of_two(ops.HYPOT)
    fabs = unary(ops.ABS)
    __floor__, __ceil__ = unary(ops.FLOOR), unary(ops.CEIL)  # numpy.floor calls math.floor
    exp2 = by(2.0, reflected(ops.POW), "exp2", "2 to the power x.")
    radians = deg2rad = by(math.pi / 180.0, binary(ops.MUL), "radians", "x degrees in radians.")
    degrees = rad2deg = by(180.0 / math.pi, binary(ops.MUL), "degrees", "x radians in degrees.")

    rint, fmod = refused("rint"), refused("fmod")
    __round__, __trunc__ = refused("round"), refused("trunc")
    __floordiv__ = __rfloordiv__ = refused("floor_divide")
    __divmod__ = __rdivmod__ = refused("divmod")

    def conjugate(self) -> Self:
        """The Value itself, as of every real number."""
        return self
