"""Calls of a user's function with Values: NumPy's warnings are off, and its errors have advice."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from . import functions

# What to write in place of a function that NumPy or SciPy has for floats only. A function
# that has the same name here needs no entry.
ELIMINATION = "an elimination that is written out"
INSTEAD = {
    "logaddexp": "autograd.logsumexp(a, b) of each pair",
    "logaddexp2": "autograd.logsumexp(a * log(2), b * log(2)) / log(2) of each pair",
    "heaviside": "autograd.where(x > 0.0, 1.0, 0.0) of each number",
    "copysign": "autograd.where(s < 0.0, -abs(x), abs(x)) of each pair",
    "float_power": "x ** y",
    "fmod": "x % y, which has the sign of y",
    "divmod": "autograd.floor(x / y) of each number",
    "floor_divide": "autograd.floor(x / y) of each number",
    "modf": "autograd.floor(x) of each number",
    "rint": "autograd.floor(x + 0.5) of each number",
    "trunc": "autograd.sign(x) * autograd.floor(abs(x)) of each number",
    **dict.fromkeys(("isnan", "isfinite", "isinf"), "math.isnan(v.data) and its kin of each Value"),
    "expit": "autograd.sigmoid(x) of each number",
    "log_expit": "autograd.log_sigmoid(x) of each number",
    "ndtr": "0.5 * autograd.erfc(-x / sqrt(2)) of each number",
    "xlogy": "x * autograd.log(y) of each pair",
    "xlog1py": "x * autograd.log1p(y) of each pair",
    **dict.fromkeys(("solve", "solve1", "inv", "det", "slogdet", "lstsq"), ELIMINATION),
    **dict.fromkeys(("cholesky_lo", "cholesky_up", "eig", "eigh_lo", "svd"), ELIMINATION),
}
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
    """What to write where NumPy refuses objects; None for an error that is none of that kind."""
    text = str(error)
    if "output from dtype('O')" in text or "array data from dtype('O')" in text:
        return (
            "an array of floats takes no Values: make it with dtype=object, as in numpy.zeros(n, "
            "dtype=object), or like the argument, as numpy.zeros_like(x)"
        )
    if found := OF_A_NUMBER.search(text):
        instead = same(found[1] or found[2])
        return instead and f"an array has numbers beside Values: use {instead}"
    if found := NO_METHOD.search(text):
        name = found[1] or found[2]
        instead = INSTEAD.get(name) or same(name)
        return instead and f"there is no method {name} of Values: use {instead}"
    if found := NO_LOOP.search(text):
        instead = INSTEAD.get(found[1]) or same(found[1]) or "a function of autograd's"
        return f"{found[1]} takes no Values: use {instead}"
    return None


def same(name: str) -> str | None:
    """The call of the function that has this name here, or that name without NumPy's `arc`."""
    name = re.sub("^arc", "a", name)
    operands = "a, b" if name in ("atan2", "hypot", "pow") else "x"
    return f"autograd.{name}({operands}) of each number" if name in functions.__all__ else None


def called(
    f: Callable[..., Any],
    args: Sequence[Any],
    named: Mapping[str, Any] = MappingProxyType({}),
) -> Any:
    """f of Values, with advice in a note of NumPy's errors.

    NumPy's warnings of numbers are off: a local derivative may be infinite or NaN where the number
    itself is not, so that they would appear where floats give none.
    """
    numpy = sys.modules.get("numpy")
    try:
        if numpy is None:
            return f(*args, **named)
        with numpy.errstate(all="ignore"):
            return f(*args, **named)
    except (TypeError, AttributeError) as error:
        note = advice(error)
        if note and note not in getattr(error, "__notes__", ()):
            error.add_note(note)
        raise
