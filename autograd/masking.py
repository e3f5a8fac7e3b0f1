"""Masks: the contributions to a derivative that are 0 because a branch is not taken.

`where(c, a, b)` propagates its adjoint to a if c holds, else to b. A node that only one branch uses
must contribute nothing if the other one is taken, also if its local derivative is infinite or NaN
(0 · inf is NaN), as if it were not in the graph. So a reverse sweep computes for each node the
condition under which it is used, its mask, and a masked node contributes `where(mask, local
derivative · adjoint, 0)`. A forward sweep (jvp) computes the condition under which an input reaches
the node.

Nodes are of any kind, Values or slots of a tape; conditions have `&`, `|` and `~`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

N = TypeVar("N", bound=Hashable)
# An operand, the local derivative with respect to it, and the mask of this use.
Use = tuple[N, Any, Any]
Flowing = tuple[Any, Any]  # an adjoint or a tangent, and its mask


class Bundle(ABC):
    """The adjoints or tangents of several numbers in one, as a loop has them, with their masks."""

    @abstractmethod
    def __add__(self, other: Any) -> Any:
        """The sums of them, number by number."""


class Link(ABC):
    """What stands in the place of a local derivative between numbers and bundles."""

    @abstractmethod
    def through(self, adjoint: Any, mask: Any) -> Flowing | None:
        """What an adjoint or a tangent contributes; None where nothing flows."""


class Masks(Generic[N]):
    """The condition under which each node is used; None means always.

    Args:
        where: the arithmetic's choice between two numbers.
        nodes: the nodes that are always used: the root of a reverse sweep, the inputs of a forward
            one.
    """

    def __init__(self, where: Callable[[Any, Any, Any], Any], *nodes: N) -> None:
        self.of: dict[N, Any] = dict.fromkeys(nodes)
        self._where = where
        # By the keys of the masks of the two branches of a choice: these masks, which must live as
        # long as their keys, and the mask of the choice.
        self._sides: dict[frozenset[int], tuple[Any, Any, Any]] = {}

    def under(self, node: N, condition: Any) -> Any:
        """The conjunction of the mask of a node and a condition."""
        mask = self.of[node]
        return condition if mask is None else mask & condition

    def add(self, node: N, mask: Any) -> None:
        """Add a condition under which the node is used."""
        if node not in self.of:
            self.of[node] = mask
        elif (before := self.of[node]) is not mask and before is not None:
            sides = self._sides.get(frozenset((key(before), key(mask))))
            if sides is not None:  # used by both branches
                self.of[node] = sides[-1]
            else:
                self.of[node] = either(before, mask)

    def masked(self, product: Any, mask: Any) -> Any:
        """The product where the mask holds, else 0."""
        return product if mask is None else self._where(mask, product, 0.0)

    def part(self, node: N, local_derivative: Any, adjoint: Any, mask: Any) -> Any:
        """What a use contributes to the adjoint or tangent of a node; None if nothing flows."""
        if not isinstance(local_derivative, Link):
            self.add(node, mask)
            return self.masked(local_derivative * adjoint, mask)
        found = local_derivative.through(adjoint, mask)
        if found is None:
            return None
        self.add(node, found[1])
        return found[0]

    def choice(self, node: N, condition: Any, a: N, b: N) -> list[Use[N]]:
        """The operands of a choice: a under the condition, b under its negation."""
        sides = self.under(node, condition), self.under(node, ~condition)
        self._sides[frozenset(map(key, sides))] = (*sides, self.of[node])
        return [(a, 1.0, sides[0]), (b, 1.0, sides[1])]

    def add_choice(self, node: N, condition: Any, a: N, b: N) -> None:
        """Add what reaches a choice through a and b, if it does."""
        reached = [
            self.under(side, taken)
            for side, taken in ((a, condition), (b, ~condition))
            if side in self.of
        ]
        same = len(reached) == 2 and self.of[a] is self.of[b]
        for mask in [self.of[a]] if same else reached:
            self.add(node, mask)

    def plain(self, node: N, operands: Any, local_derivatives: Any) -> list[Use[N]]:
        """The operands of any other node: each under the condition of the node."""
        mask = self.of[node]
        slots = zip(operands, local_derivatives, strict=True)
        return [(operand, local, mask) for operand, local in slots]


def key(mask: Any) -> int:
    """The identity of a mask: the slot of a symbol, else the object's."""
    return getattr(mask, "slot", id(mask))


def either(a: Any, b: Any) -> Any:
    """The condition that at least one of two masks holds."""
    return None if a is None or b is None else a if key(a) == key(b) else a | b
