"""The order in which units run; neighbours that are straight code become one unit."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from .computation import Computation
from .plan import Layer, Straight, Unit
from .runs import Runs

LONGEST_STRAIGHT = 500  # in the unit of COST; beyond it compile time grows faster than the code
# How many machine instructions an instruction is, roughly; 1 for all others.
COST = {"exp": 25, "expm1": 28, "log": 40, "log1p": 40, "tanh": 25, "tanh_slope": 20, "div": 4}


def ordered(computation: Computation, grouped: Sequence[Unit], runs: Runs) -> list[Unit]:
    """All units, each after those that it needs, else in the order of the tape."""
    owned = {slot for unit in grouped for slot in unit.results}
    singles: list[Unit] = [
        Straight([slot])
        for slot in computation.instructions
        if slot in computation.varying and slot not in owned
    ]
    units: list[Unit] = [*grouped, *singles]
    made_by = {slot: i for i, unit in enumerate(units) for slot in unit.results}
    waiting: list[set[int]] = []
    users: list[list[int]] = [[] for _ in units]
    for i, unit in enumerate(units):
        needed = set()
        for slot in unit.results:
            operands = computation.instructions[slot].operands
            if isinstance(unit, Layer):
                operands = unit.vector
            needed.update([made_by[x] for x in operands if x in made_by])
        needed.discard(i)
        waiting.append(needed)
        for other in needed:
            users[other].append(i)
    rank = {slot: i for i, slot in enumerate(computation.instructions)}
    for slot in runs.copies:  # as early as what they stand for
        rank[slot] = rank.get(computation.instructions[slot].operands[0], 0)
    first = [min([rank[slot] for slot in unit.results]) for unit in units]
    ready = [(first[i], i) for i, needed in enumerate(waiting) if not needed]
    heapq.heapify(ready)
    found: list[Unit] = []
    cost = 0
    while ready:
        _, i = heapq.heappop(ready)
        unit = units[i]
        if isinstance(unit, Straight):
            (slot,) = unit.slots
            cost += cost_of(computation, slot)
            if found and isinstance(found[-1], Straight) and cost <= LONGEST_STRAIGHT:
                found[-1].slots.append(slot)
            else:
                found.append(unit)
                cost = cost_of(computation, slot)
        else:
            found.append(unit)
        for user in users[i]:
            waiting[user].discard(i)
            if not waiting[user]:
                heapq.heappush(ready, (first[user], user))
    return found


def cost_of(computation: Computation, slot: int) -> int:
    instruction = computation.instructions[slot]
    return COST.get(instruction.name, max(1, len(instruction.operands) // 2))
