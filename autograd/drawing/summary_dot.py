"""The summary of a large graph as DOT text and in words."""

from __future__ import annotations

from typing import NamedTuple

from ..ops import CONSTANT
from .cells import cell, html_label
from .dot import GRAPH, digraph, edge_id, node_id
from .labels import short, width
from .palette import LIGHT
from .summary import Box, Bundle, Range, Summary
from .survey import Survey
from .words import name, symbol, title

THIN = "\u202f"  # between every three digits of a count


class Written(NamedTuple):
    """A picture before its layout: DOT text, title, description, and tooltips by id."""

    source: str
    title: str
    description: str
    titles: dict[str, str]


def summary_to_dot(summary: Summary) -> Written:
    """The boxes from top to bottom, leaves that one box alone uses beside it."""
    survey, boxes = summary.survey, summary.boxes
    number = {place: node_id(i) for i, place in enumerate(boxes)}
    spine, beside = summary.spine(), summary.beside()
    counts = [digits(n) for n in (len(survey.nodes), summary.edges, len(boxes))]
    what = "{} nodes, {} edges, drawn as {} groups: one for each operation at each "
    if summary.band == 1:
        what = survey.words(what + "distance from the root", *counts)
    else:
        what = survey.words(what + "{} distances", *counts, digits(summary.band))
    key = survey.words("×480: how many · width: the gradient that flows, in all")
    lines = [f"{what}.", key]
    label = html_label(cell(line, "muted", 12, room=width(line, 12)) for line in lines)
    graph = digraph({**GRAPH, "rankdir": "TB", "nodesep": "0.7", "ranksep": "0.32", "label": label})
    titles = {}
    for place, box in boxes.items():
        titles[number[place]] = words_of(survey, box)
        inner = summary.bundles.get((place, place))
        attributes = attributes_of(survey, box, inner)
        graph.node(number[place], id=number[place], **attributes)
    widest = max([bundle.flow for bundle in summary.bundles.values()], default=0.0) or 1.0
    for i, ((tail, head), bundle) in enumerate(summary.bundles.items()):
        if tail == head:
            continue
        text = f"×{digits(bundle.count)}  ∂ {ends(survey, bundle.slopes)}"
        names = called(boxes[tail]), called(boxes[head])
        titles[edge_id(i, 0)] = survey.words("{} to {}: {}", *names, text)
        graph.edge(
            number[tail],
            number[head],
            id=edge_id(i, 0),
            label=f" {text} ",
            penwidth=f"{0.8 + 3.2 * bundle.flow / widest:.2f}",
            weight="20" if (tail, head) in spine else "1",
        )
    for tail, head in beside.items():
        graph.body.append(f"\t{{ rank=same {number[tail]} {number[head]} }}\n")
    result = "; ".join(
        [survey.words("{} is {}", name(r), survey.numeral(r.data)) for r in survey.roots]
    )
    heading = survey.words("{}, in summary", title(survey))
    return Written(str(graph.source), heading, f"{result}. {what}.", titles)


def attributes_of(survey: Survey, box: Box, inner: Bundle | None) -> dict[str, str]:
    """The attributes of a box: name, operation and count, then the ranges of the numbers."""
    is_leaf = not box.first.parents
    ground = "panel" if is_leaf else "paper"
    shown = called(box)
    operation = short(symbol(box.first)) if symbol(box.first) != shown else ""
    much = f"{operation}  ×{digits(box.count)}".strip()
    rows = [
        cell(shown, "ink", 14, bold=True, room=width(shown, 14))
        + cell(much, "muted", room=width(much, 13), right_on=ground)
    ]

    def row(word: str, text: str, color: str) -> None:
        right = cell(text, color, room=width(text, 13), right_on=ground)
        rows.append(cell(word, "muted", 12, room=width(word, 12)) + right)

    if survey.shows("data"):
        row("data", ends(survey, box.data), "data")
    if survey.shows("grad") and box.first.op is not CONSTANT:
        several = box.count > 1 and not box.grad.odd
        grad = survey.numeral(box.grad.size) if several else ends(survey, box.grad)
        row(survey.words("|grad| up to") if several else "grad", grad, "grad")
    if inner is not None:
        row(survey.words("∂ within ×{}", digits(inner.count)), ends(survey, inner.slopes), "local")
    attributes = {
        "class": "leaf" if is_leaf else "operation",
        "style": "filled" if is_leaf else "filled,rounded",
        "fillcolor": LIGHT[ground],
        "label": html_label(rows),
    }
    if box.first in survey.roots:
        attributes["peripheries"] = "2"
    if box.data.odd or box.grad.odd:
        attributes |= {"color": LIGHT["ink"], "penwidth": "2.2"}
    return attributes


def called(box: Box) -> str:
    """The common name of the nodes of a box: `w1 … w16`."""
    return " … ".join(dict.fromkeys([name(box.first), name(box.last)]))


def words_of(survey: Survey, box: Box) -> str:
    """A box in one line."""
    grad = "" if box.first.op is CONSTANT else f"; grad {ends(survey, box.grad)}"
    operation = f" ({symbol(box.first)})" if symbol(box.first) else ""
    data = ends(survey, box.data)
    return f"{called(box)}{operation} ×{digits(box.count)}; data {data}{grad}"


def ends(survey: Survey, numbers: Range) -> str:
    """The least and the largest number, and how many are not finite."""
    odd = [survey.words("{} not finite", digits(numbers.odd))] if numbers.odd else []
    found = [survey.brief(x) for x in (numbers.least, numbers.largest)]
    finite = [" … ".join(dict.fromkeys(found))] if numbers.least <= numbers.largest else []
    return ", ".join([*finite, *odd])


def digits(number: int) -> str:
    """A count with a thin space between every three digits."""
    return f"{number:,}".replace(",", THIN)
