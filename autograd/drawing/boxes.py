"""The boxes of nodes, as Graphviz's HTML-like tables.

A leaf is one row, so that a stack of leaves reads as a table. An operation has its numbers below
its name, and past two operands a row for each of them: that many numbers on edges get mixed up.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

from ..numerals import brief, numeral
from ..ops import CONSTANT, Shape
from ..value import Value
from .labels import short, width
from .palette import LIGHT
from .survey import Survey, operand_order
from .words import elided, grad_word, label, name, symbol

NUMBER = 66  # the least width of a number's cell, in pixels: room for the widest system font
NAME = (34, 96)  # the column of the leaves' names: at least, and at most


def box(survey: Survey, node: Value, names: int) -> dict[str, str]:
    """The attributes of a node; `names` is the width of the leaves' names."""
    began = node in survey.origins
    mark = "⚠ " if began else ""
    ground = "ink" if began else "paper" if node.parents else "panel"
    ink, muted, data, grad = ["paper"] * 4 if began else ["ink", "muted", "data", "grad"]
    shown = mark + name(node)
    word = grad_word(survey, node)
    data_cells = cell("data", muted, 11) + cell(
        numeral(node.data), data, room=NUMBER, right_on=ground
    )
    grad_cells = cell(word, muted, 11, room=width(word, 11)) + cell(
        numeral(survey.grad(node)), grad, room=NUMBER, right_on=ground
    )
    attributes = {"class": "leaf", "style": "filled", "fillcolor": LIGHT[ground]}
    if node.parents:
        operation = short(symbol(node)) if label(node) else ""
        rows = [
            cell(shown, ink, 14, bold=True, room=width(shown, 14))
            + cell(operation, muted, room=width(operation, 13), right_on=ground),
            data_cells,
            grad_cells,
        ]
        attributes |= {"class": "operation", "style": "filled,rounded"}
    elif node.op is CONSTANT:
        number = mark + brief(node.data)
        named = cell(name(node), muted, 11, room=width(name(node), 11)) if label(node) else ""
        rows = [named + cell(number, data, 11)]
        attributes |= {"class": "constant", "margin": "0.02,0"}
    else:
        colour = ink if label(node) else muted
        room = max(names, width(shown, 13))
        rows = [cell(shown, colour, bold=True, room=room) + data_cells + grad_cells]
    if node in survey.roots:
        attributes["peripheries"] = "2"
    if not survey.is_finite(node):
        attributes |= {"color": LIGHT["ink"], "penwidth": "2.2"}
    if not has_rows(node):
        return attributes | {"label": table(rows)}
    operand_rows = [
        operand_row(node, slots, f"p{place}", (ink, muted, ground))
        for place, slots in enumerate(operands(survey, node))
    ]
    return attributes | {"label": table(rows, operand_rows), "ordering": "in"}


def names_column(survey: Survey) -> int:
    """The width of the leaves' names."""
    least, most = NAME
    leaves = [node for node in survey.nodes if not node.parents and node.op is not CONSTANT]
    return min(most, max([least, *[width(name(leaf), 13) for leaf in leaves]]))


def has_rows(node: Value) -> bool:
    """Whether the local derivatives stand in rows of the box, and not on the edges."""
    return len(node.parents) > 2


def operands(survey: Survey, node: Value) -> list[tuple[int, ...]]:
    """The operand slots of each row: one, or all those that a long list leaves out.

    Any number of equals stand in the order of the graph: ŷ1, ŷ2 and ŷ3, each the softmax of its own
    z first, all show z1, z2, z3.
    """
    slots = operand_order(node)
    if node.op is not None and node.op.shape is Shape.MANY:
        slots.sort(key=lambda slot: survey.number[node.parents[slot]])
    rows = [(slot,) for slot in slots]
    return elided(rows, lambda rest: tuple([slot for (slot,) in rest]))


def operand_row(
    node: Value, slots: tuple[int, ...], port: str, colours: tuple[str, str, str]
) -> str:
    """A local derivative in the box, where the edge ends; or how many there are more."""
    ink, muted, ground = colours
    if len(slots) > 1:
        return cell(f"… {len(slots)} more", muted, 12, port=port) + cell("", muted, 12)
    (slot,) = slots
    text = f"∂ {name(node.parents[slot])}"
    number = numeral(node.local_derivatives[slot])
    return cell(text, muted, 12, room=width(text, 12), port=port) + cell(
        number, ink, 12, right_on=ground
    )


def cell(
    text: str,
    colour: str,
    size: int = 13,
    *,
    bold: bool = False,
    room: int = 0,
    port: str = "",
    right_on: str = "",
) -> str:
    """A cell with a text, in a colour of the palette.

    room: the least width, in pixels.
    right_on: the text stands at the right, on a ground of this colour. The layout program places it
        by its own measure of the text; the ground tells svg.py where the right edge is in any font.
    """
    attributes = f'ALIGN="RIGHT" BGCOLOR="{LIGHT[right_on]}"' if right_on else 'ALIGN="LEFT"'
    if room:
        attributes += f' WIDTH="{room}"'
    if port:
        attributes += f' PORT="{port}"'
    # One backslash begins an escape of Graphviz's own, even here; an empty font is a syntax error.
    content = html.escape(text).replace("\\", r"\\") or " "
    # By <B> the text would stand higher than the others of its row.
    face = ' FACE="Helvetica-Bold"' if bold else ""
    font = f'<FONT COLOR="{LIGHT[colour]}" POINT-SIZE="{size}"{face}>{content}</FONT>'
    return f"<TD {attributes}>{font}</TD>"


def table(*blocks: Iterable[str]) -> str:
    """Rows of cells as a label; a hairline between blocks of them."""
    rows = "<HR/>".join(["".join([f"<TR>{row}</TR>" for row in block]) for block in blocks])
    frame = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3"'
    return f'<<TABLE {frame} COLOR="{LIGHT["line"]}">{rows}</TABLE>>'
