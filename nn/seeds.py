"""Seeds: whole numbers, or generators of random numbers that several calls share."""

from __future__ import annotations

import numbers
import random
from typing import TypeAlias

from autograd.arguments import wrong

Seed: TypeAlias = int | random.Random | None


def generator(seed: Seed, where: str) -> random.Random | None:
    """One source of numbers for all that is made with a seed; None stands for Python's `random`."""
    if seed is None or isinstance(seed, random.Random):
        return seed
    if isinstance(seed, numbers.Integral):
        return random.Random(int(seed))
    raise wrong(where, "a whole number, a random.Random or None as seed", seed)
