"""The boxes of nodes, as Graphviz's HTML-like tables.

A leaf is one row, so that a stack of leaves reads as a table. An operation has its numbers below
its name, and with more than two operands a row for each of them (a column, in direction TB), since
numbers on many edges are hard to distinguish.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..ops import CONSTANT, Shape
from ..value import Value
from .cells import cell, html_label, table
from .groups import Group
from .labels import short, width
from .palette import LIGHT
from .survey import Survey, operand_order
from .words import elided, grad_word, label, name, symbol

DIGIT = 8.4  # the width of a character of a number, in pixels, in the widest font
NAME = (34, 96)  # the column of the leaves' names: at least, and at most


@dataclass(frozen=True)
class Paint:
    """The colors of a box, by name: those of its ground and of what stands on it."""

    ground: str
    ink: str = "ink"
    muted: str = "muted"
    data: str = "data"
    grad: str = "grad"
    local: str = "local"


def paint_of(survey: Survey, node: Value) -> Paint:
    """Inverted at the first number that is not finite; tinted at the current node of the sweep."""
    if node in survey.origins:
        return Paint("ink", *["paper"] * 5)
    if survey.state(node) == "current":
        return Paint("grad tint")
    return Paint("paper" if node.parents else "panel")


@dataclass(frozen=True)
class Widths:
    """The widths of columns that are the same in all boxes: of the leaves' names, of numbers."""

    names: int
    numbers: int


def box(survey: Survey, node: Value, widths: Widths) -> dict[str, str]:
    """The attributes of a node."""
    paint = paint_of(survey, node)
    shown = ("⚠ " if node in survey.origins else "") + name(node)
    attributes = {"class": "leaf", "style": "filled", "fillcolor": LIGHT[paint.ground]}
    numbers = number_cells(survey, node, paint, widths.numbers)
    if node.parents:
        inside = " …" if isinstance(node.op, Group) else ""
        operation = short(symbol(node)) + inside if label(node) else inside.strip()
        rows = [
            cell(shown, paint.ink, 14, bold=True, room=width(shown, 14))
            + cell(operation, paint.muted, room=width(operation, 13), right_on=paint.ground),
            *numbers,
        ]
        attributes |= {"class": "operation", "style": "filled,rounded"}
    elif node.op is CONSTANT:
        number = shown if label(node) else ""
        named = cell(number, paint.muted, 12, room=width(number, 12)) if number else ""
        mark = "⚠ " if node in survey.origins and not number else ""
        rows = [named + cell(mark + survey.brief(node.data), paint.data, 12)]
        attributes |= {"class": "constant", "margin": "0.02,0"}
    else:
        color = paint.ink if label(node) else paint.muted
        room = max(widths.names, width(shown, 13))
        rows = [cell(shown, color, bold=True, room=room) + "".join(numbers)]
    return attributes | outline(survey, node) | labeled(survey, node, paint, rows)


def number_cells(survey: Survey, node: Value, paint: Paint, room: int) -> list[str]:
    """The two cells of data, and the two of grad."""
    found = []
    if survey.shows("data"):
        found.append(
            cell("data", paint.muted, 12)
            + cell(survey.numeral(node.data), paint.data, room=room, right_on=paint.ground)
        )
    if survey.shows("grad"):
        word = grad_word(survey, node)
        found.append(
            cell(word, paint.muted, 12, room=width(word, 12))
            + cell(survey.shown_grad(node), paint.grad, room=room, right_on=paint.ground)
        )
    return found


def outline(survey: Survey, node: Value) -> dict[str, str]:
    """The outline: of a root, a number that is not finite, a highlighted node, the sweep."""
    attributes = {}
    if node in survey.roots:
        attributes["peripheries"] = "2"
    if not survey.is_finite(node):
        attributes |= {"color": LIGHT["ink"], "penwidth": "2.2"}
    if survey.state(node) == "current":
        attributes |= {"color": LIGHT["grad"], "penwidth": "2.75"}
    if node in survey.highlight.nodes:
        attributes |= {"color": LIGHT["path"], "penwidth": "2.75"}
    return attributes


def dimmed(survey: Survey, node: Value) -> bool:
    """Whether a node is pale: others are highlighted, or the sweep has not reached it."""
    return survey.state(node) == "waiting" or bool(survey.near and node not in survey.near)


def labeled(survey: Survey, node: Value, paint: Paint, rows: list[str]) -> dict[str, str]:
    """The label of the rows, with a row for each operand."""
    if not has_rows(survey, node):
        return {"label": html_label(rows)}
    across = survey.look.direction == "LR"
    cells = [
        operand_cells(survey, node, slots, f"p{place}", paint, across)
        for place, slots in enumerate(operands(survey, node))
    ]
    if across:
        return {"label": html_label(rows, map("".join, cells)), "ordering": "in"}
    columns = table(["".join(row) for row in zip(*cells, strict=True)])
    above = f'<TD COLSPAN="2" CELLPADDING="0">{columns}</TD>'
    return {"label": html_label([above], rows), "ordering": "in"}


def widths_of(survey: Survey) -> Widths:
    """The widths of the columns: those of the longest name, up to a limit, and of the longest
    number.
    """
    least, most = NAME
    leaves = [node for node in survey.nodes if not node.parents and node.op is not CONSTANT]
    names = min(most, max([least, *[width(name(leaf), 13) for leaf in leaves]]))
    numbers = [
        text
        for node in survey.nodes
        for text in (survey.numeral(node.data), survey.shown_grad(node))
    ]
    return Widths(names, round(DIGIT * max(map(len, numbers))))


def has_rows(survey: Survey, node: Value) -> bool:
    """Whether the local derivatives stand in the box, and not on the edges."""
    return len(node.parents) > 2 and survey.shows("local_derivatives")


def operands(survey: Survey, node: Value) -> list[tuple[int, ...]]:
    """The operand slots of each row: one, or all that a long list omits.

    Operands of equal roles are in the order of the graph: ŷ1, ŷ2 and ŷ3, each with its own z as
    first operand, all list z1, z2, z3.
    """
    slots = operand_order(node)
    if node.op is not None and node.op.shape is Shape.MANY:
        slots.sort(key=lambda slot: survey.number[node.parents[slot]])
    rows = [(slot,) for slot in slots]
    return elided(rows, lambda rest: tuple([slot for (slot,) in rest]))


def operand_cells(
    survey: Survey, node: Value, slots: tuple[int, ...], port: str, paint: Paint, across: bool
) -> tuple[str, str]:
    """A local derivative in the box, where the edge ends; or the number of omitted ones."""
    if len(slots) > 1:
        text, number = survey.words("… {} more", len(slots)), ""
    else:
        text = f"∂ {name(node.parents[slots[0]])}"
        number = survey.numeral(node.local_derivatives[slots[0]])
    color = paint.local if number else paint.muted
    named = cell(text, color, 12, room=width(text, 12), port=port)
    right = paint.ground if number else ""
    shown = cell(number, paint.local, 12, right_on=right, room=0 if across else width(number, 12))
    return named, shown
