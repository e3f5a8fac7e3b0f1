"""The code of a tape on columns of NumPy: its lines in Python, and the functions that they call."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from typing import Any

import numpy as np

from ..ops import halves
from ..tape.instructions import Instruction, Tape
from ..tape.printers.language import Language
from ..tape.printers.lines import Line, Lines, Repeat
from ..tape.printers.python import PYTHON, literal, python_source
from ..tape.varying import Varying, varying_slots


def _everywhere(function: Callable[[float], float]) -> Callable[[Any], Any]:
    """A function of the C library that NumPy lacks, applied element by element."""
    vectorized = np.frompyfunc(function, 1, 1)
    return lambda x: np.asarray(vectorized(x), dtype=np.float64)


def _total(xs: Sequence[Any]) -> Any:
    """The sum; recomputed with scaled terms if a partial sum overflows."""
    found = reduce(np.add, xs)
    if np.all(np.isfinite(found)):
        return found
    smaller = reduce(np.add, [x * 2.0**-64 for x in xs]) * 2.0**64
    return np.where(np.isfinite(found), found, smaller)


def _power(a: Any, b: Any) -> Any:
    """a**b as C's pow.

    For a single exponent of 0.5 NumPy takes the square root, which is NaN at -inf and -0.0 at -0.0.
    Powers of negative numbers are ten times as slow as those of their absolute values.
    """
    if np.ndim(b) == 0 and b == 0.5:
        return np.where(np.isneginf(a), math.inf, np.sqrt(np.add(a, 0.0)))
    if np.ndim(b) == 0 and b % 1.0 == 0.0:
        found = np.power(np.abs(a), b)
        return np.copysign(found, a) if b % 2.0 == 1.0 else found
    return np.power(a, b)


def _layer(weights: Sequence[Any], vector: Sequence[Any]) -> Any:
    """The dot products of a vector of columns with rows of weights; recomputed one by one if a
    partial sum overflows.
    """
    found = np.array(weights, dtype=np.float64) @ np.stack(np.broadcast_arrays(*vector))
    if not np.all(np.isfinite(found)):
        for i, row in enumerate(weights):
            found[i] = _total([w * x for w, x in zip(row, vector, strict=True)])
    return found


ALIKE = "abs sqrt cbrt hypot exp expm1 log log2 log10 log1p sin cos tan sinh cosh tanh floor ceil"
ALIKE += " copysign where divide remainder"
INVERSE = ("sin", "cos", "tan", "tan2", "sinh", "cosh", "tanh")
NAMES: dict[str, Any] = {
    **{name: getattr(np, name) for name in ALIKE.split()},
    **{f"a{name}": getattr(np, f"arc{name}") for name in INVERSE},
    "pow": _power,
    "erf": _everywhere(math.erf),
    "erfc": _everywhere(math.erfc),
    "either": np.logical_or,
    "both": np.logical_and,
    "opposite": np.logical_not,
    "total": _total,
    "largest": lambda xs: reduce(np.maximum, xs),
    "layer": _layer,
    "inf": math.inf,
    "nan": math.nan,
}
NUMPY = Language(
    {
        **PYTHON.rows,
        # Not the operators: constants may be states of loops, and Python's numbers raise at 0.
        "div": "divide({all})",
        "mod": "remainder({all})",
        "where": "where({all})",
        "either": "either({all})",
        "both": "both({all})",
        "opposite": "opposite({all})",
    },
    literal,
)


# The sum of a term over all steps of a loop, step by step: the columns of all steps would take much
# memory.
RUNNING = {
    "sum": "{name} = 0.0",
    "term": "{name} = {name} + {value}",
    "total": "{name} = {value}",
    "sum of a run": "{name} = [0.0] * {size}",
    "term of a run": "{name} = [a + b for a, b in zip({name}, {value})]",
    "total of a run": "{name} = {value}",
}


def compiled(tape: Tape) -> Callable[..., tuple[Any, ...]]:
    """The tape as a function of columns and parameters."""
    namespace = NAMES.copy()
    exec(numpy_source(tape), namespace)  # code printed from the tape, without labels
    function: Callable[..., tuple[Any, ...]] = namespace["program"]
    return function


def numpy_source(tape: Tape) -> str:
    """The code of a tape, with the dot products of a layer as one matrix product."""
    lines = NumpyLines(varying_slots(tape, range(len(tape.inputs))))
    return python_source(tape, NUMPY, lines, RUNNING)


class NumpyLines(Lines):
    """The lines of a tape on columns.

    varying: the slots that depend on an input.
    """

    def __init__(self, varying: Varying) -> None:
        super().__init__(NUMPY)
        self.varying = varying

    def of(self, tape: Tape, *names: Any) -> Iterator[Line | Repeat]:
        layers: dict[tuple[int, ...], list[int]] = {}  # by the vector: the slots of its products
        self.members: dict[int, list[int]] = {}  # the same, by each of these slots
        for slot, instruction in tape:
            if is_layer(instruction, self.varying):
                weights, vector = halves(instruction.operands)
                members = layers.get(vector)
                if members is None or max(weights) > members[0]:  # not known yet at the first
                    members = layers[vector] = []
                members.append(slot)
                self.members[slot] = members
        yield from super().of(tape, *names)

    def operation(
        self, tape: Tape, slot: int, names: Sequence[str], shown: Sequence[str], label: str
    ) -> Iterator[Line]:
        if slot not in self.members:
            yield from super().operation(tape, slot, names, shown, label)
        elif slot == self.members[slot][0]:
            dots = [tape.instructions[member - tape.first] for member in self.members[slot]]
            rows = [halves(dot.operands)[0] for dot in dots]
            matrix = ", ".join([f"({', '.join([shown[i] for i in row])},)" for row in rows])
            columns = ", ".join([shown[i] for i in halves(dots[0].operands)[1]])
            targets = ", ".join([names[k] for k in self.members[slot]])
            yield Line("number", f"{targets},", f"layer(({matrix},), ({columns},))")

    def step(self, slot: int) -> NumpyLines:
        return NumpyLines(self.varying.steps[slot][1] if slot in self.varying else Varying(()))


def is_layer(instruction: Instruction, varying: set[int]) -> bool:
    """Whether it is a dot product of uniform weights, which `optimize` puts first, with a varying
    vector.
    """
    weights, vector = halves(instruction.operands)
    is_dot = instruction.name == "dot"
    return is_dot and varying.isdisjoint(weights) and not varying.isdisjoint(vector)
