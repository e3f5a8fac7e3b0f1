"""Seeds: integers, or random number generators that several calls share."""

from __future__ import annotations

import numbers
import random
from typing import TypeAlias

from autograd.arguments import wrong

Seed: TypeAlias = int | random.Random | None


def generator(seed: Seed, where: str) -> random.Random | None:
    """The random number generator of a seed; None stands for Python's `random`."""
    if seed is None or isinstance(seed, random.Random):
        return seed
    if isinstance(seed, numbers.Integral):
        return random.Random(int(seed))
    raise wrong(where, "a whole number, a random.Random or None as seed", seed)
