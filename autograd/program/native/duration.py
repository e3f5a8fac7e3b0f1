"""Estimated compile time of LLVM, from the number of lines, before it begins."""

from __future__ import annotations

import inspect
import warnings

SECONDS = 25e-6  # seconds per line, on one core; `python -m tests.benchmarks.compiling` prints it
LONG = 10.0  # seconds, above which there is a warning
OWN = ("autograd", "nn")  # packages that a warning does not point at
ADVICE = "the argument `longest` bounds it, in seconds; rows of a table instead of parameters, and"
ADVICE += " `dot` and `total` instead of chains of operators, make less of it"


class TooLargeError(ValueError):
    """A computation whose estimated compile time exceeds the limit."""


def check_duration(text: str, longest: float) -> None:
    """Refuse code whose compile time would exceed the limit; warn of long compile times."""
    lines = text.count("\n")
    seconds = lines * SECONDS
    takes = f"{lines:,} lines of LLVM's language take about {seconds:.3g} s to compile"
    if seconds > longest:
        raise TooLargeError(f"{takes}, longer than longest={longest:g}; {ADVICE}")
    if seconds > LONG:
        warnings.warn(f"{takes}; {ADVICE}", UserWarning, stacklevel=outside())


def outside() -> int:
    """The stack level of the first caller outside this package, relative to the caller of this
    function.
    """
    level, frame = 0, inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").split(".")[0] in OWN:
        level, frame = level + 1, frame.f_back
    return level
