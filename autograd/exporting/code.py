"""A tape as lines of code: one line per node, and a function for each operation without an
operator.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..ops import OF_LOOPS, TABLE, Op, Shape
from ..tape.folding import run_instruction
from ..tape.instructions import Instruction, Tape
from ..tape.passes import optimize, refuse_custom_ones
from ..tape.printers.language import Language, plain_names
from ..tape.printers.lines import Line, Lines, Repeat
from ..tape.recorder import Recorder
from .names import named
from .subject import labels_of

# Operations that stay one line, as they are one node. A power a**(b - k) is written as powers, and
# `detach` is what it is of.
KEPT = frozenset({name for name, op in TABLE.items() if op.value is not None}) - {
    "power_less",
    "detach",
}


class Body(NamedTuple):
    """The inside of a function.

    Args:
        inputs: the index and the name of each input that is used.
        lines: one for each node; results: the expression of each output.
    """

    inputs: list[tuple[int, str]]
    lines: list[Line | Repeat]
    results: list[str]


class Function(NamedTuple):
    """An operation on a number of operands, by the rule for its value."""

    name: str
    doc: str
    tape: Tape
    body: Body

    @property
    def operands(self) -> int:
        """The number of its operands."""
        return len(self.tape.inputs)


def prepared(tape: Tape) -> Tape:
    """The tape as for the python backend, but with one instruction for each node.

    Raises:
        ValueError: for an operation of the user's own.
    """
    refuse_custom_ones(tape)
    return optimize(tape, keep=KEPT)


def names_for(tape: Tape, reserved: Collection[str], lower: bool = False) -> list[str]:
    """The name of each slot: its label if that is an identifier and not reserved in the language.

    Args:
        lower: whether names in capitals are converted to lower case, since C's macros have such
            names.
    """
    labels = labels_of(tape)
    if lower:
        macro = [label.isupper() and (len(label) > 3 or "_" in label) for label in labels]
        labels = [x.lower() if is_one else x for x, is_one in zip(labels, macro, strict=True)]
    return named(labels, plain_names(tape), reserved)


def body_of(tape: Tape, numbers: Sequence[float], names: Sequence[str], language: Language) -> Body:
    """The lines that compute the outputs of a tape.

    Args:
        numbers: those of its parameters. What depends on these only is a constant in the code.
    """
    known = settled(tape, numbers)
    shown = [*names]
    for slot in tape.constant_slots:
        shown[slot] = language.number(known[slot])
    labels = labels_of(tape)
    for slot, number in known.items():
        if not labels[slot]:  # it is not looked up by name
            shown[slot] = literal(number, language)
    used = {*tape.outputs}
    for slot, instruction in tape:
        if slot not in known:
            used.update(instruction.operands)
    lines: list[Line | Repeat] = []
    for slot in sorted(used & known.keys()):
        if labels[slot]:
            kind = "condition" if isinstance(known[slot], bool) else "number"
            lines.append(Line(kind, names[slot], literal(known[slot], language), labels[slot]))
    lines += CallingLines(language, names).of(tape, names, shown, labels, known)
    inputs = [(slot, names[slot]) for slot in range(len(tape.inputs)) if slot in used]
    return Body(inputs, lines, [shown[slot] for slot in tape.outputs])


def settled(tape: Tape, numbers: Sequence[float]) -> dict[int, Any]:
    """The number or bool of each slot that does not depend on an input."""
    known: dict[int, Any] = dict(zip(tape.parameter_slots, map(float, numbers), strict=True))
    known |= dict(zip(tape.constant_slots, tape.constants, strict=True))
    for slot, instruction in tape:
        if instruction.name not in OF_LOOPS and known.keys() >= {*instruction.operands}:
            found = run_instruction(instruction, [known[i] for i in instruction.operands])
            known[slot] = found if isinstance(found, bool) else float(found)
    return known


def numbers_kept(lines: Iterable[Line | Repeat]) -> int:
    """How many numbers the arrays have that lines declare."""
    return sum(
        [
            numbers_kept(line.lines)
            if isinstance(line, Repeat)
            else line.size * (line.kind in ("room", "run", "sum"))
            for line in lines
        ]
    )


class CallingLines(Lines):
    """Lines in which an operation that the language has no row for is a call of its function."""

    def operation(
        self, tape: Tape, slot: int, names: Sequence[str], shown: Sequence[str], label: str
    ) -> Iterator[Line]:
        instruction = tape.instructions[slot - tape.first]
        operands = [shown[operand] for operand in instruction.operands]
        expression = expression_of(instruction, operands, self.language)
        yield Line(instruction.kind, names[slot], expression, label)


def literal(x: Any, language: Language) -> str:
    """A number; a bool as a comparison, since languages differ in their literals for bools."""
    if isinstance(x, bool):
        zero, one = language.number(0.0), language.number(1.0)
        return f"({zero} < {one})" if x else f"({one} < {zero})"
    return language.number(x)


def alone(text: str) -> str:
    """An expression that is a whole statement, where a number with a sign needs no parentheses."""
    return text[1:-1] if re.fullmatch(r"\(-[^()]*\)", text) else text


def expression_of(instruction: Instruction, operands: Sequence[str], language: Language) -> str:
    """An instruction by its row of the language, else as a call of its operation's function."""
    if instruction.name in language.rows:
        return language.expression(instruction, operands)
    return f"{function_name(instruction)}({', '.join(operands)})"


