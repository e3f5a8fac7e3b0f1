"""A tape as lines of code in any language: one for each slot, and loops with lines in them.

A language writes each kind of line in its own way; `Lines` decides which there are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from ..instructions import Tape
from ..loops import Loop
from .language import Language, plain_names


class Line(NamedTuple):
    """A line of code.

    kind: what it does with `name`:
        "number", "condition"   declares it, as an expression, for good
        "state"                 declares it, as an expression; "next" sets it again
        "run"                   declares it, as an array of `size` expressions
        "part"                  declares it, as the `size` numbers of a run from an index on
        "room"                  declares it, as an array of `size` numbers that are not known yet
        "store"                 sets the number of an index, or `size` numbers from an index on
        "sum"                   declares it, as a sum, or `size` sums of a run
        "term"                  adds an expression to the sum, or the numbers of a run to the sums
        "total"                 declares it, as what a sum is
    expression: what it is, or is set to.
    label: that of the slot.
    at: the index, as an expression.
    size: how many numbers there are, 0 of one alone.
    """

    kind: str
    name: str
    expression: str = ""
    label: str = ""
    at: str = ""
    size: int = 0


class Repeat(NamedTuple):
    """Lines that are run for each number of a counter from 0 on, or from the last one down to 0."""

    counter: str
    length: int
    backward: bool
    lines: list[Line | Repeat]


class Layout(NamedTuple):
    """How a language writes a loop: its first line, the indentation of its lines, its last line."""

    header: Callable[[Repeat], str]
    indentation: str
    last: str = ""


def statements(
    line: Line | Repeat, layout: Layout, write: Callable[[Line], Iterable[str]]
) -> Iterator[str]:
    """A line in a language, or a loop with all lines in it.

    write: a line that is no loop.
    """
    if not isinstance(line, Repeat):
        yield from write(line)
        return
    yield layout.header(line)
    for inner in line.lines:
        for text in statements(inner, layout, write):
            yield layout.indentation + text
    if layout.last:
        yield layout.last


class Lines:
    """Writes the lines of tapes.

    language: in which instructions are written.
    item: how a number of an array is written, of its name and an index.
    taken: names that are given away already.
    """

    item = "{}[{}]"

    def __init__(self, language: Language, taken: Sequence[str] = ()) -> None:
        self.language, self.taken = language, taken

    def of(
        self,
        tape: Tape,
        names: Sequence[str],
        shown: list[str],
        labels: Sequence[str] = (),
        known: Collection[int] = (),
    ) -> Iterator[Line | Repeat]:
        """The lines that compute all slots.

        names: of the slots; shown: how each is written in an expression, to which those that have
            no line of their own are added; labels: of the slots, where they have some; known: the
            slots that need no line.
        """
        labels = labels or [""] * tape.size
        taken: dict[int, set[int]] = {}  # by the slot of a loop: the results that are taken
        for _, instruction in tape:
            if instruction.name == "result":
                taken.setdefault(instruction.operands[0], set()).add(instruction.held.place)
        prefixes: dict[int, str] = {}
        for slot, instruction in tape:
            operands = [shown[i] for i in instruction.operands]
            if instruction.name == "loop":
                prefix = prefixes[slot] = self.prefix(names[slot])
                results = sorted(taken.get(slot, ()))
                yield from self.step(slot).loop(instruction.held, prefix, operands, results)
            elif instruction.name == "result":
                loop = tape.instructions[instruction.operands[0] - tape.first].held
                name = loop.name_of(instruction.held.place)
                shown[slot] = f"{prefixes[instruction.operands[0]]}{name}"
            elif instruction.name == "item":
                shown[slot] = self.item.format(operands[0], instruction.held)
            elif instruction.name == "pack":
                yield Line("run", names[slot], ", ".join(operands), labels[slot], "", len(operands))
            elif slot not in known:
                yield from self.operation(tape, slot, names, shown, labels[slot])

    def operation(
        self, tape: Tape, slot: int, names: Sequence[str], shown: Sequence[str], label: str
    ) -> Iterator[Line]:
        """The lines of an operation."""
        instruction = tape.instructions[slot - tape.first]
        expression = self.language.expression(instruction, [shown[i] for i in instruction.operands])
        yield Line(instruction.kind, names[slot], expression, label)

    def step(self, slot: int) -> Lines:
        """What writes the step of the loop in a slot."""
        return self

    def prefix(self, name: str) -> str:
        """What all names of a loop begin with, and no other name."""
        name += "_"
        while any([taken.startswith(name) for taken in self.taken]):
            name += "_"
        return name

    def loop(
        self, loop: Loop, prefix: str, operands: Sequence[str], taken: Sequence[int]
    ) -> Iterator[Line | Repeat]:
        """The lines of a loop, of which only the results that are taken are computed."""
        body, first, index = loop.body, loop.first_x, f"{prefix}i"
        finals = [f"{prefix}{loop.name_of(i)}" for i in range(loop.states)]
        names = [f"{prefix}{part}" for part in plain_names(body)]
        names[:first] = [*operands[: loop.captures], *finals]
        for final, operand in zip(finals, operands[loop.captures : first], strict=True):
            yield Line("state", final, operand)
        before, start, end, after = self.results(loop, prefix, taken, finals)
        yield from before
        inside: list[Line | Repeat] = [*start]
        for slot, run in enumerate(operands[first:], start=first):
            width = body.width(slot)
            if width:
                inside.append(Line("part", names[slot], run, "", index, width))
            else:
                inside.append(Line("number", names[slot], self.item.format(run, index)))
        shown = self.language.shown(body, names)
        inside += self.of(body, names, shown)
        outputs = [shown[slot] for slot in body.outputs]
        inside += [line._replace(expression=outputs[i]) for i, line in end.items()]
        inside += self.next_states(finals, outputs[: loop.states], prefix)
        if inside:
            yield Repeat(index, loop.length, loop.backward, inside)
        yield from after

    def next_states(
        self, finals: Sequence[str], outputs: Sequence[str], prefix: str
    ) -> Iterator[Line]:
        """The lines that set all states, those that are other states first put aside."""
        for i, output in enumerate(outputs):
            if output in finals[:i]:
                yield Line("number", f"{prefix}next{i + 1}", output)
        for i, (final, output) in enumerate(zip(finals, outputs, strict=True)):
            if output in finals[:i]:
                yield Line("next", final, f"{prefix}next{i + 1}")
            elif output != final:
                yield Line("next", final, output)

    def results(
        self, loop: Loop, prefix: str, taken: Sequence[int], finals: Sequence[str]
    ) -> tuple[list[Line], list[Line], dict[int, Line], list[Line]]:
        """The lines of the results that are no states: before the loop, in it before the step, by
        output after the step, and after the loop.
        """
        before, start, end, after = [], [], {}, []
        for i in taken:
            name, width = f"{prefix}{loop.name_of(i)}", loop.result_widths[i]
            if i >= loop.first_history:
                before.append(Line("room", name, size=width))
                state = finals[i - loop.first_history]
                start.append(Line("store", name, state, at=f"{prefix}i"))
            elif i >= loop.first_total:
                before.append(Line("sum", f"{name}_sum", size=width))
                end[i] = Line("term", f"{name}_sum", size=width)
                after.append(Line("total", name, f"{name}_sum", size=width))
            elif i >= loop.states:
                before.append(Line("room", name, size=width))
                own = loop.body.width(loop.body.outputs[i])
                end[i] = Line("store", name, at=f"{prefix}i", size=own)
        return before, start, end, after
