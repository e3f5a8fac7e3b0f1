"""Runs what stands in the editor, and sends what it shows.

Code runs as at Python's prompt: the value of each statement that is an expression is shown. A
picture is one of what `draw` returns, a page one of what `explore` returns; all else is text.
"""

from __future__ import annotations

import ast
import io
import linecache
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from types import TracebackType
from typing import Any

from autograd import Value, draw
from autograd.drawing import Picture
from autograd.drawing.page import Page

FILE = "try.py"  # in errors: what a user would save the code as
LONGEST = 100_000  # characters that are shown; a loop without end prints without end
MOST = 30  # pictures and pages
SECONDS = 0.05  # between two pieces of text, so that the page is not flooded
Send = Callable[[str, str, int], object]


class Shown(io.TextIOBase):
    """All that a run shows: a file for text, and the display of values.

    send: is called with the kind ("text", "error", "picture", "page"), the content, and for an
        error the line of the code, 0 if there is none.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._text: list[str] = []
        self._left, self._pictures = LONGEST, MOST
        self._sent = time.monotonic()

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self._left > 0:
            self._text.append(text[: self._left])
            self._left -= len(text)
            if self._left <= 0:
                self._text.append(f"\n(More than {LONGEST:,} characters: the rest is not shown.)\n")
            if time.monotonic() - self._sent > SECONDS:
                self.flush()
        return len(text)

    def flush(self) -> None:
        if self._text:
            self._send("text", "".join(self._text), 0)
            self._text.clear()
            self._sent = time.monotonic()

    def value(self, value: Any) -> None:
        """Show the value of an expression; the display hook."""
        if isinstance(value, Picture):
            self._drawn("picture", lambda: value.svg)
        elif isinstance(value, Page):
            self._drawn("page", lambda: value.html)
        elif value is not None:
            self.write(f"{value!r}\n")
            if isinstance(value, Value):
                self._drawn("picture", lambda: draw(value).svg)

    def _drawn(self, kind: str, content: Callable[[], str]) -> None:
        self._pictures -= 1
        if self._pictures >= 0:
            made = content()
            self.flush()
            self._send(kind, made, 0)
        elif self._pictures == -1:
            self.write(f"(More than {MOST} pictures: the rest is not shown.)\n")

    def error(self, error: BaseException) -> None:
        """Show an exception with the lines of the user's code alone."""
        self.flush()
        found = traceback.TracebackException.from_exception(error)
        text = "".join(own(found).format())
        if isinstance(error, ModuleNotFoundError):
            text += "Only chainrule and Python's library are in this page.\n"
        self._send("error", text, line_of(error))


def run(code: str, send: Send) -> None:
    """Run code in a namespace of its own; what it raises is shown."""
    shown = Shown(send)
    hook, sys.displayhook = sys.displayhook, shown.value
    linecache.cache[FILE] = (len(code), None, code.splitlines(keepends=True), FILE)
    try:
        with redirect_stdout(shown), redirect_stderr(shown), warnings.catch_warnings():
            warnings.simplefilter("default")  # in every run anew
            exec(compiled(code), {"__name__": "__main__", "input": no_input})
    except BaseException as error:  # SystemExit, too
        shown.error(error)
    finally:
        sys.displayhook = hook
        shown.flush()


def no_input(prompt: object = "") -> str:
    """What `input` does where nobody can answer."""
    raise EOFError("nothing can be typed into this page while code runs: write it into the code")


def compiled(code: str) -> Any:
    """The code as one whole, whose expressions go to the display hook; not its docstring."""
    body = compile(code, FILE, "exec", ast.PyCF_ONLY_AST).body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:] if isinstance(body[0].value.value, str) else body
    return compile(ast.Interactive(body), FILE, "single")


def own(error: traceback.TracebackException) -> traceback.TracebackException:
    """The error, and those that it came from, without the frames of other files."""
    frames = [frame for frame in error.stack if frame.filename == FILE]
    error.stack = traceback.StackSummary.from_list(frames)
    for before in (error.__cause__, error.__context__):
        if before is not None:
            own(before)
    return error


def line_of(error: BaseException) -> int:
    """The last line of the user's code that the error came through, 0 if there is none."""
    if isinstance(error, SyntaxError) and error.filename == FILE:
        return error.lineno or 0
    line, frame = 0, error.__traceback__
    while isinstance(frame, TracebackType):
        if frame.tb_frame.f_code.co_filename == FILE:
            line = frame.tb_lineno
        frame = frame.tb_next
    return line
