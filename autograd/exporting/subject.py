"""The subject of an export: a tape with names of its inputs and results, and a test point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, TypeVar

from ..arguments import is_value, wrong
from ..cached import cached_property
from ..program import PointProgram, Program
from ..program.derivatives import By
from ..program.python_backend import compiled
from ..program.weights import slots_by
from ..tape.derivatives import hessian, jacobian
from ..tape.instructions import Tape
from ..tape.passes import optimize
from ..tape.recorder import Recorder

T = TypeVar("T")
DERIVATIVES = ("gradient", "jacobian", "hessian")
# Candidates for the test point, one number for each input in turn: the first one with finite
# results is taken.
POINTS = ((0.5, 0.25, -0.75, 1.0, -0.125), (1.5, 2.0, 1.25, 3.0), (0.25, 0.125, 0.75), (-1.5,))


@dataclass(frozen=True)
class Part:
    """One of the results: the outputs themselves, or derivatives of them.

    Args:
        name: "y", "gradient", "jacobian" or "hessian".
        labels: of its numbers, in their order.
        rows: how many rows they have as a matrix; 0 for a vector.
    """

    name: str
    labels: tuple[str, ...]
    rows: int = 0

    @property
    def name_in_code(self) -> str:
        """The name of its array in code: outputs, gradient, ..."""
        return "outputs" if self.name == "y" else self.name


@dataclass(frozen=True)
class Subject:
    """What is printed in another language.

    Args:
        name: of the function, as the user gave it.
        tape: what is computed; its outputs are the numbers of the parts, one after the other.
        numbers: of the tape's parameters.
        parts: what its outputs are.
        origin: a short description of its origin.
        float32: whether in single precision.
        classes: of a model, by name, in the order of its outputs.
        notes: further lines for the head of the file.
        at: the point of the self-test; one is chosen if empty.
        file: the name of the file.
    """

    name: str
    tape: Tape
    numbers: tuple[float, ...]
    parts: tuple[Part, ...]
    origin: str
    float32: bool = False
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    at: tuple[float, ...] = ()
    file: str = ""

    def by_part(self, outputs: Sequence[T]) -> list[tuple[Part, Sequence[T]]]:
        """Each part with its own of the outputs: their numbers, or what they are written as."""
        ends = list(accumulate([len(part.labels) for part in self.parts], initial=0))
        return [
            (part, outputs[a:b]) for part, (a, b) in zip(self.parts, pairwise(ends), strict=True)
        ]

    def results(self, point: Sequence[float]) -> tuple[float, ...]:
        """The numbers of all parts at a point, as Python computes them."""
        return compiled(optimize(self.tape, keep=["dot"]))(*point, *self.numbers)

    @cached_property
    def test(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The point of the self-test, and the numbers expected there."""
        count = len(self.tape.inputs)
        if self.at:
            return self.at, self.results(self.at)
        points = [tuple([row[i % len(row)] for i in range(count)]) for row in POINTS]
        results = [self.results(point) for point in points]
        finite = [all(map(math.isfinite, found)) for found in results]
        best = finite.index(True) if True in finite else 0
        return points[best], results[best]


def subject_of(
    program: Program | PointProgram,
    name: str,
    derivatives: Sequence[str] = (),
    by: By = "inputs",
    float32: bool = False,
) -> Subject:
    """A program, with the requested derivatives after its outputs.

    Args:
        derivatives: of DERIVATIVES.
        by: with respect to what: "parameters", "inputs", or a list of names of inputs.
    """
    leaves, tape = leaves_of(program), program.tape
    own = program.parameters
    parts = [Part("y", tuple(output_names(tape)))]
    tapes = [tape]
    wanted = slots_by(by, tape, len(own), "export") if derivatives else []
    names = [(*tape.inputs, *tape.parameters)[slot] for slot in wanted]
    for kind in derivatives:
        if kind == "jacobian":
            labels = [f"d {y} / d {x}" for y in parts[0].labels for x in names]
            tapes.append(jacobian(tape, wanted))
            parts.append(Part(kind, tuple(labels), len(tape.outputs)))
            continue
        if len(tape.outputs) != 1:
            raise ValueError(
                f"export: a {kind} is of one output, this program has {len(tape.outputs)}; "
                "derivatives='jacobian' is of several"
            )
        (y,) = parts[0].labels
        if kind == "gradient":
            tapes.append(jacobian(tape, wanted))
            parts.append(Part(kind, tuple([f"d {y} / d {x}" for x in names])))
        else:
            labels = [f"d² {y} / d {a} d {b}" for a in names for b in names]
            tapes.append(hessian(tape, wanted))
            parts.append(Part(kind, tuple(labels), len(wanted)))
    counts = f"{len(tape.inputs)} inputs and {len(leaves)} parameters"
    origin = f"a program of {counts}, at the parameters' present numbers" if leaves else "a program"
    numbers = tuple([leaf.data for leaf in leaves])
    return Subject(name, joined(tapes), numbers, tuple(parts), origin, float32)


