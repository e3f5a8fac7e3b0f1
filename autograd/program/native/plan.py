"""The units of a computation, and the plan in which they run."""

from __future__ import annotations

from dataclasses import dataclass, field

from .runs import Runs


@dataclass
class Straight:
    """Instructions, one after the other."""

    slots: list[int]

    @property
    def results(self) -> list[int]:
        return self.slots


@dataclass
class Layer:
    """Dot products `slots` of `vector`, which lies side by side, with rows of uniform weights."""

    slots: tuple[int, ...]
    vector: tuple[int, ...]
    weights: tuple[tuple[int, ...], ...]

    @property
    def results(self) -> list[int]:
        return [*self.slots]


@dataclass
class Loop:
    """Instructions that are carried out for several copies of slots.

    steps: one for each instruction: its result slots, one for each copy.
    level: the depth of the first instruction.
    """

    steps: list[tuple[int, ...]]
    level: int
    own: set[int] = field(default_factory=set)

    @property
    def results(self) -> list[int]:
        return [slot for step in self.steps for slot in step]


Unit = Straight | Layer | Loop


@dataclass
class Plan:
    """Units in the order in which they run; the matrix products over rows that follow them."""

    units: list[Unit]
    runs: Runs
    outers: list[tuple[tuple[int, ...], tuple[int, ...], tuple[tuple[int, ...], ...]]]