def function_name(instruction: Instruction) -> str:
    """The name of the function of an operation on this number of operands."""
    op = TABLE[instruction.name]
    if op.shape not in (Shape.MANY, Shape.PAIRS):
        return op.name
    count = len(instruction.operands)
    return f"{op.name}_{count // 2 if op.shape is Shape.PAIRS else count}"


def functions_for(tapes: Iterable[Tape], language: Language) -> list[Function]:
    """A function for each operation in tapes without a row in the language, by its own rule.

    Each comes after the functions that it calls.
    """
    found: dict[str, Function] = {}

    def add(tape: Tape) -> None:
        for instruction in tape.everywhere():
            has_row = instruction.name in (*language.rows, *OF_LOOPS)
            if has_row or function_name(instruction) in found:
                continue
            name, op = function_name(instruction), TABLE[instruction.name]
            rule = tape_of(op, len(instruction.operands))
            add(rule)
            body = body_of(rule, (), plain_names(rule), language)
            found[name] = Function(name, op.doc, rule, body)

    for tape in tapes:
        add(tape)
    return list(found.values())


def tape_of(op: Op, count: int) -> Tape:
    """The tape of an operation on this number of operands, by the rule for its value."""
    recorder = Recorder([""] * count)
    operands = [recorder.symbol(i) for i in range(count)]
    assert op.value is not None
    y = op.value(recorder, *op.split(operands))
    return optimize(recorder.tape([y], several=False), keep=KEPT - {op.name})


def helpers_for(
    bodies: Iterable[Body], helpers: Mapping[str, str], of_sums: Mapping[str, str]
) -> list[str]:
    """The helpers that functions or other helpers call, in their order.

    Args:
        of_sums: by kind of line, the helper that lines of sums over the steps of a loop call.
    """
    found: set[str] = set()
    lines = [line for body in bodies for line in all_lines(body.lines)]
    todo = [line.expression for line in lines]
    todo += [f"{of_sums[line.kind]}(" for line in lines if line.kind in of_sums]
    while todo:
        part = todo.pop()
        new = {name for name in helpers if re.search(rf"\b{name}\(", part)} - found
        found |= new
        todo += [helpers[name] for name in new]
    return [code for name, code in helpers.items() if name in found]


def all_lines(lines: Iterable[Line | Repeat]) -> Iterator[Line]:
    """Each line, also of loops."""
    for line in lines:
        if isinstance(line, Repeat):
            yield from all_lines(line.lines)
        else:
            yield line
