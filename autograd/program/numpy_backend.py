"""The numpy backend: the printed code of a tape, run on whole columns.

A slot that depends on an input is *varying*, an array with a number for each row; all others are
*uniform*, one number. Dot products over the same varying operands are one matrix product.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..ops import halves
from ..tape.instructions import Instruction, Tape
from ..tape.passes import eliminate_dead_code, optimize
from ..tape.printers.language import Language
from ..tape.printers.lines import Line, Lines, Repeat
from ..tape.printers.python import PYTHON, literal, python_source
from ..tape.varying import Varying, varying_slots
from .tables import table

Array = NDArray[np.float64]
MOST_NUMBERS = 2**25  # numbers in memory at a time, 256 MB: all slots of some rows


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
ALIKE += " copysign where"
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


class NumpyBackend:
    """Runs a tape on the columns of an array, for chunks of rows if memory is limited.

    Args:
        summed: the tape whose outputs are summed over rows, such as a gradient.
    """

    def __init__(self, tape: Tape, summed: Tape | None) -> None:
        self.several = tape.several
        self.names = tape.inputs
        optimized = optimize(tape, keep=["dot"])
        self.function, self.at_once = compiled(optimized), rows_at_once(optimized)
        self.summed = Sums(optimize(summed, keep=["dot"])) if summed else None

    def rows(self, X: Any) -> Array:
        """X as an array of float64 with a column for each input."""
        return table(X, self.names)

    def values(self, rows: Array, parameters: Sequence[float]) -> Array:
        """The outputs, of shape (rows,) or, of several, (rows, outputs)."""
        parts = []
        for part in chunks(rows, self.at_once):
            columns = run(self.function, part, parameters)
            parts.append(np.stack([np.broadcast_to(y, len(part)) for y in columns], axis=1))
        found = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return found if self.several else found[:, 0]

    def sums(
        self, rows: Array, weights: Sequence[float] | float, parameters: Sequence[float]
    ) -> list[float]:
        """The weighted sums over rows."""
        assert self.summed is not None
        given = np.full(len(rows), weights) if isinstance(weights, float) else np.array(weights)
        return self.summed(rows, given, parameters)


class Sums:
    """The weighted sums over rows of a tape's outputs.

    Most are derivatives with respect to a weight: the product of an input of a layer and the
    adjoint of one of its sums. For a whole layer, these are one matrix product.
    """

    def __init__(self, tape: Tape) -> None:
        varying = varying_slots(tape, range(len(tape.inputs)))
        self.count = len(tape.outputs)
        self.plain: list[int] = []  # places in the outputs
        factors: dict[int, dict[int, int]] = {}  # by adjoint: by input, the place of their product
        for place, slot in enumerate(tape.outputs):
            factor, adjoint = product(tape, slot, varying) or (None, None)
            if factor is None or adjoint is None or factor in factors.get(adjoint, {}):
                self.plain.append(place)
            else:
                factors.setdefault(adjoint, {})[factor] = place
        layers: dict[tuple[int, ...], list[int]] = {}  # by inputs: the adjoints
        for adjoint, places in factors.items():
            layers.setdefault(tuple(places), []).append(adjoint)
        self.layers = [
            (len(inputs), [[factors[adjoint][i] for adjoint in adjoints] for i in inputs])
            for inputs, adjoints in layers.items()
        ]
        needed = [slot for inputs, adjoints in layers.items() for slot in (*inputs, *adjoints)]
        outputs = [*[tape.outputs[place] for place in self.plain], *needed]
        kept = eliminate_dead_code(tape.with_outputs(outputs))
        self.function, self.at_once = compiled(kept), rows_at_once(kept)

    def __call__(self, rows: Array, weights: Array, parameters: Sequence[float]) -> list[float]:
        sums: Any = None
        for part, own in zip(
            chunks(rows, self.at_once), chunks(weights, self.at_once), strict=True
        ):
            found = run(self.function, part, parameters)
            with np.errstate(all="ignore"):
                more = self._summed(found, own)
                sums = more if sums is None else sums + more
        summed: list[float] = sums.tolist()
        return summed

    def _summed(self, found: Sequence[Any], weights: Array) -> Array:
        sums = np.empty(self.count)
        for place, y in zip(self.plain, found, strict=False):
            # A uniform output has the same value in every row. The weights are not added first:
            # infinity times a weight of 0 is NaN.
            sums[place] = weights @ y if np.ndim(y) else (weights * y).sum()
        start = len(self.plain)
        for width, places in self.layers:
            stop = start + width + len(places[0])
            inputs, adjoints = np.stack(found[start : start + width]), found[start + width : stop]
            sums[places] = inputs @ (np.stack(adjoints) * weights).T
            start = stop
        return sums


def rows_at_once(tape: Tape) -> int:
    """The number of rows whose slots fit into memory."""
    return max(1, MOST_NUMBERS // numbers_of(tape))


def numbers_of(tape: Tape) -> int:
    """How many numbers a row has in all slots, with those of runs."""
    found = tape.size + sum([instruction.width for _, instruction in tape])
    return found + sum([numbers_of(each.held.body) for _, each in tape if each.name == "loop"])


def chunks(rows: Array, size: int) -> Iterator[Array]:
    """The rows in chunks of this size; the last one has the remainder."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def product(tape: Tape, slot: int, varying: set[int]) -> tuple[int, ...] | None:
    """The two factors of a slot that is a product of varying slots."""
    if slot < tape.first:
        return None
    instruction = tape.instructions[slot - tape.first]
    is_product = instruction.name == "mul" and varying.issuperset(instruction.operands)
    return instruction.operands if is_product else None


def run(function: Any, rows: Array, parameters: Sequence[float]) -> tuple[Any, ...]:
    """The results of a compiled tape on the columns of a table."""
    with np.errstate(all="ignore"):  # NaN and infinity are results, by IEEE 754
        columns = np.ascontiguousarray(rows.T)
        found: tuple[Any, ...] = function(*columns, *map(np.float64, parameters))
    return found


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
