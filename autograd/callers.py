"""The caller: the first frame outside this project, which errors and warnings point at."""

from __future__ import annotations

import sys
import traceback
import warnings
from types import FrameType

OURS = ("autograd", "nn")
PASSED_ON = ("copy", "numpy", "pickle", "scipy")  # packages through which a user may call Values


def user_line() -> str:
    """The file and line of the first caller outside this project."""
    frame = user_frame()
    return f"{frame.f_code.co_filename}, line {frame.f_lineno}"


def user_frame() -> FrameType:
    """The first caller outside this project and outside libraries that call Values for the user.

    Code run by `exec` may have no module name.
    """
    frame = sys._getframe(1)
    while frame.f_back and (is_ours(frame) or package_of(frame) in PASSED_ON):
        frame = frame.f_back
    return frame


def is_ours(frame: FrameType) -> bool:
    """Whether the code of a frame is of this project."""
    return package_of(frame) in OURS


def package_of(frame: FrameType) -> str:
    """The outermost package of a frame's module."""
    name: str = frame.f_globals.get("__name__", "")
    return name.partition(".")[0]


def warn(message: str) -> None:
    """A UserWarning at the first caller outside this project, from any depth of calls."""
    level, frame = 1, sys._getframe()
    while frame.f_back and is_ours(frame):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, UserWarning, stacklevel=level)


def raised_in(error: Exception) -> str:
    """The innermost line of user code that an error passed; empty without one."""
    lines = [
        f"{frame.f_code.co_filename}, line {number}"
        for frame, number in traceback.walk_tb(error.__traceback__)
        if not (is_ours(frame) or package_of(frame) in PASSED_ON)
    ]
    return lines[-1] if lines else ""
