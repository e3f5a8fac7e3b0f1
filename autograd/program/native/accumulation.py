"""Accumulation: chains of additions or products of a loop's results are moved into the loop.

The terms of s = t1 + t2 + ... + tn are then added in registers, in the order of the chain, so that
the bits are the same. Otherwise each would be stored and loaded again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .computation import Computation
from .schedule import Accumulation, Layer, Loop

NEUTRAL = {"add": -0.0, "mul": 1.0}  # identity elements, for signed zeros too


@dataclass
class Chain:
    """Instructions of one name, each of which reads the one before: their slots and their terms.

    Args:
        start: the slot that the first one adds to; None if it adds two terms.
    """

    name: str
    start: int | None
    slots: list[int]
    terms: list[int]


def accumulate(
    computation: Computation,
    owner: Mapping[int, Layer | Loop],
    available: Mapping[int, int],
    wanted: Iterable[int],
) -> None:
    """Move into each loop the chains that add the results of all its copies, in their order.

    Args:
        owner: the layers and loops by their slots.
        available: by slot, the depth at which its unit runs.
        wanted: the slots that are read after the computation.
    """
    for chain in find_chains(computation, owner, wanted):
        loop, start = owner[chain.terms[0]], chain.start
        if not isinstance(loop, Loop) or available.get(start or 0, 0) >= loop.level:
            continue
        steps = steps_of(chain.terms, loop)
        if steps:
            count = len(steps) * len(steps[0])
            if start is None:
                start, count = computation.add_constant(NEUTRAL[chain.name]), count - 1
            slots = tuple(chain.slots[:count])
            loop.accumulations.append(Accumulation(chain.name, start, steps, slots))
            loop.own.update(slots)


def find_chains(
    computation: Computation, owner: Mapping[int, Layer | Loop], wanted: Iterable[int]
) -> list[Chain]:
    """Chains whose terms are results of layers or loops; only the last slot has other readers."""
    uses = Counter(wanted)
    for instruction in computation.instructions.values():
        uses.update(instruction.operands)
    found: list[Chain] = []
    last: dict[int, Chain] = {}  # by its last slot
    for slot, instruction in computation.instructions.items():
        if slot in owner or instruction.name not in NEUTRAL:
            continue
        a, b = instruction.operands
        for before, term in ((a, b), (b, a)):
            chain = last.get(before)
            if chain and chain.name == instruction.name and uses[before] == 1 and term in owner:
                chain.slots.append(slot)
                chain.terms.append(term)
                break
        else:
            terms = [x for x in (a, b) if x in owner]
            if not terms:
                continue
            start = None if len(terms) == 2 else a if b in owner else b
            chain = Chain(instruction.name, start, [slot], terms)
            found.append(chain)
        last[slot] = chain
    return found


def steps_of(terms: Sequence[int], loop: Loop) -> tuple[tuple[int, ...], ...]:
    """The steps of a loop whose results are the first of these slots, copy by copy."""
    count = len(loop.steps[0])
    for size in range(len(terms) // count, 0, -1):
        steps = tuple([tuple(terms[i : size * count : size]) for i in range(size)])
        if all([step in loop.steps for step in steps]):
            return steps
    return ()
