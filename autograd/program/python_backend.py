"""The python backend: the printed code of a tape, run row by row."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from .. import floats, ieee
from ..arguments import real
from ..structures import Form, flatten
from ..tape.instructions import Tape
from ..tape.passes import optimize
from ..tape.printers.python import IEEE, PYTHON, python_source
from ..value import Value
from .tables import Row, rows


class PythonBackend:
    """Runs a tape on rows of floats.

    Args:
        summed: the tape whose outputs are summed over rows, such as a gradient.
    """

    def __init__(self, tape: Tape, summed: Tape | None) -> None:
        self.several = tape.several
        self.names = tape.inputs
        self.function = compiled(optimize(tape, keep=["dot"]))
        self.summed = compiled(optimize(summed, keep=["dot"])) if summed else None

    def rows(self, X: Any) -> list[Row]:
        """The rows as tuples of floats."""
        return rows(X, self.names)

    def values(self, rows: Sequence[Row], parameters: Sequence[float]) -> list[Any]:
        """The outputs for each row: a number, or a tuple of several."""
        found = [self.function(*row, *parameters) for row in rows]
        return found if self.several else [y for (y,) in found]

    def sums(
        self, rows: Sequence[Row], weights: Sequence[float] | float, parameters: Sequence[float]
    ) -> list[float]:
        """The weighted sums over rows."""
        assert self.summed is not None
        given = [weights] * len(rows) if isinstance(weights, float) else weights
        totals: list[float] = []
        for row, weight in zip(rows, given, strict=True):
            found = self.summed(*row, *parameters)
            weighted = [weight * x for x in found]
            totals = list(map(operator.add, totals, weighted)) if totals else weighted
        return totals


class PythonPoint:
    """Runs a tape at one point.

    Args:
        leaves: the Values whose data it reads.
        form: that of the results.
    """

    def __init__(self, tape: Tape, leaves: Sequence[Value], form: Form) -> None:
        self.function = compiled(optimize(tape, keep=["dot"]))
        self.leaves, self.form = leaves, form

    def __call__(self, args: Sequence[Any]) -> Any:
        numbers = [real(x, "jit") for x in flatten(args, "jit")[0]]
        return self.form.build(self.function(*numbers, *[leaf._number for leaf in self.leaves]))


def compiled(tape: Tape) -> Callable[..., Row]:
    """The tape as a function of floats that follows IEEE 754, as the engine does.

    If Python's arithmetic raises, the same code runs again on numbers that never raise.
    """
    fast, safe = vars(floats).copy(), vars(ieee).copy()
    exec(python_source(tape, PYTHON), fast)  # code printed from the tape, without labels
    exec(python_source(tape, IEEE), safe)
    function, careful = fast["program"], safe["program"]

    def run(*numbers: float) -> Row:
        try:
            found: Row = function(*numbers)
        except (ArithmeticError, ValueError):
            found = tuple(map(float, careful(*map(ieee.Number, numbers))))
        return found

    return run
