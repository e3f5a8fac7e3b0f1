"""The texts of pictures: names, captions, and descriptions for screen readers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from ..ops import CONSTANT
from ..value import Value
from .groups import Group
from .labels import clean, short
from .stepping import Stepped
from .survey import Survey, operand_order

Item = TypeVar("Item")
SHOWN = 16


def symbol(node: Value) -> str:
    """The symbol of the operation; empty for a leaf or a constant."""
    return clean(node.op.symbol or node.op.name) if node.op and node.parents else ""


def label(node: Value) -> str:
    """The node's label, whole; empty where it has none."""
    return clean(node.label or "")


def name(node: Value) -> str:
    """The label if there is one, else the operation, or the kind of node; 24 characters."""
    kind = "constant" if node.op is CONSTANT else "leaf"
    return short(label(node) or symbol(node) or kind)


def elided(items: Sequence[Item], more: Callable[[Sequence[Item]], Item]) -> list[Item]:
    """Up to 16 items; of more the first 8 and the last 2, with one for the others in between."""
    if len(items) <= SHOWN:
        return list(items)
    return [*items[:8], more(items[8:-2]), *items[-2:]]


def listed(survey: Survey, texts: Iterable[str]) -> str:
    return ", ".join(elided(list(texts), lambda rest: survey.words("… {} more", len(rest))))


def grad_word(survey: Survey, node: Value) -> str:
    """`grad`, of which root where that is not the first one, or how many terms it has so far."""
    if so_far := survey.so_far(node):
        return so_far
    root = survey.root(node)
    return "grad" if root is survey.roots[0] else survey.words("grad of {}", name(root))


def node_words(survey: Survey, node: Value) -> str:
    """The node in one line, its label whole: `z1 = dot(w33, h5); data 0.0247; grad ...`."""
    order = operand_order(node)
    what = label(node) or name(node)
    if node.op and node.parents:
        call = (
            f"{clean(node.op.name)}({listed(survey, [name(node.parents[slot]) for slot in order])})"
        )
        what = f"{label(node)} = {call}" if label(node) else call
    if isinstance(node.op, Group):
        inside = listed(survey, [name(hidden) for hidden in node.op.inside])
        what = survey.words("{} with {} inside", what, inside)
    words = (
        f"{what}; data {survey.numeral(node.data)}; "
        f"{grad_word(survey, node)} {survey.shown_grad(node)}"
    )
    numbers = [survey.numeral(node.local_derivatives[slot]) for slot in order]
    if not numbers:
        return words
    return survey.words("{}; local derivatives {}", words, listed(survey, numbers))


def edge_words(survey: Survey, node: Value, slot: int) -> str:
    """One edge in one line."""
    return survey.words(
        "{} to {}: local derivative {}; times {} {}",
        name(node.parents[slot]),
        name(node),
        survey.numeral(node.local_derivatives[slot]),
        grad_word(survey, node),
        survey.shown_grad(node),
    )


def title(survey: Survey) -> str:
    return survey.words("computation graph of {}", listed(survey, map(name, survey.roots)))


def description(survey: Survey) -> str:
    """The result in words."""
    leaves = [node for node in survey.nodes if not node.parents and node.op is not CONSTANT]
    constants = sum(node.op is CONSTANT for node in survey.nodes)
    operations = len(survey.nodes) - len(leaves) - constants
    results = [survey.words("{} is {}", name(r), survey.numeral(r.data)) for r in survey.roots]
    operands = count(survey, len(leaves), "1 leaf", "{} leaves")
    if constants:
        more = count(survey, constants, "1 constant", "{} constants")
        operands = survey.words("{} and {}", operands, more)
    counts = count(survey, operations, "1 operation", "{} operations")
    counts = survey.words("{} on {}", counts, operands)
    sentences = [listed(survey, results), counts, *progress(survey), *survey.highlight.words]
    return ". ".join([*sentences, *remarks(survey, leaves)]) + "."


