"""The arithmetic of Values, for rules whose derivatives can be differentiated again.

It has the functions of `functions.py`, and some that only rules use. A choice or a detached number
in a rule records what it was computed from, so that the graph can be compiled.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import functions, modes, ops
from .conditions import Condition, decide
from .functions import *
from .functions import copysign, gaussian, maximum, normal_cdf, power_less, tanh_slope
from .recording import evaluate, lift
from .value import Value
from .value import equal as compared

__all__ = ["constant", "copysign", "equal", "gaussian", "largest", "normal_cdf", "power_less"]
__all__ += ["tanh_slope"]
__all__ += functions.__all__


def where(condition: Any, a: Any, b: Any) -> Any:  # type: ignore[no-redef]  # in its place
    """Return a if the condition holds, else b: a node with both, where Values were compared."""
    return condition.choose(a, b) if isinstance(condition, Condition) else a if condition else b


def equal(a: Any, b: Any) -> Any:
    """Whether the data of a and b are the same number (`==` on two Values is identity)."""
    return compared(lift(a, "equal"), b)


def constant(x: Any) -> Value:
    """A node with the data of x, through which no derivative flows."""
    if not isinstance(x, Value):
        return lift(x, "constant")
    if modes.active and modes.tracing():
        return evaluate(ops.DETACH, (x,))
    return decide(ops.DETACH, x._number, (), ops.DETACH, (x,))


def largest(xs: Sequence[Any]) -> Value:
    """The largest of xs, as a constant."""
    return constant(maximum(*xs))
