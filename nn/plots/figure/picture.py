"""draw_training: loss, accuracy, mistakes, decision regions, and the weights, in one figure."""

from __future__ import annotations

import io
import textwrap
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from autograd.drawing import LIGHT, Picture, words_of
from autograd.numerals import numeral, plain

from ...optional import optional
from ..korean import KOREAN
from . import panels
from .facts import Facts, Run, Target, facts_of
from .regression_panels import SHOWN, panels_of_targets
from .svg import finish

PAGE, PHONE = 830, 390  # pixels wide: as wide as the page of a repository shows a picture
COLUMNS, WIDE = (0.085, 0.585), 0.355  # of a page, and the width of a panel
LOW, TALL, KEY = 2.7, 3.4, 0.5  # inches: the height of a panel, of the map, and of the map's key
HEAD = 1.25  # inches above the panels, for a heading of one line, on a phone of two
LOOK: Any = {  # Matplotlib's types list each key
    "svg.fonttype": "none",
    "svg.hashsalt": "chainrule",
    "font.family": "DejaVu Sans",
    "font.size": 12,
    "axes.edgecolor": LIGHT["line"],
    "axes.labelcolor": LIGHT["muted"],
    "axes.titlesize": 14,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "text.color": LIGHT["ink"],
    "text.parse_math": False,
    "xtick.color": LIGHT["muted"],
    "ytick.color": LIGHT["muted"],
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "lines.solid_capstyle": "round",
    "figure.facecolor": LIGHT["paper"],
    "axes.facecolor": LIGHT["paper"],
}
Panel = Callable[[Any, Facts], None]
LEFT: dict[Panel, float] = {panels.mistakes: 0.045, panels.confusion: 0.27}  # on a phone


class TrainingFigure(Picture):
    """A figure of a training, displayed automatically in notebooks.

    Attributes:
        figure: Matplotlib's Figure.
    """

    def __init__(self, title: str, description: str, figure: Any, language: str) -> None:
        super().__init__(title)
        self.figure = figure
        self._language = language
        self._description = description

    def _make_svg(self) -> str:
        from matplotlib import rc_context

        buffer = io.StringIO()
        with rc_context(LOOK), warnings.catch_warnings():
            # The reader's fonts have the glyphs that Matplotlib's lacks, such as Korean.
            warnings.filterwarnings("ignore", r"Glyph .* missing from font", UserWarning)
            self.figure.savefig(buffer, format="svg", dpi=72, metadata={"Date": None})
        return finish(buffer.getvalue(), self._title, self._description, self._language)


def draw_training(
    history: Run,
    *,
    features: Sequence[str] | None = None,
    phone: bool = False,
    language: str = "en",
) -> TrainingFigure:
    """A training as one figure, in which the title of each panel states its result.

    Panels are the loss, the accuracy and, if it changed, the learning rate by epoch; for a
    classifier the confusion matrix over training and validation rows, the misclassified rows, and
    the decision regions over two features; for a regression true against predicted numbers and the
    residuals, in the unit of the target, for at most two targets; and every parameter by epoch.
    There are no decision regions for more than three classes, and no parameters for models with
    more than 1,000.

    Args:
        history: the result of `train`; the predictions are those of the present model.
        features: the names of the two features of the decision regions; the last two if None.
        phone: whether to draw the panels stacked, 390 pixels wide.
        language: the language of the texts, "en" or "ko".

    Raises:
        ImportError: if Matplotlib is not installed.
        ValueError: for another history or feature.

    >>> from nn import MLP, train
    >>> history = train(MLP(1, [2], seed=0), [([0.0], 0), ([1.0], 1)], epochs=3, progress=False)
    >>> draw_training(history)
    <TrainingFigure: 1 of 2 training rows correct after 3 epochs>
    """
    with optional("Matplotlib", "plot", "draw_training"):
        from matplotlib import rc_context
    facts = facts_of(history, features, words_of(language, KOREAN, "draw_training"))
    shown, title = panels_of(facts), title_of(facts)
    heading = title[0].upper() + title[1:]
    size, most = (15, 44) if phone else (18, 80)
    most = int(0.8 * most) if language == "ko" else most  # its letters are wider
    lines = textwrap.fill(heading, most)
    head = HEAD + 0.3 * max(0, lines.count("\n") - phone)
    with rc_context(LOOK):
        figure, places = (stacked if phone else side_by_side)(facts, shown, head)
        for panel, place in places:
            panel(figure.add_axes(place), facts)
        y = 1 - 0.25 / figure.get_figheight()
        figure.text(16 / PHONE if phone else 0.03, y, lines, fontsize=size, weight="bold", va="top")
        figure.text(
            0.955,
            0.2 / figure.get_figheight(),
            textwrap.fill(origin_of(facts), 46 if phone else 110),
            color=LIGHT["muted"],
            ha="right",
        )
    return TrainingFigure(title, f"{heading}. {' '.join(sentences(figure))}", figure, language)