def progress(survey: Survey) -> list[str]:
    """The progress of the sweep, where one is followed."""
    if not isinstance(survey, Stepped):
        return []
    at = survey.words("step {} of {} of the sweep", survey.step, len(survey.swept))
    if survey.current is None:
        return [survey.words("{}: the grad of {} is 1", at, name(survey.roots[0]))]
    passes = "{}: {} passes ∂ × grad to each of its operands"
    return [survey.words(passes, at, name(survey.current))]


def count(survey: Survey, number: int, one: str, many: str) -> str:
    return survey.words(one) if number == 1 else survey.words(many, number)


def remarks(survey: Survey, leaves: Sequence[Value]) -> list[str]:
    """Remarks: the first NaN or infinity, or else the leaf with the largest gradient."""
    if trouble := broken(survey):
        return [trouble]
    if leaves:
        largest = max(leaves, key=lambda leaf: abs(survey.grad(leaf)))
        grad = grad_word(survey, largest), survey.shown_grad(largest)
        template = "Of the leaves {} has the largest gradient: {} {}"
        return [survey.words(template, name(largest), *grad)]
    return []


def broken(survey: Survey) -> str:
    """The node of the first NaN or infinity, and its operands; empty where all is finite."""
    for node in survey.origins:
        template = "the first value that is not finite: {}"
        if math.isfinite(node.data):
            template = "the first local derivative that is not finite: {}"
        first = survey.words(template, name(node))
        operands = [survey.numeral(node.parents[slot].data) for slot in operand_order(node)]
        return survey.words("{}, of {}", first, listed(survey, operands)) if operands else first
    for node in reversed(survey.nodes):
        if not survey.is_finite(node):  # a product of finite numbers left the range of floats
            return survey.words("the first gradient that is not finite: that of {}", name(node))
    return ""


def caption(survey: Survey) -> list[str]:
    """The legend: a line for each kind of mark that occurs in the picture."""
    operations = [node for node in survey.nodes if node.parents]
    words = survey.words
    kinds = [words("square: a leaf")]
    if any(node.op is CONSTANT for node in survey.nodes):
        kinds.append(words("small: a constant"))
    if operations:
        kinds.append(words("rounded: an operation"))
    if any(isinstance(node.op, Group) for node in survey.nodes):
        kinds.append(words("…: more is inside, which open=[name] shows"))
    lines = [" · ".join([*kinds, words("double outline: a root")])]
    if operations:
        edge = [words("width: size of ∂ × grad"), words("dashed: ∂ is negative")]
        if survey.shows("local_derivatives"):
            edge.insert(0, words("∂: local derivative of the edge that ends there"))
        lines.append(" · ".join(edge))
    if any(survey.root(node) is not survey.roots[0] for node in survey.nodes):
        first = name(survey.roots[0])
        other = "grad: of {0}; where {0} does not depend on it, of the root named"
        lines.append(words(other, first))
    if isinstance(survey, Stepped):
        part = "pale, ·: not reached yet · so far 1/2: one part of the grad of two has come"
        lines.append(words(part))
        return [*lines, *progress(survey)]
    return [*lines, *survey.highlight.words, *verdict(survey, operations)]


def verdict(survey: Survey, operations: Sequence[Value]) -> list[str]:
    """Warnings: the first NaN or infinity, or that all gradients are 0."""
    if trouble := broken(survey):
        return [f"⚠ {trouble}"]
    if not operations:
        return [survey.words("nothing to differentiate: no operation")]
    below = [
        node for node in survey.nodes if node.op is not CONSTANT and survey.root(node) is not node
    ]
    if any(survey.grad(node) for node in below):
        return []
    dead = [node for node in operations if not any(node.local_derivatives)]
    if not dead:
        return [survey.words("every gradient is 0")]
    because = "every gradient is 0; the local derivative of {} is 0"
    return [survey.words(because, name(dead[-1]))]
