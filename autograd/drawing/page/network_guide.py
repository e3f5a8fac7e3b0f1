"""The subject of a network's lesson, a neuron of its last hidden layer, and constructors of stops.

In the texts <w>, <h>, <z>, ... stand for the names of the network's own nodes: w17, h5, z1 in the
reference network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...cached import cached_property
from ...graph import count_paths, topological_order
from ...value import Value
from ..network import Network, Unit
from .content import Content
from .lessons import Stop, count_uses
from .states import Nodes

PLAIN = re.compile(r'[^\s{}"<>*+@]+')  # names that stand in formulas as they are
FEW = 4  # products that are written out
FLAT = {"tanh": "1 − <h>²", "sigmoid": "<h> · (1 − <h>)"}  # activations that saturate, their slopes
Texts = tuple[str, str]  # English, Korean


@dataclass
class Guide:
    """The nodes of a network that the lesson is about."""

    content: Content
    network: Network
    names: dict[str, str] = field(init=False, default_factory=dict)

    @cached_property
    def hidden(self) -> Unit:
        """A neuron of the last hidden layer."""
        return self.network.layers[-2].units[0]

    @cached_property
    def scores(self) -> tuple[Unit, ...]:
        """The neurons of the last layer."""
        return self.network.layers[-1].units

    @cached_property
    def output(self) -> Value:
        """The share of the first score; without shares this score itself."""
        score = self.scores[0].output
        shares = [unit.output for unit in self.network.shares if unit.output.parents[0] is score]
        return shares[0] if shares else score

    @cached_property
    def nodes(self) -> dict[str, Value]:
        return {
            "w": self.hidden.weights[0],
            "h": self.hidden.output,
            "s": self.hidden.output.parents[0],
            "v": self.scores[0].weights[self.hidden.row],
            "z": self.scores[0].output,
            "y": self.output,
        }

    @cached_property
    def fits(self) -> bool:
        if len(self.network.layers) < 2 or len(self.hidden.output.parents) != 1:
            return False
        self.names |= {mark: self.name(node) for mark, node in self.nodes.items()}
        return self.output in self.content.roots and all(self.names.values())

    @cached_property
    def known(self) -> dict[str, int]:
        return Nodes(self.content).number

    def name(self, node: Value) -> str:
        """The name of a node as formulas have it; empty where it has none of its own."""
        name = self.content.names[self.content.number[node]]
        return name if name in self.known and PLAIN.fullmatch(name) else ""

    def listed(self, nodes: Sequence[Value]) -> str:
        """Their names; of more than a few the first and the last."""
        names = list(filter(None, map(self.name, nodes)))
        return ", ".join(names) if len(names) < FEW else f"{names[0]} … {names[-1]}"

    def edge(self, upper: str, lower: str) -> str:
        """The local derivative of an edge; where there is a bias between, ∂upper/∂lower."""
        direct = self.nodes[lower] in self.nodes[upper].parents
        return f"{'local' if direct else 'grad'} {self.names[upper]} {self.names[lower]}"

    @property
    def activation(self) -> str:
        return str(getattr(self.hidden.output.op, "name", ""))

    @cached_property
    def uses(self) -> int:
        """The number of products whose sum is the hidden neuron's grad."""
        return count_uses(self.output, self.hidden.output)

    @cached_property
    def is_spread(self) -> bool:
        """Whether the hidden neuron reaches the output through each of several scores."""
        return self.uses == len(self.scores) > 1 == self._ways(self.scores[1].output)

    def _ways(self, node: Value) -> int:
        return count_paths(self.output, node)

    @property
    def root(self) -> int:
        return self.content.roots.index(self.output)

    def at(self, state: str, root: int | None = None) -> str:
        """A state with the output of the lesson; READY and END are steps."""
        root = self.root if root is None else root
        computed = [node for node in self.content.nodes if node.parents]
        below = [node for node in topological_order(self.content.roots[root]) if node.parents]
        steps = {"READY": len(computed), "END": len(computed) + len(below)}
        for word, step in steps.items():
            state = state.replace(word, str(step))
        return self.named(state) + (f"&root={root}" if root else "")

    def named(self, text: str) -> str:
        """The text with names in place of marks."""
        return re.sub(r"<(\w+)>", lambda mark: self.names[mark[1]], text)

    def stop(
        self,
        question: Texts,
        answer: str | int | None = None,
        why: Texts = ("", ""),
        choices: Iterable[Texts] = (),
        before: str = "view=step&step=READY&picked=1&node=<w>",
        after: str = "view=paths&node=<w>",
        root: int | None = None,
    ) -> list[Stop]:
        """A stop in both languages; answer: a formula, or the number of the right choice."""
        offered = [self._both(one) for one in choices]
        right: Any = offered[answer] if isinstance(answer, int) else answer
        return [
            Stop(
                self._both(question),
                self.named(right) if isinstance(right, str) else right,
                self._both(why),
                choices=offered,
                before=self.at(before, root),
                after=self.at(after, root) if after else "",
            )
        ]

    def _both(self, texts: Texts) -> dict[str, str]:
        en, ko = map(self.named, texts)
        return {"en": en, "ko": ko}
