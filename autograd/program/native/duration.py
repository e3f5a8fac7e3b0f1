"""How long LLVM will take: an estimate by the lines of code, before it begins."""

from __future__ import annotations

import inspect
import warnings

SECONDS = 25e-6  # for a line, on one core; `python -m tests.benchmarks.compiling` prints it
LONG = 10.0  # seconds, above which a warning says so
OWN = ("autograd", "nn")  # packages whose lines no warning points at
ADVICE = 'backend="numpy" needs no machine code; rows of a table instead of parameters, and `dot`'
ADVICE += " and `total` instead of chains of operators, make less of it"


class TooLargeError(ValueError):
    """A computation that would not be compiled in the time that it may take."""


def check_duration(text: str, longest: float) -> None:
    """Refuse code that would take longer than so many seconds; warn of code that takes long."""
    lines = text.count("\n")
    seconds = lines * SECONDS
    takes = f"{lines:,} lines of LLVM's language take about {seconds:.3g} s to compile"
    if seconds > longest:
        raise TooLargeError(f"{takes}, longer than longest={longest:g}; {ADVICE}")
    if seconds > LONG:
        warnings.warn(f"{takes}; {ADVICE}", UserWarning, stacklevel=outside())


def outside() -> int:
    """The level of the first caller that is not of this package, counted from where it is used."""
    level, frame = 0, inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").split(".")[0] in OWN:
        level, frame = level + 1, frame.f_back
    return level
