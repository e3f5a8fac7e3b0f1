"""Schedules of the learning rate: functions of the number of completed steps that return a factor.

`train(..., schedule=cosine(1000))`; by hand, `optimizer.lr = 0.1 * schedule(optimizer.steps)`
before each step. Any function of an integer is accepted: `lambda step: 1 / (1 + step)`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

from autograd.arguments import function, real
from autograd.made import Made

from .arguments import whole

__all__ = ["constant", "cosine", "step", "warm_up"]

Schedule: TypeAlias = Callable[[int], float]


def constant(step: int) -> float:
    """The factor 1.0 at every step.

    Args:
        step: the number of completed steps.

    >>> constant(7)
    1.0
    """
    return 1.0


def step(every: int, factor: float = 0.1) -> Schedule:
    """Multiply the learning rate by a factor after every `every` steps.

    Args:
        every: the number of steps between multiplications.
        factor: the factor.

    >>> [step(2, 0.5)(k) for k in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    every, factor = whole(every, "step: every"), real(factor, "step")
    return Made(step, [every, factor], lambda k: factor ** (k // every))


def cosine(steps: int, end: float = 0.0) -> Schedule:
    """Decay from 1 to `end` along half a cosine period, and stay there.

    Args:
        steps: the number of steps of the decay.
        end: the final factor.

    References:
        Loshchilov, I., Hutter, F., SGDR: stochastic gradient descent with warm restarts (2017),
        equation 5.

    >>> [round(cosine(4)(k), 4) for k in range(6)]
    [1.0, 0.8536, 0.5, 0.1464, 0.0, 0.0]
    """
    steps, end = whole(steps, "cosine: steps"), real(end, "cosine")

    def schedule(k: int) -> float:
        return end + (1.0 - end) * (1.0 + math.cos(math.pi * min(k / steps, 1.0))) / 2.0

    return Made(cosine, [steps, end], schedule)


def warm_up(steps: int, then: Schedule = constant) -> Schedule:
    """Increase linearly to 1, then follow another schedule from its start.

    Args:
        steps: the number of steps of the increase.
        then: the schedule that follows.

    >>> [warm_up(4, then=step(1, 0.5))(k) for k in range(6)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 0.5]
    """
    steps, then = whole(steps, "warm_up: steps"), function(then, "warm_up", "a schedule as then")
    return Made(warm_up, [steps, then], lambda k: (k + 1) / steps if k < steps else then(k - steps))


def is_known(schedule: Schedule | None) -> bool:
    """Whether it is made of the schedules of this module alone, which change nothing."""
    if isinstance(schedule, Made):
        _, arguments = schedule.__reduce__()
        return all([is_known(one) for one in arguments if callable(one)])
    return schedule in (None, constant)
