"""The panels of the figure, each with a title that states its result."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from autograd.drawing import LIGHT, clean, short
from autograd.numerals import numeral, percent, plain

from .facts import Facts

DASHED = (0, (4, 3))
MARKS = "o^s"  # for classes 1, 2 and 3
SIGNS = "○△□"
LISTED = 7  # mistakes that are shown one by one
LINE = 38  # the height of these, in points
ROOM = 46  # characters of the features of a mistake
CLASSES = 8  # of the largest legible confusion matrix


def curves(axis: Any, facts: Facts, name: str) -> None:
    """A column of the history and its counterpart of validation."""
    history = facts.history
    epochs = history["epoch"]
    axis.plot(epochs, history[name], color=LIGHT["data"], linewidth=2.0)
    validation = f"validation_{name}"
    if validation in history.columns:
        axis.plot(epochs, history[validation], color=LIGHT["data"], linestyle=DASHED, linewidth=1.6)
        axis.text(
            0.98,
            0.95 if name == "loss" else 0.06,
            facts.words("solid: train · dashed: validation"),
            transform=axis.transAxes,
            ha="right",
            color=LIGHT["data"],
        )
    axis.set_xlim(min(epochs), max(epochs) + (max(epochs) == min(epochs)))
    by_epoch(axis, facts)


def by_epoch(axis: Any, facts: Facts) -> None:
    """Label the horizontal axis, and draw few ticks and a grid."""
    axis.set_xlabel(facts.words("epoch"))
    axis.locator_params(nbins=5)
    axis.grid(axis="y", color=LIGHT["line"], linewidth=0.8)


def loss(axis: Any, facts: Facts) -> None:
    column = facts.history["loss"]
    verb = "falls" if column[-1] < column[0] else "goes"
    ends = numeral(column[0]), numeral(column[-1])
    axis.set_title(facts.words(f"Loss {verb} from {{}} to {{}}", *ends))
    curves(axis, facts, "loss")
    axis.set_ylim(bottom=0.0 if min(column) >= 0.0 else None)
    if facts.standardized_target:
        axis.set_ylabel(facts.words("of the standardized target"))


def learning_rate(axis: Any, facts: Facts) -> None:
    column = facts.history["lr"]
    ends = plain(column[0]), plain(column[-1])
    axis.set_title(facts.words("Learning rate: {} to {}", *ends))
    axis.plot(facts.history["epoch"], column, color=LIGHT["muted"], linewidth=2.0)
    axis.set_ylim(bottom=0.0)
    by_epoch(axis, facts)


def accuracy(axis: Any, facts: Facts) -> None:
    counts = [
        facts.words("{} of {}", facts.correct(part), len(facts.parts[part]))
        for part in (0, 1)
        if facts.parts[part]
    ]
    both = counts[0] if len(counts) == 1 else facts.words("{} and {}", *counts)
    axis.set_title(facts.words("{} correct", both))
    curves(axis, facts, "accuracy")
    guess = 1.0 / len(facts.names)
    ticks = [0.0, guess, 1.0]
    axis.set_ylim(0.0, 1.04)
    axis.set_yticks(ticks, [percent(x) for x in ticks])
    axis.text(
        facts.history["epoch"][-1], guess, facts.words("uniform guess"),
        ha="right", va="bottom", color=LIGHT["muted"],
    )  # fmt: skip


def confusion(axis: Any, facts: Facts) -> None:
    counts = facts.confusion
    wrong, size = len(facts.mistakes), len(counts)
    axis.set_title(facts.words("{} of {} mistaken", wrong, len(facts.rows)))
    from matplotlib.patches import Rectangle

    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            ground = "data tint" if i == j else "grad tint" if count else "paper"
            axis.add_patch(
                Rectangle((j, size - 1 - i), 1, 1, facecolor=LIGHT[ground], edgecolor=LIGHT["line"])
            )
            color = "ink" if i == j else "grad" if count else "muted"
            axis.text(
                j + 0.5, size - 0.54 - i, str(count), ha="center", va="center",
                fontsize=18 if count else 14, weight="bold" if count else "normal",
                color=LIGHT[color],
            )  # fmt: skip
    names = [short(clean(name)) for name in facts.names]
    middles = [k + 0.5 for k in range(size)]
    axis.set_xlim(0, size)
    axis.set_ylim(0, size)
    axis.set_xticks(middles, names)
    axis.set_yticks(middles[::-1], names)
    axis.set_xlabel(facts.words("answer"))
    axis.set_ylabel(facts.words("true"))
    for spine in axis.spines.values():
        spine.set_visible(False)


def regions(axis: Any, facts: Facts) -> None:
    """The decision regions, and every row: its shape the true class, its fill the predicted one."""
    assert facts.features is not None
    names = [clean(name) for name in facts.rows.feature_names]
    across, up = (names[k] for k in facts.features)
    plain_names = across.split(" (")[0], up.split(" (")[0]
    axis.set_title(facts.words("Answers by {}, {}", *plain_names))
    xs, ys, shares = facts.probability_map()
    for k in range(len(facts.names)):
        lead = [
            [point[k] - max([p for j, p in enumerate(point) if j != k]) for point in line]
            for line in shares
        ]
        axis.contourf(xs, ys, lead, levels=[0.0, 2.0], colors=[LIGHT[f"class {k + 1} tint"]])
    for right in (True, False):  # the mistakes on top
        for k, mark in enumerate(MARKS[: len(facts.names)]):
            for answer in range(len(facts.names)):
                places = [
                    facts.place(i)
                    for i, label in enumerate(facts.labels)
                    if label == k and facts.predictions[i] == answer and (answer == k) is right
                ]
                if places:
                    axis.scatter(
                        *zip(*places, strict=True), marker=mark, s=26 if right else 70,
                        facecolor=LIGHT[f"class {answer + 1}"],
                        edgecolor=LIGHT["ink" if right else "path"],
                        linewidth=0.8 if right else 2.4, zorder=3 if right else 4,
                    )  # fmt: skip
    axis.set_xlim(xs[0], xs[-1])
    axis.set_ylim(ys[0], ys[-1])
    axis.set_xlabel(across.replace(" (", ", ").rstrip(")"))
    axis.set_ylabel(up.replace(" (", ", ").rstrip(")"))
    shapes = "  ".join(
        [f"{sign} {short(clean(n))}" for sign, n in zip(SIGNS, facts.names, strict=False)]
    )
    lines = [facts.words("true: {}", shapes)]
    wrong = "; orange outline: wrong" if facts.mistakes else ""
    lines.append(facts.words(f"fill: its answer{wrong}"))
    if len(names) > 2:
        lines.append(facts.words("ground: the answer where the others are at their mean"))
    axis.text(
        0.0, -0.17, "\n".join(lines), transform=axis.transAxes, va="top", color=LIGHT["muted"]
    )


def mistakes(axis: Any, facts: Facts) -> None:
    """The misclassified rows, with the probability of each prediction."""
    found = facts.mistakes
    names = [clean(name).split(" (")[0] for name in facts.rows.feature_names]
    features = [short(names[k]) for k in facts.features or ()]
    title = "What it still gets wrong" if found else "It gets nothing wrong"
    axis.set_title(facts.words(title))
    axis.set_axis_off()
    for k, mistake in enumerate(found[:LISTED]):
        true, answer = (short(clean(name)) for name in (mistake.true, mistake.predicted))
        sure = facts.words("{} → {}, {} sure", true, answer, percent(mistake.probability))
        where = facts.words(f"{mistake.part} {{}}", mistake.number)
        if mistake.place:
            pairs = zip(features, mistake.place, strict=True)
            named = ", ".join([f"{name} {plain(x)}" for name, x in pairs])
            where += f": {named}" if len(named) <= ROOM else ""
        line(axis, LINE * k, sure, "ink", 12)
        line(axis, LINE * k + 16, where, "muted", 12)
    if len(found) > LISTED:
        line(axis, LINE * LISTED, facts.words("… {} more", len(found) - LISTED), "muted", 12)


def line(axis: Any, below: float, text: str, color: str, size: float) -> None:
    """A line of text, `below` points under the top of a panel."""
    axis.annotate(
        text, (0.0, 1.0), xytext=(0, -below), xycoords="axes fraction", va="top",
        textcoords="offset points", color=LIGHT[color], fontsize=size, annotation_clip=False,
    )  # fmt: skip


def weights(axis: Any, facts: Facts) -> None:
    """Every parameter by epoch; the three that changed most are named."""
    kept = facts.history.snapshots
    assert kept is not None
    table = kept.numbers
    lines = list(zip(*table, strict=True))
    epochs = list(range(len(table)))
    far = sorted(range(len(lines)), key=lambda i: -abs(lines[i][-1] - lines[i][0]))[:3]
    labels = [parameter.label or "" for parameter in kept.parameters]
    axis.axhline(0.0, color=LIGHT["line"], linewidth=1)
    for i, line in enumerate(lines):
        if i not in far:
            axis.plot(epochs, line, color=LIGHT["rest"], linewidth=0.8, alpha=0.75)
    for i in far:
        axis.plot(epochs, lines[i], color=LIGHT["positive"], linewidth=2.2)
    low, high = axis.get_ylim()
    ends = apart([lines[i][-1] for i in far], (high - low) * 0.055)
    for i, y in zip(far, ends, strict=True):
        axis.annotate(
            short(clean(labels[i])), (epochs[-1], y), xytext=(6, 0), textcoords="offset points",
            va="center", annotation_clip=False, color=LIGHT["positive"], fontweight="bold",
        )  # fmt: skip
    moved = ", ".join([short(clean(labels[i])) for i in far])
    axis.set_title(facts.words("{} parameters; {} moved most", len(lines), moved))
    axis.locator_params(nbins=5)
    axis.set_xlim(0, epochs[-1])
    axis.set_xlabel(facts.words("epoch"))


def apart(places: Sequence[float], room: float) -> list[float]:
    """The places, moved up where needed, so that each is at least `room` above the one below."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    found = list(places)
    for lower, upper in pairwise(order):
        found[upper] = max(found[upper], found[lower] + room)
    return found
