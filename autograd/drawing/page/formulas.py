"""The textbook formulas of operations, as templates that the page fills with names and numbers.

{0}, {1}, ... stand for the operands, {y} for the value, {softmax 1 0 2} for that node's share;
⟨{0}⟩ marks parentheses that only a negative number needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ...equations import textbook
from ...equations import value_of as operation_of
from ...ops import Shape
from ...tape.instructions import Instruction, Tape
from ...tape.passes import eliminate_dead_code, fold
from ...tape.printers.notation import ATOM, SIGN, Term
from ...tape.printers.text import TEXT
from ...tape.recorder import Recorder, Symbol
from .operations import Kind

LONGEST = 100  # characters; a longer formula is no help
SPELT = 16  # operands; more are not spelt out

# For templates: parentheses that differ from those of a call.
MARKED = replace(TEXT, parentheses="⟨{}⟩")


@dataclass(frozen=True)
class Template:
    """A formula with names (all operands are words) and with numbers (any may be negative)."""

    named: str
    numbered: str


@dataclass(frozen=True)
class Formulas:
    """The value of an operation and its partials, one for each operand slot."""

    value: Template
    partials: tuple[Template, ...]

    def json(self) -> list[list[str]]:
        return [[one.named, one.numbered] for one in (self.value, *self.partials)]


def formulas_of(kind: Kind, constants: Mapping[int, float]) -> Formulas:
    """The textbook formulas of an operation, with these constants written into them."""
    op, count = kind.op, kind.count
    empty = Template("", "")
    if not kind.printable:  # a user's own rules are of numbers
        return Formulas(empty, (empty,) * count)
    if count > SPELT:
        partials = tuple(templates(local_derivatives(kind, {}))) if op.shape is Shape.PAIRS else ()
        return Formulas(empty, partials or (empty,) * count)
    return Formulas(
        next(templates(value_of(kind, constants))),
        tuple(templates(local_derivatives(kind, constants))),
    )


def value_of(kind: Kind, constants: Mapping[int, float]) -> Tape:
    """The value: of a cross-entropy with one class that share's logarithm, else the operation."""
    half = kind.count // 2
    weights = [constants.get(slot) for slot in range(half, kind.count)]
    if (
        kind.op.name == "cross_entropy"
        and weights.count(1.0) == 1
        and weights.count(0.0) == half - 1
    ):
        recorder = Recorder([""] * (kind.count + 1))
        logits, own = [recorder.symbol(i) for i in range(half)], weights.index(1.0)
        share = recorder.emit("softmax", [logits[own], *logits[:own], *logits[own + 1 :]])
        return recorder.tape([recorder.emit("neg", [recorder.emit("log", [share])])])
    return operation_of(kind.op, kind.count)


def local_derivatives(kind: Kind, constants: Mapping[int, float]) -> Tape:
    """The partials in textbook form."""
    return eliminate_dead_code(without_identities(fold(textbook(kind.op, kind.count, constants))))


def without_identities(tape: Tape) -> Tape:
    """Without powers of 1 and summands of 0."""
    recorder = Recorder(tape.inputs, tape.parameters)
    numbers = dict(zip(tape.constant_slots, tape.constants, strict=True))

    def write(instruction: Instruction, operands: Sequence[Symbol]) -> Symbol:
        right = numbers.get(instruction.operands[-1])
        if (instruction.name, right) in (("pow", 1.0), ("sub", 0.0), ("add", 0.0)):
            return operands[0]
        return recorder.emit(instruction.name, operands)

    symbols = recorder.rewrite(tape, write)
    return recorder.tape([symbols[slot] for slot in tape.outputs])


def templates(tape: Tape) -> Iterator[Template]:
    """The template of each output."""
    words = [f"{{{i}}}" for i in range(len(tape.inputs) - 1)] + ["{y}"]
    named = template_texts(tape, [Term(word, ATOM) for word in words])
    numbered = template_texts(tape, [Term(word, SIGN) for word in words])
    for with_names, with_numbers in zip(named, numbered, strict=True):
        fits = len(with_names) <= LONGEST
        yield Template(settled(with_names) if fits else "", settled(with_numbers) if fits else "")


def template_texts(tape: Tape, terms: Sequence[Term]) -> list[str]:
    """The formula of each output; a share of a softmax over operands is one word."""
    found: list[Term] = [*terms, *map(MARKED.constant, tape.constants)]
    for _, instruction in tape:
        slots = instruction.operands
        if instruction.name == "softmax" and all([slot < len(tape.inputs) for slot in slots]):
            found.append(Term(f"{{softmax {' '.join(map(str, slots))}}}", ATOM))
        else:
            found.append(MARKED.write(instruction, [found[i] for i in slots]))
    return [found[slot].text for slot in tape.outputs]


def settled(text: str) -> str:
    """The template, with marks only where parentheses stand around a single operand."""
    kept = re.sub(r"⟨(\{\w+\})⟩", r"⟦\1⟧", text)
    kept = kept.translate(str.maketrans("⟨⟩⟦⟧", "()⟨⟩"))
    # In a sum, a product that begins with a negative number: the number alone.
    return re.sub(r"\+ \((\{\w+\}) · ([^()]*)\)", r"+ ⟨\1⟩ · \2", kept)
