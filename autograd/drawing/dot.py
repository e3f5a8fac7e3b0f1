"""The computation graph as DOT text: one box per node, one edge per operand slot.

Built and quoted by the `graphviz` package. The colors are the light ones; svg.py adds the dark.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..value import Value
from .boxes import box, dimmed, has_rows, operands, widths_of
from .cells import cell, html_label
from .labels import width
from .palette import LIGHT
from .survey import Survey
from .words import caption

GRAPH = {
    "nodesep": "0.11",
    "ranksep": "0.5",
    "pad": "0.25",
    "splines": "true",
    "outputorder": "edgesfirst",
    "bgcolor": LIGHT["paper"],
    "fontname": "Arial",
    "labelloc": "b",
    "labeljust": "l",
}
NODE = {
    "shape": "box",
    "color": LIGHT["rest"],
    "penwidth": "1.2",
    "margin": "0.04,0.02",
    "height": "0.2",
    "width": "0.2",
    "fontname": "Arial",
}
EDGE = {
    "color": LIGHT["rest"],
    "fontcolor": LIGHT["local"],
    "fontname": "Arial",
    "fontsize": "12",
    "arrowsize": "0.6",
}


def node_id(number: int) -> str:
    """The id of a node, by its place in the topological order."""
    return f"n{number}"


def edge_id(number: int, slot: int) -> str:
    """The id of the edge that ends at an operand slot of a node."""
    return f"n{number}_{slot}"


def digraph(attributes: Mapping[str, str]) -> Any:
    """An empty graph.

    Raises:
        ImportError: if the `graphviz` package is missing.
    """
    try:
        import graphviz  # type: ignore[import-untyped]
    except ImportError as error:
        raise ImportError(
            'draw needs the package graphviz: pip install "chainrule[draw]"'
        ) from error
    return graphviz.Digraph(graph_attr=dict(attributes), node_attr=NODE, edge_attr=EDGE)


def to_dot(survey: Survey) -> str:
    """The DOT text."""
    key = html_label(cell(line, "muted", 12, room=width(line, 12)) for line in caption(survey))
    across = survey.look.direction == "LR"
    room = {} if across else {"ranksep": "0.5", "nodesep": "0.25"}
    graph = digraph({**GRAPH, "rankdir": survey.look.direction, "label": key, **room})
    widths = widths_of(survey)
    for node, number in survey.number.items():
        attributes = box(survey, node, widths)
        if dimmed(survey, node):
            attributes["class"] += " dim"
        graph.node(node_id(number), id=node_id(number), **attributes)
    widest = largest_flow(survey)
    side = "w" if across else "n"
    for node, number in survey.number.items():
        for place, slots in enumerate(operands(survey, node)):
            for slot in slots:
                head = f":p{place}:{side}" if has_rows(survey, node) else ""
                graph.edge(
                    node_id(survey.number[node.parents[slot]]),
                    f"{node_id(number)}{head}",
                    id=edge_id(number, slot),
                    **edge(survey, node, slot, widest),
                )
    return str(graph.source)


def largest_flow(survey: Survey) -> float:
    """The largest finite absolute value of what an edge propagates, for the widths."""
    flows = [
        abs(survey.flow(node, slot)) for node in survey.nodes for slot in range(len(node.parents))
    ]
    return max([flow for flow in flows if math.isfinite(flow)], default=0.0) or 1.0


def edge(survey: Survey, node: Value, slot: int, widest: float) -> dict[str, str]:
    """The attributes of an edge: its width shows what it propagates, its dashes the sign of ∂."""
    parent, local_derivative = node.parents[slot], node.local_derivatives[slot]
    flow = abs(survey.flow(node, slot))
    share = flow / widest if math.isfinite(flow) else 1.0
    attributes = {"penwidth": f"{0.8 + 3.2 * share:.2f}"}
    classes = []
    if local_derivative < 0.0:
        classes.append("negative")
        attributes["style"] = "dashed"
    if (node, slot) in survey.lit:
        classes.append("path")
        attributes |= {"color": LIGHT["path"], "penwidth": f"{2.0 + 3.0 * share:.2f}"}
    elif survey.near or survey.state(node) == "waiting":
        classes.append("dim")
    elif survey.state(node) == "current":
        attributes["color"] = LIGHT["grad"]
    if classes:
        attributes["class"] = " ".join(classes)
    if not has_rows(survey, node):
        text = f" ∂ {survey.brief(local_derivative)} "
        return attributes | ({"label": text} if survey.shows("local_derivatives") else {})
    if not parent.parents and survey.uses[parent] > 1:
        attributes["minlen"] = "2"  # a leaf of several nodes stands one column further out
    return attributes | {"tailport": "e" if survey.look.direction == "LR" else "s"}
