"""draw, and the Drawing that it returns."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from functools import cached_property
from pathlib import Path

from ..value import Value
from .dot import edge_id, node_id, to_dot
from .files import write
from .survey import Survey, survey
from .words import description, edge_words, node_words, title


class Drawing:
    """The picture of a computation graph as it was when it was drawn.

    A notebook shows it by itself.

    source: the DOT text.
    svg: the picture; made on first use by a layout program, see `draw`.
    """

    def __init__(self, survey: Survey) -> None:
        self.source = to_dot(survey)
        self._title = title(survey)
        self._description = description(survey)
        self._titles: dict[str, str] = {}
        for node, number in survey.number.items():
            self._titles[node_id(number)] = node_words(survey, node)
            for slot in range(len(node.parents)):
                self._titles[edge_id(number, slot)] = edge_words(survey, node, slot)

    @cached_property
    def svg(self) -> str:
        # Here, since what runs programs and finds packages takes as long to import as all else.
        from .layout import lay_out
        from .svg import finish

        return finish(lay_out(self.source), self._title, self._description, self._titles)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture (`.svg`) or its source (`.dot`), and return the path.

        The file is written whole or not at all.

        Raises ValueError where the name ends otherwise, RuntimeError where no layout program works.
        """
        path = Path(path)
        contents = {".svg": lambda: self.svg, ".dot": lambda: self.source}
        content = contents.get(path.suffix.lower())
        if content is None:
            raise ValueError(f"save: expected a name that ends in .svg or .dot, got {path.name!r}")
        write(path, content())
        return path

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        """What Jupyter shows; it chooses among these itself."""
        return {"image/svg+xml": self.svg, "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<Drawing: {self._title}>"


def draw(y: Value | Iterable[Value], max_nodes: int | None = 80) -> Drawing:
    """The computation graph of y as a picture: every Value a box, every operand slot an edge.

    A box shows the label or operation, `data` and `grad`; an edge, or the row where it ends, the
    local derivative; the edge's width what flows back through it. A caption explains the signs.

    The grad is the derivative of y, by a sweep of its own: `.grad` is neither read nor changed.
    With several roots it is the derivative of the first root that depends on the node, and the box
    says of which root where that is not the first: each number is the derivative of one root, never
    a mixture. An edge between the nodes of two roots carries nothing, and is thin.

    y: a Value, or several: `draw([loss, *probabilities])`.
    max_nodes: a graph of more nodes is refused; None draws any.

    Raises TypeError and ValueError for what can't be drawn, ImportError where the graphviz package
    is missing. The layout runs when the picture is first shown or saved, by the program that the
    environment variable CHAINRULE_DOT names, else by `dot`, else by the package graphviz-pure.

    >>> x = Value(3.0, label="x")
    >>> drawing = draw(x * x)
    >>> drawing
    <Drawing: computation graph of ×>
    >>> drawing.source.count("->")
    2
    """
    if not (max_nodes is None or (isinstance(max_nodes, int) and max_nodes > 0)):
        raise ValueError(
            f"draw: expected a positive whole number or None as max_nodes, got {max_nodes!r}"
        )
    graph = survey(*roots(y))
    if max_nodes is not None and len(graph.nodes) > max_nodes:
        raise ValueError(
            f"draw: the graph has {len(graph.nodes)} nodes, more than {max_nodes}; "
            "max_nodes=None draws them all, and any inner node can be drawn alone"
        )
    return Drawing(graph)


def roots(y: Value | Iterable[Value]) -> tuple[Value, ...]:
    """The roots to draw, each once."""
    if isinstance(y, Value):
        return (y,)
    if not isinstance(y, Iterable):
        raise TypeError(
            f"draw: expected a Value or a sequence of Values, got {type(y).__name__} {y!r:.60}"
        )
    nodes = tuple(y)
    for node in nodes:
        if not isinstance(node, Value):
            raise TypeError(
                f"draw: expected Values, got {type(node).__name__} {node!r:.60} among them"
            )
    if not nodes:
        raise ValueError("draw: expected at least one Value, got an empty sequence")
    return tuple(dict.fromkeys(nodes))
