"""NumPy's names: the methods that NumPy calls on the numbers of an array of Values.

`numpy.arctan(x)` of an array of objects is an array of what `arctan()` of each gives. Where NumPy's
name is that of a function here, as `exp`, the body of `Value` has the method. Operators, `abs`,
sums, products and comparisons NumPy makes of Python's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from . import ops
from .recording import binary, lift, named, reflected, unary

if TYPE_CHECKING:
    from .ops import Op
    from .value import Value


def of_two(op: Op) -> Callable[[Value, Value | float], Value]:
    """The method of a function of two operands."""
    method = binary(op)
    return named(lambda self, other: method(self, lift(other, op.name)), op)


def by(
    number: float, method: Callable[[Value, float], Value], doc: str
) -> Callable[[Value], Value]:
    """The method that computes with a number."""

    def of_one(self: Value) -> Value:
        return method(self, number)

    of_one.__doc__ = doc
    return of_one


class NumPyMethods:
    """The methods of Value that have NumPy's names."""

    __slots__ = ()

    arcsin, arccos, arctan = unary(ops.ASIN), unary(ops.ACOS), unary(ops.ATAN)
    arcsinh, arccosh, arctanh = unary(ops.ASINH), unary(ops.ACOSH), unary(ops.ATANH)
    arctan2, hypot = of_two(ops.ATAN2), of_two(ops.HYPOT)
    fabs = unary(ops.ABS)
    __floor__, __ceil__ = unary(ops.FLOOR), unary(ops.CEIL)  # numpy.floor calls math.floor
    exp2 = by(2.0, reflected(ops.POW), "2 to the power x.")
    radians = deg2rad = by(math.pi / 180.0, binary(ops.MUL), "An angle in degrees as radians.")
    degrees = rad2deg = by(180.0 / math.pi, binary(ops.MUL), "An angle in radians as degrees.")

    def conjugate(self) -> Self:
        """The Value itself, as of every real number."""
        return self
