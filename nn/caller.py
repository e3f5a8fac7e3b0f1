"""Warnings that point at the line of the program that called, however deep they arise."""

from __future__ import annotations

import re
import sys
import warnings
from types import FrameType

OWN = re.compile(r"(nn|autograd)(\.|$)")  # modules of the project


def warn(message: str) -> None:
    """A UserWarning at the first line that is not of the project."""
    level, frame = 1, sys._getframe()
    above: FrameType | None = frame
    while above is not None and OWN.match(above.f_globals.get("__name__", "")):
        level, above = level + 1, above.f_back
    warnings.warn(message, UserWarning, stacklevel=level)
