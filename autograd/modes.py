"""no_grad and anomaly: contexts that change what a new node records or is checked for.

Both hold for the thread or the task that entered them. `active` counts the contexts that are open
in any of them: while it is 0, which a new node asks, nothing else is looked at.
"""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType
from typing import Any

from .ops import CONSTANT

active = 0
_lock = threading.Lock()
_recording: ContextVar[bool] = ContextVar("recording", default=True)
# Whether a function is being traced: comparisons are left open and numbers must not be read.
tracing: ContextVar[bool] = ContextVar("tracing", default=False)
# Where each node was made, under anomaly().
_origins: ContextVar[dict[Any, str] | None] = ContextVar("origins", default=None)


@contextmanager
def _entered(variable: ContextVar[Any], value: Any) -> Iterator[None]:
    global active  # noqa: PLW0603  one number that the hot path can read
    with _lock:
        active += 1
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)
        with _lock:
            active -= 1


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording: results are leaves. Also a decorator, `@no_grad()`.

    >>> from autograd import Value, no_grad
    >>> x = Value(2.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.parents
    (4.0, ())
    """
    with _entered(_recording, False):
        yield


@contextmanager
def anomaly() -> Iterator[None]:
    """Raise FloatingPointError at the first NaN or infinity, and say where it comes from.

    In the forward pass the error names the operation, its label and operands, and the file and line
    that computed it; in a sweep (backward, gradients) also the operand whose derivative it is.

    >>> from autograd import Value, anomaly, log
    >>> with anomaly():
    ...     log(Value(0.0, label="p"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FloatingPointError: log(p = 0.0) is -inf, ...
    """
    with _entered(_origins, {}):
        yield


@contextmanager
def traced() -> Iterator[None]:
    """Leave comparisons open and refuse to give numbers away, for a function that is recorded."""
    with _entered(tracing, True):
        yield


@contextmanager
def unchecked() -> Iterator[None]:
    """Let rules compute what nobody asked for: the slope in the exponent of x**2 at -1 is NaN."""
    with _entered(_origins, None):
        yield


def inspect(node: Any) -> Any:
    """What becomes of a new node while a mode is active."""
    if not _recording.get():
        if tracing.get():
            raise TypeError(
                f"no_grad was entered while a function is traced, in {user_line()}: its results "
                "would stay what they are now; use value.detach()"
            )
        node.parents = node.local_derivatives = ()
        node.op = None
    elif (origins := _origins.get()) is not None:
        origins[node] = f"computed in {user_line()}"
        if not math.isfinite(node._data):
            raise FloatingPointError(f"{described(node)} is {node._data}, {origins[node]}")
    return node


def inspect_sweep(order: Sequence[Any], seed: float) -> None:
    """Raise at the first adjoint that is not finite, if anomaly() is on in this thread or task."""
    origins = _origins.get()
    if origins is None:
        return
    adjoints = {order[-1]: seed}
    for node in reversed(order):
        adjoint = adjoints.get(node, 0.0)
        slots = zip(node.parents, node.local_derivatives, strict=True)
        for slot, (parent, local_derivative) in enumerate(slots):
            # A constant's slot is nobody's business: in x**2 at -1 the exponent's is NaN.
            if parent.op is not CONSTANT:
                adjoints[parent] = adjoints.get(parent, 0.0) + local_derivative * adjoint
                if not math.isfinite(adjoints[parent]):
                    raise FloatingPointError(
                        f"the gradient of {named(parent)}, operand {slot} of {described(node)}, is "
                        f"{adjoints[parent]}: local derivative {local_derivative} times adjoint "
                        f"{adjoint}, {origins.get(node, 'computed outside anomaly()')}"
                    )


def named(node: Any) -> str:
    """A node as errors show it: `p = 0.0` or `0.0`."""
    return f"{node._data!r}" if node.label is None else f"{node.label} = {node._data!r}"


def described(node: Any) -> str:
    """A node as errors show how it was made: `'y' = log(p = 0.0)`."""
    operands = ", ".join([named(parent) for parent in node.parents])
    call = f"{node.op.name}({operands})"
    return call if node.label is None else f"{node.label!r} = {call}"


def user_line() -> str:
    """The file and line of the first caller outside this project."""
    frame = user_frame()
    return f"{frame.f_code.co_filename}, line {frame.f_lineno}"


def user_frame() -> FrameType:
    """The first caller outside this project; code run by exec may have no name."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] in (
        *("autograd", "nn"),
    ):
        frame = frame.f_back
    return frame
