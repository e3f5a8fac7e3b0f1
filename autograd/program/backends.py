"""Backends by name: what runs a tape over rows, and the fallback where one can't."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Protocol

from ..locks import LOADING
from ..structures import Form, Nested
from ..tape.instructions import Tape
from ..tape.reverse import reverse
from ..value import Value

# The fastest one first, each with the packages that it needs.
BACKENDS = {"native": ("numpy", "llvmlite"), "numpy": ("numpy",), "python": ()}
PLATFORM = "made for this platform"


def fastest_backend() -> str:
    """The name of the fastest backend whose packages are installed; none of them is imported."""
    return next(name for name, packages in BACKENDS.items() if all(map(find_spec, packages)))


class Backend(Protocol):
    """An executor of a tape and its derivatives over rows."""

    def rows(self, X: Any) -> Any:
        """The rows of X, checked, in the form that the backend computes on."""

    def values(self, rows: Any, parameters: Sequence[float]) -> Any:
        """The outputs for each row."""

    def sums(
        self, rows: Any, weights: Sequence[float] | float, parameters: Sequence[float]
    ) -> tuple[float, list[float]]:
        """The weighted sums over rows of the output and of its derivative by each parameter.

        weights: one for each row, or one for all.
        """


@dataclass
class Served:
    """A backend, its name, and why it is not the requested one, if it is not."""

    backend: Backend
    name: str
    note: str = ""


def serve(name: str, tape: Tape, wanted: Sequence[int] | None, threads: int) -> Served:
    """The backend of that name for a tape.

    wanted: the slots to differentiate by; None if there is no gradient.
    """
    if name == "native":
        return _native(tape, wanted, threads)
    gradient = None if wanted is None else reverse(tape, wanted)
    if name == "numpy":
        return Served(_numpy(tape, gradient), name)
    with LOADING:
        from .python_backend import PythonBackend

    return Served(PythonBackend(tape, gradient), name)


def _numpy(tape: Tape, gradient: Tape | None) -> Backend:
    try:
        with LOADING:
            from .numpy_backend import NumpyBackend
    except ImportError as error:
        raise ImportError(
            'the numpy backend needs NumPy: pip install "chainrule[numpy]"; '
            'backend="python" needs nothing'
        ) from error
    return NumpyBackend(tape, gradient)


def _native(tape: Tape, wanted: Sequence[int] | None, threads: int) -> Served:
    try:
        with LOADING:
            from .native import NativeBackend, TooLargeError
    except ImportError as error:
        if has_llvmlite():
            raise ImportError(
                'the native backend needs llvmlite: pip install "chainrule[native]"; '
                'backend="numpy" and backend="python" run the same programs'
            ) from error
        note = f"llvmlite, which the native backend needs, is not {PLATFORM}"
    else:
        try:
            return Served(NativeBackend(tape, wanted, threads), "native")
        except TooLargeError as error:
            note = str(error)
    return Served(serve("numpy", tape, wanted, 1).backend, "numpy", note)


class Point(Protocol):
    """An executor of a tape at one point."""

    def __call__(self, args: Sequence[Any]) -> Any:
        """The results for these arguments, in their form."""


def serve_point(
    tape: Tape, leaves: Sequence[Value], arguments: Nested, form: Form
) -> tuple[Point, str, str]:
    """What runs a tape at one point, its name, and why that is not the native backend.

    There is no machine code then, but Python's: at one point NumPy's arrays have nothing to do.

    leaves, arguments, form: as in `NativePoint`.
    """
    try:
        with LOADING:
            from .native import NativePoint, TooLargeError
    except ImportError:
        note = "llvmlite, which the native backend needs, is not "
        note += 'installed: pip install "chainrule[native]"' if has_llvmlite() else PLATFORM
    else:
        try:
            return NativePoint(tape, leaves, arguments, form), "native", ""
        except TooLargeError as error:
            note = str(error)
    with LOADING:
        from .python_backend import PythonPoint

    return PythonPoint(tape, leaves, form), "python", note


def llvm_of(backend: object, name: str) -> str:
    """A program as the native backend writes it for LLVM; AttributeError for another backend."""
    text: str | None = getattr(backend, "llvm", None)
    if text is None:
        raise AttributeError(
            f"llvm: only the native backend writes LLVM's language, this program runs on {name!r}"
        )
    return text


def has_llvmlite() -> bool:
    """Whether llvmlite can be installed here: it is published for these platforms."""
    machine = platform.machine().lower()
    if sys.platform == "linux":
        return machine in ("x86_64", "aarch64") and platform.libc_ver()[0] == "glibc"
    if sys.platform == "win32":
        return machine == "amd64"
    return sys.platform == "darwin"
