"""Backends by name: the executors of tapes over rows, and the fallback if one is not available."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any, Protocol

from ..locks import LOADING
from ..structures import Form, Nested
from ..tape.derivatives import Wanted, derived
from ..tape.instructions import Tape
from ..tape.passes import refuse_custom_ones
from ..value import Value

PLATFORM = "available for this platform"


class Backend(Protocol):
    """The interface of an executor of a tape and its derivatives over rows."""

    def rows(self, X: Any) -> Any:
        """The rows of X, validated, in the format of the backend."""

    def values(self, rows: Any, parameters: Sequence[float]) -> Any:
        """The outputs for each row."""

    def sums(
        self, rows: Any, weights: Sequence[float] | float, parameters: Sequence[float]
    ) -> list[float]:
        """The weighted sums over rows of the wanted derivatives; for a gradient the output comes
        first.

        Args:
            weights: one for each row, or one for all.
        """


@dataclass
class Selection:
    """A backend, its name, and the reason if it is not the requested one."""

    backend: Backend
    name: str
    note: str = ""


def select(name: str, tape: Tape, wanted: Wanted | None, threads: int, longest: float) -> Selection:
    """The backend of that name for a tape, or its fallback.

    Args:
        wanted: the derivatives to sum over rows; None for none.
    """
    refuse_custom_ones(tape)
    return BACKENDS[name].make(tape, wanted, threads, longest)


def _python(tape: Tape, wanted: Wanted | None, *_: float) -> Selection:
    with LOADING:
        from .python_backend import PythonBackend

    return Selection(PythonBackend(tape, wanted and derived(tape, wanted)), "python")


def _numpy(tape: Tape, wanted: Wanted | None, *_: float) -> Selection:
    try:
        with LOADING:
            from .numpy_backend import NumpyBackend
    except ImportError as error:
        raise ImportError(
            'the numpy backend needs NumPy: pip install "chainrule[numpy]"; '
            'backend="python" needs nothing'
        ) from error
    return Selection(NumpyBackend(tape, wanted and derived(tape, wanted)), "numpy")


def _native(tape: Tape, wanted: Wanted | None, threads: int, longest: float) -> Selection:
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
            return Selection(NativeBackend(tape, wanted, threads, longest), "native")
        except TooLargeError as error:
            note = str(error)
    return replace(_numpy(tape, wanted), note=note)


@dataclass(frozen=True)
class Entry:
    """A backend by name: the packages that it needs, and its constructor."""

    packages: tuple[str, ...]
    make: Callable[[Tape, Wanted | None, int, float], Selection]


# All backends, in descending order of speed.
BACKENDS = {
    "native": Entry(("numpy", "llvmlite"), _native),
    "numpy": Entry(("numpy",), _numpy),
    "python": Entry((), _python),
}


def fastest_backend() -> str:
    """The name of the fastest backend whose packages are installed; none of them is imported."""
    return next(name for name, entry in BACKENDS.items() if all(map(find_spec, entry.packages)))


class Point(Protocol):
    """An executor of a tape at one point."""

    def __call__(self, args: Sequence[Any]) -> Any:
        """The results for these arguments, in their form."""


def select_point(
    tape: Tape, leaves: Sequence[Value], arguments: Nested, form: Form, longest: float
) -> tuple[Point, str, str]:
    """The executor of a tape at one point, its name, and the reason if it is not the native
    backend.

    The fallback is Python: at one point NumPy's arrays have no advantage.

    Args:
        leaves, arguments, form, longest: as in `NativePoint`.
    """
    refuse_custom_ones(tape)
    try:
        with LOADING:
            from .native import NativePoint, TooLargeError
    except ImportError:
        note = "llvmlite, which the native backend needs, is not "
        note += 'installed: pip install "chainrule[native]"' if has_llvmlite() else PLATFORM
    else:
        try:
            return NativePoint(tape, leaves, arguments, form, longest), "native", ""
        except TooLargeError as error:
            note = str(error)
    with LOADING:
        from .python_backend import PythonPoint

    return PythonPoint(tape, leaves, form), "python", note


def llvm_of(backend: object, name: str) -> str:
    """The LLVM IR of a program of the native backend; AttributeError for another backend."""
    text: str | None = getattr(backend, "llvm", None)
    if text is None:
        raise AttributeError(
            f"llvm: only the native backend writes LLVM IR, this program runs on {name!r}"
        )
    return text


def has_llvmlite() -> bool:
    """Whether llvmlite is published for this platform."""
    machine = platform.machine().lower()
    if sys.platform == "linux":
        return machine in ("x86_64", "aarch64") and platform.libc_ver()[0] == "glibc"
    if sys.platform == "win32":
        return machine == "amd64"
    return sys.platform == "darwin"
