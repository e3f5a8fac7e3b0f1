"""Condition: the result of comparing a Value, from which `where` makes a node; and these nodes.

While a function is traced a Condition is symbolic (open), and the node of a choice has both
branches as parents. Otherwise it can be used as a bool, and the node is `Decided`: its parent is
the branch taken, and `operands` holds what a tape needs.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from numbers import Number
from typing import Any

from . import comparisons, modes, recording
from .callers import user_line
from .graph import sources
from .ops import BRANCH, DETACH, FLOOR, OPEN_CHOICES, Op
from .recording import evaluate, lift, record
from .value import Value

CHOICES = {BRANCH, *OPEN_CHOICES}
BOOLEANS: tuple[Any, ...] = (False, True)  # numbers of any type may be equal to them


def arithmetic(compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The method of an operator, which computes with the Condition as a number.

    That number must not go on a tape: of `(x > 0 and y > 0) * z` only one comparison would be
    recorded.
    """
    return lambda self, other: compute(number(self, False), other)


def reflected_arithmetic(compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda self, other: compute(other, number(self, False))


def unary(compute: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda self: compute(number(self, False))


def floor_quotient(a: Any, b: Any) -> Value:
    """a // b as in Python's float division: computed from the rounded difference a - a % b."""
    quotient = (a - a % b) / b
    return evaluate(FLOOR, (quotient + 0.5,))


class Condition:
    """A comparison of a Value with a Value or a number, in place of the bool that it would be.

    Args:
        op, compared: the open choice by it, and the Values that were compared, its first operands.
        holds: whether the comparison holds; None while a function is traced: then it is open, and
            its use as a bool raises TypeError. Otherwise it serves as a bool.
        opposite: whether it is the opposite of that comparison; a NaN makes `a < b` and `b <= a`
            false.
        traceable: whether a tape may write a choice by it, as in Decided.

    `~c`, `c & d` and `c | d` are Conditions; in arithmetic a Condition is a node, 1.0 or 0.0.
    """

    __slots__ = ("compared", "holds", "op", "opposite", "traceable")

    def __init__(
        self,
        op: Op,
        compared: tuple[Value, ...],
        holds: bool | None,
        opposite: bool = False,
        traceable: bool = True,
    ) -> None:
        self.op, self.compared, self.holds = op, compared, holds
        self.opposite, self.traceable = opposite, traceable

    def choose(self, a: Any, b: Any, traceable: bool | None = None) -> Value:
        """The node that is a where the comparison holds, else b.

        The node depends on the Values that were compared. `traceable` overrides that of the
        Condition.
        """
        branches = lift(a, "where"), lift(b, "where")
        operands = (*self.compared, *(branches[::-1] if self.opposite else branches))
        if self.holds is None:
            return evaluate(self.op, operands)
        taken = branches[0 if self.holds else 1]
        traceable = self.traceable if traceable is None else traceable
        return decide(BRANCH, taken._number, (taken,), self.op, operands, traceable)

    def __bool__(self) -> bool:
        if self.holds is None:
            raise TypeError(
                "a comparison of Values was used as a bool while its function is traced, in "
                f"{user_line()}: one branch would be lost; use "
                "autograd.where(condition, a, b), of an array number by number"
            )
        return self.holds

    def __index__(self) -> int:
        return int(bool(self))

    def __float__(self) -> float:
        return float(bool(self))

    def __hash__(self) -> int:
        return hash(bool(self))

    def __eq__(self, other: Any) -> Any:
        """The Condition itself compared with True or 1, its opposite with False or 0."""
        if isinstance(other, Condition):
            return (self & other) | ~(self | other)
        if isinstance(other, Number) and other in BOOLEANS:
            return self if other else ~self
        return NotImplemented

    def __ne__(self, other: object) -> Any:
        same = self == other
        return ~same if isinstance(same, Condition) else not same

    def __invert__(self) -> Condition:
        holds = None if self.holds is None else not self.holds
        return Condition(self.op, self.compared, holds, not self.opposite, self.traceable)

    def __and__(self, other: Any) -> Any:
        if not isinstance(other, (Condition, bool)):
            return NotImplemented
        return self.choose(number(other), 0.0) > 0.5

    def __or__(self, other: Any) -> Any:
        if not isinstance(other, (Condition, bool)):
            return NotImplemented
        return self.choose(1.0, number(other)) > 0.5

    def __xor__(self, other: Any) -> Any:
        return self != other if isinstance(other, (Condition, bool)) else NotImplemented

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    __neg__, __pos__, __abs__ = unary(operator.neg), unary(operator.pos), unary(abs)
    __add__, __radd__ = arithmetic(operator.add), reflected_arithmetic(operator.add)
    __sub__, __rsub__ = arithmetic(operator.sub), reflected_arithmetic(operator.sub)
    __mul__, __rmul__ = arithmetic(operator.mul), reflected_arithmetic(operator.mul)
    __truediv__, __rtruediv__ = arithmetic(operator.truediv), reflected_arithmetic(operator.truediv)
    __floordiv__, __rfloordiv__ = arithmetic(floor_quotient), reflected_arithmetic(floor_quotient)
    __mod__, __rmod__ = arithmetic(operator.mod), reflected_arithmetic(operator.mod)
    __pow__, __rpow__ = arithmetic(operator.pow), reflected_arithmetic(operator.pow)
    __lt__, __le__ = arithmetic(operator.lt), arithmetic(operator.le)
    __gt__, __ge__ = arithmetic(operator.gt), arithmetic(operator.ge)

    def __repr__(self) -> str:
        return "an open comparison" if self.holds is None else repr(self.holds)


def number(condition: Condition | bool, traceable: bool | None = None) -> Any:
    """1.0 where it holds, else 0.0: of a Condition a node."""
    if isinstance(condition, Condition):
        return condition.choose(1.0, 0.0, traceable)
    return float(condition)


class Decided(Value):
    """A node whose number depends on a choice that its parents don't show.

    It is the branch that `where` took, or a detached number in a rule. Sweeps and pictures use its
    parents as those of any node.

    Attributes:
        traced_op, operands: the operation on Values that gives the same, as a tape writes it.
        traceable: whether a tape may contain it; not if the condition could be the result of `and`
            or `or`.
    """

    __slots__ = ("operands", "traceable", "traced_op")

    traced_op: Op
    operands: tuple[Value, ...]
    traceable: bool


def decide(
    op: Op,
    data: float,
    parents: tuple[Value, ...],
    traced_op: Op,
    operands: tuple[Value, ...],
    traceable: bool = True,
) -> Value:
    """A Decided node."""
    node: Any = record(op, data, parents, (1.0,) * len(parents), Decided)
    node.traced_op, node.operands, node.traceable = traced_op, operands, traceable
    return modes.inspect(node) if modes.active else node  # type: ignore[no-any-return]


def condition_of(node: Value) -> Condition | None:
    """The condition of a choice whose two branches are both recorded; None for any other node."""
    if node.op not in CHOICES:
        return None
    if isinstance(node, Decided):
        holds = node.parents[0] is node.operands[-2]
        return Condition(node.traced_op, node.operands[:-2], holds, traceable=node.traceable)
    return None if node.op is BRANCH else Condition(node.op, node.parents[:2], None)


def branches(node: Value) -> tuple[Value, ...]:
    """The operands to which a derivative may flow, including the branch of a choice that is not
    taken.
    """
    if node.op in CHOICES:
        return sources(node)[-2:]
    return () if node.op is DETACH else node.parents


# The classes that these modules use when they are called, and that could not be imported there.
for module in (recording, comparisons):
    vars(module).update(Value=Value, Condition=Condition)
