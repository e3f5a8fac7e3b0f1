"""Sums as states: a state to which each step only adds is a total, which needs no recurrence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from ...tape.instructions import Loop
from ...tape.recorder import Recorder


def without_sums(loop: Loop, taken: Collection[int]) -> tuple[Loop, dict[int, int]]:
    """The loop with totals in the place of states that are sums; the place of each total by state.

    taken: the places of the results that something takes.
    """
    chains = {
        i: chain
        for i in range(loop.states)
        if loop.first_history + i not in taken and (chain := added_to(loop, i))
    }
    if not chains:
        return loop, {}
    body = loop.body
    kept = [x for x in range(len(body.inputs)) if x - loop.captures not in chains]
    recorder = Recorder([body.inputs[x] for x in kept], (), [body.width(x) for x in kept])
    symbols = {x: recorder.symbol(i) for i, x in enumerate(kept)}
    for slot, number in zip(body.constant_slots, body.constants, strict=True):
        symbols[slot] = recorder.number(number)
    links = {slot for chain in chains.values() for slot in chain}
    terms: dict[int, list[int]] = {}  # by state: the slots that its chain adds
    for i, chain in chains.items():
        own = {loop.captures + i, *chain}
        operands = [x for slot in chain for x in body.instructions[slot - body.first].operands]
        terms[i] = [x for x in operands if x not in own]
    for slot, each in body:
        if slot not in links:
            symbols[slot] = recorder.write(each.name, [symbols[x] for x in each.operands])
    outputs = [symbols[x] for i, x in enumerate(body.outputs) if i not in chains]
    for own_terms in terms.values():
        first, *rest = [symbols[x] for x in own_terms]
        outputs.append(sum(rest, first))
    states = loop.states - len(chains)
    made = replace(loop, body=recorder.tape(outputs), states=states)
    first_total = states + loop.ys + loop.totals
    return made, {i: first_total + k for k, i in enumerate(chains)}


def added_to(loop: Loop, i: int) -> list[int]:
    """The instructions that add to a state, from it to its next; none if it is more than a sum."""
    body = loop.body
    uses = Counter(body.outputs)
    reader: dict[int, int] = {}
    for slot, instruction in body:
        uses.update(instruction.operands)
        reader |= dict.fromkeys(instruction.operands, slot)
    slot, chain = loop.captures + i, []
    while slot != body.outputs[i]:
        following = reader.get(slot)
        if following is None or uses[slot] != 1:
            return []
        if body.instructions[following - body.first].name != "add":
            return []
        chain.append(following)
        slot = following
    return chain if uses[slot] == 1 else []
