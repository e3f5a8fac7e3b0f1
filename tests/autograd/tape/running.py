"""Running tapes and graphs in tests: the numbers of every slot, and how far rounding may carry a
result.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from typing import Any

from autograd import Value, ieee
from autograd.graph import topological_order
from autograd.ops import IEEE, TABLE, Shape
from autograd.recording import evaluate as node_of
from autograd.tape import Tape, record_tape
from autograd.tape.folding import run_instruction
from autograd.tape.passes import optimize
from autograd.tape.reverse import reverse

EPSILON = 2.0**-52
SPECIAL = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 5e-324, 1e308, -2.5]
# What a tape may hold: entries without an operand are constants there, a choice is refused.
OPERATIONS = [
    name
    for name, op in TABLE.items()
    if op.shape is not Shape.NONE and name != "branch" and op.builtin
]
COUNT = {Shape.ONE: 1, Shape.TWO: 2, Shape.THREE: 3, Shape.FOUR: 4, Shape.MANY: 3, Shape.PAIRS: 6}


def slots_of(tape: Tape, numbers: Sequence[float]) -> list[Any]:
    """The number or truth in every slot, for inputs and parameters in order."""
    slots: list[Any] = [*map(float, numbers), *tape.constants]
    for _, instruction in tape:
        operands = [slots[i] for i in instruction.operands]
        slots.append(run_instruction(instruction, operands))
    return slots


def run(tape: Tape, numbers: Sequence[float]) -> list[float]:
    """The outputs."""
    slots = slots_of(tape, numbers)
    return [float(slots[i]) for i in tape.outputs]


def bound(tape: Tape, numbers: Sequence[float], output: int = 0) -> float:
    """By how much rounding may move an output."""
    return bounds(tape, numbers)[output]


def bounds(tape: Tape, numbers: Sequence[float]) -> list[float]:
    """By how much rounding may move each output, in units of EPSILON, to first order.

    Each instruction's rounding (of a sum: that of its terms) is carried on by the sizes of the
    local derivatives; two ways of computing the same thing agree within 16 of these.
    """
    slots = slots_of(tape, numbers)
    carried: list[float] = [0.0] * tape.first
    for slot, instruction in tape:
        operands = [slots[i] for i in instruction.operands]
        before = [carried[i] for i in instruction.operands]
        if instruction.name == "where":
            carried.append(before[1] if operands[0] else before[2])
        elif instruction.op is None:
            carried.append(max(before))
        else:
            numbers_ = [ieee.Number(x) for x in operands]
            partials = instruction.op.partials_at(IEEE, numbers_, ieee.Number(slots[slot]))
            own = abs(slots[slot])
            if instruction.op.shape in (Shape.MANY, Shape.PAIRS):
                own += sum(abs(float(d) * x) for d, x in zip(partials, operands, strict=True))
            moved = [abs(float(d)) * e for d, e in zip(partials, before, strict=True) if e]
            carried.append(own + sum(moved))
    return [carried[slot] for slot in tape.outputs]


def agree(got: float, want: float, allowed: float) -> bool:
    """Whether two results are the same number, or within what rounding allows."""
    if math.isnan(got) or math.isnan(want):
        return math.isnan(got) and math.isnan(want)
    return got == want or abs(got - want) <= 16 * EPSILON * allowed + 2.0**-1070


def points(name: str, count: int = 12) -> list[tuple[float, ...]]:
    """Operands for an operation: ordinary ones and special ones."""
    op, rng = TABLE[name], random.Random(name)
    n = COUNT[op.shape]
    found = []
    for _ in range(count):
        drawn = []
        for slot in range(n):
            place = 2 * slot // n if op.shape is Shape.PAIRS else slot
            low, high = op.domain[min(place, len(op.domain) - 1)]
            drawn.append(rng.uniform(max(low, -3.0), min(high, 3.0)))
        found.append(tuple(drawn))
    found += [tuple(rng.choice(SPECIAL) for _ in range(n)) for _ in range(count)]
    return found


def graph_of(name: str, numbers: Sequence[float]) -> tuple[Value, list[Value]]:
    """The engine's node of an operation on fresh leaves, and the leaves."""
    leaves = [Value(x, f"x{i}") for i, x in enumerate(numbers, start=1)]
    return node_of(TABLE[name], tuple(leaves)), leaves


SMOOTH = [
    name
    for name in OPERATIONS
    if TABLE[name].shape in (Shape.ONE, Shape.TWO) and name not in ("gaussian", "mod")
]


def random_graph(seed: int, size: int = 25) -> tuple[Value, list[Value]]:
    """A graph of random operations with much sharing that stays finite, and its leaves.

    Those that it depends on come first: a test that takes two as inputs has rows that count.
    """
    rng = random.Random(seed)
    leaves = [Value(rng.uniform(-1.5, 1.5), f"x{i}") for i in range(1, 5)]
    nodes = [*leaves]
    while len(nodes) < size + 4:
        name = rng.choice(SMOOTH)
        op = TABLE[name]
        operands = [rng.choice(nodes[-8:]) for _ in range(1 if op.shape is Shape.ONE else 2)]
        if rng.random() < 0.3:
            operands[-1] = Value(rng.uniform(0.5, 2.0), f"k{len(nodes)}")
            leaves.append(operands[-1])
        made = node_of(op, tuple(operands))
        if math.isfinite(made.data) and all(math.isfinite(d) for d in made.local_derivatives):
            nodes.append(made.tanh() if abs(made.data) > 3.0 else made)
    total = nodes[-1]
    for node in nodes[-4:-1]:
        total = total + node
    used = set(topological_order(total))
    return total, sorted(leaves, key=lambda leaf: leaf not in used)


def size_of_paths(root: Value) -> dict[Value, float]:
    """For each node the sum over all paths of |product|, with which rounding errors grow."""
    order = topological_order(root)
    sizes = dict.fromkeys(order, 0.0)
    sizes[root] = 1.0
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.local_derivatives, strict=True):
            sizes[parent] += abs(slope) * sizes[node]
    return sizes


def cases(graphs: int = 5) -> Iterator[tuple[str, tuple[Tape, list[tuple[float, ...]]]]]:
    """For each operation the tape of its value and slopes, and points; then of random graphs."""
    for name in OPERATIONS:
        numbers = points(name)
        y, leaves = graph_of(name, numbers[0])
        tape, _ = record_tape([y], leaves)
        yield name, (optimize(reverse(tape, range(len(leaves)))), numbers)
    for seed in range(graphs):
        y, leaves = random_graph(seed)
        tape, _ = record_tape([y], leaves)
        sweep = optimize(reverse(tape, range(len(leaves))))
        yield f"random {seed}", (sweep, [tuple([leaf.data for leaf in leaves])])
