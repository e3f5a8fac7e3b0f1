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
Use = tuple[
    N, Any, Any
]  # an operand, the local derivative with respect to it, the mask of this use


class Bundle(ABC):
    """The adjoints of several numbers in one, as a loop has them: added as a number is."""

    @abstractmethod
    def masked(self, mask: Any) -> Any:
        """Each of them where the mask holds, else 0."""


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

    def under(self, node: N, condition: Any) -> Any:
        """The conjunction of the mask of a node and a condition."""
        mask = self.of[node]
        return condition if mask is None else mask & condition

    def add(self, node: N, mask: Any) -> None:
        """Add a condition under which the node is used."""
        if node not in self.of:
            self.of[node] = mask
        elif (known := self.of[node]) is not mask:
            self.of[node] = None if known is None or mask is None else known | mask

    def masked(self, product: Any, mask: Any) -> Any:
        """The product where the mask holds, else 0; of a loop's adjoints each of them."""
        if mask is None:
            return product
        if isinstance(product, Bundle):
            return product.masked(mask)
        return self._where(mask, product, 0.0)

    def choice(self, node: N, condition: Any, a: N, b: N) -> list[Use[N]]:
        """The operands of a choice: a under the condition, b under its negation."""
        return [(a, 1.0, self.under(node, condition)), (b, 1.0, self.under(node, ~condition))]

    def plain(self, node: N, operands: Any, local_derivatives: Any) -> list[Use[N]]:
        """The operands of any other node: each under the condition of the node."""
        mask = self.of[node]
        slots = zip(operands, local_derivatives, strict=True)
        return [(operand, local, mask) for operand, local in slots]
