"""Random programs that share values, to be run on Values, PyTorch's tensors, fractions and mpmath.

A program is a list of steps, each an operation and the numbers of the values that it takes; the
leaves come first. It says nothing of what it runs on.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Step = tuple[str, list[int]]
Program = list[Step]

ARITHMETIC: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
}


def draw(rng: random.Random, leaves: int, steps: int, arity: Mapping[str, int]) -> Program:
    """A random program; new values are taken more often than old ones, so that it is deep too.

    The last step adds up all values that no step took, so that everything counts.
    """
    program: Program = []
    for _ in range(steps):
        count = leaves + len(program)
        name = rng.choice(sorted(arity))
        low = rng.choice([0, max(0, count - 5)])
        program.append((name, [rng.randrange(low, count) for _ in range(arity[name])]))
    taken = {i for _, operands in program for i in operands}
    for i in range(leaves + len(program) - 1):
        if i not in taken:
            program.append(("add", [i, leaves + len(program) - 1]))
    return program


def run(
    program: Sequence[Any], leaves: Sequence[Any], functions: Mapping[str, Callable[..., Any]]
) -> list[Any]:
    """Every value of the program, leaves first and the result last."""
    values = [*leaves]
    for name, operands in program:
        values.append(functions[name](*[values[i] for i in operands]))
    return values
