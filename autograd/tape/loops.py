"""Loops: what a loop instruction holds, the tape of its step and how often it is run."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..cached import cached_property
from .instructions import Choice, Tape


@dataclass(frozen=True)
class Loop:
    r"""What a loop instruction holds: a step, as a tape, and how often it is run.

    body: the tape of the step. Its inputs are the captures, numbers or runs which are the same in
        every step; the states, numbers; and the xs of the step, numbers, or runs of some length w.
        Its outputs are the next states, the ys of the step, and terms.
    length: the number of steps.
    captures, states, ys: how many there are. All other inputs are xs, all other outputs terms.
    backward: whether the last step is run first: the step number t, counted from 0, has the numbers
        t of all runs, in whatever order the steps are run.

    The instruction's operands are the captures, the states before the first step, and a run for
    each x: of length numbers, or length·w where an x is a run itself. Its results are

        finals  the states after the last step that is run
        ys      a run for each y, as of the xs
        totals  the sum of each term over all steps, of a run number by number
        states  a run for each state: what it was before each step

    which are numbered in this order. What no instruction takes need not be computed.

    >>> from autograd.tape import Instruction, Tape
    >>> step = Tape(("r", "s", "x"), (), (), (Instruction("mul", (0, 1)),
    ...     Instruction("add", (3, 2))), (4, 4))
    >>> print(*Loop(step, 10, captures=1, states=1, ys=1).lines(), sep="\n")
    captures    r
    states      s
    steps       x
    v1 = mul(r, s)
    v2 = add(v1, x)
    next        v2
    ys          v2
    """

    body: Tape
    length: int
    captures: int
    states: int
    ys: int
    backward: bool = False

    @property
    def first_x(self) -> int:
        """The slot of the first x in the step."""
        return self.captures + self.states

    @property
    def xs(self) -> int:
        return len(self.body.inputs) - self.first_x

    @property
    def totals(self) -> int:
        return len(self.body.outputs) - self.first_total

    @cached_property
    def operand_widths(self) -> tuple[int, ...]:
        """The length of the run that each operand is, 0 of a number."""
        widths = [self.body.width(slot) for slot in range(len(self.body.inputs))]
        first = self.first_x
        return (*widths[:first], *[self.length * max(1, width) for width in widths[first:]])

    @cached_property
    def result_widths(self) -> tuple[int, ...]:
        """The length of the run that each result is, 0 of a number."""
        widths = [self.body.width(slot) for slot in self.body.outputs]
        stop = self.first_total
        ys = [self.length * max(1, width) for width in widths[self.states : stop]]
        return (*widths[: self.states], *ys, *widths[stop:], *[self.length] * self.states)

    def choice(self, index: int) -> Choice:
        """The result of this index, for an instruction that gives it."""
        return Choice(index, self.result_widths[index])

    @property
    def first_total(self) -> int:
        """The index of the first total; in the step, of the first term."""
        return self.states + self.ys

    @property
    def first_history(self) -> int:
        """The index of the result that is the run of the first state."""
        return len(self.body.outputs)

    def is_total(self, index: int) -> bool:
        """Whether the result of this index is a total."""
        return self.first_total <= index < self.first_history

    def name_of(self, index: int) -> str:
        """What a result is called in text: final1, y1, total1, state1."""
        for name, count in (("final", self.states), ("y", self.ys), ("total", self.totals)):
            if index < count:
                return f"{name}{index + 1}"
            index -= count
        return f"state{index + 1}"

    def lines(self) -> list[str]:
        """The step as text, line by line."""
        body, first = self.body, self.first_x
        leaves = {"captures": range(self.captures), "states": range(self.captures, first)}
        leaves["steps"] = range(first, len(body.inputs))
        stop = self.first_total
        results = {"next": range(self.states), "ys": range(self.states, stop)}
        results["terms"] = range(stop, len(body.outputs))
        return body.lines(leaves, results)

    def fault(self) -> str:
        """The error of what it holds; empty if it is valid."""
        body, first = self.body, self.first_x
        if body.parameters:
            return "its step has parameters"
        if self.length < 1:
            return f"expected at least one step, got {self.length}"
        if min(self.captures, self.states, self.ys, self.xs, self.totals) < 0:
            return "its step has too few inputs or outputs"
        try:
            (body if body.widths else replace(body, widths=(0,) * len(body.inputs))).check()
        except ValueError as error:
            return f"its step: {error}"
        states = [*range(self.captures, first), *body.outputs[: self.states]]
        return "a state is no number" if any(map(body.width, states)) else ""
