"""Warnings and errors that point at the line of the user's, however deep they arise."""

from __future__ import annotations

import inspect
import re
import traceback
import warnings

OWN = re.compile(r"(nn|autograd)(\.|$)")  # modules of the project
NOT_OF_USERS = re.compile(r"(nn|autograd|numpy)(\.|$)")  # which call Values for a user


def warn(message: str) -> None:
    """A UserWarning at the first line that is not of the project."""
    level, frame = 1, inspect.currentframe()
    while frame is not None and OWN.match(frame.f_globals.get("__name__", "")):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, UserWarning, stacklevel=level)


def raised_in(error: Exception) -> str:
    """The innermost line of a user's that an error passed; empty without one."""
    lines = [
        f"{frame.f_code.co_filename}, line {number}"
        for frame, number in traceback.walk_tb(error.__traceback__)
        if not NOT_OF_USERS.match(frame.f_globals.get("__name__", ""))
    ]
    return lines[-1] if lines else ""
