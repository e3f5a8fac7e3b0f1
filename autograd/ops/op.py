"""Op: one operation, and the table of all of them.

Vocabulary. An operation takes *operands* and gives a *value*. Its *partials* are the derivatives
of the value with respect to each operand; a node of a graph records them, as numbers, as its *local
derivatives*. A *rule* is a function that computes the value or the partials with a given
*arithmetic* `m`, which has functions by name: FLOATS (numbers), IEEE (numbers that never raise),
`nodes` (Values: the partials are a graph that can be differentiated again) or a tape's (code).

So that one rule serves them all, a rule has no `if`, `and`, `or`, `==`, `**` or `math.*` on
operands; it uses `m.where`, `m.equal`, `m.pow`, `m.exp`. Comparisons (`x < 0.0`) and `+ - * / abs`
are as usual. A bare number that divides, or that a function takes, passes `m.constant` first. Where
a derivative does not exist a rule gives y, which is NaN there as all its derivatives are; those of
a bare `nan` would be 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from types import ModuleType
from typing import Any, Protocol, TypeVar

from .. import flags, floats, ieee

inf, nan = math.inf, math.nan
Rule = Callable[..., Any]
Interval = tuple[float, float]
REAL: Interval = (-inf, inf)


class Arithmetic(Protocol):
    """The functions for rules: these, and every operation of the table by its name."""

    def where(self, condition: Any, a: Any, b: Any) -> Any:
        """Return a if the condition holds, else b."""

    def equal(self, a: Any, b: Any) -> Any:
        """Whether a and b are the same number."""

    def constant(self, x: Any) -> Any:
        """Return x as a number without history: no derivative flows through it."""

    def largest(self, xs: Sequence[Any]) -> Any:
        """The largest of xs, as a constant."""

    def total(self, xs: Any) -> Any:
        """The sum of xs, rounded once."""

    def __getattr__(self, name: str) -> Callable[..., Any]: ...


def arithmetic_of(intrinsic: ModuleType) -> ModuleType:
    """An arithmetic of plain numbers, from the intrinsic functions of a module.

    table.py adds those of the table. It is a module object, since a rule's look-ups of functions
    are fastest there.
    """
    arithmetic = ModuleType(intrinsic.__name__)
    vars(arithmetic).update(vars(intrinsic))
    return arithmetic


Slots = TypeVar("Slots", bound=Sequence[Any])


def halves(operands: Slots) -> tuple[Slots, Slots]:
    """The two sequences of one length in the concatenated operands of a dot product."""
    half = len(operands) // 2
    return operands[:half], operands[half:]  # type: ignore[return-value]  # a slice keeps the type


class Shape(Enum):
    """The form of the operands of an operation."""

    NONE = "no operand"
    ONE = "one operand"
    TWO = "two operands"
    THREE = "three operands"
    FOUR = "four operands"
    MANY = "any number of operands"
    PAIRS = "two sequences of one length"


# The number of operands of the shapes that fix it.
COUNTS = {Shape.NONE: 0, Shape.ONE: 1, Shape.TWO: 2, Shape.THREE: 3, Shape.FOUR: 4}

# The instructions of a tape that are not operations, for choices in rules: kinds of the operands,
# kind of the result. "number" and "condition" are the two types of a tape; a trailing "..." takes
# any number of them. No operation may have one of these names.
STRUCTURAL: dict[str, tuple[tuple[str, ...], str]] = {
    "less": (("number", "number"), "condition"),
    "less_equal": (("number", "number"), "condition"),
    "equal": (("number", "number"), "condition"),
    "either": (("condition", "condition"), "condition"),
    "both": (("condition", "condition"), "condition"),
    "opposite": (("condition",), "condition"),
    "where": (("condition", "number", "number"), "number"),
    "largest": (("number", "..."), "number"),
    "constant": (("number",), "number"),
}

# The instructions of loops (tape/instructions.py has what each of them holds), which no operation
# may be named after either: they take and give runs, numbers one after the other.
OF_LOOPS = ("loop", "result", "pack", "item")

TABLE: dict[str, Op] = {}


@dataclass(frozen=True, eq=False, repr=False)
class Op:
    """One operation: its definition for the engine, the pictures, the tests and the compiler.

    Args:
        name: its identifier in TABLE, in `autograd` and in files.
        shape: the form of its operands.
        partials: the rule (m, *operands, y) -> one partial derivative per operand slot; y is the
            value. Where all are constants (a linear operation), the tuple of them.
        value: the rule (m, *operands) -> value; None if the function is intrinsic, that is, if the
            arithmetics themselves have it.
        textbook: the partials in textbook form, if the accurate ones differ from it.
        symbol: the text in pictures; the name if empty.
        domain: an interval for each operand (the last serves all that follow), from which tests
            draw.
        doc: one sentence that describes it.
        builtin: whether it is part of this package: then its rules run again on `ieee` numbers if
            floats raise. The exceptions of a user-defined operation are propagated.
        formula: the rule (m, *operands) -> value in textbook form, if `value` differs from it.
    """

    name: str
    shape: Shape
    partials: Rule | tuple[float, ...]
    value: Rule | None = None
    textbook: Rule | None = None
    symbol: str = ""
    domain: tuple[Interval, ...] = (REAL,)
    doc: str = ""
    builtin: bool = True
    formula: Rule | None = None

    @property
    def forward(self) -> Callable[..., float]:
        """The value as a function of floats; it raises where Python's arithmetic does."""
        function: Any = getattr(FLOATS, self.name) if self.builtin else self.value
        return function  # type: ignore[no-any-return]

    def partials_at(self, m: Any, operands: Sequence[Any], y: Any) -> tuple[Any, ...]:
        """The partials at the operands, computed with m."""
        if isinstance(self.partials, tuple):
            return self.partials
        partials: tuple[Any, ...] = self.partials(m, *self.split(operands), y)
        return partials

    def split(self, operands: Sequence[Any]) -> tuple[Any, ...]:
        """The operands as the rules take them: one by one, as one sequence, or as two halves."""
        if self.shape is Shape.PAIRS:
            return halves(operands)
        return (operands,) if self.shape is Shape.MANY else tuple(operands)

    def evaluate_ieee(
        self, operands: Sequence[float], error: Exception
    ) -> tuple[float, tuple[float, ...]]:
        """Value and partials by the same rules, on numbers that never raise.

        Args:
            error: the exception of the floats, which is propagated for a user-defined operation.
        """
        if not self.builtin:
            raise error
        numbers = [ieee.Number(x) for x in operands]
        y = getattr(IEEE, self.name)(*self.split(numbers))
        partials = self.partials_at(IEEE, numbers, y)
        flags.clear()
        return float(y), tuple([float(d) for d in partials])

    def __call__(self, operands: Sequence[float]) -> float:
        """The value at floats; numerical errors give NaN or an infinity."""
        try:
            return self.forward(*self.split(operands))
        except (ArithmeticError, ValueError) as error:
            return self.evaluate_ieee(operands, error)[0]

    def __reduce__(self) -> tuple[Callable[[str], Op], tuple[str]]:
        return operation_named, (self.name,)

    def __repr__(self) -> str:
        return f"<operation {self.name}>"


def operation_named(name: str) -> Op:
    """The operation of that name, for unpickling."""
    if name not in TABLE:
        raise ValueError(f"this graph needs the operation {name!r}, which is not defined here")
    return TABLE[name]


FLOATS, IEEE = arithmetic_of(floats), arithmetic_of(ieee)
CONSTANT = Op("constant", Shape.NONE, (), doc="A plain number used as an operand.")
