"""The panels of the figure, each with a title that states its result."""

from __future__ import annotations

import textwrap
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
ONE_LINE, BROKEN = 41, 36  # the most characters of a title, and of the lines of a longer one


def curves(ax: Any, facts: Facts, name: str) -> None:
    """A column of the history and its counterpart of validation."""
    history = facts.history
    epochs = history["epoch"]
    ax.plot(epochs, history[name], color=LIGHT["data"], linewidth=2.0)
    validation = f"validation_{name}"
    if validation in history.columns:
        ax.plot(epochs, history[validation], color=LIGHT["data"], linestyle=DASHED, linewidth=1.6)
        ax.text(
            0.98,
            0.95 if name == "loss" else 0.06,
            facts.words("solid: train · dashed: validation"),
            transform=ax.transAxes,
            ha="right",
            color=LIGHT["data"],
        )
    ax.set_xlim(min(epochs), max(epochs) + (max(epochs) == min(epochs)))
    by_epoch(ax, facts)


def in_lines(title: str) -> str:
    """A title, in two lines where it is longer than a panel is wide."""
    return title if len(title) <= ONE_LINE else textwrap.fill(title, BROKEN)


def by_epoch(ax: Any, facts: Facts) -> None:
    """Label the horizontal axis, and draw few ticks and a grid."""
    ax.set_xlabel(facts.words("epoch"))
    ax.locator_params(nbins=5)
    ax.grid(axis="y", color=LIGHT["line"], linewidth=0.8)


def loss(ax: Any, facts: Facts) -> None:
    column = facts.history["loss"]
    verb = "falls" if column[-1] < column[0] else "goes"
    ends = numeral(column[0]), numeral(column[-1])
    ax.set_title(facts.words(f"Loss {verb} from {{}} to {{}}", *ends))
    curves(ax, facts, "loss")
    ax.set_ylim(bottom=0.0 if min(column) >= 0.0 else None)
    if facts.standardized_target:
        ax.set_ylabel(facts.words("of the standardized target"))


def learning_rate(ax: Any, facts: Facts) -> None:
    column = facts.history["lr"]
    ends = plain(column[0]), plain(column[-1])
    ax.set_title(facts.words("Learning rate: {} to {}", *ends))
    ax.plot(facts.history["epoch"], column, color=LIGHT["muted"], linewidth=2.0)
    ax.set_ylim(bottom=0.0)
    by_epoch(ax, facts)


def accuracy(ax: Any, facts: Facts) -> None:
    counts = [
        facts.words("{} of {}", facts.correct(part), len(facts.parts[part]))
        for part in (0, 1)
        if facts.parts[part]
    ]
    ax.set_title(facts.words("{} correct", joined(facts, counts)))
    curves(ax, facts, "accuracy")
    guess = 1.0 / len(facts.names)
    ticks = [0.0, guess, 1.0]
    ax.set_ylim(0.0, 1.04)
    ax.set_yticks(ticks, [percent(x) for x in ticks])
    ax.text(
        facts.history["epoch"][-1], guess, facts.words("uniform guess"),
        ha="right", va="bottom", color=LIGHT["muted"],
    )  # fmt: skip


def joined(facts: Facts, parts: Sequence[str]) -> str:
    """One part or two."""
    return parts[0] if len(parts) == 1 else facts.words("{} and {}", *parts)


def confusion(ax: Any, facts: Facts) -> None:
    counts = facts.confusion
    wrong, size = len(facts.mistakes), len(counts)
    ax.set_title(facts.words("{} of {} misclassified", wrong, len(facts.rows)))
    from matplotlib.patches import Rectangle

    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            ground = "data tint" if i == j else "grad tint" if count else "paper"
            ax.add_patch(
                Rectangle((j, size - 1 - i), 1, 1, facecolor=LIGHT[ground], edgecolor=LIGHT["line"])
            )
            color = "ink" if i == j else "grad" if count else "muted"
            ax.text(
                j + 0.5, size - 0.54 - i, str(count), ha="center", va="center",
                fontsize=18 if count else 14, weight="bold" if count else "normal",
                color=LIGHT[color],
            )  # fmt: skip
    names = [short(clean(name)) for name in facts.names]
    middles = [k + 0.5 for k in range(size)]
    ax.set_xlim(0, size)
    ax.set_ylim(0, size)
    ax.set_xticks(middles, names)
    ax.set_yticks(middles[::-1], names)
    ax.set_xlabel(facts.words("predicted"))
    ax.set_ylabel(facts.words("true"))
    for spine in ax.spines.values():
        spine.set_visible(False)


