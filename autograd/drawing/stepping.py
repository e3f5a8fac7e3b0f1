"""The state of the reverse sweep after some of its nodes, for pictures of single steps.

The sweep visits the operations from the last to the first; each adds its grad times the local
derivative to the grad of each of its operands, a sum that is complete after its last use.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from ..cached import cached_property
from ..gradients import adjoints
from ..recording import record
from ..value import Value
from .survey import Survey


@dataclass(frozen=True)
class Stepped(Survey):
    """A graph during the sweep.

    Args:
        step: how many operations the sweep has visited, at least 0.
    """

    step: int = 0

    @cached_property
    def swept(self) -> list[Value]:
        """The operations in the order of the sweep."""
        return [node for node in reversed(self.nodes) if node.parents]

    @cached_property
    def done(self) -> set[Value]:
        """The operations that the sweep has visited."""
        return set(self.swept[: self.step])

    @property
    def current(self) -> Value | None:
        """The operation that was visited last."""
        return self.swept[self.step - 1] if self.step else None

    @cached_property
    def belongs(self) -> dict[Value, tuple[Value, float]]:
        """For each node that was reached the root and the grad so far.

        By the engine's sweep over the graph in which nodes not yet visited have no operands.
        """
        (root,) = self.roots
        twins: dict[Value, Value] = {}
        for node in self.nodes:
            visited = node in self.done
            twins[node] = record(
                node.op,
                node.data,
                tuple([twins[parent] for parent in node.parents]) if visited else (),
                node.local_derivatives if visited else (),
            )
        table = adjoints(twins[root])
        return {node: (root, table[twin]) for node, twin in twins.items() if twin in table}

    @cached_property
    def received(self) -> Counter[Value]:
        """The number of terms of its grad that each node has received."""
        return Counter([parent for node in self.done for parent in node.parents])

    @cached_property
    def expected(self) -> Counter[Value]:
        """The total number of terms of the grad of each node."""
        return Counter([parent for node in self.nodes for parent in node.parents])

    def is_reached(self, node: Value) -> bool:
        return node in self.belongs

    def state(self, node: Value) -> str:
        """The state of a node in the sweep: "waiting", "reached", or "current"."""
        if node is self.current:
            return "current"
        return "reached" if self.is_reached(node) else "waiting"

    def grad(self, node: Value) -> float:
        return self.belongs[node][1] if node in self.belongs else 0.0

    def root(self, node: Value) -> Value:
        return self.roots[0]

    def flow(self, node: Value, slot: int) -> float:
        return super().flow(node, slot) if node in self.done else 0.0

    def shown_grad(self, node: Value) -> str:
        return super().shown_grad(node) if self.is_reached(node) else "·"

    def so_far(self, node: Value) -> str:
        parts = self.received[node], self.expected[node]
        some = self.is_reached(node) and parts[0] < parts[1]
        return self.words("so far {}/{}", *parts) if some else ""


def step_of(step: Any, survey: Survey) -> Stepped:
    """The graph after a number of operations of the sweep.

    Raises:
        ValueError: if it is not a number of operations, or there are several roots.
    """
    if len(survey.roots) > 1:
        raise ValueError(
            f"draw: step follows the sweep of one root, and {len(survey.roots)} were given"
        )
    most = sum([bool(node.parents) for node in survey.nodes])
    whole = isinstance(step, int) and not isinstance(step, bool)
    if not (whole and 0 <= step <= most):
        raise ValueError(f"draw: expected a step from 0 to {most}, got {step!r}")
    return Stepped(survey.roots, survey.nodes, survey.look, survey.highlight, step)
