"""The content of a page as plain data: the graph, its numbers, formulas, places, rows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...cached import cached_property
from ...chains import names_of
from ...graph import topological_order
from ...ops import CONSTANT
from ...value import Value
from ..labels import clean, short
from ..network import Network, find_network
from .course import Course
from .formulas import formulas_of
from .laboratory import kinds_of, laboratory, own_of
from .operations import Kind
from .places import places

LEAF, CONSTANT_LEAF = -1, -2
LARGEST_WRITTEN = 10  # a whole constant up to this size is written into formulas
PLACED = 2000  # nodes; larger graphs are shown in groups


@dataclass(frozen=True)
class Targets:
    """What the outputs of a regression are to be.

    Args:
        names: of each output; numbers: for each row the true ones, in their units; scale: mean and
            deviation of each, which were taken out of the outputs.
    """

    names: tuple[str, ...]
    numbers: list[list[float]]
    scale: tuple[tuple[float, ...], tuple[float, ...]]

    def json(self) -> dict[str, Any]:
        return {
            "names": list(map(clean, self.names)),
            "numbers": [list(map(as_json, row)) for row in self.numbers],
            "scale": self.scale,
        }


@dataclass(frozen=True)
class Rows:
    """Rows of numbers that a page can put into the leaves of its graph.

    Args:
        leaves: the inputs, and constants that hold the label; numbers: for each row one for each
            leaf.
        labels: the class of each row, or None; parts: which part of the data a row is of.
        scale: mean and deviation of each feature, which were taken out of the rows.
        targets: of a regression, the true numbers.
        training: the rows of the part `train`, in its order; None for all.
    """

    leaves: tuple[Value, ...]
    numbers: list[list[float]]
    labels: list[int] | None = None
    parts: list[str] = field(default_factory=list)
    feature_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    scale: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    targets: Targets | None = None
    training: Sequence[int] | None = None


class Content:
    """The data of a page, of a graph as it is now.

    Args:
        roots: what can be differentiated; loss: the one of them that is a loss, if any is.
        seed: of a model's weights, if it has one.
    """

    def __init__(
        self,
        roots: Sequence[Value],
        rows: Rows | None = None,
        loss: Value | None = None,
        course: Course | None = None,
        seed: int | None = None,
    ) -> None:
        self.seed = seed
        self.roots, self.rows, self.loss, self.course = tuple(roots), rows, loss, course
        self.nodes = topological_order(*roots)
        self.number = {node: i for i, node in enumerate(self.nodes)}
        self.network: Network | None = find_network(roots)
        self.kinds: dict[Kind, int] = {}
        self.kind = [self._kind(node) for node in self.nodes]
        self.trains = (
            self.network is not None
            and self.exact
            and is_trained(rows)
            and own_of(self.network) is not None
        )
        if self.network is not None and self.trains:
            for kind in kinds_of(self.network):
                self.kinds.setdefault(kind, len(self.kinds))

    def _kind(self, node: Value) -> int:
        if not node.parents or node.op is None:
            return LEAF if node.op is None else CONSTANT_LEAF
        return self.kinds.setdefault(Kind(node.op, len(node.parents)), len(self.kinds))

    @cached_property
    def names(self) -> list[str]:
        """The name of each node, as in `paths` and `derive`; sums of neurons are s1, s2, ...

        A node with a blank label is named by its position, as in the page's address.
        """
        names = names_of(*self.roots)
        if self.network is not None:
            taken = set(names.values())
            sums = self.network.sum_names()
            names |= {node: name for node, name in sums.items() if name not in taken}
        return [clean(names[node]) or f"@{i}" for i, node in enumerate(self.nodes)]

    @property
    def exact(self) -> bool:
        """Whether the page can compute the graph again."""
        return all([kind.printable for kind in self.kinds])

    def json(self) -> dict[str, Any]:
        """The data, of nothing but lists, dicts, strings and finite numbers."""
        parents = [[self.number[parent] for parent in node.parents] for node in self.nodes]
        return {
            "names": list(map(short, self.names)),
            "labels": {str(i): name for i, name in enumerate(self.names) if short(name) != name},
            "labeled": [int(bool(node.label)) for node in self.nodes],
            "kind": self.kind,
            "kinds": [[k.op.name, clean(k.op.symbol or k.op.name), k.op.doc] for k in self.kinds],
            "parents": parents,
            "data": [as_json(node.data) if not node.parents else 0 for node in self.nodes],
            "recorded": None if self.exact else self._recorded(),
            "formulas": self._formulas(),
            "roots": [self.number[root] for root in self.roots],
            "loss": None if self.loss is None else self.number[self.loss],
            "network": None if self.network is None else self._network(self.network),
            "places": self._places(parents),
            "rows": None if self.rows is None else self._rows(self.rows),
            "training": None if self.course is None else self.course.json(self.number),
            "laboratory": self._laboratory(),
        }

    def _laboratory(self) -> dict[str, Any] | None:
        if self.network is None or not self.trains:
            return None
        return laboratory(self.network, self.kinds, self.seed)

    def _recorded(self) -> list[list[Any]]:
        """The results of Python, for a page that can't compute them."""
        return [[as_json(node.data), *map(as_json, node.local_derivatives)] for node in self.nodes]

    def _formulas(self) -> dict[str, list[list[str]]]:
        """The templates of every kind of node, with whole constants written in."""
        found: dict[str, list[list[str]]] = {}
        for kind in self.kinds:
            found[formula_key(kind, {})] = formulas_of(kind, {}).json()
        variants: list[Mapping[Value, float]] = [{}]
        if self.rows is not None:
            pairs = [zip(self.rows.leaves, row, strict=True) for row in self.rows.numbers]
            constant = [{n: x for n, x in pair if n.op is CONSTANT} for pair in pairs]
            variants += {tuple(one.values()): one for one in constant}.values()
        for node in self.nodes:
            if not any([parent.op is CONSTANT for parent in node.parents]):
                continue
            for variant in variants:
                constants = {
                    slot: variant.get(parent, parent.data)
                    for slot, parent in enumerate(node.parents)
                    if parent.op is CONSTANT and is_written(variant.get(parent, parent.data))
                }
                assert node.op is not None
                kind = Kind(node.op, len(node.parents))
                word = formula_key(kind, constants)
                if word not in found:
                    found[word] = formulas_of(kind, constants).json()
        return found

    def _network(self, network: Network) -> dict[str, Any]:
        def numbers(nodes: Sequence[Value]) -> list[int]:
            return [self.number[node] for node in nodes]

        return {
            "inputs": numbers(network.columns[0].outputs),
            "layers": [
                [
                    {
                        "nodes": numbers(neuron.nodes),
                        "weights": numbers(neuron.weights),
                        "bias": None if neuron.bias is None else self.number[neuron.bias],
                    }
                    for neuron in layer.units
                ]
                for layer in network.layers
            ],
            "shares": [self.number[share.output] for share in network.shares],
            "losses": numbers(network.losses),
        }

    def _places(self, parents: list[list[int]]) -> dict[str, Any] | None:
        if self.network is not None or len(self.nodes) > PLACED:
            return None
        constants = {i for i, kind in enumerate(self.kind) if kind == CONSTANT_LEAF}
        directions = {"wide": "LR", "tall": "TB"}
        return {name: places(parents, way, constants) for name, way in directions.items()}

    def _rows(self, rows: Rows) -> dict[str, Any]:
        return {
            "leaves": [self.number[leaf] for leaf in rows.leaves],
            "numbers": [list(map(as_json, row)) for row in rows.numbers],
            "labels": rows.labels,
            "parts": rows.parts,
            "features": list(map(clean, rows.feature_names)),
            "classes": list(map(clean, rows.class_names)),
            "scale": rows.scale,
            "targets": None if rows.targets is None else rows.targets.json(),
            "training": None if rows.training is None else list(rows.training),
        }


def is_trained(rows: Rows | None) -> bool:
    """Whether a network can be trained on the rows: they have classes or targets."""
    return rows is not None and (rows.labels is not None or rows.targets is not None)


def formula_key(kind: Kind, constants: Mapping[int, float]) -> str:
    """The key of a node's formulas in the page."""
    written = ",".join([f"{slot}={int(x)}" for slot, x in constants.items()])
    return f"{kind.op.name}/{kind.count}/{written}"


def is_written(x: float) -> bool:
    return x.is_integer() and abs(x) <= LARGEST_WRITTEN and math.copysign(1.0, x) * x >= 0.0


def as_json(x: float) -> float | str:
    """x for JSON; a number that is not finite is a string that JavaScript's Number() converts."""
    if math.isfinite(x):
        return x
    return "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"
