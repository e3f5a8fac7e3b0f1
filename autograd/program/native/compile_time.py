"""Estimated compile time of LLVM, from the number of lines, before it begins."""

from __future__ import annotations

from ...callers import warn

SECONDS = 25e-6  # seconds per line, on one core; `python -m tests.benchmarks.compiling` prints it
LONG = 10.0  # seconds, above which there is a warning
ADVICE = (
    "raise `longest` (seconds), or shorten the code: pass data as rows, not parameters, and use"
)
ADVICE += " `dot` and `total` instead of chains of operators"


class TooLargeError(ValueError):
    """A computation whose estimated compile time exceeds the limit."""


def check_duration(text: str, longest: float) -> None:
    """Refuse code whose compile time would exceed the limit; warn of long compile times."""
    lines = text.count("\n")
    seconds = lines * SECONDS
    takes = f"{lines:,} lines of LLVM IR take about {seconds:.3g} s to compile"
    if seconds > longest:
        raise TooLargeError(f"{takes}, longer than longest={longest:g}; {ADVICE}")
    if seconds > LONG:
        warn(f"{takes}; {ADVICE}")
