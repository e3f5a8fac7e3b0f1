"""Warnings that point at the line of the user's program, from any depth of calls."""

from __future__ import annotations

import inspect
import re
import warnings

OWN = re.compile(r"(nn|autograd)(\.|$)")  # modules of the project


def warn(message: str) -> None:
    """A UserWarning at the first caller outside this project."""
    level, frame = 1, inspect.currentframe()
    while frame is not None and OWN.match(frame.f_globals.get("__name__", "")):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, UserWarning, stacklevel=level)
