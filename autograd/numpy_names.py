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
from .recording import binary, documented, lift, reflected, unary

if TYPE_CHECKING:
    from .ops import Op
    from .value import Value


def of_two(op: Op) -> Callable[[Value, Value | float], Value]:
    """The method of a function of two operands."""
    method = binary(op)
    return documented(lambda self, other: method(self, lift(other, op.name)), op.name, op.doc)


def by(
    number: float, operate: Callable[[Value, float], Value], name: str, doc: str
) -> Callable[[Value], Value]:
    """The method that operates with a number."""
    return documented(lambda self: operate(self, number), name, doc)


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

    def conjugate(self) -> Self:
        """The Value itself, as of every real number."""
        return self