def regions(ax: Any, facts: Facts) -> None:
    """The decision regions, and every row: its shape the true class, its fill the predicted one."""
    assert facts.features is not None
    names = [clean(name) for name in facts.rows.feature_names]
    across, up = (names[k] for k in facts.features)
    plain_names = across.split(" (")[0], up.split(" (")[0]
    ax.set_title(in_lines(facts.words("Decision regions over {}, {}", *plain_names)))
    xs, ys, probabilities = facts.probability_map()
    for k in range(len(facts.names)):
        lead = [
            [point[k] - max([p for j, p in enumerate(point) if j != k]) for point in line]
            for line in probabilities
        ]
        ax.contourf(xs, ys, lead, levels=[0.0, 2.0], colors=[LIGHT[f"class {k + 1} tint"]])
    for right in (True, False):  # the mistakes on top
        for k, mark in enumerate(MARKS[: len(facts.names)]):
            for answer in range(len(facts.names)):
                places = [
                    facts.place(i)
                    for i, label in enumerate(facts.labels)
                    if label == k and facts.predictions[i] == answer and (answer == k) is right
                ]
                if places:
                    ax.scatter(
                        *zip(*places, strict=True), marker=mark, s=26 if right else 70,
                        facecolor=LIGHT[f"class {answer + 1}"],
                        edgecolor=LIGHT["ink" if right else "path"],
                        linewidth=0.8 if right else 2.4, zorder=3 if right else 4,
                    )  # fmt: skip
    ax.set_xlim(xs[0], xs[-1])
    ax.set_ylim(ys[0], ys[-1])
    ax.set_xlabel(across.replace(" (", ", ").rstrip(")"))
    ax.set_ylabel(up.replace(" (", ", ").rstrip(")"))
    shapes = "  ".join(
        [f"{sign} {short(clean(n))}" for sign, n in zip(SIGNS, facts.names, strict=False)]
    )
    lines = [facts.words("true: {}", shapes)]
    wrong = "; orange outline: wrong" if facts.mistakes else ""
    lines.append(facts.words(f"fill: predicted class{wrong}"))
    if len(names) > 2:
        lines.append(facts.words("background: other features at their means"))
    ax.text(0.0, -0.17, "\n".join(lines), transform=ax.transAxes, va="top", color=LIGHT["muted"])


def mistakes(ax: Any, facts: Facts) -> None:
    """The misclassified rows, with the probability of each prediction."""
    found = facts.mistakes
    names = [clean(name).split(" (")[0] for name in facts.rows.feature_names]
    features = [short(names[k]) for k in facts.features or ()]
    title = "Misclassified rows" if found else "No misclassified rows"
    ax.set_title(facts.words(title))
    ax.set_axis_off()
    for k, mistake in enumerate(found[:LISTED]):
        true, answer = (short(clean(name)) for name in (mistake.true, mistake.predicted))
        change = facts.words("{} → {}, p = {}", true, answer, percent(mistake.probability))
        where = facts.words(f"{mistake.part} {{}}", mistake.number)
        if mistake.place:
            pairs = zip(features, mistake.place, strict=True)
            named = ", ".join([f"{name} {plain(x)}" for name, x in pairs])
            where += f": {named}" if len(named) <= ROOM else ""
        line(ax, LINE * k, change, "ink", 12)
        line(ax, LINE * k + 16, where, "muted", 12)
    if len(found) > LISTED:
        line(ax, LINE * LISTED, facts.words("… {} more", len(found) - LISTED), "muted", 12)


def line(ax: Any, below: float, text: str, color: str, size: float) -> None:
    """A line of text, `below` points under the top of a panel."""
    ax.annotate(
        text, (0.0, 1.0), xytext=(0, -below), xycoords="axes fraction", va="top",
        textcoords="offset points", color=LIGHT[color], fontsize=size, annotation_clip=False,
    )  # fmt: skip


def weights(ax: Any, facts: Facts) -> None:
    """Every parameter by epoch; the three that changed most are named."""
    kept = facts.history.snapshots
    assert kept is not None
    table = kept.numbers
    lines = list(zip(*table, strict=True))
    epochs = list(range(len(table)))
    far = sorted(range(len(lines)), key=lambda i: -abs(lines[i][-1] - lines[i][0]))[:3]
    labels = [parameter.label or "" for parameter in kept.parameters]
    ax.axhline(0.0, color=LIGHT["line"], linewidth=1)
    for i, line in enumerate(lines):
        if i not in far:
            ax.plot(epochs, line, color=LIGHT["rest"], linewidth=0.8, alpha=0.75)
    for i in far:
        ax.plot(epochs, lines[i], color=LIGHT["positive"], linewidth=2.2)
    low, high = ax.get_ylim()
    ends = apart([lines[i][-1] for i in far], (high - low) * 0.055)
    for i, y in zip(far, ends, strict=True):
        ax.annotate(
            short(clean(labels[i])), (epochs[-1], y), xytext=(6, 0), textcoords="offset points",
            va="center", annotation_clip=False, color=LIGHT["positive"], fontweight="bold",
        )  # fmt: skip
    named = ", ".join([short(clean(labels[i])) for i in far])
    ax.set_title(in_lines(facts.words("{} parameters; {} changed most", len(lines), named)))
    ax.locator_params(nbins=5)
    ax.set_xlim(0, epochs[-1])
    ax.set_xlabel(facts.words("epoch"))


def apart(places: Sequence[float], room: float) -> list[float]:
    """The places, moved up where needed, so that each is at least `room` above the one below."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    found = list(places)
    for lower, upper in pairwise(order):
        found[upper] = max(found[upper], found[lower] + room)
    return found
