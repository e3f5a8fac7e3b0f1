"""Calls of a user's function with Values: without NumPy's warnings, with advice in its errors."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from . import functions
from .callers import is_ours, package_of
from .numpy_names import INSTEAD as WHOLE

# Replacements of functions that NumPy or SciPy has for floats only. A function that has the same
# name here needs no entry.
LIBRARIES = ("numpy", "scipy")
ELIMINATION = "an elimination that is written out"
FOURIER = "autograd.dot(cosines, x) and autograd.dot(sines, x) for each frequency"
INSTEAD = {
    **WHOLE,
    "logaddexp": "autograd.logsumexp(a, b) of each pair",
    "logaddexp2": "autograd.logsumexp(a * log(2), b * log(2)) / log(2) of each pair",
    "heaviside": "autograd.where(x > 0.0, 1.0, 0.0) of each number",
    "copysign": "autograd.where(s < 0.0, -abs(x), abs(x)) of each pair",
    "signbit": "x < 0.0",
    "logical_xor": "(x > 0.0) ^ (y > 0.0), a comparison of each",
    "sign": "autograd.sign(x) of each number, which keeps a NaN",
    "float_power": "x ** y",
    "ldexp": "x * 2.0**n",
    "modf": "autograd.floor(x) of each number",
    **dict.fromkeys(("isnan", "isfinite", "isinf"), "math.isnan(v.data) and its kin of each Value"),
    "expit": "autograd.sigmoid(x) of each number",
    "log_expit": "autograd.log_sigmoid(x) of each number",
    "ndtr": "0.5 * autograd.erfc(-x / sqrt(2)) of each number",
    "log_ndtr": "autograd.log(0.5 * autograd.erfc(-x / sqrt(2))) of each number",
    "xlogy": "x * autograd.log(y) of each pair",
    "xlog1py": "x * autograd.log1p(y) of each pair",
    "entr": "-x * autograd.log(x) of each number",
    "rel_entr": "x * autograd.log(x / y) of each pair",
    **dict.fromkeys(("solve", "solve1", "inv", "det", "slogdet", "lstsq"), ELIMINATION),
    **dict.fromkeys(("cholesky_lo", "cholesky_up", "eig", "eigvals", "eigh_lo"), ELIMINATION),
    **dict.fromkeys(("svd", "svd_f", "svd_s", "qr_r_raw", "qr_reduced"), ELIMINATION),
    **dict.fromkeys(("fft", "ifft", "rfft", "irfft", "rfft_n_even", "rfft_n_odd"), FOURIER),
}
INSTEAD |= {  # of functions in Python code, found by the traceback
    "norm": "autograd.total([abs(v)**p for v in x]) ** (1.0 / p)",
    "interp": "autograd.where(x < b, line(x), ...), piece by piece",
    "sinc": "autograd.where(x == 0.0, 1.0, autograd.sin(pi * x) / (pi * x)) of each number",
    "gradient": "differences, as in (y[2:] - y[:-2]) / (2.0 * h)",
    **dict.fromkeys(("cov", "corrcoef"), "(x - x.mean()) @ (y - y.mean()) / (n - 1), which is cov"),
    "logsumexp": "autograd.logsumexp(xs)",
    "log_softmax": "x - autograd.logsumexp(x)",
}
OWN = (
    "autograd's functions of each number, of which this can be built, or a rule of your own, as in "
    'autograd.operation("{}", value, partials)'
)
GENERAL = (
    "NumPy or SciPy computes this of floats only: write it with operators, sums and products, "
    "numpy.exp and the like, and autograd's functions of each number; of what carries no "
    "derivative use value.data"
)
INTO_FLOATS = (
    "an array of floats takes no Values: make it with dtype=object, as in numpy.zeros(n, "
    "dtype=object), or like the argument, as numpy.zeros_like(x)"
)
ITERATED = "an iterator of NumPy's takes no Values: use x.flat, or x.ravel() in a loop"
COMPLEX = "Values are real: compute without complex numbers, as in autograd.logsumexp(xs)"
OBJECTS = re.compile(
    r"'Value'|'object'|dtype\('O'\)|a Value has|'(?:float|int)' object has no attribute"
)
NO_LOOP = re.compile(r"ufunc '(\w+)'")
NO_METHOD = re.compile(
    r"type Value (?:which has no callable|doesn't define) _*(\w+?)_* method"
    r"|'Value' object has no attribute '(\w+)'"
)
OF_A_NUMBER = re.compile(
    r"type (?:float|int) which has no callable (\w+) method"
    r"|'(?:float|int)' object has no attribute '(\w+)'"
)


def advice(error: Exception) -> str | None:
    """The replacement for a call in which NumPy refused objects; None for any other error."""
    text = str(error)
    if "output from dtype('O')" in text or isinstance(error, SystemError):
        return INTO_FLOATS
    if "unorderable types" in text:  # of numpy.sign, of a NaN
        return f"use {INSTEAD['sign']}"
    if "REFS_OK" in text:
        return ITERATED
    if "type complex which has no callable" in text:
        return COMPLEX
    if (found := OF_A_NUMBER.search(text)) and (instead := place_of(found[1] or found[2])):
        return f"an array has numbers beside Values: use {instead}"
    if (found := NO_METHOD.search(text)) and (instead := place_of(found[1] or found[2])):
        return f"there is no method {found[1] or found[2]} of Values: use {instead}"
    if found := NO_LOOP.search(text):
        return f"{found[1]} takes no Values: use {place_of(found[1]) or OWN.format(found[1])}"
    called, raising = library_functions(error)
    if called in INSTEAD:
        return f"{called} takes no Values: use {INSTEAD[called]}"
    if "from dtype('O')" in text or (raising and OBJECTS.search(text)):
        return GENERAL
    return None


def library_functions(error: BaseException) -> tuple[str | None, bool]:
    """The function of NumPy or SciPy that was called, and whether their code raised.

    None if it is not written in Python, or if the user's code raised.
    """
    names: list[str] = []
    traceback = error.__traceback__
    while traceback:
        frame = traceback.tb_frame
        if package_of(frame) in LIBRARIES:
            names.append(frame.f_code.co_name)
        elif not is_ours(frame):
            names = []
        traceback = traceback.tb_next
    return (names[0] if names else None), bool(names)


def place_of(name: str) -> str | None:
    """The replacement of a function, by its name; None if there is none."""
    return INSTEAD.get(name) or same(name)


def same(name: str) -> str | None:
    """The call of the function with the same name here, or with `a` in place of NumPy's `arc`."""
    name = re.sub("^arc", "a", name)
    operands = "a, b" if name in ("atan2", "hypot", "pow") else "x"
    return f"autograd.{name}({operands}) of each number" if name in functions.__all__ else None


def called(
    f: Callable[..., Any],
    args: Sequence[Any],
    named: Mapping[str, Any] = MappingProxyType({}),
) -> Any:
    """f called with Values, with advice as a note in NumPy's errors.

    NumPy's floating-point warnings are off: a local derivative may be infinite or NaN where the
    number itself is not, which would give warnings that floats don't give.
    """
    numpy = sys.modules.get("numpy")
    try:
        if numpy is None:
            return f(*args, **named)
        with numpy.errstate(all="ignore"):
            return f(*args, **named)
    except (TypeError, AttributeError, SystemError) as error:
        note = advice(error)
        if note and note not in getattr(error, "__notes__", ()):
            error.add_note(note)
        raise
