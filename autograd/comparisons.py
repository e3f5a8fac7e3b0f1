"""Comparison operators of Value, with checks where NumPy would silently give other results than for
floats.

For object arrays, NumPy's `maximum`, `clip`, `sort`, `argmax` and the functions built on them use
Python's comparisons. A NaN is neither less nor greater, so that its position decides whether they
return it. And two Values are equal only if they are the same node: `unique` would find no equal
numbers.
"""

from __future__ import annotations

import operator
import sys
import warnings
from collections.abc import Callable
from opcode import opname
from typing import TYPE_CHECKING, Any

from . import flags, modes
from .callers import PASSED_ON, is_ours, package_of, user_line
from .modes import active
from .ops import Op
from .recording import documented, new, operand

if TYPE_CHECKING:
    from .conditions import Condition
    from .value import Value
else:
    Value = Condition = None  # assigned by conditions.py, as in recording.py

LOST = (
    "a comparison with NaN decides in a call, in {}: NumPy compares Values as Python does, so that "
    "a NaN is lost or kept by its place in maximum, minimum, clip, sort and the like; use "
    "autograd.maximum, minimum or clamp, which keep it, `x >= y` for numpy.greater_equal(x, y), or "
    "leave out what is NaN by x[x == x]"
)
IDENTITY = (
    "two Values are equal only if they are one node, so that numpy.unique, isin, array_equal and "
    "the like would take equal numbers for different ones, in {}: compare numbers, as in "
    "[v.data for v in x]"
)


def compare(
    test: Callable[[float, float], bool], open_choice: Op, swapped: bool = False
) -> Callable[[Value, Any], bool]:
    """The method of a comparison, by data. Its Condition can be used as a bool, which is its
    declared type.
    """
    orders = test is not operator.eq

    def method(self: Value, other: Any) -> Any:
        if type(other) is not Value:
            other = operand(other, "comparison")
            if other is NotImplemented:
                return other
        a = self._number
        b = other._number
        holds: bool | None = test(a, b)
        if active and modes.tracing(self, other):
            holds = None
        elif not holds and orders and (a != a or b != b):  # noqa: PLR0124  NaN, found fast
            compared(test.__name__)
        condition = new(Condition)
        condition.op = open_choice
        condition.compared = (other, self) if swapped else (self, other)
        condition.holds = holds
        condition.opposite = False
        condition.traceable = True
        return condition

    return documented(method, test.__name__, test.__doc__)


def compared(test: str) -> None:
    """A comparison, by name, with NaN was made, and is false.

    The action depends on the caller. An operator in Python code, as in `x > 0`, behaves as for
    floats. From a function in C, as only a call runs it, `>=` and `<=` are those of NumPy's
    `maximum` and `minimum`: FloatingPointError. So are all in calls of NumPy's own code. Else `<`
    and `>` may be those of Python's `max` and `sorted` too, which order floats in the same way: a
    warning.
    """
    flags.clear()
    frame = sys._getframe(2)
    called = "CALL" in opname[frame.f_code.co_code[frame.f_lasti]]  # CALL or PRECALL, and kin
    if not called or is_ours(frame):
        return
    text = LOST.format(user_line())
    if test in ("le", "ge") or package_of(frame) in PASSED_ON:
        raise FloatingPointError(text)
    warnings.warn(text, UserWarning, stacklevel=3)


def equated() -> None:
    """Two different Values were compared by ==: TypeError if the caller is NumPy's code."""
    frame = sys._getframe(2)
    if is_ours(frame) and frame.f_back:  # != calls ==
        frame = frame.f_back
    if package_of(frame) in PASSED_ON:
        raise TypeError(IDENTITY.format(user_line()))
