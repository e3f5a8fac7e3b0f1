"""Condition: the result of comparing a Value, from which `where` makes a node."""

from __future__ import annotations

import operator
from collections.abc import Callable
from numbers import Number
from typing import Any

from . import modes

TRUTHS: tuple[Any, ...] = (False, True)  # numbers of any type may be equal to them


class Condition:
    """A comparison of a Value with a Value or a number, in place of the bool that it would be.

    choose: (a, b, known=True) -> the node that is a where the comparison holds, else b. By it a
        choice depends on the Values that were compared; `known`: whether a tape may write it.
    holds: whether the comparison holds; None while a function is traced: then it is open, and
        everything that would decide by it raises TypeError. Otherwise it serves as a bool.

    `~c`, `c & d` and `c | d` are Conditions; in arithmetic a Condition is a node, 1.0 or 0.0.
    """

    __slots__ = ("choose", "holds")

    def __init__(self, choose: Callable[..., Any], holds: bool | None) -> None:
        self.choose, self.holds = choose, holds

    def __bool__(self) -> bool:
        if self.holds is None:
            raise TypeError(
                f"a comparison of Values was asked for its truth while its function is traced, in "
                f"{modes.user_line()}: one branch would be lost; use "
                "autograd.where(condition, a, b)"
            )
        return self.holds

    def __index__(self) -> int:
        return int(bool(self))

    def __hash__(self) -> int:
        return hash(bool(self))

    def __eq__(self, other: Any) -> Any:
        """The Condition itself compared with True or 1, its opposite with False or 0."""
        if isinstance(other, Condition):
            return (self & other) | ~(self | other)
        if isinstance(other, Number) and other in TRUTHS:
            return self if other else ~self
        return NotImplemented

    def __ne__(self, other: object) -> Any:
        same = self == other
        return ~same if isinstance(same, Condition) else not same

    def __invert__(self) -> Condition:
        choose = self.choose
        holds = None if self.holds is None else not self.holds
        return Condition(lambda a, b, *known: choose(b, a, *known), holds)

    def __and__(self, other: Any) -> Any:
        if not isinstance(other, (Condition, bool)):
            return NotImplemented
        return self.choose(number(other), 0.0) > 0.5

    def __or__(self, other: Any) -> Any:
        if not isinstance(other, (Condition, bool)):
            return NotImplemented
        return self.choose(1.0, number(other)) > 0.5

    __rand__, __ror__ = __and__, __or__

    def __repr__(self) -> str:
        return "an open comparison" if self.holds is None else repr(self.holds)


def number(condition: Condition | bool, *known: bool) -> Any:
    """1.0 where it holds, else 0.0: of a Condition a node."""
    if isinstance(condition, Condition):
        return condition.choose(1.0, 0.0, *known)
    return float(condition)


def is_number(x: object) -> bool:
    """Whether x is meant as a number, if only as one that is refused in words; not a node."""
    return isinstance(x, Condition) or (hasattr(x, "__float__") and not hasattr(x, "parents"))


def arithmetic(compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The method of an operator: the Condition as a number, and computed with.

    No tape may write that number: `(x > 0 and y > 0) * z` sees one of the comparisons only.
    """
    return lambda self, other: compute(number(self, False), other)


def reflected(compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda self, other: compute(other, number(self, False))


for _name in ("add", "sub", "mul", "truediv", "pow", "lt", "le", "gt", "ge"):
    setattr(Condition, f"__{_name}__", arithmetic(getattr(operator, _name)))
for _name in ("add", "sub", "mul", "truediv", "pow"):
    setattr(Condition, f"__r{_name}__", reflected(getattr(operator, _name)))
