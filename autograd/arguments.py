"""What arguments must be: an error says what was given, what is expected, and the nearest call.

The functions of `autograd` and `nn` check theirs by these; `where` is the name that was called.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable, Mapping
from typing import Any

NUMBER_ADVICE = {
    "complex": "use its .real or .imag",
    "str": "use float(text)",
    "Decimal": "use float(number)",
    "Value": "use it as it is, or its .data",
    "NoneType": "did a function forget to return?",
}
# What to write for several numbers where one is meant; else one call for each, `[exp(x) for ...]`.
OPERATORS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%", "comparison": ">"}
TWO_OPERANDS = ("pow", "hypot", "atan2", "copysign")
ONE_BY_ONE = "one number at a time: [{} for x in xs]"
SEVERAL_ADVICE = {
    **{name: ONE_BY_ONE.format(f"value {sign} x") for name, sign in OPERATORS.items()},
    **{name: ONE_BY_ONE.format(f"{name}(x, y)") for name in TWO_OPERANDS},
    **dict.fromkeys(("maximum", "minimum"), "unpack it: {where}(*xs)"),
    **dict.fromkeys(
        ("grad", "value_and_grad", "jacobian", "hessian", "vjp"),
        "for a function of several numbers unpack it: {where}(f)(*xs)",
    ),
    **dict.fromkeys(
        ("total", "mean", "product", "logsumexp", "softmax", "log_softmax", "dot", "cross_entropy"),
        "one flat sequence of numbers: {where}(...) of each row",
    ),
    **dict.fromkeys(("Value.data", "backward", "gradients", "adjoints"), "give one number"),
    "clamp": ONE_BY_ONE.format("clamp(x, low, high)"),
}  # fmt: skip


def wrong(where: str, expected: str, given: object, advice: str = "") -> TypeError:
    """The error for an argument of the wrong kind."""
    got = f"{type(given).__name__} {given!r:.60}"
    return TypeError(f"{where}: expected {expected}, got {got}{advice and '; '}{advice}")


def is_several(x: object) -> bool:
    """Whether x is a list, an array or the like, where one thing may be meant."""
    return isinstance(x, (list, tuple)) or getattr(x, "ndim", 0) > 0


def real(x: Any, where: str) -> float:
    """x as a float; TypeError for what is no real number."""
    if isinstance(x, numbers.Real):
        try:
            return float(x)
        except OverflowError:  # a whole number past the range of floats
            return math.inf if x > 0 else -math.inf  # type: ignore[operator]
    if is_several(x):
        advice = SEVERAL_ADVICE.get(where, ONE_BY_ONE.format("{where}(x)")).format(where=where)
    elif hasattr(x, "item") and not is_value(x):  # an array of one number
        advice = "use its .item()"
    else:
        advice = NUMBER_ADVICE.get(type(x).__name__, "pass an int or a float")
    raise wrong(where, "a real number", x, advice)


def several(
    xs: Any, where: str, what: str = "numbers or Values", call: str = ""
) -> tuple[Any, ...]:
    """A sequence as a tuple; TypeError for what is none, with the call to write in its place."""
    if isinstance(xs, (list, tuple)):
        return tuple(xs)
    if isinstance(xs, (str, Mapping)) or not isinstance(xs, Iterable):
        raise wrong(where, f"a sequence of {what}", xs, f"as in {call or f'{where}([a, b])'}")
    return tuple(xs)


def function(f: Any, where: str, what: str = "a function") -> Any:
    """f, if it can be called."""
    if not callable(f):
        advice = "did you mean gradients(y, xs)?" if is_value(f) else ""
        raise wrong(where, what, f, advice)
    return f


def is_value(x: object) -> bool:
    return hasattr(x, "local_derivatives")


def value(x: Any, where: str, what: str = "a Value") -> Any:
    """x, if it is a Value; else TypeError that says how to come by one."""
    if is_value(x):
        return x
    if hasattr(x, "named_parameters"):
        advice = "nn.draw_network(model) draws a model, " if where == "draw" else ""
        advice += f"{where} takes what it gives: model(row)"
    elif hasattr(x, "snapshots"):
        advice = "nn.draw_training(history) draws it, history.explore() is its page"
    elif hasattr(x, "feature_names"):
        advice = "call a model on one of its rows: model(data.rows[0])"
    elif isinstance(x, numbers.Real):
        advice = "a plain number has no graph: compute with Value(number)"
    elif is_several(x):
        advice = "give one Value of them"
    else:
        advice = "call it on Values: f(x)" if callable(x) else ""
    raise wrong(where, what, x, advice)


def distinct(xs: Any, where: str) -> tuple[Any, ...]:
    """The Values of a sequence, each once; what is no sequence is refused as no Value."""
    if isinstance(xs, (str, Mapping)) or not isinstance(xs, Iterable) or hasattr(xs, "rows"):
        value(xs, where, "a Value or a sequence of Values")
    nodes = tuple([value(x, where, "Values") for x in xs])
    if not nodes:
        raise ValueError(f"{where}: expected at least one Value, got an empty sequence")
    return tuple(dict.fromkeys(nodes))
