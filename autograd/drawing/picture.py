"""draw, and the Drawing that it returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from ..arguments import distinct
from ..chains import Path, Paths
from ..graph import topological_order
from ..value import Value
from .display import Picture
from .dot import edge_id, node_id, to_dot
from .groups import SMALL, closed, heads_of, owners
from .highlight import carried, highlight_of
from .look import Highlight, Look, look_of
from .stepping import step_of
from .summary import summarize
from .summary_dot import summary_to_dot
from .survey import Survey, survey
from .words import description, edge_words, node_words, title

Chosen: TypeAlias = Value | Path | Paths | Iterable[Value | Path | Paths]


class Drawing(Picture):
    """The picture of a computation graph, with its numbers at the time of `draw`.

    A notebook shows it by itself.

    Attributes:
        source: the DOT text.
        svg: the picture; made on first use by a layout program, see `draw`.
    """

    def __init__(
        self,
        source: str,
        title: str,
        description: str,
        titles: dict[str, str],
        language: str = "en",
    ) -> None:
        super().__init__(title)
        self.source = source
        self._language = language
        self._description = description
        self._titles = titles

    def _make_svg(self) -> str:
        # Here, since what runs programs and finds packages takes as long to import as all else.
        from .layout import lay_out
        from .svg import finish

        texts = self._title, self._description, self._titles
        return finish(lay_out(self.source), *texts, self._language)

    def _forms(self) -> dict[str, Callable[[], str | bytes]]:
        return {**super()._forms(), ".dot": lambda: self.source}


def draw(
    y: Value | Iterable[Value],
    *,
    open: bool | Iterable[str | Value] | None = None,
    highlight: Chosen | None = None,
    step: int | None = None,
    direction: str = "LR",
    precision: int = 4,
    show: Iterable[str] = ("data", "grad", "local_derivatives"),
    max_nodes: int | None = 80,
    language: str = "en",
) -> Drawing:
    """The computation graph of y as a picture: every Value a box, every operand slot an edge.

    A box shows the label or operation, `data` and `grad`; an edge, or the row where it ends, the
    local derivative; the edge's width shows the adjoint that it propagates. A caption explains the
    symbols.

    The grad is the derivative of y, computed by a separate sweep: `.grad` is neither read nor
    changed. With several roots it is the derivative of the first root that depends on the node, and
    the box names the root if that is not the first: each number is the derivative of one root. An
    edge between the nodes of two roots propagates nothing, and is thin.

    A node with a label, other than a root, owns the unlabeled nodes and the leaves that only it
    reaches: a neuron owns its sum and its weights. In a graph of more than 30 nodes they are drawn
    as one box.

    Args:
        y: a Value, or several: `draw([loss, *probabilities])`.
        open: the labels of nodes to draw together with the nodes that they own; True for all, False
            for none.
        highlight: what to emphasize: Values, with all edges at them, a path, or `paths(y, x)`.
        step: the number of operations that the reverse sweep has visited: a node that it has not
            reached is pale and has no grad yet; a node with a partial sum shows the number of its
            terms.
        direction: "LR", from left to right, or "TB", from top to bottom.
        precision: the number of significant digits, from 1 to 12.
        show: some of "data", "grad" and "local_derivatives".
        max_nodes: a graph with more boxes is drawn as a summary: one box for each operation at each
            distance from the root (for several distances, in a deep graph). None draws any graph in
            full.
        language: the language of the texts, "en" or "ko".

    Raises:
        TypeError or ValueError: for an argument that can't be drawn.
        ImportError: if the graphviz package is missing.

    The layout runs when the picture is first shown or saved, by the program that the environment
    variable CHAINRULE_DOT names, else by `dot`, else by the package graphviz-pure. Where none can
    be run, as in a browser, CHAINRULE_DOT is `module://` and the name of a module that lays out.

    >>> x = Value(3.0, label="x")
    >>> drawing = draw(x * x)
    >>> drawing
    <Drawing: computation graph of ×>
    >>> drawing.source.count("->")
    2
    """
    look = look_of(direction, precision, show, language)
    if not (max_nodes is None or (isinstance(max_nodes, int) and max_nodes > 0)):
        raise ValueError(
            f"draw: expected a positive whole number or None as max_nodes, got {max_nodes!r}"
        )
    ends = distinct(y, "draw")
    order = topological_order(*ends)
    chosen = highlight_of(highlight, order, look.words)
    opened = True if step is not None and open is None else open
    graph = grouped(ends, order, opened, look, chosen)
    if max_nodes is not None and len(graph.nodes) > max_nodes:
        if highlight is not None or step is not None:
            raise ValueError(
                f"draw: the graph has {len(graph.nodes)} nodes, more than {max_nodes}, and is "
                "drawn in summary, without highlight or step; max_nodes=None draws every node"
            )
        return Drawing(*summary_to_dot(summarize(Survey(ends, order, look))), language)
    if step is not None:
        graph = step_of(step, graph)
    titles: dict[str, str] = {}
    for node, number in graph.number.items():
        titles[node_id(number)] = node_words(graph, node)
        for slot in range(len(node.parents)):
            titles[edge_id(number, slot)] = edge_words(graph, node, slot)
    return Drawing(to_dot(graph), title(graph), description(graph), titles, language)


def grouped(
    ends: tuple[Value, ...], order: list[Value], open: Any, look: Look, chosen: Highlight
) -> Survey:
    """The graph with all groups closed, except those to open."""
    if open is True or (open is None and len(order) <= SMALL):
        return Survey(ends, order, look, chosen)
    owner = owners(ends, order)
    opened = set() if open is None or open is False else heads_of(open, owner)
    opened |= {owner[node] for node in chosen.nodes if owner[node] is not node}
    twins = closed(order, owner, opened)
    return survey(*[twins[end] for end in ends], look=look, highlight=carried(chosen, twins))
