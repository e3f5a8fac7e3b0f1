"""The panels of a regression: predicted against true numbers, and residuals."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from autograd.drawing import LIGHT, clean, short
from autograd.numerals import numeral

from .facts import Facts, Target

SHOWN = 2  # targets that have panels


def predicted(axis: Any, facts: Facts, k: int) -> None:
    """Predicted against true: on the diagonal both are the same."""
    target = facts.targets[k]
    r2 = facts.words("R² {}", by_part(facts, target.r2))
    axis.set_title(f"{named(facts, target)}{r2}")
    scatter(axis, facts, target, residual=False)
    ends = [x for part in (0, 1) for pair in target.pairs(part) for x in pair] or [0.0, 1.0]
    room = 0.05 * (max(ends) - min(ends)) or 1.0
    low, high = min(ends) - room, max(ends) + room
    axis.plot([low, high], [low, high], color=LIGHT["ink"], linewidth=1.0, zorder=2)
    axis.set_xlim(low, high)
    axis.set_ylim(low, high)
    axis.set_ylabel(facts.words("true {}", short(clean(target.name))))


def residuals(axis: Any, facts: Facts, k: int) -> None:
    """Residuals: above the line the true number is larger."""
    target = facts.targets[k]
    template = "residuals of {}" if named(facts, target) else "Residuals of {}"
    off = facts.words(template, by_part(facts, target.error))
    axis.set_title(f"{named(facts, target)}{off}")
    axis.axhline(0.0, color=LIGHT["ink"], linewidth=1.0, zorder=2)
    scatter(axis, facts, target, residual=True)
    axis.set_ylabel(facts.words("true − predicted"))


def scatter(axis: Any, facts: Facts, target: Target, residual: bool) -> None:
    """A mark for each row: of training hollow, of validation full, and both named."""
    parts = []
    for part, name in enumerate(("train", "validation")):
        pairs = target.pairs(part)
        if not facts.parts[part]:
            continue
        parts.append(f"{'○●'[part]} {facts.words(name)}")
        axis.scatter(
            [found for found, _ in pairs],
            [true - found if residual else true for found, true in pairs],
            marker="o", s=20, zorder=3 + part,
            facecolor=LIGHT["data" if part else "paper"],
            edgecolor=LIGHT["paper" if part else "data"],
            linewidth=0.4 if part else 0.9,
        )  # fmt: skip
    axis.locator_params(nbins=5)
    axis.grid(color=LIGHT["line"], linewidth=0.8)
    axis.set_axisbelow(True)
    name = short(clean(target.name))
    axis.set_xlabel(facts.words("predicted {} ({})", name, ", ".join(parts)))


def named(facts: Facts, target: Target) -> str:
    """The name of the target, where there are several."""
    return f"{short(clean(target.name))}: " if len(facts.targets) > 1 else ""


def by_part(facts: Facts, measure: Callable[[int], float]) -> str:
    """A number for the rows of training and one for those of validation."""
    parts = [part for part in (0, 1) if facts.parts[part]]
    numbers = [numeral(measure(part), 3) for part in parts]
    return numbers[0] if len(numbers) == 1 else facts.words("{}, validation {}", *numbers)


def panels_of_numbers(facts: Facts) -> list[Any]:
    """Two panels for each target."""
    shown = range(min(SHOWN, len(facts.targets)))
    return [partial(panel, k=k) for k in shown for panel in (predicted, residuals)]