def stacked(
    facts: Facts, rows: Sequence[Panel], head: float
) -> tuple[Any, list[tuple[Panel, Any]]]:
    """A figure for a phone, and the place of each panel, one below the other."""
    from matplotlib.figure import Figure

    listed = min(len(facts.mistakes), panels.LISTED + 0.5) if facts.classifies else 0.0
    heights = [0.55 * listed if panel is panels.mistakes else 2.9 for panel in rows]
    gap, foot = 1.15, 1.0
    high = sum(heights) + gap * (len(rows) - 1) + head + foot + 0.6
    figure = Figure(figsize=(PHONE / 72, high))
    y, places = high - head, []
    for panel, height in zip(rows, heights, strict=True):
        left = LEFT.get(panel, 0.2)
        wide = 0.88 - left
        places.append((panel, (left, (y - height) / high, wide, height / high)))
        y -= height + gap + (0.55 if panel is panels.regions else 0.0)
    return figure, places


def side_by_side(
    facts: Facts, panels_in_order: Sequence[Panel], head: float
) -> tuple[Any, list[tuple[Panel, Any]]]:
    """A figure for a page, and the place of each panel, two in a row."""
    from matplotlib.figure import Figure

    rows = [panels_in_order[i : i + 2] for i in range(0, len(panels_in_order), 2)]
    listed = panels.LINE * min(len(facts.mistakes), panels.LISTED + 0.5) if facts.classifies else 0
    heights = [
        TALL if panels.regions in row else max(LOW, listed / 72) if panels.mistakes in row else LOW
        for row in rows
    ]
    gap, foot = 1.2, 1.0
    below = KEY if panels.regions in panels_in_order else 0.0
    high = sum(heights) + gap * (len(rows) - 1) + head + foot + below
    figure = Figure(figsize=(PAGE / 72, high))
    y, places = high - head, []
    for row, height in zip(rows, heights, strict=True):
        for panel, left in zip(row, COLUMNS, strict=False):
            extra = 0.035 if panel is panels.confusion else 0.0  # its names need room
            place = (left + extra, (y - height) / high, WIDE - extra, height / high)
            places.append((panel, place))
        y -= height + gap + (KEY if panels.regions in row else 0.0)
    return figure, places


def panels_of(facts: Facts) -> list[Panel]:
    """The panels in order; neighbours, as the matrix and the mistakes, explain each other."""
    found: list[Panel] = [panels.loss]
    if facts.classifies:
        found.append(panels.accuracy)
        if len(facts.names) <= panels.CLASSES:
            found.append(panels.confusion)
        found.append(panels.mistakes)
        if facts.features is not None and len(facts.names) <= len(panels.MARKS):
            found.append(panels.regions)
    kept = facts.history.snapshots
    if kept is not None and kept.numbers:
        found.append(panels.weights)
    if len(set(facts.history.columns.get("lr", []))) > 1:
        found.append(panels.learning_rate)
    if facts.targets:
        found += panels_of_targets(facts)
    return found


def title_of(facts: Facts) -> str:
    """The result in a line."""
    words, epochs = facts.words, facts.history["epoch"][-1]
    time = words("1 epoch") if epochs == 1 else words("{} epochs", f"{epochs:g}")
    if facts.targets:
        errors = [error_of(facts, target) for target in facts.targets[:SHOWN]]
        result = words("mean absolute error: {}", ", ".join(errors))
    elif not facts.classifies:
        result = words("loss {}", numeral(facts.history["loss"][-1]))
    else:
        templates = "{} of {} training rows", "{} of {} validation rows"
        counts = [
            words(template, facts.correct(part), len(facts.parts[part]))
            for part, template in enumerate(templates)
            if facts.parts[part]
        ]
        result = words("{} correct", panels.joined(facts, counts))
    return words("{} after {}", result, time)


def error_of(facts: Facts, target: Target) -> str:
    """The mean absolute error of a target, as a text."""
    errors = [
        facts.words(template, numeral(target.error(part), 3))
        for part, template in enumerate(("{} on training", "{} on validation"))
        if target.parts[part]
    ]
    return f"{target.name} {panels.joined(facts, errors)}"


def origin_of(facts: Facts) -> str:
    """The engine, the seeds and, if it is constant, the learning rate."""
    words, history = facts.words, facts.history
    origin = words("engine {}", history.engine)
    if history.seeds:
        seeds = ", ".join([f"{name} {seed}" for name, seed in history.seeds.items()])
        origin = words("{}; seeds: {}", origin, seeds)
    rates = set(history.columns.get("lr", []))
    return words("{}; learning rate {}", origin, plain(rates.pop())) if len(rates) == 1 else origin


def sentences(figure: Any) -> list[str]:
    """The titles of the panels as sentences."""
    titles = [ax.get_title(loc="left") for ax in figure.axes]
    return [f"{title}.".replace("\n", " ") for title in titles]