def leaves_of(program: Any) -> list[Any]:
    """The Values whose numbers the parameters of its tape are.

    Raises:
        TypeError: if it is not a program.
    """
    if isinstance(program, Program):
        return program._leaves
    if isinstance(program, PointProgram):
        return program.parameters
    advice = "compile(f, 2) makes one of a function of two numbers"
    if is_value(program):
        advice = "compile(y, [a, b]) makes one of a graph and its input leaves"
    elif hasattr(program, "named_parameters"):
        advice = "nn.export(model, path) exports a model"
    elif hasattr(program, "program"):
        advice = "jit(f).program(x) is that for arguments like x"
    raise wrong("export", "a program", program, advice)


def labels_of(tape: Tape) -> list[str]:
    """The label of each slot, empty where it has none."""
    leaves = [*tape.inputs, *tape.parameters, *[""] * len(tape.constants)]
    return [*leaves, *[instruction.label or "" for instruction in tape.instructions]]


def output_names(tape: Tape) -> list[str]:
    """A name for each output: its label, else y1, y2, ..."""
    labels = labels_of(tape)
    alone = len(tape.outputs) == 1
    names = ["y"] if alone else [f"y{i}" for i in range(1, len(tape.outputs) + 1)]
    return [labels[slot] or name for slot, name in zip(tape.outputs, names, strict=True)]


def joined(tapes: Sequence[Tape]) -> Tape:
    """The tape with the outputs of all these tapes, which have the same inputs and parameters."""
    if len(tapes) == 1:
        return tapes[0]
    recorder = Recorder(tapes[0].inputs, tapes[0].parameters)
    outputs = []
    for tape in tapes:
        symbols = recorder.rewrite(tape)
        outputs += [symbols[slot] for slot in tape.outputs]
    return recorder.tape(outputs)


def described(subject: Subject) -> list[str]:
    """The head of a file: its origin, and the arguments and results of its function."""
    lines = [f"{subject.name}: written by chainrule (autograd.export) from {subject.origin}.", ""]
    lines += [*subject.notes, *([""] if subject.notes else [])]
    kind = "floats of 32 bits" if subject.float32 else "floats of 64 bits"
    lines.append(f"It takes {len(subject.tape.inputs)} numbers ({kind}):")
    lines += listed(subject.tape.inputs)
    for part in subject.parts:
        rows = len(part.labels) // part.rows if part.rows else 0
        shape = f"{part.rows} rows of {rows}" if part.rows else f"{len(part.labels)}"
        lines.append(f"It gives {PARTS[part.name]} ({shape}):")
        lines += listed(part.labels)
    return lines


PARTS = {
    "y": "outputs",
    "gradient": "a gradient",
    "jacobian": "a Jacobian, row by row",
    "hessian": "a Hessian, row by row",
}
MOST_LISTED = 12


def listed(labels: Sequence[str]) -> list[str]:
    """Labels with their indices, one in a line; of many the first ones."""
    lines = [f"  [{i}] {label}" for i, label in enumerate(labels[:MOST_LISTED])]
    more = len(labels) - MOST_LISTED
    return [*lines, f"  and {more} more, up to [{len(labels) - 1}]"] if more > 0 else lines
